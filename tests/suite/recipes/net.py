"""Writing a `.tflite` file operator by operator, with full control over shapes, attributes, scales and zero points.

Scales and zero points are given as for int8. In a net of another type `represent` turns them into that type's own, so
that one recipe serves all types.

A module of `make.py`; it does nothing when run by itself.
"""

import flatbuffers
import ml_dtypes
import numpy as np
from ai_edge_litert import schema_py_generated as schema

# Version of each operator's int8 form.
VERSIONS = {
    "ADD": 2,
    "AVERAGE_POOL_2D": 2,
    "BROADCAST_TO": 2,
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
TYPES = {
    "float32": 0,
    "float16": 1,
    "int32": 2,
    "uint8": 3,
    "int64": 4,
    "bool": 6,
    "int16": 7,
    "int8": 9,
    "resource": 13,
    "uint32": 15,
    "int4": 17,
}
QUANTIZED = ("int8", "int16", "uint8")
ACTIVATIONS = {None: 0, "relu": 1, "relu_n1_to_1": 2, "relu6": 3}
PADDINGS = {"same": 0, "valid": 1}


def options(kind, /, **fields):
    """An options object of the schema; names of fields as there."""
    o = getattr(schema, f"{kind}OptionsT")()
    unknown = fields.keys() - vars(o).keys()
    if unknown:
        raise AttributeError(f"{kind}Options has no {unknown}")
    vars(o).update(fields)
    return o


def represent(kind, scale, zero):
    """Scale and zero point in tensors of type `kind`, of a tensor that is described as for int8."""
    if scale is None or kind not in QUANTIZED:
        return None, 0
    if kind == "int16":
        return np.float32(scale / 256), 0
    return scale, zero + 128 if kind == "uint8" else zero


class Tensor:
    """A tensor that is being built: its index, shape, type, scale and zero point as for int8 (none for plain numbers).

    `step` is the scale that the file states; `low` and `high` bound the random numbers of an input, `flat` says
    whether it may have all elements alike, `whole` whether real numbers are whole ones.
    """

    def __init__(self, index, shape, kind, scale, zero, step, point):
        self.index, self.shape, self.kind = index, tuple(shape), kind
        self.scale, self.zero, self.step, self.point = scale, zero, step, point
        self.low, self.high, self.flat, self.whole = None, None, True, False


class Net:
    """A subgraph of a model. Methods add operators and return the tensor that each writes."""

    def __init__(self, name, kind="int8", main=None):
        self.name, self.kind, self.main = name, kind, main or self
        self.tensors, self.operators, self.inputs, self.outputs = [], [], [], []
        if main is None:
            self.buffers, self.codes, self.graphs = [schema.BufferT()], [], []
        self.main.graphs.append(self)

    def graph(self, name):
        """Another subgraph of the same model."""
        return Net(name, self.kind, self.main)

    @property
    def index(self):
        return self.main.graphs.index(self)

    # tensors

    def tensor(self, shape, scale=None, zero=0, kind=None, data=None, axis=0):
        """Without a `kind` it has the net's own; with one, scale and zero point are written as they are."""
        step, point = (scale, zero) if kind else represent(self.kind, scale, zero)
        kind = kind or self.kind
        t = schema.TensorT()
        t.name = f"{self.name}/t{len(self.tensors)}".encode()
        t.shape, t.type, t.buffer = [int(d) for d in shape], TYPES[kind], 0
        if step is not None:
            q = schema.QuantizationParametersT()
            q.scale = [float(np.float32(s)) for s in np.atleast_1d(step)]
            q.zeroPoint = [int(z) for z in np.broadcast_to(point, len(q.scale))]
            q.quantizedDimension = axis
            t.quantization = q
        if data is not None:
            b = schema.BufferT()
            b.data = np.frombuffer(packed(data).tobytes(), np.uint8)
            t.buffer = len(self.main.buffers)
            self.main.buffers.append(b)
        self.tensors.append(t)
        return Tensor(len(self.tensors) - 1, shape, kind, scale, zero, step, point)

    def input(self, shape, scale=None, zero=0, kind=None):
        t = self.tensor(shape, scale, zero, kind)
        self.inputs.append(t)
        return t

    def constant(self, array, scale=None, zero=0, axis=0):
        """A constant of the array's own type."""
        array = np.asarray(array)
        return self.tensor(array.shape, scale, zero, array.dtype.name, array, axis)

    def variable(self, shape, scale=None, zero=0, kind=None):
        """A tensor that keeps its content from run to run, zeros at first."""
        t = self.tensor(shape, scale, zero, kind)
        self.tensors[t.index].isVariable = True
        return t

    def ints(self, *numbers, kind=np.int32):
        """A constant row of integers: axes, sizes, margins."""
        return self.constant(np.array(numbers, kind))

    def output(self, *tensors):
        self.outputs.extend(tensors)
        return self

    # operators

    def operator(self, name, inputs, outputs, options=None, custom=None, intermediates=None):
        """Any operator; `options` is an options object of the schema. Returns `outputs`."""
        op = schema.OperatorT()
        op.opcodeIndex = self.code(name, custom)
        op.inputs = [-1 if t is None else t.index for t in inputs]
        op.outputs = [t.index for t in (outputs if isinstance(outputs, list) else [outputs])]
        if self.kind == "int16" and hasattr(options, "quantizedBiasType") and inputs[-1] and inputs[-1].kind == "int32":
            options.quantizedBiasType = TYPES["int32"]
        op.intermediates = intermediates and [t.index for t in intermediates]
        if options is not None:
            kind = type(options).__name__.removesuffix("T")
            if hasattr(schema.BuiltinOptions, kind):
                op.builtinOptionsType, op.builtinOptions = getattr(schema.BuiltinOptions, kind), options
            else:
                op.builtinOptions2Type, op.builtinOptions2 = getattr(schema.BuiltinOptions2, kind), options
        self.operators.append(op)
        return outputs

    def code(self, name, custom):
        """The index of an operator's code."""
        for i, code in enumerate(self.main.codes):
            if code.builtinCode == getattr(schema.BuiltinOperator, name) and code.customCode == custom:
                return i
        code = schema.OperatorCodeT()
        builtin = getattr(schema.BuiltinOperator, name)
        code.builtinCode, code.deprecatedBuiltinCode = builtin, min(builtin, 127)
        code.version, code.customCode = VERSIONS.get(name, 1), custom
        self.main.codes.append(code)
        return len(self.main.codes) - 1

    def apply(self, name, inputs, shape, scale=None, zero=0, options=None, kind=None):
        """Any operator with one output, which has the net's type unless another is named."""
        return self.operator(name, inputs, self.tensor(shape, scale, zero, kind), options)

    def alike(self, name, inputs, shape, options=None):
        """Any operator whose output has the type, scale and zero point of its first input."""
        x = inputs[0]
        y = self.tensor(shape, x.step, x.point, x.kind)
        y.scale, y.zero = x.scale, x.zero
        return self.operator(name, inputs, y, options)

    def conv(self, x, filter, bias, scale, zero, padding="same", stride=(1, 1), dilation=(1, 1), activation=None):
        o = windowed("Conv2D", padding, stride, dilation, activation)
        h, w = slide(x.shape, filter.shape, padding, stride, dilation)
        return self.apply("CONV_2D", [x, filter, bias], (x.shape[0], h, w, filter.shape[0]), scale, zero, o)

    def depthwise(self, x, filter, bias, scale, zero, padding="same", stride=(1, 1), dilation=(1, 1), activation=None):
        o = windowed("DepthwiseConv2D", padding, stride, dilation, activation)
        o.depthMultiplier = filter.shape[3] // x.shape[3]
        h, w = slide(x.shape, filter.shape, padding, stride, dilation)
        inputs = [x, filter] + ([bias] if bias else [])
        return self.apply("DEPTHWISE_CONV_2D", inputs, (x.shape[0], h, w, filter.shape[3]), scale, zero, o)

    def dense(self, x, filter, bias, scale, zero, activation=None, keep=False):
        o = options("FullyConnected", fusedActivationFunction=ACTIVATIONS[activation], keepNumDims=keep)
        out, depth = filter.shape
        shape = (*x.shape[:-1], out) if keep else (int(np.prod(x.shape)) // depth, out)
        return self.apply("FULLY_CONNECTED", [x, filter, bias], shape, scale, zero, o)

    def pool(self, x, kind, size, padding="valid", stride=(1, 1), activation=None):
        o = windowed("Pool2D", padding, stride, None, activation)
        o.filterHeight, o.filterWidth = size
        h, w = slide(x.shape, (0, *size, 0), padding, stride, (1, 1))
        return self.alike(f"{kind}_POOL_2D", [x], (x.shape[0], h, w, x.shape[3]), o)

    def mean(self, x, axes, keep, scale, zero):
        return self.reduce("MEAN", x, axes, keep, scale, zero)

    def reduce(self, name, x, axes, keep, scale, zero):
        rank = len(x.shape)
        gone = {a % rank for a in axes}
        shape = [1 if i in gone else d for i, d in enumerate(x.shape) if keep or i not in gone]
        return self.apply(name, [x, self.ints(*axes)], shape, scale, zero, options("Reducer", keepDims=keep))

    def add(self, a, b, scale, zero, activation=None):
        return self.pairwise("ADD", options("Add"), a, b, scale, zero, activation)

    def mul(self, a, b, scale, zero, activation=None):
        return self.pairwise("MUL", options("Mul"), a, b, scale, zero, activation)

    def pairwise(self, name, o, a, b, scale, zero, activation=None, kind=None):
        if activation:
            o.fusedActivationFunction = ACTIVATIONS[activation]
        return self.apply(name, [a, b], np.broadcast_shapes(a.shape, b.shape), scale, zero, o, kind)

    def softmax(self, x, beta=1.0):
        return self.probabilities("SOFTMAX", x, options("Softmax", beta=beta))

    def probabilities(self, name, x, o=None):
        """An operator whose outputs lie between 0 and 1, at the scale that LiteRT asks for."""
        return self.apply(name, [x], x.shape, 1 / 128 if self.kind == "int16" else 1 / 256, -128, o)

    def reshape(self, x, shape, how="both"):
        """`how`: where the new shape stands, `tensor`, `options` or `both`; one extent may be -1."""
        o = options("Reshape", newShape=None if how == "tensor" else list(shape))
        inputs = [x] if how == "options" else [x, self.ints(*shape)]
        known = int(np.prod([d for d in shape if d >= 0]))
        made = [int(np.prod(x.shape)) // known if d < 0 else d for d in shape]
        return self.alike("RESHAPE", inputs, made, o)

    def pad(self, x, margins, integer=np.int32):
        margins = np.array(margins, integer)
        shape = [d + int(m.sum()) for d, m in zip(x.shape, margins)]
        return self.alike("PAD", [x, self.constant(margins)], shape, options("Pad"))

    def clamp(self, x, name, scale, zero):
        return self.apply(name, [x], x.shape, scale, zero)

    def concatenation(self, inputs, axis, activation=None):
        o = options("Concatenation", axis=axis, fusedActivationFunction=ACTIVATIONS[activation])
        shape = list(inputs[0].shape)
        shape[axis] = sum(t.shape[axis] for t in inputs)
        return self.alike("CONCATENATION", inputs, shape, o)

    def quantize(self, x, scale, zero):
        return self.apply("QUANTIZE", [x], x.shape, scale, zero, options("Quantize"))

    def dequantize(self, x):
        return self.apply("DEQUANTIZE", [x], x.shape, options=options("Dequantize"), kind="float32")

    # the file

    def bytes(self):
        model = schema.ModelT()
        model.version, model.description = 3, b"Midge operator suite"
        model.buffers, model.operatorCodes = self.buffers, self.codes
        model.subgraphs = [net.subgraph() for net in self.graphs]
        builder = flatbuffers.Builder(4096)
        builder.Finish(model.Pack(builder), b"TFL3")
        return bytes(builder.Output())

    def subgraph(self):
        graph = schema.SubGraphT()
        graph.name, graph.tensors, graph.operators = self.name.encode(), self.tensors, self.operators
        graph.inputs = [t.index for t in self.inputs]
        graph.outputs = [t.index for t in self.outputs]
        return graph


def packed(data):
    """Elements as a buffer holds them: two int4 share a byte, the first one the low half."""
    data = np.ascontiguousarray(data)
    if data.dtype != ml_dtypes.int4:
        return data
    halves = np.resize(data.astype(np.int8).reshape(-1) & 15, data.size + data.size % 2).astype(np.uint8)
    if data.size % 2:
        halves[-1] = 0
    return halves[0::2] | halves[1::2] << 4


def windowed(name, padding, stride, dilation, activation):
    o = options(name, padding=PADDINGS[padding], strideH=stride[0], strideW=stride[1])
    o.fusedActivationFunction = ACTIVATIONS[activation]
    if dilation:
        o.dilationHFactor, o.dilationWFactor = dilation
    return o


def slide(image, filter, padding, stride, dilation):
    """Height and width of a windowed operator's output."""
    extents = []
    for i in range(2):
        reach = (filter[i + 1] - 1) * dilation[i] + 1
        room = image[i + 1] if padding == "same" else image[i + 1] - reach + 1
        extents.append(-(-room // stride[i]))
    return extents
