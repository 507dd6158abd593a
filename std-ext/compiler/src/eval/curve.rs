//! Functions of int16: 512 lines between points of the function (`LUTPopulate` and `LUTLookup` in
//! `kernels/internal/common.h`).

use super::number::Affine;

/// A function of reals as lines.
pub(super) struct Curve(Vec<i16>);

impl Curve {
    /// Between integers of these scales, in single precision.
    pub(super) fn single(from: Affine, to: Affine, f: impl Fn(f32) -> f32) -> Self {
        // a result in double precision, rounded to single, is that of single precision
        let r = |x: f64| f64::from(x as f32);
        let range = |x: Affine| [x.least, x.most].map(|i| r(f64::from(x.scale) * (i - x.zero) as f64));
        Curve::new(range(from), range(to), r, |x| f(x as f32).into())
    }

    /// Between ranges of reals, in double precision.
    pub(super) fn double(from: [f64; 2], to: [f64; 2], f: impl Fn(f64) -> f64) -> Self {
        Curve::new(from, to, |x| x, f)
    }

    /// `r` rounds what an operation gives.
    fn new(
        [least, most]: [f64; 2],
        [lowest, highest]: [f64; 2],
        r: impl Fn(f64) -> f64,
        f: impl Fn(f64) -> f64,
    ) -> Self {
        let step = r(r(most - least) / 512.0);
        let inverse = r(65536.0 / r(highest - lowest));
        let (at, clamp) = (|i: f64| r(least + r(i * step)), |y: f64| y.clamp(-32768.0, 32767.0) as i16);
        let point = |i: i32| {
            let scaled = |x: f64| r(f(x) * inverse);
            let here = scaled(at(i.into())).round();
            let middle = scaled(r(at(i.into()) + step / 2.0)).round();
            let line = r(r(scaled(at((i + 1).into())) + here) / 2.0).round();
            // half of what the line is off in its middle
            clamp(here - ((line - middle) / 2.0).round())
        };
        let last = clamp(r(f(most) * inverse).round());
        Curve((0..512).map(point).chain([last]).collect())
    }

    /// The curve at an integer.
    pub(super) fn at(&self, x: i64) -> i64 {
        let index = ((x + 32768) >> 7).clamp(0, 511) as usize;
        let (base, next) = (self.0[index], self.0[index + 1]);
        let slope = i64::from(next.wrapping_sub(base));
        i64::from((i64::from(base) + ((slope * (x & 127) + 64) >> 7)) as i16)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_line() {
        let same = Affine { scale: 1.0, zero: 0, least: -32768, most: 32767 };
        let range = [-32768.0, 32767.0];
        for curve in [Curve::single(same, same, |x| x), Curve::double(range, range, |x| x)] {
            assert!((-32768..32768).all(|x| (curve.at(x) - x).abs() <= 1));
        }
    }
}
