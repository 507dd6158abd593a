//! Operators from outside: what a program of the caller's teaches [`convert_with`](crate::convert_with).
//!
//! A model names such an operator; a [`CustomOperator`] of that name turns each use of it into a step for the kernel that
//! the caller has listed with [`midge_core::kernels!`]. `tests/custom` is a whole one.

use crate::graph::Value;
use midge_core::plan::Kind;
use midge_core::{Kernels, Registered};

/// What the caller brings along.
#[derive(Clone, Copy)]
pub struct Custom<'a> {
    /// The operators, by the names that models call them.
    pub operators: &'a [&'a dyn CustomOperator],
    /// The kernels that a plan may use: `ALL` of the module that `kernels!` makes.
    pub kernels: &'a [Registered],
}

/// Nothing but what `midge-core` has.
impl Default for Custom<'_> {
    fn default() -> Self {
        Custom { operators: &[], kernels: Kernels::ALL.0 }
    }
}

impl<'a> Custom<'a> {
    /// The operator that models call `name`.
    pub(crate) fn find(&self, name: &str) -> Option<&'a dyn CustomOperator> {
        self.operators.iter().copied().find(|operator| operator.name() == name)
    }
}

/// An operator that models name and that is not one of the source format.
pub trait CustomOperator {
    /// What models call it. Its kernel's code follows from it ([`midge_core::custom::code`]).
    fn name(&self) -> &str;

    /// Turns one use of it into a step. Types, shapes and options are this function's to check.
    ///
    /// # Errors
    /// Why this use is not supported, as a sentence fragment: `needs int8`.
    fn step(&self, used: &Use<'_>) -> Result<CustomStep, String>;
}

/// An operator as a model uses it.
#[derive(Debug)]
pub struct Use<'a> {
    /// The options, as the model has them.
    pub options: &'a [u8],
    /// What it reads; constants carry data.
    pub inputs: Vec<&'a Value>,
    /// What it writes.
    pub outputs: Vec<&'a Value>,
}

/// A step. The kernel's operands are the outputs, then `scratch`, then the inputs, then `constants`; it writes the first
/// two kinds.
#[derive(Clone, Debug, Default)]
pub struct CustomStep {
    /// Rows of output.
    pub rows: usize,
    /// The kernel's record.
    pub record: Vec<u8>,
    /// Memory for this step only: type and number of elements.
    pub scratch: Vec<(Kind, usize)>,
    /// What was computed for the kernel: type and little-endian elements.
    pub constants: Vec<(Kind, Vec<u8>)>,
    /// Inputs (by position) whose bytes the first output may have; the kernel is `in_place` then.
    pub in_place: Vec<usize>,
}
