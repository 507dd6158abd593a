//! Operators of an ONNX file that move elements.

use super::build::Ids;
use super::call::Call;
use super::{Made, damaged, refuse, tensor};
use crate::graph::{Op, Type, ValueId};
use crate::shapes::volume;

impl Call<'_, '_> {
    /// RESHAPE: 0 keeps an axis, -1 is what is left.
    pub(super) fn reshaped(&mut self) -> Made {
        let x = self.input(0)?;
        let from = self.shape(x);
        let wanted = match self.listed("shape", 1)? {
            Some(wanted) => wanted,
            None => return refuse("has no shape"),
        };
        let keeps = !self.flag("allowzero");
        let wrong = || damaged("its shape", format!("{from:?} does not become {wanted:?}"));
        let mut shape = Vec::new();
        let mut open = None;
        for (axis, n) in wanted.iter().enumerate() {
            shape.push(match *n {
                -1 => {
                    open = Some(axis);
                    1
                }
                0 if keeps => *from.get(axis).ok_or_else(wrong)?,
                n => usize::try_from(n).map_err(|_| wrong())?,
            });
        }
        if let Some(axis) = open {
            let rest = volume(&shape).ok_or_else(wrong)?;
            shape[axis] = self.graph.value(x).elements().checked_div(rest).ok_or_else(wrong)?;
        }
        Ok(vec![self.reshape(x, &shape)?])
    }

    pub(super) fn flatten(&mut self) -> Made {
        let x = self.input(0)?;
        let shape = self.shape(x);
        let axis = match self.int("axis").unwrap_or(1) {
            axis if axis == shape.len() as i64 => shape.len(),
            axis => self.axis(axis, shape.len().max(1))?,
        };
        let (outer, inner) = shape.split_at(axis);
        Ok(vec![self.reshape(x, &[outer.iter().product(), inner.iter().product()])?])
    }

    pub(super) fn squeeze(&mut self) -> Made {
        let x = self.input(0)?;
        let shape = self.shape(x);
        let axes = match self.listed("axes", 1)? {
            Some(axes) => self.axes(&axes, shape.len())?,
            None => (0..shape.len()).filter(|axis| shape[*axis] == 1).collect(),
        };
        let kept = shape.iter().enumerate().filter(|(axis, _)| !axes.contains(axis));
        let kept: Vec<usize> = kept.map(|(_, n)| *n).collect();
        Ok(vec![self.reshape(x, &kept)?])
    }

    pub(super) fn unsqueeze(&mut self) -> Made {
        let x = self.input(0)?;
        let Some(axes) = self.listed("axes", 1)? else { return refuse("has no axes") };
        let mut shape = self.shape(x);
        for axis in self.axes(&axes, shape.len() + axes.len())? {
            if axis > shape.len() {
                return Err(damaged("its axes", format!("{axes:?} leave gaps")).into());
            }
            shape.insert(axis, 1);
        }
        Ok(vec![self.reshape(x, &shape)?])
    }

    pub(super) fn transposed(&mut self) -> Made {
        let x = self.input(0)?;
        let rank = self.rank(x);
        let order = match self.ints("perm") {
            Some(order) => order.iter().map(|axis| self.axis(*axis, rank)).collect::<Made<Vec<usize>>>()?,
            None => (0..rank).rev().collect(),
        };
        Ok(vec![self.transpose(x, &order)?])
    }

    pub(super) fn concatenated(&mut self) -> Made {
        let parts = self.all()?;
        let axis = self.own_axis(1, self.rank(parts[0]))?;
        // one step joins no more than its record can count
        Ok(vec![self.concat(&parts, axis)?])
    }

    /// Ranges along axes: where they begin and end may lie outside, and are brought back.
    pub(super) fn slice(&mut self) -> Made {
        let mut x = self.input(0)?;
        let rank = self.rank(x);
        let (Some(starts), Some(ends)) = (self.listed("starts", 1)?, self.listed("ends", 2)?) else {
            return refuse("has no ranges");
        };
        let axes = self.listed("axes", 3)?.unwrap_or_else(|| (0..starts.len() as i64).collect());
        let steps = self.numbers(4, "steps")?.unwrap_or_else(|| vec![1; starts.len()]);
        if [ends.len(), axes.len(), steps.len()] != [starts.len(); 3] {
            return Err(damaged("its ranges", "they are not as many as its axes").into());
        }
        for i in 0..starts.len() {
            let axis = self.axis(axes[i], rank)?;
            let n = self.shape(x)[axis] as i64;
            let (begin, count) = range(starts[i], ends[i], steps[i], n).ok_or_else(|| {
                damaged("its ranges", format!("{} to {} by {}", starts[i], ends[i], steps[i]))
            })?;
            if count == 0 {
                return refuse("takes no elements at all");
            }
            x = self.along(x, axis, begin, steps[i] as isize, count)?;
        }
        Ok(vec![x])
    }

    /// Pieces of given sizes, or as equal as can be.
    pub(super) fn split(&mut self) -> Made {
        let x = self.input(0)?;
        let axis = self.own_axis(0, self.rank(x))?;
        let (n, parts) = (self.shape(x)[axis], self.node.output.len().max(1));
        let sizes = match self.listed("split", 1)? {
            Some(sizes) => tensor::extents(&sizes)?,
            None => {
                let each = n.div_ceil(parts);
                (0..parts).map(|i| each.min(n.saturating_sub(i * each))).collect()
            }
        };
        if sizes.iter().sum::<usize>() != n || sizes.contains(&0) {
            return refuse(format!("splits {n} elements into {sizes:?}"));
        }
        let mut begin = 0;
        let mut made = Ids::new();
        for size in sizes {
            made.push(self.along(x, axis, begin, 1, size)?);
            begin += size;
        }
        Ok(made)
    }

    pub(super) fn expand(&mut self) -> Made {
        let x = self.input(0)?;
        let wanted = tensor::extents(&self.numbers(1, "shape")?.unwrap_or_default())?;
        let shape = meet(&self.shape(x), &wanted);
        let shape = shape.ok_or_else(|| damaged("its shape", format!("{wanted:?} does not fit")))?;
        Ok(vec![self.broadcast(x, &shape)?])
    }

    pub(super) fn tile(&mut self) -> Made {
        let x = self.input(0)?;
        let repeats = tensor::extents(&self.numbers(1, "repeats")?.unwrap_or_default())?;
        Ok(vec![self.op(Op::Tile { repeats }, &[x])?])
    }

    /// Padding, which where it is negative takes away.
    pub(super) fn padded(&mut self) -> Made {
        let mut x = self.input(0)?;
        let rank = self.rank(x);
        if self.graph.value(x).elements() == 0 {
            return refuse("pads a tensor without elements");
        }
        let Some(pads) = self.listed("pads", 1)? else { return refuse("has no pads") };
        let axes = match self.numbers(3, "axes")? {
            Some(axes) => axes.iter().map(|axis| self.axis(*axis, rank)).collect::<Made<Vec<usize>>>()?,
            None => (0..rank).collect(),
        };
        if pads.len() != 2 * axes.len() {
            return Err(damaged("its pads", format!("{pads:?} for {} axes", axes.len())).into());
        }
        let mut margins = vec![[0usize; 2]; rank];
        for (i, axis) in axes.iter().enumerate() {
            let (before, after) = (pads[i], pads[i + axes.len()]);
            let cut = |pad: i64| usize::try_from(pad.min(0).unsigned_abs()).unwrap_or(usize::MAX);
            let left = self.shape(x)[*axis].checked_sub(cut(before).saturating_add(cut(after)));
            let Some(left) = left.filter(|n| *n > 0) else { return refuse("takes everything away") };
            x = self.along(x, *axis, cut(before), 1, left)?;
            if before.max(after) > 1 << 20 {
                return refuse(format!("pads with {} elements", before.max(after)));
            }
            margins[*axis] = [before, after].map(|pad| usize::try_from(pad.max(0)).unwrap_or(0));
        }
        let y = match self.text("mode", "constant").as_str() {
            "constant" => match self.maybe(2) {
                Some(number) => {
                    let number = self.fixed(number, "padding")?;
                    self.op(Op::Pad { margins }, &[x, number])?
                }
                None => {
                    let number = self.float("value", 0.0).into();
                    self.pad(x, &margins, number)?
                }
            },
            mode => self.mirrored(x, &margins, mode)?,
        };
        Ok(vec![y])
    }

    /// Padding with elements of x: each axis picks its own.
    fn mirrored(&mut self, mut x: ValueId, margins: &[[usize; 2]], mode: &str) -> Made<ValueId> {
        for (axis, [before, after]) in margins.iter().enumerate() {
            if *before.max(after) > 1 << 14 {
                return refuse(format!("mirrors {} elements, more than {}", before.max(after), 1 << 14));
            }
            let n = self.shape(x)[axis] as i64;
            let place = |i: i64| match mode {
                "edge" => i.clamp(0, n - 1),
                "wrap" => i.rem_euclid(n),
                // there and back again
                _ => {
                    let turn = (2 * (n - 1)).max(1);
                    let at = i.rem_euclid(turn);
                    at.min(turn - at)
                }
            };
            let places = (-(*before as i64)..n + *after as i64).map(|i| place(i) as usize);
            x = self.pick(x, axis, &places.collect::<Vec<_>>())?;
        }
        Ok(x)
    }

    /// DEPTH_TO_SPACE and SPACE_TO_DEPTH: blocks of pixels become channels, or the other way.
    pub(super) fn blocks(&mut self, to_space: bool) -> Made {
        let x = self.input(0)?;
        let block = self.int("blocksize").and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        let [n, c, h, w] = self.shape(x)[..] else { return refuse("needs an image") };
        if !(1..1 << 10).contains(&block)
            || to_space && c % (block * block) != 0
            || !to_space && (h % block != 0 || w % block != 0)
        {
            return refuse(format!("has blocks of {block} in {:?}", self.shape(x)));
        }
        let y = if to_space {
            let deep = c / (block * block);
            let (split, order) = match self.text("mode", "DCR").as_str() {
                "CRD" => ([n, deep, block, block, h, w], [0, 1, 4, 2, 5, 3]),
                _ => ([n, block, block, deep, h, w], [0, 3, 4, 1, 5, 2]),
            };
            let x = self.reshape(x, &split)?;
            let x = self.transpose(x, &order)?;
            self.reshape(x, &[n, deep, h * block, w * block])?
        } else {
            let x = self.reshape(x, &[n, c, h / block, block, w / block, block])?;
            let order =
                if self.text("mode", "DCR") == "CRD" { [0, 1, 3, 5, 2, 4] } else { [0, 3, 5, 1, 2, 4] };
            let x = self.transpose(x, &order)?;
            self.reshape(x, &[n, c * block * block, h / block, w / block])?
        };
        Ok(vec![y])
    }

    /// The extents of a tensor, of which a part may be asked for.
    pub(super) fn shape_of(&mut self) -> Made {
        let shape = self.shape(self.input(0)?);
        let rank = shape.len() as i64;
        let bound = |at: i64| (if at < 0 { at + rank } else { at }).clamp(0, rank) as usize;
        let (begin, end) = (bound(self.int("start").unwrap_or(0)), bound(self.int("end").unwrap_or(rank)));
        let part: Vec<i64> = shape.get(begin..end).unwrap_or(&[]).iter().map(|n| *n as i64).collect();
        if part.is_empty() {
            return refuse("tells the shape of a single number, which is nothing");
        }
        Ok(vec![self.integers(&[part.len()], &part)])
    }

    pub(super) fn size_of(&mut self) -> Made {
        let n = self.graph.value(self.input(0)?).elements() as i64;
        Ok(vec![self.integers(&[], &[n])])
    }

    pub(super) fn constant_of_shape(&mut self) -> Made {
        let shape = tensor::extents(&self.numbers(0, "shape")?.unwrap_or_default())?;
        let one = match self.attribute("value").and_then(|attribute| attribute.t.as_ref()) {
            Some(tensor) => self.reader.attribute(tensor)?,
            None => self.floats(&[], &[0.0]),
        };
        let one = self.reshape(one, &[])?;
        Ok(vec![self.broadcast(one, &shape)?])
    }

    pub(super) fn constant_node(&mut self) -> Made {
        let Some(attribute) = self.node.attribute.first() else { return refuse("has no value") };
        let id = match attribute.name() {
            "value" => match &attribute.t {
                Some(tensor) => self.reader.attribute(tensor)?,
                None => return refuse("has no value"),
            },
            "value_float" => self.floats(&[], &[attribute.f()]),
            "value_floats" => self.floats(&[attribute.floats.len()], &attribute.floats),
            "value_int" => self.integers(&[], &[attribute.i()]),
            "value_ints" => self.integers(&[attribute.ints.len()], &attribute.ints),
            name => return refuse(format!("has its value as {name}, which is not supported")),
        };
        Ok(vec![id])
    }

    pub(super) fn range(&mut self) -> Made {
        let first = self.input(0)?;
        let store = self.store(first);
        let mut ends = Vec::new();
        for i in 0..3 {
            let x = self.input(i)?;
            let x = self.fixed(x, "range")?;
            ends.push(match (self.known_floats(x), self.known_integers(x)) {
                (Some(all), _) if !all.is_empty() => f64::from(all[0]),
                (_, Some(all)) if !all.is_empty() => all[0] as f64,
                _ => return refuse(format!("counts in {store}")),
            });
        }
        let n = ((ends[1] - ends[0]) / ends[2]).ceil();
        if !(1.0..=f64::from(1 << 20)).contains(&n) {
            return refuse(format!("counts from {} to {} by {}", ends[0], ends[1], ends[2]));
        }
        let numbers: Vec<f64> = (0..n as usize).map(|i| ends[0] + i as f64 * ends[2]).collect();
        let id = if store == Type::F32 {
            self.floats(&[numbers.len()], &numbers.iter().map(|x| *x as f32).collect::<Vec<_>>())
        } else {
            let all = self.integers(&[numbers.len()], &numbers.iter().map(|x| *x as i64).collect::<Vec<_>>());
            self.cast(all, store)?
        };
        Ok(vec![id])
    }

    pub(super) fn identity(&mut self) -> Made {
        Ok(vec![self.input(0)?])
    }

    /// Pads or cuts axes around their middle.
    pub(super) fn center(&mut self) -> Made {
        let mut x = self.input(0)?;
        let rank = self.rank(x);
        let wanted = tensor::extents(&self.numbers(1, "shape")?.unwrap_or_default())?;
        let axes = match self.ints("axes") {
            Some(axes) => axes.iter().map(|axis| self.axis(*axis, rank)).collect::<Made<Vec<usize>>>()?,
            None => (0..rank).collect(),
        };
        for (axis, n) in axes.into_iter().zip(wanted) {
            let now = self.shape(x)[axis];
            if n < now {
                x = self.along(x, axis, (now - n) / 2, 1, n)?;
            } else {
                let mut margins = vec![[0, 0]; rank];
                margins[axis] = [(n - now) / 2, n - now - (n - now) / 2];
                x = self.pad(x, &margins, 0.0)?;
            }
        }
        Ok(vec![x])
    }
}

/// Where a range begins in an axis of n, and how many elements it takes.
fn range(start: i64, end: i64, step: i64, n: i64) -> Option<(usize, usize)> {
    let inside = |at: i64| if at < 0 { at.saturating_add(n) } else { at };
    let (start, end) = (inside(start), inside(end));
    let (begin, count) = match step {
        0 => return None,
        1.. => {
            let (begin, end) = (start.clamp(0, n), end.clamp(0, n));
            (begin, (end - begin).max(0).unsigned_abs().div_ceil(step.unsigned_abs()))
        }
        _ => {
            let (begin, end) = (start.clamp(-1, n - 1), end.clamp(-1, n - 1));
            (begin, (begin - end).max(0).unsigned_abs().div_ceil(step.unsigned_abs()))
        }
    };
    Some((usize::try_from(begin).unwrap_or(0), usize::try_from(count).ok()?))
}

/// What two shapes broadcast to.
fn meet(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let rank = a.len().max(b.len());
    let at = |shape: &[usize], axis: usize| (axis + shape.len()).checked_sub(rank).map_or(1, |i| shape[i]);
    let joined = |axis| match (at(a, axis), at(b, axis)) {
        (n, m) if n == m || m == 1 => Some(n),
        (1, m) => Some(m),
        _ => None,
    };
    (0..rank).map(joined).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_by_hand() {
        assert_eq!(range(1, 1000, 2, 6), Some((1, 3)));
        assert_eq!(range(-1, -100, -1, 4), Some((3, 4)));
        assert_eq!(range(20, 0, -4, 20), Some((19, 5)));
        assert_eq!((range(3, 1, 1, 4), range(0, 1, 0, 4)), (Some((3, 0)), None));
    }
}
