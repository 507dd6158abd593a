//! Gradients of a recipe's network against differences.

use std::path::PathBuf;
use std::sync::Arc;

use midge_train::data::{Loader, Memory, Values};
use midge_train::nn::Module;
use midge_train::{Checked, Rng, Shape, gradcheck_module};

use crate::error::{Error, Result};
use crate::recipe::{Loss, Recipe};
use crate::source::{Learn, Splits};
use crate::training::Training;

impl Training {
    /// Holds the gradients of the loss of so many samples to train on against differences: those of `most` numbers of each
    /// parameter. Layers are in training, and dropout drops the same each time; what was trained stays as it is.
    ///
    /// # Errors
    /// Samples can't be read, or the loss is no number.
    pub fn gradcheck(&self, samples: usize, most: usize) -> Result<Vec<Checked>> {
        let loader = Loader::new(Arc::clone(&self.splits.train), samples)?.shuffle(self.recipe.seed);
        let batch = loader.epoch(0).next();
        let batch = batch.ok_or_else(|| Error::Recipe("data: there is no sample to train on".into()))??;
        self.net.set_training(true);
        gradcheck_module(&self.net, most, || {
            self.objective.loss(&self.net.forward(&batch.inputs[0])?, &batch, &*self.splits.train)
        })
    }
}

/// The data of a recipe, or so many samples of noise where there are none and the recipe says what shape samples have; and
/// whether it is noise.
///
/// # Errors
/// The data are not what the recipe says; or they are not there, and the recipe says no shape.
pub fn data_or_noise(recipe: &Recipe, roots: &[PathBuf], samples: usize) -> Result<(Splits, bool)> {
    let missing = match recipe.data.open(roots, recipe.seed) {
        Ok(splits) => return Ok((splits, false)),
        Err(error) => error,
    };
    let (Error::Missing { .. }, Some(shape)) = (&missing, &recipe.data.shape) else { return Err(missing) };
    let rng = &mut Rng::new(recipe.seed);
    let all: Shape = std::iter::once(samples).chain(shape.iter().copied()).collect();
    let noise = (0..all.elements()).map(|_| rng.normal()).collect();
    let numbers = recipe.data.learn == Some(Learn::Number)
        || recipe.loss.is_some_and(|loss| loss != Loss::CrossEntropy);
    // every network for classes tells two apart
    let label = match numbers {
        true => Values::floats([samples, 1], (0..samples).map(|_| rng.normal()).collect())?,
        false => Values::indices(samples, (0..samples).map(|_| rng.below(2) as i64).collect())?,
    };
    let train = Arc::new(Memory::new("noise", vec![Values::floats(all, noise)?], Some(label))?);
    Ok((Splits { train, valid: None, test: None, vocabulary: None }, true))
}
