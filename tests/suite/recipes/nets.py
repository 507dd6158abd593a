"""Nets of a few operators that stand for what real models do, and one that asks for what Midge lacks.

A module of `make.py`; it does nothing when run by itself.
"""

import numpy as np

from draw import Draw
from net import options, schema


def nets():
    yield "residual", residual
    yield "residual_projected", residual_projected
    yield "two_inputs", two_inputs
    yield "two_outputs", two_outputs
    yield "inner_output", inner_output
    yield "read_three_times", read_three_times
    yield "branch_and_join", branch_and_join
    yield "depthwise_separable", depthwise_separable
    yield "perceptron", perceptron
    yield "floats_at_both_ends", floats_at_both_ends
    yield "squeeze_and_excite", squeeze_and_excite
    yield "padded_convolution", padded_convolution
    yield "swapped_outputs", swapped_outputs
    yield "unused_input", unused_input
    yield "dilated_by_batches", lambda d: dilated(d, (1, 7, 6, 3), (2, 3), ((2, 3), (3, 6)), ((0, 0), (1, 2)))
    yield "dilated_by_open_batches", lambda d: dilated(d, (1, 1, 9, 4), (1, 2), ((0, 0), (2, 3)), ((0, 0), (0, 1)))


def residual(d):
    x = d.conv(d.input((1, 6, 6, 3)), 4, (3, 3), activation="relu", zero=-128)
    y = d.conv(x, 4, (3, 3), activation="relu", zero=-128)
    y = d.conv(y, 4, (3, 3))
    return d.net.add(x, y, np.hypot(x.scale, y.scale), -128, "relu")


def residual_projected(d):
    x = d.input((1, 8, 8, 4))
    y = d.conv(x, 6, (3, 3), stride=(2, 2), activation="relu", zero=-128)
    y = d.conv(y, 6, (3, 3))
    z = d.conv(x, 6, (1, 1), stride=(2, 2))
    y = d.net.add(z, y, np.hypot(y.scale, z.scale), -128, "relu")
    y = d.net.pool(y, "AVERAGE", (4, 4))
    return d.net.softmax(d.dense(d.net.reshape(y, (1, 6)), 5, scale=0.06))


def two_inputs(d):
    a, b = d.input((1, 5, 5, 2)), d.input((1, 10))
    a = d.net.reshape(d.conv(a, 2, (3, 3), stride=(2, 2), padding="valid"), (1, 8))
    b = d.dense(b, 8)
    return d.dense(d.net.add(a, b, np.hypot(a.scale, b.scale), 0), 4)


def two_outputs(d):
    x = d.conv(d.input((1, 5, 5, 2)), 3, (3, 3), activation="relu", zero=-128)
    a = d.net.softmax(d.dense(d.net.reshape(x, (1, 75)), 4, scale=0.05))
    b = d.net.mean(x, (1, 2), False, x.scale, x.zero)
    return a, b


def inner_output(d):
    x = d.dense(d.input((1, 9)), 7)
    return x, d.dense(x, 5)


def read_three_times(d):
    x = d.dense(d.input((1, 9)), 7)
    y = d.net.mul(x, x, x.scale * x.scale * 90, -20)
    z = d.net.clamp(x, "RELU", x.scale, -128)
    return d.net.add(y, z, np.hypot(y.scale, z.scale), 3), d.net.reshape(x, (7, 1))


def branch_and_join(d):
    x = d.input((1, 6, 6, 4), 0.04, -3)
    a = d.conv(x, 3, (1, 1), zero=-3, scale=0.06, activation="relu")
    b = d.conv(x, 2, (3, 3), zero=-3, scale=0.06)
    c = d.conv(d.net.pool(x, "MAX", (3, 3), "same"), 3, (1, 1), zero=-3, scale=0.06)
    y = d.net.concatenation([a, b, c], 3)
    return d.net.mean(y, (1, 2), False, 0.05, 0)


def depthwise_separable(d):
    x = d.conv(d.input((1, 10, 8, 1)), 6, (4, 3), stride=(2, 2), activation="relu", zero=-128)
    for _ in range(2):
        x = d.depthwise(x, (3, 3), activation="relu", zero=-128)
        x = d.conv(x, 6, (1, 1), activation="relu", zero=-128)
    x = d.net.pool(x, "AVERAGE", (5, 4))
    return d.net.softmax(d.dense(d.net.reshape(x, (1, 6)), 5, scale=0.06))


def perceptron(d):
    x = d.input((1, 20))
    for n in (16, 9, 16):
        x = d.dense(x, n, activation="relu", zero=-128)
    return d.dense(x, 20)


def floats_at_both_ends(d):
    x = d.net.quantize(d.net.input((1, 12), kind="float32"), 0.02, -4)
    x = d.net.quantize(d.dense(x, 6, activation="relu", zero=-128), 0.2, -50)
    return d.net.dequantize(x)


def squeeze_and_excite(d):
    x = d.input((1, 5, 4, 6))
    s = d.net.mean(x, (1, 2), True, x.scale * 0.5, 3)
    s = d.conv(s, 3, (1, 1), activation="relu", zero=-128)
    s = d.conv(s, 6, (1, 1), activation="relu6", zero=-128)
    return d.net.mul(x, s, x.scale * s.scale * 80, 5)


def padded_convolution(d):
    x = d.net.pad(d.input((1, 6, 6, 3)), ((0, 0), (1, 1), (1, 1), (0, 0)))
    x = d.conv(x, 4, (3, 3), stride=(2, 2), padding="valid", zero=-50)
    x = d.net.clamp(x, "RELU6", x.scale, -128)
    return d.net.pad(x, ((0, 0), (0, 1), (0, 0), (1, 0)))


def swapped_outputs(d):
    a, b = d.input((1, 8)), d.input((1, 6))
    return d.dense(b, 3), d.dense(a, 5)


def unused_input(d):
    d.input((1, 4))
    return d.dense(d.input((1, 6)), 3)


def dilated(d, image, block, margins, crops):
    """A dilated convolution as converters leave it: a plain one of batches that hold every so many pixels. Where blocks lie
    along one dimension the model is for any number of rows, and the file has 1 for every batch."""
    any_rows = block[0] == 1
    sides = zip(image[1:], margins, block)
    x, size = d.input(image, zero=-7), [(n + sum(margin)) // side for n, margin, side in sides]
    shape = (1 if any_rows else block[0] * block[1], *size, image[3])
    cut = [x, d.net.ints(*block), d.net.ints(*margins)]
    x = d.net.alike("SPACE_TO_BATCH_ND", cut, shape, options("SpaceToBatchND"))
    x = d.conv(x, 5, (1 if any_rows else 2, 3), padding="valid", activation="relu", scale=0.1, zero=-9)
    shape = (1, *(n * side - sum(crop) for n, side, crop in zip(x.shape[1:], block, crops)), 5)
    joined = [x, d.net.ints(*block), d.net.ints(*crops)]
    y = d.net.alike("BATCH_TO_SPACE_ND", joined, shape, options("BatchToSpaceND"))
    for t in d.net.tensors:
        if any_rows and len(t.shape) == 4 and t.buffer == 0:
            t.shapeSignature = [-1, *t.shape[1:]]
    return y


def unsupported():
    """A model that asks for four things that Midge lacks, with supported operators between."""
    d = Draw("unsupported")
    x = d.conv(d.input((1, 4, 4, 2)), 4, (3, 3))
    net = d.net
    x = net.operator("CUSTOM", [x], net.tensor(x.shape, x.scale, x.zero), custom=b"AcmeBlur")
    x = net.operator("LOCAL_RESPONSE_NORMALIZATION", [x], net.tensor(x.shape, x.scale, 0))
    x = d.conv(x, 4, (1, 1))
    x = net.operator("UNIQUE", [x], net.tensor(x.shape, x.scale, 0))
    x = net.operator("REVERSE_SEQUENCE", [x, net.constant(np.array([1], np.int32))], net.tensor(x.shape, x.scale, 0))
    x = d.dense(x, 3)
    return net.output(x).bytes()
