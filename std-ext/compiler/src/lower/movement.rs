//! Elements that move: views, and picks from listed places.

use super::{Lowering, extent, label};
use crate::graph::{Node, Op, Value, ValueId};
use crate::view::{Axis, View};
use midge_core::ops::{self, copy, pick};
use midge_core::plan::Kind;

/// Axes of the records.
const AXES: usize = 6;

impl<'g> Lowering<'g> {
    /// An operator that is a view of its input.
    pub(super) fn moved(&mut self, node: &Node) -> Result<(), String> {
        let ((_, x), (_, y)) = (self.input(node, 0)?, self.output(node)?);
        let view = View::whole(&x.shape).then(&node.op, &x.shape, &y.shape);
        self.view(node, &view.ok_or("moves elements to places that no kernel knows")?)
    }

    pub(super) fn view(&mut self, node: &Node, view: &View) -> Result<(), String> {
        let (x, y) = (self.input(node, 0)?.0, self.output(node)?.0);
        match self.assigned(y) {
            Some(_) => Ok(()),
            None => self.copied(node, x, y, view),
        }
    }

    /// An operator that puts its first input into its second, a state; a view of something goes there in one step.
    pub(super) fn assign(&mut self, node: &Node) -> Result<(), String> {
        let ((x, value), (state, _)) = (self.input(node, 0)?, self.input(node, 1)?);
        match self.assigned(x) {
            Some((root, view)) => self.copied(node, root, state, view),
            None => self.copied(node, x, state, &View::whole(&value.shape)),
        }
    }

    /// What a value is a view of, if only a state takes it. Another state may have changed by then.
    fn assigned(&self, id: ValueId) -> Option<(ValueId, &'g View)> {
        let reader = &self.graph.nodes[self.graph.only_reader(id)?];
        let maker = self.graph.nodes.iter().find(|node| node.outputs.contains(&id))?;
        match &maker.op {
            Op::View(view) if reader.op == Op::Assign && !self.graph.value(maker.inputs[0]).state => {
                Some((maker.inputs[0], view))
            }
            _ => None,
        }
    }

    pub(super) fn copied(
        &mut self,
        node: &Node,
        x_id: ValueId,
        y_id: ValueId,
        view: &View,
    ) -> Result<(), String> {
        let size = same_size(self.graph.value(x_id), self.graph.value(y_id))?;
        let mut axes = view.axes.clone();
        let run = match axes.last() {
            Some(Axis { extent, stride: 1 }) => extent * size,
            _ => size,
        };
        if run > size {
            axes.pop();
        }
        let axes = spread(axes, |a| a.extent, Axis { extent: 1, stride: 0 })?;
        let (mut extents, mut strides) = ([1; AXES], [0; AXES]);
        for ((e, s), axis) in extents.iter_mut().zip(&mut strides).zip(&axes) {
            *e = extent(axis.extent, "an axis")?;
            let bytes = i32::try_from(axis.stride).ok().and_then(|s| s.checked_mul(size as i32));
            *s = bytes.ok_or("steps over more than 2 GiB")?.cast_unsigned();
        }
        let (first, run) = (extent(view.first * size, "its first byte")?, extent(run, "a row")?);
        let record = copy::Copy { extents, strides, first, run };
        let operands = vec![self.activation(y_id)?, self.activation(x_id)?];
        self.step(node, ops::COPY, extents[0] as usize, 1, operands, &record.bytes())
    }

    /// Elements of the first input, seen in a shape, at listed places: for each axis, the indices that the output takes.
    pub(super) fn pick(
        &mut self,
        node: &Node,
        shape: &[usize],
        indices: &[Vec<usize>],
    ) -> Result<(), String> {
        let ((x_id, x), (_, y)) = (self.input(node, 0)?, self.output(node)?);
        let mut run = same_size(x, y)?;
        let mut axes: Vec<Vec<usize>> = Vec::new();
        let mut inner = run;
        for (n, places) in shape.iter().zip(indices).rev() {
            let whole = places.iter().copied().eq(0..*n);
            match axes.is_empty() {
                true if whole => run *= n,
                _ => axes.insert(0, places.iter().map(|i| i * inner).collect()),
            }
            inner *= n;
        }
        let axes = spread(axes, Vec::len, vec![0])?;
        let mut extents = [1; AXES];
        for (e, places) in extents.iter_mut().zip(&axes) {
            *e = extent(places.len(), "an axis")?;
        }
        let mut bytes = Vec::new();
        for place in axes.concat() {
            bytes.extend(extent::<u32>(place, "a place")?.to_le_bytes());
        }
        let places = self.constant(Kind::I32, bytes, label("places"));
        let record = pick::Pick { extents, run: extent(run, "a row")? };
        let operands = vec![self.activation(node.outputs[0])?, self.activation(x_id)?, places];
        self.step(node, ops::PICK, extents[0] as usize, 1, operands, &record.bytes())
    }

    pub(super) fn mirror_pad(
        &mut self,
        node: &Node,
        margins: &[[usize; 2]],
        border: bool,
    ) -> Result<(), String> {
        let (_, x) = self.input(node, 0)?;
        let skip = usize::from(!border);
        let axes = x.shape.iter().zip(margins).map(|(&n, &[before, after])| {
            let mirrored = (0..before).rev().map(|i| i + skip);
            mirrored.chain(0..n).chain((0..after).map(|i| n - 1 - skip - i)).collect()
        });
        self.pick(node, &x.shape, &axes.collect::<Vec<_>>())
    }

    pub(super) fn resize_nearest(
        &mut self,
        node: &Node,
        align_corners: bool,
        half_pixel: bool,
    ) -> Result<(), String> {
        let ((_, x), (_, y)) = (self.input(node, 0)?, self.output(node)?);
        let (&[n, h, w, c], &[_, oh, ow, _]) = (&x.shape[..], &y.shape[..]) else {
            return Err("needs an image of 4 dimensions".into());
        };
        let along = |n, made| nearest(n, made, align_corners, half_pixel);
        self.pick(node, &x.shape, &[(0..n).collect(), along(h, oh), along(w, ow), (0..c).collect()])
    }
}

/// The pixel nearest to each of `made` pixels, of `n`, by LiteRT's reference kernel: in single precision.
fn nearest(n: usize, made: usize, align_corners: bool, half_pixel: bool) -> Vec<usize> {
    let scale = match align_corners && made > 1 {
        true => (n - 1) as f32 / (made - 1) as f32,
        false => n as f32 / made as f32,
    };
    let offset = if half_pixel { 0.5 } else { 0.0 };
    let at = (0..made).map(|i| (i as f32 + offset) * scale);
    at.map(|at| (if align_corners { at.round() } else { at.floor() } as usize).min(n - 1)).collect()
}

/// Bytes of an element, which input and output must agree in.
pub(super) fn same_size(x: &Value, y: &Value) -> Result<usize, String> {
    match (x.repr.store(), y.repr.store()) {
        (a, b) if a == b => Ok(a.bytes()),
        (a, b) => Err(format!("moves {a} elements into a tensor of {b}")),
    }
}

/// Axes as the records have them: the first counts the step's rows, if so many can be counted, and the others stand
/// at the end.
fn spread<T: Clone>(mut axes: Vec<T>, extent: impl Fn(&T) -> usize, one: T) -> Result<Vec<T>, String> {
    let rows = axes.first().is_some_and(|first| extent(first) <= usize::from(u16::MAX));
    if axes.len() + usize::from(!rows) > AXES {
        return Err(format!("moves elements along {} separate axes, more than {AXES}", axes.len()));
    }
    let at = usize::from(rows);
    while axes.len() < AXES {
        axes.insert(at, one.clone());
    }
    Ok(axes)
}
