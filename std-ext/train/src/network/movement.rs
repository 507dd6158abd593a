//! Operators that move elements, over rows.

use midge_compiler::graph::Op;
use midge_compiler::view::View;

use super::{refused, walk};
use crate::{Result, Shape, Tensor};

/// What an operator that only moves elements makes of `x`: of a shape `y`, rows apart. None for other operators.
pub(super) fn moved(op: &Op, x: &Tensor, y: &[usize]) -> Option<Result<Tensor>> {
    let (rows, shape) = x.shape().split_first()?;
    let made: Shape = [*rows].into_iter().chain(y.iter().copied()).collect();
    Some(match op {
        Op::Reshape => x.reshape(made),
        Op::Transpose { order } => {
            let order: Vec<usize> = [0].into_iter().chain(order.iter().map(|axis| axis + 1)).collect();
            x.permute(&order)
        }
        Op::Broadcast => {
            let fresh = y.len().saturating_sub(shape.len());
            let aligned: Shape = [*rows]
                .into_iter()
                .chain(std::iter::repeat_n(1, fresh))
                .chain(shape.iter().copied())
                .collect();
            x.reshape(aligned).and_then(|x| x.expand(made))
        }
        Op::View(view) => seen(x, view, made),
        Op::Slice { .. } | Op::Tile { .. } => match View::whole(shape).then(op, shape, y) {
            Some(view) => seen(x, &view, made),
            None => Err(refused("its elements do not lie at regular places")),
        },
        _ => return None,
    })
}

/// The elements that a view has of each row.
fn seen(x: &Tensor, view: &View, made: Shape) -> Result<Tensor> {
    let rows = x.shape()[0];
    let flat = x.reshape([rows, x.elements() / rows.max(1)])?;
    // a run of elements needs no list of them
    if let ([axis], 1) = (&view.axes[..], view.axes.first().map_or(0, |axis| axis.stride)) {
        return flat.narrow(1, view.first, axis.extent)?.reshape(made);
    }
    let mut places = vec![view.first as i64];
    for axis in &view.axes {
        let steps = |at: i64| (0..axis.extent as i64).map(move |i| at + i * axis.stride as i64);
        places = places.into_iter().flat_map(steps).collect();
    }
    let count = places.len();
    flat.index_select(1, &Tensor::from_vec_on(x.device(), places, count)?)?.reshape(made)
}

/// Tensors one behind the other, those of constants for each row.
pub(super) fn joined(inputs: &[&Tensor], axis: usize) -> Result<Tensor> {
    let rows = inputs.iter().map(|x| x.shape()[0]).max().unwrap_or(1);
    let wide = inputs.iter().map(|x| walk::spread(x, rows)).collect::<Result<Vec<_>>>()?;
    Tensor::cat(&wide.iter().collect::<Vec<_>>(), axis as isize + 1)
}

/// `x` with a number around it.
pub(super) fn padded(x: &Tensor, margins: &[[usize; 2]], number: f32) -> Result<Tensor> {
    let mut y = if number == 0.0 { x.clone() } else { x.map(|x| x - number)? };
    for (axis, [before, behind]) in margins.iter().enumerate().filter(|(_, margins)| **margins != [0, 0]) {
        y = y.pad(axis as isize + 1, *before, *behind)?;
    }
    if number == 0.0 { Ok(y) } else { y.map(|y| y + number) }
}

/// Tensors whose shapes broadcast as the graph has it, with rows in front: axes of 1 behind the rows of the shorter.
pub(super) fn aligned(inputs: &[&Tensor]) -> Result<Vec<Tensor>> {
    let rank = inputs.iter().map(|x| x.rank()).max().unwrap_or(0);
    let align = |x: &&Tensor| {
        let (rows, rest) = (x.shape()[0], x.shape()[1..].iter().copied());
        let ones = std::iter::repeat_n(1, rank - x.rank());
        if rank == x.rank() {
            Ok((*x).clone())
        } else {
            x.reshape([rows].into_iter().chain(ones).chain(rest).collect::<Shape>())
        }
    };
    inputs.iter().map(align).collect()
}
