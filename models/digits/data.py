"""Write the digits data set as `digits.npz`, for recipes: uint8 images [1797, 8, 8], grey levels 0 to 16, int64 labels.

    pip install numpy scikit-learn
    python data.py DIR
"""

import pathlib
import sys

import numpy as np
from sklearn.datasets import load_digits

digits = load_digits()
images, labels = digits.images.astype(np.uint8), digits.target.astype(np.int64)
np.savez_compressed(pathlib.Path(sys.argv[1]) / "digits.npz", images=images, labels=labels)
