//! What training makes small, and what a network is worth.

use midge_train::data::{Batch, DataError, Dataset};
use midge_train::metrics::{Average, Confusion, auc_roc, r2};
use midge_train::{Tensor, loss};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::recipe::{Loss, Recipe};
use crate::source::has_classes;

/// A loss with its settings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Objective {
    loss: Loss,
    smoothing: f32,
}

/// How well answers fit their labels.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// How many samples were scored.
    pub rows: usize,
    /// The mean of the loss.
    pub loss: f64,
    /// Share of the right classes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<f64>,
    /// The mean of the F1 of all classes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub f1: Option<f64>,
    /// How well faults are told from what is not, by how badly inputs are made again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auc: Option<f64>,
    /// The share of the labels' variance that is explained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r2: Option<f64>,
}

impl Score {
    /// The number that people ask for first, and its name.
    pub fn first(&self) -> (&'static str, f64) {
        let known = [("accuracy", self.accuracy), ("auc", self.auc), ("r2", self.r2)];
        let found = known.into_iter().find_map(|(name, value)| Some((name, value?)));
        found.unwrap_or(("loss", self.loss))
    }
}

impl Objective {
    /// What the recipe asks for, or suits the labels of the data.
    ///
    /// # Errors
    /// They do not go together.
    pub fn of(recipe: &Recipe, data: &dyn Dataset) -> Result<Objective> {
        let classes = has_classes(data)?;
        let loss = recipe.loss.unwrap_or(match classes {
            Some(true) => Loss::CrossEntropy,
            Some(false) => Loss::Mse,
            None => Loss::Reconstruction,
        });
        let fits = match loss {
            Loss::CrossEntropy => classes == Some(true),
            Loss::Reconstruction => true,
            Loss::Mse | Loss::L1 | Loss::Huber | Loss::Bce => classes == Some(false),
        };
        let labels = match classes {
            Some(true) => "classes",
            Some(false) => "numbers",
            None => "not there",
        };
        match fits {
            true => Ok(Objective { loss, smoothing: recipe.smoothing }),
            false => Err(Error::Recipe(format!("loss: {loss:?} does not go with labels that are {labels}"))),
        }
    }

    /// The loss of what a network makes of a batch of these data.
    ///
    /// # Errors
    /// Shapes do not fit, or a class has no output.
    pub fn loss(&self, output: &Tensor, batch: &Batch, data: &dyn Dataset) -> Result<Tensor> {
        let label = self.label(batch)?;
        let fit = |label: &Tensor| label.reshape(output.shape());
        Ok(match self.loss {
            Loss::CrossEntropy => {
                check_classes(output, &label, batch, data)?;
                loss::cross_entropy_smooth(output, &label, self.smoothing)?
            }
            Loss::Mse | Loss::Reconstruction => loss::mse(output, &fit(&label)?)?,
            Loss::L1 => loss::l1(output, &fit(&label)?)?,
            Loss::Huber => loss::huber(output, &fit(&label)?, 1.0)?,
            Loss::Bce => loss::bce_with_logits(output, &fit(&label)?)?,
        })
    }

    /// What outputs should be.
    fn label(&self, batch: &Batch) -> Result<Tensor> {
        let label =
            if self.loss == Loss::Reconstruction { batch.inputs.first() } else { batch.label.as_ref() };
        label.cloned().ok_or_else(|| Error::Recipe("data: samples have no label".into()))
    }
}

/// Refuses a class that has no output, and says where it stands.
fn check_classes(output: &Tensor, label: &Tensor, batch: &Batch, data: &dyn Dataset) -> Result<()> {
    let outputs = output.shape().iter().next_back().copied().unwrap_or(1);
    let labels = label.to_vec::<i64>()?;
    let Some(at) =
        labels.iter().position(|class| !usize::try_from(*class).is_ok_and(|class| class < outputs))
    else {
        return Ok(());
    };
    let each = (labels.len() / batch.indices.len().max(1)).max(1);
    let index = batch.indices.get(at / each).copied().unwrap_or_default();
    let what = format!("class {}, while the network has {outputs} outputs, for classes from 0", labels[at]);
    Err(DataError::Sample { name: data.name(index), what }.into())
}

/// Adds up what answers to some data are worth, batch by batch.
pub struct Tally<'a> {
    objective: Objective,
    data: &'a dyn Dataset,
    rows: usize,
    loss: f64,
    counts: Vec<Vec<u64>>,
    /// Labels and outputs that are numbers; of an autoencoder whether there is a fault, and how far off it is.
    pairs: (Vec<f64>, Vec<f64>),
}

impl<'a> Tally<'a> {
    /// Nothing yet.
    pub fn new(objective: Objective, data: &'a dyn Dataset) -> Tally<'a> {
        Tally { objective, data, rows: 0, loss: 0.0, counts: Vec::new(), pairs: Default::default() }
    }

    /// Adds the answers to a batch.
    ///
    /// # Errors
    /// Shapes do not fit.
    pub fn add(&mut self, output: &Tensor, batch: &Batch) -> Result<()> {
        let plain = Objective { smoothing: 0.0, ..self.objective };
        let rows = batch.indices.len();
        self.loss += f64::from(plain.loss(output, batch, self.data)?.item()?) * rows as f64;
        self.rows += rows;
        let floats = |tensor: &Tensor| Ok::<_, Error>(tensor.to_vec::<f32>()?);
        match self.objective.loss {
            Loss::CrossEntropy => {
                let label = self.objective.label(batch)?;
                let classes = output.shape().iter().next_back().copied().unwrap_or(1);
                let places = label.elements();
                let found = Confusion::of(&output.reshape([places, classes])?, &label.reshape(places)?)?;
                self.counts.resize(found.counts().len(), vec![0; found.counts().len()]);
                for (all, more) in self.counts.iter_mut().zip(found.counts()) {
                    all.iter_mut().zip(more).for_each(|(all, more)| *all += more);
                }
            }
            Loss::Reconstruction => {
                let Some(label) = &batch.label else { return Ok(()) };
                let (made, given) = (floats(output)?, floats(&batch.inputs[0])?);
                let each = (made.len() / rows.max(1)).max(1);
                let far = made.chunks(each).zip(given.chunks(each)).map(|(made, given)| {
                    made.iter().zip(given).map(|(x, y)| f64::from(x - y).powi(2)).sum::<f64>() / each as f64
                });
                self.pairs.1.extend(far);
                self.pairs
                    .0
                    .extend(label.to_vec::<i64>()?.iter().map(|class| f64::from(u8::from(*class > 0))));
            }
            Loss::Mse | Loss::L1 | Loss::Huber | Loss::Bce => {
                self.pairs.0.extend(floats(&self.objective.label(batch)?)?.iter().map(|x| f64::from(*x)));
                self.pairs.1.extend(floats(output)?.iter().map(|x| f64::from(*x)));
            }
        }
        Ok(())
    }

    /// The score of everything that was added.
    ///
    /// # Errors
    /// Nothing was.
    pub fn score(self) -> Result<Score> {
        let mut score =
            Score { rows: self.rows, loss: self.loss / self.rows.max(1) as f64, ..Score::default() };
        let (labels, outputs) = self.pairs;
        match self.objective.loss {
            Loss::CrossEntropy => {
                let found = Confusion::from_counts(self.counts)?;
                score.accuracy = Some(found.accuracy());
                score.f1 = Some(found.average(Average::Macro).f1);
            }
            Loss::Reconstruction => {
                let faults: Vec<bool> = labels.iter().map(|label| *label > 0.0).collect();
                if faults.contains(&true) && faults.contains(&false) {
                    score.auc = Some(auc_roc(&faults, &outputs)?);
                }
            }
            Loss::Bce => {
                let right = labels.iter().zip(&outputs).filter(|(label, x)| (**label > 0.5) == (**x > 0.0));
                score.accuracy = Some(right.count() as f64 / labels.len().max(1) as f64);
            }
            Loss::Mse | Loss::L1 | Loss::Huber => score.r2 = r2(&labels, &outputs).ok(),
        }
        Ok(score)
    }
}
