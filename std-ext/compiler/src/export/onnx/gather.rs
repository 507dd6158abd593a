//! Elements at places that are themselves numbers of the network.

use super::file::Attribute::{Int, Ints};
use super::form::OWN;
use super::{Exporter, Written, one};
use crate::graph::{Type, ValueId};

impl Exporter<'_> {
    pub(super) fn gather(&mut self, ids: &[ValueId], y: ValueId, axis: usize, batch: usize) -> Written {
        let (x, at) = (one(ids, 0)?, one(ids, 1)?);
        let mut name = self.real(x, OWN);
        if batch == 0 {
            let at = self.real(at, OWN);
            let made = self.node("Gather", &[&name, &at], &[Int("axis", axis as i64)]);
            return self.finish(y, made);
        }
        // the axis goes behind those of the batch, and back after its slices were taken
        let (rank, listed) = (self.value(x).shape.len(), self.value(at).shape.len() - batch);
        let between = axis - batch;
        if between > 0 {
            let perm: Vec<usize> =
                (0..batch).chain([axis]).chain(batch..axis).chain(axis + 1..rank).collect();
            name = self.turned(&name, &perm);
        }
        let mut deep = self.value(at).shape.clone();
        deep.push(1);
        let places = self.long(at);
        let places = self.shaped(&places, &deep);
        let mut made = self.node("GatherND", &[&name, &places], &[Int("batch_dims", batch as i64)]);
        if between > 0 {
            let (first, behind) = (batch + listed, batch + listed + between);
            let rest = behind..behind + rank - axis - 1;
            let perm: Vec<usize> = (0..batch).chain(first..behind).chain(batch..first).chain(rest).collect();
            made = self.turned(&made, &perm);
        }
        self.finish(y, made)
    }

    pub(super) fn gather_nd(&mut self, ids: &[ValueId], y: ValueId) -> Written {
        let (x, places) = (self.real(one(ids, 0)?, OWN), self.long(one(ids, 1)?));
        let made = self.node("GatherND", &[&x, &places], &[]);
        self.finish(y, made)
    }

    /// ONNX's own counts negative indices from the end; here they are beside.
    pub(super) fn one_hot(&mut self, ids: &[ValueId], y: ValueId, axis: usize) -> Written {
        let indices = one(ids, 0)?;
        let (depth, rank) = (self.extent(y, axis), self.value(y).shape.len());
        let store = self.value(indices).repr.store();
        let mut shape = self.value(indices).shape.clone();
        shape.insert(axis.min(shape.len()), 1);
        let indices = self.real(indices, OWN);
        let indices = self.shaped(&indices, &shape);
        let mut along = vec![1; rank - axis];
        along[0] = depth;
        let width = store.bytes();
        let range = (0..depth as i64).flat_map(|i| i.to_le_bytes().into_iter().take(width)).collect();
        let range = self.file.shared("range", store, &along, range);
        let hit = self.node("Equal", &[&indices, &range], &[]);
        let (on, off) = (self.real(one(ids, 1)?, OWN), self.real(one(ids, 2)?, OWN));
        let made = self.chosen([&hit, &on, &off], self.kind(y));
        self.finish(y, made)
    }

    /// A piece takes its place, as near to where it is told to begin as it fits.
    pub(super) fn update(&mut self, ids: &[ValueId], y: ValueId) -> Written {
        let (x, piece, begin) = (one(ids, 0)?, one(ids, 1)?, one(ids, 2)?);
        let (whole, part) = (&self.value(x).shape, &self.value(piece).shape);
        let room: Vec<i64> = whole.iter().zip(part).map(|(n, m)| n.saturating_sub(*m) as i64).collect();
        let mut grid = vec![vec![]];
        for extent in part {
            let longer = |place: &Vec<i64>| {
                let place = place.clone();
                (0..*extent as i64).map(move |i| [&place[..], &[i]].concat())
            };
            grid = grid.iter().flat_map(longer).collect();
        }
        let mut shape = part.clone();
        shape.push(whole.len());
        let grid = grid.concat().iter().flat_map(|i| i.to_le_bytes()).collect();
        let grid = self.file.shared("grid", Type::I64, &shape, grid);
        let (room, zero) = (self.file.list("room", &room), self.number(Type::I64, 0));
        let begin = self.long(begin);
        let begin = self.node("Max", &[&begin, &zero], &[]);
        let begin = self.node("Min", &[&begin, &room], &[]);
        let places = self.node("Add", &[&grid, &begin], &[]);
        let (x, piece) = (self.real(x, OWN), self.real(piece, OWN));
        let made = self.node("ScatterND", &[&x, &places, &piece], &[]);
        self.finish(y, made)
    }

    /// Indices as int64.
    fn long(&mut self, id: ValueId) -> String {
        let name = self.stored(id, OWN);
        if self.value(id).repr.store() == Type::I64 { name } else { self.cast(&name, Type::I64) }
    }

    fn turned(&mut self, name: &str, perm: &[usize]) -> String {
        let perm = perm.iter().map(|axis| *axis as i64).collect();
        self.node("Transpose", &[name], &[Ints("perm", perm)])
    }
}
