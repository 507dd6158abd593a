//! LAYER_NORM of integers: each row less its mean, over its deviation, with a weight and a bias for each element.
//!
//! For a row of n numbers, `n * sum(x * x) - sum(x)^2` is the square of n times the deviation, without any rounding. What
//! is rounded is its inverse square root, to some 28 bits, the normal number, to 22 bits behind the point, and the output.

use core::cell::Cell;
use core::marker::PhantomData;

use crate::aligned::Element;
use crate::claim::{Claim, shape};
use crate::error::Error;
use crate::fixed::Integer;
use crate::kernel::{Io, Task};
use crate::plan::Kind;
use crate::wire::{i16, product, record, u8, u32};

record! {
    /// Operands: y `[rows][depth]`; x, which may be the same memory, and for each element of a row a weight and a bias (i32).
    pub struct LayerNorm {
        /// Elements of a row, at most [`MOST`].
        depth: u32,
        /// What is added to the square of n deviations, which has [`headroom`] bits behind the point: `epsilon <<
        /// epsilon_shift`.
        epsilon: u32,
        /// See there.
        epsilon_shift: u8,
        /// Zero point of x.
        x_zero: i16,
        /// 1 where the mean is taken off.
        centred: u8,
        /// Bits of a bias behind the point. It holds the zero point of y and a half.
        fraction: u8,
    }
}

/// The most elements of a row: n times a number of 16 bits is one of 32.
pub const MOST: u32 = 1 << 15;

/// Bits of a normal number behind the point. It is at most the root of [`MOST`].
pub const POINT: u32 = 22;

/// Bits behind the point of the square of n deviations, for elements of so many bytes: more than 63 bits it never has.
pub const fn headroom(bytes: usize) -> u32 {
    if bytes == 1 { 16 } else { 0 }
}

/// The operator on elements of type `T`.
#[derive(Debug)]
pub struct Quantized<T>(PhantomData<T>);

impl<T: Integer> Quantized<T> {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = LayerNorm::read(claim.params()) else { return Err(Error::Record) };
        shape(
            claim.arity(1, 3)
                && p.depth <= MOST
                && p.fraction < 32
                && claim.rows_of(0, T::KIND, claim.rows(), Some(p.depth))
                && claim.rows_of(1, T::KIND, claim.rows(), Some(p.depth))
                && claim.constant(2, Kind::I32, product(&[p.depth, 2, 4])),
        )
    }

    /// Computes output rows.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = LayerNorm::read(task.params).ok_or(Error::Record)?;
        let (x, y) = (io.rows::<T>(1, p.depth)?, io.rows::<T>(0, p.depth)?);
        let channels = io.values::<i32>(2)?.as_chunks().0;
        for r in task.rows.clone() {
            row(&p, channels, x.row(r as usize), y.row(r as usize));
        }
        Ok(())
    }
}

fn row<T: Integer>(p: &LayerNorm, channels: &[[i32; 2]], x: &[Cell<T>], y: &[Cell<T>]) {
    let number = |x: &Cell<T>| Into::<i32>::into(x.get()).wrapping_sub(p.x_zero as i32);
    let (mut sum, mut squares) = (0i32, 0u64);
    for x in x.iter().map(number) {
        sum = sum.wrapping_add(x);
        squares = squares.wrapping_add(x.unsigned_abs().wrapping_mul(x.unsigned_abs()) as u64);
    }
    let sum = if p.centred == 0 { 0 } else { sum };
    let total = sum.unsigned_abs() as u64;
    let square = squares.wrapping_mul(p.depth as u64).wrapping_sub(total.wrapping_mul(total));
    let epsilon = (p.epsilon as u64).wrapping_shl(p.epsilon_shift as u32);
    let headroom = headroom(size_of::<T>());
    let (inverse, shift) = inverse_root((square << headroom).wrapping_add(epsilon));
    let shift = shift.wrapping_sub(POINT + headroom / 2);
    for ((x, y), &[weight, bias]) in x.iter().zip(y).zip(channels) {
        let centred = number(x).wrapping_mul(p.depth as i32).wrapping_sub(sum);
        let wide = (centred as i64).wrapping_mul(inverse as i64);
        let normal = wide.wrapping_add(1i64.wrapping_shl(shift.wrapping_sub(1))).wrapping_shr(shift) as i32;
        let sum = ((bias.le() as i64) << 32).wrapping_add((normal as i64).wrapping_mul(weight.le() as i64));
        y.set(T::saturated(((sum >> 32) as i32).wrapping_shr(p.fraction as u32)));
    }
}

/// `1 / sqrt(n)` as a multiplier up to 2^30 and a shift right from 30 to 61, by four Newton steps from a straight line. That
/// of 0 is that of 1.
fn inverse_root(n: u64) -> (i32, u32) {
    let n = if n == 0 { 1 } else { n };
    let pairs = n.leading_zeros() / 2;
    // from 1/4 to 1, with 32 bits behind the point; those of the root and its inverse are 29
    let part = n.wrapping_shl(2 * pairs) >> 32;
    const START: u64 = 1_145_038_000;
    const SLOPE: u64 = 654_285_000;
    let mut root = START.wrapping_sub(part.wrapping_mul(SLOPE) >> 32);
    for _ in 0..4 {
        let square = root.wrapping_mul(root) >> 29;
        let near = square.wrapping_mul(part) >> 32;
        root = root.wrapping_mul((3u64 << 29).wrapping_sub(near)) >> 30;
    }
    (root as i32, 61u32.wrapping_sub(pairs))
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::vec::Vec;

    use super::*;

    #[test]
    fn inverse_roots_are_close_to_real_ones() {
        let mut n = 1u64;
        for i in 0..2000u64 {
            n = n.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let n = (n >> (i % 64)).max(1);
            let (inverse, shift) = inverse_root(n);
            assert!((30..=61).contains(&shift) && inverse > 0, "{n}: {inverse} >> {shift}");
            let real = f64::from(inverse) / (shift as f64).exp2();
            assert!((real * (n as f64).sqrt() - 1.0).abs() < 1e-8, "{n}: {real}");
        }
        for n in [0, 1, 1 << 62, u64::MAX] {
            let (inverse, shift) = inverse_root(n);
            let real = f64::from(inverse) / (shift as f64).exp2();
            assert!((real * (n.max(1) as f64).sqrt() - 1.0).abs() < 1e-8, "{n}: {real}");
        }
    }

    /// The greatest distance from the exact number, in steps of the output, for noise of this width.
    fn worst<T: Integer>(n: usize, spread: i32, centred: bool) -> f64 {
        let (x_zero, y_zero, epsilon) = (-3, 5, 1e-5);
        let scale = 1.0 / f64::from(T::GREATEST);
        // three deviations reach the ends
        let step = 3.5 / f64::from(T::GREATEST);
        let channel = |i: usize| [1.0 - 0.7 * (i as f64).sin(), 0.3 * (i as f64).cos()];
        let fraction = 6;
        let fixed = |x: f64| (x * f64::from(1 << fraction)).round() as i32;
        let square =
            n as f64 * n as f64 * epsilon / (scale * scale) * f64::from(headroom(size_of::<T>())).exp2();
        let epsilon_shift = (square.log2() - 31.0).ceil().max(0.0);
        let p = LayerNorm {
            depth: n as u32,
            epsilon: (square / epsilon_shift.exp2()).round() as u32,
            epsilon_shift: epsilon_shift as u8,
            x_zero,
            centred: centred.into(),
            fraction,
        };
        let of = |i| channel(i).map(|x| x / step);
        let channels: Vec<[i32; 2]> = (0..n)
            .map(of)
            .map(|[w, b]| [fixed(w * 1024.0).to_le(), fixed(b + f64::from(y_zero) + 0.5).to_le()])
            .collect();
        let mut state = 7u32;
        let mut next = || {
            state = state.wrapping_mul(1664525).wrapping_add(1013904223);
            T::saturated((state >> 8) as i32 % spread - spread / 2)
        };
        let x: Vec<T> = (0..n).map(|_| next()).collect();
        let reals: Vec<f64> =
            x.iter().map(|x| scale * f64::from(Into::<i32>::into(*x) - i32::from(x_zero))).collect();
        let cells: Vec<Cell<T>> = x.iter().copied().map(Cell::new).collect();
        row(&p, &channels, &cells, &cells);
        let mean = if centred { reals.iter().sum::<f64>() / n as f64 } else { 0.0 };
        let variance = reals.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n as f64;
        let exact = |(i, x): (usize, &f64)| {
            let [weight, bias] = of(i);
            let y = (x - mean) / (variance + epsilon).sqrt() * weight + bias + f64::from(y_zero);
            y.clamp(T::LEAST.into(), T::GREATEST.into())
        };
        let distance = |(y, exact): (&Cell<T>, f64)| (f64::from(Into::<i32>::into(y.get())) - exact).abs();
        cells.iter().zip(reals.iter().enumerate().map(exact)).map(distance).fold(0.0, f64::max)
    }

    #[test]
    fn outputs_are_half_a_step_from_exact_ones_or_little_more() {
        for n in [1, 2, 3, 64, 192, 768, 32768] {
            for spread in [1, 2, 3, 20, 255] {
                for centred in [false, true] {
                    let far = worst::<i8>(n, spread, centred);
                    assert!(far < 0.51, "{far} from {n} numbers of {spread}");
                    let far = worst::<i16>(n, spread * 200, centred);
                    assert!(far < 0.52, "{far} from {n} numbers of {spread} * 200");
                }
            }
        }
    }

    #[test]
    fn a_row_without_deviation_is_its_biases() {
        let p = LayerNorm { depth: 2, epsilon: 0, epsilon_shift: 0, x_zero: 0, centred: 1, fraction: 1 };
        let cells = [Cell::new(9i8), Cell::new(9)];
        row(&p, &[[i32::MAX.to_le(), 7i32.to_le()], [i32::MIN.to_le(), (-7i32).to_le()]], &cells, &cells);
        assert_eq!(cells.map(Cell::into_inner), [3, -4]);
    }
}
