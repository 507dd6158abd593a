//! Slices at indices: picked on the desktop where these are constants, gathered on the device where they are not.

use super::movement::same_size;
use super::{Lowering, Slot, extent, kind, label, name};
use crate::graph::{Node, Type, Value};
use crate::view::View;
use midge_core::ops::{self, gather, one_hot, update_slice};

impl Lowering<'_> {
    pub(super) fn gather(&mut self, node: &Node, axis: usize, batch: usize) -> Result<(), String> {
        let ((_, x), (_, indices)) = (self.input(node, 0)?, self.input(node, 1)?);
        let size = same_size(x, self.output(node)?.1)?;
        let volume = |dims: &[usize]| dims.iter().product::<usize>();
        let inner = volume(&x.shape[axis + 1..]);
        if let (Some(listed), 0) = (numbers(indices), batch) {
            let places = within(&listed, x.shape[axis])?;
            let shape = [volume(&x.shape[..axis]), x.shape[axis], inner];
            return self.pick(node, &shape, &[(0..shape[0]).collect(), places, (0..inner).collect()]);
        }
        let record = gather::Gather {
            outer: extent(volume(&x.shape[batch..axis]), "an axis")?,
            count: extent(volume(&indices.shape[batch..]), "the number of indices")?,
            depth: 1,
            limits: [extent(x.shape[axis], "an axis")?, 1, 1, 1, 1, 1],
            run: extent(inner * size, "a slice")?,
        };
        self.gathered(node, volume(&x.shape[..batch]), record)
    }

    pub(super) fn gather_nd(&mut self, node: &Node) -> Result<(), String> {
        let ((_, x), (_, indices)) = (self.input(node, 0)?, self.input(node, 1)?);
        let size = same_size(x, self.output(node)?.1)?;
        let depth = indices.shape.last().copied().ok_or("has an index without numbers")?;
        let (counted, slice) = x.shape.split_at(depth);
        let inner = slice.iter().product::<usize>();
        if let Some(listed) = numbers(indices) {
            let mut places = Vec::new();
            for index in listed.chunks_exact(depth) {
                let mut place = 0;
                for (i, n) in index.iter().zip(counted) {
                    place = place * n + within(&[*i], *n)?[0];
                }
                places.push(place);
            }
            return self.pick(node, &[counted.iter().product(), inner], &[places, (0..inner).collect()]);
        }
        let mut limits = [1; 6];
        for (limit, n) in limits.iter_mut().zip(counted) {
            *limit = extent(*n, "an axis")?;
        }
        let count = extent(indices.elements() / depth, "the number of indices")?;
        let (depth, run) = (extent(depth, "an index")?, extent(inner * size, "a slice")?);
        self.gathered(node, 1, gather::Gather { outer: 1, count, depth, limits, run })
    }

    fn gathered(&mut self, node: &Node, batches: usize, record: gather::Gather) -> Result<(), String> {
        let (x_id, x) = self.input(node, 0)?;
        let indices = self.indices(node, 1)?;
        let y = self.activation(node.outputs[0])?;
        // a table is read where it lies
        let (code, x) = match &x.data {
            Some(data) if !x.state => {
                (ops::GATHER_CONSTANT, self.constant(kind(x.repr.store()), data.clone(), name(x)))
            }
            _ => (ops::GATHER, self.activation(x_id)?),
        };
        self.step(node, code, batches, 1, vec![y, x, indices], &record.bytes())
    }

    pub(super) fn one_hot(&mut self, node: &Node, axis: usize) -> Result<(), String> {
        let ((_, x), (_, y)) = (self.input(node, 0)?, self.output(node)?);
        let ((_, on), (_, off)) = (self.constant_input(node, 1)?, self.constant_input(node, 2)?);
        let rows = x.shape[..axis].iter().product();
        let inner = x.shape[axis..].iter().product();
        let record =
            one_hot::OneHot { depth: extent(y.shape[axis], "the depth")?, inner: extent(inner, "a row")? };
        let values = self.constant(kind(y.repr.store()), [on, off].concat(), label("on and off"));
        let operands = vec![self.activation(node.outputs[0])?, self.indices(node, 0)?, values];
        self.step(node, ops::ONE_HOT, rows, 1, operands, &record.bytes())
    }

    pub(super) fn update_slice(&mut self, node: &Node) -> Result<(), String> {
        let ((x_id, x), (piece_id, piece), (_, y)) =
            (self.input(node, 0)?, self.input(node, 1)?, self.output(node)?);
        let (size, rank) = (same_size(x, y)?, x.shape.len());
        if rank == 0 {
            return self.copied(node, piece_id, node.outputs[0], &View::whole(&[]));
        }
        let mut record = update_slice::UpdateSlice {
            rank: extent(rank, "its number of axes")?,
            dims: [1; 6],
            piece: [1; 6],
            size: extent(size, "an element")?,
        };
        let unused = record.dims.len().checked_sub(rank).ok_or("has more than 6 axes")?;
        for (i, (n, part)) in x.shape.iter().zip(&piece.shape).enumerate() {
            record.dims[unused + i] = extent(*n, "an axis")?;
            record.piece[unused + i] = extent(*part, "an axis")?;
        }
        let (y, x, piece) =
            (self.activation(node.outputs[0])?, self.activation(x_id)?, self.activation(piece_id)?);
        let operands = vec![y, x, piece, self.indices(node, 2)?];
        self.step(node, ops::UPDATE_SLICE, 1, 1, operands, &record.bytes())?;
        // what is put into itself is still read while it is written
        if piece != x {
            self.in_place(&[1]);
        }
        Ok(())
    }

    /// An input of indices.
    fn indices(&mut self, node: &Node, i: usize) -> Result<Slot, String> {
        let (id, value) = self.input(node, i)?;
        match value.repr.store() {
            Type::I32 | Type::I64 => self.activation(id),
            other => Err(format!("{} holds {other} indices; int32 and int64 are supported", value.name)),
        }
    }
}

/// The elements of a constant of whole numbers.
fn numbers(value: &Value) -> Option<Vec<i64>> {
    let data = value.data.as_ref().filter(|_| !value.state)?;
    match value.repr.store() {
        Type::I32 => Some(data.as_chunks().0.iter().map(|b| i64::from(i32::from_le_bytes(*b))).collect()),
        Type::I64 => Some(data.as_chunks().0.iter().map(|b| i64::from_le_bytes(*b)).collect()),
        _ => None,
    }
}

/// Constant indices along an axis of `n`.
fn within(indices: &[i64], n: usize) -> Result<Vec<usize>, String> {
    let inside = |i: &i64| usize::try_from(*i).ok().filter(|i| *i < n);
    let all = indices.iter().map(|i| inside(i).ok_or_else(|| format!("has the index {i}, and {n} elements")));
    all.collect()
}
