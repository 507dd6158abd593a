"""Cases of the operators that pick elements by index, and of those that make tensors of a shape.

A module of `make.py`; it does nothing when run by itself.
"""

import numpy as np

from movement import IMAGE, move, shaped
from net import TYPES, options


def gather(kind):
    def case(name, shape, axis, indices, batch=0, integer=np.int32, given=False):
        def build(d):
            x = d.input(shape)
            at = np.array(indices, integer)
            a = axis % len(shape)
            to = (*shape[:a], *at.shape[batch:], *shape[a + 1 :])
            if given:
                i = d.input(at.shape, kind=at.dtype.name, low=0, high=shape[a] - 1)
            else:
                i = d.net.constant(at)
            return d.net.alike("GATHER", [x, i], to, options("Gather", axis=axis, batchDims=batch))

        return name, build

    yield case("rows", (5, 3), 0, [4, 0, 2, 2])
    yield case("channels", (1, 2, 3, 5), 3, [3, 1])
    yield case("negative_axis", (2, 6), -1, [5, 5, 0])
    yield case("matrix_of_indices", (4, 3), 0, [[1, 3], [0, 2]])
    yield case("given_indices", (5, 3), 0, [0, 0, 0], given=True)
    yield case("middle", (2, 4, 3), 1, [3, 1])
    yield case("scalar_index", (4, 3), 0, 2)
    yield case("int64_indices", (5, 3), 0, [4, 0, 2], integer=np.int64)
    yield case("batch", (2, 4, 3), 1, [[1, 3], [0, 2]], batch=1)


def gather_nd(kind):
    def case(name, shape, indices, given=False, integer=np.int32):
        def build(d):
            x = d.input(shape)
            at = np.array(indices, integer)
            to = (*at.shape[:-1], *shape[at.shape[-1] :])
            most = min(shape[: at.shape[-1]]) - 1
            i = d.input(at.shape, kind=at.dtype.name, low=0, high=most) if given else d.net.constant(at)
            return d.net.alike("GATHER_ND", [x, i], to, options("GatherNd"))

        return name, build

    yield case("rows", (5, 3), [[4], [0], [2]])
    yield case("elements", (3, 4), [[0, 3], [2, 1], [1, 1], [2, 2]])
    yield case("pixels", (1, 3, 4, 2), [[0, 2, 1], [0, 0, 3]])
    yield case("given_indices", (4, 5), [[0, 0], [0, 0], [0, 0]], given=True)
    yield case("grid_of_indices", (3, 2, 2), [[[0, 1], [2, 0]], [[1, 1], [0, 0]]])
    yield case("one", (7,), [[3]])
    yield case("int64_indices", (5, 3), [[4], [0]], integer=np.int64)


def embedding_lookup(kind):
    def case(name, words, shape, given=True):
        def build(d):
            if given:
                i = d.input((words,), kind="int32", low=0, high=shape[0] - 1)
            else:
                i = d.net.constant(d.rng.integers(0, shape[0], words).astype(np.int32))
            if d.kind == "float16":
                table = d.real(d.rng.normal(0, 1, shape))
            elif d.kind in ("hybrid", "int4"):
                table = d.net.constant(d.narrow(shape), np.float32(0.03), 0)
            else:
                table = d.constant(shape)
            to = (words, *shape[1:])
            if d.kind in ("hybrid", "int4"):
                return d.net.apply("EMBEDDING_LOOKUP", [i, table], to, kind="float32")
            return d.net.apply("EMBEDDING_LOOKUP", [i, table], to, table.scale, table.zero)

        return name, build

    yield case("words", 4, (9, 5))
    yield case("one_word", 1, (20, 3))
    yield case("one_row", 3, (1, 7))
    yield case("rank_3", 3, (6, 2, 4))
    yield case("many", 12, (40, 2))
    yield case("wide", 2, (3, 33))


def one_hot(kind):
    def case(name, shape, depth, axis=-1):
        def build(d):
            i = d.input(shape, kind="int32", low=-1, high=depth)
            on, off = d.constant((), 0.05, 3, low=1, high=9), d.constant((), 0.05, 3, low=-9, high=0)
            to = list(shape)
            to.insert(len(shape) if axis < 0 else axis, depth)
            inputs = [i, d.net.constant(np.int32(depth)), on, off]
            return d.net.apply("ONE_HOT", inputs, to, 0.05, 3, options("OneHot", axis=axis))

        return name, build

    yield case("vector", (4,), 5)
    yield case("axis_0", (4,), 3, 0)
    yield case("matrix", (2, 3), 4)
    yield case("matrix_axis_1", (2, 3), 4, 1)
    yield case("one", (1,), 7)
    yield case("depth_1", (5,), 1)


def shape_(kind):
    def case(name, shape, to="int32"):
        def build(d):
            o = options("Shape", outType=TYPES[to])
            return d.net.apply("SHAPE", [d.input(shape)], (len(shape),), kind=to, options=o)

        return name, build

    for name, shape in (
        ("image", IMAGE),
        ("vector", (7,)),
        ("matrix", (3, 5)),
        ("rank_3", (2, 1, 4)),
        ("rank_5", (1, 2, 1, 3, 2)),
    ):
        yield case(name, shape)
    yield case("int64", (2, 3), "int64")


def rank(kind):
    for name, shape in (
        ("image", IMAGE),
        ("vector", (7,)),
        ("matrix", (3, 5)),
        ("rank_3", (2, 1, 4)),
        ("scalar", ()),
        ("rank_5", (1, 2, 1, 3, 2)),
    ):
        yield name, lambda d, shape=shape: d.net.apply(
            "RANK", [d.input(shape)], (), kind="int32", options=options("Rank")
        )


def fill(kind):
    def case(name, shape, integer=np.int32):
        def build(d):
            x = d.input(())
            return d.net.apply("FILL", [d.net.ints(*shape, kind=integer), x], shape, x.scale, x.zero, options("Fill"))

        return name, build

    for name, shape in (("image", IMAGE), ("vector", (7,)), ("matrix", (3, 5)), ("one", (1,)), ("rank_3", (2, 3, 2))):
        yield case(name, shape)
    yield case("int64_shape", (2, 5), np.int64)


def zeros_like(kind):
    for name, shape in (
        ("image", IMAGE),
        ("vector", (7,)),
        ("matrix", (3, 5)),
        ("one", (1,)),
        ("rank_3", (2, 3, 2)),
        ("batch", (3, 4, 1)),
    ):
        yield name, lambda d, shape=shape: move(d, "ZEROS_LIKE", shape, shape, o=options("ZerosLike"))


def broadcast_to(kind):
    def case(name, shape, to):
        return name, lambda d: move(d, "BROADCAST_TO", shape, to, [to], options("BroadcastTo"))

    yield case("channels", (5,), (1, 2, 3, 5))
    yield case("rows", (3, 1), (3, 4))
    yield case("outer", (1, 2, 1), (3, 2, 4))
    yield case("scalar", (1,), (2, 3))
    yield case("same", (2, 3), (2, 3))
    yield case("alternating", (2, 1, 3, 1), (2, 4, 3, 2))


def broadcast_args(kind):
    """Its inputs are shapes."""
    if kind not in ("int32", "int64"):
        return
    for name, a, b in (
        ("same", (2, 3), (2, 3)),
        ("one", (1, 3), (2, 1)),
        ("lower_rank", (5,), (2, 1)),
        ("longer", (4,), (3, 2, 4)),
        ("rank_4", (1, 2, 1, 3), (4, 1, 5, 1)),
        ("both_one", (1,), (1,)),
    ):

        def build(d, a=a, b=b):
            made = [d.net.constant(np.array(s, kind)) for s in (a, b)]
            y = d.net.apply("BROADCAST_ARGS", made, (max(len(a), len(b)),))
            return d.net.pairwise("ADD", options("Add"), y, d.input((1,)), None, 0)

        yield name, build


def tile(kind):
    def case(name, shape, times, integer=np.int32):
        def build(d):
            x = d.input(shape)
            return d.net.alike(
                "TILE", [x, d.net.ints(*times, kind=integer)], np.tile(shaped(shape), times).shape, options("Tile")
            )

        return name, build

    yield case("image", IMAGE, (1, 2, 1, 3))
    yield case("rank_1", (5,), (3,))
    yield case("rank_2", (2, 3), (2, 2))
    yield case("once", (2, 3), (1, 1))
    yield case("batch", (2, 2, 3), (3, 1, 1))
    yield case("int64_times", (2, 3), (1, 4), np.int64)


def where(kind):
    """Of a constant, as the number of its hits must be known."""

    def case(name, shape):
        def build(d):
            data = d.rng.integers(0, 2, shape)
            c = d.net.constant(data.astype(d.net.kind))
            hits = np.argwhere(data)
            x = d.input((1,), kind="int64")
            y = d.net.apply("WHERE", [c], hits.shape, kind="int64", options=options("Where"))
            return d.net.pairwise("ADD", options("Add"), y, x, None, 0, kind="int64")

        return name, build

    for name, shape in (
        ("matrix", (3, 4)),
        ("vector", (9,)),
        ("rank_3", (2, 3, 2)),
        ("rank_4", (1, 3, 2, 2)),
        ("row", (1, 8)),
        ("column", (7, 1)),
    ):
        yield case(name, shape)


def dynamic_update_slice(kind):
    def case(name, shape, update, given=True):
        def build(d):
            x = d.input(shape)
            u = d.input(update, x.scale, x.zero)
            at = d.input((len(shape),), kind="int32", low=0, high=2) if given else d.net.ints(*[1] * len(shape))
            return d.net.alike("DYNAMIC_UPDATE_SLICE", [x, u, at], shape, options("DynamicUpdateSlice"))

        return name, build

    yield case("matrix", (4, 5), (2, 3))
    yield case("constant_place", (4, 5), (2, 3), given=False)
    yield case("rank_1", (9,), (2,))
    yield case("rank_3", (3, 4, 2), (1, 2, 1))
    yield case("everything", (2, 3), (2, 3))
    yield case("row", (3, 6), (1, 6))

    def itself(d):
        x = d.input((3, 4))
        return d.net.alike("DYNAMIC_UPDATE_SLICE", [x, x, d.net.ints(1, 0)], x.shape, options("DynamicUpdateSlice"))

    yield "itself", itself


TABLES = {
    "gather": gather,
    "gather_nd": gather_nd,
    "embedding_lookup": embedding_lookup,
    "one_hot": one_hot,
    "shape": shape_,
    "rank": rank,
    "fill": fill,
    "zeros_like": zeros_like,
    "broadcast_to": broadcast_to,
    "broadcast_args": broadcast_args,
    "tile": tile,
    "where": where,
    "dynamic_update_slice": dynamic_update_slice,
}
