#!/usr/bin/env python3
"""Makes the files beside it from TFLite's published schema: python3 make.py path/to/schema.fbs

tflite.fbs  the tables that import reads, cut out of the schema (fields and union members keep their numbers)
tflite.rs   what planus makes of it, without its serde derives
names.rs    the names of the schema's enums

To read one more table, add it to TABLES and run this again.
"""

import pathlib
import re
import subprocess
import sys

TABLES = """Model SubGraph Tensor QuantizationParameters Operator OperatorCode Buffer Metadata SignatureDef TensorMap
Conv2DOptions DepthwiseConv2DOptions Pool2DOptions FullyConnectedOptions SoftmaxOptions ConcatenationOptions
AddOptions MulOptions ReducerOptions SubOptions DivOptions L2NormOptions TransposeConvOptions BatchMatMulOptions
LeakyReluOptions GeluOptions CastOptions MirrorPadOptions SplitOptions SplitVOptions PackOptions UnpackOptions
StridedSliceOptions GatherOptions SqueezeOptions ResizeBilinearOptions ResizeNearestNeighborOptions
DepthToSpaceOptions SpaceToDepthOptions ArgMaxOptions ArgMinOptions CumsumOptions OneHotOptions ShapeOptions
UnidirectionalSequenceLSTMOptions LSTMOptions SVDFOptions VarHandleOptions CallOnceOptions IfOptions WhileOptions
CallOptions StableHLOCompositeOptions""".split()
UNIONS = ["BuiltinOptions", "BuiltinOptions2"]
NAMES = ["BuiltinOperator", "TensorType", "ActivationFunctionType", "Padding", "MirrorPadMode"]
HERE = pathlib.Path(__file__).parent


def main(path):
    text = re.sub(r"//[^\n]*", "", pathlib.Path(path).read_text())
    blocks = {name: (kind, base, body) for kind, name, base, body in
              re.findall(r"(table|enum|union)\s+(\w+)\s*(?::\s*(\w+))?[^{]*\{([^}]*)\}", text)}
    (HERE / "tflite.fbs").write_text(cut(blocks))
    target = HERE / "tflite.rs"
    subprocess.run(["planus", "rust", "-o", target, "tflite.fbs"], check=True, cwd=HERE)
    code = re.sub(r"::serde::\w+,?\s*", "", target.read_text())
    target.write_text(code)
    (HERE / "names.rs").write_text("\n".join(names(name, blocks[name][2]) for name in NAMES))
    subprocess.run(["rustfmt", "--edition", "2024", target, HERE / "names.rs"], check=True)


def cut(blocks):
    """The kept part of the schema. What a field refers to and is not kept becomes a plain integer or `Skip`."""
    out = ["// Cut from TFLite's schema by make.py; see README.md.", "namespace tflite;", 'file_identifier "TFL3";',
           "table Skip {}", "union Skips { Skip }"]
    for name in UNIONS:
        members = [re.sub(r"\(.*", "", m).strip() for m in blocks[name][2].split(",")]
        members = [m for m in members if m]
        last = max(i for i, m in enumerate(members) if m in TABLES)
        kept = ", ".join(m if m in TABLES else f"{m}: Skip" for m in members[: last + 1])
        out.append(f"union {name} {{ {kept} }}")
    for name in TABLES:
        fields = re.sub(r"(\w+)\s*:\s*(\[?)(\w+)", lambda m: field(blocks, *m.groups()), blocks[name][2])
        fields = re.sub(r"=\s*[A-Z]\w*", "", fields)
        out.append(f"table {name} {{ {' '.join(fields.split())} }}")
    out.append("root_type Model;")
    return "\n".join(out) + "\n"


def field(blocks, name, vector, kind):
    if kind in blocks and kind not in TABLES + UNIONS:
        of, base, _ = blocks[kind]
        kind = {"table": "Skip", "union": "Skips", "enum": base}[of]
    return f"{name}: {vector}{kind}"


def names(enum, body):
    """A table of an enum's numbers and names."""
    rows, number = [], -1
    for entry in filter(None, (e.strip() for e in body.split(","))):
        match = re.match(r"(\w+)(?:\s*=\s*(\d+))?", entry)
        number = int(match[2]) if match[2] else number + 1
        rows.append(f'    ({number}, "{match[1]}"),\n')
    const = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", enum).upper()
    return f"/// The numbers and names of `{enum}`.\npub(super) const {const}: &[(i32, &str)] = &[\n{''.join(rows)}];\n"


if __name__ == "__main__":
    main(sys.argv[1])
