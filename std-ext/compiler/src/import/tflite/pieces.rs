//! Operators of a TFLite file that take tensors apart and put them together.

use super::call::Call;
use super::op::{Made, axis, no_options};
use super::schema::tflite as fb;
use super::{Trouble, damaged};
use crate::graph::{Op, ValueId};

impl Call<'_, '_> {
    /// SLICE: where it begins, and sizes, of which -1 means all that is left.
    pub(super) fn slice(&mut self) -> Made {
        let x = self.counted(3..=3)?.alike(0)?;
        let begin = self.sizes(1, "begin")?;
        let stride = vec![1; begin.len()];
        Ok((Op::Slice { begin, stride }, vec![x]))
    }

    /// SPLIT and SPLIT_V: equal parts, or those that the output shapes say, which SPLIT_V's sizes repeat.
    pub(super) fn split(&mut self, name: &str) -> Result<(), Trouble> {
        let (x, at) = if name == "SPLIT" { (1, 0) } else { (0, 2) };
        self.counted(if name == "SPLIT" { 2..=2 } else { 3..=3 })?;
        let x = self.read(x)?;
        let axis = self.axis_of(at, x)?;
        self.parts(x, axis, |call, piece, output| {
            call.emit(piece, vec![x], vec![output]);
            Ok(call.value(output).shape.get(axis).copied().unwrap_or(0))
        })
    }

    pub(super) fn unpack(&mut self) -> Result<(), Trouble> {
        let Some(fb::BuiltinOptionsRef::UnpackOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        let x = self.counted(1..=1)?.read(0)?;
        let axis = axis(o.axis()?.into(), self.value(x).shape.len())?;
        let mut thin = self.value(x).shape.clone();
        thin[axis] = 1;
        self.parts(x, axis, |call, piece, output| {
            let slice = call.via(piece, x, thin.clone());
            call.emit(Op::Reshape, vec![slice], vec![output]);
            Ok(1)
        })
    }

    /// Slices of x along an axis, one for each output; `add` adds one and says how long it is.
    fn parts(
        &mut self,
        x: ValueId,
        axis: usize,
        add: impl Fn(&mut Self, Op, ValueId) -> Result<usize, Trouble>,
    ) -> Result<(), Trouble> {
        let shape = self.value(x).shape.clone();
        let mut begin = vec![0; shape.len()];
        for i in 0..self.outputs.len() {
            let output = self.tensors.peek(self.outputs[i])?;
            self.matched(x, output)?;
            self.tensors.write(self.outputs[i])?;
            let piece = Op::Slice { begin: begin.clone(), stride: vec![1; shape.len()] };
            begin[axis] = add(self, piece, output)?.saturating_add(begin[axis]);
        }
        if begin[axis] == shape[axis] {
            return Ok(());
        }
        let what = format!("they take {} of {} elements along axis {axis}", begin[axis], shape[axis]);
        Err(damaged("its outputs", what).into())
    }

    pub(super) fn pack(&mut self) -> Made {
        let Some(fb::BuiltinOptionsRef::PackOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        let output = self.counted(1..=usize::MAX)?.peek()?;
        let mut thin = self.value(output).shape.clone();
        let axis = axis(o.axis()?.into(), thin.len())?;
        thin[axis] = 1;
        let mut read = Vec::new();
        for i in 0..self.inputs.len() {
            let x = self.alike(i)?;
            read.push(self.via(Op::Reshape, x, thin.clone()));
        }
        Ok((Op::Concatenation { axis }, read))
    }

    pub(super) fn strided_slice(&mut self) -> Made {
        let Some(fb::BuiltinOptionsRef::StridedSliceOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        let masks = Masks {
            begin: o.begin_mask()?,
            end: o.end_mask()?,
            ellipsis: o.ellipsis_mask()?,
            new: o.new_axis_mask()?,
            shrink: o.shrink_axis_mask()?,
            offset: o.offset()?,
        };
        let x = self.counted(4..=4)?.alike(0)?;
        let begin = self.tensors.integers(self.inputs[1], "begin")?;
        let end = self.tensors.integers(self.inputs[2], "end")?;
        let stride = self.tensors.integers(self.inputs[3], "strides")?;
        if begin.len() != end.len() || begin.len() != stride.len() || stride.contains(&0) {
            return Err(damaged("its ranges", format!("{begin:?} to {end:?} by {stride:?}")).into());
        }
        let shape = self.value(x).shape.clone();
        let Some(cut) = masks.cut(&shape, &begin, &end, &stride) else {
            return Err(damaged("its ranges", format!("they are not those of {shape:?}")).into());
        };
        let output = self.peek()?;
        if self.value(output).shape != cut.made {
            let what = format!("it is {:?}, and its ranges make {:?}", self.value(output).shape, cut.made);
            return Err(damaged("its output", what).into());
        }
        let slice = Op::Slice { begin: cut.begin, stride: cut.stride };
        Ok((Op::Reshape, vec![self.via(slice, x, cut.sliced)]))
    }

    /// An input that is an axis of x.
    fn axis_of(&mut self, input: usize, x: ValueId) -> Result<usize, Trouble> {
        match self.tensors.integers(self.inputs[input], "axis")?[..] {
            [at] => axis(at, self.value(x).shape.len()),
            _ => Err(damaged("its axis", "it is not one number").into()),
        }
    }
}

/// What bit i of each says of range i of a STRIDED_SLICE.
struct Masks {
    /// It begins at the end where its stride begins.
    begin: i32,
    /// It ends at the other.
    end: i32,
    /// It stands for all axes that the others leave.
    ellipsis: i32,
    /// It is no range, but a new axis of the output.
    new: i32,
    /// It is one index, and its axis disappears.
    shrink: i32,
    /// Whether ends are counted from where the ranges begin.
    offset: bool,
}

/// A STRIDED_SLICE, axis by axis of its input.
#[derive(Debug, Default, PartialEq)]
struct Cut {
    begin: Vec<usize>,
    stride: Vec<isize>,
    /// How many elements are taken.
    sliced: Vec<usize>,
    /// The output's shape.
    made: Vec<usize>,
}

impl Masks {
    /// None for ranges that are empty, outside of the shape, or more than it has axes.
    fn cut(&self, shape: &[usize], begin: &[i64], end: &[i64], stride: &[i64]) -> Option<Cut> {
        let ranges = begin.len();
        let set = |mask: i32, i: usize| i < 32 && mask >> i & 1 == 1;
        let is_new = |i: &usize| set(self.new, *i) && !set(self.ellipsis, *i);
        let named = (0..ranges).filter(|i| !is_new(i) && !set(self.ellipsis, *i)).count();
        let mut left = shape.len().checked_sub(named)?;
        let mut axes = shape.iter();
        let mut cut = Cut::default();
        for i in 0..ranges {
            if set(self.ellipsis, i) {
                (0..std::mem::take(&mut left)).try_for_each(|_| axes.next().map(|n| cut.all(*n)))?;
            } else if is_new(&i) {
                cut.made.push(1);
            } else {
                let (n, by) = (*axes.next()?, stride[i]);
                let size = i64::try_from(n).ok()?;
                let (least, most) = if by > 0 { (0, size) } else { (-1, size - 1) };
                let from_end = |at: i64| if at < 0 { at.saturating_add(size) } else { at };
                let first = match set(self.begin, i) {
                    true if by > 0 => 0,
                    true => most,
                    false => from_end(begin[i]).clamp(least, most),
                };
                let last = match set(self.end, i) {
                    true if by > 0 => most,
                    true => least,
                    false if self.offset => first.saturating_add(end[i]).clamp(least, most),
                    false => from_end(end[i]).clamp(least, most),
                };
                let shrinks = set(self.shrink, i);
                let taken = if shrinks { 1 } else { (last - first).saturating_add(by - by.signum()) / by };
                let taken = usize::try_from(taken).ok().filter(|taken| *taken > 0)?;
                cut.begin.push(usize::try_from(first).ok().filter(|first| *first < n)?);
                cut.stride.push(if taken == 1 { 1 } else { by.try_into().ok()? });
                cut.sliced.push(taken);
                if !shrinks {
                    cut.made.push(taken);
                }
            }
        }
        axes.for_each(|n| cut.all(*n));
        Some(cut)
    }
}

impl Cut {
    /// Takes the whole of an axis.
    fn all(&mut self, n: usize) {
        self.begin.push(0);
        self.stride.push(1);
        self.sliced.push(n);
        self.made.push(n);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Masks = Masks { begin: 0, end: 0, ellipsis: 0, new: 0, shrink: 0, offset: false };

    fn made(masks: &Masks, shape: &[usize], ranges: &[[i64; 3]]) -> Option<(Vec<usize>, Vec<usize>)> {
        let column = |i: usize| ranges.iter().map(|r| r[i]).collect::<Vec<_>>();
        let cut = masks.cut(shape, &column(0), &column(1), &column(2))?;
        Some((cut.begin, cut.made))
    }

    #[test]
    fn ranges_are_those_of_python() {
        let some = |begin: &[usize], made: &[usize]| Some((begin.to_vec(), made.to_vec()));
        assert_eq!(made(&NONE, &[9, 4], &[[2, 8, 3]]), some(&[2, 0], &[2, 4]));
        assert_eq!(made(&NONE, &[9], &[[-3, 99, 1]]), some(&[6], &[3]));
        assert_eq!(made(&NONE, &[9], &[[8, 1, -2]]), some(&[8], &[4]));
        assert_eq!(made(&Masks { begin: 1, end: 1, ..NONE }, &[9], &[[0, 0, -2]]), some(&[8], &[5]));
        assert_eq!(made(&Masks { shrink: 1, ..NONE }, &[9, 4], &[[-1, 0, 1]]), some(&[8, 0], &[4]));
        let wide = Masks { ellipsis: 1, new: 0b10, ..NONE };
        let ranges = [[0, 0, 1], [0, 0, 1], [1, 3, 1]];
        assert_eq!(made(&wide, &[5, 6, 7], &ranges), some(&[0, 0, 1], &[5, 6, 1, 2]));
        assert_eq!(made(&Masks { offset: true, ..NONE }, &[9], &[[2, 3, 1]]), some(&[2], &[3]));
        assert_eq!(made(&NONE, &[9], &[[3, 3, 1]]), None);
        assert_eq!(made(&NONE, &[9], &[[0, 1, 1], [0, 1, 1]]), None);
    }
}
