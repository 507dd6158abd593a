//! `midge dataset`: what data are like, and whether they can be trained on.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Subcommand;
use midge_recipe::{Recipe, source};
use midge_train::data::{Dataset, stats, validate};
use serde::Serialize;

use crate::failure::Failure;
use crate::show::Show;
use crate::table::{Table, facts, grouped};
use crate::train::Place;

/// Look at data for training
#[derive(clap::Args)]
#[command(
    after_help = "Data are a recipe's, a .csv, .npz or .npy file, a text, or a folder of images or sounds whose folders are classes.

Examples:
  midge dataset list
  midge dataset stats x.csv
  midge dataset validate recipe.toml --data ~/sounds"
)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The kinds of data that recipes may name
    List,
    /// How many samples there are of each class, and how their numbers are spread
    Stats(Given),
    /// Whether each sample can be trained on: lists those that can't with reasons, and then ends with exit code 1
    Validate(Given),
}

#[derive(clap::Args)]
struct Given {
    /// A recipe, a file, or a folder
    path: PathBuf,
    #[command(flatten)]
    place: Place,
}

impl Given {
    fn open(&self) -> Result<Arc<dyn Dataset>, Failure> {
        if self.path.extension().is_some_and(|extension| extension == "toml") {
            let recipe = Recipe::read(&self.path)?;
            return Ok(recipe.data.whole(&self.place.folders(&self.path), recipe.seed)?);
        }
        let data = source::Data::of(&self.path)?;
        let root = self.path.parent().unwrap_or(Path::new(""));
        Ok(data.whole(&[root.to_path_buf()], 0)?)
    }
}

#[derive(Serialize)]
struct Kind {
    kind: &'static str,
    what: &'static str,
}

/// A sample that can't be trained on.
#[derive(Serialize)]
struct Checked {
    samples: usize,
    broken: Vec<midge_train::data::Broken>,
}

pub(crate) fn run(args: &Args, show: &Show) -> Result<(), Failure> {
    match &args.what {
        What::List => {
            let all = source::KINDS.map(|(kind, what)| Kind { kind, what });
            show.data(&all, || {
                let mut table = Table::new(&["kind", "what"]);
                all.iter().for_each(|kind| table.row([kind.kind.into(), kind.what.into()]));
                table.text()
            })
        }
        What::Stats(given) => {
            show.spin("counting");
            let found = stats(&*given.open()?);
            show.data(&found, || text(&found))
        }
        What::Validate(given) => {
            show.spin("checking");
            let data = given.open()?;
            let told = Checked { samples: data.len(), broken: validate(&*data) };
            show.data(&told, || {
                let lines =
                    told.broken.iter().map(|broken| format!("{}\n", crate::table::clean(&broken.why)));
                lines
                    .chain([format!("{} of {} samples are broken\n", told.broken.len(), told.samples)])
                    .collect()
            })?;
            match told.broken.is_empty() {
                true => Ok(()),
                false => Err(Failure::check(format!("{} samples can't be trained on", told.broken.len()))),
            }
        }
    }
}

fn text(found: &midge_train::data::Stats) -> String {
    let mut all = vec![
        ("samples", grouped(found.samples as u64)),
        ("broken", grouped(found.broken as u64)),
        ("shape", format!("{:?}", found.shape)),
    ];
    for (column, count) in &found.missing {
        all.push(("missing", format!("{column}: {count}")));
    }
    let mut text = facts(&all);
    if !found.classes.is_empty() {
        let mut table = Table::new(&["class", "samples"]);
        found.classes.iter().for_each(|(name, count)| table.row([name.clone(), grouped(*count as u64)]));
        text += &format!("\n{}", table.text());
    }
    let mut table = Table::new(&["input", "mean", "std", "min", "max"]);
    let named = found.inputs.iter().enumerate().map(|(at, spread)| (at.to_string(), spread));
    for (name, spread) in named.chain(found.label.iter().map(|spread| ("label".to_owned(), spread))) {
        let cells =
            [spread.mean, spread.std, spread.min.into(), spread.max.into()].map(|x| format!("{x:.4}"));
        let [mean, std, min, max] = cells;
        table.row([name, mean, std, min, max]);
    }
    text + &format!("\n{}", table.text())
}
