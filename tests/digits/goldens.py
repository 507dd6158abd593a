"""Make `goldens/*.npy` and `samples.npy` from the committed `digits.tflite`.

    pip install -r requirements.txt
    python goldens.py            # write the files
    python goldens.py --check    # write nothing; fail if a committed file differs from what would be written

Outputs come from LiteRT's reference kernels, which are integer arithmetic: every machine writes the same bytes.
`goldens/README.md` says what each file holds.
"""

import argparse
import io
import sys

import numpy as np

from reference import HERE, Reference, rows

SEED = 20261121
SAMPLES = [0, 1, 2, 3, 4]


def main():
    arguments = argparse.ArgumentParser(description="make the golden inputs and outputs of digits.tflite")
    arguments.add_argument("--check", action="store_true", help="compare with the committed files, write nothing")
    check = arguments.parse_args().check

    wrong = []
    for name, array in files(Reference()).items():
        content = npy(array) if name.endswith(".npy") else npz(array)
        path = HERE / name
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        elif not path.exists() or path.read_bytes() != content:
            wrong.append(name)
        print(name)
    if wrong:
        sys.exit(f"differs from digits.tflite: {', '.join(wrong)}; run goldens.py and commit what it writes")


def files(model):
    """Each file's name and array. A first axis for the rows stands before the port's own shape."""
    images, labels = rows(test=True)
    real = images[:, np.newaxis]
    inputs = model.quantize(real)
    outputs, logits = model.run(inputs)
    edges = edge_inputs(model)
    edge_outputs, edge_logits = model.run(edges)
    samples = [int(np.flatnonzero(labels == digit)[0]) for digit in SAMPLES]
    return {
        "goldens/inputs.npy": inputs,
        "goldens/outputs.npy": outputs,
        "goldens/logits.npy": logits,
        "goldens/labels.npy": labels,
        "goldens/edge_inputs.npy": edges,
        "goldens/edge_outputs.npy": edge_outputs,
        "goldens/edge_logits.npy": edge_logits,
        "goldens/float_rows.npy": real[:10],
        "goldens/float_outputs.npy": model.dequantize(outputs[:10]),
        "samples.npy": inputs[samples],
        "goldens/calibration.npz": {"x": rows(test=False)[0][::7]},
        "goldens/test.npz": {"x": images, "y": labels},
    }


def edge_inputs(model):
    """All lowest, all highest, all zero point, then three of uniform random bytes."""
    shape = tuple(model.input["shape"])
    flat = [np.full(shape, value, np.int8) for value in (-128, 127, model.input["quantization"][1])]
    random = np.random.default_rng(SEED).integers(-128, 128, (3, *shape), np.int8)
    return np.concatenate([np.stack(flat), random])


def npy(array):
    """The bytes of a .npy file, format version 1.0."""
    out = io.BytesIO()
    np.lib.format.write_array(out, np.ascontiguousarray(array), version=(1, 0))
    return out.getvalue()


def npz(arrays):
    """The bytes of a .npz file of named arrays."""
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


if __name__ == "__main__":
    main()
