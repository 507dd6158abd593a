//! What can go wrong with a recipe.

use std::path::{Path, PathBuf};

use midge_train::checkpoint::CheckpointError;
use midge_train::data::DataError;

/// Why nothing was trained, or not to the end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The recipe says what no recipe says.
    #[error("{0}")]
    Recipe(String),
    /// A file of a recipe.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<Error>,
    },
    /// The operating system refused.
    #[error("cannot {verb} {}: {source}", path.display())]
    Io {
        /// `read` or `write`.
        verb: &'static str,
        /// The file.
        path: PathBuf,
        /// Its reason.
        source: std::io::Error,
    },
    /// Data that are not there.
    #[error("the data are not there: no {}", path.display())]
    Missing {
        /// What was looked for.
        path: PathBuf,
        /// Where they come from, and how to say where they are.
        hint: String,
    },
    /// A layer does not suit what comes before it.
    #[error("model: layer {number}, {name}: {what}")]
    Layer {
        /// Its number, from 1.
        number: usize,
        /// Its name.
        name: String,
        /// What is wrong.
        what: String,
    },
    /// Numbers became infinite, or none, however small the rate.
    #[error("epoch {epoch}, batch {batch}: the loss is {loss}, also with a rate of {rate:e}")]
    Diverged {
        /// The epoch, the first one 1.
        epoch: u64,
        /// The batch, the first one 1.
        batch: u64,
        /// What the loss was.
        loss: f32,
        /// The last rate that was tried.
        rate: f32,
    },
    /// The network does not become a model, or a model does not run.
    #[error("{0}")]
    Export(String),
    /// Reading data.
    #[error(transparent)]
    Data(#[from] DataError),
    /// Computing.
    #[error(transparent)]
    Tensor(#[from] midge_train::Error),
    /// Keeping the training, or going on with one.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

/// A result about a recipe.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// The same error about a file.
    pub(crate) fn about(self, path: &Path) -> Error {
        Error::File { path: path.into(), source: Box::new(self) }
    }
}
