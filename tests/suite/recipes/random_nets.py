"""Random networks: two to twelve operators on whatever tensors are there, each from its own seed.

A module of `make.py`; it does nothing when run by itself.
"""

import numpy as np

from draw import Draw
from net import options

# How many of them there are of the operators of convolutional networks, and of all.
COUNT = 60
WIDE = {"int8": 60, "int16": 20, "float32": 20}
ACTIVATIONS = (None, None, "relu", "relu6")


def networks():
    """(name, net) of every network."""
    for i in range(COUNT):
        name = f"int8_net_{i:02}"
        yield name, Growing(f"random/{name}", "int8").grow()
    for kind, count in WIDE.items():
        for i in range(count):
            name = f"{kind}_wide_{i:02}"
            yield name, Wide(f"random/{name}", kind).grow()


class Growing:
    """A network that grows one random operator at a time."""

    def __init__(self, name, kind):
        self.d = Draw(name, kind)
        self.rng, self.net = self.d.rng, self.d.net
        self.read = set()
        h, w = (int(n) for n in self.rng.integers(3, 9, 2))
        reals = {"low": -2.0, "high": 2.0} if kind == "float32" else {}
        self.tensors = [self.d.input((1, h, w, int(self.rng.integers(1, 7))), **reals)]

    def grow(self):
        for _ in range(int(self.rng.integers(2, 13))):
            self.step()
        loose = [t for t in self.tensors[1:] if t.index not in self.read]
        return self.net.output(*loose)

    def step(self):
        # mostly go on from the newest tensor; sometimes branch off from an older one
        newest = self.rng.random() < 0.7
        x = self.tensors[-1] if newest else self.pick(self.tensors)
        image = len(x.shape) == 4 and min(x.shape[1:3]) >= 2
        y = self.pick(self.kinds(x, image))(x)
        self.read.add(x.index)
        self.tensors.extend(y if isinstance(y, list) else [y])

    def kinds(self, x, image):
        kinds = [self.clamp, self.requantize, self.add, self.mul, self.join, self.dense, self.twice]
        return kinds + ([self.conv, self.conv, self.depthwise, self.pool, self.pad, self.mean] if image else [])

    def pick(self, items):
        return items[int(self.rng.integers(len(items)))]

    def window(self, x, most=3):
        size = [int(self.rng.integers(1, min(most, n) + 1)) for n in x.shape[1:3]]
        stride = [int(s) for s in self.rng.integers(1, 3, 2)]
        return size, {"padding": self.pick(["same", "valid"]), "stride": stride}

    def conv(self, x):
        size, attributes = self.window(x)
        out = int(self.rng.integers(1, 9))
        return self.d.conv(x, out, size, **self.end(), **attributes)

    def depthwise(self, x):
        size, attributes = self.window(x)
        multiplier = self.pick([1, 1, 2])
        return self.d.depthwise(x, size, multiplier, **self.end(), **attributes)

    def dense(self, x):
        if len(x.shape) != 2 or x.shape[0] != 1:
            x = self.net.reshape(x, (1, int(np.prod(x.shape))))
        return self.d.dense(x, int(self.rng.integers(1, 12)), **self.end())

    def pool(self, x):
        size, attributes = self.window(x)
        return self.net.pool(x, self.pick(["AVERAGE", "MAX"]), size, **attributes)

    def pad(self, x):
        a, b, c, d = (int(n) for n in self.rng.integers(0, 2, 4))
        return self.net.pad(x, ((0, 0), (a, b), (c, d), (0, 0)))

    def mean(self, x):
        return self.net.mean(x, (1, 2), bool(self.rng.integers(2)), x.scale * 0.6, self.near(x.zero / 0.6))

    def clamp(self, x):
        return self.net.clamp(x, self.pick(["RELU", "RELU6", "RELU_N1_TO_1"]), x.scale * 0.8, self.near(x.zero))

    def requantize(self, x):
        return self.net.quantize(x, x.scale * self.pick([0.7, 1.0, 1.4]), self.near(x.zero))

    def add(self, x):
        b = self.partner(x)
        return self.net.add(x, b, np.float32(np.hypot(x.scale, b.scale)), **self.end())

    def mul(self, x):
        b = self.partner(x)
        return self.net.mul(x, b, np.float32(x.scale * b.scale * 80), self.near(0))

    def twice(self, x):
        return self.net.add(x, x, np.float32(x.scale * 2), self.near(x.zero))

    def near(self, zero):
        """A zero point not far from `zero`."""
        return int(np.clip(zero + self.rng.integers(-30, 30), -128, 127))

    def end(self):
        """A zero point and a fused activation that suit each other."""
        activation = self.pick(ACTIVATIONS)
        return {"zero": -128 if activation else self.near(0), "activation": activation}

    def partner(self, x):
        """A tensor of the same shape, or a constant that broadcasts."""
        alike = [t for t in self.tensors if t.shape == x.shape and t is not x]
        if not alike:
            return self.d.constant(self.pick([(), x.shape[-1:], x.shape]))
        b = self.pick(alike)
        self.read.add(b.index)
        return b

    def join(self, x):
        alike = [t for t in self.tensors if t.shape[:-1] == x.shape[:-1] and t is not x]
        if not alike:
            return self.net.concatenation([x, x], len(x.shape) - 1)
        b = self.pick(alike)
        self.read.add(b.index)
        b = self.net.quantize(b, x.scale, x.zero)
        return self.net.concatenation([x, b], len(x.shape) - 1)


class Wide(Growing):
    """A network of all kinds of operators."""

    def kinds(self, x, image):
        real, small = self.d.kind == "float32", int(np.prod(x.shape)) <= 300
        kinds = [
            self.add,
            self.mul,
            self.sub,
            self.larger,
            self.logistic,
            self.tanh,
            self.leaky,
            self.strided,
            self.reverse,
        ]
        kinds += [self.split] if x.shape[-1] > 1 else []
        kinds += [self.transpose, self.most, self.total, self.gather] if len(x.shape) > 1 else []
        kinds += [self.softmax] if x.shape[-1] > 1 else []
        kinds += [self.tile, self.dense] if small else []
        kinds += [] if real else [self.requantize]
        kinds += [] if self.d.kind == "int16" else [self.clamp, self.hard_swish, self.difference]
        kinds += [self.conv, self.conv, self.depthwise, self.pool, self.pad] if image else []
        kinds += [self.enlarge] if image and small else []
        return kinds

    def sub(self, x):
        b = self.partner(x)
        o = options("Sub")
        return self.net.pairwise("SUB", o, x, b, np.float32(np.hypot(x.scale, b.scale)), **self.end())

    def larger(self, x):
        b = self.alike(x)
        name = self.pick(["MAXIMUM", "MINIMUM"])
        return self.net.pairwise(name, options("MaximumMinimum"), x, b, x.scale, x.zero)

    def difference(self, x):
        b = self.alike(x)
        scale = np.float32(x.scale * x.scale * 90)
        return self.net.pairwise("SQUARED_DIFFERENCE", options("SquaredDifference"), x, b, scale, -128)

    def alike(self, x):
        """A tensor of the same shape and scale, or a constant."""
        alike = [t for t in self.tensors if t.shape == x.shape and t is not x]
        if not alike:
            return self.d.constant(x.shape[-1:], x.scale, x.zero)
        b = self.pick(alike)
        self.read.add(b.index)
        return b if self.d.kind == "float32" else self.net.quantize(b, x.scale, x.zero)

    def join(self, x):
        return self.net.concatenation([x, x], len(x.shape) - 1)

    def logistic(self, x):
        return self.net.probabilities("LOGISTIC", x)

    def tanh(self, x):
        return self.net.apply("TANH", [x], x.shape, 1 / 128, 0)

    def softmax(self, x):
        return self.net.softmax(x)

    def leaky(self, x):
        return self.net.apply(
            "LEAKY_RELU", [x], x.shape, x.scale * 0.9, self.near(x.zero), options("LeakyRelu", alpha=0.2)
        )

    def hard_swish(self, x):
        return self.net.apply("HARD_SWISH", [x], x.shape, x.scale * 0.7, self.near(x.zero), options("HardSwish"))

    def strided(self, x):
        begin = [int(self.rng.integers(0, 2)) if n > 2 else 0 for n in x.shape]
        stride = [int(self.rng.integers(1, 3)) for _ in x.shape]
        shape = [-(-(n - b) // s) for n, b, s in zip(x.shape, begin, stride)]
        parameters = [self.net.ints(*p) for p in (begin, x.shape, stride)]
        return self.net.alike("STRIDED_SLICE", [x, *parameters], shape, options("StridedSlice"))

    def reverse(self, x):
        axis = int(self.rng.integers(len(x.shape)))
        return self.net.alike("REVERSE_V2", [x, self.net.ints(axis)], x.shape, options("ReverseV2"))

    def split(self, x):
        a = int(self.rng.integers(1, x.shape[-1]))
        made = [self.net.tensor((*x.shape[:-1], n), x.scale, x.zero) for n in (a, x.shape[-1] - a)]
        sizes, axis = self.net.ints(a, x.shape[-1] - a), self.net.constant(np.int32(len(x.shape) - 1))
        return self.net.operator("SPLIT_V", [x, sizes, axis], made, options("SplitV", numSplits=2))

    def transpose(self, x):
        order = self.rng.permutation(len(x.shape))
        shape = [x.shape[i] for i in order]
        return self.net.alike("TRANSPOSE", [x, self.net.ints(*order)], shape, options("Transpose"))

    def most(self, x):
        axis = int(self.rng.integers(len(x.shape)))
        return self.net.reduce("REDUCE_MAX", x, (axis,), True, x.scale, x.zero)

    def total(self, x):
        axis = int(self.rng.integers(len(x.shape)))
        # not SUM: behind another operator LiteRT's has other sums in its memory
        return self.net.reduce("MEAN", x, (axis,), True, np.float32(x.scale * 1.7), self.near(x.zero))

    def gather(self, x):
        axis = int(self.rng.integers(len(x.shape)))
        at = self.rng.integers(0, x.shape[axis], 3)
        shape = (*x.shape[:axis], 3, *x.shape[axis + 1 :])
        return self.net.alike("GATHER", [x, self.net.ints(*at)], shape, options("Gather", axis=axis))

    def tile(self, x):
        times = [int(n) for n in self.rng.integers(1, 3, len(x.shape))]
        shape = np.multiply(x.shape, times)
        return self.net.alike("TILE", [x, self.net.ints(*times)], shape, options("Tile"))

    def enlarge(self, x):
        to = [int(n * self.rng.integers(1, 3)) for n in x.shape[1:3]]
        o = options("ResizeNearestNeighbor", halfPixelCenters=bool(self.rng.integers(2)))
        return self.net.alike("RESIZE_NEAREST_NEIGHBOR", [x, self.net.ints(*to)], (x.shape[0], *to, x.shape[3]), o)

    def dense(self, x):
        return self.d.dense(
            self.net.reshape(x, (1, int(np.prod(x.shape)))), int(self.rng.integers(1, 12)), **self.end()
        )
