//! Elements that move.

use super::file::Attribute::{Int, Ints, Text};
use super::form::{FIRST, OWN, Order, place};
use super::{Exporter, Written, one};
use crate::graph::ValueId;
use crate::view::{Axis, View};

impl Exporter<'_> {
    pub(super) fn reshape(&mut self, x: ValueId, y: ValueId) -> Written {
        let from = self.real(x, OWN);
        let made = self.shaped(&from, &self.value(y).shape);
        self.finish(y, made)
    }

    pub(super) fn turn(&mut self, x: ValueId, y: ValueId, order: &[usize]) -> Written {
        // an image whose channels go first or last is there in that order already, or will be
        if order == FIRST {
            let made = self.real(x, FIRST);
            return self.finish(y, made);
        }
        if order == [0, 2, 3, 1] {
            let made = self.real(x, OWN);
            self.write(y, FIRST, made);
            return Ok(());
        }
        let from = self.real(x, OWN);
        let perm = order.iter().map(|axis| *axis as i64).collect();
        let made = self.node("Transpose", &[&from], &[Ints("perm", perm)]);
        self.finish(y, made)
    }

    pub(super) fn slice(&mut self, x: ValueId, y: ValueId, begin: &[usize], stride: &[isize]) -> Written {
        let order = self.order(&[x], y);
        let (mut starts, mut ends, mut axes, mut steps) = (vec![], vec![], vec![], vec![]);
        for (at, axis) in along(order, begin.len()).enumerate() {
            let (first, step) = (begin[axis] as i64, stride[axis] as i64);
            let count = self.extent(y, axis) as i64;
            if first == 0 && step == 1 && count == self.extent(x, axis) as i64 {
                continue;
            }
            let last = first + (count - 1) * step;
            starts.push(first);
            // walking back ends before the first element, which no place that is not negative says
            ends.push(if step > 0 {
                last + 1
            } else if last == 0 {
                i64::MIN + 1
            } else {
                last - 1
            });
            axes.push(at as i64);
            steps.push(step);
        }
        let mut made = self.real(x, order);
        if !axes.is_empty() {
            let lists = [("starts", starts), ("ends", ends), ("axes", axes), ("steps", steps)];
            let lists = lists.map(|(name, list)| self.file.list(name, &list));
            made = self.node("Slice", &[&made, &lists[0], &lists[1], &lists[2], &lists[3]], &[]);
        }
        self.write(y, order, made);
        Ok(())
    }

    pub(super) fn expand(&mut self, x: ValueId, y: ValueId) -> Written {
        let from = self.real(x, OWN);
        let made = self.spread(&from, &self.value(y).shape);
        self.finish(y, made)
    }

    fn spread(&mut self, from: &str, shape: &[usize]) -> String {
        let sizes: Vec<i64> = shape.iter().map(|n| *n as i64).collect();
        let sizes = self.file.list("shape", &sizes);
        self.node("Expand", &[from, &sizes], &[])
    }

    pub(super) fn tile(&mut self, x: ValueId, y: ValueId, repeats: &[usize]) -> Written {
        let from = self.real(x, OWN);
        let repeats: Vec<i64> = repeats.iter().map(|n| *n as i64).collect();
        let repeats = self.file.list("repeats", &repeats);
        let made = self.node("Tile", &[&from, &repeats], &[]);
        self.finish(y, made)
    }

    /// Elements at regular places: a transpose and repetitions where all of them are taken, else by their indices.
    pub(super) fn view(&mut self, x: ValueId, y: ValueId, view: &View) -> Written {
        let (from, shape) = (self.real(x, OWN), &self.value(y).shape);
        let made = if let Some(perm) = permutation(view, self.value(x).elements()) {
            let mut sorted: Vec<(i64, usize)> =
                perm.iter().copied().zip(moved(view).map(|axis| axis.extent)).collect();
            sorted.sort_unstable();
            let own: Vec<usize> = sorted.iter().map(|(_, extent)| *extent).collect();
            let made = self.shaped(&from, &own);
            let made =
                if perm.is_sorted() { made } else { self.node("Transpose", &[&made], &[Ints("perm", perm)]) };
            if view.axes.iter().any(repeats) {
                let one: Vec<usize> =
                    view.axes.iter().map(|axis| if repeats(axis) { 1 } else { axis.extent }).collect();
                let all: Vec<usize> = view.axes.iter().map(|axis| axis.extent).collect();
                let made = self.shaped(&made, &one);
                self.spread(&made, &all)
            } else {
                made
            }
        } else {
            let flat = self.shaped(&from, &[self.value(x).elements()]);
            let list = self.file.list("places", &places(view));
            self.node("Gather", &[&flat, &list], &[])
        };
        let made = self.shaped(&made, shape);
        self.finish(y, made)
    }

    pub(super) fn pad(&mut self, ids: &[ValueId], y: ValueId, margins: &[[usize; 2]]) -> Written {
        let x = one(ids, 0)?;
        let order = self.order(&[x], y);
        let pads = self.margins(order, margins);
        let mut inputs = vec![self.real(x, order), pads];
        if let Some(around) = ids.get(1) {
            let name = self.real(*around, OWN);
            inputs.push(if self.value(*around).shape.is_empty() { name } else { self.shaped(&name, &[]) });
        }
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        let made = self.node("Pad", &inputs, &[]);
        self.write(y, order, made);
        Ok(())
    }

    fn margins(&mut self, order: Order, margins: &[[usize; 2]]) -> String {
        let side = |side: usize| along(order, margins.len()).map(move |axis| margins[axis][side] as i64);
        let pads: Vec<i64> = side(0).chain(side(1)).collect();
        self.file.list("pads", &pads)
    }

    pub(super) fn mirror(&mut self, x: ValueId, y: ValueId, margins: &[[usize; 2]], border: bool) -> Written {
        let mut name = self.real(x, OWN);
        if !border {
            let pads = self.margins(OWN, margins);
            let made = self.node("Pad", &[&name, &pads], &[Text("mode", "reflect")]);
            return self.finish(y, made);
        }
        // ONNX mirrors without the border only: each axis takes its elements by their indices
        for (axis, [before, after]) in margins.iter().enumerate().filter(|(_, m)| **m != [0, 0]) {
            let n = self.extent(x, axis) as i64;
            let inside = |i: i64| {
                if i < 0 {
                    -1 - i
                } else if i < n {
                    i
                } else {
                    2 * n - 1 - i
                }
            };
            let list: Vec<i64> = (-(*before as i64)..n + *after as i64).map(inside).collect();
            let list = self.file.list("places", &list);
            name = self.node("Gather", &[&name, &list], &[Int("axis", axis as i64)]);
        }
        self.finish(y, name)
    }

    pub(super) fn join(&mut self, ids: &[ValueId], y: ValueId, axis: usize) -> Written {
        let order = self.order(ids, y);
        let names: Vec<String> = ids.iter().map(|id| self.real(*id, order)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let axis = place(order, axis) as i64;
        let made = self.node("Concat", &names, &[Int("axis", axis)]);
        self.write(y, order, made);
        Ok(())
    }
}

/// The axes of a value in this order.
fn along(order: Order, rank: usize) -> impl Iterator<Item = usize> {
    (0..rank).map(|at| order.get(at).copied().unwrap_or(at))
}

fn repeats(axis: &Axis) -> bool {
    axis.stride == 0
}

/// The axes of a view that take other elements each.
fn moved(view: &View) -> impl Iterator<Item = &Axis> {
    view.axes.iter().filter(|axis| !repeats(axis))
}

/// Where each of the moved axes stands among them by their strides, if together they take every element once.
fn permutation(view: &View, elements: usize) -> Option<Vec<i64>> {
    let axes: Vec<&Axis> = moved(view).collect();
    let mut outer: Vec<usize> = (0..axes.len()).collect();
    outer.sort_by_key(|at| std::cmp::Reverse((axes[*at].stride, axes[*at].extent)));
    let mut inside = 1;
    for at in outer.iter().rev() {
        if axes[*at].extent != 1 && usize::try_from(axes[*at].stride) != Ok(inside) {
            return None;
        }
        inside *= axes[*at].extent;
    }
    let rank = |at: usize| outer.iter().position(|own| *own == at).map(|rank| rank as i64);
    (view.first == 0 && inside == elements).then(|| (0..axes.len()).filter_map(rank).collect())
}

/// The place of each element of a view.
fn places(view: &View) -> Vec<i64> {
    let mut places = vec![view.first as i64];
    for axis in &view.axes {
        let steps = |from: &i64| {
            let from = *from;
            (0..axis.extent as i64).map(move |i| from + i * axis.stride as i64)
        };
        places = places.iter().flat_map(steps).collect();
    }
    places
}
