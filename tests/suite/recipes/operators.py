"""The cases of single operators: for each, a table of attributes.

A module of `make.py`; it does nothing when run by itself.
"""

import itertools

import numpy as np

from draw import Draw
from nets import nets

RELUS = ("relu", "relu6", "relu_n1_to_1")
# Scales at which the upper end of a fused activation lies inside the range of int8.
CUT = {"relu": 0.1, "relu6": 0.1, "relu_n1_to_1": 0.02}


def cases():
    """(folder, name, bytes of the model) of every case."""
    for folder, table in TABLES.items():
        for name, build in table():
            draw = Draw(f"{folder}/{name}")
            draw.net.output(*np.atleast_1d(build(draw)))
            yield folder, name, draw.net.bytes()


def conv_2d():
    def case(name, image, out, size, x_scale=None, x_zero=None, **attributes):
        return name, lambda d: d.conv(d.input(image, x_scale, x_zero), out, size, **attributes)

    yield case("1x1", (1, 4, 5, 8), 8, (1, 1))
    yield case("1x1_odd", (1, 3, 5, 7), 5, (1, 1))
    yield case("1x1_one_channel", (1, 4, 4, 1), 1, (1, 1))
    yield case("1x1_stride", (1, 5, 7, 4), 6, (1, 1), stride=(2, 2))
    yield case("1x1_one_pixel", (1, 1, 1, 12), 7, (1, 1))
    yield case("3x3", (1, 6, 5, 4), 8, (3, 3))
    yield case("3x3_valid", (1, 6, 5, 4), 8, (3, 3), padding="valid")
    yield case("3x3_odd", (1, 5, 5, 3), 5, (3, 3))
    yield case("3x3_stride", (1, 8, 8, 3), 4, (3, 3), stride=(2, 2))
    yield case("3x3_stride_valid", (1, 8, 7, 3), 4, (3, 3), stride=(2, 2), padding="valid")
    yield case("3x3_stride_mixed", (1, 7, 9, 2), 4, (3, 3), stride=(1, 3))
    yield case("3x3_dilation", (1, 8, 7, 2), 3, (3, 3), dilation=(2, 2))
    yield case("3x3_dilation_valid", (1, 9, 9, 4), 3, (3, 3), dilation=(2, 3), padding="valid")
    yield case("3x3_dilation_stride", (1, 9, 9, 3), 4, (3, 3), dilation=(2, 2), stride=(2, 1))
    yield case("2x4_even_filter", (1, 6, 6, 3), 4, (2, 4))
    yield case("5x3_larger_than_image", (1, 2, 2, 3), 4, (5, 3))
    yield case("whole_image", (1, 4, 4, 5), 6, (4, 4), padding="valid")
    yield case("stride_over_filter", (1, 9, 9, 2), 3, (2, 2), stride=(4, 3))
    yield case("one_dimension", (1, 1, 17, 8), 12, (1, 9))
    yield case("one_dimension_stride", (1, 1, 20, 3), 5, (1, 4), stride=(1, 2), padding="valid")
    yield case("column", (1, 11, 1, 4), 6, (5, 1))
    yield case("kws_first", (1, 13, 10, 1), 8, (10, 4), stride=(2, 2))
    yield case("one_output", (1, 5, 4, 6), 1, (3, 3))
    yield case("many_channels", (1, 2, 3, 33), 17, (3, 3))
    yield case("per_tensor", (1, 5, 5, 4), 6, (3, 3), grain="tensor")
    yield case("per_tensor_1x1", (1, 4, 4, 8), 7, (1, 1), grain="tensor")
    # LiteRT's int8 convolution refuses to run without a bias
    yield case("zero_bias", (1, 5, 5, 4), 6, (3, 3), bias="zeros")
    yield case("zero_bias_per_tensor", (1, 4, 4, 3), 3, (2, 2), bias="zeros", grain="tensor")
    yield case("groups_2", (1, 5, 5, 4), 6, (3, 3), depth=2)
    yield case("groups_3_1x1", (1, 3, 4, 9), 6, (1, 1), depth=3)
    yield case("groups_all", (1, 5, 4, 4), 8, (3, 3), depth=1)
    yield case("groups_dilation", (1, 7, 7, 6), 4, (3, 3), depth=3, dilation=(2, 2))
    yield case("batch", (2, 4, 4, 3), 4, (3, 3))
    yield case("batch_stride", (3, 5, 4, 2), 3, (3, 3), stride=(2, 2))
    yield case("saturates", (1, 5, 5, 4), 6, (3, 3), gain=40.0)
    yield case("saturates_1x1", (1, 4, 4, 8), 8, (1, 1), gain=300.0)
    yield case("faint", (1, 5, 5, 4), 6, (3, 3), gain=0.01)
    yield "multiplier_over_1", multiplier_over_1
    for zero in (-128, 127):
        end = "low" if zero < 0 else "high"
        yield case(f"x_zero_{end}", (1, 5, 5, 3), 4, (3, 3), x_zero=zero)
        yield case(f"x_zero_{end}_1x1", (1, 4, 4, 4), 6, (1, 1), x_zero=zero)
        yield case(f"y_zero_{end}", (1, 5, 5, 4), 4, (3, 3), zero=zero)
    for activation in RELUS:
        yield case(activation, (1, 5, 5, 4), 5, (3, 3), activation=activation, scale=CUT[activation], zero=-9)
        yield case(f"{activation}_y_zero_low", (1, 4, 4, 4), 6, (1, 1), activation=activation, zero=-128)
    yield case("relu6_cut", (1, 4, 4, 4), 6, (3, 3), activation="relu6", scale=0.05, zero=-20)


def multiplier_over_1(d):
    x = d.input((1, 5, 5, 1), 0.5, -3)
    weights = np.array([1, -1, 2, 1], np.int8).reshape(4, 1, 1, 1)
    scales = np.array([0.61, 0.77, 1.3, 2.9], np.float32)
    bias = d.net.constant(np.array([5, -4, 0, 9], np.int32), np.float32(x.scale) * scales)
    return d.net.conv(x, d.net.constant(weights, scales), bias, 0.3, 11)


def depthwise_conv_2d():
    def case(name, image, size, x_zero=None, **attributes):
        return name, lambda d: d.depthwise(d.input(image, zero=x_zero), size, **attributes)

    yield case("3x3", (1, 6, 5, 8), (3, 3))
    yield case("3x3_valid", (1, 6, 5, 8), (3, 3), padding="valid")
    yield case("3x3_odd", (1, 5, 5, 5), (3, 3))
    yield case("3x3_one_channel", (1, 6, 6, 1), (3, 3))
    yield case("3x3_stride", (1, 8, 7, 6), (3, 3), stride=(2, 2))
    yield case("3x3_stride_valid", (1, 9, 8, 4), (3, 3), stride=(2, 2), padding="valid")
    yield case("3x3_dilation", (1, 8, 8, 3), (3, 3), dilation=(2, 2))
    yield case("3x3_dilation_mixed", (1, 9, 7, 4), (3, 2), dilation=(3, 1))
    yield case("multiplier_2", (1, 5, 5, 3), (3, 3), multiplier=2)
    yield case("multiplier_3", (1, 5, 4, 2), (3, 3), multiplier=3, padding="valid")
    yield case("multiplier_8_from_one", (1, 7, 6, 1), (5, 4), multiplier=8, stride=(2, 2))
    yield case("multiplier_2_dilation_stride", (1, 9, 9, 3), (3, 3), multiplier=2, dilation=(2, 2), stride=(2, 2))
    yield case("1x1", (1, 4, 4, 6), (1, 1))
    yield case("whole_image", (1, 4, 5, 7), (4, 5), padding="valid")
    yield case("one_dimension", (1, 1, 15, 9), (1, 5))
    yield case("larger_than_image", (1, 2, 2, 4), (5, 5))
    yield case("many_channels", (1, 3, 3, 37), (3, 3))
    yield case("per_tensor", (1, 5, 5, 6), (3, 3), grain="tensor")
    yield case("no_bias", (1, 5, 5, 4), (3, 3), bias=False)
    yield case("batch", (2, 4, 4, 3), (3, 3))
    yield case("saturates", (1, 5, 5, 4), (3, 3), gain=50.0)
    yield case("x_zero_low", (1, 5, 5, 4), (3, 3), x_zero=-128)
    yield case("x_zero_high", (1, 5, 5, 5), (3, 3), x_zero=127, zero=-128)
    for activation in RELUS:
        yield case(activation, (1, 5, 5, 4), (3, 3), activation=activation, scale=CUT[activation], zero=6)


def fully_connected():
    def case(name, shape, out, x_zero=None, **attributes):
        return name, lambda d: d.dense(d.input(shape, zero=x_zero), out, **attributes)

    def ties(grain, x_zero):
        """Every scale a power of two and coarse weights: many sums lie exactly between two outputs."""

        def build(d):
            x = d.input((2, 12), 2.0**-3, x_zero)
            weights = (d.bytes((16, 12)) // 32 * 32).astype(np.int8)
            scale = np.full(16 if grain == "channel" else 1, 2.0**-5, np.float32)
            bias = (d.rng.integers(-20, 20, 16) * 64).astype(np.int32)
            bias = d.net.constant(bias, np.float32(x.scale) * scale)
            return d.net.dense(x, d.net.constant(weights, scale), bias, 2.0**-8 * 2**9, 3)

        return f"ties_{grain}_{x_zero}".replace("-", "minus_"), build

    yield case("plain", (1, 16), 8)
    yield case("odd", (1, 13), 7)
    yield case("one_output", (1, 20), 1)
    yield case("one_input", (1, 1), 5)
    yield case("batch", (3, 10), 6)
    yield case("batch_odd", (5, 7), 3)
    yield case("flattens", (1, 3, 2, 4), 6)
    yield case("large_depth", (1, 1999), 3)
    yield case("large_depth_channel", (1, 1024), 4, grain="channel")
    yield case("many_outputs", (1, 9), 101)
    yield case("per_channel", (1, 16), 10, grain="channel")
    yield case("per_channel_odd", (2, 11), 9, grain="channel")
    yield case("keep_rank_3", (1, 4, 6), 5, keep=True)
    yield case("keep_rank_4", (2, 2, 3, 5), 4, keep=True, grain="channel")
    yield case("no_bias", (1, 12), 6, bias=False)
    yield case("no_bias_channel", (2, 12), 6, bias=False, grain="channel")
    yield case("weight_zero_point", (1, 14), 6, w_zero=5)
    yield case("weight_zero_point_no_bias", (2, 9), 5, w_zero=-31, bias=False)
    yield case("saturates", (1, 16), 8, gain=40.0)
    yield case("x_zero_low", (1, 16), 8, x_zero=-128)
    yield case("x_zero_high", (1, 15), 8, x_zero=127, zero=-128)
    for activation in RELUS:
        yield case(activation, (2, 16), 8, activation=activation, scale=CUT[activation], zero=-3)
    for grain, zero in itertools.product(("tensor", "channel"), (0, -128)):
        yield ties(grain, zero)


def pool_2d(kind):
    def case(name, image, size, **attributes):
        scale = attributes.pop("scale", None)
        zero = attributes.pop("zero", None)
        return name, lambda d: d.net.pool(d.input(image, scale, zero), kind, size, **attributes)

    yield case("2x2", (1, 6, 6, 3), (2, 2), stride=(2, 2))
    yield case("2x2_odd_image", (1, 7, 5, 4), (2, 2), stride=(2, 2), padding="same")
    yield case("3x3_same", (1, 5, 6, 3), (3, 3), padding="same")
    yield case("3x3_same_stride", (1, 8, 7, 2), (3, 3), stride=(2, 3), padding="same")
    yield case("3x3_valid", (1, 5, 6, 5), (3, 3))
    yield case("5x5_larger_than_image", (1, 3, 2, 4), (5, 5), padding="same")
    yield case("1x4", (1, 3, 9, 2), (1, 4), stride=(1, 2))
    yield case("whole_image", (1, 5, 4, 7), (5, 4))
    yield case("batch", (2, 4, 4, 3), (2, 2), stride=(2, 2))
    for activation in RELUS:
        yield case(activation, (1, 5, 5, 3), (2, 2), activation=activation, scale=0.03, zero=-10)


def mean():
    def case(name, shape, axes, keep, rescale=1.0, x_zero=None):
        def build(d):
            x = d.input(shape, zero=int(d.rng.integers(-20, 20)) if x_zero is None else x_zero)
            # the mean of the inputs lands near the middle of the output's range
            zero = int(np.clip(x.zero / rescale + d.rng.integers(-9, 9), -128, 127))
            return d.net.mean(x, axes, keep, x.scale * rescale, x.zero if rescale == 1.0 else zero)

        return name, build

    for i, shape in enumerate(((6, 5), (3, 4, 5), (2, 3, 4, 3))):
        rank = len(shape)
        for n in range(1, rank + 1):
            for axes in itertools.combinations(range(rank), n):
                keep = (i + n + axes[0]) % 2 == 0
                name = f"rank_{rank}_axes_{''.join(map(str, axes))}{'_keep' if keep else ''}"
                yield case(name, shape, axes, keep, rescale=0.4 if n > 1 else 1.0)
    yield case("image", (1, 7, 7, 9), (1, 2), False)
    yield case("image_keep_rescaled", (1, 6, 5, 4), (1, 2), True, rescale=0.13)
    yield case("negative_axis", (2, 3, 5), (-1,), True, rescale=0.7)
    yield case("unsorted_axes", (2, 3, 4, 2), (3, 1), False, rescale=0.5)
    yield case("coarser", (1, 4, 4, 5), (1, 2), False, rescale=3.7)
    yield case("saturates", (1, 3, 3, 4), (1, 2), True, rescale=0.01)
    yield case("x_zero_low", (1, 4, 4, 5), (1, 2), False, rescale=1.3, x_zero=-128)
    yield case("extent_1", (1, 1, 1, 8), (1, 2), False, rescale=0.9)
    yield case("many", (1, 40, 30, 1), (1, 2), True, rescale=0.3)


def pairwise(kind):
    def both(name, a, b, scales=(None, None), rescale=1.0, zeros=(None, None), **attributes):
        def build(d):
            x, y = d.input(a, scales[0], zeros[0]), d.input(b, scales[1], zeros[1])
            return finish(d, x, y, rescale, **attributes)

        return name, build

    def with_constant(name, a, b, first=False, **attributes):
        def build(d):
            x, c = d.input(a), d.constant(b)
            return finish(d, *((c, x) if first else (x, c)), 1.0, **attributes)

        return name, build

    def finish(d, a, b, rescale, zero=None, **attributes):
        fit = np.hypot(a.scale, b.scale) * 1.3 if kind == "add" else a.scale * b.scale * 90
        zero = d.zero() if zero is None else zero
        return getattr(d.net, kind)(a, b, np.float32(fit * rescale), zero, **attributes)

    image = (1, 3, 4, 5)
    yield both("same_shape", image, image)
    yield both("vector", (1, 17), (1, 17))
    yield both("one_element", (1, 1), (1, 1))
    yield "twice", lambda d: finish(d, *[d.input(image)] * 2, 1.0)
    yield both("channels", image, (1, 1, 1, 5))
    yield both("channels_rank_1", image, (5,))
    yield both("rows", image, (1, 3, 1, 1))
    yield both("columns_first", (1, 1, 4, 1), image)
    yield both("pixels", image, (1, 3, 4, 1))
    yield both("outer", (4, 1), (1, 6))
    yield both("outer_rank_4", (1, 3, 1, 5), (1, 1, 4, 1))
    yield both("alternating", (2, 1, 3, 1), (1, 4, 1, 5))
    yield both("scalar_input", image, (1,))
    yield both("lower_rank_first", (4, 5), image)
    yield both("middle_rank_3", (2, 3, 4), (2, 1, 4))
    yield with_constant("constant", image, image)
    yield with_constant("constant_channels", image, (5,))
    yield with_constant("constant_channels_first", image, (1, 1, 1, 5), first=True)
    yield with_constant("constant_scalar", image, ())
    yield with_constant("constant_scalar_first", image, (), first=True)
    yield with_constant("constant_rows", image, (3, 1, 1))
    yield with_constant("constant_widens", (1, 1, 4, 1), (1, 3, 1, 5))
    yield with_constant("constant_widens_first", (4, 1), (1, 6), first=True)
    yield both("scales_far_apart", image, image, (1e-4, 0.9))
    yield both("scales_far_apart_swapped", image, image, (3.0, 2e-5))
    yield both("saturates", image, image, rescale=0.02)
    yield both("faint", image, image, rescale=60.0)
    yield both("powers_of_two", image, image, (0.5, 0.25), rescale=0.9)
    yield both("zeros_low", image, image, zeros=(-128, -128), zero=-128)
    yield both("zeros_high", image, image, zeros=(127, 127), zero=127)
    for activation in RELUS:
        yield both(activation, image, image, (0.05, 0.04), zero=-7, activation=activation)
    yield with_constant("constant_channels_relu", image, (5,), activation="relu", zero=-100)


def softmax():
    def case(name, shape, scale, zero=None, beta=1.0):
        return name, lambda d: d.net.softmax(d.input(shape, scale, zero), beta)

    for depth in (1, 2, 3, 10, 12, 64):
        yield case(f"depth_{depth}", (1, depth), 0.05 + 0.01 * depth)
    yield case("depth_300", (1, 300), 0.11)
    yield case("depth_1000", (1, 1000), 0.2)
    yield case("rank_1", (9,), 0.09)
    yield case("rank_2_rows", (6, 7), 0.17)
    yield case("rank_3", (2, 3, 5), 0.06)
    yield case("rank_4", (1, 4, 3, 6), 0.21)
    yield case("tiny_scale", (4, 10), 1e-4)
    yield case("small_scale", (4, 10), 3e-3)
    yield case("large_scale", (4, 10), 1.7)
    yield case("huge_scale", (3, 10), 40.0)
    yield case("power_of_two", (4, 11), 0.0625)
    yield case("beta_half", (4, 10), 0.1, beta=0.5)
    yield case("beta_3", (4, 10), 0.1, beta=3.3)
    yield case("zero_low", (4, 10), 0.1, zero=-128)
    yield case("zero_high", (4, 10), 0.1, zero=127)


def reshape():
    def case(name, shape, to, how="both"):
        return name, lambda d: d.net.reshape(d.input(shape), to, how)

    yield case("flatten", (1, 3, 4, 2), (1, 24))
    yield case("to_image", (1, 24), (1, 4, 3, 2))
    yield case("free_extent", (2, 3, 4), (2, -1), how="tensor")
    yield case("rank_1", (3, 5), (15,), how="tensor")
    yield case("by_options", (2, 6), (3, 4), how="options")
    yield "chain", lambda d: d.net.reshape(d.net.reshape(d.input((2, 6)), (12,)), (3, 2, 2))
    yield "behind_relu", lambda d: d.net.reshape(d.net.clamp(d.input((2, 6), 0.1, 3), "RELU", 0.05, -128), (3, 4))
    yield "before_relu", lambda d: d.net.clamp(d.net.reshape(d.input((2, 6), 0.1, 3), (3, 4)), "RELU", 0.05, -128)


def pad():
    def case(name, shape, margins, zero=None, integer=np.int32):
        return name, lambda d: d.net.pad(d.input(shape, zero=zero), margins, integer)

    image, none = (1, 3, 4, 2), (0, 0)
    yield case("image", image, (none, (1, 2), (2, 1), none))
    yield case("axis_0", image, ((1, 1), none, none, none))
    yield case("axis_1", image, (none, (0, 2), none, none))
    yield case("axis_2", image, (none, none, (3, 0), none))
    yield case("axis_3", image, (none, none, none, (1, 4)))
    yield case("all_axes", (2, 3, 2, 3), ((1, 0), (1, 2), (0, 1), (2, 2)))
    yield case("nothing", image, (none,) * 4)
    yield case("rank_1", (5,), ((2, 3),))
    yield case("rank_2", (3, 4), ((1, 1), (0, 2)))
    yield case("rank_3", (2, 3, 4), ((0, 1), (2, 0), (1, 1)))
    yield case("zero_low", image, (none, (1, 1), (1, 1), none), zero=-128)
    yield case("int64_margins", image, (none, (1, 1), (2, 2), none), integer=np.int64)


def clamp(operator):
    def case(name, shape, x_scale, x_zero, scale=None, zero=None):
        def build(d):
            x = d.input(shape, x_scale, x_zero)
            s, z = (x_scale, x_zero) if scale is None else (scale, zero)
            return d.net.clamp(x, operator, s, z)

        return name, build

    yield case("same_scale", (1, 4, 5, 3), 0.07, -5)
    yield case("finer", (2, 60), 0.07, -5, 0.04, -128)
    yield case("coarser", (2, 60), 0.03, 11, 0.08, -20)
    yield case("zero_low", (90,), 0.05, -128, 0.05, -128)
    yield case("zero_high", (90,), 0.05, 127, 0.02, 100)
    yield case("saturates", (90,), 0.5, 0, 0.001, 0)
    yield case("power_of_two", (90,), 0.25, 3, 0.5, -1)


def concatenation():
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
    yield case("three", [(1, 2, 2, 1), (1, 2, 2, 3), (1, 2, 2, 2)], 3)
    yield case("five", [(1, n) for n in (3, 1, 4, 1, 5)], 1)
    yield case("rank_1", [(4,), (7,)], 0)
    yield case("rank_3", [(2, 3, 4), (2, 1, 4), (2, 5, 4)], 1)
    yield case("one", [(2, 3)], 1)

    def twice(d):
        x = d.input((2, 3))
        return d.net.concatenation([x, x], 1)

    def constant(d):
        x = d.input((2, 3), 0.1, 4)
        return d.net.concatenation([x, d.constant((2, 2), 0.1, 4)], 1)

    yield "twice", twice
    yield "constant", constant


def quantize():
    def real(name, shape, scale, zero):
        return name, lambda d: d.net.quantize(d.net.input(shape, kind="float32"), scale, zero)

    def again(name, x_scale, x_zero, scale, zero):
        return name, lambda d: d.net.quantize(d.input((2, 128), x_scale, x_zero), scale, zero)

    yield real("float", (2, 40), 0.05, -3)
    yield real("float_image", (1, 4, 4, 3), 1 / 255, -128)
    yield real("float_power_of_two", (64,), 0.25, 7)
    yield real("float_large_scale", (40,), 13.0, 0)
    yield again("finer", 0.1, 5, 0.03, -60)
    yield again("coarser", 0.02, -100, 0.15, 20)
    yield again("same_scale", 0.05, -5, 0.05, 30)
    yield again("identity", 0.05, -5, 0.05, -5)
    yield again("power_of_two", 0.25, 1, 0.5, -2)
    yield again("saturates", 1.0, 0, 1e-3, 0)


def dequantize():
    def case(name, shape, scale, zero):
        return name, lambda d: d.net.dequantize(d.input(shape, scale, zero))

    yield case("plain", (2, 60), 0.0371, -3)
    yield case("probabilities", (1, 100), 1 / 256, -128)
    yield case("large_scale", (1, 4, 4, 3), 1234.567, 127)
    yield case("tiny_scale", (50,), 1e-30, 5)


TABLES = {
    "conv_2d": conv_2d,
    "depthwise_conv_2d": depthwise_conv_2d,
    "fully_connected": fully_connected,
    "average_pool_2d": lambda: pool_2d("AVERAGE"),
    "max_pool_2d": lambda: pool_2d("MAX"),
    "mean": mean,
    "add": lambda: pairwise("add"),
    "mul": lambda: pairwise("mul"),
    "softmax": softmax,
    "reshape": reshape,
    "pad": pad,
    "relu": lambda: clamp("RELU"),
    "relu6": lambda: clamp("RELU6"),
    "relu_n1_to_1": lambda: clamp("RELU_N1_TO_1"),
    "concatenation": concatenation,
    "quantize": quantize,
    "dequantize": dequantize,
    "nets": nets,
}
