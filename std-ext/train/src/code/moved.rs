//! Operators that only move elements: reshapes and permutations, or nothing at all where a layer's order is the one wanted.

use midge_compiler::graph::{Op, ValueId};
use midge_compiler::view::View;

use super::forward::{Expr, Held, Told, Writer, rows};

/// What such an operator makes.
pub(super) enum Moved {
    /// An expression, and whether channels stand behind the batch in it.
    New(String, bool),
    /// What a variable holds already.
    Same(Held),
}

/// Channels behind the batch.
const FIRST: [usize; 4] = [0, 3, 1, 2];

/// What an operator makes of a value; `y` is its shape.
pub(super) fn moved(writer: &mut Writer<'_>, x: ValueId, op: &Op, y: &[usize]) -> Told<Moved> {
    let shape = writer.shape(x);
    let view = match op {
        Op::View(view) => view.clone(),
        Op::Reshape | Op::Transpose { .. } | Op::Slice { .. } => {
            View::whole(shape).then(op, shape, y).ok_or("its elements do not lie at regular places")?
        }
        _ => return Err("no layer or operation does this".into()),
    };
    let held = writer.held(x)?;
    let own = order(shape, held.first);
    // images stay images
    if let [n, h, w, c] = *y
        && view.then(&Op::Transpose { order: FIRST.to_vec() }, y, &[n, c, h, w]) == own
    {
        return Ok(reshaped(writer, held, shape, &[n, c, h, w], true));
    }
    if Some(&view) == own.as_ref() {
        return Ok(reshaped(writer, held, shape, y, false));
    }
    if let Op::Transpose { order } = op {
        return Ok(Moved::New(format!("{}.permute(&{order:?})?", writer.plain(x)?.text), false));
    }
    let text = writer.plain(x)?.text;
    if view == View::whole(shape) {
        return Ok(Moved::New(text + &reshape(writer, shape, y), false));
    }
    if let ([axis], 1) = (&view.axes[..], view.axes.first().map_or(0, |axis| axis.stride)) {
        let flat = [1, shape.iter().product()];
        let text =
            text + &reshape(writer, shape, &flat) + &format!(".narrow(1, {}, {})?", view.first, axis.extent);
        return Ok(Moved::New(text + &reshape(writer, &[1, axis.extent], y), false));
    }
    let (from, order) = permutation(&view, shape).ok_or("it repeats elements, or leaves some out")?;
    let text = text + &reshape(writer, shape, &from) + &format!(".permute(&{order:?})?");
    let turned: Vec<usize> = order.iter().map(|axis| from[*axis]).collect();
    Ok(Moved::New(text + &reshape(writer, &turned, y), false))
}

/// A value in a shape of as many elements, as the graph orders them.
pub(super) fn shaped(writer: &mut Writer<'_>, x: ValueId, y: &[usize]) -> Told<Expr> {
    let (shape, held) = (writer.shape(x), writer.held(x)?);
    let first = held.first && order(shape, true) == order(shape, false);
    let plain = if first { Expr { text: held.name, borrowed: held.borrowed } } else { writer.plain(x)? };
    let change = reshape(writer, &ordered(shape, first), y);
    Ok(Expr { borrowed: plain.borrowed && change.is_empty(), text: plain.text + &change })
}

/// The call that gives a tensor another shape; nothing where it has it.
pub(super) fn reshape(writer: &mut Writer<'_>, from: &[usize], to: &[usize]) -> String {
    match to {
        _ if from == to => String::new(),
        [_, _] if from.len() > 2 => ".flatten(1)?".into(),
        _ => {
            writer.rows = true;
            format!(".reshape({})?", rows(to))
        }
    }
}

/// What a variable holds, in another shape.
fn reshaped(writer: &mut Writer<'_>, held: Held, shape: &[usize], y: &[usize], first: bool) -> Moved {
    let change = reshape(writer, &ordered(shape, held.first), y);
    match change.is_empty() {
        true => Moved::Same(Held { first, ..held }),
        false => Moved::New(held.name + &change, first),
    }
}

/// A shape as a variable has it.
fn ordered(shape: &[usize], first: bool) -> Vec<usize> {
    match *shape {
        [n, h, w, c] if first => vec![n, c, h, w],
        _ => shape.to_vec(),
    }
}

/// The elements of a value as a variable has them.
fn order(shape: &[usize], first: bool) -> Option<View> {
    let whole = View::whole(shape);
    if first {
        whole.then(&Op::Transpose { order: FIRST.to_vec() }, shape, &ordered(shape, true))
    } else {
        Some(whole)
    }
}

/// A view of all elements as a shape, with a batch of 1 in front, and the order of its axes.
fn permutation(view: &View, shape: &[usize]) -> Option<(Vec<usize>, Vec<usize>)> {
    let mut sorted: Vec<usize> = (0..view.axes.len()).collect();
    sorted.sort_by_key(|axis| std::cmp::Reverse(view.axes[*axis].stride));
    let mut inside = 1usize;
    for axis in sorted.iter().rev().map(|axis| view.axes[*axis]) {
        if usize::try_from(axis.stride) != Ok(inside) {
            return None;
        }
        inside *= axis.extent;
    }
    if view.first != 0 || inside != shape.iter().product::<usize>() {
        return None;
    }
    let from = std::iter::once(1).chain(sorted.iter().map(|axis| view.axes[*axis].extent)).collect();
    let place = |axis: usize| sorted.iter().position(|other| *other == axis).map(|at| at + 1);
    let order = std::iter::once(Some(0)).chain((0..view.axes.len()).map(place)).collect::<Option<_>>()?;
    Some((from, order))
}
