"""Make the cases of the operator suite: tiny models and what LiteRT's reference kernels answer.

    pip install -r requirements.txt
    python make.py               # write the files in cases/
    python make.py --check       # write nothing; fail if a committed file holds anything else than would be written
    python make.py --unpack DIR  # write every model as a .tflite file, to look at or to seed a fuzzer

Each `cases/FOLDER.npz.gz` holds, for every case, `NAME/model` (the bytes of a .tflite file), `NAME/x0`, `NAME/x1` ...
(one array for each input, [rows] + shape) and `NAME/y0` ... (the same for outputs). NAME starts with the type. A row
of a net with state starts from its first state. `damaged.npz.gz` has `NAME/why`
instead, a part of the message that refuses the model. Models are written field by field,
not converted, so that shapes, attributes, scales and zero points are exactly those of the tables in `recipes/`. Every
case has its own seed: the same script writes the same bytes.
"""

import argparse
import gzip
import io
import pathlib
import sys
import zipfile
import zlib

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "recipes"))

import damaged  # noqa: E402
import nets  # noqa: E402
import operators  # noqa: E402
import random_nets  # noqa: E402
import reference  # noqa: E402
from draw import rows  # noqa: E402

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
        elif not path.exists() or not alike(path.read_bytes(), content):
            wrong.append(name)
        print(f"{name}  {len(content)} bytes")
    if wrong:
        sys.exit(f"not what make.py writes: {', '.join(wrong)}; run make.py and commit")


def nets_of_all():
    """(folder, name, net) of every case."""
    yield from operators.cases()
    for name, net in random_nets.networks():
        yield "random", name, net


def files():
    """(file name, content) of every file of the suite."""
    folders, unanswered = {}, []
    for folder, name, net in nets_of_all():
        arrays = folders.setdefault(folder, {})
        try:
            answers = dict(answer(folder, name, net))
        except (RuntimeError, ValueError) as e:
            unanswered.append(f"{folder}/{name}: {e}")
            continue
        arrays[f"{name}/model"] = np.frombuffer(net.bytes(), np.uint8)
        arrays |= {f"{name}/{port}": array for port, array in answers.items()}
    if unanswered:
        sys.exit("LiteRT refuses:\n" + "\n".join(unanswered))
    for folder, arrays in folders.items():
        yield f"{folder}.npz.gz", npz(arrays)
    yield "unsupported.tflite", nets.unsupported()
    arrays = {}
    for name, model, why in damaged.damaged():
        arrays[f"{name}/model"] = np.frombuffer(model, np.uint8)
        arrays[f"{name}/why"] = np.frombuffer(why.encode(), np.uint8)
    yield "damaged.npz.gz", npz(arrays)


def answer(folder, name, net):
    """(port, rows) of every input and output."""
    rng = np.random.default_rng(zlib.crc32(f"{folder}/{name}".encode()) ^ 1)
    elements = sum(int(np.prod(t.shape)) for t in net.inputs + net.outputs)
    count = int(np.clip(1500 // max(elements, 1), 4, 6))
    xs = [rows(rng, x, count) for x in net.inputs]
    yield from ((f"x{i}", x) for i, x in enumerate(xs))
    yield from ((f"y{i}", y) for i, y in enumerate(reference.answer(folder, net, xs)))


def npz(arrays):
    """An .npz file, compressed as a whole, whose bytes depend on the arrays only."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, array in arrays.items():
            body = io.BytesIO()
            np.lib.format.write_array(body, array, version=(1, 0), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            archive.writestr(entry, body.getvalue())
    return gzip.compress(out.getvalue(), 9, mtime=0)


def alike(a, b):
    """Whether two files hold the same; how they are compressed is up to the library at hand."""
    return a == b or (a[:2] == b[:2] == b"\x1f\x8b" and gzip.decompress(a) == gzip.decompress(b))


def unpack(to):
    to.mkdir(parents=True, exist_ok=True)
    for folder, name, net in nets_of_all():
        (to / f"{folder}_{name}.tflite").write_bytes(net.bytes())
    (to / "unsupported.tflite").write_bytes(nets.unsupported())


if __name__ == "__main__":
    main()
