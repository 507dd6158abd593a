//! ONNX's own node tests: each model becomes a plan, which the core runs on this machine.
//!
//! Most of them take weights and shapes as inputs of the model, where real models have constants. An input that the
//! importer says it must know gets the case's own value before the model is converted; every other one is a port.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use midge_compiler::import::{Given, ImportError, Open};
use midge_compiler::{ConvertError, Options, convert};
use midge_core::half::widen;
use midge_core::{Kernels, Runtime};

use crate::archive::{self, Array};
use crate::runtime::Buffer;

/// One of ONNX's tests.
#[derive(Clone, Debug, Default)]
pub struct NodeTest {
    /// The bytes of an `.onnx` file.
    pub model: Vec<u8>,
    /// What it is a test of.
    pub operator: String,
    /// The names of its inputs.
    pub names: Vec<String>,
    /// How far a float may be off: a part of what is wanted, and a number.
    pub tolerance: [f32; 2],
    /// One array for each input; nothing where they are no numbers.
    pub inputs: Vec<Array>,
    /// One array for each output.
    pub outputs: Vec<Array>,
}

impl NodeTest {
    /// The inputs that a plan has: those that were not given to the importer, and have elements.
    pub(crate) fn ports(&self, given: &Given) -> impl Iterator<Item = (&String, &Array)> {
        let is_port = |name: &String| given.values.iter().all(|(own, _)| own != name);
        let filled = self.names.iter().zip(&self.inputs).filter(|(_, array)| !array.bytes.is_empty());
        filled.filter(move |(name, _)| is_port(name))
    }
}

/// What became of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The plan's outputs are those that are wanted.
    Passed,
    /// The compiler refuses the model, and says why.
    Unsupported(String),
    /// Anything else.
    Failed(String),
}

/// The tests of an archive that `tests/onnx/cases.py` wrote, by name.
///
/// # Errors
/// What is wrong with the file.
pub fn read(path: &Path) -> Result<BTreeMap<String, NodeTest>, String> {
    let bytes = fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut tests = BTreeMap::<String, NodeTest>::new();
    for (key, array) in archive::read(&bytes)? {
        let (name, part) = key.rsplit_once('/').ok_or_else(|| format!("{key} belongs to no test"))?;
        let test = tests.entry(name.into()).or_default();
        match part {
            "model" => test.model = array.bytes,
            "operator" => test.operator = String::from_utf8_lossy(&array.bytes).into(),
            "names" => test.names = String::from_utf8_lossy(&array.bytes).lines().map(Into::into).collect(),
            "tolerance" => {
                test.tolerance = [0, 1].map(|i| float(array.kind.as_str(), &array.bytes[4 * i..4 * i + 4]))
            }
            // the archive is sorted by name
            _ if part.starts_with('x') => test.inputs.push(array),
            _ => test.outputs.push(array),
        }
    }
    Ok(tests)
}

/// Converts and runs a test.
pub fn verdict(test: &NodeTest) -> Verdict {
    let mut options = Options { name: Some("test".into()), ..Options::default() };
    let compiled = loop {
        match convert(&test.model, &options) {
            Err(ConvertError::Import(ImportError::Open(open))) if fill(test, &open, &mut options.given) => {}
            made => break made,
        }
    };
    let file = match compiled {
        Ok(compiled) => compiled.file,
        Err(ConvertError::Import(ImportError::Unsupported(all)) | ConvertError::Unsupported(all)) => {
            return Verdict::Unsupported(all.first().map_or_else(String::new, |one| one.to_string()));
        }
        Err(_) if test.inputs.is_empty() => {
            return Verdict::Unsupported("takes or makes what are no tensors of numbers".into());
        }
        Err(error) => return Verdict::Failed(error.to_string()),
    };
    match run(test, &options.given, &file) {
        Ok(()) => Verdict::Passed,
        Err(what) => Verdict::Failed(what),
    }
}

/// Gives what a model leaves open; whether that is anything new.
pub(crate) fn fill(test: &NodeTest, open: &Open, given: &mut Given) -> bool {
    let array = |name: &str| {
        test.names.iter().zip(&test.inputs).find(|(own, _)| *own == name).map(|(_, array)| array)
    };
    let before = given.shapes.len() + given.values.len();
    let shapes = open.shapes.iter().filter_map(|(name, _)| Some((name.clone(), array(name)?.shape.clone())));
    given.shapes.extend(shapes.collect::<Vec<_>>());
    let values = open.values.iter().filter_map(|name| Some((name.clone(), numbers(array(name)?))));
    given.values.extend(values.collect::<Vec<_>>());
    given.shapes.len() + given.values.len() > before
}

/// The elements of an array.
fn numbers(array: &Array) -> Vec<f64> {
    let size = array.element_bytes().max(1);
    let whole = |bytes: &[u8]| {
        let signed = !matches!(array.kind.as_bytes(), [_, b'u' | b'b', ..]);
        let fill = if signed && bytes[size - 1] >= 0x80 { 0xff } else { 0 };
        let mut wide = [fill; 8];
        wide[..size].copy_from_slice(bytes);
        i64::from_le_bytes(wide) as f64
    };
    let real = matches!(array.kind.as_bytes(), [_, b'f', ..]);
    let number = |bytes: &[u8]| if real { float(&array.kind, bytes).into() } else { whole(bytes) };
    array.bytes.chunks_exact(size).map(number).collect()
}

fn run(test: &NodeTest, given: &Given, file: &[u8]) -> Result<(), String> {
    let plan = Buffer::new(file);
    let runtime = Runtime::load(plan.bytes(), Kernels::ALL).map_err(|e| format!("not loaded: {e}"))?;
    let mut arena = Buffer::new(&vec![0xa5; runtime.plan().arena_len()]);
    let mut session = runtime.session(arena.bytes_mut()).map_err(|e| format!("no session: {e}"))?;
    for (i, (name, array)) in test.ports(given).enumerate() {
        let to = session.input_mut(i as u8).map_err(|e| format!("input {name}: {e}"))?;
        if to.len() != array.bytes.len() {
            return Err(format!("input {name} has {} bytes, not {}", to.len(), array.bytes.len()));
        }
        to.copy_from_slice(&array.bytes);
    }
    session.run().map_err(|e| format!("not run: {e}"))?;
    for (i, want) in test.outputs.iter().enumerate() {
        let view = session.output(i as u8).map_err(|e| format!("output {i}: {e}"))?;
        let shape: Vec<usize> = view.shape().iter().map(|n| *n as usize).collect();
        if shape != want.shape {
            return Err(format!("output {i} has the shape {shape:?}, not {:?}", want.shape));
        }
        compare(want, view.bytes(), test.tolerance).map_err(|what| format!("output {i}: {what}"))?;
    }
    Ok(())
}

/// Whether bytes are what is wanted: floats within the tolerance, all else exactly.
fn compare(want: &Array, got: &[u8], [relative, absolute]: [f32; 2]) -> Result<(), String> {
    if got.len() != want.bytes.len() {
        return Err(format!("has {} bytes, not {}", got.len(), want.bytes.len()));
    }
    let size = want.element_bytes().max(1);
    for (i, (want_bytes, got)) in want.bytes.chunks(size).zip(got.chunks(size)).enumerate() {
        if want_bytes == got {
            continue;
        }
        if !matches!(want.kind.as_str(), "<f4" | "<f2") {
            return Err(format!("element {i} is {got:?}, not {want_bytes:?}"));
        }
        let (want, got) = (float(&want.kind, want_bytes), float(&want.kind, got));
        let near = (want - got).abs() <= absolute + relative * want.abs();
        if !(near || want.is_nan() && got.is_nan()) {
            return Err(format!("element {i} is {got}, not {want}"));
        }
    }
    Ok(())
}

fn float(kind: &str, bytes: &[u8]) -> f32 {
    match (kind, bytes) {
        ("<f2", &[a, b]) => widen(u16::from_le_bytes([a, b])),
        (_, &[a, b, c, d]) => f32::from_le_bytes([a, b, c, d]),
        _ => f32::NAN,
    }
}
