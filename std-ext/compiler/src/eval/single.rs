//! Functions of one element, and changes of type (`kernels/{activations,elementwise,quantize,dequantize,cast}.cc`,
//! `LUTPopulate` in `kernels/internal/common.h`).

use super::curve::Curve;
use super::number::{Affine, Factor, shift_left, shift_right};
use super::root::rsqrt;
use super::tensor::wrapped;
use super::{Call, Made, Trouble};
use crate::graph::{Repr, Type, Unary};

impl Call<'_> {
    pub(super) fn unary(&self, op: Unary) -> Made {
        let (x, y) = (self.x()?, self.y()?);
        let store = x.store();
        if y.repr.store() != store {
            return Err(self.unknown());
        }
        let f: Function = match (op, store) {
            (Unary::LogicalNot, Type::Bool) => Box::new(|x| i64::from(x == 0)),
            // LiteRT negates the integers, whatever their scales
            (Unary::Neg, Type::I8 | Type::I16 | Type::I32 | Type::I64) => {
                Box::new(move |x| wrapped(store, -i128::from(x)))
            }
            (Unary::Abs, Type::I32) if matches!(x.value.repr, Repr::Plain(_)) => {
                Box::new(move |x| wrapped(store, i128::from(x).abs()))
            }
            (_, Type::I8 | Type::I16) => {
                let (from, to) = (Affine::of(x.value)?, Affine::of(y)?);
                match lines(op, from, to) {
                    Some(f) => f?,
                    None if store == Type::I8 => byte(op, from, to)?.ok_or_else(|| self.unknown())?,
                    None => word(op, from, to).ok_or_else(|| self.unknown())?,
                }
            }
            _ => return Err(self.unknown()),
        };
        Ok(x.elements.iter().map(|x| f(*x)).collect())
    }

    /// From floats to integers, or from one scale to another.
    pub(super) fn quantize(&self) -> Made {
        let (x, to) = (self.x()?, Affine::of(self.y()?)?);
        if x.value.repr == Repr::Plain(Type::F32) {
            return Ok(x.elements.iter().map(|x| to.integer(f32::from_bits(*x as u32))).collect());
        }
        let from = Affine::of(x.value)?;
        let f = line(from, to, f64::from(from.scale) / f64::from(to.scale))?;
        Ok(x.elements.iter().map(|x| f(*x)).collect())
    }

    /// From integers to floats.
    pub(super) fn dequantize(&self) -> Made {
        let (x, y) = (self.x()?, self.y()?);
        if y.repr != Repr::Plain(Type::F32) || x.store() == Type::F16 {
            return Err(self.unknown());
        }
        let from = Affine::of(x.value)?;
        let real = |x: &i64| (f64::from(from.scale) * (x - from.zero) as f64) as f32;
        Ok(x.elements.iter().map(|x| real(x).to_bits().into()).collect())
    }

    /// The same integers in another type, wrapped around; as truth values, all but 0 are true.
    pub(super) fn cast(&self) -> Made {
        let (x, y) = (self.x()?, self.y()?);
        let store = y.repr.store();
        let float = |store| matches!(store, Type::F32 | Type::F16 | Type::I4);
        if x.store() != store && (float(x.store()) || float(store)) {
            return Err(self.unknown());
        }
        let cast =
            |x: &i64| if store == Type::Bool { i64::from(*x != 0) } else { wrapped(store, (*x).into()) };
        Ok(x.elements.iter().map(cast).collect())
    }
}

/// What an operator makes of an element.
type Function = Box<dyn Fn(i64) -> i64>;

/// A change of scale.
fn line(from: Affine, to: Affine, factor: f64) -> Result<Function, Trouble> {
    let factor = Factor::new(factor)?;
    Ok(Box::new(move |x| to.clamp(factor.twice(x - from.zero) + to.zero)))
}

/// The functions that are a line above 0 and another below. None for what is no such function.
fn lines(op: Unary, from: Affine, to: Affine) -> Option<Result<Function, Trouble>> {
    // LiteRT computes these factors in single precision
    let same = from.scale / to.scale;
    let clamped = |lo: f32, hi: f32| {
        let to = Affine { least: to.integer(lo), most: to.integer(hi), ..to };
        line(from, to, same.into())
    };
    Some(match op {
        Unary::Relu => clamped(0.0, f32::INFINITY),
        Unary::Relu6 => clamped(0.0, 6.0),
        Unary::ReluN1To1 => clamped(-1.0, 1.0),
        Unary::Relu0To1 => clamped(0.0, 1.0),
        Unary::LeakyRelu { alpha } => bent(from, to, same, from.scale * alpha / to.scale, false),
        Unary::Abs => bent(from, to, same, same, true),
        _ => return None,
    })
}

/// A line above 0 and another below, or its mirror image.
fn bent(from: Affine, to: Affine, above: f32, below: f32, mirror: bool) -> Result<Function, Trouble> {
    let (above, below) = (Factor::new(above.into())?, Factor::new(below.into())?);
    Ok(Box::new(move |x| {
        let x = x - from.zero;
        let scaled = match (x >= 0, mirror) {
            (true, _) => above.twice(x),
            (false, true) => below.twice(-x),
            (false, false) => below.twice(x),
        };
        to.clamp(scaled + to.zero)
    }))
}

/// The other functions of int8. None for what LiteRT does not compute.
fn byte(op: Unary, from: Affine, to: Affine) -> Result<Option<Function>, Trouble> {
    Ok(match op {
        Unary::HardSwish => Some(hard_swish(from, to)?),
        Unary::Rsqrt => Some(rsqrt(from, to)?),
        Unary::Sqrt => Some(Box::new(move |x| {
            let root = (from.scale * (x - from.zero) as f32).max(0.0).sqrt() / to.scale;
            // rounded towards 0
            to.clamp((root as i64).saturating_add(to.zero))
        })),
        Unary::Logistic => Some(tabled(from, to, Box::new(|x| 1.0 / (1.0 + f64::from(-x).exp() as f32)))),
        Unary::Tanh => Some(tabled(from, to, Box::new(|x| f64::from(x).tanh() as f32))),
        _ => real(op, to).map(|f| tabled(from, to, f)),
    })
}

/// The other functions of int16.
fn word(op: Unary, from: Affine, to: Affine) -> Option<Function> {
    let curve = Curve::single(from, to, real(op, to)?);
    Some(Box::new(move |x| curve.at(x)))
}

/// A function of reals that LiteRT tabulates for int8 and int16; `to` is the output's scale.
fn real(op: Unary, to: Affine) -> Option<Real> {
    let (lowest, highest) = ((to.least - to.zero) as f32 * to.scale, 32767.0 * to.scale);
    // the C library rounds its functions of single precision almost always correctly
    Some(match op {
        Unary::Elu => Box::new(|x| if x < 0.0 { f64::from(x).exp_m1() as f32 } else { x }),
        Unary::Swish => Box::new(|x| x / (1.0 + f64::from(-x).exp() as f32)),
        Unary::Exp => Box::new(|x| f64::from(x).exp() as f32),
        Unary::Log => Box::new(move |x| if x <= 0.0 { lowest } else { f64::from(x).ln() as f32 }),
        Unary::Rsqrt => Box::new(move |x| if x <= 0.0 { highest } else { 1.0 / x.sqrt() }),
        Unary::Gelu { approximate: false } => Box::new(|x| {
            let error = error_function(f64::from(x) * 0.5f64.sqrt());
            (0.5 * f64::from(x) * (1.0 + error)) as f32
        }),
        Unary::Gelu { approximate: true } => Box::new(|x| {
            let x = f64::from(x);
            let inner = (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044_715 * x * x * x);
            (0.5 * x * (1.0 + inner.tanh())) as f32
        }),
        _ => return None,
    })
}

/// A function of real numbers.
type Real = Box<dyn Fn(f32) -> f32>;

/// `2 / sqrt(pi)` times the integral of `exp(-t^2)` from 0 to x, by a series of positive terms.
fn error_function(x: f64) -> f64 {
    if x.abs() > 6.0 {
        return x.signum();
    }
    let (mut term, mut sum) = (x, 0.0);
    for n in 1..200 {
        sum += term;
        term *= 2.0 * x * x / f64::from(2 * n + 1);
    }
    2.0 / std::f64::consts::PI.sqrt() * (-x * x).exp() * sum
}

/// A function of reals, rounded to the output's scale as LiteRT fills its tables.
fn tabled(from: Affine, to: Affine, f: Real) -> Function {
    let inverse = 1.0 / to.scale;
    Box::new(move |x| {
        let real = f(from.scale * (x - from.zero) as f32);
        to.clamp(((real * inverse).round() + to.zero as f32) as i64)
    })
}

/// `x * relu6(x + 3) / 6`, in 16 bits (`reference/hard_swish.h`).
fn hard_swish(from: Affine, to: Affine) -> Result<Function, Trouble> {
    // 16 bits of a factor
    let short = |real: f32| {
        let Factor { mantissa, exponent } = Factor::new(real.into())?;
        let short = if mantissa >= i32::MAX - (1 << 15) { 0x7fff } else { (mantissa + (1 << 15)) >> 16 };
        Ok::<_, Trouble>((short, exponent))
    };
    // x gains 7 bits, and a share of 1 is 3 in steps of 3 / 2^15
    let fine = 1.0 / 128.0 * from.scale;
    let (out, out_exponent) = short(fine / to.scale)?;
    let (relu, relu_exponent) = short(fine / (3.0 / 32768.0))?;
    if out_exponent > 0 {
        return Err("has an output scale that is too fine, which LiteRT refuses too".into());
    }
    let saturated = |x: i32| x.clamp(-32768, 32767);
    let product = move |a: i32, b: i32| {
        let product = a * b;
        saturated((product + if product >= 0 { 1 << 14 } else { 1 - (1 << 14) }) / (1 << 15))
    };
    Ok(Box::new(move |x| {
        let x = ((x - from.zero) as i32) << 7;
        let mut share = x;
        if relu_exponent > 0 {
            share = saturated(shift_left(share, relu_exponent - 1));
        }
        share = product(share, relu);
        share = match relu_exponent {
            1.. => saturated(shift_left(share, 1)),
            _ => shift_right(share, -relu_exponent),
        };
        // from -1 to 1, to 0 to 1
        let share = (share + (1 << 15)) >> 1;
        let y = share * product(x, out) / (1 << 15);
        to.clamp(i64::from(shift_right(y, -out_exponent)) + to.zero)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_function_at_known_places() {
        for (x, y) in
            [(0.0, 0.0), (0.5, 0.520_499_877_813_046_5), (-2.0, -0.995_322_265_018_952_7), (9.0, 1.0)]
        {
            assert!((error_function(x) - y).abs() < 1e-14, "{x}");
        }
    }
}
