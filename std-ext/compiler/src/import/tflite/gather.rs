//! Operators of a TFLite file that work with indices.

use super::call::{Call, refuse};
use super::damaged;
use super::op::{Made, axis, no_options};
use super::schema::tflite as fb;
use crate::graph::{Op, Quant, Repr, Type, Value, ValueId};

impl Call<'_, '_> {
    pub(super) fn gather(&mut self) -> Made {
        let Some(fb::BuiltinOptionsRef::GatherOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        let x = self.counted(2..=2)?.alike(0)?;
        let indices = self.read(1)?;
        let axis = axis(o.axis()?.into(), self.value(x).shape.len())?;
        let (batch, rank) = (i64::from(o.batch_dims()?), self.value(indices).shape.len() as i64);
        let batch = usize::try_from(if batch < 0 { batch + rank } else { batch });
        let batch = batch.map_err(|_| damaged("its batch dimensions", "there are fewer than none"))?;
        Ok((Op::Gather { axis, batch }, vec![x, indices]))
    }

    pub(super) fn gather_nd(&mut self) -> Made {
        let x = self.counted(2..=2)?.alike(0)?;
        Ok((Op::GatherNd, vec![x, self.read(1)?]))
    }

    /// Rows of a table. One of int8 or int4 that makes floats is scaled behind it.
    pub(super) fn embedding(&mut self) -> Made {
        let op = Op::Gather { axis: 0, batch: 0 };
        let (ids, output) = (self.counted(2..=2)?.read(0)?, self.peek()?);
        let table = self.read(1)?;
        let Value { repr: Repr::Quant(quant), shape, .. } = self.value(table) else {
            return Ok((op, vec![self.alike(1)?, ids]));
        };
        if self.value(output).repr != Repr::Plain(Type::F32) {
            return Ok((op, vec![self.alike(1)?, ids]));
        }
        if quant.scale.len() != 1 || quant.zero != [0] {
            return refuse("has a table with several scales or a zero point; export it with one scale");
        }
        let Some((rows, row)) = shape.split_first() else {
            return Err(damaged("its table", "it has no rows").into());
        };
        if quant.store == Type::I4 && *rows > 1 && row.iter().all(|n| n % 2 == 1) {
            return refuse("has rows of an odd number of int4, which LiteRT reads from the wrong places");
        }
        let shape = [&self.value(ids).shape[..], row].concat();
        let table = match quant.store {
            Type::I4 => self.widened(table, quant.clone()),
            _ => table,
        };
        let taken = self.between(table, shape);
        self.emit(op, vec![table, ids], vec![taken]);
        Ok((Op::Dequantize, vec![taken]))
    }

    /// int4 as int8, which in the graph are the same bytes.
    fn widened(&mut self, table: ValueId, quant: Quant) -> ValueId {
        let repr = Repr::Quant(Quant { store: Type::I8, ..quant });
        let wide = Value { repr, ..self.value(table).clone() };
        self.tensors.graph.add(wide)
    }

    pub(super) fn one_hot(&mut self) -> Made {
        let Some(fb::BuiltinOptionsRef::OneHotOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        let indices = self.counted(4..=4)?.read(0)?;
        let (on, off) = (self.alike(2)?, self.alike(3)?);
        let axis = axis(o.axis()?.into(), self.value(indices).shape.len() + 1)?;
        Ok((Op::OneHot { axis }, vec![indices, on, off]))
    }

    pub(super) fn update_slice(&mut self) -> Made {
        let (x, piece) = (self.counted(3..=3)?.alike(0)?, self.alike(1)?);
        Ok((Op::UpdateSlice, vec![x, piece, self.read(2)?]))
    }
}
