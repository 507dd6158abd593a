//! The stream of a matrix loop: outputs in pairs.
//!
//! A block of two outputs is, in words: two biases; for every four taps those of the one output, then of the other
//! (bytes in order); two multipliers; two shifts right, less one.

/// Where the tap `k` of output `o` lies in filters arranged in pairs without anything between: a byte index.
/// `taps` is a multiple of 4.
pub const fn index(taps: usize, o: usize, k: usize) -> usize {
    (o / 2) * 2 * taps + (k / 4) * 8 + (o % 2) * 4 + k % 4
}

/// Words of a block.
pub const fn words(taps: usize) -> usize {
    2 + taps / 2 + 4
}

/// Word of the bias of output `o`.
pub const fn bias(taps: usize, o: usize) -> usize {
    (o / 2) * words(taps) + o % 2
}

/// Byte of the tap `k` of output `o`.
pub const fn tap(taps: usize, o: usize, k: usize) -> usize {
    ((o / 2) * words(taps) + 2) * 4 + index(taps, o % 2, k)
}

/// Word of the multiplier of output `o`; its shift lies two words on.
pub const fn multiplier(taps: usize, o: usize) -> usize {
    (o / 2) * words(taps) + 2 + taps / 2 + o % 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_one_meaning() {
        const TAPS: usize = 12;
        let mut seen = [false; 3 * words(TAPS) * 4];
        let mut mark = |byte: usize| assert!(!core::mem::replace(&mut seen[byte], true));
        for o in 0..6 {
            for byte in 0..4 {
                mark(bias(TAPS, o) * 4 + byte);
                mark(multiplier(TAPS, o) * 4 + byte);
                mark((multiplier(TAPS, o) + 2) * 4 + byte);
            }
            for k in 0..TAPS {
                mark(tap(TAPS, o, k));
            }
        }
        assert!(seen.iter().all(|s| *s));
    }
}
