//! The kernels in the image: all, or those of integer models where all would not leave room for plans.

use midge_core::{Kernels, Registered, ops};

/// Whether a kernel is in the image.
const fn chosen(code: u16) -> bool {
    let operator = code >> 6;
    // int8 layers, and what moves elements of any type
    !cfg!(midge_small) || operator < 16 || operator >= 120 && operator < 126
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
