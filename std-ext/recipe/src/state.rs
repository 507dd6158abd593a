//! Where a training is, besides its weights.

use serde::{Deserialize, Serialize};

use crate::objective::Score;

/// What came of an epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The epoch, the first one 1.
    pub epoch: u64,
    /// Steps of the optimizer until its end.
    pub step: u64,
    /// The learning rate of its last step.
    pub rate: f32,
    /// The mean loss while training.
    pub loss: f64,
    /// The score on samples that are kept to choose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid: Option<Score>,
}

/// Where a training is. All of it is finite, so that JSON keeps every bit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    /// The epoch at hand, the first one 0; its batches that are done; the sum of their losses, and their samples.
    pub(crate) epoch: u64,
    pub(crate) batch: u64,
    pub(crate) loss: f64,
    pub(crate) seen: u64,
    /// The learning rate before the schedule: plateaus and roll backs lower it.
    pub(crate) rate: f32,
    /// The loss of the first batch.
    pub(crate) first: Option<f32>,
    /// The best loss on samples that are kept to choose, and epochs since.
    pub(crate) best: Option<f64>,
    pub(crate) waited: u64,
    /// State of a plateau, once it has seen a loss.
    pub(crate) plateau: Option<(f32, u32)>,
    /// How often it was rolled back since the last good state.
    pub(crate) rollbacks: u64,
    /// Epochs that are done.
    pub(crate) rows: Vec<Row>,
}

impl State {
    pub(crate) fn new(rate: f32) -> State {
        State {
            epoch: 0,
            batch: 0,
            loss: 0.0,
            seen: 0,
            rate,
            first: None,
            best: None,
            waited: 0,
            plateau: None,
            rollbacks: 0,
            rows: Vec::new(),
        }
    }
}
