//! CONCATENATION: inputs of any type, joined along an axis.

use crate::aligned;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::kernel::{Io, Task};

/// Operands: y; the inputs in order. Each has the step's rows, the product of the axes before the joined one; their
/// rows stand side by side in y's. With one input it is a copy. No fields.
#[derive(Debug)]
pub struct Concatenation;

impl Concatenation {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let (rows, n) = (claim.rows(), claim.operands());
        let (mut i, mut sum) = (1, 0u32);
        while i < n {
            let len = claim.operand(i).len;
            let Some(total) = sum.checked_add(len) else { return Err(Error::Shape) };
            if !matches!(len.checked_rem(rows), Some(0)) || !claim.bytes(i, Some(len)) {
                return Err(Error::Shape);
            }
            sum = total;
            i += 1;
        }
        shape(n > 1 && claim.arity(1, n) && claim.bytes(0, Some(sum)))
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let rows = io.step_rows();
        let y = io.work::<i8>(0)?;
        let stride = y.len().checked_div(rows).unwrap_or(0);
        let mut offset = 0usize;
        for i in 1..io.operands() {
            let x = io.work::<i8>(i)?;
            let run = x.len().checked_div(rows).unwrap_or(0);
            for r in task.rows.clone() {
                let from = (r as usize).wrapping_mul(run);
                let to = (r as usize).wrapping_mul(stride).wrapping_add(offset);
                if let (Some(x), Some(y)) =
                    (x.get(from..from.wrapping_add(run)), y.get(to..to.wrapping_add(run)))
                {
                    aligned::copy(y, x);
                }
            }
            offset = offset.wrapping_add(run);
        }
        Ok(())
    }
}
