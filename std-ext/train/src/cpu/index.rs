//! Elements and slices by their indices.

use super::{In, Workers};
use crate::{Error, Layout, Result};

/// An index that lies in an axis.
fn within(op: &'static str, index: i64, size: usize) -> Result<usize> {
    usize::try_from(index).ok().filter(|&i| i < size).ok_or(Error::Index { op, index, size })
}

fn all_within(op: &'static str, indices: &[i64], size: usize) -> Result<()> {
    indices.iter().try_for_each(|&index| within(op, index, size).map(drop))
}

/// Slices `[outer, len, inner]` at indices `[k]`, to `[outer, k, inner]`.
pub(super) fn take(w: &Workers, x: In<'_>, indices: In<'_, i64>, out: &mut [f32]) -> Result<()> {
    let (data, indices, [len, inner]) = (x.dense(), indices.dense(), [x.size(1), x.size(2)]);
    all_within("take", indices, len)?;
    let work = out.len();
    w.pieces(out, inner, work, |i, slice| {
        let (o, k) = (i / indices.len(), i % indices.len());
        let at = (o * len + indices[k] as usize) * inner;
        slice.copy_from_slice(&data[at..at + inner]);
    });
    Ok(())
}

/// Adds slices `[outer, k, inner]` up at indices `[k]`.
pub(super) fn take_add(
    w: &Workers,
    g: In<'_>,
    indices: In<'_, i64>,
    to: &Layout,
    out: &mut [f32],
) -> Result<()> {
    let (data, indices, [len, inner]) = (g.dense(), indices.dense(), [to.shape[1], to.shape[2]]);
    all_within("add at indices", indices, len)?;
    // An outer index is a piece: slices of one come in the order of their indices.
    let work = data.len();
    w.pieces(out, len * inner, work, |o, out| {
        out.fill(0.0);
        for (k, &index) in indices.iter().enumerate() {
            let at = (o * indices.len() + k) * inner;
            let to = &mut out[index as usize * inner..(index as usize + 1) * inner];
            to.iter_mut().zip(&data[at..at + inner]).for_each(|(to, &g)| *to += g);
        }
    });
    Ok(())
}

/// Where elements `[outer, k, inner]` come from in `[outer, len, inner]`.
fn places(indices: &In<'_, i64>, len: usize, mut f: impl FnMut(usize, usize)) -> Result<()> {
    let [_, k, inner] = [indices.size(0), indices.size(1), indices.size(2)];
    for (i, &index) in indices.dense().iter().enumerate() {
        let at = within("gather", index, len)?;
        f(i, (i / (k * inner) * len + at) * inner + i % inner);
    }
    Ok(())
}

/// Elements along the middle axis.
pub(super) fn gather(x: In<'_>, indices: In<'_, i64>, out: &mut [f32]) -> Result<()> {
    let data = x.dense();
    places(&indices, x.size(1), |i, from| out[i] = data[from])
}

/// The reverse: elements are added up where they came from.
pub(super) fn gather_add(g: In<'_>, indices: In<'_, i64>, to: &Layout, out: &mut [f32]) -> Result<()> {
    let data = g.dense();
    out.fill(0.0);
    places(&indices, to.shape[1], |i, from| out[from] += data[i])
}
