//! `midge run`: inputs through a model, here or on an emulated microcontroller.

use std::path::{Path, PathBuf};

use midge_runtime::array::{Array, Arrays, Container};
use midge_runtime::classes::{Class, classes};
#[cfg(feature = "emulate")]
use midge_runtime::emulated::Request;
use midge_runtime::file::File;
use midge_runtime::ports::Ports;
use midge_runtime::rows::{Rows, pack, unpack};
use midge_runtime::{dump, session};
use serde::Serialize;

#[cfg(feature = "emulate")]
use crate::data::is_raw;
use crate::data::{Preprocess, with_steps};
use crate::failure::Failure;
use crate::show::Show;
#[cfg(feature = "emulate")]
use crate::table::grouped;
use crate::table::{Table, clean};

/// Most numbers of a row in a table.
const SHOWN: usize = 32;

/// Run a model on inputs from a file
#[derive(clap::Args)]
#[command(
    after_help = with_steps("An input of shape S is given as S, as [N] and S, or as [N] and S[1:] where S[0] is 1. It has the
model's own type, or float32: then it holds real values. In text whole numbers are stored values,
and a decimal point anywhere makes all of them real values.

Examples:
  midge run kws.midge --input features.npy --output scores.npy
  midge run kws.midge --input features.npy --on m4
  midge run spoken.midge --input seven.wav --on m4
  midge run digits.midge --input photo.png --preprocess \"gray, resize 8x8, scale 16/255\"
  echo 0.5,1.5,2.0 | midge run small.midge --input - --float")
)]
pub(crate) struct Args {
    /// The .midge file
    file: PathBuf,
    /// Inputs: .npy, .npz with an array for each input, or .csv with a row in each line; a folder of images or sounds, or one
    /// of them; - is standard input
    #[arg(short, long)]
    input: PathBuf,
    #[command(flatten)]
    preprocess: Preprocess,
    /// Where to write outputs: .npy, .npz or .csv; printed if left out
    #[arg(short, long)]
    output: Option<PathBuf>,
    /// Where to run: `host`, or an emulated core (m0, m3, m4, f405, m7, m33, m55, rv32, aarch64, armv7); of sounds, for which the
    /// model has a front-end, the core makes the features too
    #[arg(long, default_value = "host")]
    on: String,
    /// Write what every step computes for the first row into this folder
    #[arg(long, value_name = "FOLDER")]
    dump_tensors: Option<PathBuf>,
    /// Rows are one sequence: what a model with state remembers goes on from row to row
    #[arg(long)]
    keep_state: bool,
    /// Outputs as real values, float32
    #[arg(long)]
    float: bool,
    /// A text file with the name of a class in each line; prints the best class of each row
    #[arg(long, value_name = "FILE")]
    labels: Option<PathBuf>,
}

/// What ran.
#[derive(Serialize)]
struct Report {
    machine: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cpuid: Option<String>,
    rows: usize,
    outputs: Vec<Output>,
    #[serde(skip_serializing_if = "Option::is_none")]
    classes: Option<Vec<Class>>,
}

#[derive(Serialize)]
struct Output {
    name: String,
    shape: Vec<usize>,
    dtype: &'static str,
    /// Row-major; none where a file was written instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<Values>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Values {
    Stored(Vec<i64>),
    Real(Vec<f32>),
}

/// The outputs of a run and where it happened.
pub(crate) struct Done {
    pub(crate) outputs: Vec<u8>,
    machine: String,
    cpuid: Option<u32>,
}

pub(crate) fn run(args: &Args, show: &Show) -> Result<(), Failure> {
    let file = crate::model::plan(&args.file)?;
    let ports = Ports::of(&file.plan()?, file.names());
    if let Some(path) = &args.output {
        Container::of(path, ports.outputs.len())?;
    }
    let labels = args.labels.as_deref().map(labels).transpose()?;
    args.preprocess.check(&[&args.input])?;
    let preprocess = args.preprocess.of(&file)?;
    let rows = pack(&preprocess.inputs(&args.input, &ports)?, &ports)?;
    let done = match args.on.as_str() {
        "host" => host(&file, &rows, args.keep_state, show)?,
        core => on(core, &file, (&args.input, &preprocess), &rows, args.keep_state, show)?,
    };
    let stored = unpack(&done.outputs, &rows, &ports, false);
    let classes = labels.map(|labels| classes(&stored, rows.count, &ports, &labels)).transpose();
    let classes = classes.map_err(|e| Failure::input(e).hint("--labels takes a line for each class"))?;
    let named = if args.float { unpack(&done.outputs, &rows, &ports, true) } else { stored };
    if let Some(folder) = &args.dump_tensors {
        let dumps = match args.on.as_str() {
            "host" => session::Session::new(&file.runtime()?)?.dump(rows.row(0))?,
            core => dumped(core, &file, &rows, show)?,
        };
        dump::write(folder, &file.plan()?, file.names(), &dumps)?;
        show.say(format!("tensors of the first row are in {}", folder.display()));
    }
    if let Some(path) = &args.output {
        Arrays::write(path, &named, rows.count)?;
    }
    show.detail(format!("{} rows on {}", rows.count, done.machine));
    let report = Report {
        machine: done.machine,
        cpuid: done.cpuid.map(|id| format!("{id:#010x}")),
        rows: rows.count,
        outputs: named.iter().map(|(name, array)| output(name, array, args.output.is_none())).collect(),
        classes,
    };
    show.data(&report, || text(&report, &named, args.output.as_deref()))
}

fn host(file: &File, rows: &Rows, keep: bool, show: &Show) -> Result<Done, Failure> {
    let runtime = file.runtime()?;
    let mut progress = show.progress("rows", rows.count);
    let outputs = session::run(&runtime, rows, keep, |done| progress.at(done))?;
    Ok(Done { outputs, machine: "host".into(), cpuid: None })
}

/// Runs rows on an emulated core. Of sounds, for which the plan has a front-end, the firmware makes the features too: these are
/// the data that the rows were made of, and the steps that made them.
#[cfg(feature = "emulate")]
pub(crate) fn on(
    core: &str,
    file: &File,
    (data, preprocess): (&Path, &Preprocess),
    rows: &Rows,
    keep: bool,
    show: &Show,
) -> Result<Done, Failure> {
    use midge_runtime::emulated::{Count, listen, run_with};
    if !keep && is_raw(data) && !file.plan()?.front_end().is_empty() {
        let done = listen(core, file.bytes(), &preprocess.sounds(data)?, &mut |text| show.say(text))?;
        let mean = |counts: &[Count]| {
            let sum: u64 = counts.iter().map(|count| count.instructions).sum();
            grouped(sum / counts.len().max(1) as u64)
        };
        let (features, runs) = (mean(&done.features), mean(&done.runs));
        show.say(format!(
            "{} heard samples: {features} instructions a sound for features, {runs} for the model",
            done.machine
        ));
        return Ok(Done { outputs: done.outputs, machine: done.machine, cpuid: None });
    }
    let mut progress = show.progress("rows", rows.count);
    let request = Request { keep, repeat: 0, rows: rows.count, ..Request::once(file.bytes(), &rows.bytes) };
    let reply = run_with(core, &request, &mut |text| show.say(text), &mut |done| progress.at(done))?;
    drop(progress);
    let id = reply.cpuid.map(|id| format!(" (CPUID {id:#010x})")).unwrap_or_default();
    show.say(format!("ran on {}{id}", reply.machine));
    Ok(Done { outputs: reply.outputs, machine: reply.machine, cpuid: reply.cpuid })
}

/// What every step computes for the first row on an emulated core.
#[cfg(feature = "emulate")]
fn dumped(core: &str, file: &File, rows: &Rows, show: &Show) -> Result<Vec<Vec<u8>>, Failure> {
    let first = Request { dump: true, repeat: 0, ..Request::once(file.bytes(), rows.row(0)) };
    Ok(midge_runtime::emulated::run(core, &first, &mut |text| show.say(text))?.dumps)
}

#[cfg(not(feature = "emulate"))]
pub(crate) fn on(
    _: &str,
    _: &File,
    _: (&Path, &Preprocess),
    _: &Rows,
    _: bool,
    _: &Show,
) -> Result<Done, Failure> {
    Err(Failure::absent("emulate"))
}

#[cfg(not(feature = "emulate"))]
fn dumped(_: &str, _: &File, _: &Rows, _: &Show) -> Result<Vec<Vec<u8>>, Failure> {
    Err(Failure::absent("emulate"))
}

fn labels(path: &Path) -> Result<Vec<String>, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::input(format!("cannot read {}: {error}", path.display())))?;
    Ok(text.lines().map(|line| line.trim().to_string()).collect())
}

fn output(name: &str, array: &Array, with_values: bool) -> Output {
    let values = || match array.elements::<f32>() {
        Some(reals) => Values::Real(reals),
        None => Values::Stored(array.floats().into_iter().map(|x| x as i64).collect()),
    };
    Output {
        name: name.into(),
        shape: array.shape().into(),
        dtype: array.dtype().name(),
        values: with_values.then(values),
    }
}

fn text(report: &Report, named: &[(String, Array)], written: Option<&Path>) -> String {
    let mut out = String::new();
    if let Some(path) = written {
        out += &format!("{} rows -> {}\n", report.rows, path.display());
    }
    if let Some(classes) = &report.classes {
        let mut table = Table::new(&["row", "class", "label", "score"]);
        for (row, class) in classes.iter().enumerate() {
            table.row([
                row.to_string(),
                class.index.to_string(),
                class.label.clone(),
                class.score.to_string(),
            ]);
        }
        out += &table.text();
    } else if written.is_none() {
        for (name, array) in named {
            out += &format!("{} {:?} {}\n", clean(name), array.shape(), array.dtype());
            let texts = array.texts();
            for row in texts.chunks((texts.len() / report.rows.max(1)).max(1)) {
                let shown = row.get(..SHOWN).unwrap_or(row).join(" ");
                let more = row.len().saturating_sub(SHOWN);
                let rest =
                    if more > 0 { format!(" ... {more} more; --output writes all") } else { String::new() };
                out += &format!("{shown}{rest}\n");
            }
        }
    }
    out
}
