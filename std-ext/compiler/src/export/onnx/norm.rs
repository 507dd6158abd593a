//! Layer normalization.

use super::file::Attribute::{Float, Int};
use super::form::OWN;
use super::{Exporter, Written, one};
use crate::graph::{Type, ValueId};

impl Exporter<'_> {
    pub(super) fn layer_norm(&mut self, ids: &[ValueId], y: ValueId, epsilon: f32, centred: bool) -> Written {
        let (x, weights, biases) = (one(ids, 0)?, one(ids, 1)?, one(ids, 2)?);
        let [rank, normal] = [x, weights].map(|id| self.value(id).shape.len());
        let [x, weights, biases] = [x, weights, biases].map(|id| self.real(id, OWN));
        if centred {
            let attributes = [Int("axis", -(normal as i64)), Float("epsilon", epsilon)];
            let made = self.node("LayerNormalization", &[&x, &weights, &biases], &attributes);
            return self.finish(y, made);
        }
        // opset 20 has no operator without the mean
        let axes: Vec<i64> = (rank - normal..rank).map(|axis| axis as i64).collect();
        let axes = self.file.list("axes", &axes);
        let least = self.file.fresh("epsilon");
        self.file.constant(&least, Type::F32, &[], &epsilon.to_le_bytes());
        let square = self.node("Mul", &[&x, &x], &[]);
        let mean = self.node("ReduceMean", &[&square, &axes], &[]);
        let sum = self.node("Add", &[&mean, &least], &[]);
        let root = self.node("Sqrt", &[&sum], &[]);
        let normal = self.node("Div", &[&x, &root], &[]);
        let scaled = self.node("Mul", &[&normal, &weights], &[]);
        let made = self.node("Add", &[&scaled, &biases], &[]);
        self.finish(y, made)
    }
}
