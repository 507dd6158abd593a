"""Cases of the operators that slide windows and multiply matrices.

The first cases of a table are those that types other than int8 take.

A module of `make.py`; it does nothing when run by itself.
"""

import itertools

import numpy as np

from net import PADDINGS, options

RELUS = ("relu", "relu6", "relu_n1_to_1")
# Scales at which the upper end of a fused activation lies inside the range of int8.
CUT = {"relu": 0.1, "relu6": 0.1, "relu_n1_to_1": 0.02}


def conv_2d(kind):
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
    if kind == "int8":
        # 3x3 taps over so many channels are multiplied tile by tile; these end in parts of tiles, or a tile has no partner
        yield case("tiles", (1, 8, 8, 16), 8, (3, 3))
        yield case("tiles_cut", (1, 7, 10, 12), 16, (3, 3), x_zero=-128)
        yield case("tiles_valid", (1, 9, 7, 20), 10, (3, 3), padding="valid", x_zero=127)
        yield case("tiles_odd", (1, 4, 12, 16), 12, (3, 3), activation="relu6", scale=0.05, zero=-20)
        yield case("tiles_batch", (3, 6, 4, 24), 8, (3, 3), activation="relu", zero=-128)
        yield case("tiles_many_channels", (1, 4, 5, 64), 6, (3, 3), gain=4.0)
        # eight taps stay in registers; rows of nine bytes are put together
        yield case("eight", (1, 5, 7, 8), 10, (1, 1), activation="relu", zero=-128)
        yield case("eight_stride", (1, 5, 9, 8), 12, (1, 1), stride=(2, 2), activation="relu", zero=-128)
        yield case("eight_row", (1, 5, 9, 2), 6, (1, 4), stride=(2, 1), activation="relu", zero=-128)
        yield case("colours", (1, 7, 12, 3), 6, (3, 3), activation="relu", zero=-128)
        yield case("colours_apart", (1, 9, 13, 3), 10, (3, 3), dilation=(2, 1), stride=(1, 2))
        # pixels have weights of their own where they see mostly padding
        yield case("places", (1, 2, 2, 16), 6, (2, 2), x_zero=-128)
        yield case("places_around", (1, 2, 2, 8), 5, (3, 3), activation="relu", zero=-128)
        yield case("places_stride", (2, 4, 3, 8), 8, (3, 3), stride=(2, 2))
        yield case("places_row", (1, 1, 3, 24), 7, (1, 4))
        # four pixels at a time, of taps and outputs that are no multiple of what is made at once
        yield case("fours", (1, 2, 2, 70), 8, (1, 1), x_zero=-128, activation="relu", zero=-128)
        yield case("fours_odd", (2, 1, 4, 9), 7, (1, 1), activation="relu", zero=-128)
        # images and filters of two rows and columns
        yield case("twos", (1, 2, 2, 36), 5, (2, 2), x_zero=-128, activation="relu", zero=-128)
        yield case("twos_batch", (3, 2, 2, 8), 3, (2, 2))
        # so many outputs are scaled group by group
        yield case("groups", (1, 3, 3, 16), 192, (1, 1))
        yield case("groups_odd", (1, 3, 2, 5), 133, (3, 3))
        # sums that are made part by part, of pixels and outputs that are no multiple of what is made at once
        yield case("parts_1x1", (1, 2, 4, 96), 7, (1, 1), activation="relu", zero=-128)
        yield case("parts_stride", (2, 7, 9, 20), 5, (3, 3), stride=(2, 2))
        yield case("parts_many_taps", (1, 2, 3, 650), 3, (1, 1))
        yield "parts_one_sign", lambda d: one_sign(d, 3)
        yield "parts_one_sign_relu", lambda d: one_sign(d, -128, activation="relu")
    if kind == "int16":
        yield "int32_bias", lambda d: d.short().conv(d.input((2, 5, 6, 4)), 3, (3, 3), stride=(2, 1))


def one_sign(d, zero, **attributes):
    """Outputs in the middle where all inputs are the least, which with weights as large as can be makes the largest sums."""
    x = d.input((1, 1, 5, 100), 0.02, 127)
    weights = np.full((8, 1, 1, 100), 127, np.int8)
    weights[1::3] = -127
    scales = np.exp2(d.rng.uniform(-1, 1, 8)).astype(np.float32) * np.float32(0.01)
    bias = 255 * weights.sum((1, 2, 3), dtype=np.int32) + d.rng.integers(-60000, 60000, 8).astype(np.int32)
    bias = d.net.constant(bias, np.float32(x.scale) * scales)
    return d.net.conv(x, d.net.constant(weights, scales), bias, 0.1, zero, **attributes)


def multiplier_over_1(d):
    x = d.input((1, 5, 5, 1), 0.5, -3)
    weights = np.array([1, -1, 2, 1], np.int8).reshape(4, 1, 1, 1)
    scales = np.array([0.61, 0.77, 1.3, 2.9], np.float32)
    bias = d.net.constant(np.array([5, -4, 0, 9], np.int32), np.float32(x.scale) * scales)
    return d.net.conv(x, d.net.constant(weights, scales), bias, 0.3, 11)


def depthwise_conv_2d(kind):
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
    yield case("1x1_stride", (1, 5, 4, 3), (1, 1), stride=(2, 2))
    yield case("2x2_even_filter", (1, 5, 6, 4), (2, 2))
    yield case("2x2_stride", (1, 7, 6, 5), (2, 2), stride=(2, 2))
    yield case("3x1_column", (1, 9, 1, 4), (3, 1))
    yield case("3x3_stride_mixed", (1, 7, 8, 3), (3, 3), stride=(1, 2))
    yield case("5x5", (1, 7, 7, 2), (5, 5))
    yield case("one_pixel", (1, 1, 1, 9), (3, 3))
    yield case("stride_over_filter", (1, 9, 9, 3), (2, 2), stride=(4, 3))
    if kind == "int8":
        # neighbours in a line share what they see, where four of them do
        yield case("line", (1, 1, 30, 8), (1, 10))
        yield case("line_valid", (1, 15, 1, 20), (5, 1), padding="valid")
        yield case("line_stride", (1, 3, 21, 12), (1, 5), stride=(2, 2), x_zero=-128)
        yield case("line_long", (1, 2, 18, 4), (1, 15))
        yield case("line_of_one", (1, 15, 1, 8), (15, 1), padding="valid", activation="relu", zero=-128)
        yield case("line_of_three", (1, 2, 16, 4), (1, 14), padding="valid")
        # images of up to four pixels
        yield case("few", (1, 2, 2, 9), (3, 3), x_zero=-128, activation="relu", zero=-128)
        yield case("few_dilation", (1, 4, 1, 6), (2, 2), dilation=(2, 1), activation="relu", zero=-128)
        yield case("few_stride", (2, 1, 3, 8), (2, 3), stride=(1, 2), activation="relu", zero=-128)
    yield case("multiplier_4_odd", (1, 4, 3, 3), (2, 3), multiplier=4)
    yield case("zero_bias", (1, 5, 5, 4), (3, 3), bias="zeros")
    yield case("batch_stride", (3, 5, 4, 2), (3, 3), stride=(2, 2))
    yield case("faint", (1, 5, 5, 4), (3, 3), gain=0.01)
    yield case("y_zero_low", (1, 5, 5, 4), (3, 3), zero=-128)
    yield case("y_zero_high", (1, 5, 5, 4), (3, 3), zero=127)
    yield case("whole_image", (1, 4, 5, 7), (4, 5), padding="valid")
    yield case("one_dimension", (1, 1, 15, 9), (1, 5))
    yield case("larger_than_image", (1, 2, 2, 4), (5, 5))
    yield case("many_channels", (1, 3, 3, 37), (3, 3))
    yield case("tall_batch", (2, 17, 3, 6), (3, 3), activation="relu", zero=-128)
    yield case("tall_stride", (1, 31, 5, 7), (3, 3), stride=(2, 2))
    if kind == "int8":
        # windows up to 5x5 become 3x3 or 5x5; a strip ends within these, or columns and channels do
        yield case("5x5_same", (1, 13, 9, 6), (5, 5), x_zero=127)
        yield case("5x5_valid_tall", (1, 21, 8, 4), (5, 5), padding="valid", activation="relu6", scale=0.05, zero=-20)
        yield case("5x5_stride", (1, 27, 6, 5), (5, 5), stride=(2, 2), x_zero=-128)
        yield case("5x5_stride_valid_batch", (2, 9, 10, 7), (5, 5), stride=(2, 2), padding="valid")
        yield case("5x5_faint", (1, 6, 7, 4), (5, 5), gain=0.01)
        yield case("5x5_dilation", (1, 11, 9, 4), (5, 5), dilation=(2, 2))
        yield case("4x4", (1, 8, 7, 9), (4, 4))
        yield case("5x3", (1, 9, 6, 4), (5, 3))
        yield case("2x5_stride", (1, 7, 10, 5), (2, 5), stride=(1, 2))
        yield case("2x2_odd", (1, 7, 6, 5), (2, 2), padding="valid")
        yield case("1x3_stride", (1, 3, 12, 6), (1, 3), stride=(2, 2))
    if kind != "hybrid":
        yield case("per_tensor", (1, 5, 5, 6), (3, 3), grain="tensor")
    yield case("no_bias", (1, 5, 5, 4), (3, 3), bias=False)
    yield case("batch", (2, 4, 4, 3), (3, 3))
    yield case("saturates", (1, 5, 5, 4), (3, 3), gain=50.0)
    yield case("x_zero_low", (1, 5, 5, 4), (3, 3), x_zero=-128)
    yield case("x_zero_high", (1, 5, 5, 5), (3, 3), x_zero=127, zero=-128)
    for activation in RELUS:
        yield case(activation, (1, 5, 5, 4), (3, 3), activation=activation, scale=CUT[activation], zero=6)


def fully_connected(kind):
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
    yield case("keep_rank_2", (3, 6), 4, keep=True)
    yield case("depth_3", (1, 3), 4)
    yield case("depth_31", (1, 31), 5)
    yield case("depth_33_channel", (1, 33), 5, grain="channel")
    yield case("batch_channel", (4, 8), 6, grain="channel")
    yield case("flattens_channel", (1, 2, 5, 3), 7, grain="channel")
    yield case("zero_bias", (1, 12), 6, bias="zeros")
    yield case("faint", (2, 16), 8, gain=0.01)
    yield case("faint_channel", (2, 16), 8, gain=0.01, grain="channel")
    yield case("saturates_channel", (1, 16), 8, gain=300.0, grain="channel")
    yield case("y_zero_low", (1, 16), 8, zero=-128)
    yield case("y_zero_high", (1, 16), 8, zero=127)
    yield case("square", (8, 8), 8)
    yield case("keep_rank_4", (2, 2, 3, 5), 4, keep=True, grain="channel")
    yield case("no_bias", (1, 12), 6, bias=False)
    yield case("no_bias_channel", (2, 12), 6, bias=False, grain="channel")
    if kind in ("int8", "uint8"):
        yield case("weight_zero_point", (1, 14), 6, w_zero=5)
        yield case("weight_zero_point_no_bias", (2, 9), 5, w_zero=-31, bias=False)
    yield case("saturates", (1, 16), 8, gain=40.0)
    yield case("x_zero_low", (1, 16), 8, x_zero=-128)
    yield case("x_zero_high", (1, 15), 8, x_zero=127, zero=-128)
    for activation in RELUS:
        yield case(activation, (2, 16), 8, activation=activation, scale=CUT[activation], zero=-3)
    for grain, zero in itertools.product(("tensor", "channel"), (0, -128)):
        if kind == "int8":
            yield ties(grain, zero)
    if kind == "int16":
        yield "int32_bias", lambda d: d.short().dense(d.input((3, 14)), 5, grain="channel")


def pool_2d(pool):
    def case(name, image, size, scale=None, zero=None, **attributes):
        return name, lambda d: d.net.pool(d.input(image, scale, zero, flat=pool != "L2"), pool, size, **attributes)

    def table(kind):
        yield case("2x2", (1, 6, 6, 3), (2, 2), stride=(2, 2))
        yield case("2x2_odd_image", (1, 7, 5, 4), (2, 2), stride=(2, 2), padding="same")
        yield case("3x3_same", (1, 5, 6, 3), (3, 3), padding="same")
        yield case("3x3_same_stride", (1, 8, 7, 2), (3, 3), stride=(2, 3), padding="same")
        yield case("3x3_valid", (1, 5, 6, 5), (3, 3))
        yield case("5x5_larger_than_image", (1, 3, 2, 4), (5, 5), padding="same")
        yield case("1x4", (1, 3, 9, 2), (1, 4), stride=(1, 2))
        yield case("whole_image", (1, 5, 4, 7), (5, 4))
        yield case("whole_image_many", (1, 26, 11, 10), (26, 11))
        yield case("many_channels", (1, 6, 5, 19), (3, 3), stride=(2, 1), padding="same")
        yield case("batch", (2, 4, 4, 3), (2, 2), stride=(2, 2))
        for activation in RELUS:
            yield case(activation, (1, 5, 5, 3), (2, 2), activation=activation, scale=0.03, zero=-10)

    return table


def transpose_conv(kind):
    def case(
        name,
        image,
        out,
        size,
        stride,
        padding="same",
        bias=True,
        gain=1.0,
        grain="channel",
        x_zero=None,
        zero=None,
        cut=0,
    ):
        """`cut`: how many rows fewer than the largest output, of those that lead to the same input."""

        def build(d):
            x = d.input(image, zero=x_zero)
            scale, point = d.place(None, zero)
            fan = max(1, size[0] * size[1] * image[3] // (stride[0] * stride[1]))
            filter, b = d.weights(x, (out, *size, image[3]), 0, fan, scale, grain, bias, gain)
            reach = [n * s if padding == "same" else (n - 1) * s + k for n, s, k in zip(image[1:3], stride, size)]
            made = (image[0], reach[0] - cut, reach[1], out)
            o = options("TransposeConv", padding=PADDINGS[padding], strideH=stride[0], strideW=stride[1])
            inputs = [d.net.ints(*made), filter, x] + ([b] if b else [])
            return d.net.apply("TRANSPOSE_CONV", inputs, made, scale, point, o)

        return name, build

    yield case("2x2_stride_2", (1, 3, 4, 3), 4, (2, 2), (2, 2))
    yield case("3x3_stride_2", (1, 3, 4, 2), 3, (3, 3), (2, 2))
    yield case("3x3_stride_2_valid", (1, 3, 3, 2), 3, (3, 3), (2, 2), "valid")
    yield case("3x3_stride_1", (1, 4, 5, 3), 2, (3, 3), (1, 1))
    yield case("no_bias", (1, 3, 3, 2), 3, (3, 3), (2, 1), bias=False)
    yield case("gaps", (1, 3, 3, 2), 2, (1, 2), (3, 3))
    yield case("batch", (2, 2, 3, 2), 3, (3, 3), (2, 2))
    yield case("odd_output", (1, 3, 4, 2), 3, (3, 3), (2, 2), cut=1)
    yield case("per_tensor", (1, 3, 4, 2), 3, (3, 3), (2, 2), grain="tensor")
    yield case("x_zero_low", (1, 3, 3, 2), 3, (3, 3), (2, 2), x_zero=-128)
    yield case("x_zero_high", (1, 3, 3, 2), 3, (3, 3), (2, 2), x_zero=127, zero=-128)
    yield case("saturates", (1, 3, 3, 4), 3, (3, 3), (2, 2), gain=40.0)
    yield case("one_dimension", (1, 1, 6, 3), 2, (1, 4), (1, 2))
    yield case("whole_image", (1, 1, 1, 6), 3, (4, 4), (1, 1), "valid")
    yield case("many_channels", (1, 2, 2, 17), 9, (2, 2), (2, 2))
    if kind == "int16":
        name, build = case("int32_bias", (2, 3, 2, 3), 3, (3, 2), (2, 2))
        yield name, lambda d: build(d.short())


def batch_matmul(kind):
    def case(name, a, b, adj_x=False, adj_y=False, constant=False, gain=1.0):
        def build(d):
            x = d.input(a)
            if d.kind in ("hybrid", "int4"):
                # LiteRT quantizes the left side row by row
                y = d.net.constant(d.narrow(b), np.float32(0.02), 0)
            else:
                y = d.constant(b) if constant or d.kind == "float16" else d.input(b)
            rows, depth = a[-2:][::-1] if adj_x else a[-2:]
            columns = b[-2] if adj_y else b[-1]
            made = (*np.broadcast_shapes(a[:-2], b[:-2]), rows, columns)
            o = options("BatchMatMul", adjX=adj_x, adjY=adj_y)
            scale = np.float32(x.scale * (y.scale or 1) * 90 * np.sqrt(depth) / gain)
            return d.net.apply("BATCH_MATMUL", [x, y], made, scale, d.zero(), o)

        return name, build

    yield case("matrices", (3, 4), (4, 5))
    yield case("batch", (2, 3, 4), (2, 4, 2))
    yield case("adjoint_right", (2, 3, 5), (2, 4, 5), adj_y=True)
    yield case("adjoint_left", (2, 5, 3), (2, 5, 4), adj_x=True)
    yield case("constant", (1, 3, 6), (6, 4), constant=True)
    yield case("broadcast", (2, 1, 3, 4), (1, 2, 4, 3))
    yield case("broadcast_left", (3, 4), (2, 4, 3))
    yield case("vector", (1, 1, 9), (1, 9, 1))
    yield case("rank_4", (1, 2, 3, 3), (1, 2, 3, 3))
    yield case("constant_adjoint", (1, 2, 6), (1, 4, 6), adj_y=True, constant=True)
    yield case("saturates", (2, 3, 4), (2, 4, 2), gain=40)


TABLES = {
    "conv_2d": conv_2d,
    "depthwise_conv_2d": depthwise_conv_2d,
    "fully_connected": fully_connected,
    "average_pool_2d": pool_2d("AVERAGE"),
    "max_pool_2d": pool_2d("MAX"),
    "l2_pool_2d": pool_2d("L2"),
    "transpose_conv": transpose_conv,
    "batch_matmul": batch_matmul,
}
