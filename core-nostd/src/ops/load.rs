//! LOAD: a constant of the plan brought to work memory, for kernels that read their operands there.

use crate::aligned;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};

/// Operands: y; x, a constant of the same type and length. No fields; one row.
#[derive(Debug)]
pub struct Load;

impl Load {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let y = claim.operand(0);
        let Some(kind) = y.element() else { return Err(Error::OperandKind) };
        shape(claim.arity(1, 2) && claim.work(0, kind, Some(y.len)) && claim.constant(1, kind, Some(y.len)))
    }

    /// Copies every byte.
    pub fn eval(_: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        aligned::load(io.work(0)?, io.constant(1)?);
        Ok(())
    }
}
