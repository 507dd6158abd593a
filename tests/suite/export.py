"""Answers of ONNX Runtime to models and inputs.

    python export.py REQUESTS ANSWERS

A request is a model, the number of its rows, and for each row every input; an answer is 0 and every output of every
row, or 1 and a message. Of a model that keeps a state, the outputs of all rows follow once more, each row run with what
the row before it left. Numbers are four bytes, everything else has its length in front.
"""

import struct
import sys

import numpy
import onnxruntime

TYPES = {
    "tensor(float)": "<f4",
    "tensor(float16)": "<f2",
    "tensor(int8)": "i1",
    "tensor(uint8)": "u1",
    "tensor(int16)": "<i2",
    "tensor(int32)": "<i4",
    "tensor(int64)": "<i8",
    "tensor(bool)": "?",
}


def requests(data):
    at = 0

    def number():
        nonlocal at
        at += 4
        return struct.unpack_from("<I", data, at - 4)[0]

    def piece():
        nonlocal at
        size = number()
        at += size
        return data[at - size : at]

    while at < len(data):
        model, rows, inputs = piece(), number(), number()
        yield model, [[piece() for _ in range(inputs)] for _ in range(rows)]


def answer(model, rows, options):
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    names = [port.name for port in session.get_outputs()]
    states = [port.name for port in session.get_overridable_initializers()]
    made = []
    for keeps in [False, True] if states else [False]:
        kept = {}
        for row in rows:
            feed = dict(kept)
            for port, data in zip(session.get_inputs(), row, strict=True):
                feed[port.name] = numpy.frombuffer(data, TYPES[port.type]).reshape(port.shape)
            outputs = session.run(None, feed)
            made += [output.tobytes() for output in outputs[: len(names) - len(states)]]
            if keeps:
                kept = {name: outputs[names.index(name + "/next")] for name in states}
    return made


def main():
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # as the file has it: operators of floats between integers, whatever the machine could fuse them into
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    with open(sys.argv[1], "rb") as source, open(sys.argv[2], "wb") as target:
        for model, rows in requests(source.read()):
            try:
                kind, pieces = 0, answer(model, rows, options)
            except Exception as error:  # whatever the runtime does not like is its answer
                kind, pieces = 1, [str(error).encode()]
            target.write(struct.pack("<II", kind, len(pieces)))
            for piece in pieces:
                target.write(struct.pack("<I", len(piece)) + piece)


main()
