//! `midge eval`: how well a model's answers fit labelled data.

use std::path::{Path, PathBuf};

use midge_runtime::array::Arrays;
use midge_runtime::data::Data;
use midge_runtime::file::File;
use midge_runtime::ports::Ports;
use midge_runtime::rows::{Rows, pack, unpack};
use midge_runtime::score::{Score, ScoreError, answers, score};
use midge_runtime::session;
use serde::Serialize;

#[cfg(feature = "train")]
use crate::by_recipe::ByRecipe;
use crate::data::{Preprocess, with_steps};
use crate::failure::Failure;
use crate::run;
use crate::show::Show;
use crate::table::{facts, grouped};

/// Score a model on labelled data
#[derive(clap::Args)]
#[command(
    after_help = with_steps(
        "Data are .npz files with an array for each input by its name, or x for the only one, and labels as y; or .csv
files with the label in the last column. A label is a class, counted from 0, or what the outputs should be.

With a reference both models answer the same rows; without labels, the reference's answers are the labels.

Examples:
  midge eval kws.midge --data test.npz
  midge eval kws.midge --data test.npz --reference kws_float.tflite --max-drop 1
  midge eval kws.midge --data features.npy --labels labels.npy --format json
  midge eval spoken.midge --data recordings --on m4
  midge eval digits.midge --data photos --preprocess \"gray, resize 8x8, scale 16/255\"
  midge eval sounds.midge --recipe recipe.toml --split test --data ~/sounds --on m4"
    )
)]
pub(crate) struct Args {
    /// A .midge file, or a model to convert in memory
    file: PathBuf,
    /// Inputs and labels
    #[cfg_attr(feature = "train", arg(long, value_name = "DATA", required_unless_present = "recipe"))]
    #[cfg_attr(not(feature = "train"), arg(long, value_name = "DATA", required = true))]
    data: Option<PathBuf>,
    #[cfg(feature = "train")]
    #[command(flatten)]
    by: ByRecipe,
    #[command(flatten)]
    preprocess: Preprocess,
    /// A file with labels alone
    #[arg(long, value_name = "FILE")]
    labels: Option<PathBuf>,
    /// A model to compare with, of any format
    #[arg(long, value_name = "MODEL")]
    reference: Option<PathBuf>,
    /// Most percentage points of the reference's accuracy to lose: if more, exit code 1
    #[arg(long, value_name = "POINTS", requires = "reference")]
    max_drop: Option<f64>,
    /// Where the model runs: `host`, or an emulated core, as for `midge run`
    #[arg(long, default_value = "host")]
    on: String,
}

/// The model's score, and what the reference has to say.
#[derive(Serialize)]
struct Told {
    #[serde(flatten)]
    score: Score,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<Reference>,
}

#[derive(Serialize)]
struct Reference {
    #[serde(flatten)]
    score: Score,
    /// Whether its answers are the labels.
    labels: bool,
    /// Percentage points of accuracy that the model loses against it.
    drop: Option<f64>,
}

pub(crate) fn run(args: &Args, show: &Show) -> Result<(), Failure> {
    #[cfg(feature = "train")]
    if let Some(recipe) = &args.by.recipe {
        return args.by.run(&args.file, recipe, (args.data.as_deref(), &args.on), show);
    }
    let path = args.data.as_deref().ok_or_else(|| Failure::usage("there are no data to score on"))?;
    let file = crate::model::any(&args.file)?;
    let ports = Ports::of(&file.plan()?, file.names());
    args.preprocess.check(&[path])?;
    let preprocess = args.preprocess.of(&file)?;
    let data = data(args, (path, &preprocess), &ports)?;
    let rows = pack(&data.inputs, &ports)?;
    let reference = args.reference.as_deref().map(|other| {
        let file = crate::model::any(other)?;
        let ports = Ports::of(&file.plan()?, file.names());
        // what sounds become is in the type that a model reads
        let rows = pack(&preprocess.read(path, &ports)?.inputs, &ports)?;
        outputs(&file, &rows, show)
    });
    let reference = reference.transpose()?;
    let own = data.labels.is_none();
    let labels = data.labels.or_else(|| Some(answers(reference.as_ref()?, rows.count))).ok_or_else(|| {
        Failure::input("there are no labels to score the answers by").about(path).hint(
            "name them y in a .npz file, give a file with --labels, or a model to agree with as --reference",
        )
    })?;
    let of = |outputs: &[f32]| score(outputs, rows.count, &labels);
    let model = of(&match args.on.as_str() {
        "host" => outputs(&file, &rows, show)?,
        core => {
            let done = run::on(core, &file, (path, &preprocess), &rows, false, show)?;
            first(&done.outputs, &rows, &ports)
        }
    })?;
    let reference = reference.map(|outputs| of(&outputs)).transpose()?.map(|score| Reference {
        drop: model.drop(&score),
        labels: own,
        score,
    });
    let told = Told { score: model, reference };
    show.data(&told, || text(&told))?;
    let lost = told.reference.map(|reference| reference.drop);
    match args.max_drop.zip(lost) {
        Some((_, None)) => {
            Err(Failure::usage("--max-drop is about accuracy, and these labels are no classes"))
        }
        Some((most, Some(lost))) if lost > most => {
            Err(Failure::check(format!("accuracy drops by {lost:.2} points, more than {most}")))
        }
        _ => Ok(()),
    }
}

/// Inputs and labels from one file or two.
fn data(args: &Args, (path, preprocess): (&Path, &Preprocess), ports: &Ports) -> Result<Data, Failure> {
    let mut data = preprocess.read(path, ports)?;
    if let Some(path) = &args.labels {
        data.labels = match Arrays::read(path)? {
            Arrays::One(array) | Arrays::Table(array) => Some(array),
            Arrays::Named(named) => named.into_iter().next().map(|(_, array)| array),
        };
    }
    Ok(data)
}

/// The first output of every row, as real numbers.
pub(crate) fn outputs(file: &File, rows: &Rows, show: &Show) -> Result<Vec<f32>, Failure> {
    let runtime = file.runtime()?;
    let ports = Ports::of(&file.plan()?, file.names());
    let mut progress = show.progress("rows", rows.count);
    let outputs = session::run(&runtime, rows, false, |done| progress.at(done))?;
    Ok(first(&outputs, rows, &ports))
}

/// The first output of every row of bytes, as real numbers.
fn first(outputs: &[u8], rows: &Rows, ports: &Ports) -> Vec<f32> {
    let first = unpack(outputs, rows, ports, true).into_iter().next();
    first.and_then(|(_, array)| array.elements()).unwrap_or_default()
}

fn text(Told { score, reference }: &Told) -> String {
    let mut all = vec![("rows", grouped(score.rows as u64))];
    all.extend(score.accuracy.map(|accuracy| ("accuracy", percent(accuracy))));
    all.push(("loss", format!("{:.4}", score.loss)));
    if let Some(reference) = reference {
        let its = reference.score.accuracy.filter(|_| !reference.labels);
        all.push((
            "reference",
            match its {
                Some(accuracy) => percent(accuracy),
                None if reference.labels => "its answers are the labels".into(),
                None => format!("loss {:.4}", reference.score.loss),
            },
        ));
    }
    let mut text = facts(&all);
    if let Some(confusion) = &score.confusion {
        text += "\nrows of each class, by what the model says\n";
        let cells: Vec<Vec<String>> =
            confusion.iter().map(|row| row.iter().map(|n| grouped(*n)).collect()).collect();
        let wide =
            cells.iter().flatten().map(String::len).max().unwrap_or(0).max(cells.len().to_string().len());
        let line = |name: String, row: &mut dyn Iterator<Item = String>| {
            format!("{name:>wide$} |{}\n", row.map(|cell| format!(" {cell:>wide$}")).collect::<String>())
        };
        text += &line(String::new(), &mut (0..cells.len()).map(|class| class.to_string()));
        for (class, row) in cells.into_iter().enumerate() {
            text += &line(class.to_string(), &mut row.into_iter());
        }
    }
    text
}

/// A share for people.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.2}%", share * 100.0)
}

impl From<ScoreError> for Failure {
    fn from(error: ScoreError) -> Self {
        Failure::input(error)
    }
}
