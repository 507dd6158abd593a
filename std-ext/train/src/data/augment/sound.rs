//! Sounds moved in time, and spectrograms with gaps.

use crate::Rng;

/// Moves a channel to later samples; silence comes after.
pub(super) fn shift(channel: &mut [f32], by: isize) {
    let len = channel.len();
    let gap = by.unsigned_abs().min(len);
    if by > 0 {
        channel.copy_within(..len - gap, gap);
        channel[..gap].fill(0.0);
    } else {
        channel.copy_within(gap.., 0);
        channel[len - gap..].fill(0.0);
    }
}

/// Fills stretches of `[frames, bands]` with the mean, the same ones in all channels: of frames, then of bands, each `times`.
pub(super) fn mask(
    numbers: &mut [f32],
    [frames, bands]: [usize; 2],
    most: [usize; 2],
    times: usize,
    rng: &mut Rng,
) {
    let fill = super::mean(numbers);
    for _ in 0..times {
        let [frame, band] = [(frames, most[0]), (bands, most[1])].map(|(size, most)| {
            let wide = rng.below(most.min(size) + 1);
            let start = rng.below(size - wide + 1);
            start..start + wide
        });
        for channel in numbers.chunks_exact_mut(frames * bands) {
            for (at, row) in channel.chunks_exact_mut(bands).enumerate() {
                if frame.contains(&at) {
                    row.fill(fill);
                }
                row[band.clone()].fill(fill);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sounds_move_both_ways() {
        for (by, expected) in
            [(1, [0.0, 1.0, 2.0]), (-2, [3.0, 0.0, 0.0]), (7, [0.0; 3]), (0, [1.0, 2.0, 3.0])]
        {
            let mut sound = [1.0, 2.0, 3.0];
            shift(&mut sound, by);
            assert_eq!(sound, expected);
        }
    }

    #[test]
    fn gaps_are_no_wider_than_they_may_be() {
        let rng = &mut Rng::new(5);
        let mut widest = 0;
        for _ in 0..50 {
            let mut numbers: Vec<f32> = (0..48).map(|x| x as f32).collect();
            mask(&mut numbers, [6, 8], [2, 0], 1, rng);
            let rows = numbers.chunks(8).filter(|row| row.iter().all(|&x| x == 23.5)).count();
            assert!(rows <= 2 && numbers.iter().filter(|&&x| x == 23.5).count() == rows * 8);
            widest = widest.max(rows);
        }
        assert_eq!(widest, 2);
    }
}
