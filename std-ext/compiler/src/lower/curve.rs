//! Functions of int8 and int16 that are made here: as tables of floats, or in LiteRT's fixed-point arithmetic.

use super::unary::rows;
use super::{Lowering, extent};
use crate::graph::{Node, Unary};
use crate::quant::Multiplier;
use midge_core::fixed::{high_multiply, multiply_twice, rounding_shift};
use midge_core::ops::map::{self, Function};
use midge_core::ops::{self, lookup};
use midge_core::plan::Kind;
use midge_runtime::host::OperandName;

/// A scale and a zero point.
type Quant = (f32, i32);

/// A function of real numbers.
type Real = Box<dyn Fn(f32) -> f32>;

impl Lowering<'_> {
    /// LOGISTIC and TANH of int16. `scale` is of their input.
    pub(super) fn sigmoid(&mut self, node: &Node, tangent: bool, scale: f32, y: f32) -> Result<(), String> {
        if (f64::from(y) * 32768.0).log2().abs() >= 1e-3 {
            return Err(format!("has an output scale of {y}, and TFLite prescribes 1/32768"));
        }
        let (multiplier, shift) = twelve_thousandths(scale, tangent);
        let (rows, stride) = rows(&self.output(node)?.1.shape);
        let (stride, tangent) = (extent(stride, "a row")?, u8::from(tangent));
        let record = lookup::Sigmoid { stride, multiplier, shift, tangent };
        let table = (0..lookup::SIGMOID).map(logistic);
        self.looked_up(node, ops::SIGMOID_I16, rows, &record.bytes(), table.collect())
    }

    /// A function of int16 between the entries of a table.
    pub(super) fn interpolate(&mut self, node: &Node, x: f32, y: f32, f: Real) -> Result<(), String> {
        let (rows, stride) = rows(&self.output(node)?.1.shape);
        let record = lookup::Interpolate { stride: extent(stride, "a row")? };
        self.looked_up(node, ops::INTERPOLATE, rows, &record.bytes(), words(x, y, f))
    }

    fn looked_up(
        &mut self,
        node: &Node,
        code: u16,
        rows: usize,
        record: &[u8],
        table: Vec<i16>,
    ) -> Result<(), String> {
        let name = format!("table of {}", self.output(node)?.1.name);
        let name = OperandName { name, shape: vec![table.len()], ..OperandName::default() };
        let table = table.into_iter().flat_map(i16::to_le_bytes).collect();
        let table = self.constant(Kind::I16, table, name);
        let (x, y) = (self.activation(node.inputs[0])?, self.activation(node.outputs[0])?);
        self.step(node, code, rows, 1, vec![y, x, table], record)?;
        self.in_place(&[1]);
        Ok(())
    }
}

/// Entry `i` of LiteRT's table of the logistic function, less 2^15.
fn logistic(i: usize) -> i16 {
    let exact = (65536.0 / (1.0 + (-(i as f64) / 24.0).exp())).round() as i32;
    (exact + i32::from(ABOVE.contains(&i)) - 32768) as i16
}

/// Where LiteRT's table is one more than the nearest integer: asked of its TANH, which gives single entries.
const ABOVE: [usize; 44] = [
    4, 8, 12, 14, 15, 16, 17, 19, 20, 21, 22, 25, 27, 28, 29, 30, 31, 33, 34, 35, 37, 39, 40, 41, 43, 44, 45,
    46, 49, 50, 54, 62, 63, 64, 66, 82, 86, 93, 100, 103, 112, 116, 135, 255,
];

/// The factor from a scale to 1/12288, as LiteRT keeps it: with 15 bits, or exactly where the scale is a power of two.
fn twelve_thousandths(scale: f32, tangent: bool) -> (u32, u8) {
    let exact = f64::from(scale).log2();
    let left = exact.round() as i32 + 12;
    if (exact - exact.round()).abs() < 1e-3 && (left == 0 || tangent && left == 1) {
        return (3 << left, 0);
    }
    let (mut factor, mut shift) = (f64::from(scale) * 4096.0 * 3.0, 0);
    while factor <= 32767.0 / 2.0 && shift <= 30 {
        factor *= 2.0;
        shift += 1;
    }
    (factor as u32, shift)
}

/// The function that LiteRT makes a table of; `least` is the least integer of the output.
pub(super) fn real(op: Unary, (scale, zero): Quant, least: i32) -> Result<Real, String> {
    // the C library rounds almost all of these correctly, which single precision here does not
    let exact = |f: fn(f64) -> f64| move |x: f32| f(f64::from(x)) as f32;
    let lowest = (least - zero) as f32 * scale;
    let highest = 32767.0 * scale;
    let exp = exact(f64::exp);
    let ln = exact(f64::ln);
    let expm1 = exact(f64::exp_m1);
    Ok(match op {
        Unary::Elu => Box::new(move |x| if x < 0.0 { expm1(x) } else { x }),
        Unary::Gelu { approximate: false } => Box::new(|x| map::Gelu::of(x, 0.0, 0.0)),
        Unary::Gelu { approximate: true } => Box::new(|x| map::GeluApproximate::of(x, 0.0, 0.0)),
        Unary::Swish => Box::new(move |x| x / (1.0 + exp(-x))),
        Unary::Logistic => Box::new(move |x| 1.0 / (1.0 + exp(-x))),
        Unary::Tanh => Box::new(exact(f64::tanh)),
        Unary::Exp => Box::new(exp),
        Unary::Log => Box::new(move |x| if x <= 0.0 { lowest } else { ln(x) }),
        Unary::Rsqrt => Box::new(move |x| if x <= 0.0 { highest } else { 1.0 / x.sqrt() }),
        _ => return Err("works on quantized integers, which no kernel of it does".into()),
    })
}

/// A table of a function of int8.
pub(super) fn bytes(x: Quant, y: Quant, f: Real) -> Vec<i8> {
    let inverse = 1.0 / y.0;
    let entry = |q: i8| {
        let real = f(x.0 * (i32::from(q) - x.1) as f32);
        ((real * inverse).round() + y.1 as f32) as i32
    };
    (i8::MIN..=i8::MAX).map(|q| entry(q).clamp(-128, 127) as i8).collect()
}

/// The table of the square root of int8, which LiteRT rounds down. What is negative counts as 0.
pub(super) fn roots(x: Quant, y: Quant) -> Vec<i8> {
    let root = |q: i8| (x.0 * (i32::from(q) - x.1) as f32).max(0.0).sqrt() / y.0;
    (i8::MIN..=i8::MAX).map(|q| (root(q) as i32).saturating_add(y.1).clamp(-128, 127) as i8).collect()
}

/// A table of a function of int16: its entries are off by half the error in the middle between two.
fn words(x: f32, y: f32, f: Real) -> Vec<i16> {
    let (least, most) = (x * -32768.0, x * 32767.0);
    let step = (most - least) / 512.0;
    let half = step / 2.0;
    let inverse = 65536.0 / (y * 32767.0 - y * -32768.0);
    let clamp = |entry: f32| entry.clamp(-32768.0, 32767.0) as i16;
    let entry = |i: i32| {
        let (at, next) = (least + i as f32 * step, least + (i + 1) as f32 * step);
        let sample = (f(at) * inverse).round();
        let between = ((f(next) * inverse + sample) / 2.0).round();
        let error = between - (f(at + half) * inverse).round();
        clamp(sample - (error / 2.0).round())
    };
    (0..512).map(entry).chain([clamp((f(most) * inverse).round())]).collect()
}

/// HARD_SWISH of int8, in 16 bits.
pub(super) struct HardSwish {
    x_zero: i32,
    y_zero: i32,
    y: (i32, i32),
    reluish: (i32, i32),
}

impl HardSwish {
    pub(super) fn new(x: Quant, y: Quant) -> Result<Self, String> {
        let fine = 1.0 / 128.0 * x.0;
        let short = |real: f32| {
            let Multiplier { value, shift } = Multiplier::new(f64::from(real))?;
            let short =
                if value >= i32::MAX - (1 << 15) { i16::MAX.into() } else { (value + (1 << 15)) >> 16 };
            Ok::<(i32, i32), String>((short, shift))
        };
        let (y_scale, reluish) = (short(fine / y.0)?, short(fine / (3.0 / 32768.0))?);
        if y_scale.1 > 0 {
            return Err("has an output scale that is too fine, which LiteRT refuses too".into());
        }
        Ok(HardSwish { x_zero: x.1, y_zero: y.1, y: y_scale, reluish })
    }

    pub(super) fn of(&self, x: i8) -> i8 {
        // products of 16 bits, rounded as the wider ones are
        let product = |a: i32, b: i32| (a * b + (1 << 14)) >> 15;
        let saturated = |x: i32, n: i32| (i64::from(x) << n).clamp(-32768, 32767) as i32;
        let fine = (i32::from(x) - self.x_zero) << 7;
        let unshifted = product(fine, self.y.0);
        let (multiplier, exponent) = self.reluish;
        let mut reluish = if exponent > 0 { saturated(fine, exponent - 1) } else { fine };
        reluish = product(reluish, multiplier);
        reluish = match exponent {
            1.. => saturated(reluish, 1),
            _ => rounding_shift(reluish, exponent.unsigned_abs()),
        };
        let share = (reluish + (1 << 15)) >> 1;
        // this one is rounded towards 0
        let product = share * unshifted / (1 << 15);
        (rounding_shift(product, self.y.1.unsigned_abs()) + self.y_zero).clamp(-128, 127) as i8
    }
}

/// RSQRT of int8, in fixed point. What is not positive has the greatest result.
pub(super) struct Rsqrt {
    x_zero: i32,
    y_zero: i32,
    scale: Multiplier,
}

impl Rsqrt {
    pub(super) fn new(x: Quant, y: Quant) -> Result<Self, String> {
        let scale = Multiplier::new(1.0 / f64::from(x.0.sqrt() * y.0))?;
        Ok(Rsqrt { x_zero: x.1, y_zero: y.1, scale })
    }

    pub(super) fn of(&self, x: i8) -> i8 {
        const BITS: i32 = 20;
        let value = i32::from(x) - self.x_zero;
        if value <= 0 {
            return i8::MAX;
        }
        let (multiplier, shift) = inverse_root(value);
        let root = multiply_twice(1, multiplier, shift + BITS);
        let y = multiply_twice(root, self.scale.value, self.scale.shift - BITS);
        y.wrapping_add(self.y_zero).clamp(-128, 127) as i8
    }
}

/// `1 / sqrt(x)` as `multiplier * 2^(shift - 31)`: five steps of Newton-Raphson from 1, in Q3.28, as LiteRT makes it.
fn inverse_root(x: i32) -> (i32, i32) {
    if x <= 1 {
        return (i32::MAX, 0);
    }
    let pairs = (x.leading_zeros().cast_signed() - 1) / 2 - 1;
    let (x, shift) = (x << (2 * pairs), 11 - pairs);
    let half = rounding_shift(x >> 1, 1);
    let up = |x: i32, n: u32| (i64::from(x) << n).clamp(i32::MIN.into(), i32::MAX.into()) as i32;
    let mut y = 1 << 28;
    for _ in 0..5 {
        let cube = up(high_multiply(high_multiply(y, y), y), 6);
        y = up(high_multiply(3 << 27, y) - high_multiply(half, cube), 3);
    }
    // the square root of a half
    let y = high_multiply(y, 1_518_500_250);
    if shift < 0 { (y << -shift, 0) } else { (y, -shift) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverse_roots_are_close_to_real_ones() {
        for x in 2..=255 {
            let (multiplier, shift) = inverse_root(x);
            let got = f64::from(multiplier) * f64::from(shift - 31).exp2();
            assert!((got * f64::from(x).sqrt() - 1.0).abs() < 1e-5, "{x}: {got}");
        }
    }

    #[test]
    fn a_table_of_words_keeps_the_middle() {
        let table = words(1.0 / 4096.0, 1.0 / 4096.0, Box::new(|x| x));
        assert!(table.iter().enumerate().all(|(i, y)| (i32::from(*y) - (i as i32 * 128 - 32768)).abs() <= 1));
    }
}
