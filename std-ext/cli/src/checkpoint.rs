//! `midge checkpoint`: what trainings have left.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use midge_recipe::recipe_of;
use midge_train::checkpoint::{Checkpoint, Safetensors};
use serde::Serialize;

use crate::failure::Failure;
use crate::show::Show;
use crate::table::{Table, facts, grouped};

/// Look at checkpoints of trainings
#[derive(clap::Args)]
#[command(after_help = "Examples:
  midge checkpoint list checkpoints
  midge checkpoint show checkpoints/best.midge
  midge checkpoint export checkpoints/best.midge -o weights.safetensors")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The checkpoints of a folder
    List {
        /// The folder
        #[arg(default_value = "checkpoints")]
        folder: PathBuf,
    },
    /// Where a training was: epoch, losses, recipe, weights
    Show {
        /// The checkpoint
        file: PathBuf,
    },
    /// Write the weights as a .safetensors file
    Export {
        /// The checkpoint
        file: PathBuf,
        /// The file to write
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
}

/// Where a training was.
#[derive(Serialize)]
struct Told {
    file: PathBuf,
    epoch: u64,
    batch: u64,
    steps: Option<u64>,
    loss: Option<f32>,
    valid_loss: Option<f32>,
    best_loss: Option<f64>,
    parameters: usize,
    vocabulary: Option<usize>,
    config: serde_json::Value,
}

impl Told {
    fn of(file: &Path, kept: &Checkpoint) -> Told {
        let last = |curve: &str| kept.curve(curve).last().copied();
        let weights = kept.values.iter().filter(|(name, _)| name.starts_with("model/"));
        Told {
            file: file.into(),
            epoch: kept.epoch,
            batch: kept.batch,
            steps: kept.steps,
            loss: last("loss"),
            valid_loss: last("valid_loss"),
            best_loss: kept.config.pointer("/state/best").and_then(serde_json::Value::as_f64),
            parameters: weights.map(|(_, values)| values.data().len()).sum(),
            vocabulary: kept.vocabulary.as_ref().map(midge_train::data::Vocabulary::len),
            config: kept.config.get("recipe").cloned().unwrap_or_default(),
        }
    }
}

fn load(path: &Path) -> Result<Checkpoint, Failure> {
    Ok(Checkpoint::load(path).map_err(midge_recipe::Error::from)?)
}

pub(crate) fn run(args: &Args, show: &Show) -> Result<(), Failure> {
    match &args.what {
        What::List { folder } => {
            let entries = std::fs::read_dir(folder)
                .map_err(|error| Failure::input(format!("cannot read {}: {error}", folder.display())))?;
            let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
            files.sort();
            // models, and files that are none of ours, lie beside checkpoints and are no reason to stop
            let kept = files.iter().filter_map(|file| Some(Told::of(file, &Checkpoint::load(file).ok()?)));
            let all: Vec<Told> = kept.collect();
            show.data(&all, || {
                let mut table = Table::new(&["file", "epoch", "batch", "loss", "best"]);
                for told in &all {
                    table.row([
                        told.file.display().to_string(),
                        told.epoch.to_string(),
                        told.batch.to_string(),
                        told.loss.map(|loss| format!("{loss:.4}")).unwrap_or_default(),
                        told.best_loss.map(|loss| format!("{loss:.4}")).unwrap_or_default(),
                    ]);
                }
                table.text()
            })
        }
        What::Show { file } => {
            let kept = load(file)?;
            recipe_of(&kept).map_err(|error| Failure::from(error).about(file))?;
            let told = Told::of(file, &kept);
            show.data(&told, || text(&told))
        }
        What::Export { file, output } => {
            let weights = load(file)?.weights().map_err(midge_recipe::Error::from)?;
            let mut tensors = Safetensors::of(&weights).map_err(midge_recipe::Error::from)?;
            tensors.metadata.insert("format".into(), "pt".into());
            tensors.write(output).map_err(|error| Failure::usage(error.to_string()))?;
            let names: Vec<String> = weights.keys().cloned().collect();
            show.data(&names, || format!("{} tensors -> {}\n", names.len(), output.display()))
        }
    }
}

fn text(told: &Told) -> String {
    let mut all = vec![
        ("epoch", told.epoch.to_string()),
        ("batch", told.batch.to_string()),
        ("steps", told.steps.map(grouped).unwrap_or_default()),
        ("weights", grouped(told.parameters as u64)),
    ];
    let curves =
        [("loss", told.loss), ("chosen by", told.valid_loss), ("best", told.best_loss.map(|x| x as f32))];
    all.extend(curves.into_iter().filter_map(|(name, loss)| Some((name, format!("{:.4}", loss?)))));
    all.extend(told.vocabulary.map(|count| ("characters", count.to_string())));
    let recipe = serde_json::to_string_pretty(&told.config).unwrap_or_default();
    format!("{}\nrecipe\n{recipe}\n", facts(&all))
}
