"""Gated recurrent units as Keras exports them: unrolled, or as a loop over time.

`reset_after=True`, which is Keras' default: for input x and state h,

    z = logistic(x W_z + h U_z + b_z),  r = logistic(x W_r + h U_r + b_r)
    n = tanh(x W_n + b_n + r * (h U_n + c_n)),  h' = z * h + (1 - z) * n

A module of `make.py`; it does nothing when run by itself.
"""

import numpy as np

from net import options

# What z, r and n are quantized as, and the state.
GATE, STATE = (1 / 256, -128), (1 / 128, 0)


class Cell:
    """The weights of a unit, shared by its steps."""

    def __init__(self, d, depth, units):
        self.d, self.units = d, units
        self.by_input = [self.draw(depth) for _ in range(3)]
        self.by_state = [self.draw(units) for _ in range(3)]

    def draw(self, columns):
        shape = (self.units, columns)
        if self.d.net.kind == "float32":
            reals = self.d.rng.normal(0, 1 / np.sqrt(columns), shape).astype(np.float32)
            return reals, None, self.d.rng.normal(0, 0.3, self.units)
        return self.d.bytes(shape), np.float32(0.02 / np.sqrt(columns)), self.d.rng.normal(0, 0.3, self.units)

    def product(self, net, x, weights):
        """x W + b, at a scale that holds sums up to 4."""
        matrix, scale, bias = weights
        if scale is None:
            w, b = net.constant(matrix), net.constant(bias.astype(np.float32))
        else:
            w = net.constant(matrix, scale)
            step = np.float32(x.step) * scale
            b = net.constant((bias / step).astype(np.int64 if net.kind == "int16" else np.int32), step)
        return net.dense(x, w, b, np.float32(1 / 32), 3)

    def step(self, net, x, h):
        (xz, xr, xn), (hz, hr, hn) = (
            [self.product(net, t, w) for w in ws] for t, ws in ((x, self.by_input), (h, self.by_state))
        )
        gate = [net.apply("LOGISTIC", [self.sum(net, a, b)], a.shape, *self.gate(net)) for a, b in ((xz, hz), (xr, hr))]
        kept = net.mul(gate[1], hn, np.float32(1 / 32), 3)
        new = net.apply("TANH", [self.sum(net, xn, kept)], h.shape, *STATE)
        one = net.tensor((1,), *self.gate(net), data=self.one(net))
        rest = net.pairwise("SUB", options("Sub"), one, gate[0], *self.gate(net))
        return net.add(net.mul(gate[0], h, *STATE), net.mul(rest, new, *STATE), *STATE)

    def sum(self, net, a, b):
        return net.add(a, b, np.float32(1 / 20), -2)

    def gate(self, net):
        return (1 / 128, -128) if net.kind == "int16" else GATE

    def one(self, net):
        return {"float32": np.float32([1]), "int16": np.int16([32767]), "uint8": np.uint8([255])}.get(
            net.kind, np.int8([127])
        )


def zeros(net, units):
    """A state of zeros."""
    return net.tensor((1, units), *STATE, data=np.zeros((1, units), net.kind))


def unrolled(steps, depth, units):
    def build(d):
        x, cell = d.input((1, steps, depth), 0.02, 5), Cell(d, depth, units)
        parts = [d.net.tensor((1, depth), x.scale, x.zero) for _ in range(steps)]
        d.net.operator("UNPACK", [x], parts, options("Unpack", num=steps, axis=1))
        h = zeros(d.net, units)
        for part in parts:
            h = cell.step(d.net, part, h)
        return h

    return build


def looped(steps, depth, units):
    """A WHILE over (time, state, inputs) that goes on while time is under the number of steps."""

    def build(d):
        x, cell = d.input((1, steps, depth), 0.02, 5), Cell(d, depth, units)
        condition, body = d.net.graph("condition"), d.net.graph("body")
        for net in (condition, body):
            net.input((), kind="int32"), net.input((1, units), *STATE), net.input(x.shape, x.scale, x.zero)
        end = condition.constant(np.int32(steps))
        condition.output(condition.pairwise("LESS", options("Less"), condition.inputs[0], end, None, 0, kind="bool"))
        time, h, inside = body.inputs
        now = body.alike("GATHER", [inside, time], (1, depth), options("Gather", axis=1))
        more = body.pairwise("ADD", options("Add"), time, body.constant(np.int32(1)), None, 0, kind="int32")
        body.output(more, cell.step(body, now, h), inside)
        made = [
            d.net.tensor((), kind="int32"),
            d.net.tensor((1, units), *STATE),
            d.net.tensor(x.shape, x.scale, x.zero),
        ]
        o = options("While", condSubgraphIndex=condition.index, bodySubgraphIndex=body.index)
        d.net.operator("WHILE", [d.net.constant(np.int32(0)), zeros(d.net, units), x], made, o)
        return made[1]

    return build


def gru(kind):
    yield "unrolled", unrolled(3, 4, 3)
    yield "unrolled_one_step", unrolled(1, 5, 4)
    yield "unrolled_one_unit", unrolled(4, 2, 1)
    yield "unrolled_wide", unrolled(2, 9, 7)
    yield "looped", looped(3, 4, 3)
    yield "looped_one_step", looped(1, 5, 4)
    yield "looped_long", looped(6, 3, 2)
