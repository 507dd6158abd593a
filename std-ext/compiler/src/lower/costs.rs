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

/// What each kernel costs on the cores that pair 16-bit products.
const DSP: &[(u16, Cost)] = &[
    (ops::CONV_2D, [60.0, 40.0, 0.0, 6.0]),
    (ops::CONV_2D_PAIRS, [65.0, 20.0, 0.9, 1.0]),
    (ops::CONV_2D_HALFWORDS, [65.0, 7.0, 0.9, 0.625]),
    (ops::CONV_2D_WINOGRAD_4, [15.0, 24.0, 4.7, 0.625]),
    (ops::CONV_2D_NESTED, [65.0, 10.0, 0.9, 0.72]),
    (ops::DEPTHWISE_CONV_2D, [60.0, 40.0, 0.0, 9.0]),
    (ops::DEPTHWISE_CONV_2D_QUADS, [60.0, 24.0, 0.0, 2.6]),
    (ops::DEPTHWISE_CONV_2D_PLANES, [0.0, 18.0, 0.0, 0.2]),
    (ops::FULLY_CONNECTED, [60.0, 40.0, 0.0, 6.0]),
    (ops::FULLY_CONNECTED_PAIRS, [60.0, 40.0, 1.0, 1.5]),
    (ops::FULLY_CONNECTED_NESTED, [60.0, 9.0, 1.0, 0.844]),
    (ops::FULLY_CONNECTED_HALFWORDS, [60.0, 5.0, 1.0, 0.656]),
];

/// What each kernel costs on the cores with vectors of bytes.
const HELIUM: &[(u16, Cost)] = &[
    (ops::CONV_2D, [60.0, 40.0, 0.0, 6.0]),
    (ops::CONV_2D_LANES, [17.0, 2.1, 0.4, 0.078]),
    (ops::DEPTHWISE_CONV_2D, [60.0, 40.0, 0.0, 9.0]),
    (ops::DEPTHWISE_CONV_2D_WINDOWS, [40.0, 3.5, 0.7, 0.0]),
    (ops::FULLY_CONNECTED, [60.0, 40.0, 0.0, 6.0]),
    (ops::FULLY_CONNECTED_LANES, [250.0, 2.1, 0.0, 0.078]),
];

/// What each kernel costs on small cores.
const THUMB: &[(u16, Cost)] = &[
    (ops::CONV_2D, [60.0, 90.0, 0.0, 11.5]),
    (ops::CONV_2D_PACKED, [80.0, 30.0, 5.0, 2.2]),
    (ops::CONV_2D_PACKED_BYTES, [80.0, 30.0, 5.0, 2.6]),
    (ops::DEPTHWISE_CONV_2D, [60.0, 100.0, 0.0, 30.0]),
    (ops::DEPTHWISE_CONV_2D_CHANNELS, [30.0, 30.0, 0.0, 3.5]),
    (ops::FULLY_CONNECTED, [60.0, 90.0, 0.0, 11.5]),
    (ops::FULLY_CONNECTED_PACKED, [60.0, 130.0, 5.0, 1.7]),
];

/// Estimated instructions of a kernel, and cycles; 0 if unknown.
pub(super) fn estimate(target: Target, code: u16, work: &Work) -> (u64, u64) {
    let fitted = FITTED.iter().find(|(of, known, ..)| (*of, *known) == (target, code));
    let by_hand = by_hand(target).iter().find(|(known, _)| *known == code);
    let (instructions, cycles) = match (fitted, by_hand) {
        (Some((_, _, instructions, cycles)), _) => (*instructions, *cycles),
        (None, Some((_, instructions))) => (*instructions, Cost::default()),
        (None, None) => return (0, 0),
    };
    let sum = |cost: Cost| {
        cost.iter().zip(work.counts()).map(|(cost, count)| cost * count as f64).sum::<f64>() as u64
    };
    (sum(instructions), sum(cycles))
}

/// Instructions of kernels that are not fitted yet.
fn by_hand(target: Target) -> &'static [(u16, Cost)] {
    match target {
        _ if target.pairs() => DSP,
        _ if target.lanes() => HELIUM,
        _ if target.packs() => THUMB,
        _ => &[],
    }
}
