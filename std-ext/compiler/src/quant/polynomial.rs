//! How many products the fields of polynomials have room for ([`midge_core::simd::polynomial`]).

use midge_core::simd::polynomial::{FIRST, PASS, RUN};

/// Taps of a part: as few parts as there can be of which none has sums that leave their fields, whatever the inputs. None if
/// the shortest parts have.
pub fn part(filters: &[&[u8]]) -> Option<usize> {
    let taps = filters.first()?.len().next_multiple_of(RUN);
    let pairs: Vec<Vec<[i32; 2]>> = filters.chunks(2).map(|pair| reaches(pair, taps)).collect();
    // only where both outputs share a field it may be too small
    let fits = |run: &[[i32; 2]]| {
        run.iter().map(|[least, _]| least).sum::<i32>() >= -FIRST
            && run.iter().map(|[_, most]| most).sum::<i32>() < FIRST
    };
    let mut parts = (1..=taps.div_ceil(PASS)).map(|parts| taps.div_ceil(parts).next_multiple_of(PASS));
    parts.find(|part| pairs.iter().all(|pair| pair.rchunks(*part).all(fits)))
}

/// Of each tap the least and the most that both outputs together can add.
fn reaches(pair: &[&[u8]], taps: usize) -> Vec<[i32; 2]> {
    let weight = |filter: &[u8], k: usize| filter.get(k).map_or(0, |w| i32::from(w.cast_signed()));
    let reach = |w: i32| [(-128 * w).min(127 * w), (-128 * w).max(127 * w)];
    let both = |k| {
        pair.iter().map(|filter| reach(weight(filter, k))).fold([0; 2], |a, b| [a[0] + b[0], a[1] + b[1]])
    };
    (0..taps).map(both).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_as_long_as_fields_have_room() {
        let part = |a: u8, b: u8, taps: usize| part(&[&vec![a; taps], &vec![b; taps]]);
        // 64 times 128 times 128 is the first that has no room
        assert_eq!(part(127, 0, 64), Some(64));
        assert_eq!(part(127, 1, 64), Some(64), "inputs are below 128");
        assert_eq!(part(0x81, 0, 64), Some(64));
        assert_eq!(part(0x80, 0, 64), Some(32));
        assert_eq!(part(0x81, 0x80, 64), Some(32));
        assert_eq!(part(0x80, 0x80, 64), None);
        // few taps in front of a whole part, and those that fill up the last
        assert_eq!(part(0x81, 0, 65), Some(64));
        assert_eq!(part(0x81, 0x81, 61), Some(32));
        assert_eq!(part(1, 1, 1000), Some(1024));
    }

    #[test]
    fn one_pair_shortens_all_parts() {
        let (small, large) = ([1; 96], [0x81; 96]);
        assert_eq!(part(&[&small, &large, &small]), Some(64));
        assert_eq!(part(&[&small, &small, &large, &large, &small]), Some(32));
    }
}
