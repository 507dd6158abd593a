"""A reader of `.midge` files, written from `docs/FORMAT.md` alone, with nothing but Python's standard library. The
names of the kernels it reads from the page itself.

    python3 tests/format/read.py FILE            # print what it finds as JSON
    python3 tests/format/read.py FILE --against INSPECTED.json

With `--against` it compares its own multiply-accumulates, offsets and sums of weights with what `midge inspect --format
json` said of the same file, and fails on the first difference.
"""

import argparse
import hashlib
import json
import pathlib
import re
import struct
import sys
import zlib

SECTIONS = {1: "regions", 2: "operands", 3: "steps", 5: "constants", 6: "ports", 7: "entries", 8: "host digest",
            9: "initial state", 10: "name", 11: "front-end", 16: "metadata", 17: "names", 18: "training",
            19: "values"}
TYPES = {0: "int8", 1: "uint8", 2: "int16", 3: "int32", 4: "float32", 5: "float16", 7: "int4", 8: "int64", 9: "bool"}
FEATURES = {"float32": 1, "float16": 2, "int4": 4, "int64": 8}


def names(page):
    """Kernels by code: the page's rows `| 0x01c0, 0x01c1 | ADD, ADD_CONSTANT, in place | ...`."""
    kernels = {}
    for codes, row in re.findall(r"^\| (0x\w+(?:, 0x\w+)*) \| ([^|]+) \|", page, re.MULTILINE):
        codes, row = codes.split(", "), re.findall(r"\b[A-Z][A-Z0-9_]+\b", row)
        need(len(codes) == len(row), f"row of {codes[0]}")
        kernels.update((int(code, 16), name) for code, name in zip(codes, row))
    return kernels


def read(data):
    """Everything that a file says, after its checksums are verified."""
    need(data[:8] == b"MIDGE\x1a\r\n", "magic")
    major, _, count, regions, entries, _, device, full, features, crc = struct.unpack_from("<HHBBBBIIII", data, 8)
    need(major == 1, "version")
    table = data[64:64 + 16 * count]
    need(zlib.crc32(data[:28] + data[32:64] + table) == crc, "header checksum")
    need(hashlib.sha256(data[64:device * 16]).digest() == data[32:64], "identity")
    places, parts = [], {}
    for kind, flags, offset, length, crc in struct.iter_unpack("<HHIII", table):
        body = data[offset * 16:offset * 16 + length]
        need(zlib.crc32(body) == crc, f"checksum of section {kind}")
        parts[SECTIONS.get(kind)] = body
        places.append({"name": SECTIONS.get(kind), "offset": offset * 16, "bytes": length, "device": bool(flags & 2)})
    need(hashlib.sha256(data[device * 16:full * 16]).digest() == parts["host digest"], "host digest")
    operands = [dict(zip(("offset", "len", "region", "kind", "ring"), o))
                for o in struct.iter_unpack("<IIBBH", parts["operands"])]
    memory = list(struct.iter_unpack("<BBBBI", parts["regions"]))
    need(len(memory) == regions and len(parts["entries"]) == 12 * entries, "tables")
    for o in operands:
        need((o["kind"] & 15) in TYPES, "element type")
    need(features == sum({FEATURES.get(dtype(o), 0) for o in operands}), "features")
    kernels = names((pathlib.Path(__file__).resolve().parents[2] / "docs/FORMAT.md").read_text())
    steps = [step(kernels, *record, operands, memory, parts["constants"]) for record in records(parts["steps"])]
    arena = 0
    for kind, _, align, _, length in memory:
        if kind != 0:
            arena = -(-arena // (1 << align)) * (1 << align) + length
    return {"name": parts["name"].decode(), "sections": places, "steps": steps, "arena_bytes": arena,
            "const_bytes": len(parts["constants"]), "front_end": parts.get("front-end") and ears(parts["front-end"]), "macs": sum(s["macs"] for s in steps),
            "ports": [port(p, operands) for p in struct.iter_unpack("<HBB6IfiI", parts["ports"])],
            "operands": [{"region": memory[o["region"]][0], "offset": o["offset"], "bytes": o["len"],
                          "dtype": dtype(o)} for o in operands]}


def ears(data):
    """The recipe of a front-end, after its lengths are verified."""
    kind, count = struct.unpack_from("<HH", data)
    need(kind in (0, 4), "input of the front-end")
    at = 4 + count * (16 if kind == 0 else 12)
    fields = ("rate", "window", "hop", "points", "shape", "mels", "low", "high", "coefficients")
    recipe = dict(zip(fields, struct.unpack_from("<I8H", data, at)))
    numbers = struct.unpack(f"<{(len(data) - at - 20) // 2}H", data[at + 20:])
    window, points, mels, coefficients = (recipe[name] for name in ("window", "points", "mels", "coefficients"))
    need(count in (1, coefficients or mels), "scales of the front-end")
    edges = numbers[window + points // 2:][:mels + 2]
    need(list(edges) == sorted(edges) and 1 <= edges[0] and edges[-1] <= points // 2, "edges of the front-end")
    tables = window + points // 2 + mels + 2 + edges[-1] - edges[0] + coefficients * mels
    need(tables == len(numbers), "tables of the front-end")
    return {**recipe, "dtype": TYPES[kind]}


def need(truth, what):
    if not truth:
        sys.exit(f"not as FORMAT.md says: {what}")


def records(data):
    """(code, rows, number of written operands, operand indices, parameters) of every step."""
    while data:
        code, words, arity, rows = struct.unpack_from("<HBBH", data)
        n = arity & 31
        start = -(-(6 + 2 * n) // 4) * 4
        yield code, rows, arity >> 5, struct.unpack_from(f"<{n}H", data, 6), data[start:4 * words]
        data = data[4 * words:]


def port(p, operands):
    index, output, rank, *dims, scale, zero, name = p
    scale, zero = (scale, zero) if scale else (None, None)
    return {"output": bool(output), "shape": dims[:rank], "scale": scale, "zero_point": zero, "name_crc": name,
            "dtype": dtype(operands[index])}


def dtype(operand):
    return TYPES[operand["kind"] & 15]


def step(kernels, code, rows, writes, ids, parameters, operands, memory, constants):
    need(code in kernels, f"code {code:#06x}")
    kernel = kernels[code]
    reads = [operands[i] for i in ids[writes:]]
    fixed = [constants[o["offset"]:o["offset"] + o["len"]] for o in reads if memory[o["region"]][0] == 0]
    macs, weights = layer(kernel, rows, parameters, *(fixed + [b"", b""])[:2])
    return {"kernel": kernel, "macs": macs, "output_bytes": operands[ids[0]]["len"],
            "weights": weights and {"count": len(weights), "sum": sum(weights)}}


def layer(kernel, rows, parameters, data, second):
    """Multiply-accumulates of a step, taps on padding included, and its weights in any order."""
    signed = memoryview(data).cast("b")
    real = kernel.endswith(("_F32", "_F16", "_HALF"))
    if "WEIGHTED" in kernel:
        in_h, in_w, _, out_h, out_w, out_c, k_h, k_w = struct.unpack_from("<8H", parameters)
        up_h, up_w, depth = struct.unpack_from("<3H", parameters, 28)
        count = out_c * k_h * k_w * depth
        pixels = rows // out_h * in_h * in_w if (up_h, up_w) != (1, 1) else rows * out_w
        if real:
            return pixels * count, None
        halves = lambda: [(byte >> shift & 15 ^ 8) - 8 for byte in data for shift in (0, 4)][:count]
        if "GROUPS" in kernel:
            group, each = struct.unpack_from("<H", parameters, 43)[0], count // out_c
            factors = [byte >> shift & 15 for byte in second for shift in (0, 4)]
            factor = lambda i: factors[i // each * -(-each // group) + i % each // group]
            return pixels * count, [w * factor(i) for i, w in enumerate(halves())]
        return pixels * count, halves() if "I4" in kernel else list(signed)
    if kernel.startswith(("DEPTHWISE_F", "DEPTHWISE_HALF")):
        out_w, out_c, k_h, k_w = struct.unpack_from("<4H", parameters, 8)
        return rows * out_w * out_c * k_h * k_w, None
    if "CONV" in kernel:
        _, in_w, in_c, _, out_w, out_c, k_h, k_w = struct.unpack_from("<8H", parameters)
        taps = k_h * k_w
        if kernel == "DEPTHWISE_CONV_2D_WINDOWS":
            return rows * out_w * out_c * taps, windows(signed, out_c, k_h, k_w, out_w, parameters)
        if kernel in ("DEPTHWISE_CONV_2D_CHANNELS", "DEPTHWISE_CONV_2D_HALVES"):
            line, each = k_h == 1 or k_w == in_w == out_w == 1, len(signed) // out_c
            at = lambda k: k if line else k // k_w * (3 if k_w <= 3 else 5) + k % k_w
            return rows * out_w * out_c * taps, [signed[c * each + at(k)] for c in range(out_c) for k in range(taps)]
        if kernel == "CONV_2D":
            taps *= struct.unpack_from("<H", parameters, 28)[0]
        elif kernel.startswith("CONV_2D_"):
            taps *= in_c
        return rows * out_w * out_c * taps, weights(kernel, signed, out_c, taps, k_w)
    if "FULLY" in kernel:
        depth, out = struct.unpack_from("<II", parameters)
        if kernel == "FULLY_CONNECTED_PACKED_BYTES":
            part, fours = struct.unpack_from("<I", parameters, 12)[0], -(-out // 4)
            word = lambda o, k: (k // part * fours + o // 4) * part + k % part // 2 * 2 + o % 2
            byte = lambda o, k: signed[word(o, k) * 4 + o % 4 // 2 * 2 + k % part % 2]
            return rows * out * depth, [(byte(o, k) & 255) - 128 for o in range(out) for k in range(depth)]
        return rows * out * depth, weights(kernel, signed, out, depth)
    if kernel in ("LSTM", "LSTM_F32"):
        _, inputs, cells, outputs = struct.unpack_from("<4I", parameters)
        form = parameters[32] if kernel == "LSTM" else parameters[24]
        gates, projection = 3 if form & 2 else 4, cells * outputs if form & 8 else 0
        return rows * (gates * cells * (inputs + outputs) + projection), None
    if kernel in ("SVDF", "SVDF_F32"):
        inputs, units, rank, memory = struct.unpack_from("<4I", parameters)
        return rows * units * rank * (inputs + memory), None
    return 0, list(signed) if kernel in ("ADD_CONSTANT", "MUL_CONSTANT") else None


def weights(kernel, signed, out, taps, columns=1):
    if any(name in kernel for name in ("HALFWORDS", "PLACES", "SEEN", "FEW", "WINOGRAD")) or kernel.endswith("PACKED"):
        return None  # not as they were, or scaled by powers of two that the file does not say
    if "NESTED" in kernel:
        padded, pairs = -(-taps // 8) * 8, 1 if kernel == "CONV_2D_NESTED" else 2
        block = pairs * (6 + padded // 2)
        order = [0, 2, 1, 3, 4, 6, 5, 7]
        def nested(o, k):
            run = (k // 8 * pairs + o // 2 % pairs) * 8 + order.index(k % 8)
            low = (o // 2 // pairs * block + 2 * pairs) * 4 + run * 2
            # the upper byte holds one less where the lower is below zero
            return signed[low] if o % 2 else (signed[low + 1] + (signed[low] < 0) + 128) % 256 - 128
        return [nested(o, k) for o in range(out) for k in range(taps)]
    if "_LANES" in kernel:
        padded = -(-taps // 16) * 16
        block = 8 + 2 * padded
        def lane(o, k):
            # of 16 places, or of eight
            each = 2 if out - o // 16 * 16 <= 8 else 4
            place = o % 64 // 16 * 16 + [0, 2, 1, 3][o % 4] * each + o // 4 % each
            start = o // 64 * (8 * block + 128) + place // 8 * block + 8
            run = min(64, padded - k // 64 * 64)
            return signed[start * 4 + k // 64 * 512 + place % 8 * run + k % 64]
        return [lane(o, k) for o in range(out) for k in range(taps)]
    if kernel == "CONV_2D_PIXELS":
        return [signed[o * (taps + taps % 2) + k] for o in range(out) for k in range(taps)]
    padded = -(-taps // 4) * 4
    if kernel == "CONV_2D_POLYNOMIAL":
        def joined(o, k):
            at = (o // 4 * (2 * padded + 16) + 2 * k + o % 4 // 2) * 4
            word = int.from_bytes(bytes(byte % 256 for byte in signed[at:at + 4]), "little", signed=True)
            low = (word + 2**20) % 2**21 - 2**20
            return (word - low) // 2**21 if o % 2 else low
        return [joined(o, k) for o in range(out) for k in range(taps)]
    if kernel == "CONV_2D_FOURS":
        def shared(o, k):
            block = o // 3
            place = o - min(3 * block, out - 3)
            at = (block * (2 * taps + 12) + 2 * k + place // 2) * 4
            word = int.from_bytes(bytes(byte % 256 for byte in signed[at:at + 4]), "little", signed=True)
            low = (word + 2**20) % 2**21 - 2**20
            return (word - low) // 2**21 if place else low
        return [shared(o, k) for o in range(out) for k in range(taps)]
    if kernel == "CONV_2D_TWOS":
        channels = taps // 4
        def neighbour(o, k):
            at = (o * (2 * channels + 7) + k % channels * 2 + k // channels // 2) * 4
            word = int.from_bytes(bytes(byte % 256 for byte in signed[at:at + 4]), "little", signed=True)
            low = (word + 2**23) % 2**24 - 2**23
            return (word - low) // 2**24 if k // channels % 2 else low
        return [neighbour(o, k) for o in range(out) for k in range(taps)]
    paired = lambda o, k: o // 2 * 2 * padded + k // 4 * 8 + o % 2 * 4 + k % 4
    at = {"CONV_2D_PAIRS": lambda o, k: o // 2 * (6 + padded // 2) * 4 + 8 + paired(o % 2, k),
          "DEPTHWISE_CONV_2D_QUADS": lambda o, k: (o // 4 * (12 + taps) + 4 + k) * 4 + o % 4,
          "DEPTHWISE_CONV_2D_PLANES": lambda o, k: (o * 5 + k // columns) * 4 + [0, 2, 3][k % columns],
          "DEPTHWISE_CONV_2D_PLANES_5": lambda o, k: o * 36 + k // columns * 5 + k % columns,
          "FULLY_CONNECTED_PAIRS": paired}.get(kernel)
    return [signed[at(o, k)] for o in range(out) for k in range(taps)] if at else list(signed)


def windows(signed, channels, k_h, k_w, out_w, parameters):
    """The weights that a windows stream has for the first of four outputs."""
    s_h, s_w = struct.unpack_from("<2H", parameters, 16)
    line = k_h == 1 and k_w + min(3, out_w - 1) * s_w <= 16
    one = s_h == s_w == 1
    # where outputs share windows the weights are there four times
    large, shared = max(k_h, k_w) > 4, one and (max(k_h, k_w) <= 3 or max(k_h, k_w) > 4)
    width, vectors = (6 if one else 5, 12 if one else 3) if large and not line else (4, 4 if shared or line else 1)
    pair = 8 + 8 * vectors
    def at(c, k):
        row, column = k // k_w, k % k_w
        byte = column if line else (row // 4 * width + column) * 4 + row % 4
        whole = channels // 4 * 4
        place = c if c < whole else whole + 4 + c - channels
        start = place // 4 * (2 * pair + 8) + place % 4 // 2 * pair + 8
        vector = place % 2 * vectors + byte // 16 * (4 if vectors > 3 else 1)
        return signed[start * 4 + vector * 16 + byte % 16]
    return [at(c, k) for c in range(channels) for k in range(k_h * k_w)]


def compare(mine, tool):
    """Fails on the first difference to what `midge inspect --format json` says."""
    same = lambda what, a, b: need(a == b, f"{what}: {a} here, {b} by midge inspect")
    for key in ("name", "macs", "arena_bytes", "const_bytes"):
        same(key, mine[key], tool[key])
    for a, b in zip(mine["sections"], tool["sections"], strict=True):
        same("section", a, {key: b[key] for key in a})
    for i, (a, b) in enumerate(zip(mine["steps"], tool["layers"], strict=True)):
        for key in ("kernel", "macs", "output_bytes"):
            same(f"step {i} {key}", a[key], b[key])
        weights = b["weights"] and {"count": b["weights"]["count"], "sum": b["weights"]["sum"]}
        same(f"step {i} weights", a["weights"], weights)
    for i, (a, b) in enumerate(zip(mine["operands"], tool["tensors"], strict=True)):
        same(f"operand {i}", (a["offset"], a["bytes"], a["dtype"]), (*list(b["place"].values())[1:], b["dtype"]))
    for a, b in zip(mine["ports"], tool["inputs"] + tool["outputs"], strict=True):
        same("port name", a["name_crc"], zlib.crc32(b["name"].encode()))
        for key in ("shape", "dtype", "zero_point"):
            same(f"port {key}", a[key], b[key])


def main():
    arguments = argparse.ArgumentParser(description="read a .midge file")
    arguments.add_argument("file", type=pathlib.Path)
    arguments.add_argument("--against", type=pathlib.Path, help="what midge inspect --format json said")
    chosen = arguments.parse_args()
    mine = read(chosen.file.read_bytes())
    if chosen.against:
        compare(mine, json.loads(chosen.against.read_text()))
        print(f"{len(mine['steps'])} steps, {mine['macs']} MACs: agrees")
    else:
        print(json.dumps(mine, indent=2))


if __name__ == "__main__":
    main()
