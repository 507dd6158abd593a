//! What a step claims, as the checks see it: to be tied to what the operand table says.

use crate::error::Error;
use crate::plan::{Kind, Operand, Plan, Step, region};
use crate::wire::product;

/// A step and its operands, as a check sees them.
///
/// Empty operands suit nothing: were an extent zero, the others would be bounded by nothing, and loops over them too.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    plan: Plan<'a>,
    step: Step<'a>,
}

impl<'a> Claim<'a> {
    /// The claim of one of the plan's steps.
    pub const fn new(plan: Plan<'a>, step: Step<'a>) -> Self {
        Claim { plan, step }
    }

    /// Operator and variant.
    pub const fn code(&self) -> u16 {
        self.step.code()
    }

    /// The kernel's own fields.
    pub const fn params(&self) -> &'a [u8] {
        self.step.params()
    }

    /// Rows of output.
    pub const fn rows(&self) -> u32 {
        self.step.rows() as u32
    }

    /// Whether the step has this many operands and writes this many of them.
    pub const fn arity(&self, writes: usize, operands: usize) -> bool {
        self.step.writes() == writes && self.step.operands() == operands
    }

    /// Number of operands.
    pub const fn operands(&self) -> usize {
        self.step.operands()
    }

    /// The `i`-th operand.
    pub const fn operand(&self, i: usize) -> Operand {
        self.plan.operand(self.step.id(i))
    }

    /// Whether the `i`-th operand is work memory of this type, `len` bytes long, and no ring of rows: those are for plans
    /// with a schedule, which this version does not run.
    pub const fn work(&self, i: usize, kind: Kind, len: Option<u32>) -> bool {
        let o = self.operand(i);
        !self.is_constant(&o)
            && o.is(kind)
            && o.ring == 0
            && matches!(len, Some(len) if len == o.len && len > 0)
    }

    /// Whether the `i`-th operand is work memory of this type that holds `rows` rows of `stride` elements.
    pub const fn rows_of(&self, i: usize, kind: Kind, rows: u32, stride: Option<u32>) -> bool {
        matches!(stride, Some(stride) if self.work(i, kind, product(&[rows, stride, kind.bytes()])))
    }

    /// Whether the `i`-th operand is work memory of any type, `len` bytes long.
    pub const fn bytes(&self, i: usize, len: Option<u32>) -> bool {
        matches!(self.operand(i).element(), Some(kind) if self.work(i, kind, len))
    }

    /// Whether the `i`-th operand is a constant of this type and length in bytes.
    pub const fn constant(&self, i: usize, kind: Kind, len: Option<u32>) -> bool {
        let o = self.operand(i);
        self.is_constant(&o) && o.is(kind) && matches!(len, Some(len) if len == o.len && len > 0)
    }

    /// Whether the `i`-th operand is a constant.
    pub const fn fixed(&self, i: usize) -> bool {
        self.is_constant(&self.operand(i))
    }

    const fn is_constant(&self, o: &Operand) -> bool {
        matches!(self.plan.region(o.region), Some(r) if r.kind == region::CONSTANTS)
    }

    /// Whether nothing that the step writes has the same bytes as something it reads.
    pub const fn distinct(&self) -> bool {
        let mut w = 0;
        while w < self.step.writes() {
            let mut i = self.step.writes();
            while i < self.step.operands() {
                if self.operand(w).same(&self.operand(i)) && self.operand(w).len > 0 {
                    return false;
                }
                i += 1;
            }
            w += 1;
        }
        true
    }
}

/// `Ok` if the geometry holds.
pub const fn shape(ok: bool) -> Result<(), Error> {
    if ok { Ok(()) } else { Err(Error::Shape) }
}
