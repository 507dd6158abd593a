"""Make the corpora that the fuzzers start from: the models of the operator suite, and their plans.

    python tests/fuzz/seed.py [--midge PATH]

Run it in a checkout; it needs nothing but Python, and takes ONNX's node tests too where there is `onnx`.
`corpus/import` gets every model, `corpus/quantize` the float ones among them, `corpus/parse` the plan of each, for two targets, made by the `midge` tool (`target/release/midge`, or the given one). The inputs of `run`
and `variants` are changes and geometry, not files: their corpora start from numbers, the same ones every time.
"""

import argparse
import gzip
import io
import pathlib
import random
import subprocess
import sys
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
CASES = HERE.parent / "suite" / "cases"


def main():
    arguments = argparse.ArgumentParser(description="make the corpora that the fuzzers start from")
    midge = HERE.parents[1] / "target" / "release" / "midge"
    arguments.add_argument("--midge", type=pathlib.Path, default=midge, help="the tool that packs plans")
    midge = arguments.parse_args().midge
    if not midge.exists():
        sys.exit(f"there is no {midge}; run `cargo build --release -p midge`, or give --midge")

    models, floats, plans = (HERE / "corpus" / target for target in ("import", "quantize", "parse"))
    for folder in (models, floats, plans):
        folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for name, content in [*onnx_seeds(), *seeds()]:
        model = models / name
        model.write_bytes(content)
        if "float32" in name or name.endswith(".onnx"):
            # the last two bytes are settings and rows
            (floats / name).write_bytes(content + bytes([len(content) % 97, len(content) % 89]))
        for target in ("portable", "m4"):
            plan = plans / f"{name}_{target}.midge"
            command = [midge, "convert", model, "-o", plan, "--target", target]
            # what is refused by design has no plan
            count += subprocess.run(command, capture_output=True, check=False).returncode == 0
    numbers = random.Random(0)
    for target, length in (("run", lambda: 2 + 6 * numbers.randrange(4)), ("variants", lambda: 700)):
        folder = HERE / "corpus" / target
        folder.mkdir(parents=True, exist_ok=True)
        for i in range(300):
            (folder / f"{i}").write_bytes(numbers.randbytes(length()))
    print(f"{len(list(models.iterdir()))} models, {count} plans, 300 changes, 300 layers")


def onnx_seeds():
    """(name, content) of ONNX's node tests."""
    try:
        from onnx.backend.test.case.node import collect_testcases
    except ImportError:
        print("without ONNX's node tests: there is no Python package onnx")
        return
    for case in collect_testcases(None):
        if "_expanded" not in case.name:
            yield f"{case.name}.onnx", case.model.SerializeToString()


def seeds():
    """(name, content) of every model of the suite."""
    for archive in sorted(CASES.glob("*.npz.gz")):
        with zipfile.ZipFile(io.BytesIO(gzip.decompress(archive.read_bytes()))) as file:
            for entry in file.namelist():
                if entry.endswith("/model.npy"):
                    npy = file.read(entry)
                    start = 10 + int.from_bytes(npy[8:10], "little")
                    yield f"{archive.name.removesuffix('.npz.gz')}_{entry.removesuffix('/model.npy')}.tflite", npy[start:]
    for model in sorted(CASES.glob("*.tflite")):
        yield model.name, model.read_bytes()


if __name__ == "__main__":
    main()
