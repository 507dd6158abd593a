//! Whether the weights of two outputs share halfwords: `256 * a + b` ([`midge_core::simd::nested`]).

use super::Scale;
use midge_core::simd::nested::unpack;
use std::ops::RangeInclusive;

/// Whether the filters of a layer share halfwords, each with its neighbour: every pair of weights has one, and the sums of
/// the first output - `256 * A + B` less `B`, without the last 8 bits - lose nothing. Sums of the second may be any of 32
/// bits.
pub fn nest(filters: &[&[u8]], reaches: &[RangeInclusive<i64>]) -> bool {
    const MOST: i64 = (1 << 23) - 1;
    let both = |(a, b): (&u8, &u8)| 256 * i32::from(a.cast_signed()) + i32::from(b.cast_signed());
    let share = |(pair, reaches): (&[&[u8]], &[RangeInclusive<i64>])| match (pair, reaches) {
        ([first, rest @ ..], [reach, ..]) => {
            let second = rest.first().map_or(&[][..], |second| second);
            let halfwords = first.iter().zip(second.iter().chain(std::iter::repeat(&0))).map(both);
            halfwords.map(i16::try_from).all(|fits| fits.is_ok())
                && -MOST <= *reach.start()
                && *reach.end() <= MOST
        }
        _ => false,
    };
    filters.chunks(2).zip(reaches.chunks(2)).all(share)
}

/// The two words of a stream that say how an output is scaled. What a power of two does to sums it did to no weight. None if
/// the addend has no 24 bits.
pub fn nested_words(scale: &Scale) -> Option<[i32; 2]> {
    let (m, addend) = (scale.words[0], scale.words[1]);
    let shift = scale.words.get(2).map_or(scale.left as i32, |right| *right);
    let word = addend << 8 | shift;
    (unpack(word) == (addend, shift as u32)).then_some([m, word])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_least_weight_over_a_negative_one_has_no_halfword() {
        for a in i8::MIN..=i8::MAX {
            for b in i8::MIN..=i8::MAX {
                let filters = [&[a.cast_unsigned()][..], &[b.cast_unsigned()]];
                assert_eq!(nest(&filters, &[0..=0, 0..=0]), a > i8::MIN || b >= 0, "{a} {b}");
            }
        }
    }

    #[test]
    fn an_addend_beyond_24_bits_has_no_word() {
        let scale = |right: i32| Scale { left: 1, words: vec![5, -255 << (right - 1), right] };
        assert_eq!(nested_words(&scale(16)), Some([5, (-255 << 23) + 16]));
        assert_eq!(nested_words(&scale(17)), None);
        let folded = Scale { left: 3, words: vec![5, 7] };
        assert_eq!(nested_words(&folded), Some([5, 7 * 256 + 3]));
    }

    #[test]
    fn sums_keep_their_bits() {
        for (reach, kept) in
            [(-(1i64 << 23) + 1..=(1 << 23) - 1, true), (0..=1 << 23, false), (-(1 << 23) - 1..=0, false)]
        {
            assert_eq!(nest(&[&[1]], std::slice::from_ref(&reach)), kept, "{reach:?}");
            let (both, low) = (|a: i64, b: i32| (a as i32).wrapping_mul(256).wrapping_add(b), i32::MIN);
            let bits = [*reach.start(), *reach.end()]
                .iter()
                .all(|a| i64::from(both(*a, low).wrapping_sub(low) >> 8) == *a);
            assert_eq!(bits, kept);
        }
    }
}
