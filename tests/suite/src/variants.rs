//! A weighted layer with any geometry, made of bytes: the same numbers must come out however it is packed.

use midge_compiler::graph::{
    Activation, Grain, Graph, Margins, Node, Op, Quant, Repr, Rounding, Type, Value, ValueId, Window,
};
use midge_core::Kernels;

use crate::choice::Choice;
use crate::packed::{self, Packed};

/// Packs the layer that `bytes` describe for every target and runs it on the input that they go on with. Says how many
/// different plans that made; 0 where the bytes describe no layer, or one that is refused.
///
/// # Errors
/// The targets whose outputs differ, and where.
pub fn variants(bytes: &[u8], kernels: Kernels<'_>) -> Result<usize, String> {
    let mut draw = Draw(bytes);
    let Some(graph) = layer(&mut draw) else { return Ok(0) };
    let Some(plans) = packed::plans(&graph)? else { return Ok(0) };
    let input = graph.inputs.first().map_or(0, |id| graph.values[id.0].shape.iter().product());
    let rows = [vec![draw.bytes(input)]];
    let mut first: Option<(Vec<u8>, Choice)> = None;
    for Packed { file, choice } in &plans {
        let outputs = packed::run(file, kernels, &rows);
        let output = outputs.map_err(|error| format!("packed for {choice}: {error}"))?.concat().concat();
        match &first {
            None => first = Some((output, *choice)),
            Some((want, other)) => {
                if let Some(i) = output.iter().zip(want).position(|(a, b)| a != b) {
                    let op = &graph.nodes[0].op;
                    return Err(format!("output {i} differs, packed for {choice} and {other}: {op:?}"));
                }
            }
        }
    }
    Ok(plans.len())
}

/// Bytes as numbers; zeros behind their end.
struct Draw<'a>(&'a [u8]);

impl Draw<'_> {
    fn byte(&mut self) -> u8 {
        let (byte, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *byte
    }

    /// From `least` to `most`.
    fn among(&mut self, least: usize, most: usize) -> usize {
        least + usize::from(self.byte()) % (most - least + 1)
    }

    fn bytes(&mut self, n: usize) -> Vec<u8> {
        (0..n).map(|_| self.byte()).collect()
    }

    /// A factor from 2^-12 to 2: most are below one half, as in real models.
    fn scale(&mut self) -> f32 {
        (1.0 + f32::from(self.byte()) / 256.0) * (-(self.among(0, 12) as f32)).exp2()
    }
}

/// A window without padding that sees what lies side by side, pixel for pixel.
const ONES: Window =
    Window { stride: [1; 2], dilation: [1; 2], margins: Margins { top: 0, bottom: 0, left: 0, right: 0 } };

/// A network of one layer.
fn layer(draw: &mut Draw<'_>) -> Option<Graph> {
    let kind = draw.among(0, 2);
    let window = Window {
        stride: [draw.among(1, 3), draw.among(1, 3)],
        dilation: [draw.among(1, 2), draw.among(1, 2)],
        margins: Margins {
            top: draw.among(0, 2),
            bottom: draw.among(0, 2),
            left: draw.among(0, 2),
            right: draw.among(0, 2),
        },
    };
    let activation = [Activation::None, Activation::Relu, Activation::Relu6][draw.among(0, 2)];
    let (size, filter) = ([draw.among(1, 9), draw.among(1, 9)], [draw.among(1, 5), draw.among(1, 5)]);
    let (inputs, outputs) = (draw.among(1, 17), draw.among(1, 9));
    // some kernels know these only, or images of few pixels
    let (window, size, filter, inputs) = match draw.among(0, 7) {
        0..3 => (window, size, [3, 3], inputs),
        3 => (ONES, [size[0].min(5), 4], [1, 1], inputs),
        4 => {
            let margins = Margins { bottom: 1, right: 1, ..Margins::default() };
            (Window { margins, ..ONES }, [2, 2], [2, 2], inputs.next_multiple_of(4))
        }
        _ => (window, size, filter, inputs),
    };
    let multiplier = draw.among(1, 4).saturating_sub(2).max(1);
    let margins = window.margins;
    let out = |axis: usize, margin: usize| {
        let reach = (filter[axis] - 1) * window.dilation[axis] + 1;
        let room = (size[axis] + margin).checked_sub(reach)?;
        Some(room / window.stride[axis] + 1)
    };
    let out = [out(0, margins.top + margins.bottom)?, out(1, margins.left + margins.right)?];
    let [h, w] = filter;
    let (x, filter, y, op) = match kind {
        0 => (
            vec![1, size[0], size[1], inputs],
            vec![outputs, h, w, inputs],
            vec![1, out[0], out[1], outputs],
            Op::Conv2d { window, activation },
        ),
        1 => (
            vec![1, size[0], size[1], inputs],
            vec![1, h, w, inputs * multiplier],
            vec![1, out[0], out[1], inputs * multiplier],
            Op::DepthwiseConv2d { window, multiplier, activation },
        ),
        _ => (
            vec![size[0], inputs * h],
            vec![outputs, inputs * h],
            vec![size[0], outputs],
            Op::FullyConnected { activation },
        ),
    };
    let channels = y.last().copied()?;
    let per_channel = draw.among(0, 1) == 1;
    let scales: Vec<f32> = (0..if per_channel { channels } else { 1 }).map(|_| draw.scale()).collect();
    let weights = draw.bytes(filter.iter().product());
    let bias = (0..channels).flat_map(|_| {
        let low = i32::from_le_bytes([draw.byte(), draw.byte(), draw.byte(), 0]);
        (low - (1 << 23)).to_le_bytes()
    });
    let bias = bias.collect();
    let grain = if per_channel { Grain::Channel(if kind == 1 { 3 } else { 0 }) } else { Grain::Tensor };
    let values = vec![
        value("x", x, tensor(1.0, draw.byte()), None),
        value(
            "filter",
            filter,
            Repr::Quant(Quant { store: Type::I8, zero: vec![0; scales.len()], scale: scales, grain }),
            Some(weights),
        ),
        value("bias", vec![channels], Repr::Plain(Type::I32), Some(bias)),
        value("y", y, tensor(draw.scale() * 16.0, draw.byte()), None),
    ];
    let [x, filter, bias, y] = [0, 1, 2, 3].map(ValueId);
    let node = Node {
        op,
        inputs: vec![x, filter, bias],
        outputs: vec![y],
        rounding: Rounding::LitertTwice,
        origin: 0,
    };
    Some(Graph {
        name: "layer".into(),
        source: "bytes".into(),
        values,
        nodes: vec![node],
        inputs: vec![x],
        outputs: vec![y],
        ..Graph::default()
    })
}

/// One scale and zero point.
pub(crate) fn tensor(scale: f32, zero: u8) -> Repr {
    let zero = vec![i32::from(zero.cast_signed())];
    Repr::Quant(Quant { store: Type::I8, scale: vec![scale], zero, grain: Grain::Tensor })
}

/// A value, constant if there is data.
pub(crate) fn value(name: &str, shape: Vec<usize>, repr: Repr, data: Option<Vec<u8>>) -> Value {
    Value { name: name.into(), shape, repr, data, state: false, origin: None }
}
