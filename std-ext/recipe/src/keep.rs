//! A training as a checkpoint, and back.

use std::collections::BTreeMap;

use midge_train::checkpoint::{Checkpoint, CheckpointError};
use midge_train::data::Values;
use midge_train::optim::Ema;
use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::recipe::Recipe;
use crate::state::{Row, State};
use crate::training::Training;

/// What may be another when a training goes on: it decides when it ends, and nothing before.
const MAY_DIFFER: [&str; 5] = ["epochs", "name", "patience", "qat", "save_every"];

impl Training {
    /// Everything that it needs to go on.
    pub(crate) fn keep(&self) -> Result<Checkpoint> {
        let mut kept = Checkpoint {
            config: json!({ "recipe": self.recipe, "state": self.state }),
            epoch: self.state.epoch,
            batch: self.state.batch,
            vocabulary: self.splits.vocabulary.clone(),
            ..Checkpoint::default()
        };
        kept.keep_module(&self.net)?;
        kept.keep_optimizer(&self.optimizer)?;
        keep_averages(&mut kept, self.ema.as_ref(), &self.best)?;
        keep_curves(&mut kept, &self.state.rows);
        Ok(kept)
    }

    /// The checkpoint of the best epoch: its weights in the place of the last ones.
    pub(crate) fn keep_best(&self) -> Result<Checkpoint> {
        let mut best = self.keep()?;
        for (name, values) in &self.best {
            best.values.insert(format!("model/{name}"), values.clone());
        }
        Ok(best)
    }

    /// Goes on where a checkpoint was.
    ///
    /// # Errors
    /// It is of another recipe; what differs is named.
    pub fn resume(&mut self, kept: Checkpoint) -> Result<()> {
        let own = serde_json::to_value(&self.recipe).unwrap_or_default();
        // Read and written again: how digits of a number are written may differ between builds.
        let other = serde_json::to_value(recipe_of(&kept)?).unwrap_or_default();
        let differs = differing(&own, &other);
        if !differs.is_empty() {
            return Err(Error::Recipe(format!(
                "the checkpoint is of another recipe: {} differ; start anew, or take its weights with --from",
                differs.join(", ")
            )));
        }
        if kept.vocabulary != self.splits.vocabulary {
            return Err(Error::Recipe("the checkpoint is of another text: its characters differ".into()));
        }
        self.restore(&kept)?;
        self.good = kept;
        Ok(())
    }

    /// Puts everything where it was.
    pub(crate) fn restore(&mut self, kept: &Checkpoint) -> Result<()> {
        let missing = || CheckpointError::Missing("state of a recipe's training".into());
        let state = kept.config.get("state").cloned().ok_or_else(missing)?;
        let state: State = serde_json::from_value(state).map_err(|_| missing())?;
        self.best = restore_averages(kept, self.ema.as_ref())?;
        kept.restore_module(&self.net)?;
        kept.restore_optimizer(&mut self.optimizer)?;
        if let (Some(plateau), Some(at)) = (&mut self.plateau, state.plateau) {
            plateau.load_state(at);
        }
        self.state = state;
        Ok(())
    }
}

/// Adds epochs to the curves.
pub(crate) fn keep_curves(kept: &mut Checkpoint, rows: &[Row]) {
    for row in rows {
        kept.push("loss", row.loss as f32);
        if let Some(valid) = &row.valid {
            kept.push("valid_loss", valid.loss as f32);
            let (name, value) = valid.first();
            kept.push(&format!("valid_{name}"), value as f32);
        }
    }
}

/// Keeps moving averages, and the weights of the best epoch.
pub(crate) fn keep_averages(
    kept: &mut Checkpoint,
    ema: Option<&Ema>,
    best: &BTreeMap<String, Values>,
) -> Result<()> {
    for (at, average) in ema.iter().flat_map(|ema| ema.averages().iter().enumerate()) {
        kept.keep(format!("ema/{at}"), average)?;
    }
    kept.values.extend(best.iter().map(|(name, values)| (format!("best/{name}"), values.clone())));
    Ok(())
}

/// Puts moving averages where they were, and gives the weights of the best epoch.
pub(crate) fn restore_averages(kept: &Checkpoint, ema: Option<&Ema>) -> Result<BTreeMap<String, Values>> {
    for (at, average) in ema.iter().flat_map(|ema| ema.averages().iter().enumerate()) {
        let name = format!("ema/{at}");
        let values = kept.values.get(&name).ok_or(CheckpointError::Missing(name))?;
        average.assign(&values.clone().tensor()?)?;
    }
    let best = kept.values.iter().filter_map(|(name, values)| Some((name.strip_prefix("best/")?, values)));
    Ok(best.map(|(name, values)| (name.to_owned(), values.clone())).collect())
}

/// The recipe that a checkpoint was written by.
///
/// # Errors
/// It was written by something else.
pub fn recipe_of(kept: &Checkpoint) -> Result<Recipe> {
    let recipe = kept.config.get("recipe").cloned().unwrap_or_default();
    serde_json::from_value(recipe).map_err(|_| CheckpointError::Missing("recipe".into()).into())
}

/// Keys at the top of two recipes that say something else.
fn differing(own: &Value, other: &Value) -> Vec<String> {
    let (Some(own), Some(other)) = (own.as_object(), other.as_object()) else { return vec!["all".into()] };
    let mut keys: Vec<&String> = own.keys().chain(other.keys()).collect();
    keys.sort();
    keys.dedup();
    let differ = keys.into_iter().filter(|key| own.get(*key) != other.get(*key));
    differ.filter(|key| !MAY_DIFFER.contains(&key.as_str())).cloned().collect()
}

/// Whether all weights are finite.
pub(crate) fn is_sound(kept: &Checkpoint) -> bool {
    let finite = |values: &Values| values.as_floats().unwrap_or_default().iter().all(|x| x.is_finite());
    kept.values.iter().filter(|(name, _)| name.starts_with("model/")).all(|(_, values)| finite(values))
}
