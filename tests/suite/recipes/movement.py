"""Cases of the operators that move elements and change none.

Output shapes come from the same operation in NumPy, done on an array of nothing.

A module of `make.py`; it does nothing when run by itself.
"""

import itertools

import numpy as np

from net import options

IMAGE = (1, 3, 4, 2)
NONE = (0, 0)


def shaped(shape):
    return np.empty(shape, np.int8)


def move(d, operator, shape, to, parameters=(), o=None):
    """An operator with one input that moves."""
    x = d.input(shape)
    return d.net.alike(operator, [x, *(d.net.ints(*p) for p in parameters)], to, o)


def reshape(kind):
    def case(name, shape, to, how="both"):
        return name, lambda d: d.net.reshape(d.input(shape), to, how)

    yield case("flatten", (1, 3, 4, 2), (1, 24))
    yield case("to_image", (1, 24), (1, 4, 3, 2))
    yield case("free_extent", (2, 3, 4), (2, -1), how="tensor")
    yield case("rank_1", (3, 5), (15,), how="tensor")
    yield case("by_options", (2, 6), (3, 4), how="options")
    yield "chain", lambda d: d.net.reshape(d.net.reshape(d.input((2, 6)), (12,)), (3, 2, 2))
    if kind == "int8":
        yield "behind_relu", lambda d: d.net.reshape(d.net.clamp(d.input((2, 6), 0.1, 3), "RELU", 0.05, -128), (3, 4))
        yield "before_relu", lambda d: d.net.clamp(d.net.reshape(d.input((2, 6), 0.1, 3), (3, 4)), "RELU", 0.05, -128)


def squeeze(kind):
    def case(name, shape, axes):
        to = shaped(shape).squeeze(tuple(axes) or None).shape
        return name, lambda d: move(d, "SQUEEZE", shape, to, o=options("Squeeze", squeezeDims=list(axes)))

    yield case("all", (1, 3, 1, 2), ())
    yield case("first", (1, 3, 1, 2), (0,))
    yield case("middle", (1, 3, 1, 2), (2,))
    yield case("negative", (2, 5, 1), (-1,))
    yield case("two", (1, 1, 7), (0, 1))
    yield case("nothing", (2, 3), ())


def expand_dims(kind):
    def case(name, shape, axis):
        to = np.expand_dims(shaped(shape), axis).shape
        return name, lambda d: move(d, "EXPAND_DIMS", shape, to, [[axis]], options("ExpandDims"))

    for name, shape, axis in (
        ("first", (2, 3), 0),
        ("middle", (2, 3), 1),
        ("last", (2, 3, 2), 3),
        ("negative", (2, 3), -1),
        ("negative_middle", (2, 3, 4), -2),
        ("rank_1", (7,), 0),
    ):
        yield case(name, shape, axis)


def transpose(kind):
    def case(name, shape, order):
        to = [shape[i] for i in order]
        return name, lambda d: move(d, "TRANSPOSE", shape, to, [order], options("Transpose"))

    if kind in ("int8", "float32"):
        for rank in (1, 2, 3, 4):
            for order in itertools.permutations(range(rank)):
                yield case("order_" + "".join(map(str, order)), (3, 2, 4, 5)[:rank], order)
    else:
        for order in ((1, 0), (0, 2, 1), (2, 0, 1), (0, 3, 1, 2), (0, 2, 3, 1), (3, 2, 1, 0), (1, 0, 3, 2)):
            yield case("order_" + "".join(map(str, order)), (3, 2, 4, 5)[: len(order)], order)
    yield case("order_with_ones", (1, 5, 1, 4), (0, 3, 2, 1))
    yield case("order_01423", (2, 1, 3, 2, 2), (0, 1, 4, 2, 3))


def concatenation(kind):
    def case(name, shapes, axis):
        def build(d):
            scale, zero = d.scale(), d.zero()
            return d.net.concatenation([d.input(s, scale, zero) for s in shapes], axis)

        return name, build

    for axis in range(4):
        shapes = [[2, 3, 2, 3] for _ in range(2)]
        shapes[1][axis] += 2
        yield case(f"axis_{axis}", shapes, axis)
    yield case("negative_axis", [(1, 3, 2, 4), (1, 3, 2, 1)], -1)
    yield case("five", [(1, n) for n in (3, 1, 4, 1, 5)], 1)
    yield case("rank_1", [(4,), (7,)], 0)
    yield "twice", lambda d: d.net.concatenation([d.input((2, 3))] * 2, 1)

    def constant(d):
        x = d.input((2, 3), 0.1, 4)
        return d.net.concatenation([x, d.constant((2, 2), 0.1, 4)], 1)

    yield "constant", constant
    if kind == "int8":
        yield case("three", [(1, 2, 2, 1), (1, 2, 2, 3), (1, 2, 2, 2)], 3)
        yield case("rank_3", [(2, 3, 4), (2, 1, 4), (2, 5, 4)], 1)
        yield case("one", [(2, 3)], 1)


def parts(d, operator, x, shapes, inputs, o):
    """An operator with several outputs."""
    made = [d.net.tensor(shape, x.scale, x.zero) for shape in shapes]
    return d.net.operator(operator, inputs, made, o)


def split(kind):
    def case(name, shape, axis, count):
        def build(d):
            x = d.input(shape)
            shapes = [p.shape for p in np.split(shaped(shape), count, axis)]
            return parts(d, "SPLIT", x, shapes, [d.net.constant(np.int32(axis)), x], options("Split", numSplits=count))

        return name, build

    yield case("channels", (1, 3, 4, 6), 3, 2)
    yield case("rows", (1, 6, 2, 3), 1, 3)
    yield case("negative", (2, 8), -1, 4)
    yield case("batch", (4, 5), 0, 2)
    yield case("single", (6,), 0, 6)
    yield case("one", (2, 3), 1, 1)


def split_v(kind):
    def case(name, shape, axis, sizes):
        def build(d):
            x = d.input(shape)
            left = shape[axis] - sum(s for s in sizes if s > 0)
            ends = np.cumsum([left if s < 0 else s for s in sizes])[:-1]
            shapes = [p.shape for p in np.split(shaped(shape), ends, axis)]
            inputs = [x, d.net.ints(*sizes), d.net.constant(np.int32(axis))]
            return parts(d, "SPLIT_V", x, shapes, inputs, options("SplitV", numSplits=len(sizes)))

        return name, build

    yield case("channels", (1, 3, 4, 6), 3, (1, 5))
    yield case("rows", (1, 6, 2, 3), 1, (3, 1, 2))
    yield case("negative_axis", (2, 8), -1, (4, 4))
    yield case("rest", (2, 9), 1, (2, -1, 3))
    yield case("batch", (4, 5), 0, (1, 3))
    yield case("rank_1", (7,), 0, (2, 4, 1))


def pack(kind):
    def case(name, shape, axis, count):
        def build(d):
            scale, zero = d.scale(), d.zero()
            xs = [d.input(shape, scale, zero) for _ in range(count)]
            to = np.stack([shaped(shape)] * count, axis).shape
            return d.net.alike("PACK", xs, to, options("Pack", valuesCount=count, axis=axis))

        return name, build

    yield case("first", (2, 3), 0, 2)
    yield case("last", (2, 3), 2, 3)
    yield case("middle", (2, 3, 2), 1, 2)
    yield case("negative", (4,), -1, 3)
    yield case("scalars", (), 0, 4)
    yield case("one", (2, 3), 1, 1)


def unpack(kind):
    def case(name, shape, axis):
        def build(d):
            x = d.input(shape)
            shapes = [np.delete(shape, axis)] * shape[axis]
            return parts(d, "UNPACK", x, shapes, [x], options("Unpack", num=shape[axis], axis=axis))

        return name, build

    yield case("first", (2, 3, 4), 0)
    yield case("last", (2, 3, 4), 2)
    yield case("middle", (2, 3, 4), 1)
    yield case("negative", (3, 5), -1)
    yield case("to_scalars", (4,), 0)
    yield case("one", (1, 3, 2, 2), 0)


def slice_(kind):
    def case(name, shape, begin, size):
        to = [n - b if s < 0 else s for n, b, s in zip(shape, begin, size)]
        return name, lambda d: move(d, "SLICE", shape, to, [begin, size], options("Slice"))

    yield case("image", (1, 5, 6, 3), (0, 1, 2, 1), (1, 3, 2, 2))
    yield case("to_the_end", (2, 5, 4), (1, 2, 0), (-1, -1, 3))
    yield case("rank_1", (9,), (3,), (4,))
    yield case("rank_2", (4, 5), (1, 0), (2, 5))
    yield case("everything", (2, 3), (0, 0), (2, 3))
    yield case("one_element", (3, 3, 3, 3), (1, 2, 0, 2), (1, 1, 1, 1))
    yield case("rank_5", (2, 2, 3, 2, 4), (0, 1, 1, 0, 2), (2, 1, 2, 1, 2))


def strided_slice(kind):
    def case(name, shape, index, **masks):
        """`index`: what NumPy would be given; an integer shrinks its axis."""
        begin, end, stride, shrink = [], [], [], 0
        low = high = 0
        for i, (at, n) in enumerate(zip(index, shape)):
            if isinstance(at, int):
                at, shrink = slice(at, at + 1 or n), shrink | 1 << i
            low |= (at.start is None) << i
            high |= (at.stop is None) << i
            begin.append(at.start or 0), end.append(at.stop or 0), stride.append(at.step or 1)
        to = shaped(shape)[index].shape
        o = options("StridedSlice", beginMask=low, endMask=high, shrinkAxisMask=shrink, **masks)
        return name, lambda d: move(d, "STRIDED_SLICE", shape, to, [begin, end, stride], o)

    s = np.s_
    yield case("image", (1, 5, 6, 3), s[:, 1:4, ::2, :2])
    yield case("negative_stride", (2, 7), s[:, ::-1])
    yield case("negative_stride_2", (3, 8), s[:, 6:0:-2])
    yield case("shrinks", (2, 5, 4), s[:, 3, :])
    yield case("shrinks_last", (2, 5, 4), s[:, :, -1])
    yield case("negative_ends", (1, 6, 5), s[:, -4:-1, -3:])
    yield case("strides", (1, 7, 9, 2), s[:, 1::3, ::4, :])
    yield case("rank_1", (11,), s[2:9:3,])
    yield case("to_a_scalar", (5,), s[2,])
    yield case("past_the_end", (2, 5), s[:, 1:99])
    if kind in ("int8", "float32"):
        yield case("all_reversed", (2, 3, 2, 3), s[::-1, ::-1, ::-1, ::-1])
        yield case("rank_5", (2, 3, 2, 3, 2), s[:, ::2, 1:, :, ::-1])


def reverse_v2(kind):
    def case(name, shape, *axes):
        return name, lambda d: move(d, "REVERSE_V2", shape, shape, [axes], options("ReverseV2"))

    yield case("last", (2, 5), 1)
    yield case("first", (4, 3), 0)
    yield case("negative", (2, 3, 4), -1)
    yield case("middle", (2, 3, 4), 1)
    yield case("rank_1", (9,), 0)
    yield case("image_rows", (1, 4, 3, 2), 1)
    yield case("two", (2, 3, 4), 1, 2)


TABLES = {
    "reshape": reshape,
    "squeeze": squeeze,
    "expand_dims": expand_dims,
    "transpose": transpose,
    "concatenation": concatenation,
    "split": split,
    "split_v": split_v,
    "pack": pack,
    "unpack": unpack,
    "slice": slice_,
    "strided_slice": strided_slice,
    "reverse_v2": reverse_v2,
}
