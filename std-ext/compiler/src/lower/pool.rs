//! AVERAGE_POOL_2D and MAX_POOL_2D, of int8 and int16.

use super::{Lowering, halves};
use crate::graph::{Activation, Node, Rounding, Type, Window};
use crate::quant::{clamp_to, integers, narrow, reach_of, reach_of_sum};
use midge_core::ops::{self, pool};

impl Lowering<'_> {
    pub(super) fn average_pool(
        &mut self,
        node: &Node,
        size: [usize; 2],
        window: &Window,
        activation: Activation,
    ) -> Result<(), String> {
        let window = self.window(node, window, Some(size))?;
        let store = self.input(node, 0)?.1.repr.store();
        if store.is_float() {
            return self.pool_float(node, halves::of(ops::AVERAGE_POOL_2D_F32, store)?, window, activation);
        }
        let taps = window.k_h.min(window.in_h) as usize * window.k_w.min(window.in_w) as usize;
        let (store, lo, hi) = self.pooled(node, activation)?;
        if store == Type::I16 {
            narrow(&reach_of(vec![1; taps], 0, &(-32768..=32767)))?;
            let record = pool::AverageI16 { window, lo, hi };
            return self.pool(node, ops::AVERAGE_POOL_2D_I16, &record.bytes());
        }
        narrow(&reach_of_sum(taps, 0))?;
        let record = pool::Average { window, lo: lo as i8, hi: hi as i8 };
        let code = match node.rounding {
            Rounding::LitertUnsigned => ops::AVERAGE_POOL_2D_UP,
            _ => ops::AVERAGE_POOL_2D,
        };
        self.pool(node, code, &record.bytes())
    }

    pub(super) fn max_pool(
        &mut self,
        node: &Node,
        size: [usize; 2],
        window: &Window,
        activation: Activation,
    ) -> Result<(), String> {
        let window = self.window(node, window, Some(size))?;
        let store = self.input(node, 0)?.1.repr.store();
        if store.is_float() {
            return self.pool_float(node, halves::of(ops::MAX_POOL_2D_F32, store)?, window, activation);
        }
        let (store, lo, hi) = self.pooled(node, activation)?;
        if store == Type::I16 {
            return self.pool(node, ops::MAX_POOL_2D_I16, &pool::AverageI16 { window, lo, hi }.bytes());
        }
        let record = pool::Max { window, lo: lo as i8, hi: hi as i8 };
        self.pool(node, ops::MAX_POOL_2D, &record.bytes())
    }

    /// The type of input and output, and the least and greatest output.
    fn pooled(&self, node: &Node, activation: Activation) -> Result<(Type, i16, i16), String> {
        let (x, y) = (self.input(node, 0)?.1, self.output(node)?.1);
        let ((from, ..), (store, scale, zero)) = (integers(x)?, integers(y)?);
        if from != store {
            return Err(format!("makes {store} of {from}; both must be of one type"));
        }
        let range = if store == Type::I16 { i16::MIN..=i16::MAX } else { -128..=127 };
        let (lo, hi) = clamp_to(activation, scale, zero, range);
        Ok((store, lo, hi))
    }

    pub(super) fn pool(&mut self, node: &Node, code: u16, record: &[u8]) -> Result<(), String> {
        let (x, y) = (self.activation(node.inputs[0])?, self.activation(node.outputs[0])?);
        let rows = self.image_rows(node)?;
        self.step(node, code, rows, 1, vec![y, x], record)
    }
}
