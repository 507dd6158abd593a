//! What computes: buffers of numbers, and the operations on them.
//!
//! A [`Device`] is small, so that a new one is soon written: it holds buffers and carries out each [`Op`] on views of
//! them. Everything else, shapes, gradients, layers, is built on top and the same for all.

mod expr;
mod op;

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub use expr::{Binary, Expr, Instr, Unary, Var};
pub use op::{Op, Pool, Reduce, Rule, Window};

use crate::{Layout, Result};

/// The types of numbers that buffers hold. Arithmetic is done in [`Type::F32`]; the others are for storage and indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// IEEE single precision.
    F32,
    /// IEEE half precision.
    F16,
    /// The upper half of single precision.
    Bf16,
    /// Indices and classes.
    I64,
    /// Pixels, and places in a window.
    U8,
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Type::F32 => "f32",
            Type::F16 => "f16",
            Type::Bf16 => "bf16",
            Type::I64 => "i64",
            Type::U8 => "u8",
        })
    }
}

/// Numbers on the host.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// IEEE single precision.
    F32(Vec<f32>),
    /// IEEE half precision.
    F16(Vec<half::f16>),
    /// The upper half of single precision.
    Bf16(Vec<half::bf16>),
    /// Indices and classes.
    I64(Vec<i64>),
    /// Pixels, and places in a window.
    U8(Vec<u8>),
}

impl Data {
    /// What the numbers are.
    pub fn kind(&self) -> Type {
        match self {
            Data::F32(_) => Type::F32,
            Data::F16(_) => Type::F16,
            Data::Bf16(_) => Type::Bf16,
            Data::I64(_) => Type::I64,
            Data::U8(_) => Type::U8,
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Data::F32(data) => data.len(),
            Data::F16(data) => data.len(),
            Data::Bf16(data) => data.len(),
            Data::I64(data) => data.len(),
            Data::U8(data) => data.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Numbers of a device, shared by all tensors that are views of them.
#[derive(Clone)]
pub struct Buffer(Arc<Shared>);

struct Shared {
    kind: Type,
    /// How often the numbers were changed in place.
    version: AtomicU64,
    memory: Box<dyn Any + Send + Sync>,
}

impl Buffer {
    /// Wraps a device's memory for `kind`.
    pub fn new(kind: Type, memory: impl Any + Send + Sync) -> Buffer {
        Buffer(Arc::new(Shared { kind, version: AtomicU64::new(0), memory: Box::new(memory) }))
    }

    /// The device's memory, if it is of type `T`.
    pub fn memory<T: Any>(&self) -> Option<&T> {
        self.0.memory.downcast_ref()
    }

    /// What the numbers are.
    pub fn kind(&self) -> Type {
        self.0.kind
    }

    /// Whether both are the same memory.
    pub fn is(&self, other: &Buffer) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Its place in memory, which no other buffer has while it is there.
    pub(crate) fn key(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    /// Counts changes in place.
    pub(crate) fn version(&self) -> u64 {
        self.0.version.load(Ordering::Relaxed)
    }

    /// Says that the numbers have changed in place.
    pub(crate) fn changed(&self) {
        self.0.version.fetch_add(1, Ordering::Relaxed);
    }
}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Buffer({})", self.kind())
    }
}

/// Part of a buffer, seen as a tensor.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The buffer.
    pub buffer: &'a Buffer,
    /// Which of its elements.
    pub layout: &'a Layout,
}

/// Whether a device carried out an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ran {
    /// It did.
    Done,
    /// It does not have this operation, and has changed nothing.
    Unsupported,
}

/// What a device has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Operations carried out.
    pub operations: u64,
    /// Bytes in buffers that are in use.
    pub used: u64,
    /// Bytes in buffers that wait to be used again.
    pub spare: u64,
}

/// Something that holds buffers and computes with them.
pub trait Device: Send + Sync + fmt::Debug {
    /// What people call it.
    fn name(&self) -> String;

    /// A buffer of `len` numbers, whatever they are.
    ///
    /// # Errors
    /// There is no memory left.
    fn alloc(&self, kind: Type, len: usize) -> Result<Buffer>;

    /// A buffer of these numbers.
    ///
    /// # Errors
    /// There is no memory left.
    fn upload(&self, data: Data) -> Result<Buffer>;

    /// The numbers of a view, the last axis running fastest.
    ///
    /// # Errors
    /// The buffer is another device's.
    fn download(&self, view: View<'_>) -> Result<Data>;

    /// Reads `reads`, writes `writes`. No buffer is in both. What is written is dense, unless the operation says
    /// otherwise.
    ///
    /// # Errors
    /// Operands do not suit the operation.
    fn run(&self, op: &Op, reads: &[View<'_>], writes: &[View<'_>]) -> Result<Ran>;

    /// Waits until everything is done.
    ///
    /// # Errors
    /// Something that was under way has failed.
    fn sync(&self) -> Result<()>;

    /// What it has done so far.
    fn stats(&self) -> Stats;
}
