//! What can go wrong with data.

use std::path::{Path, PathBuf};

use midge_runtime::array::ArrayError;
use midge_runtime::folder::FolderError;

/// Why there is no data, or one sample of it is not there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// The operating system refused.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Its reason.
        source: std::io::Error,
    },
    /// A file is not what its format asks for, or holds nothing that can be trained on.
    #[error("{}: {what}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong, where, and what to do.
        what: String,
    },
    /// A sample is not what it should be.
    #[error("{name}: {what}")]
    Sample {
        /// Where it stands: file and row, or the file.
        name: String,
        /// What is wrong with it.
        what: String,
    },
    /// Cells of a row are empty.
    #[error("{name}: no value for {}; fill it in, or take the row out", columns.join(", "))]
    Missing {
        /// File and line.
        name: String,
        /// Titles of their columns.
        columns: Vec<String>,
    },
    /// There is no sample of that number.
    #[error("there is no sample {index}: the data has {len}")]
    Index {
        /// The number.
        index: usize,
        /// How many there are.
        len: usize,
    },
    /// A setting that makes no sense.
    #[error("{0}")]
    Setting(String),
    /// A worker of a loader ended before its work did: code of a data set or a transform panicked.
    #[error("a worker of the loader stopped before batch {0} was made; its panic is printed above")]
    Worker(usize),
    /// An array file.
    #[error(transparent)]
    Array(#[from] ArrayError),
    /// An image, a sound, or a folder of them.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// Tensors of the samples.
    #[error(transparent)]
    Tensor(#[from] crate::Error),
}

/// A result of reading data.
pub type Result<T> = std::result::Result<T, DataError>;

/// The bytes of a file.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|source| DataError::Io { path: path.into(), source })
}

/// An error about a file.
pub(super) fn file(path: &Path, what: impl Into<String>) -> DataError {
    DataError::File { path: path.into(), what: what.into() }
}
