"""Writes `small.safetensors` beside this script: `pip install safetensors numpy`, then `python3 make.py`."""

import pathlib

import numpy as np
from safetensors.numpy import save_file

tensors = {
    "head.weight": np.arange(6, dtype=np.float32).reshape(2, 3) / 4,
    "head.bias": np.array([-1.5, np.inf], dtype=np.float32),
    "half": np.array([0.5, -2.0], dtype=np.float16),
    "steps": np.array(7, dtype=np.int64),
    "pixels": np.array([[0, 255]], dtype=np.uint8),
}
save_file(tensors, pathlib.Path(__file__).with_name("small.safetensors"), metadata={"format": "pt"})
