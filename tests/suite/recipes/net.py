"""Writing a `.tflite` file operator by operator, with full control over shapes, attributes, scales and zero points.

A module of `make.py`; it does nothing when run by itself.
"""

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

# Version of each operator's int8 form.
VERSIONS = {
    "ADD": 2,
    "AVERAGE_POOL_2D": 2,
    "CONCATENATION": 2,
    "CONV_2D": 5,
    "DEPTHWISE_CONV_2D": 6,
    "DEQUANTIZE": 2,
    "FULLY_CONNECTED": 5,
    "MAX_POOL_2D": 2,
    "MEAN": 2,
    "MUL": 2,
    "PAD": 2,
    "QUANTIZE": 2,
    "RELU": 2,
    "RELU6": 2,
    "SOFTMAX": 2,
}
TYPES = {"float32": 0, "int32": 2, "int64": 4, "int8": 9}
ACTIVATIONS = {None: 0, "relu": 1, "relu_n1_to_1": 2, "relu6": 3}
PADDINGS = {"same": 0, "valid": 1}


class Tensor:
    """A tensor that is being built: its index, shape, scale and zero point (none for plain numbers)."""

    def __init__(self, index, shape, scale, zero):
        self.index, self.shape, self.scale, self.zero = index, tuple(shape), scale, zero


class Net:
    """A model with one subgraph. Methods add operators and return the tensor that each writes."""

    def __init__(self, name):
        self.name = name
        self.tensors, self.buffers, self.codes, self.operators = [], [schema.BufferT()], [], []
        self.inputs, self.outputs = [], []

    # tensors

    def tensor(self, shape, scale=None, zero=0, kind="int8", data=None, axis=0):
        t = schema.TensorT()
        t.name = f"{self.name}/t{len(self.tensors)}".encode()
        t.shape, t.type, t.buffer = [int(d) for d in shape], TYPES[kind], 0
        if scale is not None:
            q = schema.QuantizationParametersT()
            q.scale = [float(np.float32(s)) for s in np.atleast_1d(scale)]
            q.zeroPoint = [int(z) for z in np.broadcast_to(zero, len(q.scale))]
            q.quantizedDimension = axis
            t.quantization = q
        if data is not None:
            b = schema.BufferT()
            b.data = np.frombuffer(np.ascontiguousarray(data).tobytes(), np.uint8)
            t.buffer = len(self.buffers)
            self.buffers.append(b)
        self.tensors.append(t)
        return Tensor(len(self.tensors) - 1, shape, scale, zero)

    def input(self, shape, scale=None, zero=0, kind="int8"):
        t = self.tensor(shape, scale, zero, kind)
        self.inputs.append(t)
        return t

    def constant(self, array, scale=None, zero=0, axis=0):
        array = np.asarray(array)
        return self.tensor(array.shape, scale, zero, array.dtype.name, array, axis)

    def output(self, *tensors):
        self.outputs.extend(tensors)
        return self

    # operators

    def operator(self, name, inputs, output, options=None, custom=None):
        """Any operator; `options` is an options object of the schema."""
        code = schema.OperatorCodeT()
        builtin = getattr(schema.BuiltinOperator, name)
        code.builtinCode, code.deprecatedBuiltinCode = builtin, min(builtin, 127)
        code.version, code.customCode = VERSIONS.get(name, 1), custom
        self.codes.append(code)
        op = schema.OperatorT()
        op.opcodeIndex = len(self.codes) - 1
        op.inputs = [-1 if t is None else t.index for t in inputs]
        op.outputs = [output.index]
        if options is not None:
            kind = type(options).__name__.removesuffix("T")
            op.builtinOptionsType, op.builtinOptions = getattr(schema.BuiltinOptions, kind), options
        self.operators.append(op)
        return output

    def conv(self, x, filter, bias, scale, zero, padding="same", stride=(1, 1), dilation=(1, 1), activation=None):
        o = schema.Conv2DOptionsT()
        windowed(o, padding, stride, dilation, activation)
        h, w = slide(x.shape, filter.shape, padding, stride, dilation)
        y = self.tensor((x.shape[0], h, w, filter.shape[0]), scale, zero)
        return self.operator("CONV_2D", [x, filter, bias], y, o)

    def depthwise(self, x, filter, bias, scale, zero, padding="same", stride=(1, 1), dilation=(1, 1), activation=None):
        o = schema.DepthwiseConv2DOptionsT()
        windowed(o, padding, stride, dilation, activation)
        o.depthMultiplier = filter.shape[3] // x.shape[3]
        h, w = slide(x.shape, filter.shape, padding, stride, dilation)
        y = self.tensor((x.shape[0], h, w, filter.shape[3]), scale, zero)
        return self.operator("DEPTHWISE_CONV_2D", [x, filter] + ([bias] if bias else []), y, o)

    def dense(self, x, filter, bias, scale, zero, activation=None, keep=False):
        o = schema.FullyConnectedOptionsT()
        o.fusedActivationFunction, o.keepNumDims = ACTIVATIONS[activation], keep
        out, depth = filter.shape
        shape = (*x.shape[:-1], out) if keep else (int(np.prod(x.shape)) // depth, out)
        return self.operator("FULLY_CONNECTED", [x, filter, bias], self.tensor(shape, scale, zero), o)

    def pool(self, x, kind, size, padding="valid", stride=(1, 1), activation=None):
        o = schema.Pool2DOptionsT()
        windowed(o, padding, stride, None, activation)
        o.filterHeight, o.filterWidth = size
        h, w = slide(x.shape, (0, *size, 0), padding, stride, (1, 1))
        y = self.tensor((x.shape[0], h, w, x.shape[3]), x.scale, x.zero)
        return self.operator(f"{kind}_POOL_2D", [x], y, o)

    def mean(self, x, axes, keep, scale, zero):
        o = schema.ReducerOptionsT()
        o.keepDims = keep
        rank = len(x.shape)
        gone = {a % rank for a in axes}
        shape = [1 if i in gone else d for i, d in enumerate(x.shape) if keep or i not in gone]
        axes = self.constant(np.array(axes, np.int32))
        return self.operator("MEAN", [x, axes], self.tensor(shape, scale, zero), o)

    def add(self, a, b, scale, zero, activation=None):
        return self.pairwise("ADD", schema.AddOptionsT(), a, b, scale, zero, activation)

    def mul(self, a, b, scale, zero, activation=None):
        return self.pairwise("MUL", schema.MulOptionsT(), a, b, scale, zero, activation)

    def pairwise(self, name, o, a, b, scale, zero, activation):
        o.fusedActivationFunction = ACTIVATIONS[activation]
        y = self.tensor(np.broadcast_shapes(a.shape, b.shape), scale, zero)
        return self.operator(name, [a, b], y, o)

    def softmax(self, x, beta=1.0):
        o = schema.SoftmaxOptionsT()
        o.beta = beta
        return self.operator("SOFTMAX", [x], self.tensor(x.shape, 1 / 256, -128), o)

    def reshape(self, x, shape, how="both"):
        """`how`: where the new shape stands, `tensor`, `options` or `both`; one extent may be -1."""
        o = schema.ReshapeOptionsT()
        if how != "tensor":
            o.newShape = list(shape)
        inputs = [x] if how == "options" else [x, self.constant(np.array(shape, np.int32))]
        known = int(np.prod([d for d in shape if d >= 0]))
        made = [int(np.prod(x.shape)) // known if d < 0 else d for d in shape]
        return self.operator("RESHAPE", inputs, self.tensor(made, x.scale, x.zero), o)

    def pad(self, x, margins, integer=np.int32):
        margins = np.array(margins, integer)
        y = self.tensor([d + int(m.sum()) for d, m in zip(x.shape, margins)], x.scale, x.zero)
        return self.operator("PAD", [x, self.constant(margins)], y, schema.PadOptionsT())

    def clamp(self, x, name, scale, zero):
        return self.operator(name, [x], self.tensor(x.shape, scale, zero))

    def concatenation(self, inputs, axis):
        o = schema.ConcatenationOptionsT()
        o.axis, first = axis, inputs[0]
        shape = list(first.shape)
        shape[axis] = sum(t.shape[axis] for t in inputs)
        return self.operator("CONCATENATION", inputs, self.tensor(shape, first.scale, first.zero), o)

    def quantize(self, x, scale, zero):
        return self.operator("QUANTIZE", [x], self.tensor(x.shape, scale, zero), schema.QuantizeOptionsT())

    def dequantize(self, x):
        y = self.tensor(x.shape, kind="float32")
        return self.operator("DEQUANTIZE", [x], y, schema.DequantizeOptionsT())

    # the file

    def bytes(self):
        graph = schema.SubGraphT()
        graph.name, graph.tensors, graph.operators = self.name.encode(), self.tensors, self.operators
        graph.inputs = [t.index for t in self.inputs]
        graph.outputs = [t.index for t in self.outputs]
        model = schema.ModelT()
        model.version, model.description = 3, b"Midge operator suite"
        model.buffers, model.operatorCodes, model.subgraphs = self.buffers, self.codes, [graph]
        builder = flatbuffers.Builder(4096)
        builder.Finish(model.Pack(builder), b"TFL3")
        return bytes(builder.Output())


def windowed(o, padding, stride, dilation, activation):
    o.padding, o.fusedActivationFunction = PADDINGS[padding], ACTIVATIONS[activation]
    o.strideH, o.strideW = stride
    if dilation:
        o.dilationHFactor, o.dilationWFactor = dilation


def slide(image, filter, padding, stride, dilation):
    """Height and width of a windowed operator's output."""
    extents = []
    for i in range(2):
        reach = (filter[i + 1] - 1) * dilation[i] + 1
        room = image[i + 1] if padding == "same" else image[i + 1] - reach + 1
        extents.append(-(-room // stride[i]))
    return extents
