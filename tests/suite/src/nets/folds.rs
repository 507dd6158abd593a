//! Axes that are folded, or walked along.

use midge_compiler::graph::{Op, Reduce, Repr, Type, ValueId};

use super::grow::{Growing, fixed};

impl Growing {
    /// A reduction, or something along an axis.
    pub(super) fn folds(&mut self, x: ValueId) -> Option<Vec<ValueId>> {
        let rank = self.shape(x).len();
        if rank == 0 {
            return None;
        }
        let (axis, repr) = (self.noise.below(rank), self.repr(x));
        let one = match (self.noise.below(9), repr.store()) {
            (0..=3, _) => self.reduce(x)?,
            (8, store @ (Type::I8 | Type::I16)) => self.normalized(x, store)?,
            (4, Type::I8 | Type::Bool | Type::I32) => {
                let (greatest, wide) = (self.noise.below(2) == 0, self.noise.below(4) == 0);
                let repr = Repr::Plain(if wide { Type::I64 } else { Type::I32 });
                self.node(Op::ArgExtreme { axis, greatest }, vec![x], &[], repr)?
            }
            (5, Type::I8 | Type::I16 | Type::I32 | Type::I64) => {
                let k = 1 + self.noise.below(*self.shape(x).last()?);
                return self.nodes(Op::TopK { k }, vec![x], &[], vec![repr, Repr::Plain(Type::I32)]);
            }
            (6, Type::I32 | Type::I64) => {
                let (exclusive, reverse) = (self.noise.below(2) == 0, self.noise.below(2) == 0);
                self.node(Op::Cumsum { axis, exclusive, reverse }, vec![x], &[], repr)?
            }
            (_, Type::I8) => match self.noise.below(4) {
                0 => self.node(Op::LogSoftmax, vec![x], &[], fixed(Type::I8, 1.0 / 16.0, 127))?,
                1 => self.node(Op::L2Normalize, vec![x], &[], fixed(Type::I8, 1.0 / 128.0, 0))?,
                _ => {
                    let beta = self.of([1.0, 1.0, 0.1, 3.0]);
                    self.node(Op::Softmax { beta }, vec![x], &[], fixed(Type::I8, 1.0 / 256.0, -128))?
                }
            },
            (_, Type::I16) => {
                self.node(Op::Softmax { beta: 1.0 }, vec![x], &[], fixed(Type::I16, 1.0 / 32768.0, 0))?
            }
            _ => return None,
        };
        Some(vec![one])
    }

    /// A layer normalization along the last axis, or the last two.
    fn normalized(&mut self, x: ValueId, store: Type) -> Option<ValueId> {
        let axes = 1 + self.noise.below(2);
        let shape = self.shape(x);
        let own = shape[shape.len().saturating_sub(axes)..].to_vec();
        let [weights, biases] = [(); 2].map(|()| self.numbers(&own));
        let (epsilon, centred) = (self.of([1e-5, 1e-12, 0.0, 0.1]), self.noise.below(3) > 0);
        let steps = if store == Type::I8 { 0.02 } else { 1e-4 };
        let repr = self.near(store, steps);
        self.node(Op::LayerNorm { epsilon, centred }, vec![x, weights, biases], &[], repr)
    }

    fn reduce(&mut self, x: ValueId) -> Option<ValueId> {
        let (shape, keep) = (self.shape(x).to_vec(), self.noise.below(2) == 0);
        let mut axes: Vec<usize> = (0..shape.len()).filter(|_| self.noise.below(2) == 0).collect();
        // as in most models
        if shape.len() == 4 && self.noise.below(2) == 0 {
            axes = vec![1, 2];
        }
        let n: usize = axes.iter().map(|axis| shape[*axis]).product();
        let (op, repr) = match (self.repr(x).store(), self.scaled(x)) {
            (Type::Bool, _) => (self.of([Reduce::Any, Reduce::All]), self.repr(x)),
            (_, Some((store, scale))) => match self.noise.below(4) {
                0 | 1 => (Reduce::Mean, self.near(store, scale / (n as f32).sqrt())),
                2 => (Reduce::Sum, self.near(store, scale * (n as f32).sqrt())),
                _ => (self.of([Reduce::Max, Reduce::Min]), self.repr(x)),
            },
            (Type::I32 | Type::I64, None) => {
                (self.of([Reduce::Mean, Reduce::Sum, Reduce::Prod, Reduce::Max, Reduce::Min]), self.repr(x))
            }
            _ => return None,
        };
        self.node(Op::Reduce { op, axes, keep }, vec![x], &[], repr)
    }
}
