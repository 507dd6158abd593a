//! Views of buffers as nodes: reshapes, slices, transposes and expansions that give the same elements.

use midge_compiler::export::{Attribute, number};

use super::build::{Build, Whole, store};
use crate::{Layout, Result, Tensor};

fn list(sizes: &[usize]) -> Vec<i64> {
    sizes.iter().map(|&size| size as i64).collect()
}

impl Build<'_> {
    /// A tensor of the file with these elements; axes along which they repeat have size 1.
    pub(super) fn seen(&mut self, tensor: &Tensor) -> Result<String> {
        let mut layout = tensor.layout().clone();
        layout.shape = layout
            .shape
            .iter()
            .zip(&layout.strides)
            .map(|(&n, &stride)| if stride == 0 { 1 } else { n })
            .collect();
        // Where an axis of one element goes to says nothing.
        for (stride, &size) in layout.strides.iter_mut().zip(layout.shape.iter()) {
            *stride = if size == 1 { 0 } else { *stride };
        }
        let key = (tensor.buffer().key(), layout);
        if let Some(name) = self.views.get(&key) {
            return Ok(name.clone());
        }
        let name = if self.is_traced(tensor) {
            let whole = self.whole(tensor)?;
            self.part(&whole, &key.1).ok_or_else(|| {
                let why = format!("its elements lie in {:?}, which no slices and transposes give", key.1);
                self.refuse("view", &why)
            })?
        } else {
            self.constant(&tensor.seen_as(key.1.clone()))?
        };
        self.views.insert(key, name.clone());
        Ok(name)
    }

    /// A tensor of the file with these elements, repeated ones too.
    pub(super) fn exact(&mut self, tensor: &Tensor) -> Result<String> {
        let name = self.seen(tensor)?;
        let layout = tensor.layout();
        match layout.shape.iter().zip(&layout.strides).any(|(&size, &stride)| size > 1 && stride == 0) {
            true => Ok(self.expanded(&name, tensor.shape())),
            false => Ok(name),
        }
    }

    pub(super) fn expanded(&mut self, name: &str, shape: &[usize]) -> String {
        let shape = self.file.list("shape", &list(shape));
        self.node("Expand", &[name, &shape], &[])
    }

    pub(super) fn reshaped(&mut self, name: &str, from: &[usize], to: &[usize]) -> String {
        if from == to {
            return name.into();
        }
        let shape = self.file.list("shape", &list(to));
        self.node("Reshape", &[name, &shape], &[])
    }

    /// All elements of the tensor's buffer.
    fn whole(&mut self, tensor: &Tensor) -> Result<Whole> {
        let key = tensor.buffer().key();
        if let Some(parts) = self.parts.remove(&key) {
            let whole = self.joined(&parts, tensor)?;
            self.wholes.insert(key, whole);
        }
        let missing = || self.refuse("trace", "it reads what an operation makes besides");
        self.wholes.get(&key).cloned().ok_or_else(missing)
    }

    /// The whole buffer, if the tensor is all of it in its order. Its shape is the one in which it was made.
    pub(super) fn entire(&mut self, tensor: &Tensor) -> Result<Option<Whole>> {
        let layout = tensor.layout();
        if !self.is_traced(tensor) || !layout.is_dense() || layout.offset != 0 {
            return Ok(None);
        }
        let whole = self.whole(tensor)?;
        Ok(Some(whole).filter(|whole| whole.shape.iter().product::<usize>() == tensor.elements()))
    }

    /// What was written part by part.
    fn joined(&mut self, parts: &[(Layout, Tensor)], buffer: &Tensor) -> Result<Whole> {
        let mut names = Vec::new();
        for (_, from) in parts {
            let name = self.exact(from)?;
            names.push(match from.kind() == buffer.kind() {
                true => name,
                false => {
                    let to = number(store(buffer.kind())?).into();
                    self.node("Cast", &[&name], &[Attribute::Int("to", to)])
                }
            });
        }
        let first = &parts[0].0;
        if let ([name], true) = (&names[..], first.is_dense()) {
            return Ok(Whole { name: name.clone(), shape: first.shape.to_vec() });
        }
        let along = |axis: &usize| {
            let mut end = 0;
            parts.iter().all(|(part, _)| {
                let follows = part.offset == end && part.shape.with(*axis, 0) == first.shape.with(*axis, 0);
                end = part.offset + part.shape[*axis] * part.strides[*axis];
                follows
            })
        };
        let axis = (0..first.shape.len()).find(along);
        let Some(axis) = axis else {
            return Err(self.refuse("copy", "its parts do not follow each other along an axis"));
        };
        let size = parts.iter().map(|(part, _)| part.shape[axis]).sum();
        let shape = first.shape.with(axis, size);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let name = self.node("Concat", &names, &[Attribute::Int("axis", axis as i64)]);
        Ok(Whole { name, shape: shape.to_vec() })
    }

    /// The elements of `whole` that `layout` describes, none of them repeated. The buffer's elements are numbered by digits
    /// whose worth is the view's strides: the offset's digits say where a slice begins.
    fn part(&mut self, whole: &Whole, layout: &Layout) -> Option<String> {
        let total: usize = whole.shape.iter().product();
        if layout.is_dense() && layout.offset == 0 && layout.shape.elements() == total {
            return Some(self.reshaped(&whole.name, &whole.shape, &layout.shape));
        }
        let mut axes: Vec<usize> = (0..layout.shape.len()).filter(|&axis| layout.shape[axis] > 1).collect();
        axes.sort_by_key(|&axis| std::cmp::Reverse(layout.strides[axis]));
        let mut lens: Vec<usize> = axes.iter().map(|&axis| layout.shape[axis]).collect();
        let (mut sizes, mut starts, mut outer) = (Vec::new(), Vec::new(), total);
        for stride in axes.iter().map(|&axis| layout.strides[axis]).chain([1]) {
            if outer % stride != 0 {
                return None;
            }
            sizes.push(outer / stride);
            starts.push(layout.offset / stride % (outer / stride));
            outer = stride;
        }
        lens.push(1);
        // Behind a stride of 1 there is no digit.
        let digits = sizes.len() - usize::from(sizes.last() == Some(&1));
        sizes.truncate(digits);
        lens.truncate(digits);
        if starts.iter().zip(&lens).zip(&sizes).any(|((start, len), size)| start + len > *size) {
            return None;
        }
        // Axes of the whole that say nothing stay where they are.
        let own: Vec<usize> = (0..whole.shape.len()).filter(|&axis| whole.shape[axis] > 1).collect();
        let alike = own.iter().map(|&axis| whole.shape[axis]).eq(sizes.iter().copied());
        let (places, mut shape) =
            if alike { (own, whole.shape.clone()) } else { ((0..sizes.len()).collect(), sizes.clone()) };
        let mut name = self.reshaped(&whole.name, &whole.shape, &shape);
        for (i, &place) in places.iter().enumerate().filter(|&(i, _)| lens[i] < sizes[i]) {
            let mut list = |wish: &str, number: usize| self.file.list(wish, &[number as i64]);
            let bounds = [list("start", starts[i]), list("end", starts[i] + lens[i]), list("axis", place)];
            name = self.node("Slice", &[&name, &bounds[0], &bounds[1], &bounds[2]], &[]);
            shape[place] = lens[i];
        }
        if !axes.is_sorted() {
            let sorted: Vec<usize> = lens[..axes.len()].to_vec();
            name = self.reshaped(&name, &shape, &sorted);
            let mut order: Vec<i64> = (0..axes.len() as i64).collect();
            order.sort_by_key(|&i| axes[i as usize]);
            shape = order.iter().map(|&i| sorted[i as usize]).collect();
            name = self.node("Transpose", &[&name], &[Attribute::Ints("perm", order)]);
        }
        Some(self.reshaped(&name, &shape, &layout.shape))
    }
}
