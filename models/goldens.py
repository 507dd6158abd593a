"""Make `golden/*.npy` of a ready model: the first rows to test with, and what ONNX Runtime makes of them with the float
network that the model was made of.

    pip install numpy==2.4.6 onnxruntime==1.31.1
    python goldens.py NAME CHECKPOINT [DATA]            # CHECKPOINT as `midge train` leaves it, checkpoints/last.midge
    python goldens.py NAME CHECKPOINT [DATA] --check    # write nothing; fail if the committed files say something else
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import onnxruntime

MODELS = pathlib.Path(__file__).resolve().parent
ROWS = 8
# of texts two, as each has an answer for every character
OTHERS = {"char-gru": 2}
# float sums may round differently on another processor
NEAR = 1e-4


def main():
    arguments = argparse.ArgumentParser(description="make the goldens of a ready model")
    arguments.add_argument("name")
    arguments.add_argument("checkpoint", type=pathlib.Path)
    arguments.add_argument("data", nargs="?", type=pathlib.Path, default=MODELS)
    arguments.add_argument("--check", action="store_true", help="compare with the committed files, write nothing")
    asked = arguments.parse_args()

    golden = MODELS / asked.name / "golden"
    for name, made in zip(("inputs.npy", "outputs.npy"), goldens(asked.name, asked.checkpoint, asked.data)):
        if not asked.check:
            golden.mkdir(exist_ok=True)
            np.save(golden / name, made)
            continue
        kept = np.load(golden / name)
        if kept.shape != made.shape or kept.dtype != made.dtype:
            sys.exit(f"{name} has {kept.dtype} {kept.shape}, and {made.dtype} {made.shape} was made")
        off = np.abs(kept - made).max() / np.abs(made).max()
        print(f"{name}: off by {off:.1e}")
        if off > NEAR:
            sys.exit(f"{name} is something else; run goldens.py and commit what it writes")


def goldens(name, checkpoint, data):
    """The first test rows, and the float network's answer to each alone."""
    with tempfile.TemporaryDirectory() as folder:
        example = ["cargo", "run", "--quiet", "--package", "midge-recipe", "--example", "float", "--"]
        rows = OTHERS.get(name, ROWS)
        files = [MODELS / name / "recipe.toml", data.resolve(), checkpoint.resolve(), rows, folder]
        subprocess.run([*example, *map(str, files)], cwd=MODELS, check=True)
        inputs = np.load(pathlib.Path(folder) / "inputs.npy")
        network = str(pathlib.Path(folder) / "float.onnx")
        session = onnxruntime.InferenceSession(network, providers=["CPUExecutionProvider"])
        answers = [session.run(None, {"input": row[np.newaxis]})[0] for row in inputs]
        return inputs, np.concatenate(answers)


if __name__ == "__main__":
    main()
