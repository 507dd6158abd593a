#!/usr/bin/env python3
"""Writes ONNX's own node tests to one archive: python3 cases.py FILE.npz

Each is a model (`NAME/model`), the operator that it is a test of (`NAME/operator`), its tolerances (`NAME/tolerance`:
relative, absolute), the names of its inputs (`NAME/names`, a line each), and, where they are numbers that NumPy knows, its
inputs (`NAME/x00` ..) and outputs (`NAME/y00` ..). Those that are a function's expansion stand for the same numbers as the
function, and are left out.
"""

import io
import sys
import warnings
import zipfile

import numpy as np
from onnx.backend.test.case.node import collect_testcases


def main(path):
    warnings.simplefilter("ignore")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for case in collect_testcases(None):
            if "_expanded" not in case.name:
                for part, array in parts(case):
                    archive.writestr(f"{case.name}/{part}.npy", stored(array))


def parts(case):
    names = "\n".join(port.name for port in case.model.graph.input)
    yield "model", bytes_of(case.model.SerializeToString())
    yield "names", bytes_of(names.encode())
    yield "operator", bytes_of(case.model.graph.node[-1].op_type.encode())
    yield "tolerance", np.array([case.rtol, case.atol], np.float32)
    inputs, outputs = case.data_sets[0]
    sides = [(side, i, value) for side, values in (("x", inputs), ("y", outputs)) for i, value in enumerate(values)]
    if all(isinstance(value, (np.ndarray, np.generic)) and np.asarray(value).dtype.kind in "biuf" for _, _, value in sides):
        for side, i, value in sides:
            yield f"{side}{i:02}", np.asarray(value)


def bytes_of(data):
    return np.frombuffer(data, np.uint8)


def stored(array):
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asarray(array, order="C"), version=(1, 0))
    return file.getvalue()


if __name__ == "__main__":
    main(sys.argv[1])
