#!/usr/bin/env python3
"""Small models that ONNX Runtime quantized, with what it answers: python3 quantized.py [--check]

Each float model is quantized as QDQ and as QOperator, per tensor and per channel, with int8 and uint8 activations. The
answers are those of the quantized models without graph optimizations, so that QDQ is computed in floats as written. `steps`
is the scale of the output. Everything is drawn from a seed; `quantized.npz.gz` has it, and tests need no Python.
"""

import gzip
import io
import itertools
import logging
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, load_from_string, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

SEED = 20261122
ROWS = 4
CALIBRATION = 64
HERE = Path(__file__).parent


class Net:
    """A float model in the making."""

    def __init__(self, rng, shape):
        self.rng, self.nodes, self.constants, self.shape = rng, [], [], shape

    def constant(self, array):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def weights(self, *shape):
        # channels of unlike size, which is what scales of their own are for
        size = self.rng.uniform(0.3, 1.5, (shape[0],) + (1,) * (len(shape) - 1))
        fan = np.prod(shape[1:]) if len(shape) > 1 else 1
        return self.constant((self.rng.normal(0, 1, shape) * size / np.sqrt(fan)).astype(np.float32))

    def op(self, kind, *inputs, **attributes):
        name = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name=f"{kind}_{name}", **attributes))
        return name

    def conv(self, x, inner, outer, kernel, **attributes):
        return self.op("Conv", x, self.weights(outer, inner, *kernel), self.weights(outer), **attributes)

    def model(self, y):
        port = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        graph = helper.make_graph(self.nodes, "net", [port("x", self.shape)], [port(y, None)], self.constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def operators():
    """Models of one operator: (name, shape of x, what makes y of x)."""
    image, row = [1, 4, 8, 8], [1, 24]
    return [
        ("conv", image, lambda n, x: n.conv(x, 4, 6, [3, 3], pads=[1, 1, 1, 1])),
        ("conv_strided", image, lambda n, x: n.conv(x, 4, 5, [3, 2], strides=[2, 1], pads=[0, 1, 1, 0])),
        ("conv_dilated", image, lambda n, x: n.conv(x, 4, 3, [3, 3], dilations=[2, 2])),
        ("conv_1d", [1, 4, 20], lambda n, x: n.conv(x, 4, 6, [3], pads=[1, 1])),
        ("depthwise", image, lambda n, x: n.conv(x, 1, 4, [3, 3], group=4, pads=[1, 1, 1, 1])),
        ("conv_relu", image, lambda n, x: n.op("Relu", n.conv(x, 4, 6, [3, 3]))),
        ("gemm", row, lambda n, x: n.op("Gemm", x, n.weights(10, 24), n.weights(10), transB=1)),
        ("matmul", [1, 5, 24], lambda n, x: n.op("MatMul", x, n.weights(24, 10))),
        ("products", [1, 6, 6], lambda n, x: n.op("MatMul", x, n.op("Transpose", x, perm=[0, 2, 1]))),
        ("add", image, lambda n, x: n.op("Add", x, n.conv(x, 4, 4, [1, 1]))),
        ("add_constant", image, lambda n, x: n.op("Add", x, n.weights(1, 4, 1, 1))),
        ("mul", image, lambda n, x: n.op("Mul", x, x)),
        ("sub", image, lambda n, x: n.op("Sub", x, n.op("MaxPool", x, kernel_shape=[1, 1]))),
        ("max_pool", image, lambda n, x: n.op("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2])),
        ("average_pool", image, lambda n, x: n.op("AveragePool", x, kernel_shape=[2, 2], strides=[2, 2])),
        ("global_pool", image, lambda n, x: n.op("GlobalAveragePool", x)),
        ("concat", image, lambda n, x: n.op("Concat", x, n.conv(x, 4, 3, [1, 1]), axis=1)),
        ("sigmoid", row, lambda n, x: n.op("Sigmoid", x)),
        ("tanh", row, lambda n, x: n.op("Tanh", x)),
        ("leaky_relu", row, lambda n, x: n.op("LeakyRelu", x, alpha=0.1)),
        ("clip", image, lambda n, x: n.op("Clip", n.conv(x, 4, 6, [3, 3]), n.constant(np.float32(0)), n.constant(np.float32(6)))),
        ("softmax", row, lambda n, x: n.op("Softmax", x, axis=-1)),
        ("transpose", image, lambda n, x: n.op("Transpose", x, perm=[0, 2, 3, 1])),
        ("resize", image, lambda n, x: n.op("Resize", x, "", n.constant(np.float32([1, 1, 2, 2])), mode="nearest")),
    ]


def network(n, x):
    """A residual block, a depthwise one, and a classifier."""
    pad = {"pads": [1, 1, 1, 1]}
    x = n.op("Relu", n.conv(x, 3, 8, [3, 3], strides=[2, 2], **pad))
    x = n.op("Relu", n.op("Add", x, n.conv(n.op("Relu", n.conv(x, 8, 8, [3, 3], **pad)), 8, 8, [3, 3], **pad)))
    y = n.op("Clip", n.conv(x, 1, 8, [3, 3], group=8, **pad), n.constant(np.float32(0)), n.constant(np.float32(6)))
    x = n.op("Concat", n.conv(y, 8, 8, [1, 1]), n.op("MaxPool", x, kernel_shape=[3, 3], **pad), axis=1)
    x = n.op("Flatten", n.op("GlobalAveragePool", x))
    x = n.op("Gemm", x, n.weights(10, 16), n.weights(10), transB=1)
    return n.op("Softmax", x, axis=-1)


class Rows(CalibrationDataReader):
    def __init__(self, rows):
        self.rows = iter(rows)

    def get_next(self):
        row = next(self.rows, None)
        return None if row is None else {"x": row}


def quantized(model, rows, form, channels, kind):
    """The quantized model and its answers."""
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder) / "in.onnx", Path(folder) / "out.onnx"
        source.write_bytes(model.SerializeToString())
        types = {"s8": QuantType.QInt8, "u8": QuantType.QUInt8}
        quantize_static(
            source, made, Rows(rows), quant_format=QuantFormat[form], per_channel=channels,
            activation_type=types[kind], weight_type=QuantType.QInt8,
        )
        file = made.read_bytes()
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    return file, np.stack([session.run(None, {"x": row})[0] for row in rows[:ROWS]])


def step(file):
    """The scale of the output; 0 where that is float."""
    graph = load_from_string(file).graph
    last = next(node for node in graph.node if graph.output[0].name in node.output)
    scales = {c.name: numpy_helper.to_array(c) for c in graph.initializer}
    return np.float32(scales[last.input[1]]).reshape(1) if last.op_type == "DequantizeLinear" else np.zeros(1, np.float32)


def cases():
    made = {}
    ways = list(itertools.product(["QDQ", "QOperator"], [False, True], ["s8", "u8"]))
    models = [(name, shape, make) for name, shape, make in operators()] + [("network", [1, 3, 16, 16], network)]
    for i, (name, shape, make) in enumerate(models):
        rng = np.random.default_rng([SEED, i])
        net = Net(rng, shape)
        model = net.model(make(net, "x"))
        rows = (rng.normal(0.2, 1, [CALIBRATION, *shape]) * 64).round().astype(np.float32) / 60
        weighted = any(node.op_type in ("Conv", "Gemm", "MatMul") for node in net.nodes) and name != "products"
        made[f"{name}/x"] = rows[:ROWS]
        for form, channels, kind in ways:
            if channels and not weighted:
                continue
            case = f"{name}.{form.lower()}.{'channel' if channels else 'tensor'}.{kind}"
            file, y = quantized(model, rows, form, channels, kind)
            made |= {f"{case}/model": np.frombuffer(file, np.uint8), f"{case}/y": y, f"{case}/step": step(file)}
    return made


def main():
    logging.disable(logging.WARNING)
    onnxruntime.set_default_logger_severity(3)
    path, made = HERE / "quantized.npz.gz", cases()
    if sys.argv[1:] == ["--check"]:
        kept = np.load(io.BytesIO(gzip.decompress(path.read_bytes())))
        assert sorted(kept.files) == sorted(made), "other cases"
        unlike = [name for name in made if not name.endswith("/model") and not np.array_equal(kept[name], made[name])]
        sys.exit(f"other answers: {unlike}" if unlike else 0)
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_STORED) as archive:
        for name, array in sorted(made.items()):
            data = io.BytesIO()
            np.lib.format.write_array(data, np.ascontiguousarray(array), version=(1, 0))
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), data.getvalue())
    path.write_bytes(gzip.compress(stored.getvalue(), mtime=0))
    print(f"{sum(name.endswith('/y') for name in made)} cases, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
