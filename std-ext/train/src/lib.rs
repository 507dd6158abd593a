//! Tensors that know their gradients, layers, and optimizers.
//!
//! [`Tensor`] is what everything is made of: numbers with a shape, on a [`Device`](device::Device). Operations on
//! tensors remember how their results were made, and [`Tensor::backward`] adds up the gradients of parameters.
//!
//! ```
//! use midge_train::Tensor;
//!
//! let weight = Tensor::from_slice(&[3.0f32, -1.0], [1, 2])?.requires_gradient();
//! let x = Tensor::from_slice(&[1.0f32, 2.0], [1, 2])?;
//! let loss = x.linear(&weight, None)?.map(|y| y.clone() * y)?.sum(&[], false)?;
//! loss.backward()?;
//! let gradient = weight.grad().map(|g| g.to_vec::<f32>()).transpose()?;
//! assert_eq!(gradient, Some(vec![2.0, 4.0]));
//! # Ok::<(), midge_train::Error>(())
//! ```

mod autograd;
pub mod checkpoint;
mod code;
mod cpu;
pub mod data;
pub mod device;
mod error;
mod gradcheck;
pub mod loss;
pub mod metrics;
mod network;
pub mod nn;
pub mod optim;
mod quantized;
mod rng;
mod shape;
mod tensor;
pub mod trace;

pub use autograd::{is_grad_enabled, no_grad};
pub use code::Code;
pub use cpu::Cpu;
pub use device::{Type, Window};
pub use error::{Error, Result};
pub use gradcheck::{Checked, gradcheck, gradcheck_module};
pub use network::Network;
pub use quantized::Quantized;
pub use rng::Rng;
pub use shape::{Layout, Shape};
pub use tensor::{Number, Tensor, default_device, set_default_device};
