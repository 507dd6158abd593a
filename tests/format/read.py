"""A reader of `.midge` files, written from `docs/FORMAT.md` alone, with nothing but Python's standard library.

    python3 tests/format/read.py FILE            # print what it finds as JSON
    python3 tests/format/read.py FILE --against INSPECTED.json

With `--against` it compares its own multiply-accumulates, offsets and sums of weights with what `midge inspect --format
json` said of the same file, and fails on the first difference.
"""

import argparse
import hashlib
import json
import pathlib
import struct
import sys
import zlib

SECTIONS = {1: "regions", 2: "operands", 3: "steps", 5: "constants", 6: "ports", 7: "entries", 8: "host digest",
            9: "initial state", 10: "name", 16: "metadata", 17: "names"}
KERNELS = {0x40: "CONV_2D", 0x41: "CONV_2D_PAIRS", 0x80: "DEPTHWISE_CONV_2D", 0x81: "DEPTHWISE_CONV_2D_QUADS",
           0xC0: "FULLY_CONNECTED", 0xC1: "FULLY_CONNECTED_PAIRS", 0x100: "AVERAGE_POOL_2D", 0x140: "MAX_POOL_2D",
           0x180: "MEAN", 0x1C0: "ADD", 0x1C1: "ADD_CONSTANT", 0x200: "MUL", 0x201: "MUL_CONSTANT", 0x240: "SOFTMAX",
           0x280: "TABLE", 0x2C0: "PAD", 0x300: "CONCATENATION", 0x340: "QUANTIZE", 0x380: "DEQUANTIZE",
           0x400: "WEIGHTED_I8", 0x440: "WEIGHTED_I8_ONCE", 0x480: "WEIGHTED_I4", 0x4C0: "WEIGHTED_I4_ONCE",
           0x500: "WEIGHTED_I16", 0x540: "WEIGHTED_I16_WIDE", 0x580: "WEIGHTED_I16_LONG",
           0x5C0: "AVERAGE_POOL_2D_I16", 0x600: "MAX_POOL_2D_I16", 0x640: "AVERAGE_POOL_2D_UP", 0x2F80: "LSTM", 0x2FC0: "LSTM_F32",
           0x3000: "SVDF", 0x3040: "SVDF_F32"}
TYPES = ("int8", "uint8", "int16", "int32", "float32")


def read(data):
    """Everything that a file says, after its checksums are verified."""
    need(data[:8] == b"MIDGE\x1a\r\n", "magic")
    major, _, count, regions, entries, _, device, full, _, crc = struct.unpack_from("<HHBBBBIIII", data, 8)
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
    steps = [step(*record, operands, memory, parts["constants"]) for record in records(parts["steps"])]
    arena = 0
    for kind, _, align, _, length in memory:
        if kind != 0:
            arena = -(-arena // (1 << align)) * (1 << align) + length
    return {"name": parts["name"].decode(), "sections": places, "steps": steps, "arena_bytes": arena,
            "const_bytes": len(parts["constants"]), "macs": sum(s["macs"] for s in steps),
            "ports": [port(p, operands) for p in struct.iter_unpack("<HBB6IfiI", parts["ports"])],
            "operands": [{"region": memory[o["region"]][0], "offset": o["offset"], "bytes": o["len"],
                          "dtype": TYPES[o["kind"] & 15]} for o in operands]}


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
    return {"output": bool(output), "shape": dims[:rank], "scale": scale, "zero_point": zero, "name_crc": name,
            "dtype": TYPES[operands[index]["kind"] & 15]}


def step(code, rows, writes, ids, parameters, operands, memory, constants):
    kernel = KERNELS[code]
    reads = [operands[i] for i in ids[writes:]]
    fixed = [constants[o["offset"]:o["offset"] + o["len"]] for o in reads if memory[o["region"]][0] == 0]
    macs, weights = layer(kernel, rows, parameters, fixed[0] if fixed else b"")
    return {"kernel": kernel, "macs": macs, "output_bytes": operands[ids[0]]["len"],
            "weights": weights and {"count": len(weights), "sum": sum(weights)}}


def layer(kernel, rows, parameters, data):
    """Multiply-accumulates of a step, taps on padding included, and its weights in any order."""
    signed = memoryview(data).cast("b")
    if "WEIGHTED" in kernel:
        in_h, in_w, _, out_h, out_w, out_c, k_h, k_w = struct.unpack_from("<8H", parameters)
        up_h, up_w, depth = struct.unpack_from("<3H", parameters, 28)
        count = out_c * k_h * k_w * depth
        pixels = rows // out_h * in_h * in_w if (up_h, up_w) != (1, 1) else rows * out_w
        halves = lambda: [(byte >> shift & 15 ^ 8) - 8 for byte in data for shift in (0, 4)][:count]
        return pixels * count, halves() if "I4" in kernel else list(signed)
    if "CONV" in kernel:
        _, _, in_c, _, out_w, out_c, k_h, k_w = struct.unpack_from("<8H", parameters)
        taps = k_h * k_w
        if kernel == "CONV_2D":
            taps *= struct.unpack_from("<H", parameters, 28)[0]
        elif kernel == "CONV_2D_PAIRS":
            taps *= in_c
        return rows * out_w * out_c * taps, weights(kernel, signed, out_c, taps)
    if "FULLY" in kernel:
        depth, out = struct.unpack_from("<II", parameters)
        return rows * out * depth, weights(kernel, signed, out, depth)
    if kernel == "LSTM":
        return rows * len(data), None
    return 0, list(signed) if kernel in ("ADD_CONSTANT", "MUL_CONSTANT") else None


def weights(kernel, signed, out, taps):
    padded = -(-taps // 4) * 4
    paired = lambda o, k: o // 2 * 2 * padded + k // 4 * 8 + o % 2 * 4 + k % 4
    at = {"CONV_2D_PAIRS": lambda o, k: o // 2 * (6 + padded // 2) * 4 + 8 + paired(o % 2, k),
          "DEPTHWISE_CONV_2D_QUADS": lambda o, k: (o // 4 * (12 + taps) + 4 + k) * 4 + o % 4,
          "FULLY_CONNECTED_PAIRS": paired}.get(kernel)
    return [signed[at(o, k)] for o in range(out) for k in range(taps)] if at else list(signed)


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
