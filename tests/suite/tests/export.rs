//! ONNX files of the suite's models, run by ONNX Runtime: its floats between integers must be where the kernels are.

use std::error::Error;
use std::fs;
use std::process::Command;

use midge_compiler::custom::Custom;
use midge_compiler::export::{About, onnx};
use midge_compiler::graph::{Graph, Node, Op, Repr, Rounding, Type, Value};
use midge_compiler::import::import;
use midge_compiler::quantize::{Quantizer, Settings};
use midge_compiler::{Options, compile};
use midge_runtime::rows::Rows;
use midge_suite::noise::Noise;
use midge_suite::{Array, Case, Choice, Refusals, TOLERANCE, cases, kept_on_host, on_host, pack};

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
    // and so do sums over time, once all moments are there
    ("svdf/int8_rank_2", f64::NAN),
    ("svdf/int8_relu", f64::NAN),
    // numbers of different scales that are as good as equal
    ("equal/int16_", 1.0),
    ("not_equal/int16_", 1.0),
    ("not_equal/int8_other_scale", 1.0),
    ("not_equal/uint8_other_scale", 1.0),
    // many operators one behind the other, whose steps add up
    ("gru/int16_", 4.0),
    ("gru/int8_", 5.0),
    ("unidirectional_sequence_lstm/int8_", 2.0),
    ("random/int16_", 8.0),
    ("random/int8_", 12.0),
    ("nets/int8_floats_at_both_ends", 0.12),
    // LiteRT quantizes what these layers read, and floats are computed here
    ("batch_matmul/hybrid_", 0.07),
    ("conv_2d/hybrid_", 0.07),
    ("depthwise_conv_2d/hybrid_", 0.07),
    ("fully_connected/hybrid_", 0.07),
    ("svdf/hybrid_", 0.03),
    ("transpose_conv/hybrid_", 0.07),
    ("unidirectional_sequence_lstm/hybrid_", 0.03),
];

/// A case, what its outputs are stored as, and the ONNX file.
struct Exported {
    case: Case,
    outputs: Vec<Repr>,
    /// What the plan makes of the rows where each finds the state that the one before has left, if there is state.
    kept: Option<Vec<Array>>,
    file: Vec<u8>,
}

#[test]
fn onnx_runtime_answers_as_the_kernels_do() -> Result<(), Box<dyn Error>> {
    if !can_run() {
        return Ok(());
    }
    let (mut exported, mut refused, refusals) = (Vec::new(), Vec::new(), Refusals::read()?);
    for case in cases()?.into_iter().filter(|case| refusals.reasons(&case.path()).is_empty()) {
        let graph = import(&case.model)?;
        let outputs = graph.outputs.iter().map(|id| graph.value(*id).repr.clone()).collect();
        match onnx(&graph, &About::default()) {
            Ok(file) => {
                let keeps = graph.values.iter().any(|value| value.state);
                let kept = keeps.then(|| kept(&case)).transpose()?;
                exported.push(Exported { case, outputs, kept, file });
            }
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
    let keep = exported.iter().filter(|one| one.kept.is_some()).count();
    println!("{} answered, {keep} of them keep a state; {} refused", exported.len(), refused.len());
    for (case, reasons) in &refused {
        let path = case.path();
        assert!(reasons.iter().all(|refusal| refusal.index.is_some()), "{path}: {reasons:?}");
    }
    assert!(exported.len() >= 4000 && refused.len() <= 20 && keep >= 100, "{} refused", refused.len());
    Ok(())
}

/// TFLite has no such operator, so that no case has one: it is quantized here.
#[test]
fn onnx_runtime_answers_as_integer_layer_normalizations_do() -> Result<(), Box<dyn Error>> {
    if !can_run() {
        return Ok(());
    }
    let mut exported = Vec::new();
    for store in [Type::I8, Type::I16] {
        for centred in [true, false] {
            exported.push(normalized(store, centred)?);
        }
    }
    for (one, answer) in exported.iter().zip(answers(&exported)?) {
        assert_eq!(one.compare(&answer?), None, "{}", one.case.path());
    }
    Ok(())
}

/// A layer normalization between integers, and what its plan makes of noise.
fn normalized(store: Type, centred: bool) -> Result<Exported, Box<dyn Error>> {
    let (mut noise, shape, rows) = (Noise(7), [3, 9], 64);
    let mut graph = Graph::default();
    let mut value = |name: &str, shape: &[usize], data: Option<Vec<u8>>| {
        let (name, shape, repr) = (name.into(), shape.to_vec(), Repr::Plain(Type::F32));
        graph.add(Value { name, shape, repr, data, state: false, origin: None })
    };
    let mut numbers = |count: usize| -> Vec<u8> {
        (0..count).flat_map(|_| (noise.below(4001) as f32 / 1000.0 - 2.0).to_le_bytes()).collect()
    };
    let (x, y) = (value("x", &shape, None), value("y", &shape, None));
    let inputs = vec![x, value("weights", &[9], Some(numbers(9))), value("biases", &[9], Some(numbers(9)))];
    let op = Op::LayerNorm { epsilon: 1e-5, centred };
    graph.nodes.push(Node { op, inputs, outputs: vec![y], rounding: Rounding::LitertTwice, origin: 0 });
    (graph.inputs, graph.outputs) = (vec![x], vec![y]);
    let quantizer = Quantizer::new(graph)?;
    let observed =
        quantizer.observe(&Rows { count: rows, single: false, bytes: numbers(27 * rows) }, |_| ())?;
    let settings = Settings { activations: store, ..Settings::default() };
    let mut graph = quantizer.quantize(&observed, &settings)?.graph;
    // floats are at its ends only
    (graph.inputs, graph.outputs) = (graph.nodes[0].outputs.clone(), graph.nodes[2].inputs.clone());
    graph.nodes = vec![graph.nodes.remove(1)];
    let repr = graph.value(graph.outputs[0]).repr.clone();
    let bytes = (0..27 * rows * store.bytes()).map(|_| noise.word() as u8).collect();
    let input = Array { kind: format!("<i{}", store.bytes()), shape: vec![rows, 3, 9], bytes };
    let name = format!("{store}_{}", if centred { "centred" } else { "plain" });
    let mut case = Case { folder: "layer_norm".into(), name, ..Case::default() };
    (case.inputs, case.outputs) = (vec![input.clone()], vec![input]);
    let plan = compile(graph.clone(), &Options::default(), &Custom::default())?.file;
    case.outputs[0].bytes = on_host(&plan, &case)?.remove(0);
    let file = onnx(&graph, &About::default()).map_err(|refusals| format!("{refusals:?}"))?;
    Ok(Exported { case, outputs: vec![repr], kept: None, file })
}

/// Whether there is an ONNX Runtime; says so if not.
fn can_run() -> bool {
    let can = Command::new("python3").args(["-c", "import numpy, onnxruntime"]).output();
    let can = can.is_ok_and(|ran| ran.status.success());
    if !can {
        println!("skipped: there is no python3 with onnxruntime");
    }
    can
}

/// What a case's plan makes of its rows, one behind the other.
fn kept(case: &Case) -> Result<Vec<Array>, Box<dyn Error>> {
    let made = kept_on_host(&pack(case, Choice::PORTABLE)?, case)?;
    Ok(case.outputs.iter().zip(made).map(|(like, bytes)| Array { bytes, ..like.clone() }).collect())
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
        let rows = self.case.rows() * self.outputs.len();
        if made.len() != rows * (1 + usize::from(self.kept.is_some())) {
            return Some(format!("makes {} outputs of {rows}", made.len()));
        }
        let (afresh, kept) = made.split_at(rows);
        self.differs(&self.case.outputs, afresh).or_else(|| {
            let differs = self.differs(self.kept.as_deref()?, kept)?;
            Some(format!("with the state of the row before, {differs}"))
        })
    }

    fn differs(&self, wanted: &[Array], made: &[Vec<u8>]) -> Option<String> {
        let path = self.case.path();
        let further = FURTHER.iter().find(|(start, _)| path.starts_with(start)).map(|(_, most)| *most);
        let outputs = wanted.iter().zip(&self.outputs).enumerate();
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
