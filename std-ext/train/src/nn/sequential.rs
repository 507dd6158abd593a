//! Layers one behind the other.

use super::{Module, Part};
use crate::{Result, Tensor};

/// Each layer gets what the one before has made. Layers are named by their numbers.
#[derive(Default)]
pub struct Sequential(Vec<Box<dyn Module>>);

impl Sequential {
    /// No layers yet.
    pub fn new() -> Sequential {
        Sequential::default()
    }

    /// With one more layer.
    #[expect(clippy::should_implement_trait, reason = "layers are added to a list, nothing is summed")]
    pub fn add(mut self, layer: impl Module + 'static) -> Sequential {
        self.0.push(Box::new(layer));
        self
    }

    /// How many layers there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Module for Sequential {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        self.0.iter().try_fold(x.clone(), |x, layer| layer.forward(&x))
    }

    fn visit<'a>(&'a self, visitor: &mut dyn FnMut(&str, Part<'a>)) {
        for (i, layer) in self.0.iter().enumerate() {
            visitor(&i.to_string(), Part::Module(&**layer));
        }
    }
}
