//! AVERAGE_POOL_2D and MAX_POOL_2D.

use super::Lowering;
use crate::graph::{Activation, Node, Window};
use crate::quant::{clamp, int8, narrow, reach_of_sum};
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
        let taps = window.k_h.min(window.in_h) as usize * window.k_w.min(window.in_w) as usize;
        narrow(&reach_of_sum(taps, 0))?;
        let (lo, hi) = self.pooled(node, activation)?;
        self.pool(node, ops::AVERAGE_POOL_2D, &pool::Average { window, lo, hi }.bytes())
    }

    pub(super) fn max_pool(
        &mut self,
        node: &Node,
        size: [usize; 2],
        window: &Window,
        activation: Activation,
    ) -> Result<(), String> {
        let window = self.window(node, window, Some(size))?;
        let (lo, hi) = self.pooled(node, activation)?;
        self.pool(node, ops::MAX_POOL_2D, &pool::Max { window, lo, hi }.bytes())
    }

    fn pooled(&self, node: &Node, activation: Activation) -> Result<(i8, i8), String> {
        int8(self.input(node, 0)?.1)?;
        let (scale, zero) = int8(self.output(node)?.1)?;
        Ok(clamp(activation, scale, zero))
    }

    fn pool(&mut self, node: &Node, code: u16, record: &[u8]) -> Result<(), String> {
        let (x, y) = (self.activation(node.inputs[0])?, self.activation(node.outputs[0])?);
        let rows = self.image_rows(node)?;
        self.step(node, code, rows, 1, vec![y, x], record)
    }
}
