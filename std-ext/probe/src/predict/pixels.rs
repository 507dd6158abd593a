//! Convolutions that make the outputs of two pixels or three at once, and rows times a matrix.

use midge_core::ops;
use midge_core::ops::conv::Halfwords;
use midge_core::ops::fully_connected::FullyConnected;
use midge_core::ops::polynomial::Polynomial;
use midge_core::plan::Step;

use super::work::Sight;

/// How often what happens to pixels does.
#[derive(Default)]
struct Taken {
    /// Lines of neighbouring pixels.
    lines: usize,
    /// Runs of pixels that see no padding, which are made as many at once as there are.
    runs: usize,
    /// How many of those make.
    groups: usize,
    /// Pixels that wait for others, and see no padding; that do; taps of theirs that do not; rows of those.
    waiting: usize,
    gathered: usize,
    seen: usize,
    copied: usize,
    /// Groups of those that waited.
    late: usize,
}

impl Taken {
    /// Pixels in order, `at_once` of them a group; `leaves` says how many of a run are left to wait.
    fn of(sight: &Sight, at_once: usize, leaves: impl Fn(usize) -> usize) -> Taken {
        let w = &sight.window;
        let width = usize::from(w.out_w);
        let mut taken = Taken::default();
        let lines: Vec<_> = match w.is_pointwise() {
            true => vec![(usize::from(w.k_h), sight.rows * width)],
            false => (0..sight.rows).map(|row| (sight.row(row), width)).collect(),
        };
        let mut held = 0;
        for (rows, width) in lines {
            taken.lines += 1;
            let columns = |x: usize| match w.is_pointwise() {
                true => 1,
                false => sight.across.get(x).copied().unwrap_or(0),
            };
            let is_whole =
                |x: usize| rows == usize::from(w.k_h) && w.d_w == 1 && columns(x) == usize::from(w.k_w);
            let end = (0..width).rev().find(|x| is_whole(*x)).map_or(0, |last| last + 1);
            let mut x = 0;
            while x < width {
                let room = if is_whole(x) && held == 0 { end - x } else { 0 };
                let run = (room / at_once * at_once).saturating_sub(leaves(room / at_once));
                if run > 0 {
                    taken.runs += 1;
                    taken.groups += run / at_once;
                    x += run;
                    continue;
                }
                if is_whole(x) {
                    taken.waiting += 1;
                } else {
                    taken.gathered += 1;
                    taken.seen += rows * columns(x) * usize::from(w.in_c);
                    taken.copied += rows;
                }
                held = (held + 1) % at_once;
                taken.late += usize::from(held == 0);
                x += 1;
            }
        }
        taken.late += usize::from(held > 0);
        taken
    }
}

/// How a matrix is cut: outputs of a block, taps of a run, and runs of a pass.
const fn cut(code: u16) -> [usize; 3] {
    match code {
        ops::CONV_2D_HALFWORDS => [2, 4, 16],
        ops::CONV_2D_NESTED => [2, 8, 8],
        ops::CONV_2D_PAIRS => [2, 4, 4],
        ops::CONV_2D_POLYNOMIAL => [4, 4, 8],
        ops::FULLY_CONNECTED_HALFWORDS => [4, 4, 8],
        ops::FULLY_CONNECTED_NESTED => [4, 8, 8],
        ops::FULLY_CONNECTED_PAIRS => [2, 4, 8],
        _ => [4, 2, 1],
    }
}

/// A convolution of pixels, two or three at once.
pub(super) fn conv(code: u16, step: &Step<'_>) -> Option<Vec<usize>> {
    let sight = Sight::of(step)?;
    let ([row, taps], outputs) = (sight.taps(), usize::from(sight.window.out_c));
    let (height, whole) = (usize::from(sight.window.k_h), row.is_multiple_of(4));
    let is_row = height == 1 && !whole;
    let polynomial = Polynomial::read(step.params()).filter(|_| code == ops::CONV_2D_POLYNOMIAL);
    // what lies behind the last pixel of a run has to be there, as some of it is read
    let taken = match polynomial {
        Some(_) if height > 1 && !whole => Taken::of(&sight, 3, |groups| 3 * groups),
        Some(_) => Taken::of(&sight, 3, |_| if is_row { 3 } else { 0 }),
        None => Taken::of(&sight, 2, |groups| if is_row && groups > 1 { 2 } else { 0 }),
    };
    let parts = polynomial.map_or(0, |p| taps.div_ceil(usize::from(p.part).max(1)));
    let folded = match polynomial {
        Some(p) => p.folded,
        None if code == ops::CONV_2D_PAIRS => 1,
        None => Halfwords::read(step.params())?.folded,
    };
    let [block, run, pass] = cut(code);
    let (blocks, rest) = (outputs.div_ceil(block), outputs % block);
    let (runs, odd) = (taps.div_ceil(run), usize::from(rest > 0));
    // two forms of filters have loops of their own, which widen as they go
    let colours = polynomial.is_none() && height == 3 && row == 9;
    let eight =
        code == ops::CONV_2D_HALFWORDS && (height, row) == (1, 8) && folded == 1 && outputs.is_multiple_of(2);
    let Taken { lines, runs: stretches, groups, waiting, gathered, seen, copied, late } = taken;
    let when = |is: bool, n: usize| if is { n } else { 0 };
    let [colour, short] = [when(colours, groups), when(eight, groups)];
    let plain = groups - colour - short;
    let [even, uneven] = [when(whole, plain), when(!whole, plain)];
    let made = groups + late - short;
    Some(vec![
        1,
        lines,
        stretches,
        even,
        even * height,
        even * taps,
        uneven,
        uneven * height,
        uneven * taps,
        uneven * height * (row % 4),
        colour,
        short,
        short * blocks,
        waiting,
        waiting * height,
        waiting * taps,
        waiting * height * (row % 4),
        gathered,
        gathered * taps,
        seen,
        copied,
        late,
        late * taps,
        late * odd,
        made,
        made * (outputs / block),
        made * blocks * usize::from(folded == 0),
        made * blocks * runs,
        made * blocks * runs.div_ceil(pass),
        made * blocks * parts,
        made * odd,
        made * rest,
        sight.clamped(step),
    ])
}

/// Rows times a matrix.
pub(super) fn matrix(code: u16, step: &Step<'_>) -> Option<Vec<usize>> {
    let FullyConnected { depth, out, .. } = FullyConnected::read(step.params())?;
    let ([block, run, pass], rows) = (cut(code), usize::from(step.rows()));
    let (depth, out) = (depth as usize, out as usize);
    let (blocks, runs) = (out.div_ceil(block), depth.div_ceil(run));
    let behind = runs % pass;
    Some(vec![
        1,
        rows,
        rows * depth,
        rows * out,
        rows * blocks,
        rows * blocks * runs,
        rows * blocks * runs.div_ceil(pass),
        rows * blocks * behind,
        rows * usize::from(!out.is_multiple_of(block)),
        rows * usize::from(!depth.is_multiple_of(run)),
        rows * blocks * usize::from(behind == 1),
        rows * blocks * usize::from(behind == 2),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::predict::work::tests::sight;

    #[test]
    fn every_pixel_is_taken_once() {
        for (at_once, in_w) in [(2, 5), (2, 8), (3, 9), (3, 4)] {
            let sight = sight(in_w);
            let taken = Taken::of(&sight, at_once, |_| 0);
            let late = taken.waiting + taken.gathered;
            assert_eq!(taken.groups * at_once + late, sight.pixels());
            assert_eq!(taken.late, late.div_ceil(at_once));
            assert_eq!([taken.gathered, taken.seen, taken.copied], sight.border());
        }
        // rows of five begin with one that waits for the last of the row: between them are two, and one that waits too
        let taken = Taken::of(&sight(5), 2, |_| 0);
        assert_eq!((taken.runs, taken.groups), (8, 8));
        assert_eq!(Taken::of(&sight(8), 2, |groups| 2 * groups).groups, 0);
    }
}
