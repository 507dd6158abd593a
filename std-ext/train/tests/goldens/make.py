#!/usr/bin/env python3
"""Makes the goldens beside it from PyTorch and scikit-learn: python3 make.py, or python3 make.py --check

tensor.json   what operations between tensors give, and their gradients
loss.json     losses, the same way
layer.json    layers with their parameters, by PyTorch's names
optim.json    parameters after each of ten steps, learning rates of schedules, clipped gradients
metrics.json  accuracy and the like

Needs torch (its CPU is enough), scikit-learn and numpy; each file names the versions it was made with. PyTorch computes
in float64, from inputs that are float32 exactly. The loss that is derived is the sum of the output's elements, element i
times 0.5 + (37 i mod 64) / 64. With --check nothing is written: what is made now must be what the files have, but for
rounding.
"""

import json
import pathlib
import sys

import numpy
import sklearn
import torch

import layers
import operations
import scores
import steps

HERE = pathlib.Path(__file__).parent
FILES = {
    "tensor": operations.tensor_cases,
    "loss": operations.loss_cases,
    "layer": layers.cases,
    "optim": steps.cases,
    "metrics": scores.cases,
}


def made():
    """The content of each file."""
    versions = f"torch {torch.__version__.split('+')[0]}, scikit-learn {sklearn.__version__}, numpy {numpy.__version__}"
    return {name: {"made_by": versions, "cases": list(cases())} for name, cases in FILES.items()}


def text(content):
    """A line for each case."""
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in content["cases"])
    return f'{{"made_by":"{content["made_by"]}","cases":[\n{lines}\n]}}\n'


def same(old, new, path):
    """Refuses what differs by more than rounding, and says where."""
    if isinstance(old, (dict, list)) and type(old) is type(new) and len(old) == len(new):
        keys = old.keys() if isinstance(old, dict) else range(len(old))
        for key in keys:
            if isinstance(old, dict) and key not in new:
                sys.exit(f"{path}: {key} is no longer made")
            label = old[key].get("name", key) if isinstance(old[key], dict) else key
            same(old[key], new[key], f"{path}/{label}")
    elif isinstance(old, float) and isinstance(new, (int, float)):
        if not abs(old - new) <= 2e-7 * max(1, abs(old)) and old == old:
            sys.exit(f"{path}: {old} in the file, {new} now")
    elif old != new:
        sys.exit(f"{path}: {old} in the file, {new} now")


def main(arguments):
    torch.manual_seed(0)
    torch.set_num_threads(1)
    for name, content in made().items():
        path = HERE / f"{name}.json"
        if arguments == ["--check"]:
            old = json.loads(path.read_text())
            same(old["cases"], json.loads(text(content))["cases"], name)
            print(f"{path.name}: {len(old['cases'])} cases are as made by {content['made_by']}")
        else:
            path.write_text(text(content))
            print(f"{path.name}: {len(content['cases'])} cases, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
