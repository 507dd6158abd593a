"""Ask LiteRT's reference kernels which operator they run in which type, and say what of it Midge runs.

    python probe.py              # write docs/OPERATORS.md
    python probe.py --check      # write nothing; fail if it differs from what would be written

Nothing in the tables is written by hand but the reasons why Midge lacks an operator that TFLM registers: each operator
is put into the smallest model of its recipe in each type, and the interpreter is asked to run it; what Midge runs is
counted from the suite, `cases/` and `refused.txt`.
"""

import argparse
import collections
import gzip
import io
import pathlib
import sys
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "recipes"))

import operators  # noqa: E402
import tflm  # noqa: E402
import reference  # noqa: E402

PAGE = HERE.parents[1] / "docs" / "OPERATORS.md"

INTRODUCTION = """# Operators

Written by `tests/suite/probe.py`, which asks LiteRT and counts the cases of the operator suite; `--check` says whether
this page still tells the truth.

**LiteRT runs** are the types in which LiteRT's reference kernels (ai-edge-litert {version}, `OpResolverType.BUILTIN_REF`)
run the operator: asked of the interpreter with the smallest model of `tests/suite/recipes`. int16 stands for
activations of 16 bits with weights of 8 (16x8); int4 for weights of 4 bits under int8 (`EMBEDDING_LOOKUP`: under
float32); float16 for weights stored in half precision; hybrid for int8 weights under float32. Operators marked \\* are
not part of the reference resolver, and are answered by the resolver without default delegates. What LiteRT answers from
memory that nothing wrote (`SUM` in int16) counts as not run.

Hybrid layers, of which dynamic-range models are made, run as floats: their weights become floats when the model is read.
LiteRT quantizes what such a layer reads while it runs, so that its answers are coarser: they agree within 3% of the
largest output, where a layer clamps to 1 within 7%. `EMBEDDING_LOOKUP` has nothing to quantize, and the same answers.

**Midge runs** are the types in which cases of the suite pass, with their number; **Midge refuses** those that LiteRT
runs and Midge refuses by name with a reason, as `tests/suite/refused.txt` lists them. Operators and types that are in
neither column have no cases yet. What LiteRT does not run, Midge refuses too.

| operator | LiteRT runs | Midge runs | Midge refuses | LiteRT does not run |
|---|---|---|---|---|
"""

TFLM = """
## What TensorFlow Lite Micro registers

Every operator of its `MicroMutableOpResolver`, and whether Midge has it.

| operator | Midge |
|---|---|
"""


def main():
    arguments = argparse.ArgumentParser(description="write the table of operators and types")
    arguments.add_argument("--check", action="store_true", help="compare with the committed page, write nothing")
    chosen = arguments.parse_args()
    text = page()
    if not chosen.check:
        PAGE.write_text(text)
    elif not PAGE.exists() or PAGE.read_text() != text:
        sys.exit(f"{PAGE.name} is not what probe.py writes; run probe.py and commit")


def page():
    suite, rows, has = Suite(), [], {}
    for operator in sorted(operators.TABLES):
        kinds = [k for k in operators.asked(operator) if operators.runs(operator, k)]
        others = [k for k in operators.asked(operator) if k not in kinds]
        count, refused = suite.count(operator)
        mark = "\\*" if operator in reference.ELSEWHERE else ""
        run = ", ".join(f"{k} ({count[k]})" for k in operators.KINDS if count[k])
        no = "; ".join(refusal(*r) for r in grouped(refused))
        name = operator.upper()
        cells = (name + mark, " ".join(kinds), run, no, " ".join(others))
        rows.append(f"| {' | '.join(cell or '-' for cell in cells)} |")
        has[name] = " ".join(k for k in operators.KINDS if count[k])
    text = INTRODUCTION.format(version=reference.version()) + "\n".join(rows) + "\n" + TFLM
    for name in tflm.REGISTERED:
        text += f"| {name} | {answer(name, has)} |\n"
    return text


# What stands in a model with READ_VARIABLE only.
TOGETHER = ("ASSIGN_VARIABLE", "CALL_ONCE", "VAR_HANDLE")


def answer(name, has):
    """What Midge says to an operator that TFLM registers."""
    if has.get(name):
        return f"runs: {has[name]}"
    if name in TOGETHER:
        return f"runs, as the cases of READ_VARIABLE show: {has['READ_VARIABLE']}"
    return f"no: {tflm.LACKING.get(name, 'not supported yet')}"


def grouped(refused):
    """(types, cases, reasons) of refusals, types with the same reasons together."""
    groups = {}
    for kind in (k for k in operators.KINDS if k in refused):
        kinds, count = groups.get(frozenset(refused[kind]), ([], 0))
        groups[frozenset(refused[kind])] = kinds + [kind], count + sum(refused[kind].values())
    return [(kinds, count, sorted(reasons)) for reasons, (kinds, count) in groups.items()]


def refusal(kinds, count, reasons):
    return f"{' '.join(kinds)} ({count}): {', '.join(reasons)}"


class Suite:
    """How many cases there are of each operator and type, and the reasons of those that Midge refuses."""

    def __init__(self):
        lines = (HERE / "refused.txt").read_text().splitlines()
        self.refused = [line.split(maxsplit=1) for line in lines if line and not line.startswith("#")]

    def count(self, operator):
        path = HERE / "cases" / f"{operator}.npz.gz"
        if not path.exists():
            return collections.Counter(), {}
        with zipfile.ZipFile(io.BytesIO(gzip.decompress(path.read_bytes()))) as archive:
            names = {key.rsplit("/", 1)[0] for key in archive.namelist()}
        run, refused = collections.Counter(), collections.defaultdict(collections.Counter)
        for name in names:
            kind, reason = name.split("_")[0], self.reason(f"{operator}/{name}")
            if reason is None:
                run[kind] += 1
            else:
                refused[kind][reason] += 1
        return run, refused

    def reason(self, case):
        for pattern, reason in self.refused:
            if case == pattern or pattern.endswith("*") and case.startswith(pattern[:-1]):
                return reason
        return None


if __name__ == "__main__":
    main()
