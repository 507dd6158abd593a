//! The kernels in the image: all, or those of integer models that were packed for the core where all would not leave room
//! for plans.

use midge_core::{Kernels, Registered, ops};

/// What a small core has beside the canonical kernels: other variants are for multipliers that it lacks.
const FAST: [u16; 8] = [
    ops::CONV_2D_WINOGRAD_4,
    ops::CONV_2D_PACKED,
    ops::CONV_2D_PIXELS,
    ops::CONV_2D_SEEN,
    ops::DEPTHWISE_CONV_2D_CHANNELS,
    ops::DEPTHWISE_CONV_2D_HALVES,
    ops::FULLY_CONNECTED_PACKED,
    ops::FULLY_CONNECTED_PACKED_BYTES,
];

/// Whether a kernel is in the image.
const fn chosen(code: u16) -> bool {
    let (operator, variant) = (code >> 6, code & 63);
    // layers with weights, other int8 layers, and what moves elements of any type
    let integers = match operator {
        0..4 => variant == 0 || among(code, &FAST),
        4..16 | 120..126 => true,
        _ => false,
    };
    !cfg!(midge_small) || integers
}

const fn among(code: u16, mut codes: &[u16]) -> bool {
    while let Some((first, rest)) = codes.split_first() {
        if *first == code {
            return true;
        }
        codes = rest;
    }
    false
}

const COUNT: usize = {
    let (mut all, mut count) = (ops::ALL, 0);
    while let Some((kernel, rest)) = all.split_first() {
        count += chosen(kernel.code) as usize;
        all = rest;
    }
    count
};

static CHOSEN: [Registered; COUNT] = {
    let (mut all, mut at) = (ops::ALL, 0);
    let mut kept = [ops::ALL[0]; COUNT];
    while let Some((kernel, rest)) = all.split_first() {
        if chosen(kernel.code) {
            kept[at] = *kernel;
            at += 1;
        }
        all = rest;
    }
    kept
};

/// What plans may use.
pub(crate) const KERNELS: Kernels<'static> = Kernels(&CHOSEN);

/// Flash that an image with every kernel needs, or 0 where it has them.
pub(crate) const WHOLE: usize = if cfg!(midge_small) { 512 << 10 } else { 0 };
