//! Operators of a TFLite file, by name. The attributes of each are read in the file of its family.

use planus::Vector;

use super::call::{Call, refuse};
use super::schema::tflite as fb;
use super::tensor::Tensors;
use super::{Trouble, broken, damaged, name_of, names, some};
use crate::custom::Custom;
use crate::graph::{Activation, Binary, Op, Reduce, Unary, ValueId};
use crate::import::{ImportError, Refusal};

/// The operators that a model's nodes refer to.
pub(super) struct Operators<'a> {
    codes: Vector<'a, planus::Result<fb::OperatorCodeRef<'a>>>,
    pub(super) subgraphs: Vector<'a, planus::Result<fb::SubGraphRef<'a>>>,
    custom: &'a Custom<'a>,
}

impl<'a> Operators<'a> {
    pub(super) fn new(model: &fb::ModelRef<'a>, custom: &'a Custom<'a>) -> Result<Self, ImportError> {
        let codes = some(model.operator_codes(), "operator codes")?;
        Ok(Operators { codes, subgraphs: some(model.subgraphs(), "subgraphs")?, custom })
    }

    /// Adds the operators of a subgraph to the graph, or to what is refused.
    pub(super) fn all(
        &self,
        subgraph: &fb::SubGraphRef<'a>,
        tensors: &mut Tensors<'a>,
        refusals: &mut Vec<Refusal>,
    ) -> Result<(), ImportError> {
        for (index, operator) in some(subgraph.operators(), "operators")?.iter().enumerate() {
            self.import(index, operator.map_err(broken)?, tensors, refusals)?;
        }
        Ok(())
    }

    fn import(
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
        let root = tensors.subgraphs.root.unwrap_or(index);
        let mut call = Call { operator, index: root, inputs, outputs, tensors, operators: self, refusals };
        let made = match custom {
            true if self.custom.find(&name).is_some() => call.custom(&name),
            true => Err(Trouble::Refused(foreign(&name).into())),
            false => call.op(&name),
        };
        match made {
            Ok(()) => Ok(()),
            Err(Trouble::Refused(reason)) => {
                call.outputs.iter().for_each(|output| call.tensors.lost(*output));
                call.tensors.budget.spend(&place, name.len() + reason.len())?;
                let reason = match call.tensors.scope.index {
                    0 => reason,
                    inside => format!("{reason} (op {index} of subgraph {inside})"),
                };
                call.refusals.push(Refusal { index: Some(root), name, reason });
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

/// An operator with one output, and what it reads.
pub(super) type Made = Result<(Op, Vec<ValueId>), Trouble>;

impl Call<'_, '_> {
    /// Adds the operator to the graph.
    fn op(&mut self, name: &str) -> Result<(), Trouble> {
        let (op, inputs) = match name {
            "CONV_2D" => self.conv(),
            "DEPTHWISE_CONV_2D" => self.depthwise(),
            "TRANSPOSE_CONV" => self.transpose_conv(),
            "FULLY_CONNECTED" => self.dense(),
            "BATCH_MATMUL" => self.batch_matmul(),
            "AVERAGE_POOL_2D" | "MAX_POOL_2D" | "L2_POOL_2D" => self.pool(name),

            "ADD" => return self.sum(Binary::Add),
            "SUB" => return self.sum(Binary::Sub),
            "MUL" => self.arithmetic(Binary::Mul),
            "DIV" => self.arithmetic(Binary::Div),
            "ADD_N" => self.add_n(),
            "MAXIMUM" => self.binary(Binary::Maximum),
            "MINIMUM" => self.binary(Binary::Minimum),
            "SQUARED_DIFFERENCE" => self.binary(Binary::SquaredDifference),
            "POW" => self.binary(Binary::Pow),
            "FLOOR_DIV" => self.binary(Binary::FloorDiv),
            "FLOOR_MOD" => self.binary(Binary::FloorMod),
            "PRELU" => self.binary(Binary::Prelu),
            "EQUAL" => self.binary(Binary::Equal),
            "NOT_EQUAL" => self.binary(Binary::NotEqual),
            "GREATER" => self.binary(Binary::Greater),
            "GREATER_EQUAL" => self.binary(Binary::GreaterEqual),
            "LESS" => self.binary(Binary::Less),
            "LESS_EQUAL" => self.binary(Binary::LessEqual),
            "LOGICAL_AND" => self.binary(Binary::LogicalAnd),
            "LOGICAL_OR" => self.binary(Binary::LogicalOr),
            "SELECT" => self.select(true),
            "SELECT_V2" => self.select(false),

            "RELU" => self.unary(Unary::Relu),
            "RELU6" => self.unary(Unary::Relu6),
            "RELU_N1_TO_1" => self.unary(Unary::ReluN1To1),
            "RELU_0_TO_1" => self.unary(Unary::Relu0To1),
            "LEAKY_RELU" => self.leaky_relu(),
            "ELU" => self.unary(Unary::Elu),
            "HARD_SWISH" => self.unary(Unary::HardSwish),
            "GELU" => self.gelu(),
            "LOGISTIC" => self.unary(Unary::Logistic),
            "TANH" => self.unary(Unary::Tanh),
            "ABS" => self.unary(Unary::Abs),
            "NEG" => self.unary(Unary::Neg),
            "SQRT" => self.unary(Unary::Sqrt),
            "RSQRT" => self.unary(Unary::Rsqrt),
            "SQUARE" => self.unary(Unary::Square),
            "EXP" => self.unary(Unary::Exp),
            "LOG" => self.unary(Unary::Log),
            "SIN" => self.unary(Unary::Sin),
            "COS" => self.unary(Unary::Cos),
            "FLOOR" => self.unary(Unary::Floor),
            "CEIL" => self.unary(Unary::Ceil),
            "ROUND" => self.unary(Unary::Round),
            "LOGICAL_NOT" => self.unary(Unary::LogicalNot),

            "CAST" => self.convert(Op::Cast),
            "QUANTIZE" => self.convert(Op::Quantize),
            "DEQUANTIZE" => return self.dequantize(),

            "MEAN" => self.reduce(Reduce::Mean),
            "SUM" => self.reduce(Reduce::Sum),
            "REDUCE_MAX" => self.reduce(Reduce::Max),
            "REDUCE_MIN" => self.reduce(Reduce::Min),
            "REDUCE_PROD" => self.reduce(Reduce::Prod),
            "REDUCE_ANY" => self.reduce(Reduce::Any),
            "REDUCE_ALL" => self.reduce(Reduce::All),
            "SOFTMAX" => self.softmax(),
            "LOG_SOFTMAX" => self.along(Op::LogSoftmax),
            "L2_NORMALIZATION" => self.l2_normalization(),
            "ARG_MAX" => self.arg(true),
            "ARG_MIN" => self.arg(false),
            "CUMSUM" => self.cumsum(),
            "TOPK_V2" => return self.top_k(),
            "RESIZE_BILINEAR" => self.resize_bilinear(),

            "RESHAPE" | "SQUEEZE" | "EXPAND_DIMS" => self.reshape(),
            "TRANSPOSE" => self.transpose(),
            "REVERSE_V2" => self.reverse(),
            "BROADCAST_TO" => self.broadcast(),
            "TILE" => self.tile(),
            "PAD" | "PADV2" => self.pad(),
            "MIRROR_PAD" => self.mirror_pad(),
            "CONCATENATION" => self.concatenation(),
            "PACK" => self.pack(),
            "SLICE" => self.slice(),
            "STRIDED_SLICE" => self.strided_slice(),
            "SPLIT" | "SPLIT_V" => return self.split(name),
            "UNPACK" => return self.unpack(),
            "DEPTH_TO_SPACE" => self.depth_to_space(),
            "SPACE_TO_DEPTH" => self.space_to_depth(),
            "SPACE_TO_BATCH_ND" => self.space_to_batch(),
            "BATCH_TO_SPACE_ND" => self.batch_to_space(),
            "GATHER" => self.gather(),
            "GATHER_ND" => self.gather_nd(),
            "EMBEDDING_LOOKUP" => self.embedding(),
            "ONE_HOT" => self.one_hot(),
            "DYNAMIC_UPDATE_SLICE" => self.update_slice(),
            "RESIZE_NEAREST_NEIGHBOR" => self.resize_nearest(),

            "SHAPE" => return self.shape(),
            "RANK" => return self.rank(),
            "RANGE" => return self.range(),
            "WHERE" => return self.places(),
            "ZEROS_LIKE" => return self.zeros(),
            "BROADCAST_ARGS" => return self.broadcast_args(),
            "FILL" => self.fill(),

            "UNIDIRECTIONAL_SEQUENCE_LSTM" => self.lstm(),
            "SVDF" => self.svdf(),
            "VAR_HANDLE" => return self.handle(),
            "READ_VARIABLE" => self.recall(),
            "ASSIGN_VARIABLE" => return self.assign(),

            "CALL" | "STABLEHLO_COMPOSITE" => return self.call(),
            "CALL_ONCE" => return self.once(),
            "WHILE" => return self.repeat(),
            "IF" => return self.choose(),

            _ => refuse("is not supported yet"),
        }?;
        self.finish(op, inputs)
    }
}

/// An axis that may count from the end.
pub(super) fn axis(axis: i64, rank: usize) -> Result<usize, Trouble> {
    let size = i64::try_from(rank).unwrap_or(i64::MAX);
    let at = if axis < 0 { axis.saturating_add(size) } else { axis };
    let at = usize::try_from(at).ok().filter(|at| *at < rank);
    at.ok_or_else(|| damaged("its axis", format!("{axis} is not one of {rank} dimensions")).into())
}

pub(super) fn activation(code: i8) -> Result<Activation, Trouble> {
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
        "is a custom operator; `midge_compiler::convert_with`, in a program of yours, takes one that you bring along"
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

pub(super) fn no_options<T>() -> Result<T, Trouble> {
    Err(damaged("its options", "they are missing, or those of another operator").into())
}
