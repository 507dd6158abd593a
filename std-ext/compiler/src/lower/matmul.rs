//! BATCH_MATMUL.

use super::{Lowering, Slot, extent, halves, kind, name};
use crate::graph::{Node, Type, ValueId};
use crate::quant::{Multiplier, integers};
use midge_core::ops::{
    self,
    matmul::{LEFT, Matrices, Product, RIGHT},
};

impl Lowering<'_> {
    pub(super) fn batch_matmul(&mut self, node: &Node, transposed: [bool; 2]) -> Result<(), String> {
        let ((a_id, a), (b_id, b), (y_id, y)) =
            (self.input(node, 0)?, self.input(node, 1)?, self.output(node)?);
        let matrices = geometry([&a.shape, &b.shape, &y.shape], transposed)?;
        let (stores, rows) = ([a, b, y].map(|value| value.repr.store()), matrices.dims[0] as usize);
        let integer = match stores {
            [Type::F32, Type::F32, Type::F32] | [Type::F16, Type::F16, Type::F16] => None,
            [Type::I8, Type::I8, Type::I8] => Some((ops::BATCH_MATMUL, 255 * 255, i64::from(i32::MAX))),
            [Type::I16, Type::I16, Type::I16] => Some((ops::BATCH_MATMUL_I16, 1 << 30, WIDEST)),
            [a, b, y] => return Err(format!("makes {y} of {a} and {b}, which no kernel of it does")),
        };
        let operands = vec![self.activation(y_id)?, self.either(a_id)?, self.either(b_id)?];
        let Some((code, most, limit)) = integer else {
            let code = halves::of(ops::BATCH_MATMUL_F32, a.repr.store())?;
            return self.step(node, code, rows, 1, operands, &matrices.bytes());
        };
        let ((_, a_scale, a_zero), (_, b_scale, b_zero)) = (integers(a)?, integers(b)?);
        let (store, y_scale, y_zero) = integers(y)?;
        if i64::from(matrices.depth) * most > limit {
            return Err(format!("sums {} products, more than its sums hold", matrices.depth));
        }
        // LiteRT multiplies these scales in single precision
        let factor = Multiplier::new(f64::from(a_scale * b_scale) / f64::from(y_scale))?;
        if store == Type::I16 && factor.shift > 7 {
            return Err("its scales give a factor of 128 or more, which is too large".into());
        }
        let [a_zero, b_zero, y_zero] = [a_zero, b_zero, y_zero].map(|zero| zero as i8);
        let (multiplier, shift) = (factor.value, factor.shift as i8);
        let record = Product { matrices, multiplier, shift, a_zero, b_zero, y_zero };
        self.step(node, code, rows, 1, operands, &record.bytes())
    }

    /// An operand in work memory, or a constant where it is one.
    fn either(&mut self, id: ValueId) -> Result<Slot, String> {
        let value = self.graph.value(id);
        match value.data.clone().filter(|_| !value.state) {
            Some(data) => Ok(self.constant(kind(value.repr.store()), data, name(value))),
            None => self.activation(id),
        }
    }
}

/// The most that LiteRT's 64-bit scaling takes.
const WIDEST: i64 = 1 << 47;

/// The matrices of a and b, whose shapes multiply to that of y, and their batch: neighbouring axes merged where both
/// operands vary alike.
fn geometry([a, b, y]: [&[usize]; 3], transposed: [bool; 2]) -> Result<Matrices, String> {
    let ([outer @ .., rows, columns], [.., down, across]) = (y, a) else {
        return Err("needs matrices".into());
    };
    let varies = |shape: &[usize], axis: usize| {
        let missing = y.len() - shape.len();
        axis >= missing && shape[axis - missing] == y[axis]
    };
    let mut axes: Vec<(usize, [bool; 2])> = Vec::new();
    for (axis, &n) in outer.iter().enumerate().filter(|(_, n)| **n != 1) {
        let now = [varies(a, axis), varies(b, axis)];
        match axes.last_mut() {
            Some((extent, before)) if *before == now => *extent *= n,
            _ => axes.push((n, now)),
        }
    }
    let mut rows = *rows;
    // matrices that lie one below the other, all times the same one, are one
    if !transposed[0] && axes.last().is_some_and(|(_, varies)| *varies == [true, false]) {
        rows *= axes.pop().map_or(1, |(n, _)| n);
    }
    if axes.len() > 3 {
        return Err(format!("broadcasts along {} separate axes, more than 3", axes.len()));
    }
    let depth = if transposed[0] { down } else { across };
    let form = (u8::from(transposed[0]) * LEFT) | (u8::from(transposed[1]) * RIGHT);
    let mut matrices = Matrices {
        dims: [1, 1, 1, extent(rows, "the number of rows")?],
        depth: extent(*depth, "the number of products")?,
        columns: extent(*columns, "the number of columns")?,
        a: 0b111,
        b: 0b111,
        form,
    };
    for (i, (n, [a, b])) in axes.into_iter().enumerate() {
        matrices.dims[i] = extent(n, "an axis")?;
        matrices.a &= !(u8::from(!a) << i);
        matrices.b &= !(u8::from(!b) << i);
    }
    Ok(matrices)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_are_merged() {
        let made = |a: &[usize], b: &[usize], y: &[usize], transposed| {
            let m = geometry([a, b, y], transposed).unwrap();
            (m.dims, m.depth, m.columns, m.a, m.b, m.form)
        };
        assert_eq!(
            made(&[2, 3, 4, 5], &[5, 6], &[2, 3, 4, 6], [false; 2]),
            ([1, 1, 1, 24], 5, 6, 0b111, 0b111, 0)
        );
        assert_eq!(
            made(&[2, 3, 5, 4], &[5, 6], &[2, 3, 4, 6], [true, false]),
            ([6, 1, 1, 4], 5, 6, 0b111, 0b110, LEFT)
        );
        assert_eq!(
            made(&[2, 1, 4, 5], &[3, 6, 5], &[2, 3, 4, 6], [false, true]),
            ([2, 3, 1, 4], 5, 6, 0b101, 0b110, RIGHT)
        );
    }
}
