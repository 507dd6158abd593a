//! What can go wrong with checkpoints.

use std::path::PathBuf;

use midge_runtime::assemble::TooLarge;
use midge_runtime::file::FileError;

/// Why a checkpoint was not written, read, or taken over. What was there before is then as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
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
    /// The file is no `.midge` file, or a damaged one.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: FileError,
    },
    /// Bytes have changed since the file was written, or are no longer there.
    #[error("{}: damaged: {what}; go on from an earlier checkpoint", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// A sound file without a training: a model.
    #[error("{}: a model and no checkpoint: it holds no training to go on with", .0.display())]
    Model(PathBuf),
    /// Something that is asked for was not kept.
    #[error("the checkpoint has no {0}; it was written by another training")]
    Missing(String),
    /// A type that tensors here do not have.
    #[error("{}: tensor {name:?} is {kind}; f32, f16, bf16, i64 and u8 can be read: convert it before", path.display())]
    Type {
        /// The file.
        path: PathBuf,
        /// The tensor.
        name: String,
        /// Its type.
        kind: String,
    },
    /// More than a file can hold.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// Values do not suit what takes them over.
    #[error(transparent)]
    Values(#[from] crate::data::DataError),
    /// Tensors do not suit what takes them over.
    #[error(transparent)]
    Tensor(#[from] crate::Error),
}

/// A result about checkpoints.
pub type Result<T> = std::result::Result<T, CheckpointError>;
