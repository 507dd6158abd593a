"""Train the digits classifier in Keras and export it as `digits.tflite`, int8 from input to output, and as it was trained,
`digits_float.tflite`.

    pip install -r requirements.txt
    python train.py             # train on the training rows, write both files, print both accuracies
    python train.py --validate  # score on a fifth of the training rows instead; test rows unread, nothing written

Everything is seeded and runs on one thread; two runs on one machine write the same bytes. Other processors may add
floats in another order, so a model trained elsewhere can differ: run `goldens.py` after every training.
"""

import argparse
import contextlib
import os
import sys

# Read when TensorFlow loads: no oneDNN (its float sums depend on the processor), no GPU, warnings only.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from reference import FLOAT, MODEL, Reference, rows

SEED = 20261121
EPOCHS = 60
BATCH = 32


def main():
    arguments = argparse.ArgumentParser(description="train the digits classifier")
    arguments.add_argument("--validate", action="store_true", help="score on a fifth of the training rows")
    validate = arguments.parse_args().validate

    keras.utils.set_random_seed(SEED)
    tf.config.experimental.enable_op_determinism()
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)

    images, labels = rows(test=False)
    if validate:
        held = np.arange(len(labels)) % 5 == 0
        scored = images[held], labels[held]
        images, labels = images[~held], labels[~held]
    else:
        scored = rows(test=True)

    model = network()
    fit(model, images, labels)
    content, plain = export(model, images)
    int8 = Reference(content)

    guesses = model.predict(scored[0], verbose=0).argmax(axis=1)
    print(f"rows scored     {len(scored[1])}{' (validation)' if validate else ' (test)'}")
    print(f"float accuracy  {np.mean(guesses == scored[1]):.4f}")
    print(f"int8 accuracy   {int8.accuracy(*scored):.4f}")
    print(f"file            {len(content)} bytes")
    if not validate:
        MODEL.write_bytes(content)
        FLOAT.write_bytes(plain)


def network():
    """Convolution, depthwise and pointwise convolution, pooling, one dense layer, softmax; grey levels 0 to 16 in.

    The exporter folds each batch normalization into the convolution before it.
    """
    return keras.Sequential(
        [
            keras.Input((8, 8, 1), name="image"),
            layers.Conv2D(16, 3, padding="same", use_bias=False, name="conv"),
            layers.BatchNormalization(name="conv_norm"),
            layers.ReLU(name="conv_relu"),
            layers.DepthwiseConv2D(3, strides=2, padding="same", use_bias=False, name="depthwise"),
            layers.BatchNormalization(name="depthwise_norm"),
            layers.ReLU(name="depthwise_relu"),
            layers.Conv2D(32, 1, use_bias=False, name="pointwise"),
            layers.BatchNormalization(name="pointwise_norm"),
            layers.ReLU(name="pointwise_relu"),
            layers.MaxPooling2D(2, name="pool"),
            layers.Reshape((128,), name="flatten"),
            layers.Dropout(0.2, seed=SEED, name="dropout"),
            layers.Dense(10, name="dense"),
            layers.Softmax(name="scores"),
        ],
        name="digits",
    )


def fit(model, images, labels):
    steps = EPOCHS * -(-len(labels) // BATCH)
    model.compile(
        optimizer=keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(4e-3, steps)),
        loss=keras.losses.SparseCategoricalCrossentropy(),
    )
    random = np.random.default_rng(SEED)
    for _ in range(EPOCHS):
        order = random.permutation(len(labels))
        model.fit(
            shifted(images[order], random),
            labels[order],
            batch_size=BATCH,
            shuffle=False,
            verbose=0,
        )


def shifted(images, random):
    """A copy in which half of the images are moved one column to the left or right, blank columns coming in."""
    padded = np.pad(images, ((0, 0), (0, 0), (1, 1), (0, 0)))
    starts = random.choice([0, 1, 1, 2], size=len(images))
    return np.stack([image[:, start : start + 8] for image, start in zip(padded, starts)])


def export(model, images):
    """The bytes of the int8 .tflite, calibrated on `images`, and of the float one.

    Through a copy with batch size 1: with a free batch dimension the exporter would compute the flattened shape at
    run time, with three more operators.
    """
    image = keras.Input(batch_shape=(1, 8, 8, 1), name="image")
    single = keras.Model(image, model(image, training=False), name="digits")

    def representative():
        for image in images:
            yield [image[np.newaxis]]
        # Headroom: one training image brightened from 16 to 17 makes the input's scale 17 / 255 = 1 / 15, so each
        # grey level is a whole number of steps (15 apart) and quantizing an image loses nothing and rounds nothing.
        yield [images[:1] * np.float32(17 / 16)]

    def converted(converter):
        with contextlib.redirect_stdout(sys.stderr):
            return converter.convert()

    plain = converted(tf.lite.TFLiteConverter.from_keras_model(single))
    converter = tf.lite.TFLiteConverter.from_keras_model(single)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = representative
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.int8
    converter.inference_output_type = tf.int8
    return converted(converter), plain


if __name__ == "__main__":
    main()
