//! What a recipe says: everything that decides which weights come out.

use std::path::Path;

use midge_train::data::augment::Augment;
use midge_train::nn::matches;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::layer::Layer;
use crate::source::Data;

/// A recipe, as its file has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// What the model is called; the name of the recipe's folder, unless it is given.
    #[serde(default)]
    pub name: String,
    /// The network.
    pub model: Model,
    /// What it is trained on.
    pub data: Data,
    /// How weights follow gradients.
    #[serde(default)]
    pub optimizer: Optimizer,
    /// How the learning rate changes.
    #[serde(default)]
    pub schedule: Schedule,
    /// What is done to samples of training, one after the other.
    #[serde(default)]
    pub augment: Vec<Augment>,
    /// Epochs that see the integers of the model, behind the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qat: Option<Qat>,
    /// How often all samples are gone through.
    pub epochs: u64,
    /// Samples that go through the network together.
    pub batch: usize,
    /// Where all chance comes from.
    #[serde(default)]
    pub seed: u64,
    /// What is made small; what suits the labels, unless it is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loss: Option<Loss>,
    /// The share of a target that all classes get.
    #[serde(default)]
    pub smoothing: f32,
    /// Epochs without a better loss on the samples kept to choose, after which training ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patience: Option<u64>,
    /// The greatest length of all gradients together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clip: Option<f32>,
    /// Batches whose gradients make one step.
    #[serde(default = "one")]
    pub accumulate: u64,
    /// How much of a moving average of weights each step keeps; the averages become the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ema: Option<f32>,
    /// Steps between checkpoints within an epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub save_every: Option<u64>,
}

const fn one() -> u64 {
    1
}

/// The network.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Layers, one behind the other.
    #[serde(default)]
    pub layers: Vec<Layer>,
    /// A checkpoint or a file of safetensors whose weights are taken over where names and shapes agree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Names of weights that stay as they are; `*` stands for anything.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub freeze: Vec<String>,
}

/// Quantization-aware training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Qat {
    /// Its epochs, behind those of the recipe.
    pub epochs: u64,
    /// Its learning rate, as a share of the optimizer's.
    pub rate: f32,
}

impl Default for Qat {
    fn default() -> Qat {
        Qat { epochs: 5, rate: 0.1 }
    }
}

/// Ways to follow gradients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// Stochastic gradient descent.
    Sgd,
    /// Adam.
    #[default]
    Adam,
    /// Adam with decoupled penalty.
    AdamW,
    /// RMSprop.
    RmsProp,
    /// Adagrad.
    Adagrad,
}

/// The optimizer. What a method has and is not given is as PyTorch has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Optimizer {
    /// The method.
    pub method: Method,
    /// The learning rate.
    pub rate: f32,
    /// How much of the last step is kept (sgd, rmsprop).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub momentum: Option<f32>,
    /// Whether to look ahead along the momentum (sgd).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nesterov: Option<bool>,
    /// The decays of both moments (adam, adamw).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub betas: Option<[f32; 2]>,
    /// The decay of the mean square (rmsprop).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alpha: Option<f32>,
    /// Keeps the divisor from zero (all but sgd).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epsilon: Option<f32>,
    /// The penalty on weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight_decay: Option<f32>,
    /// Weights with another learning rate.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group>,
}

impl Default for Optimizer {
    fn default() -> Optimizer {
        Optimizer {
            method: Method::Adam,
            rate: 1e-3,
            momentum: None,
            nesterov: None,
            betas: None,
            alpha: None,
            epsilon: None,
            weight_decay: None,
            groups: Vec::new(),
        }
    }
}

/// Weights with another learning rate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Their names; `*` stands for anything.
    pub weights: String,
    /// Their learning rate, as a share of the optimizer's.
    pub factor: f32,
}

/// Courses of the learning rate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Course {
    /// Always the same.
    #[default]
    Constant,
    /// Less every so many epochs.
    Step,
    /// Half a wave of the cosine down, over all epochs.
    Cosine,
    /// Up and down, over all epochs.
    OneCycle,
    /// Less when the loss does not fall any more.
    Plateau,
}

/// How the learning rate changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Schedule {
    /// Its course.
    pub kind: Course,
    /// Epochs at the start in which it rises to what it should be, parts of them too.
    pub warm_up: f32,
    /// Epochs of a step.
    pub every: u64,
    /// What each step, or each end of patience, multiplies it by.
    pub factor: f32,
    /// Where the cosine ends, as a share.
    pub floor: f32,
    /// The share of a cycle that goes up.
    pub rise: f32,
    /// Epochs that a plateau lasts.
    pub patience: u32,
}

impl Default for Schedule {
    fn default() -> Schedule {
        Schedule {
            kind: Course::Constant,
            warm_up: 0.0,
            every: 10,
            factor: 0.1,
            floor: 0.0,
            rise: 0.3,
            patience: 10,
        }
    }
}

/// What training makes small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// Cross-entropy of classes: outputs are logits.
    CrossEntropy,
    /// The mean of squared differences from the labels.
    Mse,
    /// The mean of absolute differences.
    L1,
    /// Squares up to 1, and linear beyond.
    Huber,
    /// Binary cross-entropy: outputs are logits, labels 0 or 1.
    Bce,
    /// The mean of squared differences from the input: an autoencoder.
    Reconstruction,
}

impl Recipe {
    /// Reads a recipe's file.
    ///
    /// # Errors
    /// It can't be read, or says what no recipe says: the line, the key, and what is known.
    pub fn read(path: &Path) -> Result<Recipe> {
        let text = std::fs::read_to_string(path).map_err(|source| Error::Io {
            verb: "read",
            path: path.into(),
            source,
        })?;
        let mut recipe = Recipe::parse(&text).map_err(|error| error.about(path))?;
        if recipe.name.is_empty() {
            let full = path.canonicalize().unwrap_or_else(|_| path.into());
            let folder = full.parent().and_then(Path::file_name).unwrap_or_default();
            let own = full.file_stem().filter(|stem| *stem != "recipe").unwrap_or(folder);
            recipe.name = own.to_string_lossy().into_owned();
        }
        Ok(recipe)
    }

    /// Reads a recipe.
    ///
    /// # Errors
    /// As [`Recipe::read`].
    pub fn parse(text: &str) -> Result<Recipe> {
        let recipe: Recipe =
            toml::from_str(text).map_err(|error| Error::Recipe(error.to_string().trim_end().to_owned()))?;
        recipe.check()?;
        Ok(recipe)
    }

    /// Refuses what would be read and not be meant.
    ///
    /// # Errors
    /// A key that says nothing here, or a number out of its range.
    pub fn check(&self) -> Result<()> {
        let wrong = |what: String| Err(Error::Recipe(what));
        if self.batch == 0 || self.accumulate == 0 || self.save_every == Some(0) {
            return wrong("batch, accumulate and save_every are 1 or more".into());
        }
        if self.qat.as_ref().is_some_and(|qat| qat.epochs == 0 || !(qat.rate > 0.0 && qat.rate.is_finite())) {
            return wrong("qat: epochs are 1 or more, and the rate is above 0".into());
        }
        if self.model.layers.is_empty() {
            return wrong(
                "model: no layers; list them, as in layers = [\"flatten\", { linear = 10 }]".into(),
            );
        }
        if !(self.optimizer.rate > 0.0 && self.optimizer.rate.is_finite()) {
            return wrong(format!("optimizer: a rate of {} is not above 0", self.optimizer.rate));
        }
        if let Some(ema) = self.ema.filter(|ema| !(0.0..1.0).contains(ema)) {
            return wrong(format!("ema: {ema} is not in 0..1"));
        }
        self.optimizer.check()?;
        self.data.check()
    }
}

impl Model {
    /// Whether weights of a name stay as they are.
    pub(crate) fn freezes(&self, name: &str) -> bool {
        self.freeze.iter().any(|pattern| matches(pattern, name))
    }
}

impl Optimizer {
    /// Refuses keys that the method does not have.
    fn check(&self) -> Result<()> {
        use Method::{Adagrad, Adam, AdamW, RmsProp, Sgd};
        let given: [(&str, bool, &[Method]); 5] = [
            ("momentum", self.momentum.is_some(), &[Sgd, RmsProp]),
            ("nesterov", self.nesterov.is_some(), &[Sgd]),
            ("betas", self.betas.is_some(), &[Adam, AdamW]),
            ("alpha", self.alpha.is_some(), &[RmsProp]),
            ("epsilon", self.epsilon.is_some(), &[Adam, AdamW, RmsProp, Adagrad]),
        ];
        match given.iter().find(|(_, given, methods)| *given && !methods.contains(&self.method)) {
            Some((key, _, methods)) => Err(Error::Recipe(format!(
                "optimizer: {key} is for {methods:?}, and the method is {:?}",
                self.method
            ))),
            None => Ok(()),
        }
    }

    /// The method with its numbers.
    pub(crate) fn method(&self) -> midge_train::optim::Method {
        use midge_train::optim::{Adagrad, Adam, AdamW, RmsProp, Sgd};
        match self.method {
            Method::Sgd => {
                let usual = Sgd::default();
                Sgd {
                    momentum: self.momentum.unwrap_or(usual.momentum),
                    nesterov: self.nesterov.unwrap_or(usual.nesterov),
                    weight_decay: self.weight_decay.unwrap_or(usual.weight_decay),
                    ..usual
                }
                .into()
            }
            Method::Adam => {
                let usual = Adam::default();
                Adam {
                    betas: self.betas.unwrap_or(usual.betas),
                    epsilon: self.epsilon.unwrap_or(usual.epsilon),
                    weight_decay: self.weight_decay.unwrap_or(usual.weight_decay),
                }
                .into()
            }
            Method::AdamW => {
                let usual = AdamW::default();
                AdamW {
                    betas: self.betas.unwrap_or(usual.betas),
                    epsilon: self.epsilon.unwrap_or(usual.epsilon),
                    weight_decay: self.weight_decay.unwrap_or(usual.weight_decay),
                }
                .into()
            }
            Method::RmsProp => {
                let usual = RmsProp::default();
                RmsProp {
                    alpha: self.alpha.unwrap_or(usual.alpha),
                    epsilon: self.epsilon.unwrap_or(usual.epsilon),
                    momentum: self.momentum.unwrap_or(usual.momentum),
                    weight_decay: self.weight_decay.unwrap_or(usual.weight_decay),
                }
                .into()
            }
            Method::Adagrad => {
                let usual = Adagrad::default();
                Adagrad {
                    epsilon: self.epsilon.unwrap_or(usual.epsilon),
                    weight_decay: self.weight_decay.unwrap_or(usual.weight_decay),
                    ..usual
                }
                .into()
            }
        }
    }
}

impl Schedule {
    /// The factors of a run of so many steps an epoch; a plateau is not among them.
    pub(crate) fn factors(&self, epochs: u64, each: u64) -> midge_train::optim::Schedule {
        use midge_train::optim::Schedule as Factors;
        let warm = (f64::from(self.warm_up.max(0.0)) * each as f64).round() as u64;
        let steps = (epochs * each).saturating_sub(warm).max(1);
        let then = match self.kind {
            Course::Constant | Course::Plateau => Factors::Constant,
            Course::Step => Factors::Step { every: self.every * each, gamma: self.factor },
            Course::Cosine => Factors::Cosine { steps, floor: self.floor },
            Course::OneCycle => Factors::OneCycle { steps, rise: self.rise },
        };
        if warm == 0 { then } else { Factors::WarmUp { steps: warm, then: Box::new(then) } }
    }
}
