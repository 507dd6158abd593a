//! Checkpoints: everything that a training needs to go on as if it had never stopped.
//!
//! ```
//! use midge_train::checkpoint::Checkpoint;
//! use midge_train::nn::{Linear, Module};
//! use midge_train::optim::{Adam, Optimizer};
//! use midge_train::Rng;
//!
//! let net = Linear::new(2, 1, &mut Rng::new(1))?;
//! let mut optimizer = Optimizer::new(Adam::default(), 0.1, net.parameters())?;
//! let mut checkpoint = Checkpoint { epoch: 3, ..Checkpoint::default() };
//! checkpoint.keep_module(&net)?;
//! checkpoint.keep_optimizer(&optimizer)?;
//! let bytes = checkpoint.bytes()?;
//!
//! let checkpoint = Checkpoint::from_bytes(&bytes, "last.midge".as_ref())?;
//! checkpoint.restore_module(&net)?;
//! checkpoint.restore_optimizer(&mut optimizer)?;
//! assert_eq!(checkpoint.epoch, 3);
//! # Ok::<(), midge_train::checkpoint::CheckpointError>(())
//! ```

mod bytes;
mod error;
mod safe;
mod stored;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::PoisonError;

use midge_runtime::atomic;

pub use error::{CheckpointError, Result};
pub use safe::Safetensors;

use crate::data::{Values, Vocabulary};
use crate::device::Data;
use crate::nn::{Module, Part};
use crate::optim::Optimizer;
use crate::{Rng, Tensor};

/// The state of a training. As a file it is a `.midge` file with other sections than a model's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checkpoint {
    /// What was trained and how, for whoever goes on.
    pub config: serde_json::Value,
    /// The epoch to go on with, the first one 0.
    pub epoch: u64,
    /// The batch of it to go on with, the first one 0.
    pub batch: u64,
    /// Characters of a model of text.
    pub vocabulary: Option<Vocabulary>,
    /// Numbers by name. Those of a module begin with `model/`, of an optimizer with `optimizer/`, curves with `curve/`;
    /// a program may add its own.
    pub values: BTreeMap<String, Values>,
    /// Sources of random numbers by name. Those of a module begin with `model/`.
    pub random: BTreeMap<String, Rng>,
    /// Steps that the optimizer has made, if it is kept.
    pub steps: Option<u64>,
}

impl Checkpoint {
    /// Keeps parameters, buffers and random numbers of a module.
    ///
    /// # Errors
    /// A device does not give its numbers.
    pub fn keep_module(&mut self, module: &dyn Module) -> Result<()> {
        for (name, tensor) in module.state_dict() {
            self.keep(format!("model/{name}"), &tensor)?;
        }
        module.all_parts("", &mut |path, part| {
            if let Part::Random(rng) = part {
                let rng = rng.lock().unwrap_or_else(PoisonError::into_inner).clone();
                self.random.insert(format!("model/{path}"), rng);
            }
        });
        Ok(())
    }

    /// Gives a module what [`Checkpoint::keep_module`] kept.
    ///
    /// # Errors
    /// It is another module. Nothing has changed then.
    pub fn restore_module(&self, module: &dyn Module) -> Result<()> {
        let mut missing = None;
        module.all_parts("", &mut |path, part| {
            if let Part::Random(_) = part
                && !self.random.contains_key(&format!("model/{path}"))
            {
                missing.get_or_insert(format!("random numbers for {path}"));
            }
        });
        if let Some(missing) = missing {
            return Err(CheckpointError::Missing(missing));
        }
        module.load_state_dict(&self.weights()?)?;
        module.all_parts("", &mut |path, part| {
            if let (Part::Random(rng), Some(kept)) = (part, self.random.get(&format!("model/{path}"))) {
                *rng.lock().unwrap_or_else(PoisonError::into_inner) = kept.clone();
            }
        });
        Ok(())
    }

    /// Parameters and buffers by their names, as [`Module::load_state_dict`] takes them.
    ///
    /// # Errors
    /// There is no memory left.
    pub fn weights(&self) -> Result<BTreeMap<String, Tensor>> {
        let own =
            self.values.iter().filter_map(|(name, values)| Some((name.strip_prefix("model/")?, values)));
        own.map(|(name, values)| Ok((name.to_owned(), values.clone().tensor()?))).collect()
    }

    /// Keeps the steps and states of an optimizer, and its rate.
    ///
    /// # Errors
    /// A device does not give its numbers.
    pub fn keep_optimizer(&mut self, optimizer: &Optimizer) -> Result<()> {
        let (steps, states) = optimizer.state();
        self.values.retain(|name, _| !name.starts_with("optimizer/"));
        for (at, state) in states.iter().enumerate() {
            self.keep(format!("optimizer/{at}"), state)?;
        }
        self.values.insert("optimizer/rate".into(), Values::floats(1, vec![optimizer.rate()])?);
        self.steps = Some(steps);
        Ok(())
    }

    /// Gives an optimizer what [`Checkpoint::keep_optimizer`] kept.
    ///
    /// # Errors
    /// It is another optimizer, or of other parameters. Nothing has changed then.
    pub fn restore_optimizer(&self, optimizer: &mut Optimizer) -> Result<()> {
        let steps = self.steps.ok_or_else(|| CheckpointError::Missing("optimizer".into()))?;
        let states = (0..).map_while(|at| self.values.get(&format!("optimizer/{at}")));
        let states = states.map(|values| Ok(values.clone().tensor()?)).collect::<Result<Vec<_>>>()?;
        let [rate] = *self.numbers("optimizer/rate")? else {
            return Err(CheckpointError::Missing("rate of the optimizer".into()));
        };
        optimizer.load_state(steps, &states)?;
        optimizer.set_rate(rate);
        Ok(())
    }

    /// Keeps the numbers of a tensor under a name.
    ///
    /// # Errors
    /// A device does not give them.
    pub fn keep(&mut self, name: impl Into<String>, tensor: &Tensor) -> Result<()> {
        self.values.insert(name.into(), Values::new(tensor.shape(), tensor.data()?)?);
        Ok(())
    }

    /// Adds a number to the end of a curve, such as the loss of each epoch.
    pub fn push(&mut self, curve: &str, number: f32) {
        let name = format!("curve/{curve}");
        let mut all = self.numbers(&name).map(<[f32]>::to_vec).unwrap_or_default();
        all.push(number);
        // as many numbers as the shape says, so this is always there
        if let Ok(values) = Values::new(all.len(), Data::F32(all)) {
            self.values.insert(name, values);
        }
    }

    /// A curve that [`Checkpoint::push`] made; empty if there is none.
    pub fn curve(&self, name: &str) -> &[f32] {
        self.numbers(&format!("curve/{name}")).unwrap_or_default()
    }

    fn numbers(&self, name: &str) -> Result<&[f32]> {
        let numbers = self.values.get(name).and_then(Values::as_floats);
        numbers.ok_or_else(|| CheckpointError::Missing(name.into()))
    }

    /// Writes a file, whole or not at all: whatever ends this process, `path` holds this checkpoint or what it held before.
    ///
    /// # Errors
    /// The operating system refuses, or there is more than a file can hold.
    pub fn save(&self, path: &Path) -> Result<()> {
        let failed = |source| CheckpointError::Io { verb: "write", path: path.into(), source };
        atomic::write(path, &self.bytes()?).map_err(failed)
    }

    /// Reads a file. Every byte is checked.
    ///
    /// # Errors
    /// It can't be read, is damaged, or is a model.
    pub fn load(path: &Path) -> Result<Checkpoint> {
        let failed = |source| CheckpointError::Io { verb: "read", path: path.into(), source };
        Checkpoint::from_bytes(&std::fs::read(path).map_err(failed)?, path)
    }
}
