"""The cases of single operators: for each, the types that LiteRT's reference kernels run and a table of attributes.

A module of `make.py`; it does nothing when run by itself.
"""

import conversion
import elementwise
import images
import movement
import picking
import reduction
import reference
import state
import windows
from draw import Draw
from nets import nets
from recurrent import gru

TABLES = {
    **windows.TABLES,
    **reduction.TABLES,
    **elementwise.TABLES,
    **movement.TABLES,
    **images.TABLES,
    **picking.TABLES,
    **conversion.TABLES,
    **state.TABLES,
}

# Types of activations, and what weights can be besides.
KINDS = ("int8", "int16", "uint8", "float32", "int32", "int64", "bool", "int4", "float16", "hybrid")
WEIGHTED = (
    "conv_2d",
    "depthwise_conv_2d",
    "fully_connected",
    "transpose_conv",
    "batch_matmul",
    "embedding_lookup",
    "svdf",
    "unidirectional_sequence_lstm",
)


def asked(operator):
    """The types in which an operator can be asked for."""
    if operator in WEIGHTED:
        return KINDS
    return KINDS[:-1] if operator == "dequantize" else KINDS[:-3]


# Operators with many cases in int8, and the three that models spend their time in.
THOROUGH = ("add", "mul", "mean", "softmax", "transpose", "average_pool_2d", "max_pool_2d", "concatenation")
# Operators whose cases are forms of their own.
MANIFOLD = ("unidirectional_sequence_lstm",)
HEAVY = ("conv_2d", "depthwise_conv_2d", "fully_connected")


def most(operator, kind):
    """How many cases an operator has in a type at most."""
    if kind == "int8":
        return 100 if operator in HEAVY + THOROUGH + MANIFOLD else 10
    if operator in MANIFOLD and kind == "float32":
        return 100
    if operator in HEAVY:
        return 12 if kind in ("int16", "float32") else 7
    return 7 if kind in ("int16", "float32") else 6


def cases():
    """(folder, name, net) of every case, in every type in which LiteRT runs the operator."""
    for operator, table in TABLES.items():
        for kind in asked(operator):
            if runs(operator, kind):
                for name, build in spread(list(table(kind)), most(operator, kind)):
                    yield operator, f"{kind}_{name}", net(operator, kind, name, build)
    for name, build in nets():
        yield "nets", f"int8_{name}", net("nets", "int8", name, build)
    for kind in ("int8", "int16", "float32"):
        for name, build in gru(kind):
            yield "gru", f"{kind}_{name}", net("gru", kind, name, build)


def spread(cases, most):
    """The first of the cases and others all over the table, `most` in all."""
    if len(cases) <= most:
        return cases
    return [cases[i * (len(cases) - 1) // (most - 1)] for i in range(most)]


def runs(operator, kind):
    """Whether LiteRT runs the first case of an operator."""
    first = next(iter(TABLES[operator](kind)), None)
    return first is not None and reference.runs(operator, kind, net(operator, kind, *first))


def net(folder, kind, name, build):
    """The net of one case."""
    draw = Draw(f"{folder}/{kind}_{name}", kind)
    built = build(draw)
    return draw.net.output(*(built if isinstance(built, (list, tuple)) else [built]))
