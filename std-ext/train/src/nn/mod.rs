//! Layers, and how networks are made of them.
//!
//! A network is a struct of layers that implements [`Module`]; [`parts!`](crate::parts) lists its fields once, and
//! parameters, training mode, and checkpoints follow from that:
//!
//! ```
//! use midge_train::nn::{Linear, Module};
//! use midge_train::{Result, Rng, Tensor, parts};
//!
//! struct Net {
//!     hidden: Linear,
//!     head: Linear,
//! }
//!
//! impl Module for Net {
//!     parts!(hidden, head);
//!
//!     fn forward(&self, x: &Tensor) -> Result<Tensor> {
//!         self.head.forward(&self.hidden.forward(x)?.relu()?)
//!     }
//! }
//!
//! let rng = &mut Rng::new(0);
//! let net = Net { hidden: Linear::new(64, 32, rng)?, head: Linear::new(32, 10, rng)? };
//! let names: Vec<String> = net.named_parameters().into_iter().map(|(name, _)| name).collect();
//! assert_eq!(names, ["hidden.weight", "hidden.bias", "head.weight", "head.bias"]);
//! # Ok::<(), midge_train::Error>(())
//! ```

mod activation;
mod attention;
mod conv;
mod dropout;
mod embedding;
pub mod init;
mod linear;
mod norm;
mod pool;
mod recurrent;
mod sequential;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

pub use activation::{Elu, Flatten, Gelu, LeakyRelu, LogSoftmax, Relu, Sigmoid, Softmax, Swish, Tanh};
pub use attention::{MultiHeadAttention, TransformerBlock};
pub use conv::{Conv1d, Conv2d, Padding};
pub use dropout::Dropout;
pub use embedding::{Embedding, PositionalEncoding};
pub use linear::Linear;
pub use norm::{BatchNorm, GroupNorm, LayerNorm};
pub use pool::{
    AdaptiveAvgPool1d, AdaptiveAvgPool2d, AdaptiveMaxPool2d, AvgPool1d, AvgPool2d, MaxPool1d, MaxPool2d,
};
pub use recurrent::{Cell, Recurrent};
pub use sequential::Sequential;

use crate::{Error, Result, Rng, Tensor};

/// Whether a parameter's name is one that a pattern means, in which `*` stands for anything: `block.*` for all of a block's.
pub fn matches(pattern: &str, name: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(name) = name.strip_prefix(start) else { return false };
    (0..=name.len()).any(|at| name.get(at..).is_some_and(|name| matches(rest, name)))
}

/// Whether a layer is being trained. Layers start so.
#[derive(Debug)]
pub struct Mode(AtomicBool);

impl Default for Mode {
    fn default() -> Mode {
        Mode(AtomicBool::new(true))
    }
}

impl Mode {
    /// Whether the layer is being trained.
    pub fn is_training(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Starts or ends training.
    pub fn set(&self, training: bool) {
        self.0.store(training, Ordering::Relaxed);
    }
}

/// What a module consists of.
pub enum Part<'a> {
    /// A module in it.
    Module(&'a dyn Module),
    /// Numbers that training changes.
    Parameter(&'a Tensor),
    /// Numbers that belong to its state, such as running means.
    Buffer(&'a Tensor),
    /// Whether it is being trained.
    Mode(&'a Mode),
    /// Where its random numbers come from.
    Random(&'a std::sync::Mutex<Rng>),
}

/// Something that can be a part: fields of structs are handed to [`Module::visit`] by this.
pub trait AsPart {
    /// Calls `visitor` with itself under its name.
    fn part<'a>(&'a self, name: &str, visitor: &mut dyn FnMut(&str, Part<'a>));
}

impl<M: Module> AsPart for M {
    fn part<'a>(&'a self, name: &str, visitor: &mut dyn FnMut(&str, Part<'a>)) {
        visitor(name, Part::Module(self));
    }
}

impl AsPart for Tensor {
    fn part<'a>(&'a self, name: &str, visitor: &mut dyn FnMut(&str, Part<'a>)) {
        visitor(name, Part::Parameter(self));
    }
}

impl<M: Module> AsPart for Option<M> {
    fn part<'a>(&'a self, name: &str, visitor: &mut dyn FnMut(&str, Part<'a>)) {
        if let Some(module) = self {
            visitor(name, Part::Module(module));
        }
    }
}

impl<M: Module> AsPart for Vec<M> {
    fn part<'a>(&'a self, name: &str, visitor: &mut dyn FnMut(&str, Part<'a>)) {
        for (i, module) in self.iter().enumerate() {
            visitor(&format!("{name}.{i}"), Part::Module(module));
        }
    }
}

/// Implements [`Module::visit`](crate::nn::Module::visit) for a struct: the fields that are layers, lists of them, or
/// parameters.
#[macro_export]
macro_rules! parts {
    ($($field:ident),* $(,)?) => {
        fn visit<'a>(&'a self, visitor: &mut dyn FnMut(&str, $crate::nn::Part<'a>)) {
            $($crate::nn::AsPart::part(&self.$field, stringify!($field), visitor);)*
        }
    };
}

/// A layer, or a network of them.
pub trait Module: Send + Sync {
    /// What it makes of `x`.
    ///
    /// # Errors
    /// Shapes do not fit.
    fn forward(&self, x: &Tensor) -> Result<Tensor>;

    /// Calls `visitor` with each of its parts, and the name it has here.
    fn visit<'a>(&'a self, visitor: &mut dyn FnMut(&str, Part<'a>));

    /// All parts that are not modules themselves, with their paths (`block.0.weight`).
    fn all_parts<'a>(&'a self, path: &str, visitor: &mut dyn FnMut(&str, Part<'a>)) {
        self.visit(&mut |name, part| {
            let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            match part {
                Part::Module(module) => module.all_parts(&path, visitor),
                part => visitor(&path, part),
            }
        });
    }

    /// Parameters with their paths.
    fn named_parameters(&self) -> Vec<(String, Tensor)> {
        let mut all = Vec::new();
        self.all_parts("", &mut |path, part| {
            if let Part::Parameter(tensor) = part {
                all.push((path.to_owned(), tensor.clone()));
            }
        });
        all
    }

    /// What an optimizer changes.
    fn parameters(&self) -> Vec<Tensor> {
        self.named_parameters().into_iter().map(|(_, tensor)| tensor).collect()
    }

    /// How many numbers training changes.
    fn parameter_count(&self) -> usize {
        self.parameters().iter().map(Tensor::elements).sum()
    }

    /// Parameters and buffers by their paths.
    fn state_dict(&self) -> BTreeMap<String, Tensor> {
        let mut all = BTreeMap::new();
        self.all_parts("", &mut |path, part| {
            if let Part::Parameter(tensor) | Part::Buffer(tensor) = part {
                all.insert(path.to_owned(), tensor.detach());
            }
        });
        all
    }

    /// Takes over the numbers of another's [`Module::state_dict`]. Nothing changes unless all of it fits.
    ///
    /// # Errors
    /// Names are missing or unexpected, all of which are listed; or a shape differs.
    fn load_state_dict(&self, state: &BTreeMap<String, Tensor>) -> Result<()> {
        let own = self.state_dict();
        let names = |a: &BTreeMap<String, Tensor>, b: &BTreeMap<String, Tensor>| -> Vec<String> {
            a.keys().filter(|name| !b.contains_key(*name)).cloned().collect()
        };
        let (missing, unexpected) = (names(&own, state), names(state, &own));
        if !missing.is_empty() || !unexpected.is_empty() {
            let list = |what: &str, names: &[String]| {
                if names.is_empty() { String::new() } else { format!("; {what}: {}", names.join(", ")) }
            };
            let why = format!("names differ{}{}", list("missing", &missing), list("unexpected", &unexpected));
            return Err(Error::Argument { op: "load_state_dict", why });
        }
        for (name, tensor) in &own {
            if state[name].shape() != tensor.shape() {
                let why = format!("{name} is {}, and {} is given", tensor.shape(), state[name].shape());
                return Err(Error::Argument { op: "load_state_dict", why });
            }
        }
        own.iter().try_for_each(|(name, tensor)| tensor.assign(&state[name]))
    }

    /// Training on or off: dropout and batch normalization differ.
    fn set_training(&self, training: bool) {
        self.all_parts("", &mut |_, part| {
            if let Part::Mode(mode) = part {
                mode.set(training);
            }
        });
    }

    /// Forgets the gradients of all parameters.
    fn zero_grad(&self) {
        self.parameters().iter().for_each(|parameter| parameter.set_grad(None));
    }
}
