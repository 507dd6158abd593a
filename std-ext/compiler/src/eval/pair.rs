//! Functions of two elements, broadcast (`kernels/internal/reference/{add,sub,mul,div,comparisons}.h` and others).

use super::number::{Affine, Factor, high_product, reals, shift_right};
use super::softmax::one_over_one_plus;
use super::tensor::{Tensor, numbers, places, stored, wrapped};
use super::{Call, Made, Trouble};
use crate::graph::{Activation, Binary, Repr, Rounding, Type};

impl Call<'_> {
    pub(super) fn binary(&self, op: Binary, activation: Activation) -> Made {
        let (a, b, y) = (self.x()?, self.input(1)?, self.y()?);
        if a.store() != b.store() || matches!(a.store(), Type::F32 | Type::F16 | Type::I4) {
            return Err(self.unknown());
        }
        let f = match comparison(op) {
            Some(holds) => self.comparison(op, holds)?,
            None if y.repr.store() != a.store() => return Err(self.unknown()),
            None if matches!(a.value.repr, Repr::Plain(_)) => self.plain(op, activation)?,
            None => self.scaled(op, activation)?,
        };
        // LiteRT reads the slopes of int16 as if they were int8
        let bytes = numbers(Type::I8, &stored(b.store(), b.elements));
        let b = match op == Binary::Prelu && b.store() == Type::I16 {
            true => Tensor { elements: &bytes[..b.elements.len()], ..b },
            false => b,
        };
        places(&y.shape).map(|place| f(a.spread(&place), b.spread(&place))).collect()
    }

    /// Elements of one operand or of another.
    pub(super) fn select(&self) -> Made {
        let (condition, a, b, y) = (self.x()?, self.input(1)?, self.input(2)?, self.y()?);
        if condition.store() != Type::Bool || [a, b].iter().any(|x| x.store() != y.repr.store()) {
            return Err(self.unknown());
        }
        let chosen = |place: Vec<usize>| if condition.spread(&place) != 0 { a } else { b }.spread(&place);
        Ok(places(&y.shape).map(chosen).collect())
    }

    /// Of numbers with scales: what they stand for is compared, in steps of 2^-8.
    fn comparison(&self, op: Binary, holds: fn(i64, i64) -> bool) -> Result<Function, Trouble> {
        let (a, b) = (self.x()?, self.input(1)?);
        // LiteRT has int16 kernels for equality only, and otherwise compares the integers
        let wide = a.store() == Type::I16 && !matches!(op, Binary::Equal | Binary::NotEqual);
        if wide || matches!(a.value.repr, Repr::Plain(_)) {
            return Ok(Box::new(move |a, b| Ok(holds(a, b).into())));
        }
        let (a, b) =
            (Operand::new(Affine::of(a.value)?, 1.0, 8)?, Operand::new(Affine::of(b.value)?, 1.0, 8)?);
        Ok(Box::new(move |x, y| Ok(holds(a.of(x), b.of(y)).into())))
    }

    /// Of numbers that stand for themselves, which wrap around.
    fn plain(&self, op: Binary, activation: Activation) -> Result<Function, Trouble> {
        let store = self.y()?.repr.store();
        let f = integer(op).ok_or_else(|| self.unknown())?;
        // the casts saturate
        let (lo, hi) = reals(activation);
        let (lo, hi) = (lo as i64, hi as i64);
        Ok(Box::new(move |a, b| Ok(wrapped(store, f(a, b)?).clamp(lo, hi))))
    }

    /// Of numbers with scales.
    fn scaled(&self, op: Binary, activation: Activation) -> Result<Function, Trouble> {
        let (a, b) = (Affine::of(self.x()?.value)?, Affine::of(self.input(1)?.value)?);
        let value = self.y()?;
        let y = Affine::of(value)?.within(activation);
        let wide = value.repr.store() == Type::I16;
        let headroom = if wide { 15 } else { 20 };
        let shifts = wide && self.node.rounding == Rounding::LitertShift && powers([a, b, y]);
        match op {
            Binary::Maximum | Binary::Minimum | Binary::FloorDiv | Binary::FloorMod => {
                self.plain(op, Activation::None)
            }
            Binary::Add | Binary::Sub if shifts => shifted(op, a, b, y),
            Binary::Add => met(a, b, y, headroom, false, |a, b| a + b),
            Binary::Sub => met(a, b, y, headroom, false, |a, b| a - b),
            Binary::SquaredDifference if !wide => {
                met(a, b, y, 7, true, |a, b| wrapped(Type::I32, i128::from(a - b) * i128::from(a - b)))
            }
            Binary::Mul => {
                // LiteRT computes this factor in single precision
                let factor = Factor::new(f64::from(a.scale * b.scale / y.scale))?;
                Ok(Box::new(move |p, q| Ok(y.clamp(factor.twice((p - a.zero) * (q - b.zero)) + y.zero))))
            }
            Binary::Div => {
                // LiteRT computes this factor in single precision
                let factor = Factor::new(f64::from(a.scale / (b.scale * y.scale)))?;
                Ok(Box::new(move |p, q| Ok(y.clamp(quotient(p - a.zero, q - b.zero, factor)? + y.zero))))
            }
            Binary::Prelu => {
                let (slope, keep) = (a.scale * b.scale / y.scale, a.scale / y.scale);
                let (slope, keep) = (Factor::new(slope.into())?, Factor::new(keep.into())?);
                Ok(Box::new(move |p, q| {
                    let (p, q) = (p - a.zero, q - b.zero);
                    Ok(y.clamp(if p >= 0 { keep.twice(p) } else { slope.twice(p * q) } + y.zero))
                }))
            }
            _ => Err(self.unknown()),
        }
    }
}

/// What an operator makes of two elements.
type Function = Box<dyn Fn(i64, i64) -> Result<i64, Trouble>>;

/// When a comparison holds; none for what is no comparison.
fn comparison(op: Binary) -> Option<fn(i64, i64) -> bool> {
    Some(match op {
        Binary::Equal => |a, b| a == b,
        Binary::NotEqual => |a, b| a != b,
        Binary::Greater => |a, b| a > b,
        Binary::GreaterEqual => |a, b| a >= b,
        Binary::Less => |a, b| a < b,
        Binary::LessEqual => |a, b| a <= b,
        _ => return None,
    })
}

/// A function of two integers as they are stored, not yet wrapped around.
type Plain = fn(i64, i64) -> Result<i128, Trouble>;

/// The function of an operator; none for one that integers do not have.
fn integer(op: Binary) -> Option<Plain> {
    const ZERO: &str = "divides by 0";
    Some(match op {
        Binary::Add => |a, b| Ok(i128::from(a) + i128::from(b)),
        Binary::Sub => |a, b| Ok(i128::from(a) - i128::from(b)),
        Binary::Mul => |a, b| Ok(i128::from(a) * i128::from(b)),
        Binary::Div => |a, b| i128::from(a).checked_div(b.into()).ok_or_else(|| ZERO.into()),
        Binary::Maximum | Binary::LogicalOr => |a, b| Ok(a.max(b).into()),
        Binary::Minimum | Binary::LogicalAnd => |a, b| Ok(a.min(b).into()),
        Binary::SquaredDifference => |a, b| {
            let difference = i128::from(a) - i128::from(b);
            Ok(difference.wrapping_mul(difference))
        },
        Binary::FloorDiv => |a, b| {
            let rest = floor_rest(a, b).ok_or(ZERO)?;
            Ok((i128::from(a) - rest) / i128::from(b))
        },
        Binary::Pow => |a, b| Ok(u32::try_from(b).map_or(0, |b| a.wrapping_pow(b)).into()),
        Binary::FloorMod => |a, b| floor_rest(a, b).ok_or_else(|| ZERO.into()),
        _ => return None,
    })
}

/// `a / b` times a factor, by the reciprocal of b (`DivElementwise` of `reference/div.h`).
fn quotient(a: i64, b: i64, factor: Factor) -> Result<i64, Trouble> {
    let (a, b) = if b < 0 { (-a as i32, -b as i32) } else { (a as i32, b as i32) };
    if b == 0 {
        return Err("divides by 0".into());
    }
    // b is (1 + rest) * 2^(31 - zeros), and a is brought as far left as its sign allows
    let zeros = b.leading_zeros();
    let inverse = one_over_one_plus(((i64::from(b) << zeros) - (1 << 31)) as i32);
    let room = (if a < 0 { !a } else { a }).leading_zeros() - 1;
    let unscaled = high_product(a << room, inverse);
    let right = 31 - zeros as i32 + room as i32 - factor.exponent;
    let scaled = high_product(unscaled, factor.mantissa);
    Ok(match right {
        ..0 => scaled.wrapping_shl(right.unsigned_abs()).into(),
        0..=31 => shift_right(scaled, right).into(),
        // LiteRT's masks have 32 bits, and shifts count modulo 32 on the machines that its answers are from
        _ => i64::from(scaled.wrapping_shr(right.unsigned_abs())) + i64::from(scaled >= 0),
    })
}

/// What a division that rounds down leaves: it has the sign of b.
fn floor_rest(a: i64, b: i64) -> Option<i128> {
    let (a, b) = (i128::from(a), i128::from(b));
    Some((a.checked_rem(b)? + b) % b)
}

/// An operand on its way to a common scale.
struct Operand {
    zero: i64,
    headroom: u32,
    factor: Factor,
}

impl Operand {
    /// Brings `x` to units of `unit`, `headroom` bits finer.
    fn new(x: Affine, unit: f64, headroom: u32) -> Result<Self, Trouble> {
        Ok(Operand { zero: x.zero, headroom, factor: Factor::new(f64::from(x.scale) / unit)? })
    }

    fn of(&self, x: i64) -> i64 {
        self.factor.twice((x - self.zero) << self.headroom)
    }
}

/// Both operands are brought to twice the larger scale, and meet there.
fn met(
    a: Affine,
    b: Affine,
    y: Affine,
    headroom: u32,
    squared: bool,
    f: fn(i64, i64) -> i64,
) -> Result<Function, Trouble> {
    let twice = 2.0 * f64::from(a.scale.max(b.scale));
    let unit = twice / f64::from(1u32 << headroom);
    let result = Factor::new(if squared { unit * unit } else { unit } / f64::from(y.scale))?;
    let (a, b) = (Operand::new(a, twice, headroom)?, Operand::new(b, twice, headroom)?);
    Ok(Box::new(move |p, q| Ok(y.clamp(result.twice(f(a.of(p), b.of(q))) + y.zero))))
}

/// Whether all scales are powers of two, or as good as that to LiteRT.
fn powers(scales: [Affine; 3]) -> bool {
    scales.iter().all(|x| {
        let exact = f64::from(x.scale).log2();
        (exact - exact.round()).abs() < 1e-3
    })
}

/// Operands of int16 that are shifted to the output's scale before they meet.
fn shifted(op: Binary, a: Affine, b: Affine, y: Affine) -> Result<Function, Trouble> {
    let shift = |x: Affine| (f64::from(y.scale).log2().round() - f64::from(x.scale).log2().round()) as i32;
    let (left, right) = (shift(a), shift(b));
    if left.min(right) != 0 || left.max(right) > 31 {
        return Err(
            "has an output scale that is not the larger of its inputs', which LiteRT refuses too".into()
        );
    }
    Ok(Box::new(move |p, q| {
        let (p, q) = (shift_right(p as i32, left), shift_right(q as i32, right));
        let met = if op == Binary::Add { p + q } else { p - q };
        Ok(y.clamp(met.into()))
    }))
}
