"""The tensors of one case, drawn at random from a seed of its own: adding a case does not change another.

A module of `make.py`; it does nothing when run by itself.
"""

import zlib

import numpy as np

from net import Net


class Draw:
    """Random tensors of one case, seeded by its name."""

    def __init__(self, name):
        self.rng = np.random.default_rng(zlib.crc32(name.encode()))
        self.net = Net(name)

    def scale(self, low=-6, high=-2):
        return np.float32(np.exp2(self.rng.uniform(low, high)))

    def zero(self):
        return int(self.rng.integers(-100, 100))

    def bytes(self, shape):
        return self.rng.integers(-127, 128, shape).astype(np.int8)

    def input(self, shape, scale=None, zero=None):
        scale, zero = self.scale() if scale is None else scale, self.zero() if zero is None else zero
        return self.net.input(shape, scale, zero)

    def constant(self, shape, scale=None, zero=None):
        scale, zero = self.scale() if scale is None else scale, self.zero() if zero is None else zero
        return self.net.constant(self.bytes(shape), scale, zero)

    def weights(self, x, shape, axis, fan, scale, grain="channel", bias=True, gain=1.0, w_zero=0):
        """Filter and bias whose sums use the range of an output of this `scale`; `gain` over 1 saturates.

        `fan` is the number of products in a sum.
        """
        n = shape[axis] if grain == "channel" else 1
        sums = np.sqrt(fan) * 73 * 90
        fit = gain * 45 * scale / (x.scale * sums)
        scales = (fit * np.exp2(self.rng.uniform(-1, 1, n))).astype(np.float32)
        filter = self.net.constant(self.bytes(shape), scales, w_zero, axis)
        numbers = self.rng.normal(0, sums / 2, shape[axis]) if bias != "zeros" else np.zeros(shape[axis])
        bias = self.net.constant(numbers.astype(np.int32), np.float32(x.scale) * scales) if bias else None
        return filter, bias

    def conv(self, x, out, size, depth=None, zero=None, scale=None, gain=1.0, grain="channel", bias=True, **attributes):
        depth = x.shape[3] if depth is None else depth
        scale, zero = self.scale() if scale is None else scale, self.zero() if zero is None else zero
        fan = size[0] * size[1] * depth
        filter, bias = self.weights(x, (out, *size, depth), 0, fan, scale, grain, bias, gain)
        return self.net.conv(x, filter, bias, scale, zero, **attributes)

    def depthwise(self, x, size, multiplier=1, zero=None, scale=None, gain=1.0, grain="channel", bias=True, **attributes):
        shape = (1, *size, x.shape[3] * multiplier)
        scale, zero = self.scale() if scale is None else scale, self.zero() if zero is None else zero
        filter, bias = self.weights(x, shape, 3, size[0] * size[1], scale, grain, bias, gain)
        return self.net.depthwise(x, filter, bias, scale, zero, **attributes)

    def dense(self, x, out, zero=None, scale=None, gain=1.0, grain="tensor", bias=True, w_zero=0, **attributes):
        depth = x.shape[-1] if attributes.get("keep") else int(np.prod(x.shape[1:]))
        scale, zero = self.scale() if scale is None else scale, self.zero() if zero is None else zero
        filter, bias = self.weights(x, (out, depth), 0, depth, scale, grain, bias, gain, w_zero)
        return self.net.dense(x, filter, bias, scale, zero, **attributes)
