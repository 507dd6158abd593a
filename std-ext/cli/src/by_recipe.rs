//! `midge eval --recipe`: a model's score on samples of a recipe, here or on an emulated microcontroller.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use midge_recipe::{Error, Objective, Recipe, Score, export};
use midge_runtime::file::File;
use midge_runtime::rows::Rows;
use serde::Serialize;

use crate::eval::percent;
use crate::failure::Failure;
use crate::show::Show;
use crate::table::{facts, grouped};
use crate::train::folders;

#[derive(clap::Args)]
pub(crate) struct ByRecipe {
    /// A recipe whose samples are the data; --data is then the folder that they lie in
    #[arg(long, value_name = "RECIPE", conflicts_with_all = ["labels", "reference", "preprocess"])]
    pub(crate) recipe: Option<PathBuf>,
    /// Which samples of the recipe
    #[arg(long, value_enum, default_value = "test", requires = "recipe")]
    split: Split,
}

#[derive(Clone, Copy, ValueEnum)]
enum Split {
    /// What is kept to test
    Test,
    /// What is kept to choose the best epoch by
    Valid,
    /// What is trained on
    Train,
}

/// The score, and where it was reached.
#[derive(Serialize)]
struct Told {
    machine: String,
    #[serde(flatten)]
    score: Score,
}

impl ByRecipe {
    /// Scores a model on samples of a folder, here or on a core.
    pub(crate) fn run(
        &self,
        model: &Path,
        recipe: &Path,
        (data, machine): (Option<&Path>, &str),
        show: &Show,
    ) -> Result<(), Failure> {
        let file = crate::model::any(model)?;
        let read = Recipe::read(recipe)?;
        let splits = read.data.open(&folders(data, recipe), read.seed)?;
        let objective = Objective::of(&read, &*splits.train)?;
        let samples = match self.split {
            Split::Test => splits.test.as_ref(),
            Split::Valid => splits.valid.as_ref(),
            Split::Train => Some(&splits.train),
        };
        let samples = samples.ok_or_else(|| {
            Failure::input("the recipe keeps no such samples; its [data] says which, as `test` and `valid`")
                .about(recipe)
        })?;
        let mut failed = None;
        let mut on = |file: &File, rows: &Rows| match machine {
            "host" => export::here(file, rows),
            core => emulated(core, file, rows, show).map_err(|failure| {
                failed = Some(failure);
                String::new()
            }),
        };
        let score = export::score(&file, samples, objective, &mut on);
        let score = match (score, failed) {
            (_, Some(failure)) => return Err(failure),
            (score, None) => score.map_err(|error: Error| Failure::from(error).about(model))?,
        };
        let told = Told { machine: machine.into(), score };
        show.data(&told, || text(&told))
    }
}

#[cfg(feature = "emulate")]
fn emulated(core: &str, file: &File, rows: &Rows, show: &Show) -> Result<Vec<u8>, Failure> {
    use midge_runtime::emulated::{Request, run_with};
    let request =
        Request { rows: rows.count, inputs: &rows.bytes, repeat: 0, ..Request::once(file.bytes(), &[]) };
    let mut progress = show.progress("rows", rows.count);
    let reply = run_with(core, &request, &mut |text| show.say(text), &mut |done| progress.at(done))?;
    Ok(reply.outputs)
}

#[cfg(not(feature = "emulate"))]
fn emulated(_: &str, _: &File, _: &Rows, _: &Show) -> Result<Vec<u8>, Failure> {
    Err(Failure::absent("emulate"))
}

fn text(told: &Told) -> String {
    let Told { machine, score } = told;
    let mut all = vec![("on", machine.clone()), ("rows", grouped(score.rows as u64))];
    all.extend(score.accuracy.map(|accuracy| ("accuracy", percent(accuracy))));
    let others = [("F1", score.f1), ("AUC", score.auc), ("R2", score.r2), ("loss", Some(score.loss))];
    all.extend(others.into_iter().filter_map(|(name, value)| Some((name, format!("{:.4}", value?)))));
    facts(&all)
}
