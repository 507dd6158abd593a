//! Windows that move over images: their nodes have channels first.

use super::element::narrow;
use super::file::Attribute::{Int, Ints, Text};
use super::form::{FIRST, LAST_FIRST, Order};
use super::{Attribute, Exporter, Written, one};
use crate::graph::{Activation, Resize, Type, ValueId, Window};
use crate::shapes::reach;

impl Exporter<'_> {
    pub(super) fn conv(
        &mut self,
        ids: &[ValueId],
        y: ValueId,
        window: &Window,
        activation: Activation,
    ) -> Written {
        let (channels, depth) = (self.extent(one(ids, 0)?, 3), self.extent(one(ids, 1)?, 3));
        let groups = channels.checked_div(depth).ok_or("has filters without channels")?;
        self.convolved("Conv", ids, y, FIRST, moves(window, groups), activation)
    }

    pub(super) fn depthwise(
        &mut self,
        ids: &[ValueId],
        y: ValueId,
        window: &Window,
        activation: Activation,
    ) -> Written {
        let groups = self.extent(one(ids, 0)?, 3);
        self.convolved("Conv", ids, y, LAST_FIRST, moves(window, groups), activation)
    }

    pub(super) fn transpose_conv(
        &mut self,
        ids: &[ValueId],
        y: ValueId,
        window: &Window,
        activation: Activation,
    ) -> Written {
        let (x, filter) = (one(ids, 0)?, one(ids, 1)?);
        let m = window.margins;
        // rows and columns that no window of the convolution it undoes reaches
        let rest = |side: usize, margin: usize| {
            let axis = side + 1;
            let span = reach(self.extent(filter, axis), window.dilation[side]).unwrap_or(0);
            let made = self.extent(x, axis).saturating_sub(1) * window.stride[side] + span;
            (self.extent(y, axis) + margin) as i64 - made as i64
        };
        let mut attributes = moves(window, 1);
        attributes.push(Ints("output_padding", vec![rest(0, m.top + m.bottom), rest(1, m.left + m.right)]));
        self.convolved("ConvTranspose", ids, y, LAST_FIRST, attributes, activation)
    }

    fn convolved(
        &mut self,
        op: &str,
        ids: &[ValueId],
        y: ValueId,
        filter: Order,
        attributes: Vec<Attribute>,
        activation: Activation,
    ) -> Written {
        let mut inputs = vec![self.real(one(ids, 0)?, FIRST), self.real(one(ids, 1)?, filter)];
        inputs.extend(self.bias(ids));
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        let made = self.node(op, &inputs, &attributes);
        self.clamped(y, FIRST, made, activation)
    }

    pub(super) fn pool(
        &mut self,
        op: &str,
        x: ValueId,
        y: ValueId,
        (size, window): ([usize; 2], &Window),
        activation: Activation,
    ) -> Written {
        let from = self.real(x, FIRST);
        let mut attributes = moves(window, 1);
        attributes.retain(|attribute| !matches!(attribute, Int("group", _)));
        attributes.push(Ints("kernel_shape", size.map(|n| n as i64).to_vec()));
        let made = self.node(op, &[&from], &attributes);
        self.clamped(y, FIRST, made, activation)
    }

    pub(super) fn resize(
        &mut self,
        x: ValueId,
        y: ValueId,
        method: Resize,
        align_corners: bool,
        half_pixel: bool,
    ) -> Written {
        let (mode, mut rounding) = match method {
            Resize::Nearest => ("nearest", "floor"),
            Resize::Bilinear => ("linear", "round_prefer_floor"),
        };
        let places = match (align_corners, half_pixel) {
            (true, true) => return Err("has both corners and pixels' middles aligned".into()),
            (true, false) => "align_corners",
            (false, true) => "half_pixel",
            (false, false) => "asymmetric",
        };
        if method == Resize::Nearest && places != "asymmetric" {
            rounding = "round_prefer_ceil";
        }
        let (mut from, kind) = (self.real(x, FIRST), self.kind(x));
        if narrow(kind) {
            from = self.cast(&from, Type::I32);
        }
        let sizes = FIRST.iter().map(|axis| self.extent(y, *axis) as i64).collect::<Vec<_>>();
        let sizes = self.file.list("sizes", &sizes);
        let attributes = [
            Text("mode", mode),
            Text("nearest_mode", rounding),
            Text("coordinate_transformation_mode", places),
        ];
        let mut made = self.node("Resize", &[&from, "", "", &sizes], &attributes);
        if narrow(kind) {
            made = self.cast(&made, kind);
        }
        self.write(y, FIRST, made);
        Ok(())
    }

    /// How far a value reaches along an axis.
    pub(super) fn extent(&self, id: ValueId, axis: usize) -> usize {
        self.value(id).shape.get(axis).copied().unwrap_or(1)
    }
}

/// How a window moves, as ONNX says it.
fn moves(window: &Window, groups: usize) -> Vec<Attribute> {
    let (pair, m) = (|pair: [usize; 2]| pair.map(|n| n as i64).to_vec(), window.margins);
    vec![
        Ints("strides", pair(window.stride)),
        Ints("dilations", pair(window.dilation)),
        Ints("pads", [m.top, m.left, m.bottom, m.right].map(|n| n as i64).to_vec()),
        Int("group", groups as i64),
    ]
}
