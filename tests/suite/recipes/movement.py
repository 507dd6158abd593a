"""Cases of the operators that move elements and change none.

Output shapes come from the same operation in NumPy, done on an array of nothing.

A module of `make.py`; it does nothing when run by itself.
"""

import itertools

import numpy as np

from net import TYPES, options

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

    for name, shape, axis in (("first", (2, 3), 0), ("middle", (2, 3), 1), ("last", (2, 3, 2), 3),
                              ("negative", (2, 3), -1), ("negative_middle", (2, 3, 4), -2), ("rank_1", (7,), 0)):
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


MARGINS = (
    ("image", IMAGE, (NONE, (1, 2), (2, 1), NONE)),
    ("axis_0", IMAGE, ((1, 1), NONE, NONE, NONE)),
    ("axis_3", IMAGE, (NONE, NONE, NONE, (1, 1))),
    ("all_axes", (2, 3, 2, 3), ((1, 0), (1, 2), (0, 1), (2, 2))),
    ("rank_1", (5,), ((2, 3),)),
    ("rank_2", (3, 4), ((1, 1), (0, 2))),
    ("rank_3", (2, 3, 4), ((0, 1), (2, 0), (1, 1))),
    ("axis_1", IMAGE, (NONE, (0, 2), NONE, NONE)),
    ("axis_2", IMAGE, (NONE, NONE, (3, 0), NONE)),
    ("nothing", IMAGE, (NONE,) * 4),
)


def pad(kind):
    for name, shape, margins in MARGINS:
        yield name, lambda d, shape=shape, margins=margins: d.net.pad(d.input(shape), margins)
    image = (NONE, (1, 1), (2, 2), NONE)
    yield "zero_low", lambda d: d.net.pad(d.input(IMAGE, zero=-128), image)
    yield "int64_margins", lambda d: d.net.pad(d.input(IMAGE), image, np.int64)


def padv2(kind):
    def case(name, shape, margins):
        def build(d):
            x = d.input(shape)
            value = d.constant((), x.scale, x.zero)
            to = np.pad(shaped(shape), margins).shape
            return d.net.alike("PADV2", [x, d.net.ints(*margins), value], to, options("PadV2"))

        return name, build

    for row in MARGINS[:7]:
        yield case(*row)


def mirror_pad(kind):
    def case(name, shape, margins, mode):
        to = np.pad(shaped(shape), margins).shape
        return name, lambda d: move(d, "MIRROR_PAD", shape, to, [margins], options("MirrorPad", mode=mode))

    yield case("reflect", IMAGE, (NONE, (1, 2), (2, 1), NONE), 0)
    yield case("symmetric", IMAGE, (NONE, (1, 2), (2, 1), NONE), 1)
    yield case("reflect_all", (2, 3, 4, 3), ((1, 0), (2, 1), (3, 3), (2, 0)), 0)
    yield case("symmetric_all", (2, 3, 4, 3), ((2, 1), (3, 1), (0, 4), (1, 3)), 1)
    yield case("reflect_rank_1", (7,), ((3, 6),), 0)
    yield case("symmetric_rank_2", (3, 4), ((3, 2), (4, 1)), 1)


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

    for name, shape in (("image", IMAGE), ("vector", (7,)), ("matrix", (3, 5)), ("rank_3", (2, 1, 4)), ("rank_5", (1, 2, 1, 3, 2))):
        yield case(name, shape)
    yield case("int64", (2, 3), "int64")


def rank(kind):
    for name, shape in (("image", IMAGE), ("vector", (7,)), ("matrix", (3, 5)), ("rank_3", (2, 1, 4)), ("scalar", ()), ("rank_5", (1, 2, 1, 3, 2))):
        yield name, lambda d, shape=shape: d.net.apply("RANK", [d.input(shape)], (), kind="int32", options=options("Rank"))


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
    for name, shape in (("image", IMAGE), ("vector", (7,)), ("matrix", (3, 5)), ("one", (1,)), ("rank_3", (2, 3, 2)), ("batch", (3, 4, 1))):
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
    for name, a, b in (("same", (2, 3), (2, 3)), ("one", (1, 3), (2, 1)), ("lower_rank", (5,), (2, 1)), ("longer", (4,), (3, 2, 4)),
                       ("rank_4", (1, 2, 1, 3), (4, 1, 5, 1)), ("both_one", (1,), (1,))):
        def build(d, a=a, b=b):
            made = [d.net.constant(np.array(s, kind)) for s in (a, b)]
            y = d.net.apply("BROADCAST_ARGS", made, (max(len(a), len(b)),))
            return d.net.pairwise("ADD", options("Add"), y, d.input((1,)), None, 0)

        yield name, build


def tile(kind):
    def case(name, shape, times, integer=np.int32):
        def build(d):
            x = d.input(shape)
            return d.net.alike("TILE", [x, d.net.ints(*times, kind=integer)], np.tile(shaped(shape), times).shape, options("Tile"))

        return name, build

    yield case("image", IMAGE, (1, 2, 1, 3))
    yield case("rank_1", (5,), (3,))
    yield case("rank_2", (2, 3), (2, 2))
    yield case("once", (2, 3), (1, 1))
    yield case("batch", (2, 2, 3), (3, 1, 1))
    yield case("int64_times", (2, 3), (1, 4), np.int64)


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


def resize(operator, o):
    def case(name, shape, to, align=False, half=False):
        def build(d):
            x = d.input(shape)
            made = (shape[0], *to, shape[3])
            return d.net.alike(operator, [x, d.net.ints(*to)], made, options(o, alignCorners=align, halfPixelCenters=half))

        return name, build

    def table(kind):
        yield case("double", (1, 3, 4, 2), (6, 8))
        yield case("odd", (1, 3, 5, 3), (7, 4))
        yield case("half_pixel", (1, 3, 4, 2), (5, 7), half=True)
        yield case("align_corners", (1, 4, 3, 2), (7, 5), align=True)
        yield case("smaller", (1, 7, 8, 1), (3, 3))
        yield case("batch", (2, 2, 3, 2), (4, 4), half=True)
        yield case("same", (1, 3, 4, 2), (3, 4))
        yield case("from_one_pixel", (1, 1, 1, 3), (3, 2))
        yield case("smaller_half_pixel", (1, 8, 7, 2), (3, 4), half=True)
        yield case("smaller_align_corners", (1, 8, 7, 2), (3, 4), align=True)

    return table


def depth_to_space(kind):
    def case(name, shape, n):
        b, h, w, c = shape
        to = (b, h * n, w * n, c // n // n)
        return name, lambda d: move(d, "DEPTH_TO_SPACE", shape, to, o=options("DepthToSpace", blockSize=n))

    for name, shape, n in (("two", (1, 2, 3, 8), 2), ("three", (1, 2, 2, 9), 3), ("batch", (2, 2, 1, 4), 2),
                           ("one_pixel", (1, 1, 1, 12), 2), ("one", (1, 3, 2, 2), 1), ("four", (1, 1, 2, 16), 4)):
        yield case(name, shape, n)


def space_to_depth(kind):
    def case(name, shape, n):
        b, h, w, c = shape
        to = (b, h // n, w // n, c * n * n)
        return name, lambda d: move(d, "SPACE_TO_DEPTH", shape, to, o=options("SpaceToDepth", blockSize=n))

    for name, shape, n in (("two", (1, 4, 6, 2), 2), ("three", (1, 6, 3, 1), 3), ("batch", (2, 4, 2, 1), 2),
                           ("to_one_pixel", (1, 2, 2, 3), 2), ("one", (1, 3, 2, 2), 1), ("four", (1, 4, 8, 1), 4)):
        yield case(name, shape, n)


def space_to_batch_nd(kind):
    def case(name, shape, block, margins):
        n, k = len(block), int(np.prod(block))
        to = [shape[0] * k] + [(s + sum(m)) // b for s, b, m in zip(shape[1:], block, margins)] + list(shape[1 + n :])
        return name, lambda d: move(d, "SPACE_TO_BATCH_ND", shape, to, [block, margins], options("SpaceToBatchND"))

    yield case("two", (1, 4, 6, 2), (2, 2), (NONE, NONE))
    yield case("margins", (1, 3, 4, 2), (2, 3), ((1, 0), (1, 1)))
    yield case("batch", (2, 4, 2, 1), (2, 1), (NONE, (0, 1)))
    yield case("rank_3", (1, 6, 3), (3,), (NONE,))
    yield case("rank_3_margins", (2, 5, 2), (2,), ((0, 1),))
    yield case("dilation", (1, 5, 5, 3), (2, 2), ((2, 3), (2, 3)))


def batch_to_space_nd(kind):
    def case(name, shape, block, crops):
        n, k = len(block), int(np.prod(block))
        to = [shape[0] // k] + [s * b - sum(c) for s, b, c in zip(shape[1:], block, crops)] + list(shape[1 + n :])
        return name, lambda d: move(d, "BATCH_TO_SPACE_ND", shape, to, [block, crops], options("BatchToSpaceND"))

    yield case("two", (4, 2, 3, 2), (2, 2), (NONE, NONE))
    yield case("crops", (6, 2, 2, 2), (2, 3), ((1, 0), (1, 1)))
    yield case("batch", (4, 2, 3, 1), (2, 1), (NONE, (0, 1)))
    yield case("rank_3", (3, 2, 3), (3,), (NONE,))
    yield case("rank_3_crops", (4, 3, 2), (2,), ((0, 1),))
    yield case("dilation", (4, 5, 5, 1), (2, 2), ((2, 3), (2, 3)))


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

    for name, shape in (("matrix", (3, 4)), ("vector", (9,)), ("rank_3", (2, 3, 2)), ("rank_4", (1, 3, 2, 2)), ("row", (1, 8)), ("column", (7, 1))):
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


TABLES = {
    "reshape": reshape,
    "squeeze": squeeze,
    "expand_dims": expand_dims,
    "transpose": transpose,
    "pad": pad,
    "padv2": padv2,
    "mirror_pad": mirror_pad,
    "concatenation": concatenation,
    "split": split,
    "split_v": split_v,
    "pack": pack,
    "unpack": unpack,
    "slice": slice_,
    "strided_slice": strided_slice,
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
    "reverse_v2": reverse_v2,
    "resize_nearest_neighbor": resize("RESIZE_NEAREST_NEIGHBOR", "ResizeNearestNeighbor"),
    "resize_bilinear": resize("RESIZE_BILINEAR", "ResizeBilinear"),
    "depth_to_space": depth_to_space,
    "space_to_depth": space_to_depth,
    "space_to_batch_nd": space_to_batch_nd,
    "batch_to_space_nd": batch_to_space_nd,
    "where": where,
    "dynamic_update_slice": dynamic_update_slice,
}
