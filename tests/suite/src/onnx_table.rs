//! Which of ONNX's operators run in which types, counted from its node tests: the table in `docs/ONNX.md`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use midge_compiler::custom::Custom;
use midge_compiler::import::{Given, ImportError, import_with};
use midge_compiler::quantize::{Quantizer, Settings};
use midge_runtime::rows::Rows;

use crate::onnx::{NodeTest, Verdict, fill};

/// Columns: what the page calls a type, and what NumPy does.
const TYPES: [(&str, &[&str]); 6] = [
    ("float32", &["<f4"]),
    ("float16", &["<f2"]),
    ("int8", &["|i1"]),
    ("uint8", &["|u1"]),
    ("int32, int64", &["<i4", "<i8"]),
    ("bool", &["|b1"]),
];

const INTRODUCTION: &str = "# ONNX's operators

Written by `cargo xtask conformance onnx --bless`, from ONNX's own node tests; the same command without `--bless` says
whether this page still tells the truth. `tests/onnx/unsupported.txt` has the reason for each test that does not pass.

A column counts the tests whose first input has that type: those that pass, of those that there are. **quantized** says how
many of the float32 tests that pass are computed in int8 alone when `midge quantize` is given their model and its inputs;
what is not, stays float32 where it has to.

";

/// A row: counts for each type, and of what is quantized.
#[derive(Clone, Copy, Default)]
struct Row {
    types: [[usize; 2]; TYPES.len()],
    quantized: [usize; 2],
}

/// The page, for tests and what became of them.
pub fn page<'a>(judged: impl Iterator<Item = (&'a NodeTest, &'a Verdict)>) -> String {
    let mut rows = BTreeMap::<&str, Row>::new();
    for (test, verdict) in judged {
        let Some(first) = test.inputs.first() else { continue };
        let Some(i) = TYPES.iter().position(|(_, kinds)| kinds.contains(&first.kind.as_str())) else {
            continue;
        };
        let row = rows.entry(&test.operator).or_default();
        let passed = *verdict == Verdict::Passed;
        row.types[i][0] += usize::from(passed);
        row.types[i][1] += 1;
        if passed && i == 0 {
            row.quantized[0] += usize::from(is_quantized(test));
            row.quantized[1] += 1;
        }
    }
    let mut page = String::from(INTRODUCTION);
    let names = TYPES.map(|(name, _)| name).join(" | ");
    let _ = writeln!(page, "| operator | {names} | quantized |\n|{}", "---|".repeat(TYPES.len() + 2));
    for (operator, row) in rows {
        let share =
            |[passed, all]: &[usize; 2]| if *all == 0 { "-".into() } else { format!("{passed} of {all}") };
        let cells: Vec<String> = row.types.iter().chain([&row.quantized]).map(share).collect();
        let _ = writeln!(page, "| {operator} | {} |", cells.join(" | "));
    }
    page
}

/// Whether a test's model becomes one that computes in int8 alone.
fn is_quantized(test: &NodeTest) -> bool {
    let mut given = Given::default();
    let graph = loop {
        match import_with(&test.model, &given, &Custom::default()) {
            Err(ImportError::Open(open)) if fill(test, &open, &mut given) => {}
            made => break made,
        }
    };
    let Some(quantizer) = graph.ok().and_then(|graph| Quantizer::new(graph).ok()) else { return false };
    let bytes = test.ports(&given).flat_map(|(_, array)| array.bytes.clone()).collect();
    let observed = quantizer.observe(&Rows { count: 1, single: true, bytes }, |_| ());
    let quantized = observed.and_then(|observed| quantizer.quantize(&observed, &Settings::default()));
    quantized.is_ok_and(|quantized| quantized.floats.is_empty())
}
