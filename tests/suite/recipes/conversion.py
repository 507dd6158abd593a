"""Cases of the operators between types: QUANTIZE and DEQUANTIZE.

A module of `make.py`; it does nothing when run by itself.
"""

import numpy as np

from net import options


def quantize(kind):
    def real(name, shape, scale, zero):
        return name, lambda d: d.net.quantize(d.net.input(shape, kind="float32"), scale, zero)

    def again(name, x_scale, x_zero, scale, zero):
        return name, lambda d: d.net.quantize(d.input((2, 128), x_scale, x_zero), scale, zero)

    def between(name, other, x_scale, x_zero, scale, zero):
        return name, lambda d: d.net.quantize(d.net.input((2, 60), x_scale, x_zero, other), scale, zero)

    yield real("float", (2, 40), 0.05, -3)
    # what leaves 32 bits before it is rounded has no answer of its own
    yield real("float_image", (1, 4, 4, 3), 1 / 25 if kind == "int16" else 1 / 255, -128)
    yield real("float_power_of_two", (64,), 0.25, 7)
    yield real("float_large_scale", (40,), 13.0, 0)
    yield again("finer", 0.1, 5, 0.03, -60)
    yield again("coarser", 0.02, -100, 0.15, 20)
    yield again("same_scale", 0.05, -5, 0.05, 30)
    yield again("identity", 0.05, -5, 0.05, -5)
    yield again("power_of_two", 0.25, 1, 0.5, -2)
    yield again("saturates", 1.0, 0, 1e-3, 0)
    if kind != "int8":
        yield between("from_int8", "int8", 0.07, -9, 0.05, 4)
    if kind != "uint8":
        yield between("from_uint8", "uint8", 0.07, 130, 0.09, 4)
    if kind == "int8":
        yield between("from_int16", "int16", 0.0007, 0, 0.09, 4)


def dequantize(kind):
    def case(name, shape, scale, zero):
        def build(d):
            if kind == "float16":
                half = d.net.constant(d.rng.normal(0, 3, shape).astype(np.float16))
                return finish(d, d.net.dequantize(half))
            if kind == "int4":
                table = d.net.constant(d.narrow(shape), scale, 0)
                return finish(d, d.net.dequantize(table))
            return d.net.dequantize(d.input(shape, scale, zero))

        return name, build

    yield case("plain", (2, 60), 0.0371, -3)
    yield case("probabilities", (1, 100), 1 / 256, -128)
    yield case("large_scale", (1, 4, 4, 3), 1234.567, 127)
    yield case("tiny_scale", (50,), 1e-30, 5)
    yield case("odd", (1, 3, 3, 5), 0.3, 0)
    yield case("one_element", (1, 1), 0.0625, -1)


def finish(d, constant):
    """Adds a constant to an input, as no net is made of constants alone."""
    x = d.net.input(constant.shape, kind="float32")
    return d.net.apply("ADD", [x, constant], constant.shape, options=options("Add"), kind="float32")


TABLES = {"quantize": quantize, "dequantize": dequantize}
