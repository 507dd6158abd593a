//! `midge bench`: what a run costs, here or on an emulated core.

use std::path::{Path, PathBuf};

use midge_runtime::array::Arrays;
use midge_runtime::bench::{self, BenchError, Report, StepCost};
use midge_runtime::file::File;
use midge_runtime::ports::Ports;
use midge_runtime::rows;

use crate::failure::Failure;
use crate::profile;
use crate::show::Show;
use crate::table::{Table, facts, grouped};

/// Runs that are counted on an emulated core: counts are exact, the second only proves that nothing is built once.
const COUNTED: u32 = 2;

/// Measure a run: time here, exact instructions and memory on an emulated core
#[derive(clap::Args)]
#[command(after_help = "A run is what lies between the caller's input buffer and a readable output.

On the host there are latency_us, runs, steps (us: median), arena_bytes and machine. On an emulated core there are
instructions, load_instructions, store_instructions, cycles, stack_bytes, text_bytes and const_bytes instead of times. text_bytes is all flash
of a firmware that can do nothing but run this model, without the model itself, which is const_bytes; aarch64 and
armv7 run Linux and have neither.

Examples:
  midge bench kws.midge
  midge bench kws.midge --on m4 --input features.npy --format json")]
pub(crate) struct Args {
    /// The .midge file
    file: PathBuf,
    /// Where: `host`, or an emulated core (m0, m3, m4, f405, m7, m33, m55, rv32, aarch64, armv7)
    #[arg(long, default_value = "host", value_name = "CORE")]
    on: String,
    /// Arrays as for `midge run`, of which the first row is used; zeros if absent
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// How many runs; on the host about a second of them if absent
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    runs: Option<u32>,
}

pub(crate) fn run(args: &Args, show: &Show) -> Result<(), Failure> {
    let file = crate::model::plan(&args.file)?;
    let row = row(args.input.as_deref(), &file)?;
    let report = match args.on.as_str() {
        "host" => {
            let mut progress = None;
            bench::host(&file, &row, args.runs, &mut |done, all| {
                progress.get_or_insert_with(|| show.progress("runs", all as usize)).at(done as usize);
            })?
        }
        core => bench::on(core, &file, &row, args.runs.unwrap_or(COUNTED), &mut |line| show.say(line))?,
    };
    show.data(&report, || table(&report))
}

impl From<BenchError> for Failure {
    fn from(error: BenchError) -> Self {
        match error {
            BenchError::File(error) => error.into(),
            BenchError::Run(error) => error.into(),
        }
    }
}

/// The first row of the input, or zeros.
pub(crate) fn row(input: Option<&Path>, file: &File) -> Result<Vec<u8>, Failure> {
    let ports = Ports::of(&file.plan()?, file.names());
    let len = ports.input_bytes();
    let Some(input) = input else { return Ok(vec![0; len]) };
    let mut row = rows::pack(&Arrays::read(input)?, &ports)?.bytes;
    row.truncate(len);
    Ok(row)
}

fn table(report: &Report) -> String {
    let steps = match report.instructions {
        Some(_) => profile::steps(report),
        None => timed(&report.steps),
    };
    let bytes = |number: u64| format!("{} bytes", grouped(number));
    let mut all = vec![("machine", report.machine.clone()), ("runs", grouped(report.runs.into()))];
    if let Some(macs) = report.steps.iter().map(|step| step.macs).sum::<Option<u64>>() {
        all.push(("MACs", grouped(macs)));
    }
    if let Some(time) = report.latency_us {
        let (min, median, max) = (time.min, time.median, time.max);
        all.push(("latency", format!("{median:.1} us (fastest {min:.1}, slowest {max:.1})")));
    }
    all.extend(profile::counts(report));
    all.push(("arena", bytes(report.arena_bytes)));
    all.extend(report.stack_bytes.map(|n| ("stack", bytes(n))));
    all.extend(report.text_bytes.map(|n| ("code in flash", bytes(n))));
    all.extend(report.const_bytes.map(|n| ("model in flash", bytes(n))));
    format!("{steps}\n{}", facts(&all))
}

fn timed(steps: &[StepCost]) -> String {
    let mut table = Table::new(&["step", "operator", "kernel", "MACs", "us", "MACs per us", "share"]);
    let all: f64 = steps.iter().filter_map(|step| step.us).sum();
    for step in steps {
        let us = step.us.unwrap_or(0.0);
        let rate =
            step.macs.filter(|macs| *macs > 0 && us > 0.0).map(|macs| grouped((macs as f64 / us) as u64));
        table.row([
            step.index.to_string(),
            step.op.clone(),
            step.kernel.clone(),
            step.macs.map(grouped).unwrap_or_default(),
            format!("{us:.2}"),
            rate.unwrap_or_default(),
            share(us, all),
        ]);
    }
    table.text()
}

/// A part in percent.
pub(crate) fn share(part: f64, all: f64) -> String {
    if all > 0.0 { format!("{:.1}%", part / all * 100.0) } else { String::new() }
}
