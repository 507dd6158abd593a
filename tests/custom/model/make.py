"""Make a model with an operator that TFLite does not have, and answers to it without Midge.

    pip install -r ../../suite/requirements.txt
    python make.py           # write leaky.tflite, inputs.npy and outputs.npy
    python make.py --check   # write nothing; fail if a file differs

The model: LeakyIntegrator (int8, [1, 12, 5], decay 0.8125), then FULLY_CONNECTED on each step of time. Its first half is
computed here, in integers, with the two roundings of TFLite's published fixed-point arithmetic; its second half by
LiteRT's reference kernels, as a model of its own.
"""

import io
import math
import pathlib
import struct
import sys

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "../../suite/recipes"))

from net import Net  # noqa: E402

STEPS, CHANNELS, OUT = 12, 5, 3
DECAY = 0.8125
X = (0.043, -7)  # scale and zero point
Y = (0.119, 11)
Z = (0.21, -4)
RNG = np.random.default_rng(20261121)
WEIGHTS = RNG.integers(-127, 128, (OUT, CHANNELS)).astype(np.int8)
BIAS = RNG.integers(-900, 900, OUT).astype(np.int32)
WEIGHT_SCALE = 0.013


def second_half(net, y):
    filter = net.constant(WEIGHTS, WEIGHT_SCALE)
    bias = net.constant(BIAS, Y[0] * WEIGHT_SCALE)
    net.output(net.dense(y, filter, bias, *Z, keep=True))


def whole():
    net = Net("leaky")
    x = net.input((1, STEPS, CHANNELS), *X)
    y = net.operator("CUSTOM", [x], net.tensor((1, STEPS, CHANNELS), *Y), custom=b"LeakyIntegrator")
    net.operators[-1].customOptions = np.frombuffer(struct.pack("<f", DECAY), np.uint8)
    second_half(net, y)
    return net.bytes()


def half():
    net = Net("dense")
    second_half(net, net.input((1, STEPS, CHANNELS), *Y))
    return net.bytes()


def fixed_point(factor):
    """factor = multiplier * 2^(shift - 31), the multiplier rounded to 31 bits."""
    mantissa, shift = math.frexp(factor)
    multiplier = round(mantissa * 2**31)
    if multiplier == 2**31:
        multiplier, shift = multiplier // 2, shift + 1
    return multiplier, shift


def scaled(value, multiplier, shift):
    """value * multiplier * 2^(shift - 31): a rounding high multiply, then a rounding shift, halves away from zero."""
    high = (value * 2 ** max(shift, 0) * multiplier + 2**30) >> 31
    divisor = 2 ** max(-shift, 0)
    return int(math.copysign((abs(high) + divisor // 2) // divisor, high))


def integrate(x):
    gain = fixed_point(float(np.float32(X[0])) / float(np.float32(Y[0])))
    decay = fixed_point(DECAY)
    y = np.zeros(x.shape, np.int8)
    for channel in range(CHANNELS):
        last = 0
        for step in range(STEPS):
            new = scaled(int(x[0, step, channel]) - X[1], *gain)
            stored = min(max(scaled(last, *decay) + new + Y[1], -128), 127)
            y[0, step, channel] = stored
            last = stored - Y[1]
    return y


def main():
    xs = RNG.integers(-128, 128, (8, 1, STEPS, CHANNELS)).astype(np.int8)
    xs[0], xs[1], xs[2] = -128, 127, X[1]
    xs[3] = np.where(np.arange(STEPS)[:, None] == 0, 127, X[1])  # an impulse, to see it leak
    interpreter = Interpreter(
        model_content=half(), experimental_op_resolver_type=OpResolverType.BUILTIN_REF, num_threads=1
    )
    interpreter.allocate_tensors()
    input, output = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]
    zs = []
    for x in xs:
        interpreter.set_tensor(input, integrate(x))
        interpreter.invoke()
        zs.append(interpreter.get_tensor(output).copy())
    files = {"leaky.tflite": whole(), "inputs.npy": npy(xs), "outputs.npy": npy(np.array(zs))}
    for name, content in files.items():
        path = HERE / name
        if "--check" not in sys.argv:
            path.write_bytes(content)
        elif path.read_bytes() != content:
            sys.exit(f"{name} is not what make.py writes")


def npy(array):
    out = io.BytesIO()
    np.lib.format.write_array(out, array, version=(1, 0), allow_pickle=False)
    return out.getvalue()


if __name__ == "__main__":
    main()
