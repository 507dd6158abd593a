//! Products of matrices.

use super::file::Attribute::{Int, Ints};
use super::form::OWN;
use super::{Exporter, Written, one};
use crate::graph::{Activation, ValueId};

impl Exporter<'_> {
    pub(super) fn dense(&mut self, ids: &[ValueId], y: ValueId, activation: Activation) -> Written {
        let (x, filter) = (one(ids, 0)?, one(ids, 1)?);
        let &[out, depth] = &self.value(filter).shape[..] else {
            return Err("has a filter that is no matrix".into());
        };
        let mut rows = self.real(x, OWN);
        if self.value(x).shape.len() != 2 || self.extent(x, 1) != depth {
            let batch = self.value(x).elements().checked_div(depth).unwrap_or(0);
            rows = self.shaped(&rows, &[batch, depth]);
        }
        let mut inputs = vec![rows, self.real(filter, OWN)];
        inputs.extend(self.bias(ids));
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        let mut made = self.node("Gemm", &inputs, &[Int("transB", 1)]);
        let shape = &self.value(y).shape;
        if shape.len() != 2 || shape[1] != out {
            made = self.shaped(&made, shape);
        }
        self.clamped(y, OWN, made, activation)
    }

    pub(super) fn products(&mut self, ids: &[ValueId], y: ValueId, transposed: [bool; 2]) -> Written {
        let mut inputs = Vec::new();
        for (i, turned) in transposed.into_iter().enumerate() {
            let id = one(ids, i)?;
            let mut name = self.real(id, OWN);
            if turned {
                let mut perm: Vec<i64> = (0..self.value(id).shape.len() as i64).collect();
                let last = perm.len().checked_sub(2).ok_or("multiplies what are no matrices")?;
                perm[last..].reverse();
                name = self.node("Transpose", &[&name], &[Ints("perm", perm)]);
            }
            inputs.push(name);
        }
        let made = self.node("MatMul", &[&inputs[0], &inputs[1]], &[]);
        self.finish(y, made)
    }

    /// The same elements in another shape.
    pub(super) fn shaped(&mut self, name: &str, shape: &[usize]) -> String {
        let sizes: Vec<i64> = shape.iter().map(|n| *n as i64).collect();
        let sizes = self.file.list("shape", &sizes);
        let empty = i64::from(shape.contains(&0));
        self.node("Reshape", &[name, &sizes], &[Int("allowzero", empty)])
    }
}
