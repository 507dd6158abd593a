//! Operators of a TFLite file that move blocks of pixels to depth or batch, and back: transposes of finer shapes.

use super::call::Call;
use super::op::{Made, no_options};
use super::schema::tflite as fb;
use super::{Trouble, damaged};
use crate::graph::{Margins, Op, ValueId, Window};

/// What SPACE_TO_BATCH_ND made, and of what.
pub(super) struct Spaced {
    made: ValueId,
    from: ValueId,
    blocks: Vec<usize>,
    around: Vec<[usize; 2]>,
}

impl Call<'_, '_> {
    pub(super) fn depth_to_space(&mut self) -> Made {
        let Some(fb::BuiltinOptionsRef::DepthToSpaceOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        let (x, size) = (self.counted(1..=1)?.alike(0)?, block(o.block_size()?)?);
        let [n, h, w, c] = self.image(x)?;
        let depth = whole(c, size.saturating_mul(size))?;
        Ok(self.shuffled(x, vec![n, h, w, size, size, depth], &[0, 1, 3, 2, 4, 5]))
    }

    pub(super) fn space_to_depth(&mut self) -> Made {
        let Some(fb::BuiltinOptionsRef::SpaceToDepthOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        let (x, size) = (self.counted(1..=1)?.alike(0)?, block(o.block_size()?)?);
        let [n, h, w, c] = self.image(x)?;
        Ok(self.shuffled(x, vec![n, whole(h, size)?, size, whole(w, size)?, size, c], &[0, 1, 3, 2, 4, 5]))
    }

    /// Axes 1 and on, as many as there are blocks, are padded and cut into blocks; what has the same place in each makes
    /// a batch of its own.
    pub(super) fn space_to_batch(&mut self) -> Made {
        let (from, made) = (self.counted(3..=3)?.alike(0)?, self.peek()?);
        let (blocks, around) = self.blocks(from, "paddings")?;
        let x = from;
        let mut margins = vec![[0, 0]; self.value(x).shape.len()];
        margins[1..=blocks.len()].copy_from_slice(&around);
        let sizes = self.value(x).shape.iter().zip(&margins);
        let padded = sizes.map(|(n, [a, b])| n.saturating_add(*a).saturating_add(*b)).collect::<Vec<usize>>();
        let x = if around.iter().all(|m| *m == [0, 0]) {
            x
        } else {
            self.via(Op::Pad { margins }, x, padded.clone())
        };
        let mut cut = vec![padded[0]];
        for (n, block) in padded[1..].iter().zip(&blocks) {
            cut.extend([whole(*n, *block)?, *block]);
        }
        cut.extend(&padded[1 + blocks.len()..]);
        let m = blocks.len();
        let order = (0..m).map(|i| 2 + 2 * i).chain([0]).chain((0..m).map(|i| 1 + 2 * i));
        let order: Vec<usize> = order.chain(1 + 2 * m..cut.len()).collect();
        if self.tensors.open(self.outputs[0])? {
            let batches = padded[0].saturating_mul(blocks.iter().product());
            let sizes = padded[1..].iter().enumerate().map(|(i, n)| n / blocks.get(i).unwrap_or(&1));
            self.tensors.graph.values[made.0].shape = [batches].into_iter().chain(sizes).collect();
        }
        self.tensors.spaced = Some(Spaced { made, from, blocks, around });
        Ok(self.shuffled(x, cut, &order))
    }

    /// The reverse, with crops instead of paddings.
    pub(super) fn batch_to_space(&mut self) -> Made {
        let x = self.counted(3..=3)?.alike(0)?;
        let (blocks, crops) = self.blocks(x, "crops")?;
        if let Some(dilated) = self.dilated(x, &blocks, &crops) {
            return Ok(dilated);
        }
        let (shape, m) = (self.value(x).shape.clone(), blocks.len());
        let parts = blocks.iter().fold(1usize, |n, block| n.saturating_mul(*block));
        let mut cut = blocks.clone();
        cut.push(whole(shape[0], parts)?);
        cut.extend(&shape[1..]);
        let order = [m].into_iter().chain((0..m).flat_map(|i| [m + 1 + i, i])).chain(2 * m + 1..cut.len());
        let order: Vec<usize> = order.collect();
        let (op, read) = self.shuffled(x, cut.clone(), &order);
        if crops.iter().all(|c| *c == [0, 0]) {
            return Ok((op, read));
        }
        let mut joined = vec![cut[m]];
        joined.extend(shape[1..=m].iter().zip(&blocks).map(|(n, block)| n * block));
        joined.extend(&shape[1 + m..]);
        let mut begin = vec![0; joined.len()];
        begin[1..=m].iter_mut().zip(&crops).for_each(|(at, [before, _])| *at = *before);
        let stride = vec![1; joined.len()];
        let whole = self.via(op, read[0], joined);
        Ok((Op::Slice { begin, stride }, vec![whole]))
    }

    /// A convolution of every batch that SPACE_TO_BATCH_ND made is a dilated one of what that read.
    fn dilated(&self, x: ValueId, blocks: &[usize], crops: &[[usize; 2]]) -> Option<(Op, Vec<ValueId>)> {
        let spaced = self.tensors.spaced.as_ref().filter(|spaced| spaced.blocks == blocks)?;
        let node = self.tensors.graph.nodes.last().filter(|node| node.outputs == [x])?;
        let (&[down, across], &[rows, columns], &[top, left]) = (blocks, &spaced.around[..], crops) else {
            return None;
        };
        let left_of = |[before, after]: [usize; 2], [first, last]: [usize; 2]| {
            Some([before.checked_sub(first)?, after.checked_sub(last)?])
        };
        let ([top, bottom], [left, right]) = (left_of(rows, top)?, left_of(columns, left)?);
        let mut op = node.op.clone();
        let (Op::Conv2d { window, .. } | Op::DepthwiseConv2d { window, .. }) = &mut op else { return None };
        let plain = Window { stride: [1, 1], dilation: [1, 1], margins: Margins::default() };
        if *window != plain || node.inputs.first() != Some(&spaced.made) {
            return None;
        }
        *window = Window { dilation: [down, across], margins: Margins { top, bottom, left, right }, ..plain };
        Some((op, [&[spaced.from], &node.inputs[1..]].concat()))
    }

    /// x in a finer shape, and that transposed; the last node gives it the output's shape.
    fn shuffled(&mut self, x: ValueId, cut: Vec<usize>, order: &[usize]) -> (Op, Vec<ValueId>) {
        let turned = order.iter().map(|axis| cut[*axis]).collect();
        let cut = self.via(Op::Reshape, x, cut);
        (Op::Reshape, vec![self.via(Op::Transpose { order: order.to_vec() }, cut, turned)])
    }

    /// Inputs 1 and 2: the extents of a block, and (before, after) along each of them.
    fn blocks(&mut self, x: ValueId, what: &str) -> Result<(Vec<usize>, Vec<[usize; 2]>), Trouble> {
        let (blocks, flat) = (self.sizes(1, "block shape")?, self.sizes(2, what)?);
        let (around, rest) = flat.as_chunks::<2>();
        let rank = self.value(x).shape.len();
        if blocks.len() >= rank || around.len() != blocks.len() || !rest.is_empty() || blocks.contains(&0) {
            let what = format!("blocks of {blocks:?} with {flat:?} do not suit {rank} dimensions");
            return Err(damaged(format!("its {what}"), what).into());
        }
        Ok((blocks, around.to_vec()))
    }

    fn image(&self, x: ValueId) -> Result<[usize; 4], Trouble> {
        let shape = &self.value(x).shape;
        let image = shape.as_slice().try_into();
        image.map_err(|_| damaged("its input", format!("{shape:?} is no image of 4 dimensions")).into())
    }
}

fn block(size: i32) -> Result<usize, Trouble> {
    let at_least_1 = usize::try_from(size).ok().filter(|size| *size > 0);
    at_least_1.ok_or_else(|| damaged("its block size", format!("it is {size}")).into())
}

fn whole(n: usize, parts: usize) -> Result<usize, Trouble> {
    match n.checked_rem(parts) {
        Some(0) => Ok(n / parts),
        _ => Err(damaged("its blocks", format!("{n} is not a multiple of {parts}")).into()),
    }
}
