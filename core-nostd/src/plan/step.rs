//! Steps: records of variable length, one behind the other.

use crate::wire;

/// One step's record: `code u16, words u8, arity u8, rows u16, ids u16 x n`, padding to a word, parameters.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    record: &'a [u8],
}

/// Bytes of a record before its operand ids.
pub const STEP_LEN: usize = 6;

impl<'a> Step<'a> {
    /// The record at the front of `bytes`, and what follows it.
    pub(super) const fn first(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let words = wire::u8(bytes, 2) as usize;
        let Some((record, rest)) = bytes.split_at_checked(words * 4) else { return None };
        let step = Step { record };
        if record.len() < STEP_LEN || step.params_at() > record.len() || step.writes() > step.operands() {
            return None;
        }
        Some((step, rest))
    }

    /// Operator and kernel variant.
    pub const fn code(&self) -> u16 {
        wire::u16(self.record, 0)
    }

    /// Number of operands.
    pub const fn operands(&self) -> usize {
        (wire::u8(self.record, 3) & 31) as usize
    }

    /// How many of the operands, the first ones, the step writes.
    pub const fn writes(&self) -> usize {
        (wire::u8(self.record, 3) >> 5) as usize
    }

    /// Rows of output.
    pub const fn rows(&self) -> u16 {
        wire::u16(self.record, 4)
    }

    /// Index in the operand table of the `i`-th operand.
    pub const fn id(&self, i: usize) -> u16 {
        wire::u16(self.record, STEP_LEN + 2 * i)
    }

    /// The kernel's own fields.
    pub const fn params(&self) -> &'a [u8] {
        match self.record.split_at_checked(self.params_at()) {
            Some((_, params)) => params,
            None => &[],
        }
    }

    const fn params_at(&self) -> usize {
        (STEP_LEN + 2 * self.operands()).next_multiple_of(4)
    }
}

/// The steps of a plan in order.
#[derive(Clone, Copy, Debug)]
pub struct Steps<'a> {
    pub(super) rest: &'a [u8],
}

impl<'a> Steps<'a> {
    /// The next step. (`Iterator::next` is not `const`.)
    pub const fn pop(&mut self) -> Option<Step<'a>> {
        match Step::first(self.rest) {
            Some((step, rest)) => {
                self.rest = rest;
                Some(step)
            }
            None => None,
        }
    }
}

impl<'a> Iterator for Steps<'a> {
    type Item = Step<'a>;

    fn next(&mut self) -> Option<Step<'a>> {
        self.pop()
    }
}
