//! Operators of an ONNX file that fold axes.

use super::call::Call;
use super::{Made, refuse};
use crate::graph::{Binary, Op, Reduce, Type, Unary, ValueId};

impl Call<'_, '_> {
    /// The axes that are folded, from an attribute or an input, and whether they stay.
    fn folded(&mut self) -> Made<(ValueId, Vec<usize>, bool)> {
        let x = self.input(0)?;
        let rank = self.rank(x);
        let axes = match self.listed("axes", 1)? {
            Some(axes) if !axes.is_empty() => self.axes(&axes, rank)?,
            _ if self.flag("noop_with_empty_axes") => Vec::new(),
            _ => (0..rank).collect(),
        };
        Ok((x, axes, self.int("keepdims").unwrap_or(1) != 0))
    }

    pub(super) fn reduction(&mut self, name: &str) -> Made {
        let (x, axes, keep) = self.folded()?;
        let y = match name {
            "ReduceSum" => self.reduce(Reduce::Sum, x, &axes, keep)?,
            "ReduceMean" => self.reduce(Reduce::Mean, x, &axes, keep)?,
            "ReduceProd" => self.reduce(Reduce::Prod, x, &axes, keep)?,
            "ReduceMax" => self.extreme(Reduce::Max, x, &axes, keep)?,
            "ReduceMin" => self.extreme(Reduce::Min, x, &axes, keep)?,
            "ReduceL1" => {
                let size = self.unary(Unary::Abs, x)?;
                self.reduce(Reduce::Sum, size, &axes, keep)?
            }
            "ReduceL2" => {
                let square = self.mul(x, x)?;
                let sum = self.reduce(Reduce::Sum, square, &axes, keep)?;
                self.unary(Unary::Sqrt, sum)?
            }
            "ReduceSumSquare" => {
                let square = self.mul(x, x)?;
                self.reduce(Reduce::Sum, square, &axes, keep)?
            }
            "ReduceLogSum" => {
                let sum = self.reduce(Reduce::Sum, x, &axes, keep)?;
                self.unary(Unary::Log, sum)?
            }
            "ReduceLogSumExp" => self.log_sum_exp(x, &axes, keep)?,
            _ => return refuse("is no reduction that is known"),
        };
        Ok(vec![y])
    }

    /// Of bytes that no kernel folds, in 32 bits.
    fn extreme(&mut self, op: Reduce, x: ValueId, axes: &[usize], keep: bool) -> Made<ValueId> {
        let store = self.store(x);
        if store != Type::U8 {
            return self.reduce(op, x, axes, keep);
        }
        let wide = self.cast(x, Type::I32)?;
        let made = self.reduce(op, wide, axes, keep)?;
        self.cast(made, store)
    }

    /// Exponentials of what lies below the greatest stay finite.
    fn log_sum_exp(&mut self, x: ValueId, axes: &[usize], keep: bool) -> Made<ValueId> {
        let top = self.reduce(Reduce::Max, x, axes, true)?;
        let below = self.sub(x, top)?;
        let power = self.unary(Unary::Exp, below)?;
        let sum = self.reduce(Reduce::Sum, power, axes, true)?;
        let log = self.unary(Unary::Log, sum)?;
        let made = self.add(log, top)?;
        let shape = self.shape(made);
        let left = shape.iter().enumerate().filter(|(axis, _)| keep || !axes.contains(axis));
        let left: Vec<usize> = left.map(|(_, n)| *n).collect();
        self.reshape(made, &left)
    }

    /// The first extreme element along an axis; the last by way of a reversed axis.
    pub(super) fn arg(&mut self, greatest: bool) -> Made {
        let x = self.input(0)?;
        let axis = self.own_axis(0, self.rank(x))?;
        let n = self.shape(x)[axis].max(1);
        let last = self.flag("select_last_index");
        let seen = if last { self.along(x, axis, n - 1, -1, n)? } else { x };
        let mut made = self.op(Op::ArgExtreme { axis, greatest }, &[seen])?;
        if last {
            let end = self.like(made, (n - 1) as f64)?;
            made = self.sub(end, made)?;
        }
        if self.int("keepdims").unwrap_or(1) != 0 {
            let mut shape = self.shape(x);
            shape[axis] = 1;
            made = self.reshape(made, &shape)?;
        }
        Ok(vec![made])
    }

    pub(super) fn cumsum(&mut self) -> Made {
        let x = self.input(0)?;
        let axis = match self.numbers(1, "axis")?.as_deref() {
            Some([axis]) => self.axis(*axis, self.rank(x))?,
            _ => return refuse("needs one axis"),
        };
        let op = Op::Cumsum { axis, exclusive: self.flag("exclusive"), reverse: self.flag("reverse") };
        Ok(vec![self.op(op, &[x])?])
    }

    /// Products of the elements so far, one after the other.
    pub(super) fn cumprod(&mut self) -> Made {
        let x = self.input(0)?;
        let axis = match self.numbers(1, "axis")?.as_deref() {
            Some([axis]) => self.axis(*axis, self.rank(x))?,
            _ => return refuse("needs one axis"),
        };
        let n = self.shape(x)[axis];
        let mut thin = self.shape(x);
        thin[axis] = 1;
        let mut product = self.full(x, &thin, 1.0)?;
        let mut parts = Vec::new();
        for i in 0..n {
            let at = if self.flag("reverse") { n - 1 - i } else { i };
            let before = product;
            let here = self.along(x, axis, at, 1, 1)?;
            product = self.mul(product, here)?;
            parts.push(if self.flag("exclusive") { before } else { product });
        }
        if self.flag("reverse") {
            parts.reverse();
        }
        Ok(vec![self.concat(&parts, axis)?])
    }

    /// The greatest or least `k` along an axis, and where they are.
    pub(super) fn top_k(&mut self) -> Made {
        let x = self.input(0)?;
        let axis = self.own_axis(-1, self.rank(x))?;
        let k = match self.int("k") {
            Some(k) => vec![k],
            None => self.numbers(1, "k")?.unwrap_or_default(),
        };
        let Some(k) = k.first().and_then(|k| usize::try_from(*k).ok()) else { return refuse("has no k") };
        let greatest = self.int("largest").unwrap_or(1) != 0;
        let last = self.rank(x) - 1;
        let mut order: Vec<usize> = (0..=last).collect();
        order.swap(axis, last);
        let mut seen = self.transpose(x, &order)?;
        if !greatest {
            seen = self.with(Binary::Mul, seen, -1.0)?;
        }
        let store = self.store(x);
        let made = self.several(Op::TopK { k }, &[seen], &[vec![], vec![]], &[store, Type::I32])?;
        let mut values = made[0];
        if !greatest {
            values = self.with(Binary::Mul, values, -1.0)?;
        }
        let indices = self.cast(made[1], Type::I64)?;
        Ok(vec![self.transpose(values, &order)?, self.transpose(indices, &order)?])
    }

    /// 1 at the first greatest element along an axis.
    pub(super) fn hard_max(&mut self) -> Made {
        let x = self.input(0)?;
        let (x, axis, shape) = self.flattened(x, -1)?;
        let at = self.op(Op::ArgExtreme { axis, greatest: true }, &[x])?;
        let (on, off) = (self.like(x, 1.0)?, self.like(x, 0.0)?);
        let given = self.shape(x);
        let made = self.shaped(Op::OneHot { axis }, &[at, on, off], &given)?;
        Ok(vec![self.reshape(made, &shape)?])
    }

    /// Softmax and its like: before opset 13 along all axes from one on, since along one. With the shape to return to.
    pub(super) fn flattened(&mut self, x: ValueId, default: i64) -> Made<(ValueId, usize, Vec<usize>)> {
        let shape = self.shape(x);
        if self.opset() >= 13 {
            return Ok((x, self.own_axis(default, shape.len())?, shape));
        }
        let axis = self.own_axis(1, shape.len())?;
        let flat = [shape[..axis].iter().product(), shape[axis..].iter().product()];
        Ok((self.reshape(x, &flat)?, 1, shape))
    }

    pub(super) fn soft_max(&mut self, op: Op) -> Made {
        let x = self.input(0)?;
        let (x, axis, shape) = self.flattened(x, -1)?;
        let made = self.on_axis(op, x, axis)?;
        Ok(vec![self.reshape(made, &shape)?])
    }
}
