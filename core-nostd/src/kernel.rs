//! What a kernel is and what it sees: a step's fields, the rows to make, and operands resolved to memory.

use core::cell::Cell;

use crate::aligned::{self, Element};
use crate::claim::Claim;
use crate::error::Error;
use crate::plan::{self, Plan, Step, region};
use crate::tensor::Rows;

/// What computes a step: its record and the rows to make, and the operands' memory.
pub type Kernel = fn(&Task<'_>, &Io<'_>) -> Result<(), Error>;

/// A step and the part of it to do.
#[derive(Clone, Debug)]
pub struct Task<'a> {
    /// The step's own fields.
    pub params: &'a [u8],
    /// Output rows to make; the whole layer is all of them.
    pub rows: core::ops::Range<u16>,
}

/// The operands of one step, resolved to memory.
///
/// Work memory is handed out as shared slices of [`Cell`], so that a kernel may read and write the same bytes where
/// its operator allows it; constants are plain slices. A wrong index or kind gives an empty slice or an error, never
/// a panic.
#[derive(Debug)]
pub struct Io<'a> {
    plan: &'a Plan<'a>,
    step: Step<'a>,
    memory: &'a [Cell<u8>],
}

impl<'a> Io<'a> {
    /// The operands of a step of `plan`, whose arena is `memory`.
    pub(crate) const fn new(plan: &'a Plan<'a>, step: Step<'a>, memory: &'a [Cell<u8>]) -> Self {
        Io { plan, step, memory }
    }

    /// Bytes of the `i`-th operand, which lies in the plan's constants.
    pub fn constant(&self, i: usize) -> Result<&'a [u8], Error> {
        let o = self.plan.operand(self.step.id(i));
        match self.plan.region(o.region) {
            Some(r) if r.kind == region::CONSTANTS => {
                let start = o.offset as usize;
                self.plan
                    .constants()
                    .get(start..start.wrapping_add(o.len as usize))
                    .ok_or(Error::OperandBounds)
            }
            _ => Err(Error::OperandBounds),
        }
    }

    /// Elements of the `i`-th operand, which lies in the plan's constants; read each with [`Element::le`].
    pub fn values<T: Element>(&self, i: usize) -> Result<&'a [T], Error> {
        aligned::slice(self.constant(i)?).ok_or(Error::Misaligned)
    }

    /// Elements of the `i`-th operand, which lies in work memory or state.
    pub fn work<T: Element>(&self, i: usize) -> Result<&'a [Cell<T>], Error> {
        let o = self.plan.operand(self.step.id(i));
        bytes_of(self.plan, self.memory, &o).and_then(aligned::cells).ok_or(Error::OperandBounds)
    }

    /// The `i`-th operand as rows of `stride` elements.
    pub fn rows<T: Element>(&self, i: usize, stride: u32) -> Result<Rows<'a, T>, Error> {
        let o = self.plan.operand(self.step.id(i));
        Ok(Rows::new(self.work(i)?, o.ring, stride))
    }

    /// Element type of the `i`-th operand.
    pub fn kind(&self, i: usize) -> Option<plan::Kind> {
        self.plan.operand(self.step.id(i)).element()
    }

    /// Number of operands.
    pub fn operands(&self) -> usize {
        self.step.operands()
    }

    /// Rows of the whole step.
    pub fn step_rows(&self) -> usize {
        self.step.rows() as usize
    }
}

/// The piece of the arena that an operand names; `None` for constants.
#[inline(never)]
fn bytes_of<'a>(plan: &Plan<'_>, memory: &'a [Cell<u8>], o: &plan::Operand) -> Option<&'a [Cell<u8>]> {
    let r = plan.region(o.region)?;
    if r.kind == region::CONSTANTS {
        return None;
    }
    let start = plan.region_start(o.region).wrapping_add(o.offset as usize);
    memory.get(start..start.wrapping_add(o.len as usize))
}

/// A kernel that can be loaded at run time.
#[derive(Clone, Copy, Debug)]
pub struct Registered {
    /// Operator and variant.
    pub code: u16,
    /// Name, for people.
    pub name: &'static str,
    /// Whether a step's geometry suits its operands.
    pub check: fn(&Claim<'_>) -> Result<(), Error>,
    /// The kernel.
    pub eval: Kernel,
}
