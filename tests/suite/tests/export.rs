//! ONNX files of the suite's models, run by ONNX Runtime: its floats between integers must be where the kernels are.

use std::error::Error;
use std::fs;
use std::process::Command;

use midge_compiler::export::{About, onnx};
use midge_compiler::graph::{Repr, Type};
use midge_compiler::import::import;
use midge_suite::{Array, Case, Refusals, TOLERANCE, cases};

/// Cases whose answers may be further from LiteRT's than a step of the output's scale, or than floats round: how far, in
/// steps, or parts of a row's largest number. What is no number is not compared.
const FURTHER: &[(&str, f64)] = &[
    // LiteRT draws lines between 513 points of these curves, and next to their poles these say nothing
    ("exp/int16_", 3.0),
    ("tanh/int16_", 2.0),
    ("gelu/int16_", 128.0),
    ("log/int16_", f64::NAN),
    ("rsqrt/int16_", f64::NAN),
    ("softmax/int16_", 16.0),
    // weights of pixels have 10 bits
    ("resize_bilinear/int16_", 40.0),
    // products that do not fit wrap around
    ("reduce_prod/int16_", f64::NAN),
    ("reduce_prod/int8_zero_", f64::NAN),
    // numbers of different scales that are as good as equal
    ("equal/int16_", 1.0),
    ("not_equal/int16_", 1.0),
    ("not_equal/int8_other_scale", 1.0),
    ("not_equal/uint8_other_scale", 1.0),
    // many operators one behind the other, whose steps add up
    ("gru/int16_", 4.0),
    ("gru/int8_", 5.0),
    ("random/int16_", 8.0),
    ("random/int8_", 12.0),
    ("nets/int8_floats_at_both_ends", 0.12),
    // LiteRT quantizes what these layers read, and floats are computed here
    ("batch_matmul/hybrid_", 0.07),
    ("conv_2d/hybrid_", 0.07),
    ("depthwise_conv_2d/hybrid_", 0.07),
    ("fully_connected/hybrid_", 0.07),
    ("transpose_conv/hybrid_", 0.07),
];

/// A case, what its outputs are stored as, and the ONNX file.
struct Exported {
    case: Case,
    outputs: Vec<Repr>,
    file: Vec<u8>,
}

#[test]
fn onnx_runtime_answers_as_the_kernels_do() -> Result<(), Box<dyn Error>> {
    let can = Command::new("python3").args(["-c", "import numpy, onnxruntime"]).output();
    if !can.is_ok_and(|ran| ran.status.success()) {
        println!("skipped: there is no python3 with onnxruntime");
        return Ok(());
    }
    let (mut exported, mut refused, refusals) = (Vec::new(), Vec::new(), Refusals::read()?);
    for case in cases()?.into_iter().filter(|case| refusals.reasons(&case.path()).is_empty()) {
        let graph = import(&case.model)?;
        let outputs = graph.outputs.iter().map(|id| graph.value(*id).repr.clone()).collect();
        match onnx(&graph, &About::default()) {
            Ok(file) => exported.push(Exported { case, outputs, file }),
            Err(reasons) => refused.push((case, reasons)),
        }
    }
    let mut wrong = Vec::new();
    for (one, answer) in exported.iter().zip(answers(&exported)?) {
        let differs = match answer {
            Ok(made) => one.compare(&made),
            Err(message) => Some(message),
        };
        wrong.extend(differs.map(|what| format!("{}: {what}", one.case.path())));
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), exported.len(), wrong.join("\n"));
    println!("{} answered, {} refused", exported.len(), refused.len());
    for (case, reasons) in &refused {
        let path = case.path();
        assert!(reasons.iter().all(|refusal| refusal.index.is_some()), "{path}: {reasons:?}");
    }
    assert!(exported.len() >= 3850 && refused.len() <= 150, "{} refused", refused.len());
    Ok(())
}

/// What ONNX Runtime makes of every row, output behind output; or why it makes nothing.
type Answer = Result<Vec<Vec<u8>>, String>;

/// The answer to each.
fn answers(exported: &[Exported]) -> Result<Vec<Answer>, Box<dyn Error>> {
    let mut asked = Vec::new();
    for Exported { case, file, .. } in exported {
        put(&mut asked, file);
        for count in [case.rows(), case.inputs.len()] {
            asked.extend(u32::try_from(count)?.to_le_bytes());
        }
        for row in 0..case.rows() {
            case.inputs.iter().for_each(|input| put(&mut asked, input.row(row)));
        }
    }
    let folder = tempfile::tempdir()?;
    let [requests, replies] = ["requests", "replies"].map(|name| folder.path().join(name));
    fs::write(&requests, asked)?;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/export.py");
    let ran = Command::new("python3").arg(script).args([&requests, &replies]).output()?;
    if !ran.status.success() {
        return Err(String::from_utf8_lossy(&ran.stderr).into());
    }
    let replies = fs::read(&replies)?;
    let mut rest = &replies[..];
    let mut all = Vec::new();
    while !rest.is_empty() {
        let (failed, pieces) = (number(&mut rest)?, number(&mut rest)?);
        let made = (0..pieces).map(|_| piece(&mut rest)).collect::<Result<Vec<_>, _>>()?;
        let message = || made.iter().map(|piece| String::from_utf8_lossy(piece)).collect();
        all.push(if failed == 0 { Ok(made) } else { Err(message()) });
    }
    Ok(all)
}

fn put(to: &mut Vec<u8>, piece: &[u8]) {
    to.extend((piece.len() as u32).to_le_bytes());
    to.extend(piece);
}

fn number(rest: &mut &[u8]) -> Result<usize, String> {
    let (bytes, behind) = rest.split_first_chunk().ok_or("the answers end too early")?;
    *rest = behind;
    Ok(u32::from_le_bytes(*bytes) as usize)
}

fn piece(rest: &mut &[u8]) -> Result<Vec<u8>, String> {
    let size = number(rest)?;
    let (bytes, behind) = rest.split_at_checked(size).ok_or("the answers end too early")?;
    *rest = behind;
    Ok(bytes.to_vec())
}

impl Exported {
    /// The first row of an output that is too far from what is wanted.
    fn compare(&self, made: &[Vec<u8>]) -> Option<String> {
        let path = self.case.path();
        let further = FURTHER.iter().find(|(start, _)| path.starts_with(start)).map(|(_, most)| *most);
        let outputs = self.case.outputs.iter().zip(&self.outputs).enumerate();
        let rows = (0..self.case.rows()).flat_map(|row| outputs.clone().map(move |output| (row, output)));
        rows.zip(made).find_map(|((row, (i, (want, repr))), got)| {
            let distance = distance(want, row, got, repr.store())?;
            let most = further.unwrap_or(match repr {
                Repr::Plain(Type::F32) => TOLERANCE.into(),
                Repr::Plain(_) => 0.0,
                Repr::Quant(_) => 1.0,
            });
            (distance > most).then(|| format!("output {i} of row {row} is {distance} from what is wanted"))
        })
    }
}

/// The largest difference in a row: of floats as a part of the largest number in it. No number if there is none.
fn distance(want: &Array, row: usize, got: &[u8], store: Type) -> Option<f64> {
    let (want, got) = (numbers(want.row(row), store), numbers(got, store));
    if want.len() != got.len() {
        return Some(f64::INFINITY);
    }
    let largest = want.iter().filter(|x| x.is_finite()).fold(0.0f64, |most, x| most.max(x.abs()));
    let unit = if store == Type::F32 { largest.max(f64::MIN_POSITIVE) } else { 1.0 };
    let off = |(a, b): (&f64, &f64)| {
        let same = a == b || a.is_nan() && b.is_nan();
        let off = if same { 0.0 } else { (a - b).abs() / unit };
        if off.is_nan() { f64::INFINITY } else { off }
    };
    want.iter().zip(&got).map(off).reduce(f64::max)
}

fn numbers(bytes: &[u8], store: Type) -> Vec<f64> {
    let number = |element: &[u8]| {
        let mut wide = [0; 8];
        wide[8 - element.len()..].copy_from_slice(element);
        let shift = 64 - 8 * element.len();
        match store {
            Type::F32 => f32::from_bits((u64::from_le_bytes(wide) >> shift) as u32).into(),
            Type::U8 | Type::Bool => (u64::from_le_bytes(wide) >> shift) as f64,
            _ => (i64::from_le_bytes(wide) >> shift) as f64,
        }
    };
    bytes.chunks_exact(store.bytes()).map(number).collect()
}
