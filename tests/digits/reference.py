"""The digits data set, and `digits.tflite` run by LiteRT's reference kernels.

A module of `train.py` and `goldens.py`; it does nothing when run by itself.
"""

import pathlib

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from sklearn.datasets import load_digits

HERE = pathlib.Path(__file__).resolve().parent
MODEL = HERE / "digits.tflite"
FLOAT = HERE / "digits_float.tflite"


def rows(test):
    """Images (float32 [n, 8, 8, 1], grey levels 0 to 16) and labels (int64 [n]).

    Every fifth row, beginning with row 0, is a test row.
    """
    digits = load_digits()
    images = digits.images.astype(np.float32)[..., np.newaxis]
    labels = digits.target.astype(np.int64)
    chosen = (np.arange(len(labels)) % 5 == 0) == test
    return images[chosen], labels[chosen]


class Reference:
    """The int8 model under the reference kernels, on one thread.

    LiteRT's default kernels requantize in float and differ in the last bits, so no golden may come from them.
    """

    def __init__(self, content=None):
        """The model in `content` (bytes of a .tflite), or `digits.tflite`."""
        self.interpreter = Interpreter(
            model_content=content or MODEL.read_bytes(),
            experimental_op_resolver_type=OpResolverType.BUILTIN_REF,
            experimental_preserve_all_tensors=True,
            num_threads=1,
        )
        self.interpreter.allocate_tensors()
        self.input = self.interpreter.get_input_details()[0]
        self.output = self.interpreter.get_output_details()[0]
        last = self.interpreter._get_ops_details()[-1]
        if last["op_name"] != "SOFTMAX":
            raise ValueError(f"the last operator is {last['op_name']}, not SOFTMAX")
        self.logits = int(last["inputs"][0])

    def quantize(self, real):
        """Real units to the input's int8, rounded to the nearest."""
        scale, zero = self.input["quantization"]
        return np.clip(np.rint(real / np.float64(scale)) + zero, -128, 127).astype(np.int8)

    def dequantize(self, scores):
        """The output's int8 to probabilities, float32."""
        scale, zero = self.output["quantization"]
        return ((scores.astype(np.int32) - zero) * np.float64(scale)).astype(np.float32)

    def run(self, images):
        """Scores and logits, both int8 [n, 1, 10], of int8 images [n, 1, 8, 8, 1]."""
        scores, logits = [], []
        for image in images:
            self.interpreter.set_tensor(self.input["index"], image)
            self.interpreter.invoke()
            scores.append(self.interpreter.get_tensor(self.output["index"]).copy())
            logits.append(self.interpreter.get_tensor(self.logits).copy())
        return np.stack(scores), np.stack(logits)

    def accuracy(self, images, labels):
        """The share of real-unit images [n, 8, 8, 1] whose first highest score is at the label."""
        scores, _ = self.run(self.quantize(images)[:, np.newaxis])
        return float(np.mean(scores[:, 0].argmax(axis=1) == labels))
