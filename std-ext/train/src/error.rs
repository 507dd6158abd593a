//! What can go wrong between tensors.

use crate::{Shape, Type};

/// Why an operation was not carried out. Nothing has changed then.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Two operands do not fit each other.
    #[error("{op}: shapes {left} and {right} do not fit: {why}")]
    Shapes {
        /// The operation.
        op: &'static str,
        /// Shape of the first operand.
        left: Shape,
        /// Shape of the second.
        right: Shape,
        /// What would fit.
        why: &'static str,
    },
    /// An operand does not suit the operation.
    #[error("{op}: shape {shape}: {why}")]
    Shape {
        /// The operation.
        op: &'static str,
        /// The operand's shape.
        shape: Shape,
        /// What is wrong with it.
        why: String,
    },
    /// An operand has numbers of another type.
    #[error("{op}: numbers are {found}, and {expected} are needed; `to` makes them so")]
    Type {
        /// The operation.
        op: &'static str,
        /// The type it works on.
        expected: Type,
        /// The type it was given.
        found: Type,
    },
    /// An index lies outside its axis.
    #[error("{op}: index {index} lies outside an axis of {size}")]
    Index {
        /// The operation.
        op: &'static str,
        /// The index.
        index: i64,
        /// Size of the axis.
        size: usize,
    },
    /// A number that the backward pass needs is no longer what it was.
    #[error(
        "backward of {op}: a tensor that it needs was changed in place since; change it after the backward pass"
    )]
    Changed {
        /// The operation whose gradient was asked for.
        op: &'static str,
    },
    /// A second backward pass over the same results.
    #[error("backward of {op}: its memory was freed by an earlier backward pass; compute the loss again")]
    Freed {
        /// The operation whose gradient was asked for.
        op: &'static str,
    },
    /// The backward pass of something that no parameter has a part in.
    #[error("backward: nothing that this tensor was made of requires a gradient")]
    NoGradient,
    /// Tensors of two devices met.
    #[error("{op}: tensors are on {left} and on {right}")]
    Devices {
        /// The operation.
        op: &'static str,
        /// Device of the first operand.
        left: String,
        /// Device of the second.
        right: String,
    },
    /// A device does not have the operation.
    #[error("{device} does not have {op}")]
    Unsupported {
        /// The device.
        device: String,
        /// The operation.
        op: &'static str,
    },
    /// An argument that makes no sense, whatever the shapes.
    #[error("{op}: {why}")]
    Argument {
        /// The operation.
        op: &'static str,
        /// What is wrong.
        why: String,
    },
}

/// A result of an operation between tensors.
pub type Result<T> = std::result::Result<T, Error>;
