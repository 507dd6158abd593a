//! What kernels cost on each core.

use super::fitted::FITTED;
use crate::target::Target;
use midge_core::ops;

/// What a kernel does, counted: what its instructions are in proportion to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Output pixels (or rows of a matrix).
    pub pixels: u64,
    /// Numbers made.
    pub outputs: u64,
    /// Numbers brought to the kernel's form: gathered, widened or transformed.
    pub taps: u64,
    /// Multiply-accumulates, padded as the kernel pads them.
    pub products: u64,
}

impl Work {
    /// How many counts there are.
    pub const COUNTS: usize = 4;

    /// The counts.
    pub fn counts(&self) -> [u64; Self::COUNTS] {
        [self.pixels, self.outputs, self.taps, self.products]
    }
}

/// Instructions, or cycles, for each of [`Work::counts`].
pub(super) type Cost = [f64; Work::COUNTS];

/// What a kernel takes; 0 where none was measured, since it has no other beside it.
pub(super) struct Estimate {
    pub(super) instructions: u64,
    pub(super) cycles: u64,
    /// That of both which kernels are chosen by.
    pub(super) cost: u64,
}

pub(super) fn estimate(target: Target, code: u16, work: &Work) -> Estimate {
    let row = |code: u16| FITTED.iter().find(|(of, known, ..)| (*of, *known) == (target, code));
    // layers that this runs are rare, and its loop is that of rows
    let like = if code == ops::CONV_2D_PLACES { ops::FULLY_CONNECTED_HALFWORDS } else { code };
    let fitted = row(code).or_else(|| row(like));
    let sum = |cost: &Cost| {
        cost.iter().zip(work.counts()).map(|(cost, count)| cost * count as f64).sum::<f64>() as u64
    };
    let both = fitted.map_or([0; 2], |(_, _, instructions, cycles)| [sum(instructions), sum(cycles)]);
    let [instructions, cycles] = both;
    Estimate { instructions, cycles, cost: both[usize::from(target.by_cycles())] }
}

/// What steps without a fitted cost take, in instructions: for each output of a layer with weights, for each of its products,
/// and for each number that any other step makes. Measured by `midge profile` on keywords and digits of int8 and int16, whose
/// layers it comes within a factor of two of, their sums within a sixth.
const ROUGH: [(Target, [u64; 3]); 7] = [
    (Target::M0, [690, 12, 100]),
    (Target::M3, [510, 7, 80]),
    (Target::M4, [510, 7, 50]),
    (Target::M7, [510, 7, 50]),
    (Target::M33, [510, 7, 50]),
    (Target::M55, [480, 6, 50]),
    (Target::Rv32, [450, 9, 80]),
];

/// About how many instructions a step takes that makes so many numbers of so many products; none for a target of which that is
/// not known.
pub(crate) fn rough(target: Target, numbers: u64, products: u64) -> Option<u64> {
    let (_, [output, product, other]) = ROUGH.iter().find(|(of, _)| *of == target)?;
    Some(if products > 0 { numbers * output + products * product } else { numbers * other })
}

/// The targets of which instructions are known, in words.
pub(crate) fn estimated() -> String {
    ROUGH.map(|(target, _)| target.to_string()).join(", ")
}
