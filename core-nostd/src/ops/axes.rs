//! A tensor as lines of pieces: what the operators that move bytes walk along.

use core::cell::Cell;

use crate::aligned;
use crate::error::Error;
use crate::kernel::{Io, Task};
use crate::wire::{Axes, product};

/// Calls `f` for each line of the task's rows of operand 0, with the line's bytes and its place along the axes but the
/// last. A tensor has the `extents`, counted in pieces of `run` bytes; a line is all pieces along the last axis.
#[inline(always)]
pub(super) fn lines(
    task: &Task<'_>,
    io: &Io<'_>,
    extents: &Axes,
    run: u32,
    mut f: impl FnMut(&[Cell<u8>], [u32; 5]),
) -> Result<(), Error> {
    let [_, e1, e2, e3, e4, e5] = *extents;
    let y = io.rows::<u8>(0, product(&[e1, e2, e3, e4, e5, run]).ok_or(Error::Shape)?)?;
    let line = e5.wrapping_mul(run).max(1) as usize;
    for r in task.rows.clone() {
        let mut place = [r as u32, 0, 0, 0, 0];
        for line in y.row(r as usize).chunks_exact(line) {
            f(line, place);
            advance(&mut place, extents);
        }
    }
    Ok(())
}

/// The place of the next line: the last axis moves, and one that ends takes the one before it along.
pub(super) fn advance(place: &mut [u32; 5], extents: &Axes) {
    for (at, extent) in place.iter_mut().zip(extents).rev() {
        *at = at.wrapping_add(1);
        if *at < *extent {
            return;
        }
        *at = 0;
    }
}

/// What pieces are copied from.
pub(super) trait Source {
    /// Copies a piece to `to` from `at`, if it is there.
    fn piece(&self, to: &[Cell<u8>], at: u32);
}

impl Source for &[Cell<u8>] {
    #[inline(always)]
    fn piece(&self, to: &[Cell<u8>], at: u32) {
        let at = at as usize;
        if let Some(from) = self.get(at..at.wrapping_add(to.len())) {
            aligned::copy(to, from);
        }
    }
}

/// Constants.
impl Source for &[u8] {
    #[inline(always)]
    fn piece(&self, to: &[Cell<u8>], at: u32) {
        let at = at as usize;
        if let Some(from) = self.get(at..at.wrapping_add(to.len())) {
            aligned::load(to, from);
        }
    }
}

/// The same for a piece so short that a loop would cost more than the bytes.
#[inline(always)]
pub(super) fn word<const N: usize>(to: &[Cell<u8>; N], from: &[Cell<u8>], at: u32) {
    if let Some(from) = from.get(at as usize..).and_then(|from| from.first_chunk::<N>()) {
        for (to, from) in to.iter().zip(from) {
            to.set(from.get());
        }
    }
}

/// Fills a line with pieces of `run` bytes, each from the place that `next` says.
#[inline(always)]
pub(super) fn pieces(line: &[Cell<u8>], from: &[Cell<u8>], run: u32, mut next: impl FnMut() -> u32) {
    match run {
        1 => line.iter().for_each(|to| word(core::array::from_ref(to), from, next())),
        2 => line.as_chunks::<2>().0.iter().for_each(|to| word(to, from, next())),
        4 => line.as_chunks::<4>().0.iter().for_each(|to| word(to, from, next())),
        _ => line.chunks_exact((run as usize).max(1)).for_each(|to| from.piece(to, next())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_like_digits() {
        let mut place = [7, 0, 1, 2, 4];
        advance(&mut place, &[9, 2, 2, 3, 5, 8]);
        assert_eq!(place, [7, 1, 0, 0, 0]);
        advance(&mut place, &[9, 2, 2, 3, 5, 8]);
        assert_eq!(place, [7, 1, 0, 0, 1]);
    }

    #[test]
    fn pieces_of_any_length_come_from_where_they_are_told() {
        let x: [Cell<u8>; 12] = core::array::from_fn(|i| Cell::new(i as u8));
        for run in [1u32, 2, 3, 4] {
            let line: [Cell<u8>; 8] = core::array::from_fn(|_| Cell::new(99));
            let mut at = 12 - run;
            pieces(&line, &x, run, || {
                at = at.wrapping_sub(1);
                at.wrapping_add(1)
            });
            for (i, to) in line.iter().enumerate().take(8 / run as usize * run as usize) {
                let piece = i as u32 / run;
                assert_eq!(u32::from(to.get()), 12 - run - piece + i as u32 % run, "run {run}, byte {i}");
            }
        }
        // past the end nothing is written
        let line = [Cell::new(99)];
        pieces(&line, &x, 1, || 12);
        assert_eq!(line[0].get(), 99);
    }
}
