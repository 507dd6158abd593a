"""Cases of the operators with state, and of those that run other subgraphs.

State starts from zeros, or from what a variable is given first, in every row of a case. So that it matters, several
operators of a net share it.

A module of `make.py`; it does nothing when run by itself.
"""

import numpy as np
from flatbuffers import flexbuffers

from net import ACTIVATIONS, options

TANH = 4
# An empty map in FlexBuffers.
NO_ATTRIBUTES = flexbuffers.Dumps({})


def unidirectional_sequence_lstm(kind):
    def case(name, batch, steps, depth, units, **others):
        return name, lambda d: lstm(d, batch, steps, depth, units, **others)

    yield case("plain", 1, 4, 5, 3)
    yield case("one_step", 1, 1, 7, 4)
    yield case("batch", 2, 3, 4, 5)
    yield case("time_major", 2, 3, 4, 3, time_major=True)
    yield case("small_clip", 1, 4, 5, 3, cell_clip=0.4)
    yield case("no_clip", 1, 5, 3, 6, cell_clip=0.0)
    yield case("saturates", 1, 4, 5, 3, gain=8.0)
    yield case("zero_low", 1, 4, 6, 2, zero=-128)
    yield case("one_unit", 1, 6, 1, 1)
    yield case("wide", 1, 3, 17, 9)
    if kind in ("float16", "hybrid"):
        return
    yield case("hidden_zero", 2, 4, 5, 3, hidden_zero=-11)
    yield case("coupled", 2, 4, 5, 3, coupled=True)
    yield case("peephole", 1, 4, 5, 3, peephole=True)
    yield case("coupled_peephole", 1, 4, 3, 4, coupled=True, peephole=True, hidden_zero=7)
    yield case("projection", 2, 4, 5, 6, outputs=4)
    yield case("projection_no_bias", 1, 4, 5, 3, outputs=5, projected=False, hidden_zero=9)
    yield case("projection_clip", 1, 4, 5, 4, outputs=3, projection_clip=0.2)
    yield case("everything", 2, 3, 4, 5, outputs=3, peephole=True, projection_clip=0.7, hidden_zero=-5)
    yield case("normal", 1, 4, 5, 8, normal=True)
    yield case("normal_everything", 2, 3, 4, 7, outputs=3, peephole=True, normal=True)
    yield case("normal_coupled", 1, 3, 4, 5, coupled=True, normal=True)


def lstm(d, batch, steps, depth, units, time_major=False, cell_clip=10.0, gain=1.0, zero=None, hidden_zero=0,
         coupled=False, peephole=False, outputs=None, projected=True, projection_clip=0.0, normal=False):
    real = d.net.kind == "float32"
    shape = (steps, batch, depth) if time_major else (batch, steps, depth)
    x = d.input(shape, 0.02, zero, low=-2.0 if real else None, high=2.0 if real else None)
    # what the hidden state stands for lies between -1 and 1
    hidden, cell = np.float32(1 / 128), np.float32(2.0**-11)
    made = outputs or units
    gates = range(1, 4) if coupled else range(4)

    def matrix(rows, columns):
        if real and d.kind != "hybrid":
            return d.real(d.rng.normal(0, gain / np.sqrt(columns), (rows, columns)))
        return d.net.constant(d.narrow((rows, columns)), np.float32(gain * 0.02 / np.sqrt(columns)), 0)

    def bias(weights, step, rows=units):
        numbers = d.rng.normal(0, 0.3, rows)
        if real:
            return d.net.constant(numbers.astype(np.float32))
        kind = np.int64 if d.kind == "int16" else np.int32
        return d.net.constant((numbers / step).astype(kind), step)

    def vector(step):
        """Weights of the cell state, or factors of normal gates."""
        numbers = d.rng.normal(0, 0.5, units)
        return d.net.constant(numbers.astype(np.float32)) if real else d.net.constant((numbers / step).astype(np.int16), step)

    def four(made):
        return [None] * (4 - len(made)) + made

    by_input = [matrix(units, depth) for _ in gates]
    by_hidden = [matrix(units, made) for _ in gates]
    diagonal = [vector(np.float32(2.0**-13)) for gate in gates if gate != 2] if peephole else []
    diagonal = [None] * (3 - len(diagonal)) + diagonal
    factors = [vector(np.float32(2.0**-13)) for _ in gates] if normal else []
    # a normal gate's bias is of the scale of its factor over 2^10
    fine = [np.float32(2.0**-23)] * 4 if normal else [np.float32(x.step or 1) * np.float32(w.step or 1) for w in by_input]
    biases = [bias(w, step) for w, step in zip(by_input, fine)]
    projection = [None, None]
    if outputs:
        projection[0] = matrix(made, units)
        if projected:
            projection[1] = bias(projection[0], np.float32(1 / 100) * np.float32(projection[0].step or 1), made)
    state = d.net.variable((batch, made), hidden, hidden_zero)
    cells = d.net.variable((batch, units), cell, 0, "float32" if real else "int16")
    if real:
        vars(d.net.tensors[cells.index]).update(quantization=None)
    inputs = [x, *four(by_input), *four(by_hidden), *diagonal, *four(biases), *projection, state, cells, *four(factors)]
    o = options("UnidirectionalSequenceLSTM", fusedActivationFunction=TANH, cellClip=cell_clip, projClip=projection_clip,
                timeMajor=time_major)
    y = d.net.tensor((*shape[:2], made), hidden, hidden_zero)
    inner = None
    if not real:
        last = d.net.tensor((0,), np.float32(1 / 100), 4) if outputs else d.net.tensor((0,), hidden, hidden_zero)
        if normal:
            inner = [d.net.tensor((0,), np.float32(2.0**-10), 0, kind="int16") for _ in range(4)] + [last]
        else:
            inner = [d.net.tensor((0,), kind="float32") for _ in range(4)] + [last]
    return d.net.operator("UNIDIRECTIONAL_SEQUENCE_LSTM", inputs, y, o, intermediates=inner)


def svdf(kind):
    def case(name, batch, depth, units, rank, memory, runs=2, activation=None, zero=None, bias=True):
        return name, lambda d: svdf_net(d, batch, depth, units, rank, memory, runs, activation, zero, bias)

    yield case("one_run", 1, 6, 4, 1, 5, runs=1)
    yield case("two_runs", 1, 6, 4, 1, 5)
    yield case("rank_2", 1, 5, 3, 2, 4, runs=3)
    yield case("batch", 2, 4, 3, 1, 3)
    yield case("relu", 1, 7, 5, 1, 6, activation="relu")
    yield case("zero_low", 1, 8, 4, 2, 2, runs=3, zero=-128)
    yield case("no_bias", 1, 4, 4, 1, 3, bias=False)
    yield case("longer_than_memory", 1, 3, 2, 1, 2, runs=4)


def svdf_net(d, batch, depth, units, rank, memory, runs, activation, zero, bias):
    """Several operators on one state: the net sees as many points in time."""
    real, filters = d.net.kind == "float32", units * rank
    if real:
        if d.kind == "hybrid":
            # both, or LiteRT's kernel forgets the time
            feature, time = (d.net.constant(d.bytes((filters, n)), np.float32(0.01), 0) for n in (depth, memory))
        else:
            feature = d.real(d.rng.normal(0, 1 / np.sqrt(depth), (filters, depth)))
            time = d.real(d.rng.normal(0, 1 / np.sqrt(memory), (filters, memory)))
        biases = d.net.constant(d.rng.normal(0, 0.3, units).astype(np.float32))
        state = d.net.variable((batch, memory * filters))
    else:
        feature = d.net.constant(d.narrow((filters, depth)), np.float32(0.01), 0)
        time = d.net.constant(
            d.rng.integers(-32767, 32768, (filters, memory)).astype(np.int16), np.float32(2.0**-15), 0
        )
        step = np.float32(2.0**-12)
        biases = d.net.constant(d.rng.integers(-(2**24), 2**24, units).astype(np.int32), step * np.float32(2.0**-15))
        state = d.net.variable((batch, memory * filters), step, 0, "int16")
    outputs = []
    for _ in range(runs):
        x = d.input((batch, depth), 0.03, zero)
        # LiteRT's integer kernel knows no other activation
        o = options("SVDF", rank=rank, fusedActivationFunction=ACTIVATIONS[activation if real else "relu"])
        inputs = [x, feature, time, biases if bias else None, state]
        outputs.append(d.net.apply("SVDF", inputs, (batch, units), 0.05, -20, o))
    return outputs


def variable(d, name, shape, scale, zero):
    """A handle of a variable that starts from a constant, which another subgraph gives it once."""
    first = d.net.graph(f"first_{name}")
    value = first.tensor(shape, scale, zero, data=d.elements(shape))
    first.operator("ASSIGN_VARIABLE", [handle(first, name), value], [], options("AssignVariable"))
    d.net.operator("CALL_ONCE", [], [], options("CallOnce", initSubgraphIndex=first.index))
    return handle(d.net, name)


def handle(net, name):
    o = options("VarHandle", container=b"", sharedName=name.encode())
    return net.apply("VAR_HANDLE", [], (1,), options=o, kind="resource")


def read(d, at, shape, scale, zero):
    return d.net.apply("READ_VARIABLE", [at], shape, scale, zero, options("ReadVariable"))


def assign(d, at, value):
    d.net.operator("ASSIGN_VARIABLE", [at, value], [], options("AssignVariable"))


def variables(kind):
    """READ_VARIABLE, ASSIGN_VARIABLE, VAR_HANDLE, CALL_ONCE."""
    scale, zero = 0.05, 3

    def first(shape):
        def build(d):
            x = d.input(shape, scale, zero)
            old = read(d, variable(d, "a", shape, scale, zero), shape, scale, zero)
            return d.net.concatenation([x, old], 0)

        return build

    def history(shape):
        """What came, and what was there before."""

        def build(d):
            at = variable(d, "a", shape, scale, zero)
            x, y = d.input(shape, scale, zero), d.input(shape, scale, zero)
            a = read(d, at, shape, scale, zero)
            assign(d, at, x)
            b = read(d, at, shape, scale, zero)
            assign(d, at, y)
            c = read(d, at, shape, scale, zero)
            return d.net.concatenation([a, b, c], 0)

        return build

    def queue(shape):
        """The newest row in, the oldest out."""

        def build(d):
            at = variable(d, "a", shape, scale, zero)
            for _ in range(2):
                x = d.input((1, *shape[1:]), scale, zero)
                old = read(d, at, shape, scale, zero)
                begin, size = [1] + [0] * (len(shape) - 1), [shape[0] - 1, *shape[1:]]
                kept = d.net.alike("SLICE", [old, d.net.ints(*begin), d.net.ints(*size)], size, options("Slice"))
                new = d.net.concatenation([kept, x], 0)
                assign(d, at, new)
            return read(d, at, shape, scale, zero)

        return build

    def two(shape):
        def build(d):
            a, b = variable(d, "a", shape, scale, zero), variable(d, "b", shape, scale, zero)
            x = d.input(shape, scale, zero)
            old = [read(d, at, shape, scale, zero) for at in (a, b)]
            assign(d, a, old[1])
            assign(d, b, x)
            new = [read(d, at, shape, scale, zero) for at in (a, b)]
            return d.net.concatenation(old + new, 0)

        return build

    yield "first", first((2, 3))
    yield "history", history((2, 3))
    yield "history_of_a_vector", history((5,))
    yield "queue", queue((4, 3))
    yield "queue_of_images", queue((3, 2, 2))
    yield "two", two((2, 4))


def loop(kind):
    """WHILE with a constant number of rounds."""

    def case(name, rounds, shape, body, start=0, step=1):
        def build(d):
            x = d.input(shape, 0.05, 3)
            count = d.net.constant(np.int32(start))
            return while_(d, count, x, start + rounds * step, step, body)

        return name, build

    def mixed(net, x):
        return net.alike(
            "CONCATENATION",
            [
                net.alike("SLICE", [x, net.ints(0, 1), net.ints(2, 2)], (2, 2), options("Slice")),
                net.alike("SLICE", [x, net.ints(0, 0), net.ints(2, 1)], (2, 1), options("Slice")),
            ],
            (2, 3),
            options("Concatenation", axis=1),
        )

    def doubled(net, x):
        return net.add(x, x, x.scale, x.zero)

    yield case("three_rounds", 3, (2, 3), doubled)
    yield case("one_round", 1, (1, 4), doubled)
    yield case("no_round", 0, (1, 4), doubled)
    yield case("turns", 4, (2, 3), mixed)
    yield case("other_start", 2, (3, 2), doubled, start=5)
    yield case("other_step", 3, (2, 2), doubled, step=2)


def while_(d, count, x, end, step, body):
    """Runs `body` on `x` while the count is under `end`."""
    condition, inside = d.net.graph("condition"), d.net.graph("body")
    i, _ = condition.input((), kind="int32"), condition.input(x.shape, x.scale, x.zero)
    limit = condition.constant(np.int32(end))
    condition.output(condition.pairwise("LESS", options("Less"), i, limit, None, 0, kind="bool"))
    i, inner = inside.input((), kind="int32"), inside.input(x.shape, x.scale, x.zero)
    more = inside.pairwise("ADD", options("Add"), i, inside.constant(np.int32(step)), None, 0, kind="int32")
    inside.output(more, body(inside, inner))
    made = [d.net.tensor((), kind="int32"), d.net.tensor(x.shape, x.scale, x.zero)]
    o = options("While", condSubgraphIndex=condition.index, bodySubgraphIndex=inside.index)
    d.net.operator("WHILE", [count, x], made, o)
    return made[1]


def branch(kind):
    """IF whose condition is a constant, and one that is not."""

    def case(name, shape, condition):
        def build(d):
            x = d.input(shape, 0.05, 3)
            c = d.net.input((1,), kind="bool") if condition is None else d.net.constant(np.array([condition]))
            then, otherwise = d.net.graph("then"), d.net.graph("otherwise")
            y = then.input(shape, x.scale, x.zero)
            then.output(then.add(y, y, x.scale, x.zero))
            y = otherwise.input(shape, x.scale, x.zero)
            otherwise.output(otherwise.mul(y, y, x.scale, x.zero))
            o = options("If", thenSubgraphIndex=then.index, elseSubgraphIndex=otherwise.index)
            return d.net.apply("IF", [c, x], shape, x.scale, x.zero, o)

        return name, build

    yield case("constant_true", (2, 3), True)
    yield case("constant_false", (2, 3), False)
    yield case("given", (2, 3), None)
    yield case("given_image", (1, 3, 2, 2), None)
    yield case("constant_true_vector", (5,), True)
    yield case("constant_false_vector", (5,), False)


def composite(kind):
    """An operator that is another subgraph."""

    def case(name, shape, times):
        def build(d):
            x = d.input(shape, 0.05, 3)
            inside = d.net.graph("inside")
            y = inside.input(shape, x.scale, x.zero)
            inside.output(inside.add(y, y, x.scale, x.zero))
            for _ in range(times):
                o = options("StableHLOComposite", name=b"acme.double", decompositionSubgraphIndex=inside.index)
                o.compositeAttributes = list(NO_ATTRIBUTES)
                x = d.net.apply("STABLEHLO_COMPOSITE", [x], shape, x.scale, x.zero, o)
            return x

        return name, build

    yield case("once", (2, 3), 1)
    yield case("twice", (2, 3), 2)
    yield case("image", (1, 3, 2, 2), 1)
    yield case("vector", (7,), 3)
    yield case("one_element", (1, 1), 1)
    yield case("rank_3", (2, 2, 3), 2)


TABLES = {
    "unidirectional_sequence_lstm": unidirectional_sequence_lstm,
    "svdf": svdf,
    "read_variable": variables,
    "while": loop,
    "if": branch,
    "stablehlo_composite": composite,
}
