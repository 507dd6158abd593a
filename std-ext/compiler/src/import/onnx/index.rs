//! Operators of an ONNX file that pick elements, or put some in place of others.

use super::call::Call;
use super::{Made, damaged, refuse};
use crate::graph::{Binary, Op, Type, ValueId};
use crate::shapes::volume;

impl Call<'_, '_> {
    /// Indices, of which negative ones count from the end of n.
    fn wrapped(&mut self, indices: ValueId, n: usize) -> Made<ValueId> {
        if let Some(known) = self.known_integers(indices) {
            let shape = self.shape(indices);
            let inside: Vec<i64> = known.iter().map(|i| if *i < 0 { i + n as i64 } else { *i }).collect();
            if inside.iter().any(|i| !(0..n as i64).contains(i)) {
                return Err(damaged("its indices", format!("they are not all below {n}")).into());
            }
            return Ok(self.integers(&shape, &inside));
        }
        let below = self.with(Binary::Less, indices, 0.0)?;
        let whole = self.with(Binary::Add, indices, n as f64)?;
        self.select(below, whole, indices)
    }

    pub(super) fn gather(&mut self) -> Made {
        let (x, indices) = (self.input(0)?, self.input(1)?);
        let axis = self.own_axis(0, self.rank(x))?;
        let indices = self.wrapped(indices, self.shape(x)[axis])?;
        Ok(vec![self.op(Op::Gather { axis, batch: 0 }, &[x, indices])?])
    }

    /// Of each line along an axis, elements at places: in the flat tensor, each is its place times a stride, and where its
    /// line begins.
    pub(super) fn gather_elements(&mut self) -> Made {
        let (x, indices) = (self.input(0)?, self.input(1)?);
        let (shape, made) = (self.shape(x), self.shape(indices));
        if shape.is_empty() || made.len() != shape.len() {
            return refuse(format!("gathers {made:?} from {shape:?}"));
        }
        let axis = self.own_axis(0, shape.len())?;
        let indices = self.wrapped(indices, shape[axis])?;
        let indices = self.cast(indices, Type::I64)?;
        let stride: usize = shape[axis + 1..].iter().product();
        let begins = places(&made)?.map(|mut place| {
            place[axis] = 0;
            flat(&shape, &place) as i64
        });
        let begins = begins.collect::<Vec<_>>();
        let begins = self.integers(&made, &begins);
        let at = self.times(indices, stride as f64)?;
        let at = self.add(at, begins)?;
        let line = self.reshape(x, &[shape.iter().product()])?;
        Ok(vec![self.op(Op::Gather { axis: 0, batch: 0 }, &[line, at])?])
    }

    pub(super) fn gather_nd(&mut self) -> Made {
        let (x, indices) = (self.input(0)?, self.input(1)?);
        let (shape, made) = (self.shape(x), self.shape(indices));
        let batch = usize::try_from(self.int("batch_dims").unwrap_or(0)).unwrap_or(usize::MAX);
        let Some((&depth, outer)) = made
            .split_last()
            .filter(|(depth, outer)| batch <= outer.len() && batch.saturating_add(**depth) <= shape.len())
        else {
            return refuse(format!("gathers {made:?} from {shape:?}"));
        };
        let mut columns = Vec::new();
        for i in 0..depth {
            let column = self.along(indices, outer.len(), i, 1, 1)?;
            let column = self.wrapped(column, shape[batch + i])?;
            columns.push(self.cast(column, Type::I64)?);
        }
        let thin = [outer, &[1]].concat();
        for axis in (0..batch).rev() {
            let own: Vec<i64> = places(&thin)?.map(|place| place[axis] as i64).collect();
            columns.insert(0, self.integers(&thin, &own));
        }
        let indices = self.concat(&columns, outer.len())?;
        Ok(vec![self.op(Op::GatherNd, &[x, indices])?])
    }

    pub(super) fn one_hot(&mut self) -> Made {
        let (indices, values) = (self.input(0)?, self.input(2)?);
        let values = self.fixed(values, "values")?;
        let depth = match self.maybe(1).and_then(|id| self.known_floats(id)) {
            Some(depth) => depth.first().map(|n| *n as i64),
            None => self.numbers(1, "depth")?.and_then(|n| n.first().copied()),
        };
        let Some(depth) = depth.and_then(|n| usize::try_from(n).ok()).filter(|n| (1..1 << 24).contains(n))
        else {
            return refuse("has no depth");
        };
        let axis = self.own_axis(-1, self.rank(indices) + 1)?;
        let (off, on) = (self.at(values, 0, 0)?, self.at(values, 0, 1)?);
        let indices = self.cast(indices, Type::I64)?;
        let below = self.with(Binary::Less, indices, 0.0)?;
        let whole = self.with(Binary::Add, indices, depth as f64)?;
        let indices = self.select(below, whole, indices)?;
        let mut shape = self.shape(indices);
        shape.insert(axis, depth);
        Ok(vec![self.shaped(Op::OneHot { axis }, &[indices, on, off], &shape)?])
    }

    /// Elements on one side of a diagonal; the others are 0.
    pub(super) fn triangle(&mut self) -> Made {
        let x = self.input(0)?;
        let shape = self.shape(x);
        let k = self.numbers(1, "diagonal")?.and_then(|k| k.first().copied()).unwrap_or(0);
        let upper = self.int("upper").unwrap_or(1) != 0;
        let [.., rows, columns] = shape[..] else { return refuse("needs matrices") };
        let kept = |place: Vec<usize>| {
            let ahead = place[1] as i64 - place[0] as i64;
            u8::from(if upper { ahead >= k } else { ahead <= k })
        };
        let mask = places(&[rows, columns])?.map(kept).collect();
        let mask = self.constant(Type::Bool, &[rows, columns], mask);
        let zero = self.like(x, 0.0)?;
        Ok(vec![self.select(mask, x, zero)?])
    }

    pub(super) fn eye(&mut self) -> Made {
        let x = self.input(0)?;
        let shape = self.shape(x);
        let k = self.int("k").unwrap_or(0);
        let store = match self.int("dtype") {
            Some(number) => super::tensor::store(number as i32)?,
            None => self.store(x),
        };
        if shape.len() != 2 {
            return refuse("needs a matrix");
        }
        let ones = places(&shape)?
            .map(|place| i64::from(place[1] as i64 - place[0] as i64 == k))
            .collect::<Vec<_>>();
        let ones = self.integers(&shape, &ones);
        Ok(vec![self.cast(ones, store)?])
    }

    /// Slices where a known condition holds.
    pub(super) fn compress(&mut self) -> Made {
        let x = self.input(0)?;
        let condition = self.numbers(1, "condition")?.unwrap_or_default();
        let (x, axis) = match self.int("axis") {
            Some(axis) => (x, self.axis(axis, self.rank(x))?),
            None => {
                let n = self.graph.value(x).elements();
                (self.reshape(x, &[n])?, 0)
            }
        };
        let n = self.shape(x)[axis];
        let held: Vec<usize> = (0..n.min(condition.len())).filter(|i| condition[*i] != 0).collect();
        Ok(vec![self.pick(x, axis, &held)?])
    }

    /// Elements of updates at known places of x.
    fn scattered(&mut self, x: ValueId, updates: ValueId, at: &[usize], how: &str) -> Made<ValueId> {
        let shape = self.shape(x);
        let n: usize = shape.iter().product();
        if n > MOST {
            return refuse(format!("puts elements into {shape:?}, which is too large"));
        }
        let line = self.reshape(x, &[n])?;
        let news = self.reshape(updates, &[at.len()])?;
        let (op, none) = match how {
            "none" => {
                let mut from: Vec<usize> = (0..n).collect();
                at.iter().enumerate().for_each(|(i, place)| from[*place] = n + i);
                let all = self.concat(&[line, news], 0)?;
                let made = self.pick(all, 0, &from)?;
                return self.reshape(made, &shape);
            }
            "add" => (Binary::Add, 0.0),
            "mul" => (Binary::Mul, 1.0),
            "max" => (Binary::Maximum, f64::MIN),
            "min" => (Binary::Minimum, f64::MAX),
            _ => return refuse(format!("combines elements by {how}")),
        };
        let none = self.full(x, &[1], none)?;
        let all = self.concat(&[news, none], 0)?;
        // each round takes at most one element for each place
        let (mut made, mut left) = (line, at.iter().copied().enumerate().collect::<Vec<_>>());
        while !left.is_empty() {
            let mut from = vec![at.len(); n];
            left.retain(|(i, place)| {
                let free = from[*place] == at.len();
                if free {
                    from[*place] = *i;
                }
                !free
            });
            let round = self.pick(all, 0, &from)?;
            made = self.binary(op, made, round)?;
        }
        self.reshape(made, &shape)
    }

    pub(super) fn scatter_elements(&mut self) -> Made {
        let (x, updates) = (self.input(0)?, self.input(2)?);
        let (shape, made) = (self.shape(x), self.shape(updates));
        let indices = self.numbers(1, "indices")?.unwrap_or_default();
        if shape.is_empty() || made.len() != shape.len() || indices.len() != made.iter().product::<usize>() {
            return refuse(format!("puts {made:?} into {shape:?}"));
        }
        let axis = self.own_axis(0, shape.len())?;
        let mut at = Vec::new();
        for (mut place, index) in places(&made)?.zip(indices) {
            place[axis] = self.axis(index, shape[axis])?;
            if place.iter().zip(&shape).any(|(i, n)| i >= n) {
                return Err(damaged("its indices", format!("{place:?} is not in {shape:?}")).into());
            }
            at.push(flat(&shape, &place));
        }
        let how = self.text("reduction", "none");
        Ok(vec![self.scattered(x, updates, &at, &how)?])
    }

    pub(super) fn scatter_nd(&mut self) -> Made {
        let (x, updates) = (self.input(0)?, self.input(2)?);
        let shape = self.shape(x);
        let indices = self.numbers(1, "indices")?.unwrap_or_default();
        let depth = self.maybe(1).and_then(|id| self.shape(id).last().copied()).unwrap_or(0);
        if depth == 0 || depth > shape.len() {
            return refuse(format!("has indices of {depth} numbers for {shape:?}"));
        }
        let run: usize = shape[depth..].iter().product();
        let mut at = Vec::new();
        for index in indices.chunks_exact(depth) {
            let mut place = Vec::new();
            for (i, n) in index.iter().zip(&shape) {
                place.push(self.axis(*i, *n)?);
            }
            let first = flat(&shape[..depth], &place) * run;
            at.extend(first..first + run);
        }
        if at.len() != self.graph.value(updates).elements() {
            return Err(damaged("its updates", "they are not as many as its indices").into());
        }
        let how = self.text("reduction", "none");
        Ok(vec![self.scattered(x, updates, &at, &how)?])
    }

    /// A cache whose slices from known places on are replaced.
    pub(super) fn tensor_scatter(&mut self) -> Made {
        let (x, updates) = (self.input(0)?, self.input(1)?);
        let (shape, made) = (self.shape(x), self.shape(updates));
        let axis = self.own_axis(-2, shape.len())?;
        if made.len() != shape.len() {
            return refuse(format!("puts {made:?} into {shape:?}"));
        }
        let begins = self.numbers(2, "places")?.unwrap_or_else(|| vec![0; shape[0]]);
        let circular = self.text("mode", "linear") == "circular";
        let mut at = Vec::new();
        for mut place in places(&made)? {
            let begin = begins.get(place[0]).and_then(|begin| usize::try_from(*begin).ok());
            let moved = begin.and_then(|begin| begin.checked_add(place[axis]));
            let moved = moved.map(|moved| if circular { moved % shape[axis] } else { moved });
            place[axis] =
                moved.filter(|i| *i < shape[axis]).ok_or_else(|| damaged("its places", "one is outside"))?;
            at.push(flat(&shape, &place));
        }
        Ok(vec![self.scattered(x, updates, &at, "none")?])
    }

    /// The first elements of each sequence in reverse, as many as are known.
    pub(super) fn reverse_sequence(&mut self) -> Made {
        let x = self.input(0)?;
        let shape = self.shape(x);
        let lengths = self.numbers(1, "lengths")?.unwrap_or_default();
        let batch = self.axis(self.int("batch_axis").unwrap_or(1), shape.len())?;
        let time = self.axis(self.int("time_axis").unwrap_or(0), shape.len())?;
        if lengths.iter().any(|n| !(0..=shape[time] as i64).contains(n)) {
            return Err(damaged("its lengths", format!("they are not all up to {}", shape[time])).into());
        }
        let from = places(&shape)?.map(|mut place| {
            let length = lengths.get(place[batch]).copied().unwrap_or(0) as usize;
            if place[time] < length {
                place[time] = length - 1 - place[time];
            }
            flat(&shape, &place)
        });
        let from: Vec<usize> = from.collect();
        let line = self.reshape(x, &[from.len()])?;
        let made = self.pick(line, 0, &from)?;
        Ok(vec![self.reshape(made, &shape)?])
    }
}

/// The most elements whose places are listed.
const MOST: usize = 1 << 22;

/// Every place of a shape, in row-major order.
fn places(shape: &[usize]) -> Made<impl Iterator<Item = Vec<usize>> + use<>> {
    let shape = shape.to_vec();
    let Some(n) = volume(&shape).filter(|n| *n <= MOST) else {
        return refuse(format!("lists the places of {shape:?}, which are too many"));
    };
    Ok((0..n).map(move |mut at: usize| {
        let mut place = vec![0; shape.len()];
        for (i, n) in place.iter_mut().zip(&shape).rev() {
            (*i, at) = (at % n, at / n);
        }
        place
    }))
}

/// Where a place lies in row-major order.
fn flat(shape: &[usize], place: &[usize]) -> usize {
    shape.iter().zip(place).fold(0, |at, (n, i)| at * n + i)
}
