//! One request to the runner: the files it reads and writes, and what its answer means. `boards/README.md` has the
//! formats.

use super::checkout::Checkout;
use super::firmware::Builder;
use super::machine::Machine;
use super::qemu::{Job, Qemu};
use super::{Count, Counts, EmulatedError, Reply, Request, device, room};
use midge_core::{At, Plan};
use midge_core::{Claim, ops};
use std::collections::HashMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};
use std::thread;

const PLAN: &str = "plan.midge";
const COUNTER: &str = "counter.plugin";

/// Fewest rows that are worth an emulator of their own.
const ROWS: usize = 8;
/// Most emulators at a time.
const EMULATORS: usize = 16;

/// Runs a request on a machine: many rows on several, as rows do not know of each other. `at` gets the number of rows
/// that are done.
pub(super) fn run(
    checkout: &Checkout,
    machine: &Machine,
    request: &Request<'_>,
    say: &mut dyn FnMut(&str),
    at: &mut dyn FnMut(usize),
) -> Result<Reply, EmulatedError> {
    let plan = device(request.plan);
    let row = check(machine, plan, request)?;
    let qemu = Qemu::find(machine)?;
    let mut builder = Builder::new(checkout, say);
    let runner = builder.runner(machine)?;
    let counter = if request.repeat > 0 { Some(builder.counter(qemu.api4())?) } else { None };
    let bench = Bench { machine, qemu, runner, counter, plan, request, row };

    let cores = thread::available_parallelism().map_or(1, |n| n.get().min(EMULATORS));
    let rows = request.rows.div_ceil(cores).max(ROWS);
    let replies = thread::scope(|scope| {
        let (sender, news) = mpsc::channel();
        let work = |first: usize| {
            let (bench, sender) = (&bench, sender.clone());
            scope.spawn(move || bench.serve(first..request.rows.min(first + rows), &sender))
        };
        let workers: Vec<_> = (0..request.rows.max(1)).step_by(rows).map(work).collect();
        drop(sender); // so that the news end with the last worker
        let mut done = HashMap::new();
        for (first, rows) in news {
            done.insert(first, rows);
            at(done.values().sum());
        }
        let crashed = |_| Err(EmulatedError::Failed("a thread that waits for an emulator crashed".into()));
        workers.into_iter().map(|worker| worker.join().unwrap_or_else(crashed)).collect::<Vec<_>>()
    });
    let whole = replies.into_iter().reduce(|all, next| Ok(join(all?, next?)));
    whole.unwrap_or_else(|| Err(EmulatedError::Failed("there is nothing to run".into())))
}

/// What the answers to two parts of a request say together.
fn join(mut all: Reply, next: Reply) -> Reply {
    all.outputs.extend(next.outputs);
    all.dumps.extend(next.dumps);
    all.stack_bytes = all.stack_bytes.max(next.stack_bytes);
    all
}

/// Bytes of a row; none if the plan does not say.
#[derive(Clone, Copy, Default)]
struct Row {
    input: usize,
    output: usize,
}

/// All that it takes to serve a request.
struct Bench<'a> {
    machine: &'a Machine,
    qemu: Qemu,
    runner: PathBuf,
    counter: Option<PathBuf>,
    plan: &'a [u8],
    request: &'a Request<'a>,
    row: Row,
}

impl Bench<'_> {
    /// Serves some of the rows in one emulator; the one with the first row counts.
    fn serve(&self, rows: Range<usize>, news: &Sender<(usize, usize)>) -> Result<Reply, EmulatedError> {
        let (machine, plan) = (self.machine, self.plan);
        let repeat = if rows.start == 0 { self.request.repeat } else { 0 };
        let inputs = match self.row.input {
            0 => self.request.inputs,
            len => self.request.inputs.get(rows.start * len..rows.end.max(1) * len).unwrap_or_default(),
        };

        let folder = tempfile::Builder::new().prefix("midge-").tempdir();
        let folder = folder.map_err(EmulatedError::file("create a folder in", &std::env::temp_dir()))?;
        let folder = folder.path();
        write(&folder.join(PLAN), plan)?;
        write(&folder.join("input.bin"), inputs)?;
        let counter = self.counter.as_ref().filter(|_| repeat > 0);
        if let Some(counter) = counter {
            fs::copy(counter, folder.join(COUNTER)).map_err(EmulatedError::file("copy", counter))?;
        }
        let job = Job {
            arguments: vec![
                "runner".into(),
                format!("plan={}", plan.len()),
                format!("rows={}", rows.len()),
                format!("repeat={repeat}"),
                format!("dump={}", u8::from(self.request.dump)),
            ],
            plan: Some(PLAN),
            counter: counter.is_some().then_some(COUNTER),
        };
        let at = |output: u64| {
            let done = output.checked_div(self.row.output as u64).unwrap_or(0) as usize;
            // whether anyone listens is not this worker's business
            let _ = news.send((rows.start, done));
        };
        let status = self.qemu.run(machine, &self.runner, folder, &job, &at)?;

        let answer = Answer::read(folder);
        if answer.text("status") != Some("ok") {
            return Err(answer.failure(machine, plan, &status.to_string(), folder));
        }
        let steps = answer.number("steps")? as usize;
        let outputs = if rows.is_empty() { Vec::new() } else { read(&folder.join("output.bin"))? };
        let dumps = if self.request.dump { records(&read(&folder.join("dump.bin"))?)? } else { Vec::new() };
        if self.request.dump && dumps.len() != rows.len() * steps {
            return Err(broken("dump.bin"));
        }
        let counts = match counter {
            Some(_) => Some(counts(&read(&folder.join("counts.txt"))?, repeat as usize, steps)?),
            None => None,
        };
        Ok(Reply {
            outputs,
            dumps,
            machine: machine.machine.clone(),
            cpuid: answer.number("cpuid")? as u32,
            arena_bytes: answer.number("arena_bytes")?,
            stack_bytes: if rows.is_empty() { 0 } else { answer.number("stack_bytes")? },
            counts,
        })
    }
}

/// The bytes of a row, unless it need not be tried: a plan larger than the flash, inputs of another length. What is
/// no plan passes, for the firmware to refuse.
fn check(machine: &Machine, plan: &[u8], request: &Request<'_>) -> Result<Row, EmulatedError> {
    room(machine, "flash behind the runner", plan.len() as u64, machine.plan_room)?;
    let Ok(parsed) = Plan::parse(plan) else { return Ok(Row::default()) };
    let bytes = |output| {
        let ports = (0..).map_while(|i| parsed.side(output, i));
        ports.map(|port| parsed.operand(port.operand).len as usize).sum::<usize>()
    };
    let row = Row { input: bytes(false), output: bytes(true) };
    let rows = request.rows.max(usize::from(request.repeat > 0));
    match row.input.checked_mul(rows) {
        Some(need) if need == request.inputs.len() => Ok(row),
        _ => Err(EmulatedError::Failed(format!(
            "{rows} rows of {} bytes of input are needed, but there are {} bytes",
            row.input,
            request.inputs.len()
        ))),
    }
}

/// The lines of `response.txt`.
struct Answer(HashMap<String, String>);

impl Answer {
    fn read(folder: &Path) -> Answer {
        // Without the file the firmware did not come far; the log says why.
        let text = fs::read_to_string(folder.join("response.txt")).unwrap_or_default();
        Answer(
            text.lines().filter_map(|line| line.split_once('=')).map(|(k, v)| (k.into(), v.into())).collect(),
        )
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    fn number(&self, key: &str) -> Result<u64, EmulatedError> {
        let text = self.text(key).unwrap_or_default();
        match text.strip_prefix("0x") {
            Some(hex) => u64::from_str_radix(hex, 16).ok(),
            None => text.parse().ok(),
        }
        .ok_or_else(|| EmulatedError::Failed(format!("the firmware's answer has no number `{key}`")))
    }

    /// Why there is no `status=ok`.
    fn failure(&self, machine: &Machine, plan: &[u8], status: &str, folder: &Path) -> EmulatedError {
        let (machine, what) = (machine.machine.clone(), self.text("what").unwrap_or_default().to_owned());
        match self.text("error") {
            Some("TooSmall") => EmulatedError::TooSmall {
                machine,
                what,
                need: self.number("need").unwrap_or(0),
                have: self.number("have").unwrap_or(0),
            },
            Some("File") => {
                EmulatedError::Failed(format!("the firmware on {machine} cannot use its file {what}"))
            }
            Some("Arguments") => {
                EmulatedError::Failed(format!("the firmware on {machine} did not understand its arguments"))
            }
            Some(error) => EmulatedError::Refused { machine, why: reason(error, self.text("step"), plan) },
            None => {
                let log = fs::read_to_string(folder.join("log.txt")).unwrap_or_default();
                EmulatedError::Failed(format!(
                    "the firmware on {machine} ended early ({status}): {}",
                    log.trim()
                ))
            }
        }
    }
}

/// The firmware's refusal with the words that it has no room for. They are this program's own findings, so they
/// stand only where both found the same.
fn reason(error: &str, step: Option<&str>, plan: &[u8]) -> String {
    let place = step.map(|step| format!("step {step}: ")).unwrap_or_default();
    match load(plan) {
        Err(at) if at.error.name() == error => format!("{place}{error}, {}", at.error),
        _ => format!("{place}{error}"),
    }
}

/// What the firmware does with a plan before it runs it.
fn load(plan: &[u8]) -> Result<(), At> {
    let plan = Plan::parse(plan)?;
    for (i, step) in plan.steps().enumerate() {
        ops::check(&Claim::new(plan, step)).map_err(|error| At { step: i as u16, error })?;
    }
    Ok(())
}

/// The records of `dump.bin`: index and length, u32 each, then the bytes.
fn records(mut bytes: &[u8]) -> Result<Vec<Vec<u8>>, EmulatedError> {
    let mut records = Vec::new();
    while !bytes.is_empty() {
        let record = bytes.split_first_chunk::<8>().and_then(|([_, _, _, _, len @ ..], rest)| {
            rest.split_at_checked(u32::from_le_bytes(*len) as usize)
        });
        let (record, rest) = record.ok_or_else(|| broken("dump.bin"))?;
        records.push(record.to_vec());
        bytes = rest;
    }
    Ok(records)
}

/// The lines of `counts.txt`: the runs, the steps of another run, and what followed its last step.
fn counts(text: &[u8], runs: usize, steps: usize) -> Result<Counts, EmulatedError> {
    let text = String::from_utf8_lossy(text);
    let line = |line: &str| {
        let mut numbers = line.split(' ').map(|number| number.parse().ok());
        Some(Count { instructions: numbers.next()??, loads: numbers.next()?? })
    };
    let all: Option<Vec<Count>> = text.lines().map(line).collect();
    match all.as_deref().and_then(|all| all.split_at_checked(runs)) {
        Some((runs, [steps_of_one @ .., _])) if steps_of_one.len() == steps => {
            Ok(Counts { runs: runs.to_vec(), steps: steps_of_one.to_vec() })
        }
        _ => Err(broken("counts.txt")),
    }
}

fn broken(file: &str) -> EmulatedError {
    EmulatedError::Failed(format!("the firmware ended well but its {file} is not as long as it should be"))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), EmulatedError> {
    fs::write(path, bytes).map_err(EmulatedError::file("write", path))
}

fn read(path: &Path) -> Result<Vec<u8>, EmulatedError> {
    fs::read(path).map_err(EmulatedError::file("read", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dumps_are_records_of_any_length() {
        let bytes = [0, 0, 0, 0, 2, 0, 0, 0, 7, 8, 1, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(records(&bytes).unwrap(), [vec![7, 8], vec![]]);
        assert!(records(&bytes[..9]).is_err(), "ends inside a record");
        assert!(records(&bytes[..12]).is_err(), "ends inside a record's head");
    }

    #[test]
    fn counts_are_runs_then_steps_then_the_rest() {
        let text = b"100 20 3\n100 20 3\n60 10 1\n30 5 1\n4 1 0\n";
        let counted = counts(text, 2, 2).unwrap();
        assert_eq!(counted.runs, [Count { instructions: 100, loads: 20 }; 2]);
        assert_eq!(counted.steps[1], Count { instructions: 30, loads: 5 });
        assert!(counts(text, 2, 3).is_err(), "a step is missing");
        assert!(counts(b"1 x 2\n", 1, 0).is_err(), "not a number");
    }

    #[test]
    fn a_refusal_has_the_words_where_this_program_agrees() {
        assert_eq!(reason("Magic", None, b"not a plan at all"), "Magic, not a .midge file");
        assert_eq!(reason("Shape", Some("3"), b"not a plan at all"), "step 3: Shape");
    }
}
