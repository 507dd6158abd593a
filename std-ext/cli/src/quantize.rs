//! `midge quantize`: a float model and data in, a small .midge file out, or an ONNX file.

use std::path::{Path, PathBuf};

use midge_compiler::compile;
use midge_compiler::custom::Custom;
use midge_compiler::graph::Type;
use midge_compiler::quantize::{
    Correct, Goal, Granularity, Least, Point, QuantizeError, Quantizer, Range, Report, Scores, Settings, page,
};
use midge_runtime::diff::diff;
use midge_runtime::file::File;
use midge_runtime::ports::Ports;
use midge_runtime::rows::pack;
use midge_runtime::score::score;
use serde::Serialize;

use crate::convert::{Choice, Label, names, write};
use crate::data::{Preprocess, with_steps};
use crate::eval::{outputs, percent};
use crate::export;
use crate::failure::Failure;
use crate::show::Show;
use crate::table::{Table, facts, grouped, short};

/// Quantize a float model with a few rows of its data
#[derive(clap::Args)]
#[command(
    after_help = with_steps(
        "Data are .npz files with an array for each input by its name, or x for the only one, and labels as y; .npy files;
or .csv files with a row in each line. Some hundred rows, as the model will meet them, are enough to calibrate. Inputs and
outputs of the file stay float. What ends in .onnx is written as floats between QuantizeLinear and DequantizeLinear.

Examples:
  midge quantize kws_float.tflite --calibrate features.npy -o kws.midge
  midge quantize kws_float.tflite --calibrate some.npz -o kws.midge --range mse --target m4
  midge quantize kws_float.tflite --calibrate some.npz --eval test.npz --mixed --max-drop 0.5 -o kws.midge
  midge quantize kws_float.tflite --calibrate some.npz --eval test.npz --mixed --max-drop 1 --least latency --target m4 -o kws.midge
  midge quantize digits_float.tflite --calibrate photos --preprocess \"gray, resize 8x8, scale 16/255\" -o digits.midge"
    )
)]
pub(crate) struct Args {
    /// The model: a float .tflite or .onnx file
    input: PathBuf,
    /// Rows that show which range every value has
    #[arg(long, value_name = "DATA")]
    calibrate: Option<PathBuf>,
    /// Rows to score both models on; without labels, by the float model's answers
    #[arg(long, value_name = "DATA")]
    eval: Option<PathBuf>,
    #[command(flatten)]
    preprocess: Preprocess,
    /// The file to write: a .midge file, or what ends in .onnx
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Most percentage points of accuracy to lose: if more, exit code 1 and no file
    #[arg(long, value_name = "POINTS", requires = "eval")]
    max_drop: Option<f64>,
    /// Search which operators need 16 bits to stay within --max-drop, and leave the others 8; with --weights int4 also which
    /// need weights of int8
    #[arg(long, requires = "max_drop", conflicts_with = "activations")]
    mixed: bool,
    /// What a search makes least of: operators of raised precision, which is quick; bytes of the file; bytes of work memory;
    /// estimated instructions of the target
    #[arg(long, requires = "mixed", default_value_t, value_parser = names(Least::ALL))]
    least: Least,
    /// Write a page about what was done and what it cost
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
    /// What weights are stored in: int8 or int4 [default: int8], beside float activations f16 or as they are
    #[arg(long, value_parser = ["int8", "int4", "f16"])]
    weights: Option<String>,
    /// What layers read and write; f16 and f32 are floats and need no data, and f16 has weights of f16
    #[arg(long, default_value = "int8", value_parser = ["int8", "int16", "f16", "f32"])]
    activations: String,
    /// What of a layer's weights has its own scale; with group, each --group weights of int4 a small factor beside it
    #[arg(long, default_value = "channel", value_parser = ["channel", "tensor", "group"])]
    granularity: String,
    /// Weights of a group
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u16).range(8..=1024))]
    group: u16,
    /// How much of what was observed a range covers
    #[arg(long, default_value_t, value_parser = names(Range::ALL))]
    range: Range,
    /// What is done about errors of rounded weights
    #[arg(long, default_value_t, value_parser = names(Correct::ALL))]
    correct: Correct,
    /// Whether channels between two layers are brought to like ranges, where nothing but a ReLU is between
    #[arg(long, default_value = "off", value_parser = ["on", "off"])]
    equalize: String,
    #[command(flatten)]
    choice: Choice,
    #[command(flatten)]
    label: Label,
}

impl Args {
    fn settings(&self) -> Result<Settings, Failure> {
        let activations = match self.activations.as_str() {
            "int16" => Type::I16,
            "f16" => Type::F16,
            "f32" => Type::F32,
            _ => Type::I8,
        };
        let weights = match self.weights.as_deref() {
            Some("f16") => Type::F16,
            Some("int4") => Type::I4,
            None if activations.is_float() => activations,
            _ => Type::I8,
        };
        if weights.is_float() != activations.is_float() {
            let what = format!("weights of {weights} do not go with activations of {activations}");
            return Err(Failure::usage(what).hint("give both as floats (f16, f32) or both as integers"));
        }
        let granularity = match self.granularity.as_str() {
            "group" if weights != Type::I4 || activations != Type::I8 => {
                let what = "groups are for weights of int4 and activations of int8";
                return Err(Failure::usage(what).hint("give --weights int4, or another --granularity"));
            }
            "group" => Granularity::Group(self.group),
            "tensor" => Granularity::Tensor,
            _ => Granularity::Channel,
        };
        Ok(Settings { weights, activations, granularity, range: self.range, correct: self.correct })
    }
}

#[derive(Serialize)]
struct Made<'a> {
    file: &'a Path,
    #[serde(flatten)]
    report: &'a Report,
}

/// Rows by which a search ranks operators.
const SAMPLE: usize = 32;

pub(crate) fn run(args: &Args, show: &Show) -> Result<(), Failure> {
    let about = |failure: Failure| failure.about(&args.input);
    let to_onnx = export::is_onnx(&args.output);
    if to_onnx {
        export::check(&args.choice)?;
    }
    let (mut options, custom) = (args.label.on(args.choice.options(&args.input)), Custom::default());
    options.preprocess = args.preprocess.steps().cloned();
    let graph = crate::model::graph(&args.input, &args.choice.given)?;
    let ready = if args.equalize == "on" { Quantizer::equalized } else { Quantizer::new };
    let quantizer = ready(graph).map_err(|error| about(error.into()))?;
    let float = quantizer.file();
    let ports = Ports::of(&float.plan()?, float.names());
    let settings = args.settings()?;
    let given: Vec<_> = args.calibrate.iter().chain(&args.eval).map(PathBuf::as_path).collect();
    args.preprocess.check(&given)?;
    let read = |path: &Path| args.preprocess.read(path, &ports);
    let inputs = match &args.calibrate {
        Some(path) => Some(read(path)?.inputs),
        None if settings.activations.is_float() => None,
        None => return Err(needs_data(&ports)),
    };
    let rows = inputs.as_ref().map(|inputs| pack(inputs, &ports)).transpose()?.unwrap_or_default();
    let labelled = match &args.eval {
        Some(path) => {
            let data = read(path)?;
            let rows = pack(&data.inputs, &ports)?;
            // labels that do not suit are refused before the work, as any answers would show them
            if let (Some(labels), Some(port)) = (&data.labels, ports.outputs.first()) {
                score(&vec![0.0; rows.count * port.elements()], rows.count, labels)
                    .map_err(|error| Failure::from(error).about(path))?;
            }
            Some((rows, data.labels))
        }
        None => None,
    };
    let mut progress = show.progress("rows", rows.count);
    let observed = quantizer.observe(&rows, |done| progress.at(done))?;
    drop(progress);
    let mut frontier = Vec::new();
    let quantized = match (&labelled, args.max_drop.filter(|_| args.mixed)) {
        (Some((scored, labels)), Some(most)) => {
            let before = outputs(float, scored, show)?;
            let drop = |file: &File| -> Result<f64, Failure> {
                let both = [before.clone(), outputs(file, scored, show)?];
                let scores = Scores::new(both, scored.count, labels.clone())?;
                scores.drop.ok_or_else(|| Failure::input("a search by accuracy needs classes as labels"))
            };
            let sample = rows.first(SAMPLE);
            let goal = Goal { least: args.least, most };
            let mixed = quantizer.mixed((&observed, &settings), (&sample, &options), goal, drop)?;
            frontier = mixed.frontier;
            mixed.quantized
        }
        _ => quantizer.quantize(&observed, &settings).map_err(|error| about(error.into()))?,
    };
    let compiled =
        compile(quantized.graph.clone(), &options, &custom).map_err(|error| about(error.into()))?;
    let file = File::from_bytes(&compiled.file)?;
    let mut progress = show.progress("compared rows", rows.count);
    let diff = inputs.map(|inputs| diff(float, &file, &inputs, 0.0, |done| progress.at(done))).transpose()?;
    drop(progress);
    let mut report = Report::new(&quantizer, &observed, &quantized, &compiled, diff.as_ref())?;
    if let Some((rows, labels)) = labelled {
        let outputs = [outputs(float, &rows, show)?, outputs(&file, &rows, show)?];
        report.scores = Some(Scores::new(outputs, rows.count, labels)?);
    }
    report.frontier = frontier;
    let lost = report.scores.as_ref().and_then(|scores| scores.drop);
    let failed = args.max_drop.zip(lost).filter(|(most, lost)| lost > most);
    if failed.is_none() {
        let onnx = to_onnx.then(|| export::file(&quantized.graph, &options)).transpose().map_err(about)?;
        write(&args.output, onnx.as_deref().unwrap_or(file.bytes()))?;
    }
    if let Some(path) = &args.report {
        write(path, page(&report).as_bytes())?;
    }
    let made = Made { file: &args.output, report: &report };
    show.data(&made, || text(&report) + &tried(&report.frontier))?;
    match failed {
        None => Ok(()),
        Some((most, lost)) => {
            let what = format!(
                "accuracy drops by {lost:.2} points, more than {most}; {} is not written",
                args.output.display()
            );
            Err(Failure::check(what)
                .hint("try --activations int16, another --range, or more rows to calibrate with"))
        }
    }
}

/// The report for people.
fn text(report: &Report) -> String {
    let both = |before: u64, after: u64| format!("{} bytes, as floats {}", grouped(after), grouped(before));
    let mut all = vec![
        ("name", report.name.clone()),
        ("calibrated on", format!("{} rows", grouped(report.rows as u64))),
        ("file", both(report.float_bytes, report.bytes)),
        ("constants", both(report.float_const_bytes, report.const_bytes)),
        ("arena", both(report.float_arena_bytes, report.arena_bytes)),
    ];
    all.extend(
        report
            .instructions
            .map(|n| ("instructions", format!("{}, estimated for {}", grouped(n), report.target))),
    );
    all.extend(report.snr_db.map(|db| ("outputs", format!("{db:.1} dB signal over noise"))));
    if let Some(scores) = &report.scores {
        let by = if scores.agreement { " by the float model's answers" } else { "" };
        let [before, after] = [&scores.float, &scores.quantized].map(|score| match score.accuracy {
            Some(accuracy) => percent(accuracy),
            None => format!("loss {:.6}", score.loss),
        });
        all.push(("accuracy", format!("{after}, as floats {before}, of {} rows{by}", scores.float.rows)));
    }
    all.extend(report.passes.iter().map(|(pass, count)| ("rewritten", format!("{pass}: {count}"))));
    all.extend(report.floats.iter().map(|what| ("stays float", what.clone())));
    let mut table = Table::new(&[
        "worst layers",
        "kernel",
        "tensor",
        "type",
        "SNR dB",
        "max error",
        "constants",
        "output",
    ]);
    for layer in report.worst().iter().take(10) {
        table.row([
            layer.index.to_string(),
            layer.kernel.clone(),
            short(&layer.name),
            layer.dtype.clone(),
            layer.snr_db.map(|db| format!("{db:.1}")).unwrap_or_default(),
            layer.max_error.map(|error| format!("{error:.6}")).unwrap_or_default(),
            grouped(layer.const_bytes),
            grouped(layer.output_bytes),
        ]);
    }
    let worst = if report.worst().is_empty() { String::new() } else { format!("\n{}", table.text()) };
    facts(&all) + &worst
}

/// What a search found, for people.
fn tried(frontier: &[Point]) -> String {
    if frontier.is_empty() {
        return String::new();
    }
    let mut table = Table::new(&["drop", "16 bits", "int4", "bytes", "arena", "instructions", ""]);
    for point in frontier {
        table.row([
            format!("{:.2}", point.drop),
            point.wide.to_string(),
            point.int4.to_string(),
            grouped(point.bytes),
            grouped(point.arena_bytes),
            point.instructions.map(grouped).unwrap_or_default(),
            if point.fits { "fits".into() } else { String::new() },
        ]);
    }
    format!("\noperators by precision: of what was tried, what nothing else beats\n{}", table.text())
}

/// What is said where there are no data.
fn needs_data(ports: &Ports) -> Failure {
    let wanted = ports.inputs.iter().map(|port| format!("{:?} {:?} {}", port.name, port.shape, port.dtype));
    let wanted = wanted.collect::<Vec<_>>().join(", ");
    Failure::usage(format!("quantizing needs data that show the range of every value: rows of {wanted}"))
        .hint("give some hundred typical inputs with --calibrate DATA (.npz, .npy or .csv, or a folder of images or sounds)")
}

impl From<QuantizeError> for Failure {
    fn from(error: QuantizeError) -> Self {
        match error {
            QuantizeError::Convert(error) => error.into(),
            QuantizeError::File(error) => error.into(),
            QuantizeError::Run(error) => error.into(),
            QuantizeError::Data { .. } | QuantizeError::Diverged { .. } => Failure::input(error)
                .hint("look at that row of the data; leave it out, or scale it as in training"),
            QuantizeError::Quantized(_) => {
                Failure::input(error).hint("`midge convert` takes models that are quantized already")
            }
            QuantizeError::Unestimated(_) => Failure::usage(error),
            QuantizeError::Nothing | QuantizeError::Weights(_) => Failure::input(error),
        }
    }
}
