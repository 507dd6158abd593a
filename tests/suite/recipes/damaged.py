"""Models that contradict themselves, each in one place, with a part of the message that must say so.

A module of `make.py`; it does nothing when run by itself. Truncations and flipped bytes need no recipe: the tests make
them.
"""

from types import SimpleNamespace

import numpy as np

from draw import Draw


def damaged():
    """(name, model, part of the message) of every damaged model."""
    for name, change, why in CHANGES:
        d = Draw("damaged")
        x = d.conv(d.input((1, 5, 5, 2)), 3, (3, 3))
        d.net.output(d.dense(d.net.reshape(x, (1, 75)), 4))
        change(d.net)
        yield name, d.net.bytes(), why


def tensor(i, **fields):
    return lambda net: vars(net.tensors[i]).update(fields)


def quantization(i, **fields):
    return lambda net: vars(net.tensors[i].quantization).update(fields)


def operator(i, **fields):
    return lambda net: vars(net.operators[i]).update(fields)


def options(i, **fields):
    return lambda net: vars(net.operators[i].builtinOptions).update(fields)


def buffer(i, length):
    def change(net):
        net.buffers[i].data = np.zeros(length, np.uint8)

    return change


def outputs(*indices):
    def change(net):
        net.outputs = [SimpleNamespace(index=i) for i in indices]

    return change


# Tensors: 0 input, 1 filter, 2 bias, 3 convolution, 4 new shape, 5 reshaped, 6 matrix, 7 bias, 8 output.
CHANGES = [
    ("filter_of_another_size", tensor(1, shape=[3, 3, 4, 2]), "bytes of data"),
    ("huge_shape", tensor(1, shape=[2**30, 3, 2**30, 2]), "2147483648 bytes are the limit"),
    ("empty_shape", tensor(3, shape=[1, 0, 5, 3]), "is empty"),
    ("negative_shape", tensor(3, shape=[1, -5, 5, 3]), "only known at run time"),
    ("seven_dimensions", tensor(3, shape=[1, 1, 1, 1, 5, 5, 3]), "6 are the limit"),
    ("wrong_output_shape", tensor(3, shape=[1, 5, 5, 4]), "makes [1, 5, 5, 3]"),
    ("unknown_type", tensor(3, type=99), "not known"),
    ("no_such_buffer", tensor(1, buffer=1000), "buffer 1000"),
    ("no_scale", quantization(3, scale=[], zeroPoint=[]), "without a scale"),
    ("scale_of_zero", quantization(3, scale=[0.0]), "a scale of 0"),
    ("scale_of_nan", quantization(3, scale=[float("nan")]), "a scale of NaN"),
    ("negative_scale", quantization(3, scale=[-0.5]), "a scale of -0.5"),
    ("zero_point_outside", quantization(3, zeroPoint=[1000]), "a zero point of 1000"),
    ("two_scales_of_three_channels", quantization(1, scale=[0.1, 0.2]), "2 scales"),
    ("no_such_tensor", operator(0, inputs=[0, 77, 2]), "tensor 77 does not exist"),
    ("no_inputs", operator(0, inputs=[]), "there are 0"),
    ("reads_its_own_output", operator(0, inputs=[3, 1, 2]), "nothing wrote before"),
    ("written_twice", operator(1, outputs=[3]), "written before"),
    ("writes_a_constant", operator(2, outputs=[6]), "which is a constant"),
    ("no_such_operator_code", operator(0, opcodeIndex=44), "operator code is 44"),
    ("no_options", operator(0, builtinOptionsType=0, builtinOptions=None), "options"),
    ("stride_of_zero", options(0, strideH=0), "stride"),
    ("negative_dilation", options(0, dilationWFactor=-1), "dilation"),
    ("unknown_padding", options(0, padding=7), "padding"),
    ("unknown_activation", options(0, fusedActivationFunction=50), "activation"),
    ("bias_of_another_size", buffer(2, 8), "bytes of data"),
    ("output_that_nothing_writes", outputs(6), "no operator writes"),
    ("output_listed_twice", outputs(8, 8), "listed twice"),
    ("no_outputs", outputs(), "no outputs"),
]
