//! Operators of a TFLite file, and their attributes.

use planus::Vector;

use super::call::{Call, refuse};
use super::schema::tflite as fb;
use super::tensor::Tensors;
use super::window::{pair, taps};
use super::{Trouble, broken, damaged, name_of, names, some};
use crate::graph::{Activation, Node, Op, Quant, Repr, Rounding, Type, ValueId};
use crate::import::{ImportError, Refusal};

/// The operators that a model's nodes refer to.
pub(super) struct Operators<'a> {
    codes: Vector<'a, planus::Result<fb::OperatorCodeRef<'a>>>,
}

impl<'a> Operators<'a> {
    pub(super) fn new(model: &fb::ModelRef<'a>) -> Result<Self, ImportError> {
        Ok(Operators { codes: some(model.operator_codes(), "operator codes")? })
    }

    /// Adds an operator to the graph, or to what is refused.
    pub(super) fn import(
        &self,
        index: usize,
        operator: fb::OperatorRef<'a>,
        tensors: &mut Tensors<'a>,
        refusals: &mut Vec<Refusal>,
    ) -> Result<(), ImportError> {
        let place = format!("op {index}");
        let code = operator.opcode_index().map_err(broken)?;
        let (name, custom) = self.name(code).map_err(|what| damaged(&place, what))?;
        let inputs = operands(operator.inputs(), tensors)?;
        let outputs = operands(operator.outputs(), tensors)?;
        let mut call = Call { operator, inputs, outputs, tensors };
        let made = match custom {
            true => Err(Trouble::Refused(foreign(&name).into())),
            false => call.op(&name),
        };
        let made = made.and_then(|(op, inputs)| {
            let output = call.output(&op)?;
            Ok((op, inputs, output))
        });
        match made {
            Ok((op, inputs, output)) => {
                let rounding = match op {
                    Op::FullyConnected { .. } => Rounding::LitertOnce,
                    _ => Rounding::LitertTwice,
                };
                tensors.graph.nodes.push(Node { op, inputs, outputs: vec![output], rounding, origin: index });
                Ok(())
            }
            Err(Trouble::Refused(reason)) => {
                call.outputs.iter().for_each(|output| call.tensors.lost(*output));
                call.tensors.budget.spend(&place, name.len() + reason.len())?;
                refusals.push(Refusal { index: Some(index), name, reason });
                Ok(())
            }
            Err(Trouble::Fatal(ImportError::Damaged { place: within, what })) => {
                Err(damaged(format!("{place} {name}: {within}"), what))
            }
            Err(Trouble::Fatal(ImportError::Limits { place: within, what })) => {
                Err(ImportError::Limits { place: format!("{place} {name}: {within}"), what })
            }
            Err(Trouble::Fatal(error)) => Err(error),
        }
    }

    /// An operator's name, and whether it is a custom one.
    fn name(&self, index: u32) -> Result<(String, bool), String> {
        let codes = self.codes.len();
        let code = usize::try_from(index).ok().and_then(|at| self.codes.get(at));
        let code = code.ok_or_else(|| format!("its operator code is {index}, and there are {codes}"))?;
        let read = || -> planus::Result<(String, bool)> {
            let code = code?;
            // Numbers that outgrew one byte stand in the newer field; the older one holds a placeholder then.
            let number = i32::from(code.deprecated_builtin_code()?).max(code.builtin_code()?);
            match name_of(names::BUILTIN_OPERATOR, number) {
                Some("CUSTOM") => {
                    let name = code.custom_code()?.unwrap_or("CUSTOM");
                    Ok((name.chars().take(100).collect(), true))
                }
                Some(name) => Ok((name.into(), false)),
                None => Ok((format!("operator {number}"), false)),
            }
        };
        read().map_err(|e| broken(e).to_string())
    }
}

/// An operator and what it reads.
type Made = Result<(Op, Vec<ValueId>), Trouble>;

impl Call<'_, '_> {
    fn op(&mut self, name: &str) -> Made {
        match name {
            "CONV_2D" => self.conv(),
            "DEPTHWISE_CONV_2D" => self.depthwise(),
            "FULLY_CONNECTED" => self.dense(),
            "AVERAGE_POOL_2D" | "MAX_POOL_2D" => self.pool(name),
            "MEAN" => self.mean(),
            "ADD" | "MUL" => self.arithmetic(name),
            "SOFTMAX" => self.softmax(),
            "RESHAPE" => {
                let x = self.counted(1..=2)?.alike(0)?;
                Ok((Op::Reshape, vec![x]))
            }
            "PAD" => self.pad(),
            "RELU" => self.clamp(Activation::Relu),
            "RELU6" => self.clamp(Activation::Relu6),
            "RELU_N1_TO_1" => self.clamp(Activation::ReluN1To1),
            "CONCATENATION" => self.concatenation(),
            "QUANTIZE" => self.quantize(),
            "DEQUANTIZE" => {
                let x = self.counted(1..=1)?.int8(0)?;
                Ok((Op::Dequantize, vec![x]))
            }
            _ => refuse("is not supported yet"),
        }
    }

    fn conv(&mut self) -> Made {
        let Some(fb::BuiltinOptionsRef::Conv2DOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        let x = self.counted(2..=3)?.int8(0)?;
        let filter = self.filter(0, true)?;
        let stride = [o.stride_h()?, o.stride_w()?];
        let dilation = [o.dilation_h_factor()?, o.dilation_w_factor()?];
        let window = self.window(x, taps(self.value(filter))?, o.padding()?, stride, dilation)?;
        let activation = activation(o.fused_activation_function()?)?;
        Ok((Op::Conv2d { window, activation }, self.with_bias(x, filter)?))
    }

    fn depthwise(&mut self) -> Made {
        let Some(fb::BuiltinOptionsRef::DepthwiseConv2DOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        let x = self.counted(2..=3)?.int8(0)?;
        let filter = self.filter(3, true)?;
        let stride = [o.stride_h()?, o.stride_w()?];
        let dilation = [o.dilation_h_factor()?, o.dilation_w_factor()?];
        let window = self.window(x, taps(self.value(filter))?, o.padding()?, stride, dilation)?;
        // The multiplier in the options may be stale; LiteRT takes it from the filter too.
        let channels = self.value(x).shape.last().copied();
        let outputs = self.value(filter).shape.last().copied();
        let multiplier = outputs.zip(channels).and_then(|(o, c)| o.checked_div(c)).unwrap_or(0);
        let activation = activation(o.fused_activation_function()?)?;
        Ok((Op::DepthwiseConv2d { window, multiplier, activation }, self.with_bias(x, filter)?))
    }

    fn dense(&mut self) -> Made {
        let Some(fb::BuiltinOptionsRef::FullyConnectedOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        if o.weights_format()? != 0 {
            return refuse("has weights in a shuffled format; export the model for a generic CPU");
        }
        let x = self.counted(2..=3)?.int8(0)?;
        let filter = self.filter(0, false)?;
        let activation = activation(o.fused_activation_function()?)?;
        let read = self.with_bias(x, filter)?;
        let output = self.peek()?;
        if let Some(bias) = read.get(2).copied().filter(|bias| !self.fits(*bias, x, filter, output)) {
            let shown = self.tensors.shown(bias);
            return refuse(&format!("its bias, {shown}, is not on the scale of input times weights"));
        }
        let (input, output) = (self.value(x), self.value(output));
        let made = output.shape.split_last();
        if o.keep_num_dims()? && made.map(|(_, rest)| rest) != input.shape.split_last().map(|(_, rest)| rest)
        {
            let what = format!("keeps the dimensions of {:?}, but makes {:?}", input.shape, output.shape);
            return Err(damaged("its output", what).into());
        }
        Ok((Op::FullyConnected { activation }, read))
    }

    fn pool(&mut self, name: &str) -> Made {
        let Some(fb::BuiltinOptionsRef::Pool2DOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        let x = self.counted(1..=1)?.alike(0)?;
        let size = pair([o.filter_height()?, o.filter_width()?], "filter size")?;
        let window = self.window(x, size, o.padding()?, [o.stride_h()?, o.stride_w()?], [1, 1])?;
        let activation = activation(o.fused_activation_function()?)?;
        let op = match name {
            "MAX_POOL_2D" => Op::MaxPool2d { size, window, activation },
            _ => Op::AveragePool2d { size, window, activation },
        };
        Ok((op, vec![x]))
    }

    fn mean(&mut self) -> Made {
        let Some(fb::BuiltinOptionsRef::ReducerOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        let x = self.counted(2..=2)?.int8(0)?;
        let rank = self.value(x).shape.len();
        let axes = self.tensors.integers(self.inputs[1], "axes")?;
        let mut axes = axes.into_iter().map(|a| axis(a, rank)).collect::<Result<Vec<usize>, _>>()?;
        axes.sort_unstable();
        axes.dedup();
        Ok((Op::Mean { axes, keep: o.keep_dims()? }, vec![x]))
    }

    fn arithmetic(&mut self, name: &str) -> Made {
        let fused = match self.operator.builtin_options()? {
            Some(fb::BuiltinOptionsRef::AddOptions(o)) if name == "ADD" => o.fused_activation_function()?,
            Some(fb::BuiltinOptionsRef::MulOptions(o)) if name == "MUL" => o.fused_activation_function()?,
            _ => return no_options(),
        };
        let activation = activation(fused)?;
        let a = self.counted(2..=2)?.int8(0)?;
        let b = self.int8(1)?;
        if name == "MUL" {
            return Ok((Op::Mul { activation }, vec![a, b]));
        }
        // LiteRT adds at 2^20 times the larger scale and has no way to scale up from there.
        let scale = |repr: &Repr| repr.quant().and_then(|q| q.scale.first().copied()).unwrap_or(f32::NAN);
        let larger = scale(&self.value(a).repr).max(scale(&self.value(b).repr));
        let output = self.peek()?;
        let output = scale(&self.value(output).repr);
        if f64::from(2.0 * larger) >= f64::from(output) * f64::from(1 << 20) {
            return refuse(&format!("its output's scale {output} is too fine for inputs of scale {larger}"));
        }
        Ok((Op::Add { activation }, vec![a, b]))
    }

    fn softmax(&mut self) -> Made {
        let Some(fb::BuiltinOptionsRef::SoftmaxOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        let x = self.counted(1..=1)?.int8(0)?;
        let beta = o.beta()?;
        let scale = self.value(x).repr.quant().map_or(0.0, |q| q.scale[0]);
        let slope = f64::from(beta) * f64::from(scale) * f64::from(1 << 26);
        if !beta.is_finite() || slope.is_nan() || slope <= 1.0 {
            return refuse(&format!("its beta {beta} is out of range for an input of scale {scale}"));
        }
        let output = self.peek()?;
        match &self.value(output).repr {
            Repr::Quant(Quant { scale, zero, .. })
                if *zero == [-128] && scale.iter().all(|s| (s * 256.0 - 1.0).abs() <= 0.001) =>
            {
                Ok((Op::Softmax { beta }, vec![x]))
            }
            _ => refuse("its output needs a scale of 1/256 and a zero point of -128, as TFLite prescribes"),
        }
    }

    fn pad(&mut self) -> Made {
        let x = self.counted(2..=2)?.alike(0)?;
        let rank = self.value(x).shape.len();
        let flat = self.tensors.integers(self.inputs[1], "paddings")?;
        let flat = flat.into_iter().map(usize::try_from).collect::<Result<Vec<usize>, _>>();
        let Ok(flat) = flat else { return Err(damaged("its paddings", "one is negative").into()) };
        let (margins, rest) = flat.as_chunks::<2>();
        if margins.len() != rank || !rest.is_empty() {
            let what = format!("there are {} for {rank} dimensions", flat.len());
            return Err(damaged("its paddings", what).into());
        }
        Ok((Op::Pad { margins: margins.to_vec() }, vec![x]))
    }

    fn clamp(&mut self, activation: Activation) -> Made {
        let x = self.counted(1..=1)?.int8(0)?;
        Ok((Op::Clamp(activation), vec![x]))
    }

    fn concatenation(&mut self) -> Made {
        let Some(fb::BuiltinOptionsRef::ConcatenationOptions(o)) = self.operator.builtin_options()? else {
            return no_options();
        };
        if activation(o.fused_activation_function()?)? != Activation::None {
            return refuse("has a fused activation, which TFLite's own kernels refuse as well");
        }
        let output = self.counted(1..=usize::MAX)?.peek()?;
        let mut read = Vec::new();
        for i in 0..self.inputs.len() {
            let x = self.int8(i)?;
            if self.value(x).repr != self.value(output).repr {
                let shown = self.tensors.shown(x);
                return refuse(&format!("{shown} has another scale or zero point than its output"));
            }
            read.push(x);
        }
        let axis = axis(o.axis()?.into(), self.value(output).shape.len())?;
        Ok((Op::Concatenation { axis, activation: Activation::None }, read))
    }

    fn quantize(&mut self) -> Made {
        let x = self.counted(1..=1)?.read(0)?;
        if self.value(x).repr != Repr::Plain(Type::F32) {
            self.int8(0)?;
        }
        Ok((Op::Quantize, vec![x]))
    }
}

/// An axis that may count from the end.
fn axis(axis: i64, rank: usize) -> Result<usize, Trouble> {
    let size = i64::try_from(rank).unwrap_or(i64::MAX);
    let at = if axis < 0 { axis.saturating_add(size) } else { axis };
    let at = usize::try_from(at).ok().filter(|at| *at < rank);
    at.ok_or_else(|| damaged("its axis", format!("{axis} is not one of {rank} dimensions")).into())
}

fn activation(code: i8) -> Result<Activation, Trouble> {
    match name_of(names::ACTIVATION_FUNCTION_TYPE, code.into()) {
        Some("NONE") => Ok(Activation::None),
        Some("RELU") => Ok(Activation::Relu),
        Some("RELU6") => Ok(Activation::Relu6),
        Some("RELU_N1_TO_1") => Ok(Activation::ReluN1To1),
        Some(other) => refuse(&format!("its fused activation {other} is not supported")),
        None => Err(damaged("its fused activation", format!("{code} is not known")).into()),
    }
}

fn foreign(name: &str) -> &'static str {
    if name.starts_with("Flex") {
        "is an operator of TensorFlow itself; convert the model with TFLITE_BUILTINS_INT8 only"
    } else {
        "is a custom operator, which is not supported"
    }
}

fn operands<'a>(
    field: planus::Result<Option<Vector<'a, i32>>>,
    tensors: &mut Tensors<'a>,
) -> Result<Vec<i32>, ImportError> {
    let list = field.map_err(broken)?;
    tensors.budget.spend("operands", list.map_or(0, |l| l.len().saturating_mul(4)))?;
    Ok(list.into_iter().flatten().collect())
}

fn no_options<T>() -> Result<T, Trouble> {
    Err(damaged("its options", "they are missing, or those of another operator").into())
}
