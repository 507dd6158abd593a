//! Operators of an ONNX file, by name.

use super::call::Call;
use super::pool::Pool;
use super::{Made, refuse};
use crate::graph::{Binary, Op, Reduce, Unary};

impl Call<'_, '_> {
    /// Adds the operator to the graph: its outputs, in order.
    pub(super) fn made(&mut self) -> Made {
        let quant = self.scaled_inputs()?;
        let mut made = self.named()?;
        if let Some((quant, unsigned)) = quant {
            for id in &mut made {
                *id = self.quantized(*id, quant.clone(), unsigned)?;
            }
        }
        Ok(made)
    }

    fn named(&mut self) -> Made {
        let domain = self.node.domain();
        if domain == "com.microsoft" && self.node.op_type().starts_with('Q') {
            return self.microsoft();
        }
        if !matches!(domain, "" | "ai.onnx") {
            return refuse(format!("is an operator of {domain}, which is not supported"));
        }
        let (name, opset) = (self.node.op_type(), self.opset());
        // the one operator of tests that are older, which has never changed
        if opset < 7 && name != "Not" {
            return refuse(format!("is of opset {opset}; 7 and later are read: export the model again"));
        }
        match name {
            "Abs" => self.signed(Unary::Abs),
            "Neg" => self.signed(Unary::Neg),
            "Sign" => self.sign(),
            "Relu" => self.one(Unary::Relu),
            "LeakyRelu" => {
                let alpha = self.float("alpha", 0.01);
                self.one(Unary::LeakyRelu { alpha })
            }
            "HardSwish" => self.one(Unary::HardSwish),
            "Gelu" => {
                let approximate = self.text("approximate", "none") == "tanh";
                self.one(Unary::Gelu { approximate })
            }
            "Sigmoid" => self.one(Unary::Logistic),
            "Tanh" => self.one(Unary::Tanh),
            "Sqrt" => self.one(Unary::Sqrt),
            "Exp" => self.one(Unary::Exp),
            "Log" => self.one(Unary::Log),
            "Sin" => self.one(Unary::Sin),
            "Cos" => self.one(Unary::Cos),
            "Floor" => self.one(Unary::Floor),
            "Ceil" => self.one(Unary::Ceil),
            "Round" => self.one(Unary::Round),
            "Not" => self.one(Unary::LogicalNot),
            name @ ("Elu" | "Selu" | "Celu" | "ThresholdedRelu" | "HardSigmoid" | "Softsign" | "Softplus"
            | "Mish" | "Swish" | "Shrink" | "Reciprocal" | "SwiGLU" | "Erf" | "Tan" | "Sinh"
            | "Cosh" | "Asinh" | "Acosh" | "Atanh") => self.activation(name),
            "Clip" => self.clip(),
            "IsNaN" => self.is_nan(),
            "IsInf" => self.is_infinite(),
            "Cast" | "CastLike" => self.convert(),
            "Dropout" => self.dropout(),
            "Where" => self.choose(),

            "Add" => self.two(Binary::Add),
            "Sub" => self.two(Binary::Sub),
            "Mul" => self.multiplied(),
            "Div" => self.two(Binary::Div),
            "PRelu" => self.two(Binary::Prelu),
            "Pow" => self.power(),
            "Mod" => self.modulo(),
            "Equal" => self.two(Binary::Equal),
            "Greater" => self.two(Binary::Greater),
            "GreaterOrEqual" => self.two(Binary::GreaterEqual),
            "Less" => self.two(Binary::Less),
            "LessOrEqual" => self.two(Binary::LessEqual),
            "And" => self.two(Binary::LogicalAnd),
            "Or" => self.two(Binary::LogicalOr),
            "Xor" => self.two(Binary::NotEqual),
            "Sum" => Ok(vec![self.many(Binary::Add)?]),
            "Max" => Ok(vec![self.many(Binary::Maximum)?]),
            "Min" => Ok(vec![self.many(Binary::Minimum)?]),
            "Mean" => self.mean_of(),

            "MatMul" => self.mat_mul(),
            "Gemm" => self.gemm(),
            "Conv" => self.conv(),
            "ConvTranspose" => self.conv_transpose(),
            "MaxPool" => self.pool(Pool::Max),
            "AveragePool" => self.pool(Pool::Average),
            "LpPool" => self.lp_pool(false),
            "GlobalLpPool" => self.lp_pool(true),
            "GlobalAveragePool" => self.global_pool(Reduce::Mean),
            "GlobalMaxPool" => self.global_pool(Reduce::Max),

            "BatchNormalization" => self.batch_norm(),
            "LayerNormalization" => self.layer_norm(),
            "RMSNormalization" => self.rms_norm(),
            "InstanceNormalization" => self.instance_norm(),
            "GroupNormalization" => self.group_norm(),
            "MeanVarianceNormalization" => self.mean_variance(),
            "LpNormalization" => self.lp_norm(),
            "LRN" => self.local_response(),
            "Softmax" => self.soft_max(Op::Softmax { beta: 1.0 }),
            "LogSoftmax" => self.soft_max(Op::LogSoftmax),
            "Hardmax" => self.hard_max(),

            name @ ("ReduceSum" | "ReduceMean" | "ReduceProd" | "ReduceMax" | "ReduceMin" | "ReduceL1"
            | "ReduceL2" | "ReduceSumSquare" | "ReduceLogSum" | "ReduceLogSumExp") => self.reduction(name),
            "ArgMax" => self.arg(true),
            "ArgMin" => self.arg(false),
            "CumSum" => self.cumsum(),
            "CumProd" => self.cumprod(),
            "TopK" => self.top_k(),

            "NegativeLogLikelihoodLoss" => self.likelihood(),
            "SoftmaxCrossEntropyLoss" => self.cross_entropy(),
            "LSTM" => self.recurrent("LSTM"),
            "GRU" => self.recurrent("GRU"),
            "RNN" => self.recurrent("RNN"),
            "If" => self.branch(),
            "Loop" => self.repeat(),
            "Scan" => self.scan(),
            "Einsum" => self.einsum(),

            "QuantizeLinear" => self.quantize_linear(),
            "DequantizeLinear" => self.dequantize_linear(),
            "DynamicQuantizeLinear" => self.dynamic_quantize(),
            "MatMulInteger" => self.mat_mul_integer(),
            "QLinearMatMul" => self.q_linear_mat_mul(),
            "ConvInteger" => self.conv_integer(),
            "QLinearConv" => self.q_linear_conv(),

            "Gather" => self.gather(),
            "GatherElements" => self.gather_elements(),
            "GatherND" => self.gather_nd(),
            "OneHot" => self.one_hot(),
            "Trilu" => self.triangle(),
            "EyeLike" => self.eye(),
            "Compress" => self.compress(),
            "Scatter" | "ScatterElements" => self.scatter_elements(),
            "ScatterND" => self.scatter_nd(),
            "TensorScatter" => self.tensor_scatter(),
            "ReverseSequence" => self.reverse_sequence(),

            "Reshape" => self.reshaped(),
            "Flatten" => self.flatten(),
            "Squeeze" => self.squeeze(),
            "Unsqueeze" => self.unsqueeze(),
            "Transpose" => self.transposed(),
            "Concat" => self.concatenated(),
            "Slice" => self.slice(),
            "Split" => self.split(),
            "Expand" => self.expand(),
            "Tile" => self.tile(),
            "Pad" => self.padded(),
            "Resize" | "Upsample" => self.resize(),
            "Attention" => self.attention(),
            "LinearAttention" => self.linear_attention(),
            "CausalConvWithState" => self.causal_conv(),
            "RotaryEmbedding" => self.rotary(),
            "CenterCropPad" => self.center(),
            "DepthToSpace" => self.blocks(true),
            "SpaceToDepth" => self.blocks(false),
            "Shape" => self.shape_of(),
            "Size" => self.size_of(),
            "Constant" => self.constant_node(),
            "ConstantOfShape" => self.constant_of_shape(),
            "Range" => self.range(),
            "Identity" => self.identity(),

            _ => refuse("is not supported"),
        }
    }
}
