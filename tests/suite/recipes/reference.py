"""LiteRT's interpreter, with its reference kernels on one thread.

A module of `make.py` and `probe.py`; it does nothing when run by itself.
"""

import copy
import os
from importlib import metadata

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from draw import rows
from net import TYPES

# Operators that the reference resolver lacks.
ELSEWHERE = ("ceil", "elu", "round")

# What it takes for uint8: the numbers of int8 are those of the same net in uint8, and there are none for int16.
MISTAKEN = (("sum", "int8"), ("sum", "int16"))

# Operators on variables with handles, which no call of the interpreter forgets.
HANDLES = ("read_variable",)


def version():
    return metadata.version("ai-edge-litert")


def answer(operator, net, inputs):
    """The outputs of a net for rows of inputs, one array for each; state is forgotten before each row.

    Raises RuntimeError or ValueError where LiteRT refuses.
    """
    def fresh():
        made = Interpreter(model_content=net.bytes(), experimental_op_resolver_type=known, num_threads=1)
        made.allocate_tensors()
        return made

    if (operator, net.kind) in MISTAKEN:
        if net.kind != "int8":
            raise ValueError("LiteRT takes it for uint8")
        twin = [(x ^ -128).view(np.uint8) for x in inputs]
        return [y.view(np.int8) ^ -128 for y in answer(operator, unsigned(net), twin)]
    known = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES if operator in ELSEWHERE else OpResolverType.BUILTIN_REF
    interpreter = fresh()
    ins, outs = interpreter.get_input_details(), interpreter.get_output_details()
    outputs = [[] for _ in outs]
    for row in zip(*inputs):
        if operator in HANDLES:
            interpreter = fresh()
        interpreter.reset_all_variables()
        for d, x in zip(ins, row):
            interpreter.set_tensor(d["index"], x)
        interpreter.invoke()
        for d, y in zip(outs, outputs):
            y.append(interpreter.get_tensor(d["index"]))
    return [np.stack(y) for y in outputs]


def unsigned(net):
    """The same net in uint8."""
    twin = copy.deepcopy(net)
    for t in twin.tensors:
        if t.type == TYPES["int8"]:
            t.type = TYPES["uint8"]
            t.quantization.zeroPoint = [z + 128 for z in t.quantization.zeroPoint]
    twin.kind = "uint8"
    return twin


def runs(operator, kind, net):
    """Whether LiteRT runs a net of this type; asked of it in a process of its own, as it may crash."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1), os.dup2(silence, 2)
    try:
        made = answer(operator, net, [rows(np.random.default_rng(1), x, 4)[3:] for x in net.inputs])
        right = all(y.shape[1:] == t.shape and y.dtype == t.kind for y, t in zip(made, net.outputs))
        os._exit(0 if right else 1)
    except (RuntimeError, ValueError):
        os._exit(1)
