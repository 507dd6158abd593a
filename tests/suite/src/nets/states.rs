//! What is remembered from run to run.

use midge_compiler::graph::{Activation, Op, Repr, Type, ValueId};

use super::grow::{Growing, fixed};

impl Growing {
    /// A variable that takes x, or filters that remember what they saw.
    pub(super) fn states(&mut self, x: ValueId) -> Option<Vec<ValueId>> {
        if self.noise.below(2) == 0 { self.variable(x) } else { Some(vec![self.svdf(x)?]) }
    }

    /// Read before x is put there, behind that, or both.
    fn variable(&mut self, x: ValueId) -> Option<Vec<ValueId>> {
        let (shape, repr) = (self.shape(x).to_vec(), self.repr(x));
        if repr == Repr::Plain(Type::Bool) {
            return None;
        }
        let state = self.state(&shape, repr.clone());
        let (begin, stride) = (vec![0; shape.len()], vec![1; shape.len()]);
        let read = Op::Slice { begin, stride };
        let when = self.noise.below(3);
        let mut made = Vec::new();
        if when != 0 {
            made.push(self.node(read.clone(), vec![state], &shape, repr.clone())?);
        }
        self.nodes(Op::Assign, vec![x, state], &[], vec![])?;
        if when != 1 {
            made.push(self.node(read, vec![state], &shape, repr)?);
        }
        Some(made)
    }

    fn svdf(&mut self, x: ValueId) -> Option<ValueId> {
        let ((store, x_scale), &[batch, width]) = (self.scaled(x)?, self.shape(x)) else { return None };
        if store != Type::I8 {
            return None;
        }
        let (units, rank, memory) = (1 + self.noise.below(4), self.rarely(3), 1 + self.noise.below(5));
        let filters = units * rank;
        let features = self.any_constant(&[filters, width], fixed(Type::I8, 0.01, 0));
        let times = self.any_constant(&[filters, memory], fixed(Type::I16, 0.0001, 0));
        let s_scale = x_scale * 0.01 * 3e3 * (width as f32).sqrt() / 3e4;
        let state = self.state(&[batch, filters * memory], fixed(Type::I16, s_scale, 0));
        let mut inputs = vec![x, features, times];
        if self.noise.below(2) == 0 {
            let bias: Vec<i32> = (0..units).map(|_| self.noise.below(1 << 24) as i32 - (1 << 23)).collect();
            inputs.push(self.whole(&[units], &bias));
        }
        inputs.push(state);
        let repr = self.near(Type::I8, s_scale * 0.0001 * 3e8 / 90.0 * (memory as f32).sqrt());
        self.node(Op::Svdf { rank, activation: Activation::None }, inputs, &[], repr)
    }
}
