"""Make the cases of the operator suite: tiny int8 models and what LiteRT's reference kernels answer.

    pip install -r requirements.txt
    python make.py               # write the files in cases/
    python make.py --check       # write nothing; fail if a committed file differs from what would be written
    python make.py --unpack DIR  # write every model as a .tflite file, to look at or to seed a fuzzer

Each `cases/FOLDER.npz` holds, for every case, `NAME/model` (the bytes of a .tflite file), `NAME/x0`, `NAME/x1` ...
(one array for each input, [rows] + shape) and `NAME/y0` ... (the same for outputs). `damaged.npz` has `NAME/why`
instead, a part of the message that refuses the model. Models are written field by field,
not converted, so that shapes, attributes, scales and zero points are exactly those of the tables in `recipes/`. Every
case has its own seed: the same script writes the same bytes.
"""

import argparse
import io
import pathlib
import sys
import zipfile
import zlib

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "recipes"))

import damaged  # noqa: E402
import nets  # noqa: E402
import operators  # noqa: E402
import random_nets  # noqa: E402

FOLDER = HERE / "cases"


def main():
    arguments = argparse.ArgumentParser(description="make the cases of the operator suite")
    arguments.add_argument("--check", action="store_true", help="compare with the committed files, write nothing")
    arguments.add_argument("--unpack", metavar="DIR", type=pathlib.Path, help="write the models as .tflite files")
    chosen = arguments.parse_args()
    if chosen.unpack:
        return unpack(chosen.unpack)

    wrong = []
    for name, content in files():
        path = FOLDER / name
        if not chosen.check:
            FOLDER.mkdir(exist_ok=True)
            path.write_bytes(content)
        elif not path.exists() or path.read_bytes() != content:
            wrong.append(name)
        print(f"{name}  {len(content)} bytes")
    if wrong:
        sys.exit(f"not what make.py writes: {', '.join(wrong)}; run make.py and commit")


def models():
    """(folder, name, model) of every case."""
    yield from operators.cases()
    for name, model in random_nets.networks():
        yield "random", name, model


def files():
    """(file name, content) of every file of the suite."""
    folders = {}
    for folder, name, model in models():
        arrays = folders.setdefault(folder, {})
        arrays[f"{name}/model"] = np.frombuffer(model, np.uint8)
        try:
            for port, array in answer(f"{folder}/{name}", model):
                arrays[f"{name}/{port}"] = array
        except (RuntimeError, ValueError) as e:
            sys.exit(f"{folder}/{name}: {e}")
    for folder, arrays in folders.items():
        yield f"{folder}.npz", npz(arrays)
    yield "unsupported.tflite", nets.unsupported()
    arrays = {}
    for name, model, why in damaged.damaged():
        arrays[f"{name}/model"] = np.frombuffer(model, np.uint8)
        arrays[f"{name}/why"] = np.frombuffer(why.encode(), np.uint8)
    yield "damaged.npz", npz(arrays)


def answer(name, model):
    """(port, rows) of every input and output, from LiteRT's reference kernels on one thread."""
    interpreter = Interpreter(
        model_content=model, experimental_op_resolver_type=OpResolverType.BUILTIN_REF, num_threads=1
    )
    interpreter.allocate_tensors()
    ins, outs = interpreter.get_input_details(), interpreter.get_output_details()
    rng = np.random.default_rng(zlib.crc32(name.encode()) ^ 1)
    elements = sum(int(np.prod(d["shape"])) for d in ins + outs)
    count = int(np.clip(1500 // elements, 4, 12))
    # LiteRT's softmax gives up on rows of 512 and more equal elements
    flat = not (name.startswith("softmax/") and elements > 1000)
    xs = [rows(rng, d, count, flat) for d in ins]
    ys = [np.zeros((count, *d["shape"]), d["dtype"]) for d in outs]
    for i in range(count):
        for d, x in zip(ins, xs):
            interpreter.set_tensor(d["index"], x[i])
        interpreter.invoke()
        for d, y in zip(outs, ys):
            y[i] = interpreter.get_tensor(d["index"])
    yield from ((f"x{i}", x) for i, x in enumerate(xs))
    yield from ((f"y{i}", y) for i, y in enumerate(ys))


def rows(rng, details, count, flat):
    """Rows for one input: both ends and the zero point where `flat`, then random ones."""
    shape = (count, *details["shape"])
    if details["dtype"] == np.float32:
        x = rng.normal(0, 3, shape).astype(np.float32)
        # ties of power-of-two scales, and what saturates
        x[0] = np.round(x[0] * 8) / 8
        x[1] *= 1e4
        return x
    x = rng.integers(-128, 128, shape).astype(np.int8)
    if flat:
        x[0], x[1], x[2] = -128, 127, details["quantization"][1]
    return x


def npz(arrays):
    """An .npz file whose bytes depend on the arrays only."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, array in arrays.items():
            body = io.BytesIO()
            np.lib.format.write_array(body, array, version=(1, 0), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            archive.writestr(entry, body.getvalue())
    return out.getvalue()


def unpack(to):
    to.mkdir(parents=True, exist_ok=True)
    for folder, name, model in models():
        (to / f"{folder}_{name}.tflite").write_bytes(model)
    (to / "unsupported.tflite").write_bytes(nets.unsupported())


if __name__ == "__main__":
    main()
