//! `midge gradcheck`: whether the gradients of a recipe's network are right.

use std::path::PathBuf;

use midge_recipe::{Recipe, Training, data_or_noise};
use midge_train::Checked;
use serde::Serialize;

use crate::failure::Failure;
use crate::show::Show;
use crate::table::{Table, grouped};
use crate::train::Place;

/// Hold the gradients of a recipe's network against differences
#[derive(clap::Args)]
#[command(
    after_help = "Each parameter's gradient of the loss is held against how the loss changes when a number in it is moved. Computing is in
single precision: right gradients are off by thousandths of the greatest of their parameter, wrong ones by much more. With one
that is off by more than the tolerance the exit code is 1.

Where data are missing and the recipe says the shape of a sample, samples are noise.

Examples:
  midge gradcheck recipe.toml
  midge gradcheck recipe.toml --data ~/sounds --numbers 100 --format json"
)]
pub(crate) struct Args {
    /// The recipe
    recipe: PathBuf,
    #[command(flatten)]
    place: Place,
    /// Samples that the loss is of
    #[arg(long, value_name = "N", default_value = "4", value_parser = clap::value_parser!(u32).range(1..))]
    samples: u32,
    /// Numbers of each parameter that are moved, drawn from all
    #[arg(long, value_name = "N", default_value = "16", value_parser = clap::value_parser!(u32).range(1..))]
    numbers: u32,
    /// How far off a gradient may be, as a share of the greatest of its parameter
    #[arg(long, value_name = "SHARE", default_value_t = 0.02)]
    tolerance: f64,
}

/// How far off gradients are.
#[derive(Serialize)]
struct Told {
    name: String,
    /// Whether samples are noise, as there are no data.
    noise: bool,
    samples: u32,
    tolerance: f64,
    right: bool,
    parameters: Vec<Checked>,
}

pub(crate) fn run(args: &Args, show: &Show) -> Result<(), Failure> {
    let recipe = Recipe::read(&args.recipe)?;
    show.spin("moving weights");
    let folders = args.place.folders(&args.recipe);
    let (splits, noise) = data_or_noise(&recipe, &folders, args.samples as usize)?;
    let parameters =
        Training::new(&recipe, splits, None, 1)?.gradcheck(args.samples as usize, args.numbers as usize)?;
    let wrong: Vec<&str> = parameters
        .iter()
        .filter(|checked| checked.off > args.tolerance)
        .map(|checked| checked.name.as_str())
        .collect();
    let failed =
        (!wrong.is_empty()).then(|| Failure::check(format!("gradients of {} are wrong", wrong.join(", "))));
    let told = Told {
        right: failed.is_none(),
        name: recipe.name,
        noise,
        samples: args.samples,
        tolerance: args.tolerance,
        parameters,
    };
    show.data(&told, || text(&told))?;
    failed.map_or(Ok(()), Err)
}

fn text(told: &Told) -> String {
    let mut table = Table::new(&["parameter", "numbers", "checked", "greatest gradient", "off by"]);
    for Checked { name, numbers, checked, greatest, off } in &told.parameters {
        let (numbers, checked) = (grouped(*numbers as u64), grouped(*checked as u64));
        table.row([name.clone(), numbers, checked, format!("{greatest:.2e}"), format!("{off:.1e}")]);
    }
    let samples = if told.noise { "samples of noise, as the data are not there" } else { "samples" };
    let verdict = if told.right { "right within" } else { "not right within" };
    format!("{}\n{} {samples}; {verdict} {}\n", table.text(), told.samples, told.tolerance)
}
