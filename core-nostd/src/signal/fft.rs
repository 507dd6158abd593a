//! The Fourier transform of real numbers, in place.
//!
//! Neighbours are taken as one complex number, so that half as many are transformed: first four at a time without a
//! multiplication, then with radix 2, two butterflies for each factor. The last stage parts the two halves again.

use super::tables::number;

/// A complex number: real and imaginary part.
pub(super) type Complex = [i32; 2];
/// `e^(-2 pi i k / points)` as cosine and sine, 32768 for one.
pub(super) type Factor = [i16; 2];

/// Puts numbers where [`transform`] wants them, the bits of their places reversed, and shifts them right.
pub(super) fn arrange(z: &mut [Complex], shift: u32) {
    let n = z.len();
    let unused = n.leading_zeros().wrapping_add(1);
    let shifted = |[re, im]: Complex| [re.wrapping_shr(shift), im.wrapping_shr(shift)];
    for i in 0..n {
        let j = i.reverse_bits().wrapping_shr(unused);
        if i <= j
            && let (Some(a), Some(b)) = (z.get(i).copied(), z.get(j).copied())
        {
            if let Some(to) = z.get_mut(i) {
                *to = shifted(b);
            }
            if let Some(to) = z.get_mut(j) {
                *to = shifted(a);
            }
        }
    }
}

/// Twice the transform of the `2 n` real numbers that stand in `z` by twos, as [`arrange`] leaves them: its numbers
/// from 1 to `n - 1`, some of them conjugated; number 0 is left with what is of no use. `factors` has `n / 2`.
pub(super) fn transform(z: &mut [Complex], factors: &[Factor]) {
    for four in z.as_chunks_mut().0 {
        *four = first(*four);
    }
    let mut size = 8usize;
    while (1..=z.len()).contains(&size) {
        let quarter = size / 4;
        let step = factors.len().checked_div(quarter).unwrap_or(1).max(1);
        for block in z.chunks_exact_mut(size) {
            let Some((low, high)) = block.split_at_mut_checked(size / 2) else { return };
            let (Some((a, c)), Some((b, d))) =
                (low.split_at_mut_checked(quarter), high.split_at_mut_checked(quarter))
            else {
                return;
            };
            let factors = || factors.iter().step_by(step);
            butterflies(a, b, factors(), |x| x);
            // a quarter of a turn further on
            butterflies(c, d, factors(), |[re, im]| [im, re.wrapping_neg()]);
        }
        size = size.wrapping_mul(2);
    }
    part(z, factors);
}

/// A transform of four numbers whose places are reversed.
#[inline(always)]
fn first([a, c, b, d]: [Complex; 4]) -> [Complex; 4] {
    let ([even, odd], [other, far]) = ([sum(a, c), difference(a, c)], [sum(b, d), difference(b, d)]);
    let [re, im] = far;
    let far = [im, re.wrapping_neg()];
    [sum(even, other), sum(odd, far), difference(even, other), difference(odd, far)]
}

#[inline(always)]
fn butterflies<'a>(
    a: &mut [Complex],
    b: &mut [Complex],
    factors: impl Iterator<Item = &'a Factor>,
    further: impl Fn(Complex) -> Complex,
) {
    for ((a, b), factor) in a.iter_mut().zip(b).zip(factors) {
        let turned = further(turned(*b, *factor));
        (*a, *b) = (sum(*a, turned), difference(*a, turned));
    }
}

#[inline(always)]
fn sum(a: Complex, b: Complex) -> Complex {
    [a[0].wrapping_add(b[0]), a[1].wrapping_add(b[1])]
}

#[inline(always)]
fn difference(a: Complex, b: Complex) -> Complex {
    [a[0].wrapping_sub(b[0]), a[1].wrapping_sub(b[1])]
}

/// `x` times the factor, rounded down. Parts of `x` are below 2^30, and so is what is left of their sum of products.
#[inline(always)]
fn turned(x: Complex, [cos, sin]: Factor) -> Complex {
    let (cos, sin) = (number(&cos).into(), i32::from(number(&sin)));
    [products(x[0], cos, x[1], sin), products(x[1], cos, x[0], sin.wrapping_neg())]
}

/// `(a c + b s) / 2^15`, rounded down.
#[inline(always)]
fn products(a: i32, c: i32, b: i32, s: i32) -> i32 {
    if cfg!(midge_short) {
        // low halves have 15 bits: their sum stays in 32
        let low = |x: i32| x & 0x7fff;
        let low = low(a).wrapping_mul(c).wrapping_add(low(b).wrapping_mul(s)) >> 15;
        (a >> 15).wrapping_mul(c).wrapping_add((b >> 15).wrapping_mul(s)).wrapping_add(low)
    } else {
        let product = |x: i32, y: i32| i64::from(x).wrapping_mul(i64::from(y));
        (product(a, c).wrapping_add(product(b, s)) >> 15) as i32
    }
}

/// From the transform of twos to twice that of single numbers.
fn part(z: &mut [Complex], factors: &[Factor]) {
    let Some((front, back)) = z.split_at_mut_checked(z.len() / 2) else { return };
    if let Some([re, im]) = back.first_mut() {
        (*re, *im) = (re.wrapping_mul(2), im.wrapping_mul(2));
    }
    let (Some((_, front)), Some((_, factors))) = (front.split_first_mut(), factors.split_first()) else {
        return;
    };
    for ((a, b), factor) in front.iter_mut().zip(back.iter_mut().rev()).zip(factors) {
        let conjugate = [b[0], b[1].wrapping_neg()];
        let (even, [re, im]) = (sum(*a, conjugate), difference(*a, conjugate));
        let odd = turned([im, re.wrapping_neg()], *factor);
        (*a, *b) = (sum(even, odd), difference(even, odd));
    }
}
