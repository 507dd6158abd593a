//! Recipes: a network, its data, and how it is trained, in a file; trained, kept, gone on with, and made into a model.
//!
//! A [`Recipe`] decides every bit of the weights that come out, on any number of threads, and however often training was
//! interrupted: a [`Training`] keeps all of its state in a checkpoint.

pub mod chart;
pub mod curve;
mod error;
pub mod events;
pub mod export;
mod folder;
mod gradient;
mod keep;
pub mod layer;
mod objective;
mod pixels;
mod qat;
pub mod recipe;
pub mod source;
mod start;
mod state;
mod training;
mod vibration;

pub use error::{Error, Result};
pub use folder::Folder;
pub use gradient::data_or_noise;
pub use keep::recipe_of;
pub use objective::{Objective, Score, Tally};
pub use recipe::Recipe;
pub use source::Splits;
pub use start::weights;
pub use state::Row;
pub use training::{Ended, Event, Run, Training};
pub use vibration::vibration;

/// The README's program is a test.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
