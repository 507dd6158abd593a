//! Shapes of operators that move elements.

use super::{broadcast, volume};
use crate::graph::Op;

/// The shape of such an operator's output; `given` is what the graph says.
pub(super) fn infer(op: &Op, inputs: &[&[usize]], given: &[usize]) -> Result<Vec<usize>, String> {
    let operand = |i: usize, name: &str| inputs.get(i).copied().ok_or_else(|| format!("has no {name}"));
    let x = operand(0, "input")?;
    match op {
        Op::Reshape if volume(x) == volume(given) => Ok(given.to_vec()),
        Op::Reshape => Err(format!("cannot give {x:?} the shape {given:?}: another number of elements")),
        Op::Transpose { order } => transpose(x, order),
        Op::Slice { begin, stride } => slice(x, begin, stride, given),
        Op::Broadcast if broadcast(x, given)? == given => Ok(given.to_vec()),
        Op::Broadcast => Err(format!("{x:?} does not broadcast to {given:?}")),
        Op::Tile { repeats } if repeats.len() == x.len() => {
            let sizes = x.iter().zip(repeats).map(|(d, n)| d.checked_mul(*n));
            sizes.collect::<Option<_>>().ok_or_else(|| "its output overflows".into())
        }
        Op::Tile { repeats } => Err(format!("has {} repeats for {x:?}", repeats.len())),
        Op::View(view) => {
            let extents: Vec<usize> = view.axes.iter().map(|axis| axis.extent).collect();
            if volume(&extents) == volume(given) {
                Ok(given.to_vec())
            } else {
                Err(format!("cannot give {extents:?} the shape {given:?}"))
            }
        }
        Op::Pad { margins } => pad(x, margins),
        Op::MirrorPad { margins, border } => {
            let room = |(d, [before, after]): (&usize, &[usize; 2])| {
                *before.max(after) <= d.saturating_sub(usize::from(!border))
            };
            if !x.iter().zip(margins).all(room) {
                return Err(format!("mirrors more than there is of {x:?}"));
            }
            pad(x, margins)
        }
        Op::Concatenation { axis } => concatenate(inputs, *axis),
        Op::Gather { axis, batch } => gather(x, operand(1, "indices")?, *axis, *batch),
        Op::GatherNd => match operand(1, "indices")?.split_last() {
            Some((depth, outer)) if *depth <= x.len() => Ok([outer, &x[*depth..]].concat()),
            _ => Err("has indices that are longer than its input has axes".into()),
        },
        Op::OneHot { axis } => {
            let mut without = given.to_vec();
            if *axis >= given.len() {
                return Err(format!("axis {axis} is not one of {given:?}"));
            }
            without.remove(*axis);
            if without == x { Ok(given.to_vec()) } else { Err(format!("makes no {given:?} of {x:?}")) }
        }
        Op::UpdateSlice => {
            let piece = operand(1, "piece")?;
            let fits = piece.len() == x.len() && piece.iter().zip(x).all(|(a, b)| a <= b);
            if fits && volume(operand(2, "beginning")?) == Some(x.len()) {
                Ok(x.to_vec())
            } else {
                Err(format!("puts no {piece:?} into {x:?}"))
            }
        }
        Op::Resize { .. } => match (x, given) {
            ([n, _, _, c], [m, .., d]) if given.len() == 4 && n == m && c == d => Ok(given.to_vec()),
            _ => Err(format!("cannot scale {x:?} to {given:?}")),
        },
        _ => Err("has no rule for its shape".into()),
    }
}

fn transpose(x: &[usize], order: &[usize]) -> Result<Vec<usize>, String> {
    let mut seen = order.to_vec();
    seen.sort_unstable();
    if seen.iter().copied().ne(0..x.len()) {
        return Err(format!("{order:?} is no order of the axes of {x:?}"));
    }
    Ok(order.iter().map(|&axis| x[axis]).collect())
}

/// The output's shape as given, if every element that it takes is there.
fn slice(x: &[usize], begin: &[usize], stride: &[isize], given: &[usize]) -> Result<Vec<usize>, String> {
    let wrong = || format!("takes no {given:?} from {begin:?} by {stride:?} of {x:?}");
    if begin.len() != x.len() || stride.len() != x.len() || given.len() != x.len() {
        return Err(wrong());
    }
    for (((d, from), by), n) in x.iter().zip(begin).zip(stride).zip(given) {
        let last = isize::try_from(n.saturating_sub(1)).ok().and_then(|n| n.checked_mul(*by));
        let last = last.and_then(|walk| from.checked_add_signed(walk));
        if from >= d || last.is_none_or(|last| last >= *d) {
            return Err(wrong());
        }
    }
    Ok(given.to_vec())
}

fn gather(x: &[usize], indices: &[usize], axis: usize, batch: usize) -> Result<Vec<usize>, String> {
    let shared = x.get(..batch).zip(indices.get(..batch)).is_some_and(|(a, b)| a == b);
    if !shared || batch > axis || axis >= x.len() {
        return Err(format!("gathers no {indices:?} along axis {axis} of {x:?} (batch {batch})"));
    }
    Ok([&x[..axis], &indices[batch..], &x[axis + 1..]].concat())
}

fn pad(x: &[usize], margins: &[[usize; 2]]) -> Result<Vec<usize>, String> {
    if margins.len() != x.len() {
        return Err(format!("has margins for {} dimensions, its input has {}", margins.len(), x.len()));
    }
    let sizes = x.iter().zip(margins).map(|(d, [before, after])| d.checked_add(*before)?.checked_add(*after));
    sizes.collect::<Option<_>>().ok_or_else(|| "its margins overflow".into())
}

fn concatenate(inputs: &[&[usize]], axis: usize) -> Result<Vec<usize>, String> {
    let mut made = inputs.first().map(|s| s.to_vec()).unwrap_or_default();
    if axis >= made.len() {
        return Err(format!("axis {axis} is not one of {made:?}"));
    }
    for shape in &inputs[1..] {
        let alike = shape.len() == made.len() && (0..made.len()).all(|i| i == axis || shape[i] == made[i]);
        if !alike {
            return Err(format!("{shape:?} does not join {:?} along axis {axis}", inputs[0]));
        }
        made[axis] = made[axis].checked_add(shape[axis]).ok_or("its output overflows")?;
    }
    Ok(made)
}
