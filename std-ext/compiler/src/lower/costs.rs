//! What kernels cost on each core.

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

/// Instructions for each of [`Work`]'s counts, in their order.
type Cost = [f64; 4];

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
    (ops::FULLY_CONNECTED, [60.0, 40.0, 0.0, 6.0]),
    (ops::FULLY_CONNECTED_LANES, [250.0, 2.1, 0.0, 0.078]),
];

/// Estimated instructions of a kernel.
pub(super) fn instructions(target: Target, code: u16, work: &Work) -> u64 {
    let table = match target {
        _ if target.pairs() => DSP,
        _ if target.lanes() => HELIUM,
        _ => &[],
    };
    let cost = table.iter().find(|(known, _)| *known == code).map_or(Cost::default(), |(_, cost)| *cost);
    let counts = [work.pixels, work.outputs, work.taps, work.products];
    cost.iter().zip(counts).map(|(cost, count)| cost * count as f64).sum::<f64>() as u64
}
