//! Dropout.

use std::sync::{Mutex, PoisonError};

use super::{Mode, Module, Part};
use crate::{Error, Result, Rng, Tensor};

/// In training, sets elements to zero with a probability, and makes the others larger so that the mean stays. Else it
/// does nothing.
#[derive(Debug)]
pub struct Dropout {
    probability: f32,
    mode: Mode,
    rng: Mutex<Rng>,
}

impl Dropout {
    /// Drops elements with `probability`.
    ///
    /// # Errors
    /// It is not at least 0 and under 1.
    pub fn new(probability: f32, rng: &mut Rng) -> Result<Dropout> {
        if !(0.0..1.0).contains(&probability) {
            return Err(Error::Argument {
                op: "dropout",
                why: format!("a probability of {probability} is not in 0..1"),
            });
        }
        Ok(Dropout { probability, mode: Mode::default(), rng: Mutex::new(rng.fork()) })
    }
}

impl Module for Dropout {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        if !self.mode.is_training() || self.probability == 0.0 {
            return Ok(x.clone());
        }
        let keep = 1.0 - self.probability;
        let mut rng = self.rng.lock().unwrap_or_else(PoisonError::into_inner);
        let mask = (0..x.elements()).map(|_| if rng.uniform() < keep { 1.0 / keep } else { 0.0 }).collect();
        x.mul(&Tensor::from_vec_on::<f32>(x.device(), mask, x.shape())?)
    }

    fn visit<'a>(&'a self, visitor: &mut dyn FnMut(&str, Part<'a>)) {
        visitor("mode", Part::Mode(&self.mode));
        visitor("rng", Part::Random(&self.rng));
    }
}
