//! Small TFLite files, built for tests.

use super::fb;

/// A model under construction: one subgraph, tensors numbered as they are added.
pub(super) struct Net(pub(super) fb::Model);

impl Net {
    pub(super) fn new() -> Self {
        Net(fb::Model {
            version: 3,
            operator_codes: Some(vec![]),
            subgraphs: Some(vec![fb::SubGraph {
                tensors: Some(vec![]),
                inputs: Some(vec![]),
                outputs: Some(vec![]),
                operators: Some(vec![]),
                ..Default::default()
            }]),
            buffers: Some(vec![fb::Buffer::default()]),
            ..Default::default()
        })
    }

    /// Image 4x4x2, convolution to 3 channels with relu, reshape, a dense layer to 5, softmax: tensors 0 to 8.
    pub(super) fn small() -> Self {
        let mut net = Net::new();
        let x = net.int8(&[1, 4, 4, 2], 0.5, -3);
        let filter = net.constant(&[3, 2, 2, 2], INT8, &[1; 24]);
        net.quantize(filter, &[0.1, 0.2, 0.3], &[0; 3], 0);
        let bias = net.constant(&[3], INT32, &[0; 12]);
        let y = net.int8(&[1, 4, 4, 3], 1.0, -128);
        let shape = net.constant(&[2], INT32, &[1, 0, 0, 0, 48, 0, 0, 0]);
        let flat = net.int8(&[1, 48], 1.0, -128);
        let weights = net.constant(&[5, 48], INT8, &[2; 240]);
        net.quantize(weights, &[0.25], &[0], 0);
        let logits = net.int8(&[1, 5], 0.125, 10);
        let scores = net.int8(&[1, 5], 1.0 / 256.0, -128);
        net.op(3, &[x, filter, bias], y, Some(conv()));
        net.op(22, &[y, shape], flat, None);
        net.op(9, &[flat, weights, -1], logits, Some(fb::FullyConnectedOptions::default().into()));
        net.op(25, &[logits], scores, Some(fb::SoftmaxOptions { beta: 1.0 }.into()));
        net.ports(&[x], &[scores]);
        net
    }

    pub(super) fn main(&mut self) -> &mut fb::SubGraph {
        &mut self.0.subgraphs.as_mut().unwrap()[0]
    }

    pub(super) fn tensor(&mut self, at: i32) -> &mut fb::Tensor {
        &mut self.main().tensors.as_mut().unwrap()[at as usize]
    }

    pub(super) fn quant(&mut self, at: i32) -> &mut fb::QuantizationParameters {
        self.tensor(at).quantization.as_mut().unwrap()
    }

    pub(super) fn operator(&mut self, at: usize) -> &mut fb::Operator {
        &mut self.main().operators.as_mut().unwrap()[at]
    }

    pub(super) fn code(&mut self, at: usize) -> &mut fb::OperatorCode {
        &mut self.0.operator_codes.as_mut().unwrap()[at]
    }

    pub(super) fn options(&mut self, at: usize) -> &mut fb::BuiltinOptions {
        self.operator(at).builtin_options.as_mut().unwrap()
    }

    /// The options of operator 0 of [`Net::small`].
    pub(super) fn conv(&mut self) -> &mut fb::Conv2DOptions {
        match self.options(0) {
            fb::BuiltinOptions::Conv2DOptions(options) => options,
            other => panic!("{other:?}"),
        }
    }

    /// Adds a tensor of a type, without quantization.
    pub(super) fn plain(&mut self, shape: &[i32], kind: i8) -> i32 {
        let tensors = self.main().tensors.as_mut().unwrap();
        let at = tensors.len() as i32;
        let (shape, name) = (Some(shape.to_vec()), Some(format!("t{at}")));
        tensors.push(fb::Tensor { shape, type_: kind, name, ..Default::default() });
        at
    }

    /// Adds an int8 activation.
    pub(super) fn int8(&mut self, shape: &[i32], scale: f32, zero: i64) -> i32 {
        let at = self.plain(shape, INT8);
        self.quantize(at, &[scale], &[zero], 0);
        at
    }

    pub(super) fn constant(&mut self, shape: &[i32], kind: i8, data: &[u8]) -> i32 {
        let buffers = self.0.buffers.as_mut().unwrap();
        buffers.push(fb::Buffer { data: Some(data.to_vec()), ..Default::default() });
        let buffer = buffers.len() as u32 - 1;
        let at = self.plain(shape, kind);
        self.tensor(at).buffer = buffer;
        at
    }

    /// Adds an int8 constant with the scale 0.5 and the zero point 3.
    pub(super) fn weights(&mut self, shape: &[i32], data: &[u8]) -> i32 {
        let at = self.constant(shape, INT8, data);
        self.quantize(at, &[0.5], &[3], 0);
        at
    }

    pub(super) fn integers(&mut self, shape: &[i32], numbers: &[i32]) -> i32 {
        let data: Vec<u8> = numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
        self.constant(shape, INT32, &data)
    }

    pub(super) fn quantize(&mut self, at: i32, scale: &[f32], zero: &[i64], axis: i32) {
        self.tensor(at).quantization = Some(Box::new(fb::QuantizationParameters {
            scale: Some(scale.to_vec()),
            zero_point: Some(zero.to_vec()),
            quantized_dimension: axis,
            ..Default::default()
        }));
    }

    /// Adds an operator with its own operator code.
    pub(super) fn op(&mut self, code: i32, inputs: &[i32], output: i32, options: Option<fb::BuiltinOptions>) {
        let codes = self.0.operator_codes.as_mut().unwrap();
        codes.push(fb::OperatorCode {
            deprecated_builtin_code: i8::try_from(code).unwrap_or(127),
            builtin_code: code,
            ..Default::default()
        });
        let operator = fb::Operator {
            opcode_index: codes.len() as u32 - 1,
            inputs: Some(inputs.to_vec()),
            outputs: Some(vec![output]),
            builtin_options: options,
            ..Default::default()
        };
        self.main().operators.as_mut().unwrap().push(operator);
    }

    pub(super) fn ports(&mut self, inputs: &[i32], outputs: &[i32]) {
        self.main().inputs = Some(inputs.to_vec());
        self.main().outputs = Some(outputs.to_vec());
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = planus::Builder::new().finish(&self.0, Some(*b"TFL3")).to_vec();
        // planus 1.3 writes the identifier before the root's offset, and flatbuffers has it after.
        let (word, rest) = bytes.split_first_chunk_mut::<4>().unwrap();
        let root = u32::from_le_bytes(rest[..4].try_into().unwrap()) + 4;
        rest[..4].copy_from_slice(word);
        *word = root.to_le_bytes();
        bytes
    }
}

pub(super) const FLOAT32: i8 = 0;
pub(super) const INT32: i8 = 2;
pub(super) const BOOL: i8 = 6;
pub(super) const INT8: i8 = 9;
pub(super) const SAME: i8 = 0;
pub(super) const VALID: i8 = 1;
pub(super) const RELU: i8 = 1;

fn conv() -> fb::BuiltinOptions {
    fb::Conv2DOptions {
        padding: SAME,
        stride_w: 1,
        stride_h: 1,
        fused_activation_function: RELU,
        ..Default::default()
    }
    .into()
}

macro_rules! options {
    ($($name:ident)*) => { $(
        impl From<fb::$name> for fb::BuiltinOptions {
            fn from(options: fb::$name) -> Self {
                fb::BuiltinOptions::$name(Box::new(options))
            }
        }
    )* };
}

options!(Conv2DOptions DepthwiseConv2DOptions Pool2DOptions FullyConnectedOptions SoftmaxOptions ConcatenationOptions
         AddOptions MulOptions ReducerOptions CallOptions WhileOptions);
