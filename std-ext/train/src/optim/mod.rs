//! Optimizers: from gradients to better parameters.

mod clip;
mod ema;
mod schedule;

pub use clip::clip_grad_norm;
pub use ema::Ema;
pub use schedule::{Plateau, Schedule};

use crate::device::{Op, Rule};
use crate::tensor::run;
use crate::{Error, Result, Tensor};

/// Stochastic gradient descent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sgd {
    /// How much of the last step is kept.
    pub momentum: f32,
    /// How much of the gradient momentum does not get.
    pub dampening: f32,
    /// Nesterov's: a look ahead along the momentum.
    pub nesterov: bool,
    /// L2 penalty.
    pub weight_decay: f32,
}

/// Adam (Kingma and Ba 2015).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam {
    /// Decay of the first and the second moment.
    pub betas: [f32; 2],
    /// Keeps the divisor from zero.
    pub epsilon: f32,
    /// L2 penalty.
    pub weight_decay: f32,
}

/// Adam whose penalty acts on weights directly (Loshchilov and Hutter 2019).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamW {
    /// Decay of the first and the second moment.
    pub betas: [f32; 2],
    /// Keeps the divisor from zero.
    pub epsilon: f32,
    /// Penalty on weights.
    pub weight_decay: f32,
}

/// RMSprop (Hinton 2012).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RmsProp {
    /// Decay of the mean square.
    pub alpha: f32,
    /// Keeps the divisor from zero.
    pub epsilon: f32,
    /// How much of the last step is kept.
    pub momentum: f32,
    /// L2 penalty.
    pub weight_decay: f32,
}

/// Adagrad (Duchi and others 2011).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adagrad {
    /// How much the rate falls with each step.
    pub rate_decay: f32,
    /// Keeps the divisor from zero.
    pub epsilon: f32,
    /// L2 penalty.
    pub weight_decay: f32,
}

impl Default for Sgd {
    fn default() -> Sgd {
        Sgd { momentum: 0.0, dampening: 0.0, nesterov: false, weight_decay: 0.0 }
    }
}

impl Default for Adam {
    fn default() -> Adam {
        Adam { betas: [0.9, 0.999], epsilon: 1e-8, weight_decay: 0.0 }
    }
}

impl Default for AdamW {
    fn default() -> AdamW {
        AdamW { betas: [0.9, 0.999], epsilon: 1e-8, weight_decay: 0.01 }
    }
}

impl Default for RmsProp {
    fn default() -> RmsProp {
        RmsProp { alpha: 0.99, epsilon: 1e-8, momentum: 0.0, weight_decay: 0.0 }
    }
}

impl Default for Adagrad {
    fn default() -> Adagrad {
        Adagrad { rate_decay: 0.0, epsilon: 1e-10, weight_decay: 0.0 }
    }
}

/// A way to change parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Method {
    /// Stochastic gradient descent.
    Sgd(Sgd),
    /// Adam.
    Adam(Adam),
    /// Adam with decoupled penalty.
    AdamW(AdamW),
    /// RMSprop.
    RmsProp(RmsProp),
    /// Adagrad.
    Adagrad(Adagrad),
}

macro_rules! methods {
    ($($name:ident),+) => {$(
        impl From<$name> for Method {
            fn from(method: $name) -> Method {
                Method::$name(method)
            }
        }
    )+};
}
methods!(Sgd, Adam, AdamW, RmsProp, Adagrad);

impl Method {
    /// What step number `step`, from 1, does.
    fn rule(self, rate: f32, step: u64) -> Rule {
        let adam = |betas: [f32; 2], epsilon, decay, decoupled| Rule::Adam {
            rate,
            betas,
            epsilon,
            decay,
            decoupled,
            corrections: betas
                .map(|beta| (1.0 - f64::from(beta).powi(step.min(i32::MAX as u64) as i32)) as f32),
        };
        match self {
            Method::Sgd(Sgd { momentum, dampening, nesterov, weight_decay }) => {
                Rule::Sgd { rate, momentum, dampening, nesterov, decay: weight_decay, first: step == 1 }
            }
            Method::Adam(Adam { betas, epsilon, weight_decay }) => adam(betas, epsilon, weight_decay, false),
            Method::AdamW(AdamW { betas, epsilon, weight_decay }) => adam(betas, epsilon, weight_decay, true),
            Method::RmsProp(RmsProp { alpha, epsilon, momentum, weight_decay }) => {
                Rule::RmsProp { rate, alpha, epsilon, momentum, decay: weight_decay }
            }
            Method::Adagrad(Adagrad { rate_decay, epsilon, weight_decay }) => Rule::Adagrad {
                rate: rate / (1.0 + (step - 1) as f32 * rate_decay),
                epsilon,
                decay: weight_decay,
            },
        }
    }
}

/// Parameters with one learning rate.
struct Group {
    parameters: Vec<Tensor>,
    /// States of each parameter.
    states: Vec<Vec<Tensor>>,
    /// Its learning rate, relative to the optimizer's.
    factor: f32,
}

/// Changes parameters by their gradients.
///
/// ```
/// use midge_train::nn::{Linear, Module};
/// use midge_train::optim::{Adam, Optimizer};
/// use midge_train::{Rng, Tensor, loss};
///
/// let layer = Linear::new(2, 1, &mut Rng::new(1))?;
/// let mut optimizer = Optimizer::new(Adam::default(), 0.1, layer.parameters())?;
/// let (x, y) = (Tensor::from_slice(&[0.0f32, 1.0, 1.0, 0.0], [2, 2])?, Tensor::from_slice(&[2.0f32, 3.0], [2, 1])?);
/// for _ in 0..300 {
///     optimizer.zero_grad();
///     loss::mse(&layer.forward(&x)?, &y)?.backward()?;
///     optimizer.step()?;
/// }
/// assert!(loss::mse(&layer.forward(&x)?, &y)?.item()? < 1e-3);
/// # Ok::<(), midge_train::Error>(())
/// ```
pub struct Optimizer {
    method: Method,
    rate: f32,
    step: u64,
    groups: Vec<Group>,
}

impl Optimizer {
    /// An optimizer of `parameters` with a learning rate.
    ///
    /// # Errors
    /// There is no memory left for states.
    pub fn new(method: impl Into<Method>, rate: f32, parameters: Vec<Tensor>) -> Result<Optimizer> {
        let mut optimizer = Optimizer { method: method.into(), rate, step: 0, groups: Vec::new() };
        optimizer.add_group(parameters, 1.0)?;
        Ok(optimizer)
    }

    /// More parameters, whose learning rate is `factor` times the optimizer's.
    ///
    /// # Errors
    /// There is no memory left for states.
    pub fn add_group(&mut self, parameters: Vec<Tensor>, factor: f32) -> Result<()> {
        let count = self.method.rule(self.rate, 1).states();
        let states =
            parameters.iter().map(|p| (0..count).map(|_| Tensor::zeros_on(p.device(), p.shape())).collect());
        let states = states.collect::<Result<Vec<_>>>()?;
        self.groups.push(Group { parameters, states, factor });
        Ok(())
    }

    /// Changes all parameters that have a gradient.
    ///
    /// # Errors
    /// A device fails.
    pub fn step(&mut self) -> Result<()> {
        self.step_scaled(1.0)
    }

    /// [`Optimizer::step`] with gradients multiplied by `scale`: one divided by how many batches they were added up over,
    /// or by the scale of the loss.
    ///
    /// # Errors
    /// A device fails.
    pub fn step_scaled(&mut self, scale: f32) -> Result<()> {
        self.step += 1;
        for group in &self.groups {
            let (mut gradients, mut writes) = (Vec::new(), Vec::new());
            for (parameter, states) in group.parameters.iter().zip(&group.states) {
                let Some(gradient) = parameter.grad() else { continue };
                gradients.push(gradient.contiguous()?);
                writes.push(parameter);
                writes.extend(states);
            }
            if writes.is_empty() {
                continue;
            }
            let rule = self.method.rule(self.rate * group.factor, self.step);
            run(&Op::Step { rule, scale }, &gradients.iter().collect::<Vec<_>>(), &writes)?;
            writes.iter().for_each(|tensor| tensor.buffer().changed());
        }
        Ok(())
    }

    /// Forgets all gradients.
    pub fn zero_grad(&self) {
        self.groups.iter().flat_map(|group| &group.parameters).for_each(|parameter| parameter.set_grad(None));
    }

    /// All parameters, of all groups.
    pub fn parameters(&self) -> Vec<Tensor> {
        self.groups.iter().flat_map(|group| group.parameters.iter().cloned()).collect()
    }

    /// The learning rate.
    pub fn rate(&self) -> f32 {
        self.rate
    }

    /// Another learning rate from the next step on.
    pub fn set_rate(&mut self, rate: f32) {
        self.rate = rate;
    }

    /// How many steps it has made.
    pub fn steps(&self) -> u64 {
        self.step
    }

    /// What it has to know to go on: steps made, and the states in a fixed order.
    pub fn state(&self) -> (u64, Vec<Tensor>) {
        let states = self.groups.iter().flat_map(|group| group.states.iter().flatten().map(Tensor::detach));
        (self.step, states.collect())
    }

    /// Goes on where [`Optimizer::state`] was.
    ///
    /// # Errors
    /// It is of another optimizer, or of other parameters.
    pub fn load_state(&mut self, step: u64, states: &[Tensor]) -> Result<()> {
        let (_, own) = self.state();
        if own.len() != states.len()
            || own.iter().zip(states).any(|(own, other)| own.shape() != other.shape())
        {
            let why = format!(
                "{} tensors of state, and {} are needed, of the shapes of the parameters",
                states.len(),
                own.len()
            );
            return Err(Error::Argument { op: "load_state", why });
        }
        own.iter().zip(states).try_for_each(|(own, other)| own.assign(other))?;
        self.step = step;
        Ok(())
    }
}
