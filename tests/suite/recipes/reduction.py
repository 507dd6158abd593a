"""Cases of the operators that make one number of many: reductions, softmaxes, searches.

A module of `make.py`; it does nothing when run by itself.
"""

import itertools

import numpy as np

from net import TYPES, options


def mean(kind):
    def case(name, shape, axes, keep, rescale=1.0, x_zero=None):
        def build(d):
            x = d.input(shape, zero=int(d.rng.integers(-20, 20)) if x_zero is None else x_zero)
            # the mean of the inputs lands near the middle of the output's range
            zero = int(np.clip(x.zero / rescale + d.rng.integers(-9, 9), -128, 127))
            return d.net.mean(x, axes, keep, x.scale * rescale, x.zero if rescale == 1.0 else zero)

        return name, build

    yield case("image", (1, 7, 7, 9), (1, 2), False)
    yield case("image_keep_rescaled", (1, 6, 5, 4), (1, 2), True, rescale=0.13)
    yield case("negative_axis", (2, 3, 5), (-1,), True, rescale=0.7)
    yield case("unsorted_axes", (2, 3, 4, 2), (3, 1), False, rescale=0.5)
    yield case("coarser", (1, 4, 4, 5), (1, 2), False, rescale=3.7)
    yield case("saturates", (1, 3, 3, 4), (1, 2), True, rescale=0.01)
    yield case("x_zero_low", (1, 4, 4, 5), (1, 2), False, rescale=1.3, x_zero=-128)
    yield case("extent_1", (1, 1, 1, 8), (1, 2), False, rescale=0.9)
    yield case("many", (1, 40, 30, 1), (1, 2), True, rescale=0.3)
    if kind != "int8":
        return
    for i, shape in enumerate(((6, 5), (3, 4, 5), (2, 3, 4, 3))):
        rank = len(shape)
        for n in range(1, rank + 1):
            for axes in itertools.combinations(range(rank), n):
                keep = (i + n + axes[0]) % 2 == 0
                name = f"rank_{rank}_axes_{''.join(map(str, axes))}{'_keep' if keep else ''}"
                yield case(name, shape, axes, keep, rescale=0.4 if n > 1 else 1.0)


def reduce(operator):
    """SUM rescales; the largest, the smallest and logical ones keep the scale."""
    adds, multiplies = operator == "SUM", operator == "REDUCE_PROD"

    def case(name, shape, axes, keep=False, rescale=1.0, zero=None):
        def build(d):
            few = {"low": -2, "high": 2} if multiplies and not d.quantized else {}
            x = d.input(
                shape, 0.02 if multiplies else None, int(d.rng.integers(-20, 20)) if zero is None else zero, **few
            )
            scale, point = x.scale, x.zero
            if adds:
                scale, point = x.scale * np.sqrt(np.prod([shape[a] for a in axes])) * rescale, d.zero()
            if multiplies:
                scale, point = np.float32(0.03 * rescale), 7
            return d.net.reduce(operator, x, axes, keep, scale, point)

        return name, build

    def table(kind):
        yield case("image", (1, 5, 6, 3), (1, 2))
        yield case("last", (3, 5), (1,))
        yield case("first", (4, 3), (0,))
        yield case("keep", (2, 3, 4), (1,), True)
        yield case("negative_axis", (2, 3, 4), (-1,), True)
        yield case("unsorted_axes", (2, 3, 4, 2), (3, 1))
        yield case("everything", (2, 3, 2), (0, 1, 2), True)
        yield case("zero_low", (2, 9), (1,), zero=-128)
        yield case("zero_high", (2, 9), (1,), zero=127)
        yield case("extent_1", (1, 1, 1, 8), (1, 2))
        if adds:
            yield case("saturates", (1, 3, 3, 4), (1, 2), rescale=0.02)
            yield case("faint", (1, 3, 3, 4), (1, 2), rescale=20)

    return table


def arg(operator, o):
    def case(name, shape, axis, to="int32"):
        def build(d):
            gone = axis % len(shape)
            made = [n for i, n in enumerate(shape) if i != gone]
            inputs = [d.input(shape), d.net.constant(np.int32(axis))]
            return d.net.apply(operator, inputs, made, kind=to, options=options(o, outputType=TYPES[to]))

        return name, build

    def table(kind):
        yield case("last", (3, 7), 1)
        yield case("first", (6, 3), 0)
        yield case("channels", (1, 3, 4, 5), 3)
        yield case("negative", (2, 3, 4), -2)
        yield case("rank_1", (20,), 0)
        yield case("int64_answer", (3, 9), 1, "int64")

    return table


def cumsum(kind):
    def case(name, shape, axis, exclusive=False, reverse=False):
        def build(d):
            x = d.input(shape)
            o = options("Cumsum", exclusive=exclusive, reverse=reverse)
            return d.net.alike("CUMSUM", [x, d.net.constant(np.int32(axis))], shape, o)

        return name, build

    yield case("last", (3, 7), 1)
    yield case("exclusive", (3, 7), 1, True)
    yield case("reverse", (3, 7), 1, False, True)
    yield case("exclusive_reverse", (2, 3, 4), 1, True, True)
    yield case("first", (6, 3), 0)
    yield case("negative", (2, 3, 4), -1)
    yield case("rank_4", (2, 3, 2, 3), 2)


def topk_v2(kind):
    def case(name, shape, k):
        def build(d):
            x = d.input(shape)
            made = (*shape[:-1], k)
            best, at = d.net.tensor(made, x.scale, x.zero), d.net.tensor(made, kind="int32")
            return d.net.operator("TOPK_V2", [x, d.net.constant(np.int32(k))], [best, at], options("TopKV2"))

        return name, build

    yield case("three", (2, 9), 3)
    yield case("one", (4, 5), 1)
    yield case("all", (3, 4), 4)
    yield case("rank_1", (20,), 5)
    yield case("rank_3", (2, 2, 7), 2)
    yield case("many", (1, 60), 20)


def softmax(kind):
    def case(name, shape, scale, zero=None, beta=1.0):
        def build(d):
            x = d.input(shape, scale, zero, flat=int(np.prod(shape)) < 300)
            return d.net.softmax(x, beta)

        return name, build

    yield case("rank_2_rows", (6, 7), 0.17)
    yield case("rank_4", (1, 4, 3, 6), 0.21)
    yield case("depth_10", (1, 10), 0.15)
    yield case("small_scale", (4, 10), 3e-3)
    yield case("large_scale", (4, 10), 1.7)
    yield case("power_of_two", (4, 11), 0.0625)
    yield case("beta_half", (4, 10), 0.1, beta=0.5)
    yield case("depth_1", (1, 1), 0.06)
    yield case("rank_3", (2, 3, 5), 0.06)
    yield case("depth_300", (1, 300), 0.11)
    yield case("zero_low", (4, 10), 0.1, zero=-128)
    if kind == "int8":
        for depth in (2, 3, 12, 64):
            yield case(f"depth_{depth}", (1, depth), 0.05 + 0.01 * depth)
        # LiteRT's softmax gives up on rows of 512 and more equal elements
        yield case("depth_1000", (1, 1000), 0.2)
        yield case("rank_1", (9,), 0.09)
        yield case("tiny_scale", (4, 10), 1e-4)
        yield case("huge_scale", (3, 10), 40.0)
        yield case("beta_3", (4, 10), 0.1, beta=3.3)
        yield case("zero_high", (4, 10), 0.1, zero=127)


def log_softmax(kind):
    def case(name, shape, scale, zero=None):
        def build(d):
            x = d.input(shape, scale, zero, flat=True)
            return d.net.apply("LOG_SOFTMAX", [x], shape, 16 / 256, 127, options("LogSoftmax"))

        return name, build

    yield case("rows", (6, 7), 0.17)
    yield case("depth_1", (1, 1), 0.06)
    yield case("depth_10", (1, 10), 0.15)
    yield case("rank_4", (1, 4, 3, 6), 0.21)
    yield case("small_scale", (4, 10), 3e-3)
    yield case("large_scale", (4, 10), 1.7)
    yield case("zero_low", (4, 10), 0.1, zero=-128)
    yield case("depth_64", (1, 64), 0.08)


def l2_normalization(kind):
    def case(name, shape, scale=0.05, zero=None):
        def build(d):
            x = d.input(shape, scale, zero, flat=False)
            return d.net.apply("L2_NORMALIZATION", [x], shape, 1 / 128, 0, options("L2Norm"))

        return name, build

    yield case("rows", (3, 7))
    yield case("image", (1, 3, 2, 5))
    yield case("one_element", (4, 1))
    yield case("zero_low", (2, 9), zero=-128)
    yield case("zero_high", (2, 9), 0.02, 127)
    yield case("many", (1, 90), 0.3)
    yield case("rank_3", (2, 3, 4), 1e-3, 5)


TABLES = {
    "mean": mean,
    "sum": reduce("SUM"),
    "reduce_max": reduce("REDUCE_MAX"),
    "reduce_min": reduce("REDUCE_MIN"),
    "reduce_prod": reduce("REDUCE_PROD"),
    "reduce_any": reduce("REDUCE_ANY"),
    "reduce_all": reduce("REDUCE_ALL"),
    "arg_max": arg("ARG_MAX", "ArgMax"),
    "arg_min": arg("ARG_MIN", "ArgMin"),
    "cumsum": cumsum,
    "topk_v2": topk_v2,
    "softmax": softmax,
    "log_softmax": log_softmax,
    "l2_normalization": l2_normalization,
}
