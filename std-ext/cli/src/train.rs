//! `midge train`: a recipe and data in, a model out.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use midge_compiler::graph::Graph;
use midge_compiler::{Options, Target};
use midge_recipe::{Ended, Event, Folder, Recipe, Row, Run, Score, Splits, Training, export, recipe};
use midge_runtime::file::File;
use midge_train::checkpoint::Checkpoint;
use midge_train::data::Dataset;
use serde::Serialize;

use crate::convert::{names, write};
use crate::eval::percent;
use crate::export::{file as onnx, is_onnx};
use crate::failure::Failure;
use crate::meter::Meter;
use crate::show::Show;
use crate::table::{Table, facts, grouped};

/// Train a network from a recipe, and make a model of it
#[derive(clap::Args)]
#[command(
    after_help = "A recipe is a .toml file that says everything about a training: see docs/TRAINING.md. Data lie where --data or
MIDGE_DATA say, or beside the recipe. Ctrl-C ends it behind the step at hand, with a checkpoint to go on from.

Examples:
  midge train recipe.toml
  midge train recipe.toml --data ~/sounds -o sounds.midge
  midge train recipe.toml --load-checkpoint checkpoints/last.midge
  midge train recipe.toml --load-checkpoint old/last.midge --save-dir new --epochs 50
  midge train recipe.toml --from base.midge --freeze 'conv*'"
)]
pub(crate) struct Args {
    /// The recipe
    recipe: PathBuf,
    #[command(flatten)]
    place: Place,
    /// The model to write: a .midge file, or what ends in .onnx [default: model.midge beside the checkpoints]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The core that it is for
    #[arg(long, default_value_t, value_parser = names(Target::ALL))]
    target: Target,
    /// Goes on where this checkpoint was
    #[arg(long, value_name = "FILE")]
    load_checkpoint: Option<PathBuf>,
    /// Where checkpoints and curves are written
    #[arg(long, value_name = "DIR", default_value = "checkpoints")]
    save_dir: PathBuf,
    /// Ends behind so many steps of the optimizer
    #[arg(long, value_name = "N")]
    max_steps: Option<u64>,
    /// Threads that compute; 0 for as many as there are cores. The weights are the same with any number
    #[arg(long, value_name = "N", default_value_t = 0)]
    threads: usize,
    /// Another number of epochs than the recipe's
    #[arg(long, value_name = "N")]
    epochs: Option<u64>,
    /// Another seed
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Another patience: epochs without a better loss on samples kept to choose
    #[arg(long, value_name = "N")]
    patience: Option<u64>,
    /// Another schedule of the learning rate: constant, step, cosine, one_cycle or plateau
    #[arg(long, value_name = "S", value_parser = course)]
    lr_schedule: Option<recipe::Course>,
    /// Epochs behind the others that see the integers of the model, as the table qat of the recipe says, or five
    #[arg(long)]
    qat: bool,
    /// A checkpoint or a .safetensors file whose weights are taken over where names and shapes agree
    #[arg(long, value_name = "MODEL", conflicts_with = "load_checkpoint")]
    from: Option<PathBuf>,
    /// Weights that stay as they are, by their names; * stands for anything. May be given more than once
    #[arg(long, value_name = "PATTERN")]
    freeze: Vec<String>,
}

/// Where data are.
#[derive(clap::Args)]
pub(crate) struct Place {
    /// The folder of the data [default: MIDGE_DATA, or the recipe's own folder]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Place {
    /// Folders to look for data in, the first one first.
    pub(crate) fn folders(&self, recipe: &Path) -> Vec<PathBuf> {
        folders(self.data.as_deref(), recipe)
    }
}

/// Folders to look for data in, the first one first: that which was said, else that of the environment and the recipe's.
pub(crate) fn folders(data: Option<&Path>, recipe: &Path) -> Vec<PathBuf> {
    if let Some(data) = data {
        return vec![data.to_path_buf()];
    }
    let own = recipe.parent().map(Path::to_path_buf);
    std::env::var_os("MIDGE_DATA").map(PathBuf::from).into_iter().chain(own).collect()
}

/// A schedule by its name in recipes.
fn course(name: &str) -> Result<recipe::Course, String> {
    serde_json::from_value(name.into()).map_err(|error| error.to_string())
}

/// The share of right answers that is more than integers should cost.
const LOST: f64 = 0.05;

/// What came of a training.
#[derive(Serialize)]
struct Told<'a> {
    name: &'a str,
    ended: &'static str,
    epochs: u64,
    steps: u64,
    parameters: usize,
    samples: [usize; 3],
    checkpoint: PathBuf,
    file: PathBuf,
    bytes: usize,
    arena_bytes: u64,
    /// On samples to test with, or where there are none to choose by.
    float: Score,
    int8: Score,
    /// What runs the model on an emulated microcontroller.
    next: String,
    /// All epochs, those in integers behind those in floats.
    rows: &'a [Row],
}

impl Args {
    /// The recipe with what the command line says otherwise.
    fn recipe(&self) -> Result<Recipe, Failure> {
        let mut recipe = Recipe::read(&self.recipe)?;
        recipe.epochs = self.epochs.unwrap_or(recipe.epochs);
        recipe.seed = self.seed.unwrap_or(recipe.seed);
        recipe.patience = self.patience.or(recipe.patience);
        recipe.schedule.kind = self.lr_schedule.unwrap_or(recipe.schedule.kind);
        if self.qat {
            recipe.qat.get_or_insert_default();
        }
        recipe.model.freeze.extend(self.freeze.iter().cloned());
        recipe.check()?;
        Ok(recipe)
    }

    /// The training, where it begins or goes on.
    fn training(&self, recipe: &Recipe) -> Result<Training, Failure> {
        let splits = recipe.data.open(&self.place.folders(&self.recipe), recipe.seed)?;
        let beside = |from: &String| self.recipe.with_file_name(from);
        let from = self.from.clone().or_else(|| recipe.model.from.as_ref().map(beside));
        let from = from.map(|path| midge_recipe::weights(&path)).transpose()?;
        let mut training = Training::new(recipe, splits, from.as_ref(), self.threads())?;
        if let Some(path) = &self.load_checkpoint {
            let kept = Checkpoint::load(path).map_err(midge_recipe::Error::from)?;
            training.resume(kept).map_err(|error| Failure::from(error).about(path))?;
        }
        Ok(training)
    }

    /// The line that scores a model on an emulated microcontroller.
    fn next(&self, output: &Path, split: &str) -> String {
        let data =
            self.place.data.as_ref().map(|data| format!(" --data {}", data.display())).unwrap_or_default();
        let (output, recipe) = (output.display(), self.recipe.display());
        format!("midge eval {output} --recipe {recipe} --split {split}{data} --on m4")
    }

    /// How to go on where it was stopped.
    fn stopped(&self, folder: &Folder) -> Failure {
        let on =
            format!("midge train {} --load-checkpoint {}", self.recipe.display(), folder.last().display());
        Failure::check("stopped, with a checkpoint").hint(format!("go on with: {on}"))
    }

    fn threads(&self) -> usize {
        match self.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        }
    }
}

pub(crate) fn run(args: &Args, show: &Show) -> Result<(), Failure> {
    let recipe = args.recipe()?;
    midge_train::set_default_device(Arc::new(midge_train::Cpu::new(args.threads())));
    let mut training = args.training(&recipe)?;
    let folder = Folder::new(&args.save_dir)?;
    let splits = training.splits().clone();
    let count = |data: &Option<_>| data.as_ref().map_or(0, |data: &Arc<dyn Dataset>| data.len());
    let samples = [splits.train.len(), count(&splits.valid), count(&splits.test)];
    let parameters = training.parameters();
    show.say(format!(
        "{}: {} parameters; {} samples to train on, {} to choose by, {} to test with",
        recipe.name,
        grouped(parameters as u64),
        grouped(samples[0] as u64),
        grouped(samples[1] as u64),
        grouped(samples[2] as u64)
    ));
    let stop = stop();
    let run = Run { folder: &folder, stop: &stop, steps: args.max_steps };
    let ended = train(&mut training, &recipe, run, show)?;
    if ended == Ended::Stopped {
        return Err(args.stopped(&folder));
    }
    training.finish()?;
    let steps = Some(recipe.data.pipeline()?).filter(|_| !recipe.data.prepare.is_empty());
    let name = Some(recipe.name.clone());
    let options = Options { target: args.target, name, preprocess: steps, ..Options::default() };
    let (graph, rows) = match &recipe.qat {
        None => {
            show.spin("quantizing");
            (export::integers(&training)?, training.rows().to_vec())
        }
        Some(qat) => {
            let floats = training.rows().len() as u64;
            let trained = training.quantized(qat, run, &mut |row| {
                let (epoch, all, loss) = (row.epoch - floats, qat.epochs, row.loss);
                let chosen = row.valid.as_ref().map(|valid| format!(", chosen by {:.4}", valid.loss));
                let chosen = chosen.unwrap_or_default();
                show.say(format!("epoch {epoch} of {all} in integers: loss {loss:.4}{chosen}"));
            })?;
            let (graph, rows) = trained.ok_or_else(|| args.stopped(&folder))?;
            (better(graph, &training, &splits, show)?, rows)
        }
    };
    let file = File::from_bytes(&export::packed(graph.clone(), &options)?)?;
    let output = args.output.clone().unwrap_or_else(|| folder.path().join("model.midge"));
    let written = match is_onnx(&output) {
        true => onnx(&graph, &options)?,
        false => file.bytes().to_vec(),
    };
    write(&output, &written)?;
    let (split, data) = scored(&splits);
    let told = Told {
        name: &recipe.name,
        ended: match ended {
            Ended::Early => "patience",
            Ended::Steps => "steps",
            Ended::Done | Ended::Stopped => "epochs",
        },
        epochs: training.rows().len() as u64,
        steps: training.steps(),
        parameters,
        samples,
        checkpoint: folder.last(),
        bytes: written.len(),
        arena_bytes: file.plan()?.arena_len() as u64,
        float: training.score(data)?,
        int8: export::score(&file, data, training.objective(), &mut export::here)?,
        next: args.next(&output, split),
        file: output,
        rows: &rows,
    };
    show.data(&told, || text(&told))?;
    if let (("accuracy", float), ("accuracy", int8)) = (told.float.first(), told.int8.first())
        && float - int8 > LOST
    {
        let lost = (float - int8) * 100.0;
        show.say(format!(
            "integers cost {lost:.1} points: do inputs differ in size? docs/TROUBLESHOOTING.md, under Numbers, says what helps"
        ));
    }
    Ok(())
}

/// The model that epochs in integers made, unless that of the weights before them does better on samples kept to choose.
fn better(seen: Graph, training: &Training, splits: &Splits, show: &Show) -> Result<Graph, Failure> {
    let Some(valid) = &splits.valid else { return Ok(seen) };
    let plain = export::integers(training)?;
    let loss = |graph: &Graph| -> Result<f64, Failure> {
        let file = File::from_bytes(&export::packed(graph.clone(), &Options::default())?)?;
        Ok(export::score(&file, valid, training.objective(), &mut export::here)?.loss)
    };
    let (before, behind) = (loss(&plain)?, loss(&seen)?);
    if before >= behind {
        return Ok(seen);
    }
    show.say(format!(
        "the weights from before the epochs in integers are better, and stay: {before:.4}, not {behind:.4}"
    ));
    Ok(plain)
}

/// The samples that the model is scored on, and what they are called.
fn scored(splits: &Splits) -> (&'static str, &Arc<dyn Dataset>) {
    match (&splits.test, &splits.valid) {
        (Some(test), _) => ("test", test),
        (None, Some(valid)) => ("valid", valid),
        (None, None) => ("train", &splits.train),
    }
}

/// Becomes true when someone asks the program to end; the second time it does at once.
fn stop() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    // where signals can't be caught, they end the program as they would have
    let _ = ctrlc::set_handler(move || {
        if asked.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
    stop
}

/// Trains and shows how it goes.
fn train(training: &mut Training, recipe: &Recipe, run: Run<'_>, show: &Show) -> Result<Ended, Failure> {
    let batches = training.batches() as u64;
    let mut meter = Meter::new(show, recipe.epochs * batches);
    Ok(training.run(run, &mut |event| match event {
        Event::Step { epoch, batch, batches, loss, .. } => meter.at((epoch - 1) * batches + batch, || {
            format!("epoch {epoch} of {}, batch {batch} of {batches}, loss {loss:.4}", recipe.epochs)
        }),
        Event::Epoch { row, best } => meter.line(line(row, recipe.epochs, *best)),
        Event::RolledBack { loss, epoch, rate } => meter.line(format!(
            "the loss became {loss}: back to the last good state, in epoch {epoch}, and on with a rate of {rate:e}"
        )),
    })?)
}

/// What is said of an epoch.
fn line(row: &Row, epochs: u64, best: bool) -> String {
    let mut text = format!("epoch {} of {epochs}: loss {:.4}", row.epoch, row.loss);
    if let Some(valid) = &row.valid {
        text += &format!(", chosen by {:.4}", valid.loss);
        let (name, value) = valid.first();
        if name != "loss" {
            text += &format!(", {name} {value:.4}");
        }
    }
    text + &format!(", rate {:.1e}{}", row.rate, if best { ", best" } else { "" })
}

fn text(told: &Told<'_>) -> String {
    let mut all = vec![
        ("name", told.name.to_owned()),
        ("ended by", told.ended.to_owned()),
        ("epochs", told.epochs.to_string()),
        ("steps", grouped(told.steps)),
        ("checkpoint", told.checkpoint.display().to_string()),
    ];
    all.push(("model", format!("{}, {} bytes", told.file.display(), grouped(told.bytes as u64))));
    all.push(("arena", format!("{} bytes", grouped(told.arena_bytes))));
    all.push(("tested on", format!("{} samples", grouped(told.float.rows as u64))));
    let mut table = Table::new(&["weights", told.float.first().0]);
    for (weights, score) in [("float", &told.float), ("int8", &told.int8)] {
        table.row([weights.into(), shown(score)]);
    }
    format!("{}\n{}\non an emulated microcontroller:\n  {}\n", facts(&all), table.text(), told.next)
}

/// The number that people ask for first.
fn shown(score: &Score) -> String {
    match score.first() {
        ("accuracy", value) => percent(value),
        (_, value) => format!("{value:.4}"),
    }
}
