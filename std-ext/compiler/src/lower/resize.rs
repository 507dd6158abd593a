//! RESIZE_BILINEAR: where each output pixel lies between input pixels is worked out here.

use super::{Lowering, extent};
use crate::graph::{Node, Type};
use midge_core::ops::{self, resize};
use midge_core::plan::Kind;
use midge_runtime::host::OperandName;

impl Lowering<'_> {
    pub(super) fn resize(
        &mut self,
        node: &Node,
        align_corners: bool,
        half_pixel: bool,
    ) -> Result<(), String> {
        let ((x_id, x), (_, y)) = (self.input(node, 0)?, self.output(node)?);
        let (code, float) = match x.repr.store() {
            Type::I8 => (ops::RESIZE_BILINEAR, false),
            Type::I16 => (ops::RESIZE_BILINEAR_I16, false),
            Type::F32 => (ops::RESIZE_BILINEAR_F32, true),
            Type::F16 => (ops::RESIZE_BILINEAR_HALF, true),
            Type::U8 => (ops::RESIZE_BILINEAR_U8, true),
            other => return Err(format!("{} is {other}, which no kernel scales", x.name)),
        };
        let (&[_, in_h, in_w, c], &[n, out_h, out_w, _]) = (x.shape.as_slice(), y.shape.as_slice()) else {
            return Err("needs an image".into());
        };
        let along = |from, to| places(from, to, align_corners, half_pixel, float);
        let places = [along(in_h, out_h), along(in_w, out_w)].concat();
        let name = OperandName {
            name: format!("places in {}", x.name),
            shape: vec![places.len() / 3, 3],
            ..OperandName::default()
        };
        let bytes = places.iter().flat_map(|n| n.to_le_bytes()).collect();
        let places = self.constant(Kind::I32, bytes, name);
        let record = resize::Resize {
            in_h: extent(in_h, "its height")?,
            in_w: extent(in_w, "its width")?,
            out_h: extent(out_h, "its height")?,
            out_w: extent(out_w, "its width")?,
            c: extent(c, "the number of channels")?,
        };
        let (x, y) = (self.activation(x_id)?, self.activation(node.outputs[0])?);
        self.step(node, code, n * out_h, 1, vec![y, x, places], &record.bytes())
    }
}

/// For each of `to` outputs: the input before, the input behind, and the weight of the second, as LiteRT works them out:
/// in Q10, or in single precision.
fn places(from: usize, to: usize, align_corners: bool, half_pixel: bool, float: bool) -> Vec<i32> {
    let corners = align_corners && to > 1;
    let (span, steps) = if corners { (from - 1, to - 1) } else { (from, to) };
    let last = from as i64 - 1;
    let one = |i: usize| {
        if float {
            let scale = span as f32 / steps as f32;
            let at = if half_pixel { (i as f32 + 0.5) * scale - 0.5 } else { i as f32 * scale };
            let before = (at.floor() as i32).max(0);
            let behind = i64::from(at.ceil() as i32).min(last);
            return [before, behind as i32, (at - before as f32).to_bits().cast_signed()];
        }
        let scale = ((span as i64) * 1024 + steps as i64 / 2) / steps as i64;
        let at = i as i64 * scale + if half_pixel { scale / 2 - 512 } else { 0 };
        let before = (at / 1024).max(0);
        let behind = ((at + 1023) / 1024).min(last);
        [before as i32, behind as i32, (at - before * 1024) as i32]
    };
    (0..to).flat_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_by_hand() {
        assert_eq!(places(2, 4, false, false, false), [0, 0, 0, 0, 1, 512, 1, 1, 0, 1, 1, 512]);
        assert_eq!(places(3, 2, true, false, false), [0, 0, 0, 2, 2, 0]);
        assert_eq!(places(2, 4, false, true, false)[..3], [0, 0, -256]);
        assert_eq!(places(2, 4, false, false, true)[5], 0.5f32.to_bits().cast_signed());
    }
}
