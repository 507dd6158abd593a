//! TABLE: any function of one byte. RELU, RELU6 and changes of scale become one.

use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::wire::{product, record, u32};

record! {
    /// Operands: y; x, both of any type of one byte; table (256 bytes, for x from -128 to 127).
    pub struct Table {
        /// Elements of a row.
        stride: u32,
    }
}

impl Table {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        let len = product(&[claim.rows(), p.stride]);
        shape(
            claim.arity(1, 3)
                && claim.bytes(0, len)
                && claim.bytes(1, len)
                && claim.constant(2, Kind::I8, Some(256)),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let (x, y) = (io.rows::<i8>(1, p.stride)?, io.rows::<i8>(0, p.stride)?);
        let table = io.constant(2)?.first_chunk::<256>().ok_or(Error::Shape)?;
        for r in task.rows.clone() {
            for (y, x) in y.row(r as usize).iter().zip(x.row(r as usize)) {
                let index = (x.get() as u8 ^ 0x80) as usize;
                y.set(table.get(index).map_or(0, |v| *v as i8));
            }
        }
        Ok(())
    }
}
