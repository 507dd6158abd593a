//! Images between the graph, where channels are last, and tensors' convolutions, where they are first; as views, so that a
//! layer behind a layer copies nothing.

use midge_compiler::graph::{self, Op};

use crate::{Result, Tensor, Window};

/// `[rows, n, h, w, c]` as `[rows * n, c, h, w]`.
pub(crate) fn image(x: &Tensor) -> Result<Tensor> {
    let merged = match x.shape()[..] {
        [_, 1, _, _, _] => x.squeeze(1)?,
        [rows, n, h, w, c] => x.reshape([rows * n, h, w, c])?,
        _ => return Err(x.shape().wrong("image", "an image is [n, height, width, channels]")),
    };
    merged.permute(&[0, 3, 1, 2])
}

/// The way back, to `n` images a row.
pub(crate) fn back(y: &Tensor, n: usize) -> Result<Tensor> {
    let y = y.permute(&[0, 2, 3, 1])?;
    if n == 1 {
        return y.unsqueeze(1);
    }
    let [all, h, w, c] = y.shape()[..] else { return Ok(y) };
    y.reshape([all / n.max(1), n, h, w, c])
}

/// A convolution's filter as `[out, in / groups, h, w]`.
pub(crate) fn filter(op: &Op, filter: &Tensor) -> Result<Tensor> {
    let filter = filter.squeeze(0)?;
    match op {
        Op::DepthwiseConv2d { .. } => filter.permute(&[3, 0, 1, 2]),
        _ => filter.permute(&[0, 3, 1, 2]),
    }
}

/// How a filter or a pool of this size moves.
pub(crate) fn window(window: &graph::Window, size: [usize; 2]) -> Window {
    let m = window.margins;
    Window {
        size,
        stride: window.stride,
        padding: [[m.top, m.bottom], [m.left, m.right]],
        dilation: window.dilation,
    }
}
