//! The stream of a depthwise loop: channels in fours.
//!
//! A block of four channels is, in words: four biases; for every tap the weights of the four channels (bytes); for
//! every channel its multiplier and its shift right, less one.

/// Words of a block.
pub const fn words(taps: usize) -> usize {
    taps.wrapping_add(12)
}

/// Word of the bias of channel `c`.
pub const fn bias(taps: usize, c: usize) -> usize {
    (c / 4) * words(taps) + c % 4
}

/// Byte of the tap `k` of channel `c`.
pub const fn tap(taps: usize, c: usize, k: usize) -> usize {
    ((c / 4) * words(taps) + 4 + k) * 4 + c % 4
}

/// Word of the multiplier of channel `c`; its shift is the next.
pub const fn multiplier(taps: usize, c: usize) -> usize {
    (c / 4) * words(taps) + 4 + taps + (c % 4) * 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_one_meaning() {
        const TAPS: usize = 9;
        let mut seen = [false; 2 * words(TAPS) * 4];
        let mut mark = |byte: usize| assert!(!core::mem::replace(&mut seen[byte], true));
        for c in 0..8 {
            for byte in 0..4 {
                mark(bias(TAPS, c) * 4 + byte);
                mark(multiplier(TAPS, c) * 4 + byte);
                mark((multiplier(TAPS, c) + 1) * 4 + byte);
            }
            for k in 0..TAPS {
                mark(tap(TAPS, c, k));
            }
        }
        assert!(seen.iter().all(|s| *s));
    }
}
