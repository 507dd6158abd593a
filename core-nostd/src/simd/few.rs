//! A depthwise filter over an image of up to four pixels: each output has weights of its own for all of them, zeros for those
//! that it does not see, and two words of pixels are all that a channel has.
//!
//! A stream has a block for each channel: multiplier and addend; then for each output its first sum, and a word of weights for
//! the first two pixels and for the others, the earlier one low.

use core::cell::Cell;

use super::{Stream, fast, reach};

/// Pixels of an image, at most.
pub const PIXELS: usize = 4;
/// Words that scale a channel.
pub const SCALE: usize = 2;
/// Words of an output.
pub const OUTPUT: usize = 1 + PIXELS / 2;

/// Words of a channel of so many outputs.
pub const fn words(outputs: usize) -> usize {
    SCALE.wrapping_add(outputs.wrapping_mul(OUTPUT))
}

/// First of the words that scale a channel of so many outputs.
pub const fn factor(outputs: usize, channel: usize) -> usize {
    channel * words(outputs)
}

/// Word of the first sum of a channel's output.
pub const fn sum(outputs: usize, channel: usize, output: usize) -> usize {
    factor(outputs, channel) + SCALE + output * OUTPUT
}

/// Halfword of the weight that a channel's output has for a pixel.
pub const fn tap(outputs: usize, channel: usize, output: usize, pixel: usize) -> usize {
    (sum(outputs, channel, output) + 1) * 2 + pixel
}

/// An image, and those of its outputs that are made.
#[derive(Clone, Copy, Debug)]
pub struct Few {
    /// Pixels, one to [`PIXELS`].
    pub pixels: usize,
    /// Channels, at least four.
    pub channels: usize,
    /// Outputs of a channel that the stream has.
    pub outputs: usize,
    /// The first that is made.
    pub first: usize,
}

impl Few {
    /// As many outputs of all channels as `y` has room for, from `first` on. Does nothing where `x` or the stream does not
    /// reach so far.
    pub fn run(&self, [x, y]: [&[Cell<i8>]; 2], stream: Stream<'_>) {
        let made = y.len().checked_div(self.channels).unwrap_or(0);
        let words = words(self.outputs).saturating_mul(self.channels);
        if let Some(stream) = stream.0.get(..words)
            && (1..=PIXELS).contains(&self.pixels)
            && self.channels >= 4
            && reach(self.pixels, self.channels, self.channels) <= x.len()
            && made > 0
            && self.first <= self.outputs
            && made <= self.outputs.wrapping_sub(self.first)
        {
            fast::few(self, made, [x, y], stream);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixed::folded;
    use std::vec;
    use std::vec::Vec;

    #[test]
    fn every_halfword_has_one_meaning() {
        let mut seen = vec![0; 2 * 3 * words(5)];
        for channel in 0..3 {
            (0..2 * SCALE).for_each(|i| seen[2 * factor(5, channel) + i] += 1);
            for output in 0..5 {
                (0..2).for_each(|i| seen[2 * sum(5, channel, output) + i] += 1);
                (0..PIXELS).for_each(|pixel| seen[tap(5, channel, output, pixel)] += 1);
            }
        }
        assert!(seen.iter().all(|seen| *seen == 1));
    }

    /// All outputs, and some of them, of images of one to four pixels, and of channels that are no fours.
    #[test]
    fn sums_are_those_of_single_products() {
        const OUTPUTS: usize = 5;
        for (pixels, channels) in [(1, 4), (2, 5), (3, 7), (4, 8), (4, 11)] {
            let weight =
                |c: usize, o: usize, p: usize| if p < pixels { (c * 91 + o * 37 + p * 55) as i8 } else { 0 };
            let (bias, m) = (|c: usize, o: usize| (c * 999 + o * 77) as i32, |c: usize| (1 << 29) + c as i32);
            let mut stream = vec![0i32; channels * words(OUTPUTS)];
            for c in 0..channels {
                stream[factor(OUTPUTS, c)..][..2].copy_from_slice(&[m(c), 3 << 10]);
                for o in 0..OUTPUTS {
                    stream[sum(OUTPUTS, c, o)] = bias(c, o);
                    for p in 0..PIXELS {
                        let at = tap(OUTPUTS, c, o, p);
                        stream[at / 2] |= i32::from(weight(c, o, p) as i16 as u16) << (at % 2 * 16);
                    }
                }
            }
            stream.iter_mut().for_each(|word| *word = word.to_le());
            let mut x: Vec<i8> = (0..pixels * channels).map(|i| (i * i * 7 + 3) as i8).collect();
            let x = Cell::from_mut(&mut x[..]).as_slice_of_cells();
            for (first, made) in [(0, OUTPUTS), (2, 1), (1, 4)] {
                let mut y = vec![0i8; made * channels];
                let y = Cell::from_mut(&mut y[..]).as_slice_of_cells();
                let few = Few { pixels, channels, outputs: OUTPUTS, first };
                few.run([x, y], Stream(&stream[1..]));
                Few { first: OUTPUTS, ..few }.run([x, y], Stream(&stream));
                few.run([&x[1..], y], Stream(&stream));
                assert!(y.iter().all(|y| y.get() == 0));
                few.run([x, y], Stream(&stream));
                for (i, y) in y.iter().enumerate() {
                    let (o, c) = (first + i / channels, i % channels);
                    let product =
                        |p: usize| i32::from(weight(c, o, p)) * i32::from(x[p * channels + c].get());
                    let sum = (0..pixels).map(product).sum::<i32>() + bias(c, o);
                    assert_eq!(y.get(), folded(sum, m(c), 3 << 10), "{pixels} {channels} {first} {o} {c}");
                }
            }
        }
    }
}
