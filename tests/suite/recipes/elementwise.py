"""Cases of the operators that work element by element.

A module of `make.py`; it does nothing when run by itself.
"""

import numpy as np

from net import ACTIVATIONS, QUANTIZED, TYPES, options

IMAGE = (1, 3, 4, 5)


def unary(operator, function, o=None, scale=0.05, positive=False, fixed=None):
    """Functions of one element. The output's scale fits `function` over the input's range, or is `fixed`."""

    def case(name, shape, scale=scale, zero=-3, finer=1.0, **attributes):
        def build(d):
            # GELU of a single number far below zero is what rounding leaves of it
            few = {"low": -2.0, "high": 2.0} if shape == (1, 1) and d.net.kind == "float32" else {}
            x = d.positive(shape, scale, zero) if positive else d.input(shape, scale, zero, **few)
            if not d.quantized:
                return d.net.alike(operator, [x], shape, o and options(o, **attributes))
            reals = (np.arange(-128, 128) - zero) * np.float64(scale)
            step, point = fixed(d.kind) if fixed else fit(d, function(reals[reals > 0] if positive else reals), finer)
            return d.net.apply(operator, [x], shape, step, point, o and options(o, **attributes))

        return name, build

    def table(kind):
        if operator == "GELU":
            yield case("approximate", IMAGE, approximate=True)
        yield case("image", IMAGE)
        yield case("vector", (1, 37), scale * 0.61, 11)
        yield case("one_element", (1, 1), scale, -20)
        yield case("rank_1", (53,), scale * 1.3, -77)
        yield case("batch", (3, 2, 5), scale * 0.83, 40)
        yield case("zero_low", (2, 31), scale, -128)
        if kind in QUANTIZED:
            yield case("zero_high", (2, 31), scale, -64 if positive else 127)
            yield case("finer", (2, 31), scale, 4, 0.3)
            yield case("coarser", (2, 31), scale * 2.7, -9, 3.7)
            yield case("power_of_two", (2, 31), 2.0**-4, 0)
            yield case("tiny_scale", (2, 31), scale / 50, 0)

    return table


def negation(kind):
    """LiteRT negates integers as they are stored, whatever scale and zero point say."""

    def case(name, shape, scale=None):
        return name, lambda d: d.net.alike("NEG", [d.input(shape, scale, 0)], shape, options("Neg"))

    yield case("image", IMAGE)
    yield case("vector", (1, 37))
    yield case("one_element", (1, 1))
    yield case("rank_1", (53,))
    yield case("batch", (3, 2, 5))
    yield case("power_of_two", (2, 31), 2.0**-4)


def fit(d, reals, finer):
    """The scale and zero point that hold these numbers and zero; `finer` under 1 saturates."""
    low, high = min(reals.min(), 0), max(reals.max(), 0)
    if d.kind == "int16":
        low, high = min(low, -high), max(high, -low)
    scale = (high - low) / 255
    return np.float32(scale * finer), int(np.clip(np.round(-128 - low / scale), -128, 127))


def clamp(operator):
    def case(name, shape, x_scale, x_zero, scale=None, zero=None):
        def build(d):
            x = d.input(shape, x_scale, x_zero)
            s, z = (x_scale, x_zero) if scale is None else (scale, zero)
            return d.net.clamp(x, operator, s, z)

        return name, build

    def table(kind):
        yield case("same_scale", (1, 4, 5, 3), 0.07, -5)
        yield case("finer", (2, 60), 0.07, -5, 0.04, -128)
        yield case("coarser", (2, 60), 0.03, 11, 0.08, -20)
        yield case("zero_low", (90,), 0.05, -128, 0.05, -128)
        yield case("zero_high", (90,), 0.05, 127, 0.02, 100)
        yield case("saturates", (90,), 0.5, 0, 0.001, 0)
        yield case("power_of_two", (90,), 0.25, 3, 0.5, -1)

    return table


def slopes(operator, o):
    """LEAKY_RELU: one slope below zero."""

    def case(name, shape, alpha, scale=0.05, zero=-3, finer=1.0, out=None):
        def build(d):
            x = d.input(shape, scale, zero)
            return d.net.apply(
                operator, [x], shape, scale * finer, zero if out is None else out, options(o, alpha=alpha)
            )

        return name, build

    def table(kind):
        yield case("image", IMAGE, 0.1)
        yield case("vector", (1, 37), 0.3, 0.031, 17, 0.7, -40)
        yield case("zero_low", (53,), 0.2, 0.04, -128, 1.3)
        yield case("zero_high", (53,), 0.01, 0.04, 127, 0.9)
        yield case("rising", (2, 3, 5), 1.7, 0.05, 5, 1.1, 3)
        yield case("falling", (2, 3, 5), -0.4, 0.05, 5, 0.8, -9)
        yield case("saturates", (60,), 0.2, 0.5, 0, 0.01, 0)

    return table


def prelu(kind):
    def case(name, shape, slopes, zero=-3, finer=1.0, alpha_zero=None):
        def build(d):
            x = d.input(shape, 0.05, zero)
            alpha = d.constant(slopes, 0.01, alpha_zero)
            return d.net.apply("PRELU", [x, alpha], np.broadcast_shapes(shape, slopes), 0.05 * finer, zero)

        return name, build

    yield case("channels", IMAGE, (1, 1, 5))
    yield case("one_slope", IMAGE, (1, 1, 1), 20, 0.6)
    yield case("elements", IMAGE, IMAGE[1:], -128, 1.2)
    yield case("rows", IMAGE, (3, 1, 1), 127, 0.9, 0)
    yield case("vector", (2, 17), (17,), 5, 1.4, -128)
    yield case("rank_3", (2, 3, 4), (1, 4), 0, 0.8, 127)
    yield case("saturates", IMAGE, (1, 1, 5), 0, 0.02)


def pairwise(operator, o, activations=True):
    """Two operands, broadcast. FLOOR_DIV and FLOOR_MOD take integers as they are."""
    fits = {
        "ADD": lambda a, b: np.hypot(a, b) * 1.3,
        "SUB": lambda a, b: np.hypot(a, b) * 1.3,
        "MUL": lambda a, b: a * b * 90,
        "DIV": lambda a, b: a / b / 40,
        "SQUARED_DIFFERENCE": lambda a, b: (a * a + b * b) * 120,
    }
    alike = operator in ("MAXIMUM", "MINIMUM")
    floors = operator in ("FLOOR_DIV", "FLOOR_MOD")
    divides = floors or operator == "DIV"

    def both(name, a, b, scales=(None, None), rescale=1.0, zeros=(None, None), **attributes):
        def build(d):
            if floors:
                return quotient(d, a, b)
            x = d.input(a, scales[0], zeros[0])
            if divides:
                y = d.positive(b, scales[1] or 0.04, 100 if zeros[1] == 127 else zeros[1] or -7)
            else:
                y = d.input(b, *((x.scale, x.zero) if alike else (scales[1], zeros[1])))
            return finish(d, x, y, rescale, **attributes)

        return name, build

    def with_constant(name, a, b, first=False, **attributes):
        def build(d):
            if floors:
                return quotient(d, a, b)
            if divides:
                low, high = d.above(0.04, -90)
                x, c = d.positive(a, 0.04, -7) if first else d.input(a), d.constant(b, 0.04, -90, low=low, high=high)
            else:
                x = d.input(a)
                c = d.constant(b, *((x.scale, x.zero) if alike else (None, None)))
            return finish(d, *((c, x) if first else (x, c)), 1.0, **attributes)

        return name, build

    def quotient(d, a, b):
        x, y = (d.net.input(shape, kind=d.net.kind) for shape in (a, b))
        y.low, y.high = 1, 100
        return d.net.pairwise(operator, options(o), x, y, None, 0, kind=d.net.kind)

    def finish(d, a, b, rescale, zero=None, activation=None):
        if operator not in fits:
            return d.net.pairwise(operator, options(o), a, b, a.scale, a.zero)
        zero = d.zero() if zero is None else zero
        scale = np.float32(fits[operator](a.scale, b.scale) * rescale)
        return d.net.pairwise(operator, options(o), a, b, scale, zero, activation)

    def table(kind):
        image = IMAGE
        yield both("same_shape", image, image)
        yield both("channels", image, (1, 1, 1, 5))
        yield both("columns_first", (1, 1, 4, 1), image)
        yield with_constant("constant_channels", image, (5,))
        yield both("outer", (4, 1), (1, 6))
        yield with_constant("constant_channels_first", image, (1, 1, 1, 5), first=True)
        yield both("saturates", image, image, rescale=0.02)
        yield both("scales_far_apart", image, image, (1e-4, 0.9))
        yield both("powers_of_two", image, image, (0.5, 0.25), rescale=64 if operator == "SQUARED_DIFFERENCE" else 0.9)
        yield both("zeros_low", image, image, zeros=(-128, -128), zero=-128)
        yield both("zeros_high", image, image, zeros=(127, 127), zero=127)
        for activation in list(ACTIVATIONS)[1:] if activations else ():
            yield both(activation, image, image, (0.05, 0.04), zero=-7, activation=activation)
        yield both("alternating", (2, 1, 3, 1), (1, 4, 1, 5))
        yield both("scalar_input", image, (1,))
        yield with_constant("constant", image, image)
        yield with_constant("constant_scalar", image, ())
        yield both("vector", (1, 17), (1, 17))
        yield both("one_element", (1, 1), (1, 1))
        if not divides:
            yield "twice", lambda d: finish(d, *[d.input(image)] * 2, 1.0)
        yield both("channels_rank_1", image, (5,))
        yield both("rows", image, (1, 3, 1, 1))
        yield both("pixels", image, (1, 3, 4, 1))
        yield both("outer_rank_4", (1, 3, 1, 5), (1, 1, 4, 1))
        yield both("lower_rank_first", (4, 5), image)
        yield both("middle_rank_3", (2, 3, 4), (2, 1, 4))
        yield with_constant("constant_scalar_first", image, (), first=True)
        yield with_constant("constant_rows", image, (3, 1, 1))
        yield with_constant("constant_widens", (1, 1, 4, 1), (1, 3, 1, 5))
        yield with_constant("constant_widens_first", (4, 1), (1, 6), first=True)
        yield both("scales_far_apart_swapped", image, image, (3.0, 2e-5))
        yield both("faint", image, image, rescale=60.0)
        if activations:
            yield with_constant("constant_channels_relu", image, (5,), activation="relu", zero=-100)

    return table


def power(kind):
    def case(name, a, b):
        def build(d):
            real = d.net.kind == "float32"
            x = d.input(a, low=0.1 if real else 0, high=5)
            y = d.input(b, low=-2.0 if real else 0, high=4)
            return d.net.pairwise("POW", options("Pow"), x, y, x.scale, x.zero)

        return name, build

    yield case("same_shape", IMAGE, IMAGE)
    yield case("channels", IMAGE, (1, 1, 1, 5))
    yield case("scalar", (2, 9), ())
    yield case("vector", (1, 17), (1, 17))
    yield case("outer", (4, 1), (1, 6))
    yield case("rank_3", (2, 3, 4), (2, 1, 4))


def comparison(operator, o):
    """Two operands of one type; the answer is a bool."""

    def case(name, a, b, scales=(0.05, 0.05), zeros=(4, 4), constant=False):
        def build(d):
            # few numbers, so that some are equal
            few = {} if scales[0] != scales[1] else {"low": 0, "high": 200 if d.kind == "int16" else 9}
            x, y = d.input(a, scales[0], zeros[0], **few), None
            if constant and d.net.kind == "float32":
                y = d.net.constant(d.rng.integers(0, 10, b).astype(np.float32))
            else:
                y = (d.constant if constant else d.input)(b, scales[1], zeros[1], **few)
            x.whole = y.whole = True
            return d.net.pairwise(operator, o and options(o), x, y, None, 0, kind="bool")

        return name, build

    def table(kind):
        yield case("same_shape", IMAGE, IMAGE)
        yield case("channels", IMAGE, (1, 1, 1, 5))
        yield case("constant", IMAGE, (5,), constant=True)
        yield case("scalar", (2, 9), (), constant=True)
        yield case("outer", (4, 1), (1, 6))
        yield case("alternating", (2, 1, 3, 1), (1, 4, 1, 5))
        if kind in QUANTIZED:
            yield case("other_scale", IMAGE, IMAGE, (0.05, 0.031), (4, -20))
            yield case("zeros_at_the_ends", IMAGE, IMAGE, (0.02, 0.045), (-128, 127))
            yield case("scales_far_apart", IMAGE, IMAGE, (1e-3, 0.9), (0, 0))

    return table


def logical_not(kind):
    for name, shape in (
        ("image", IMAGE),
        ("vector", (1, 37)),
        ("one_element", (1, 1)),
        ("rank_1", (19,)),
        ("batch", (3, 2, 5)),
        ("rank_2", (4, 7)),
    ):
        yield name, lambda d, shape=shape: d.net.alike("LOGICAL_NOT", [d.input(shape)], shape, options("LogicalNot"))


def select(operator, o):
    def case(name, c, a, b, constant=False):
        def build(d):
            condition = d.input(c, kind="bool")
            x = d.input(a)
            y = (d.constant if constant else d.input)(b, x.scale, x.zero)
            shape = a if operator == "SELECT" else np.broadcast_shapes(c, a, b)
            return d.net.apply(operator, [condition, x, y], shape, x.scale, x.zero, options(o))

        return name, build

    def table(kind):
        yield case("same_shape", IMAGE, IMAGE, IMAGE)
        yield case("vector", (17,), (17,), (17,))
        yield case("constant", (2, 9), (2, 9), (2, 9), constant=True)
        yield case("rank_3", (2, 3, 4), (2, 3, 4), (2, 3, 4))
        yield case("one_element", (1, 1), (1, 1), (1, 1))
        if operator == "SELECT":
            yield case("condition_per_row", (4,), (4, 3, 2), (4, 3, 2))
            yield case("condition_per_row_rank_2", (5,), (5, 3), (5, 3))
        else:
            yield case("condition_per_row", (1, 3, 1, 1), IMAGE, IMAGE)
            yield case("scalar_condition", (), IMAGE, IMAGE)
            yield case("everything_widens", (3, 1, 1), (1, 4, 1), (1, 1, 5))
            yield case("scalar_otherwise", IMAGE, IMAGE, (), constant=True)

    return table


# The numbers of each type that CAST is asked for; what another type lacks is not defined.
ROOM = {
    "bool": (-2, 2),
    "int8": (-128, 127),
    "uint8": (0, 255),
    "int16": (-32768, 32767),
    "int32": (-100000, 100000),
    "uint32": (0, 100000),
    "int64": (-100000, 100000),
    "float32": (-100000, 100000),
}


def cast(kind):
    def case(to, shape):
        def build(d):
            x = d.net.input(shape, kind=d.net.kind)
            (a, b), (c, e) = ROOM[x.kind], ROOM[to]
            x.low, x.high, x.whole = max(a, c), min(b, e), to == "bool"
            o = options("Cast", inDataType=TYPES[x.kind], outDataType=TYPES[to])
            return d.net.apply("CAST", [x], shape, kind=to, options=o)

        return f"to_{to}", build

    shapes = (IMAGE, (2, 9), (31,), (1, 1), (2, 3, 5), (1, 17), (40,))
    others = [to for to in ("float32", "int8", "uint8", "int16", "int32", "int64", "bool") if to != kind]
    for to, shape in zip(others, shapes):
        yield case(to, shape)


def many(operator, o):
    """ADD_N."""

    def case(name, shape, count):
        def build(d):
            return d.net.apply(operator, [d.input(shape) for _ in range(count)], shape, options=options(o))

        return name, build

    def table(kind):
        yield case("two", IMAGE, 2)
        yield case("three", (1, 17), 3)
        yield case("four", (2, 3, 4), 4)
        yield case("six", (7,), 6)
        yield case("five", (3, 5), 5)
        yield case("one_element", (1, 1), 2)

    return table


def gelu(x):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


TABLES = {
    "abs": unary("ABS", np.abs, "Abs"),
    "neg": negation,
    "sqrt": unary("SQRT", np.sqrt, positive=True),
    "rsqrt": unary("RSQRT", lambda x: 1 / np.sqrt(x), positive=True),
    "square": unary("SQUARE", np.square, "Square"),
    "exp": unary("EXP", np.exp, "Exp", scale=0.02),
    "log": unary("LOG", np.log, positive=True),
    "sin": unary("SIN", np.sin),
    "cos": unary("COS", np.cos, "Cos"),
    "floor": unary("FLOOR", np.floor),
    "ceil": unary("CEIL", np.ceil),
    "round": unary("ROUND", np.round),
    "relu": clamp("RELU"),
    "relu6": clamp("RELU6"),
    "relu_n1_to_1": clamp("RELU_N1_TO_1"),
    "elu": unary("ELU", lambda x: np.where(x < 0, np.expm1(x), x)),
    "gelu": unary("GELU", gelu, "Gelu"),
    "hard_swish": unary("HARD_SWISH", lambda x: x * np.clip(x + 3, 0, 6) / 6, "HardSwish"),
    "leaky_relu": slopes("LEAKY_RELU", "LeakyRelu"),
    "prelu": prelu,
    "logistic": unary("LOGISTIC", None, fixed=lambda kind: (1 / 128 if kind == "int16" else 1 / 256, -128)),
    "tanh": unary("TANH", None, fixed=lambda kind: (1 / 128, 0)),
    "add": pairwise("ADD", "Add"),
    "sub": pairwise("SUB", "Sub"),
    "mul": pairwise("MUL", "Mul"),
    "div": pairwise("DIV", "Div"),
    "maximum": pairwise("MAXIMUM", "MaximumMinimum", activations=False),
    "minimum": pairwise("MINIMUM", "MaximumMinimum", activations=False),
    "squared_difference": pairwise("SQUARED_DIFFERENCE", "SquaredDifference", activations=False),
    "floor_div": pairwise("FLOOR_DIV", "FloorDiv", activations=False),
    "floor_mod": pairwise("FLOOR_MOD", "FloorMod", activations=False),
    "pow": power,
    "add_n": many("ADD_N", "AddN"),
    "equal": comparison("EQUAL", "Equal"),
    "not_equal": comparison("NOT_EQUAL", "NotEqual"),
    "greater": comparison("GREATER", "Greater"),
    "greater_equal": comparison("GREATER_EQUAL", "GreaterEqual"),
    "less": comparison("LESS", "Less"),
    "less_equal": comparison("LESS_EQUAL", "LessEqual"),
    "logical_and": comparison("LOGICAL_AND", "LogicalAnd"),
    "logical_or": comparison("LOGICAL_OR", "LogicalOr"),
    "logical_not": logical_not,
    "select": select("SELECT", "Select"),
    "select_v2": select("SELECT_V2", "SelectV2"),
    "cast": cast,
}
