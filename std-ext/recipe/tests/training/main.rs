//! Trainings of small networks: what they reach, that they go on as if they had never stopped, and what recipes may say.
#![expect(clippy::unwrap_used, reason = "tests")]

mod data;
mod recipe;
mod run;

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use midge_recipe::{Ended, Event, Folder, Recipe, Run, Training};
use tempfile::TempDir;

/// The test rows of digits: 360 images.
fn digits() -> Vec<PathBuf> {
    vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/digits/goldens")]
}

/// A recipe for digits with other keys at its top and end, and other layers.
fn recipe(top: &str, layers: &str, end: &str) -> Recipe {
    let text = format!(
        "batch = 32\nseed = 7\n{top}\n[model]\nlayers = [{layers}]\n[data]\nkind = \"npz\"\npath = \"test.npz\"\n\
         shape = [1, 8, 8]\nprepare = \"scale 1/16\"\ntest = \"index % 5 == 0\"\n{end}"
    );
    Recipe::parse(&text).unwrap()
}

const MLP: &str = "\"flatten\", { linear = 24 }, \"relu\", { linear = 10 }";

/// A network that has everything a checkpoint must keep.
const CNN: &str = "{ conv = { channels = 6, size = 3, stride = 2 } }, \"batch_norm\", \"relu\", \
                   { dropout = 0.3 }, \"flatten\", { linear = 10 }";

fn training(recipe: &Recipe, threads: usize) -> Training {
    let splits = recipe.data.open(&digits(), recipe.seed).unwrap();
    Training::new(recipe, splits, None, threads).unwrap()
}

/// What a folder for a test holds, and what happened.
struct Done {
    folder: TempDir,
    ended: Ended,
    rolled: Vec<f32>,
}

impl Done {
    fn last(&self) -> Vec<u8> {
        std::fs::read(self.folder.path().join("last.midge")).unwrap()
    }
}

/// Trains until its end, or for so many steps.
fn run(training: &mut Training, steps: Option<u64>) -> midge_recipe::Result<Done> {
    let folder = tempfile::tempdir().unwrap();
    let place = Folder::new(folder.path())?;
    let mut rolled = Vec::new();
    let never = AtomicBool::new(false);
    let ended = training.run(Run { folder: &place, stop: &never, steps }, &mut |event| {
        if let Event::RolledBack { rate, .. } = event {
            rolled.push(*rate);
        }
    })?;
    Ok(Done { folder, ended, rolled })
}
