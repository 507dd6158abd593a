//! CONV_2D: a filter over all channels of an image.

use core::array;
use core::cell::Cell;
use core::slice;

use super::channels::{self, Channels};
use super::quant::Quant;
use super::window::{Taps, Window};
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::multiply_twice;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::simd::halfwords::Layout;
use crate::simd::{self, Field, Matrix, nested, pairs};
use crate::tensor::Rows;
use crate::wire::{product, record, u8, u16};

record! {
    /// Canonical variant. Operands: y; x, filter `[out][h][w][in / groups]`, channels.
    pub struct Conv2d {
        /// Geometry.
        window: Window,
        /// Input channels that one filter sees: `in_c / groups`.
        depth: u16,
        /// Zero points and clamp.
        quant: Quant,
    }
}

impl Conv2d {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        let w = &p.window;
        let Some(groups) = w.in_c.checked_div(p.depth) else { return Err(Error::Shape) };
        let len = product(&[p.taps(), p.depth as u32, w.out_c as u32]);
        shape(
            claim.arity(1, 4)
                && groups as u32 * p.depth as u32 == w.in_c as u32
                && matches!(w.out_c.checked_rem(groups), Some(0))
                && w.fits(claim, Kind::I8, 0, 1)
                && claim.constant(2, Kind::I8, len)
                && channels::fits(claim, 3, w.out_c as u32),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let x = io.rows(1, p.window.in_stride().ok_or(Error::Shape)?)?;
        let y = io.rows(0, p.window.out_stride().ok_or(Error::Shape)?)?;
        let channels = Channels::new(io.constant(3)?, p.window.out_c as usize)?;
        for oy in task.rows.clone() {
            row(&p, io.constant(2)?, &channels, x, oy as usize, y.row(oy as usize));
        }
        Ok(())
    }

    const fn taps(&self) -> u32 {
        self.window.k_h as u32 * self.window.k_w as u32
    }

    /// Filter elements of one output channel.
    fn filter_len(&self) -> usize {
        (self.taps() as usize).wrapping_mul(self.depth as usize)
    }
}

/// One output row of a convolution: `y[ox][o] = requantize(bias[o] + sum((x - x_zero) * w))`.
pub fn row(p: &Conv2d, filter: &[u8], channels: &Channels<'_>, x: Rows<'_>, oy: usize, y: &[Cell<i8>]) {
    let w = &p.window;
    let (in_c, depth, x_zero) = (w.in_c as usize, p.depth as usize, p.quant.x_zero as i32);
    let per_group = (w.out_c as usize).wrapping_mul(depth).checked_div(in_c).unwrap_or(0);
    let (rows, len) = (w.vertical(oy), p.filter_len());
    // adjacent taps are one run where nothing lies between their channels
    let dense = w.d_w == 1 && depth == in_c;
    for (ox, y) in y.chunks_exact((w.out_c as usize).max(1)).enumerate() {
        let columns = w.horizontal(ox);
        let count = columns.range.len();
        let (runs, run) = if dense { (count.min(1), count.wrapping_mul(in_c)) } else { (count, depth) };
        let mut o = 0usize;
        for (group, y) in y.chunks_exact(per_group.max(1)).enumerate() {
            let at = columns.first.wrapping_mul(in_c).wrapping_add(group.wrapping_mul(depth));
            let pixel = Pixel { p, filter, len, channels, x, rows: &rows, columns: &columns, at, runs, run };
            let (fours, rest) = y.as_chunks::<4>();
            for y in fours {
                pixel.outputs(o, y, |sums, x, w| dots(sums, x, w, x_zero));
                o = o.wrapping_add(4);
            }
            for y in rest {
                pixel.outputs(o, slice::from_ref(y), |[sum], x, [w]| [dot(sum, x, w, x_zero)]);
                o = o.wrapping_add(1);
            }
        }
    }
}

/// What outputs of a pixel in a group have in common.
struct Pixel<'a> {
    p: &'a Conv2d,
    filter: &'a [u8],
    len: usize,
    channels: &'a Channels<'a>,
    x: Rows<'a>,
    rows: &'a Taps,
    columns: &'a Taps,
    at: usize,
    runs: usize,
    run: usize,
}

impl Pixel<'_> {
    /// The outputs from `o` on; `add` adds to sums what their weights make of a run of taps.
    #[inline(always)]
    fn outputs<const N: usize>(
        &self,
        o: usize,
        y: &[Cell<i8>],
        add: impl Fn([i32; N], &[Cell<i8>], [&[u8]; N]) -> [i32; N],
    ) {
        let (w, run) = (&self.p.window, self.run);
        let each = |i: usize| o.wrapping_add(i);
        let filters: [&[u8]; N] =
            array::from_fn(|i| self.filter.get(each(i).wrapping_mul(self.len)..).unwrap_or(&[]));
        let mut sums = array::from_fn(|i| self.channels.at(each(i)).bias);
        for (i, ky) in self.rows.range.clone().enumerate() {
            let source = self.x.row(self.rows.first.wrapping_add(i.wrapping_mul(w.d_h as usize)));
            let first = ky.wrapping_mul(w.k_w as usize).wrapping_add(self.columns.range.start);
            let (mut at, mut tap) = (self.at, first.wrapping_mul(self.p.depth as usize));
            for _ in 0..self.runs {
                let Some(xs) = source.get(at..at.wrapping_add(run)) else { return };
                sums = add(sums, xs, filters.map(|f| f.get(tap..tap.wrapping_add(run)).unwrap_or(&[])));
                at = at.wrapping_add((w.d_w as usize).wrapping_mul(w.in_c as usize));
                tap = tap.wrapping_add(self.p.depth as usize);
            }
        }
        for (i, (y, sum)) in y.iter().zip(sums).enumerate() {
            let c = self.channels.at(each(i));
            y.set(self.p.quant.output(multiply_twice(sum, c.multiplier, c.shift)));
        }
    }
}

/// `sums + sum((x - x_zero) * w)` for four filters at once: x is loaded once for all, and sums stay in registers, which is why
/// all is written out.
#[inline(always)]
pub(crate) fn dots(sums: [i32; 4], x: &[Cell<i8>], w: [&[u8]; 4], x_zero: i32) -> [i32; 4] {
    let ([mut a, mut b, mut c, mut d], [wa, wb, wc, wd]) = (sums, w);
    // of one length: then no index can be outside in the loop
    let n = x.len();
    let (Some(wa), Some(wb), Some(wc), Some(wd)) = (pairs(wa, n), pairs(wb, n), pairs(wc, n), pairs(wd, n))
    else {
        return sums;
    };
    let (twos, last) = x.as_chunks::<2>();
    for (i, [x0, x1]) in twos.iter().enumerate() {
        let (Some(wa), Some(wb), Some(wc), Some(wd)) = (wa.get(i), wb.get(i), wc.get(i), wd.get(i)) else {
            break;
        };
        let x = [(x0.get() as i32).wrapping_sub(x_zero), (x1.get() as i32).wrapping_sub(x_zero)];
        (a, b, c, d) = (two(a, x, wa), two(b, x, wb), two(c, x, wc), two(d, x, wd));
    }
    let mut sums = [a, b, c, d];
    if !last.is_empty() {
        let done = x.len().wrapping_sub(last.len());
        for (sum, w) in sums.iter_mut().zip(w) {
            *sum = dot(*sum, last, w.get(done..).unwrap_or(&[]), x_zero);
        }
    }
    sums
}

/// The first `n` weights, two at a time.
#[inline(always)]
fn pairs(w: &[u8], n: usize) -> Option<&[[u8; 2]]> {
    w.get(..n).map(|w| w.as_chunks().0)
}

/// A sum and two products more.
#[inline(always)]
const fn two(sum: i32, [x0, x1]: [i32; 2], [w0, w1]: &[u8; 2]) -> i32 {
    let sum = sum.wrapping_add(x0.wrapping_mul(*w0 as i8 as i32));
    sum.wrapping_add(x1.wrapping_mul(*w1 as i8 as i32))
}

/// `acc + sum((x - x_zero) * w)`.
#[inline(always)]
pub(crate) fn dot(mut acc: i32, x: &[Cell<i8>], w: &[u8], x_zero: i32) -> i32 {
    for (x, w) in x.iter().zip(w) {
        acc = acc.wrapping_add((x.get() as i32).wrapping_sub(x_zero).wrapping_mul(*w as i8 as i32));
    }
    acc
}

record! {
    /// Variant for cores that multiply pairs of 16-bit numbers: the taps of two output pixels are gathered and
    /// widened, then multiplied with pairs of filters. Groups are not split, the number of outputs is even, and every
    /// factor is below one half.
    ///
    /// Operands: y, widened (i16), patch; x, [`simd::pairs`] stream.
    pub struct Pairs {
        /// Geometry.
        window: Window,
        /// Zero points and clamp.
        quant: Quant,
    }
}

impl Pairs {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        let w = &p.window;
        let Some(k) = product(&[w.k_h as u32, w.k_w as u32, w.in_c as u32]) else { return Err(Error::Shape) };
        let Some(k) = k.checked_next_multiple_of(4) else { return Err(Error::Shape) };
        shape(
            claim.arity(3, 5)
                && k > 0
                && w.out_c.is_multiple_of(2)
                && w.fits(claim, Kind::I8, 0, 3)
                && claim.work(1, Kind::I16, product(&[k, 4]))
                && claim.work(2, Kind::I8, Some(k))
                && claim.constant(
                    4,
                    Kind::I32,
                    product(&[w.out_c as u32 / 2, pairs::words(k as usize) as u32, 4]),
                ),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let stream = simd::Stream::new(io.constant(4)?)?;
        two_by_two(task, io, &p.window, p.quant.x_zero, &Paired { stream, quant: p.quant })
    }
}

record! {
    /// Variant with weights of 16 bits, which has no instruction to widen them, and whose outputs are scaled in a few
    /// ([`simd::halfwords`]).
    ///
    /// Operands: y, widened (i16), patch; x, stream.
    pub struct Halfwords {
        /// Geometry.
        window: Window,
        /// Zero points and clamp. That of y is in the stream.
        quant: Quant,
        /// Whether outputs are scaled in two instructions (1) or in four (0).
        folded: u8,
    }
}

impl Halfwords {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        let Some(k) = p.taps(4) else { return Err(Error::Shape) };
        p.fits(claim, k, Layout::matrix(p.folded == 1).words(k as usize))
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        Self::rows::<false>(task, io)
    }

    /// Taps of an output, as many as runs of `run` have.
    const fn taps(&self, run: u32) -> Option<u32> {
        let w = &self.window;
        match product(&[w.k_h as u32, w.k_w as u32, w.in_c as u32]) {
            Some(k) => k.checked_next_multiple_of(run),
            None => None,
        }
    }

    /// Whether the geometry suits the operands, with `k` taps and blocks of `words` words.
    const fn fits(&self, claim: &Claim<'_>, k: u32, words: usize) -> Result<(), Error> {
        let w = &self.window;
        shape(
            claim.arity(3, 5)
                && k > 0
                && self.folded <= 1
                && w.fits(claim, Kind::I8, 0, 3)
                && claim.work(1, Kind::I16, product(&[k, 4]))
                && claim.work(2, Kind::I8, Some(k))
                && claim.constant(4, Kind::I32, product(&[(w.out_c as u32).div_ceil(2), words as u32, 4])),
        )
    }

    fn rows<const NESTED: bool>(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let stream = simd::Stream::new(io.constant(4)?)?;
        let outputs = p.window.out_c as usize;
        let matrix = Matrix::<NESTED>::new(io.work::<i16>(1)?, stream, p.folded == 1, outputs);
        two_by_two(task, io, &p.window, p.quant.x_zero, &Clamped { matrix, quant: p.quant })
    }
}

/// Variant whose weights of a byte are widened four at once ([`simd::nested`]). Fields and operands as [`Halfwords`].
#[derive(Debug)]
pub struct Nested;

impl Nested {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Halfwords::read(claim.params()) else { return Err(Error::Record) };
        let Some(k) = p.taps(nested::RUN as u32) else { return Err(Error::Shape) };
        p.fits(claim, k, nested::Layout::MATRIX.words(k as usize))
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        Halfwords::rows::<true>(task, io)
    }
}

/// A convolution two pixels at a time: gives `matrix` the wide taps of both and where their outputs lie. Operands: y,
/// widened, patch; x.
fn two_by_two(
    task: &Task<'_>,
    io: &Io<'_>,
    w: &Window,
    x_zero: i8,
    matrix: &dyn Multiply,
) -> Result<(), Error> {
    let x = io.rows(3, w.in_stride().ok_or(Error::Shape)?)?;
    let y = io.rows(0, w.out_stride().ok_or(Error::Shape)?)?;
    let (wide, patch) = (io.work::<i16>(1)?, io.work::<i8>(2)?);
    let (in_c, out_c, rows) = (w.in_c as usize, (w.out_c as usize).max(1), w.k_h as usize);
    let (run, row_step) = ((w.k_w as usize).wrapping_mul(in_c), (w.in_w as usize).wrapping_mul(in_c));
    let field = Field::new(rows, run, row_step.wrapping_mul(w.d_h as usize));
    // all rows are one where pixels see but themselves
    let (mut oy, end) = (task.rows.start as usize, task.rows.end as usize);
    let (lines, seen) =
        if w.is_pointwise() { (end.wrapping_sub(oy), end.wrapping_sub(oy)) } else { (1, w.height(rows)) };
    let width = (w.out_w as usize).wrapping_mul(lines);
    let inside = match w.d_w {
        _ if w.is_pointwise() => 0..width,
        1 => w.inside(),
        _ => 0..0,
    };
    let step = (w.s_w as usize).wrapping_mul(in_c);
    let is_filled = rows == 1 && !run.is_multiple_of(4);
    let mut waiting: Option<&[Cell<i8>]> = None;
    while oy < end {
        let down = w.vertical(oy);
        let span = x.span(down.first, seen).filter(|_| down.range.len() == rows);
        let (mut ox, mut line) = (0usize, y.span(oy, lines).unwrap_or(&[]));
        while !line.is_empty() {
            let left = ox.wrapping_mul(w.s_w as usize).wrapping_sub(w.p_w as usize).wrapping_mul(in_c);
            let here = span.filter(|_| inside.contains(&ox)).and_then(|x| x.get(left..));
            let pairs = inside.end.min(width).saturating_sub(ox) / 2;
            // those of a row that is filled up see what lies behind it, and there has to be something
            let pairs = if is_filled && pairs > 1 { pairs.wrapping_sub(1) } else { pairs };
            if let (Some(mut x), None) = (here, waiting)
                && let Some((now, later)) = line.split_at_checked(pairs.wrapping_mul(2).wrapping_mul(out_c))
                && pairs > 0
            {
                let done = matrix.pixels(&field, step, patch, x, (now, pairs.wrapping_mul(2)));
                for y in now.chunks_exact(out_c.wrapping_mul(2)).take_while(|_| !done) {
                    field.widen(x, patch, wide, 0);
                    x = x.get(step..).unwrap_or(&[]);
                    field.widen(x, patch, wide, 1);
                    x = x.get(step..).unwrap_or(&[]);
                    if let Some((y0, y1)) = y.split_at_checked(out_c) {
                        matrix.pair(wide, [y0, y1]);
                    }
                }
                (ox, line) = (ox.wrapping_add(pairs.wrapping_mul(2)), later);
                continue;
            }
            let Some((y, later)) = line.split_at_checked(out_c) else { break };
            let lane = waiting.is_some() as usize;
            match here {
                Some(x) => field.widen(x, patch, wide, lane),
                None => {
                    w.gather(x_zero, x, &down, ox, patch);
                    simd::widen(patch, wide, lane, 2);
                }
            }
            waiting = match waiting {
                None => Some(y),
                Some(first) => {
                    matrix.pair(wide, [first, y]);
                    None
                }
            };
            (ox, line) = (ox.wrapping_add(1), later);
        }
        oy = oy.wrapping_add(lines);
    }
    if let Some(last) = waiting {
        matrix.pair(wide, [last, last]);
    }
    Ok(())
}

/// What makes all outputs of pixels.
trait Multiply {
    /// Of two pixels, from their wide taps. Both may be the same pixel's.
    fn pair(&self, wide: &[Cell<i16>], y: [&[Cell<i8>]; 2]);

    /// See [`Matrix::pixels`].
    fn pixels(&self, _: &Field, _: usize, _: &[Cell<i8>], _: &[Cell<i8>], _: (&[Cell<i8>], usize)) -> bool {
        false
    }
}

/// A [`simd::pairs`] stream.
struct Paired<'a> {
    stream: simd::Stream<'a>,
    quant: Quant,
}

impl Multiply for Paired<'_> {
    fn pair(&self, wide: &[Cell<i16>], y: [&[Cell<i8>]; 2]) {
        simd::matrix_2x2(wide, self.stream, &self.quant, y);
    }
}

/// A matrix whose outputs are yet to be clamped.
struct Clamped<'a, const NESTED: bool> {
    matrix: Matrix<'a, NESTED>,
    quant: Quant,
}

impl<const NESTED: bool> Multiply for Clamped<'_, NESTED> {
    fn pair(&self, _: &[Cell<i16>], y: [&[Cell<i8>]; 2]) {
        self.matrix.multiply(y);
        self.quant.clamp(y);
    }

    fn pixels(
        &self,
        field: &Field,
        step: usize,
        patch: &[Cell<i8>],
        x: &[Cell<i8>],
        (y, pixels): (&[Cell<i8>], usize),
    ) -> bool {
        let done = self.matrix.pixels(field, step, patch, x, (y, pixels));
        if done {
            self.quant.clamp([y]);
        }
        done
    }
}
