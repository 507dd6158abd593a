//! Axes that are folded, or walked along.

use super::file::Attribute::Int;
use super::form::{OWN, place};
use super::{Exporter, Written};
use crate::graph::{Reduce, Type, ValueId};

impl Exporter<'_> {
    pub(super) fn reduce(
        &mut self,
        op: Reduce,
        x: ValueId,
        y: ValueId,
        axes: &[usize],
        keep: bool,
    ) -> Written {
        let rank = self.value(x).shape.len();
        // what is left must lie in the order of the output
        let folds = |axis: &usize| axes.contains(axis);
        let order = if keep || rank == 4 && (folds(&3) || folds(&1) && folds(&2)) {
            self.order(&[x], x)
        } else {
            OWN
        };
        let mut name = self.real(x, order);
        let kind = self.kind(x);
        let wide = match kind {
            Type::F32 | Type::I32 | Type::I64 => kind,
            _ => {
                name = self.cast(&name, Type::I32);
                Type::I32
            }
        };
        let shared = op == Reduce::Mean && wide != Type::F32;
        let op = match op {
            Reduce::Mean if !shared => "ReduceMean",
            Reduce::Any | Reduce::Max => "ReduceMax",
            Reduce::All | Reduce::Min => "ReduceMin",
            // of truth values, the sum is whether any holds, the product whether all do
            Reduce::Sum if kind == Type::Bool => "ReduceMax",
            Reduce::Prod if kind == Type::Bool => "ReduceMin",
            Reduce::Sum | Reduce::Mean => "ReduceSum",
            Reduce::Prod => "ReduceProd",
        };
        if !axes.is_empty() {
            let places: Vec<i64> = axes.iter().map(|axis| place(order, *axis) as i64).collect();
            let places = self.file.list("axes", &places);
            name = self.node(op, &[&name, &places], &[Int("keepdims", keep.into())]);
            if shared {
                let count = axes.iter().map(|axis| self.extent(x, *axis)).product::<usize>();
                let count = self.number(wide, count as i64);
                name = self.node("Div", &[&name, &count], &[]);
            }
        }
        if wide != kind {
            name = self.cast(&name, kind);
        }
        let order = if self.value(y).shape.len() == 4 { order } else { OWN };
        self.write(y, order, name);
        Ok(())
    }

    pub(super) fn arg(&mut self, x: ValueId, y: ValueId, axis: usize, greatest: bool) -> Written {
        let mut from = self.real(x, OWN);
        if !matches!(self.kind(x), Type::F32 | Type::I32) {
            from = self.cast(&from, Type::I32);
        }
        let op = if greatest { "ArgMax" } else { "ArgMin" };
        let made = self.node(op, &[&from], &[Int("axis", axis as i64), Int("keepdims", 0)]);
        self.indices(y, made);
        Ok(())
    }

    pub(super) fn cumsum(
        &mut self,
        x: ValueId,
        y: ValueId,
        axis: usize,
        [exclusive, reverse]: [bool; 2],
    ) -> Written {
        let (from, axis) = (self.real(x, OWN), self.number(Type::I64, axis as i64));
        let attributes = [Int("exclusive", exclusive.into()), Int("reverse", reverse.into())];
        let made = self.node("CumSum", &[&from, &axis], &attributes);
        self.finish(y, made)
    }

    pub(super) fn top_k(&mut self, x: ValueId, outputs: &[ValueId], k: usize) -> Written {
        let &[values, places] = outputs else { return Err("has other than two outputs".into()) };
        let (mut from, kind) = (self.real(x, OWN), self.kind(x));
        let wide = matches!(kind, Type::F32 | Type::I32 | Type::I64);
        if !wide {
            from = self.cast(&from, Type::I32);
        }
        let k = self.file.list("k", &[k as i64]);
        let wish = format!("{}/topk", self.here);
        let made = self.file.node("TopK", &[&from, &k], &[Int("axis", -1)], &wish, 2);
        let best = if wide { made[0].clone() } else { self.cast(&made[0], kind) };
        self.write(values, OWN, best);
        self.indices(places, made[1].clone());
        Ok(())
    }

    /// Writes indices, which ONNX makes as int64.
    fn indices(&mut self, y: ValueId, name: String) {
        let name = match self.value(y).repr.store() {
            Type::I64 => name,
            store => self.cast(&name, store),
        };
        self.write_stored(y, OWN, name);
    }

    pub(super) fn softmax(&mut self, x: ValueId, y: ValueId, beta: f32) -> Written {
        let mut name = self.real(x, OWN);
        if beta != 1.0 {
            let beta = self.file.shared("beta", Type::F32, &[], beta.to_le_bytes().to_vec());
            name = self.node("Mul", &[&name, &beta], &[]);
        }
        let made = self.node("Softmax", &[&name], &[Int("axis", -1)]);
        self.finish(y, made)
    }

    pub(super) fn along_last(&mut self, op: &str, x: ValueId, y: ValueId) -> Written {
        self.through(op, x, y, &[Int("axis", -1)])
    }
}
