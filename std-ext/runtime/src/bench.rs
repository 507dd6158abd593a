//! What a run costs: time on this machine, exact instructions and memory on an emulated one.

use std::time::{Duration, Instant};

use midge_core::{Done, Error, Runtime, ops};
use serde::Serialize;

#[cfg(feature = "emulate")]
use crate::emulated::{self, EmulatedError};
use crate::file::{File, FileError};
use crate::session::{RunError, Session};

/// How long runs are measured if their number is not given.
const MEASURED: Duration = Duration::from_secs(1);
/// How long runs warm caches, clocks and branch predictors up before; at least one does.
const WARM_UP: Duration = Duration::from_millis(200);
/// Bounds of the number of measured runs if it is not given.
const RUNS: (u32, u32) = (5, 10_000);

/// What a run costs. What a machine cannot tell is absent.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// `host`, or QEMU's name of the emulated machine.
    pub machine: String,
    /// Measured runs.
    pub runs: u32,
    /// Time of a run, from the caller's input buffer to a readable output. Host only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency_us: Option<Latency>,
    /// Instructions of a run, the same span. Emulated only, as all below but `steps` and `arena_bytes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instructions: Option<u64>,
    /// Those of them that read memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub load_instructions: Option<u64>,
    /// Those of them that write memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store_instructions: Option<u64>,
    /// What a model of the core makes of them, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cycles: Option<u64>,
    /// The steps in order.
    pub steps: Vec<StepCost>,
    /// Work memory: inputs, outputs, intermediates, scratch, state.
    pub arena_bytes: u64,
    /// Most stack that a run took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stack_bytes: Option<u64>,
    /// Firmware that can do nothing but run this model, without the model: vectors, text, rodata, data. Microcontrollers
    /// only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_bytes: Option<u64>,
    /// The model's bytes in that firmware.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub const_bytes: Option<u64>,
}

/// Microseconds of a run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Latency {
    /// Of the fastest.
    pub min: f64,
    /// Half of the runs took less.
    pub median: f64,
    /// Of the slowest.
    pub max: f64,
}

/// What a step costs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StepCost {
    /// Its index.
    pub index: usize,
    /// The operator in the source; the kernel's name where the file was stripped.
    pub op: String,
    /// What runs it.
    pub kernel: String,
    /// Multiply-accumulates, taps on padding included; absent where the file was stripped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub macs: Option<u64>,
    /// Instructions. Emulated only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instructions: Option<u64>,
    /// Those of them that read memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub load_instructions: Option<u64>,
    /// Those of them that write memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store_instructions: Option<u64>,
    /// What a model of the core makes of them, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cycles: Option<u64>,
    /// Median time in microseconds. Host only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub us: Option<f64>,
}

/// Measures runs of one row on this machine: `runs` of them, or about a second. `row` is all input ports back to
/// back in their order. Each run is measured whole, then again step by step; `at` gets the number of runs that are
/// done and of all.
///
/// # Errors
/// [`BenchError`].
pub fn host(
    file: &File,
    row: &[u8],
    runs: Option<u32>,
    at: &mut dyn FnMut(u32, u32),
) -> Result<Report, BenchError> {
    let runtime = file.runtime()?;
    let mut session = Session::new(&runtime)?;
    let mut outputs = Vec::new();
    let (start, mut warm) = (Instant::now(), 0);
    while warm == 0 || start.elapsed() < WARM_UP {
        outputs.clear();
        session.run(row, &mut outputs)?;
        warm += 1;
    }
    let one = start.elapsed().as_secs_f64() / f64::from(warm);
    let runs = runs.unwrap_or(((MEASURED.as_secs_f64() / one) as u32).clamp(RUNS.0, RUNS.1)).max(1);

    let mut whole = Vec::new();
    for run in 0..runs {
        at(run, 2 * runs);
        outputs.clear();
        let start = Instant::now();
        session.run(row, &mut outputs)?;
        whole.push(start.elapsed().as_secs_f64() * 1e6);
        std::hint::black_box(&outputs);
    }
    whole.sort_by(f64::total_cmp);
    let latency = Latency {
        min: whole.first().copied().unwrap_or(0.0),
        median: median(&whole),
        max: whole.last().copied().unwrap_or(0.0),
    };
    let mut steps = steps(file)?;
    time_steps(&mut steps, &runtime, row, runs, at)?;
    Ok(Report {
        machine: "host".into(),
        runs,
        latency_us: Some(latency),
        instructions: None,
        load_instructions: None,
        store_instructions: None,
        cycles: None,
        steps,
        arena_bytes: runtime.plan().arena_len() as u64,
        stack_bytes: None,
        text_bytes: None,
        const_bytes: None,
    })
}

/// As [`profile`], and measures the flash that the model takes on the core.
///
/// # Errors
/// See [`EmulatedError`].
#[cfg(feature = "emulate")]
pub fn on(
    core: &str,
    file: &File,
    row: &[u8],
    runs: u32,
    say: &mut dyn FnMut(&str),
) -> Result<Report, EmulatedError> {
    let mut report = profile(core, file, row, runs, say)?;
    match emulated::size(core, file.bytes(), say) {
        Err(EmulatedError::NoFirmware { .. }) => {}
        size => {
            let size = size?;
            (report.text_bytes, report.const_bytes) = (Some(size.text_bytes), Some(size.const_bytes));
        }
    }
    Ok(report)
}

/// Counts `runs` runs of one row on an emulated core.
///
/// # Errors
/// See [`EmulatedError`]; runs that do not count the same are a failure.
#[cfg(feature = "emulate")]
pub fn profile(
    core: &str,
    file: &File,
    row: &[u8],
    runs: u32,
    say: &mut dyn FnMut(&str),
) -> Result<Report, EmulatedError> {
    let mut steps = steps(file).map_err(|error| EmulatedError::Failed(error.to_string()))?;
    let runs = runs.max(1);
    let request = emulated::Request {
        plan: file.bytes(),
        rows: 1,
        keep: false,
        inputs: row,
        dump: false,
        repeat: runs,
    };
    let reply = emulated::run(core, &request, say)?;
    let counts = reply.counts.unwrap_or_default();
    let run = counts.runs.first().copied().unwrap_or_default();
    if let Some((at, other)) = counts.runs.iter().enumerate().find(|(_, other)| **other != run) {
        let (first, this) = (run.instructions, other.instructions);
        let what = format!("run 1 took {first} instructions, run {} of the same input {this}", at + 1);
        return Err(EmulatedError::Failed(what));
    }
    for (step, count) in steps.iter_mut().zip(&counts.steps) {
        (step.instructions, step.load_instructions) = (Some(count.instructions), Some(count.loads));
        (step.store_instructions, step.cycles) = (Some(count.stores), count.cycles);
    }
    Ok(Report {
        machine: reply.machine,
        runs,
        latency_us: None,
        instructions: Some(run.instructions),
        load_instructions: Some(run.loads),
        store_instructions: Some(run.stores),
        cycles: run.cycles,
        steps,
        arena_bytes: reply.arena_bytes,
        stack_bytes: Some(reply.stack_bytes),
        text_bytes: None,
        const_bytes: None,
    })
}

/// Why nothing was measured on this machine.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// The plan cannot be loaded.
    #[error(transparent)]
    File(#[from] FileError),
    /// It cannot be run.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// The plan's steps, nothing measured yet.
fn steps(file: &File) -> Result<Vec<StepCost>, FileError> {
    let names = file.names().map(|names| names.steps.as_slice()).unwrap_or_default();
    let plan = file.plan()?;
    let steps = plan.steps().enumerate().map(|(index, step)| {
        let kernel = ops::name(step.code()).unwrap_or("unknown").to_owned();
        let name = names.get(index);
        StepCost {
            index,
            op: name.map_or_else(|| kernel.clone(), |name| name.op.clone()),
            macs: name.map(|name| name.macs),
            kernel,
            instructions: None,
            load_instructions: None,
            store_instructions: None,
            cycles: None,
            us: None,
        }
    });
    Ok(steps.collect())
}

/// Runs again and looks at the clock after each step.
fn time_steps(
    steps: &mut [StepCost],
    runtime: &Runtime<'_>,
    row: &[u8],
    runs: u32,
    at: &mut dyn FnMut(u32, u32),
) -> Result<(), BenchError> {
    let mut arena = vec![0; runtime.plan().arena_len() + 15];
    let mut session = runtime.session(&mut arena).map_err(RunError::from)?;
    let mut times = vec![Vec::new(); steps.len()];
    for run in 0..runs {
        at(runs + run, 2 * runs);
        session.reset();
        let (mut rest, mut index) = (row, 0);
        while let Ok(input) = session.input_mut(index) {
            let (piece, tail) =
                rest.split_at_checked(input.len()).ok_or(RunError::Core(Error::NoSuchPort))?;
            input.copy_from_slice(piece);
            (rest, index) = (tail, index + 1);
        }
        let mut last = Instant::now();
        let after = |done: &Done<'_>| {
            let now = Instant::now();
            if let Some(times) = times.get_mut(done.index) {
                times.push(now.duration_since(last).as_secs_f64() * 1e6);
            }
            last = now;
        };
        session.run_with(after).map_err(RunError::from)?;
    }
    for (step, mut times) in steps.iter_mut().zip(times) {
        times.sort_by(f64::total_cmp);
        step.us = Some(median(&times));
    }
    Ok(())
}

/// The middle of sorted numbers; 0 of none.
fn median(sorted: &[f64]) -> f64 {
    let upper = sorted.get(sorted.len() / 2).copied().unwrap_or(0.0);
    let lower = sorted.get(sorted.len().saturating_sub(1) / 2).copied().unwrap_or(0.0);
    (lower + upper) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn file() -> File {
        File::from_bytes(&fixture::plan(&fixture::double(), 256)).unwrap()
    }

    #[test]
    fn the_middle_is_half_way() {
        assert_eq!((median(&[]), median(&[3.0]), median(&[1.0, 2.0, 9.0])), (0.0, 3.0, 2.0));
        assert_eq!(median(&[1.0, 2.0, 4.0, 9.0]), 3.0);
    }

    #[test]
    fn runs_on_this_machine_take_time_and_no_instructions() {
        let mut seen = Vec::new();
        let report = host(&file(), &[1; 16], Some(7), &mut |done, all| seen.push((done, all))).unwrap();
        assert_eq!(seen, (0..14).map(|run| (run, 14)).collect::<Vec<_>>());
        let latency = report.latency_us.unwrap();
        assert!(0.0 < latency.min && latency.min <= latency.median && latency.median <= latency.max);
        assert_eq!((report.runs, report.arena_bytes, report.steps.len()), (7, 32, 1));
        let step = &report.steps[0];
        assert_eq!((step.op.as_str(), step.kernel.as_str(), step.macs), ("MUL", "TABLE", Some(0)));
        assert!(step.us.unwrap() > 0.0);
        let keys = serde_json::to_value(&report).unwrap();
        assert!(keys.get("instructions").is_none() && keys.get("text_bytes").is_none(), "{keys}");
        assert!(host(&file(), &[1; 3], Some(1), &mut |_, _| {}).is_err(), "a row that is too short");
    }

    #[test]
    fn a_stripped_file_is_measured_without_names() {
        let bytes = fixture::plan(&fixture::double(), 256);
        let device = midge_core::Plan::parse(&bytes).unwrap().device_len();
        let report =
            host(&File::from_bytes(&bytes[..device]).unwrap(), &[1; 16], Some(1), &mut |_, _| {}).unwrap();
        assert_eq!((report.steps[0].op.as_str(), report.steps[0].macs), ("TABLE", None));
    }

    #[cfg(feature = "emulate")]
    #[test]
    fn runs_on_an_emulated_core_are_counted() {
        let report = match on("m4", &file(), &[1; 16], 10, &mut |line| println!("{line}")) {
            Err(missing @ EmulatedError::Missing { .. }) => return println!("skipped: {missing}"),
            report => report.unwrap(),
        };
        assert_eq!((report.machine.as_str(), report.arena_bytes), ("mps2-an386", 32));
        let steps = report.steps.iter().map(|step| step.instructions.unwrap()).sum::<u64>();
        assert!(0 < steps && steps < report.instructions.unwrap());
        assert!(report.load_instructions.unwrap() < report.instructions.unwrap());
        assert!(report.cycles.unwrap() > report.instructions.unwrap());
        let zeros = on("m4", &file(), &[0; 16], 1, &mut |_| {}).unwrap();
        assert_eq!(zeros.instructions, report.instructions, "a table does not look at its input");
    }
}
