//! Data to train on: where it comes from, how it is split, changed, and put together in batches.
//!
//! A [`Dataset`] gives samples by number. [`Table`] reads CSV, [`Memory`] arrays of `.npy` and `.npz`, IDX as MNIST has it
//! and CIFAR-10, [`Folder`] images and sounds, [`Text`] characters. [`Rule`] splits them, and a [`Loader`] makes batches
//! in any number of threads, always the same ones.
//!
//! ```
//! use std::sync::Arc;
//!
//! use midge_train::data::{Loader, Memory, Values};
//!
//! let x = Values::floats([4, 2], vec![0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0])?;
//! let data = Memory::new("xor", vec![x], Some(Values::indices([4], vec![0, 1, 1, 0])?))?;
//! let loader = Loader::new(Arc::new(data), 3)?.shuffle(7);
//! for batch in loader.epoch(0) {
//!     let batch = batch?;
//!     println!("{} {:?}", batch.inputs[0], batch.label);
//! }
//! # Ok::<(), midge_train::data::DataError>(())
//! ```

pub mod augment;
mod binary;
mod error;
mod folder;
mod loader;
mod memory;
mod split;
mod stats;
mod table;
mod text;
mod validate;
mod values;

use std::sync::Arc;

pub use augment::Transform;
pub use error::{DataError, Result};
pub use folder::{Classes, Folder};
pub use loader::{Batch, Epoch, Loader};
pub use memory::Memory;
pub use split::{Rule, Subset};
pub use stats::{Stats, stats};
pub use table::{Table, Target};
pub use text::{Text, Vocabulary};
pub use validate::{Broken, validate};
pub use values::Values;

/// What a network sees at once, and what it should make of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// One for each input of the network.
    pub inputs: Vec<Values>,
    /// A class (i64, no axis), a class for each place, or numbers; none where nothing is to be learned of it.
    pub label: Option<Values>,
}

/// Samples by number.
pub trait Dataset: Send + Sync {
    /// How many samples there are.
    fn len(&self) -> usize;

    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A sample, the first one 0.
    ///
    /// # Errors
    /// It can't be read, or is not what it should be.
    fn get(&self, index: usize) -> Result<Sample>;

    /// Where a sample stands: its file, or file and row.
    fn name(&self, index: usize) -> String {
        format!("sample {index}")
    }

    /// Names of the classes, by number; none where labels are something else, or have no names.
    fn classes(&self) -> &[String] {
        &[]
    }
}

impl<D: Dataset + ?Sized> Dataset for Arc<D> {
    fn len(&self) -> usize {
        (**self).len()
    }

    fn get(&self, index: usize) -> Result<Sample> {
        (**self).get(index)
    }

    fn name(&self, index: usize) -> String {
        (**self).name(index)
    }

    fn classes(&self) -> &[String] {
        (**self).classes()
    }
}

/// An error unless there is a sample of that number.
fn within(index: usize, len: usize) -> Result<()> {
    if index < len { Ok(()) } else { Err(DataError::Index { index, len }) }
}
