//! How many products the fields of polynomials have room for ([`midge_core::simd::polynomial`]).

use midge_core::simd::polynomial::{FIRST, PASS};

/// Taps of a part: as few parts as there can be of which none has sums that leave their fields, whatever the inputs. Taps
/// are filled up to a multiple of `run`. None without filters.
pub fn part(filters: &[&[u8]], run: usize) -> Option<usize> {
    let taps = filters.first()?.len().next_multiple_of(run);
    let mut lengths = (1..=taps.div_ceil(PASS)).map(|parts| taps.div_ceil(parts).next_multiple_of(PASS));
    lengths.find(|part| filters.iter().all(|filter| parts(filter, taps, *part).all(has_room)))
}

/// The parts of a filter, of which all but the first are whole; it is filled up at its end.
fn parts(filter: &[u8], taps: usize, part: usize) -> impl Iterator<Item = &[u8]> {
    let first = filter.len().min((taps - 1) % part + 1);
    let (first, rest) = filter.split_at(first);
    [first].into_iter().chain(rest.chunks(part))
}

/// Whether a field has room for all sums of a part.
fn has_room(weights: &[u8]) -> bool {
    let reaches = weights.iter().map(|w| i32::from(w.cast_signed())).map(|w| [-128 * w, 127 * w]);
    let [least, most] = reaches.fold([0; 2], |[least, most], [a, b]| [least + a.min(b), most + a.max(b)]);
    least >= -FIRST && most < FIRST
}

#[cfg(test)]
mod tests {
    use super::*;
    use midge_core::simd::polynomial::RUN;

    #[test]
    fn parts_are_as_long_as_fields_have_room() {
        let part = |w: u8, taps: usize| part(&[&vec![w; taps]], RUN);
        // 64 times 128 times 128 is the first that has no room
        assert_eq!(part(127, 64), Some(64));
        assert_eq!(part(0x81, 64), Some(64), "inputs are below 128");
        assert_eq!(part(0x80, 64), Some(32));
        // few taps in front of a whole part, and those that fill up the last
        assert_eq!(part(0x81, 65), Some(64));
        assert_eq!(part(0x80, 61), Some(64));
        assert_eq!(part(0x80, 72), Some(32));
        assert_eq!(part(1, 1000), Some(1024));
        assert_eq!(super::part(&[], RUN), None);
    }

    #[test]
    fn one_filter_shortens_all_parts() {
        let (small, large) = ([1; 96], [0x80; 96]);
        assert_eq!(part(&[&small, &small], RUN), Some(96));
        assert_eq!(part(&[&small, &large, &small], RUN), Some(32));
    }
}
