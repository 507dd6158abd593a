"""Random networks: two to twelve operators on whatever tensors are there, each from its own seed.

A module of `make.py`; it does nothing when run by itself.
"""

import numpy as np

from draw import Draw

COUNT = 60
ACTIVATIONS = (None, None, "relu", "relu6")


def networks():
    """(name, net) of every network."""
    for i in range(COUNT):
        name = f"int8_net_{i:02}"
        yield name, Growing(f"random/{name}").grow()


class Growing:
    """A network that grows one random operator at a time."""

    def __init__(self, name):
        self.d = Draw(name)
        self.rng, self.net = self.d.rng, self.d.net
        self.read = set()
        h, w = (int(n) for n in self.rng.integers(3, 9, 2))
        self.tensors = [self.d.input((1, h, w, int(self.rng.integers(1, 7))))]

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
        kinds = [self.clamp, self.requantize, self.add, self.mul, self.join, self.dense, self.twice]
        kinds += [self.conv, self.conv, self.depthwise, self.pool, self.pad, self.mean] if image else []
        y = self.pick(kinds)(x)
        self.read.add(x.index)
        self.tensors.append(y)

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
