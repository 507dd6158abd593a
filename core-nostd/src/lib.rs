//! Neural network inference for microcontrollers: `no_std`, no allocation, the same bits everywhere.
//!
//! A model is a *plan*: a list of steps over a table of operands, made on the desktop by the `midge` tool, which has
//! chosen the kernels, arranged the weights for them and given every tensor its place in one arena. What is left for
//! the device is to call one function after the other.
//!
//! Two doors lead to a run. The **static door** checks a plan while the program is compiled and turns its steps into
//! function pointers, so that the linker drops every kernel that no plan names:
//!
//! ```
//! midge_core::model! { pub static DIGITS = "../../models/digits/digits.midge"; }
//!
//! let mut arena = midge_core::Arena::<{ DIGITS::ARENA }>::new();
//! let image: DIGITS::Input = [0.0; 64];
//! let scores: &DIGITS::Output = DIGITS.run(&mut arena, &image)?;
//! assert_eq!(scores.len(), 10);
//! # Ok::<(), midge_core::Error>(())
//! ```
//!
//! The **run-time door**, [`Runtime::load`], makes the same checks for plans that arrive later, against a list of
//! kernels. Both lead to a [`Session`]: a plan at work in an arena. [`Runtime::bind`] looks the kernels up once, in room for as
//! many steps as its type says; a plan of more is refused.
//!
//! A plan is not trusted: whatever its bytes, loading and running end with a typed [`Error`] or with numbers, never
//! with a panic or an access outside its operands. Unsafe code lives in two places, `aligned` and `simd`.
#![no_std]
#![deny(clippy::indexing_slicing)]

#[cfg(test)]
extern crate std;

pub mod aligned;
mod arena;
mod claim;
pub mod custom;
mod error;
pub mod fixed;
pub mod half;
mod kernel;
mod math;
mod model;
pub mod ops;
pub mod plan;
#[cfg(feature = "signal")]
pub mod signal;
pub mod simd;
mod tensor;
pub mod wire;

pub use aligned::{Aligned, Element};
pub use arena::Arena;
pub use claim::{Claim, shape};
pub use error::{At, Error};
pub use kernel::{Io, Kernel, Registered, Task};
pub use model::{Bound, Done, Kernels, Model, Resolve, Runtime, Session};
pub use plan::Plan;
pub use tensor::{Rows, View};
pub use wire::{Dims, crc32};

#[doc(hidden)]
pub mod door;
