"""How inputs are drawn and results written down."""

import zlib

import numpy
import torch


def draw(name, shape, low=-2.0, high=2.0):
    """Different numbers between two bounds, in any order: odd multiples of 1/1024, so never 0, and float32 exactly."""
    count = int(numpy.prod(shape, dtype=int))
    every = numpy.arange(int(low * 512), int(high * 512))
    rng = numpy.random.default_rng(zlib.crc32(name.encode()))
    chosen = rng.choice(every, count, replace=False)
    return torch.tensor((2 * chosen + 1) / 1024, dtype=torch.float64).reshape(shape)


def note(tensor):
    """A tensor as JSON: parts of 1/1024 if it can be said so, else eight digits, which float32 does not quite have."""
    tensor = tensor.detach()
    shape, numbers = list(tensor.shape), tensor.flatten().tolist()
    if tensor.dtype == torch.int64:
        return {"shape": shape, "whole": numbers}
    if all(abs(x) < 100 and (x * 1024).is_integer() for x in numbers):
        return {"shape": shape, "parts": [int(x * 1024) for x in numbers]}
    return {"shape": shape, "real": [float(f"{x:.8g}") for x in numbers]}


def weights(output):
    """What each element of an output counts in the loss that is derived."""
    i = torch.arange(output.numel(), dtype=torch.float64)
    return (0.5 + (37 * i % 64) / 64).reshape(output.shape)


def derived(name, function, inputs):
    """A case of a function: its inputs, output, and the gradients of those inputs that are real."""
    leaves = [x.clone().requires_grad_() if x.is_floating_point() else x for x in inputs]
    output = function(*leaves)
    case = {"name": name, "inputs": [note(x) for x in inputs], "output": note(output)}
    if output.requires_grad:
        (output * weights(output)).sum().backward()
        case["gradients"] = [note(x.grad) if x.is_floating_point() else None for x in leaves]
    return case
