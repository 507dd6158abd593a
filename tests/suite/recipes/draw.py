"""The tensors of one case, drawn at random from a seed of its own: adding a case does not change another.

A module of `make.py`; it does nothing when run by itself.
"""

import zlib

import ml_dtypes
import numpy as np

from net import QUANTIZED, Net, represent

# Types of biases, where they are not int32.
BIASES = {"int16": "int64"}
# The type of the activations, where it is not the case's own.
ACTIVATIONS = {"int4": "int8", "float16": "float32", "hybrid": "float32"}


class Draw:
    """Random tensors of one case, seeded by its name.

    `kind` is a type of activations; or `int4`: int8 with weights of 4 bits; `float16`: float32 with weights stored
    in half precision; `hybrid`: float32 with weights of int8.
    """

    def __init__(self, name, kind="int8"):
        self.rng = np.random.default_rng(zlib.crc32(name.encode()))
        self.kind = kind
        self.net = Net(name, ACTIVATIONS.get(kind, kind))
        self.bias = BIASES.get(kind, "int32")

    @property
    def quantized(self):
        return self.net.kind in QUANTIZED

    def scale(self, low=-6, high=-2):
        return np.float32(np.exp2(self.rng.uniform(low, high)))

    def zero(self):
        return int(self.rng.integers(-100, 100))

    def place(self, scale, zero):
        return self.scale() if scale is None else scale, self.zero() if zero is None else zero

    def bytes(self, shape):
        return self.rng.integers(-127, 128, shape).astype(np.int8)

    def input(self, shape, scale=None, zero=None, kind=None, low=None, high=None, flat=True, whole=False):
        """An input of the net; `low` and `high` bound its elements, as they are stored."""
        x = self.net.input(shape, *((None, 0) if kind else self.place(scale, zero)), kind)
        x.low, x.high, x.flat, x.whole = low, high, flat, whole
        return x

    def positive(self, shape, scale=None, zero=None):
        """An input whose elements stand for numbers over zero."""
        scale, zero = self.place(scale, zero)
        low, high = self.above(scale, zero)
        return self.input(shape, scale, zero, low=low, high=high)

    def above(self, scale, zero):
        """The range of elements that stand for numbers over zero."""
        if self.quantized:
            return represent(self.net.kind, scale, zero)[1] + 1, None
        return (0.01 if self.net.kind == "float32" else 1), 100

    def constant(self, shape, scale=None, zero=None, low=None, high=None):
        """A constant of the net's type."""
        return self.net.tensor(shape, *self.place(scale, zero), data=self.elements(shape, low, high))

    def elements(self, shape, low=None, high=None):
        kind = self.net.kind
        return elements(self.rng, kind, shape, -127 if kind == "int8" and low is None else low, high)

    def short(self):
        """The same, with sums of 32 bits under activations of 16."""
        self.bias = "int32"
        return self

    def weights(self, x, shape, axis, fan, scale, grain="channel", bias=True, gain=1.0, w_zero=0):
        """Filter and bias whose sums use the range of an output of this `scale`; `gain` over 1 saturates.

        `fan` is the number of products in a sum.
        """
        n = shape[axis] if grain == "channel" else 1
        if self.kind in ("uint8", "hybrid") and not (self.kind == "hybrid" and grain == "channel"):
            n = 1
        steps = 7 / 127 if self.kind == "int4" else 1
        sums = np.sqrt(fan) * 73 * 90 * steps
        fit = gain * 45 * scale / (x.scale * sums)
        scales = (fit * np.exp2(self.rng.uniform(-1, 1, n))).astype(np.float32)
        numbers = self.rng.normal(0, sums / 2, shape[axis]) if bias != "zeros" else np.zeros(shape[axis])
        if self.net.kind == "float32":
            filter = self.reals(shape, axis, scales, fan, gain, w_zero)
            bias = self.net.constant((numbers / sums).astype(np.float32)) if bias else None
            return filter, bias
        filter = self.narrow(shape)
        if self.kind == "uint8":
            filter, w_zero = (filter.astype(np.int16) + 128).astype(np.uint8), w_zero + 128 + int(
                self.rng.integers(-9, 9)
            )
        filter = self.net.constant(filter, scales, w_zero, axis)
        if not bias:
            return filter, None
        wide = 256 if self.kind == "int16" else 1
        numbers = (numbers * wide).astype(self.bias)
        return filter, self.net.constant(numbers, np.float32(x.step) * scales)

    def narrow(self, shape):
        """Integers as weights: bytes, or half bytes."""
        numbers = self.bytes(shape)
        return (numbers // 17).astype(ml_dtypes.int4) if self.kind == "int4" else numbers

    def reals(self, shape, axis, scales, fan, gain, w_zero):
        """Weights of a net whose activations are real numbers."""
        if self.kind == "hybrid":
            return self.net.constant(self.bytes(shape), scales / scales.max() / 90 / np.sqrt(fan), w_zero, axis)
        filter = self.rng.normal(0, gain / np.sqrt(fan), shape)
        return self.real(filter)

    def real(self, array):
        """A constant of real numbers, in half precision behind a DEQUANTIZE where the case asks for it."""
        if self.kind != "float16":
            return self.net.constant(np.asarray(array, np.float32))
        half = self.net.constant(np.asarray(array, np.float16))
        return self.net.dequantize(half)

    def conv(self, x, out, size, depth=None, zero=None, scale=None, gain=1.0, grain="channel", bias=True, **attributes):
        depth = x.shape[3] if depth is None else depth
        scale, zero = self.place(scale, zero)
        fan = size[0] * size[1] * depth
        filter, bias = self.weights(x, (out, *size, depth), 0, fan, scale, grain, bias, gain)
        return self.net.conv(x, filter, bias, scale, zero, **attributes)

    def depthwise(
        self, x, size, multiplier=1, zero=None, scale=None, gain=1.0, grain="channel", bias=True, **attributes
    ):
        shape = (1, *size, x.shape[3] * multiplier)
        scale, zero = self.place(scale, zero)
        filter, bias = self.weights(x, shape, 3, size[0] * size[1], scale, grain, bias, gain)
        return self.net.depthwise(x, filter, bias, scale, zero, **attributes)

    def dense(self, x, out, zero=None, scale=None, gain=1.0, grain="tensor", bias=True, w_zero=0, **attributes):
        depth = x.shape[-1] if attributes.get("keep") else int(np.prod(x.shape[1:]))
        scale, zero = self.place(scale, zero)
        filter, bias = self.weights(x, (out, depth), 0, depth, scale, grain, bias, gain, w_zero)
        return self.net.dense(x, filter, bias, scale, zero, **attributes)


def rows(rng, t, count):
    """Rows for an input: both ends and the zero point where they can be, then random ones."""
    x = elements(rng, t.kind, (count, *t.shape), t.low, t.high)
    if t.kind == "bool":
        # all, none, few and most of them
        share = np.resize([0, 1, 0.06, 0.94, 0.5, 0.5], count).reshape(-1, *[1] * len(t.shape))
        return rng.random(x.shape) < share
    if t.kind == "float32":
        if t.whole:
            x = np.round(x)
        elif t.low is None and t.high is None:
            # ties of power-of-two scales, and what saturates
            x[0] = np.round(x[0] * 8) / 8
            x[1] *= 1e4 if t.flat else 10
    elif t.flat and count > 3:
        low, high = bounds(t.kind, t.low, t.high)
        x[0], x[1] = low, high
        x[2] = np.clip(t.point, low, high)
    return x


def elements(rng, kind, shape, low=None, high=None):
    """Random elements of a type."""
    if kind == "float32":
        x = rng.normal(0, 3, shape) if low is None else rng.uniform(low, high, shape)
        return x.astype(np.float32)
    if kind == "bool":
        return rng.integers(max(low or 0, 0), 2 if high is None else min(high, 1) + 1, shape).astype(np.bool_)
    low, high = bounds(kind, low, high)
    return rng.integers(low, high + 1, shape).astype(kind)


def bounds(kind, low, high):
    """The range of an integer: what is asked for, or all that the type has (indices and counts: not many)."""
    info = np.iinfo(kind)
    least, most = (-1000, 1000) if info.bits > 16 else (info.min, info.max)
    return max(least if low is None else low, info.min), most if high is None else high
