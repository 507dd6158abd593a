//! One run of the emulator, which answers any number of requests: the files that the runner reads and writes.
//! `boards/README.md` has the formats.

use super::answer::{Answer, Answers, Lines, broken, records};
use super::checkout::Checkout;
use super::firmware::Builder;
use super::machine::Machine;
use super::qemu::Qemu;
use super::{EmulatedError, Reply, Request, device, room};
use midge_core::Plan;
use std::fmt::Write as _;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::vec;

/// Plans start where this divides their place in flash.
const ALIGN: usize = 16;

/// All that it takes to serve requests.
pub(super) struct Bench<'a> {
    machine: &'a Machine,
    qemu: Qemu,
    runner: PathBuf,
    counter: Option<PathBuf>,
}

/// A request that fits the machine.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    request: Request<'a>,
    row: Row,
}

/// Bytes of a row; none if the plan does not say.
#[derive(Clone, Copy, Default)]
struct Row {
    input: usize,
    output: usize,
}

impl<'a> Part<'a> {
    /// The request, unless it need not be tried: a plan larger than its memory, inputs of another length. What is no
    /// plan passes, for the firmware to refuse.
    pub(super) fn of(machine: &Machine, request: &Request<'a>) -> Result<Part<'a>, EmulatedError> {
        let plan = device(request.plan);
        let request = Request { plan, ..*request };
        room(machine, "memory for plans", plan.len() as u64, machine.plan_room)?;
        let Ok(parsed) = Plan::parse(plan) else { return Ok(Part { request, row: Row::default() }) };
        let bytes = |output| {
            let ports = (0..).map_while(|i| parsed.side(output, i));
            ports.map(|port| parsed.operand(port.operand).len as usize).sum::<usize>()
        };
        let row = Row { input: bytes(false), output: bytes(true) };
        let rows = request.rows.max(usize::from(request.repeat > 0));
        match row.input.checked_mul(rows) {
            Some(need) if need == request.inputs.len() => Ok(Part { request, row }),
            _ => Err(EmulatedError::Failed(format!(
                "{rows} rows of {} bytes of input are needed, but there are {} bytes",
                row.input,
                request.inputs.len()
            ))),
        }
    }

    /// Some of its rows; those with the first one count.
    pub(super) fn rows(&self, rows: Range<usize>) -> Part<'a> {
        let inputs = match self.row.input {
            0 => self.request.inputs,
            len => self.request.inputs.get(rows.start * len..rows.end.max(1) * len).unwrap_or_default(),
        };
        let repeat = if rows.start == 0 { self.request.repeat } else { 0 };
        Part { request: Request { rows: rows.len(), inputs, repeat, ..self.request }, row: self.row }
    }

    /// How many rows of output so many bytes are.
    pub(super) fn done(&self, bytes: u64) -> usize {
        bytes.checked_div(self.row.output as u64).unwrap_or(0) as usize
    }

    /// Bytes of flash that its plan takes among others.
    pub(super) fn flash(&self) -> usize {
        self.request.plan.len().next_multiple_of(ALIGN)
    }

    /// Whether its answer is in files that have no place for another's.
    pub(super) fn is_alone(&self) -> bool {
        self.request.dump
    }

    fn output(&self) -> usize {
        self.request.rows * self.row.output
    }
}

impl<'a> Bench<'a> {
    /// Finds the emulator and builds what runs in it; the counting plugin, too, if something is to be counted.
    pub(super) fn new(
        checkout: &Checkout,
        machine: &'a Machine,
        count: bool,
        say: &mut dyn FnMut(&str),
    ) -> Result<Bench<'a>, EmulatedError> {
        let qemu = Qemu::find(machine)?;
        let mut builder = Builder::new(checkout, say);
        let runner = builder.runner(machine)?;
        let counter = if count { Some(builder.counter(qemu.api4())?) } else { None };
        Ok(Bench { machine, qemu, runner, counter })
    }

    /// Serves requests in one emulator, whose flash holds their plans. There are fewer answers than requests if the
    /// firmware ended early; the last one says why. Now and then `at` gets the length of the output so far.
    pub(super) fn serve(
        &self,
        parts: &[Part<'_>],
        at: &dyn Fn(u64),
    ) -> Result<Vec<Result<Reply, EmulatedError>>, EmulatedError> {
        let folder = tempfile::Builder::new().prefix("midge-").tempdir();
        let folder = folder.map_err(EmulatedError::file("create a folder in", &std::env::temp_dir()))?;
        let folder = folder.path();
        ask(folder, parts)?;
        let counter = self.counter.as_deref().filter(|_| parts.iter().any(|part| part.request.repeat > 0));
        let ended = match self.qemu.run(self.machine, &self.runner, folder, counter, at) {
            Err(missing @ EmulatedError::Missing { .. }) => return Err(missing),
            ended => ended,
        };

        // without the file the firmware did not come far; the log says why
        let answers = Answers::parse(&fs::read_to_string(folder.join("response.txt")).unwrap_or_default());
        let mut files = Files::read(folder, parts, counter.is_some())?;
        let core = &answers.core;
        let mut replies: Vec<_> = parts
            .iter()
            .zip(&answers.done)
            .map(|(part, answer)| {
                let output = files.output.by_ref().take(part.output()).collect();
                match answer.is_ok() {
                    true => self.reply(part, output, answer, core, &mut files),
                    false => Err(answer.failure(self.machine, part.request.plan)),
                }
            })
            .collect();
        if replies.len() < parts.len() {
            replies.push(Err(ended.map_or_else(
                |error| error,
                |status| {
                    let log = fs::read_to_string(folder.join("log.txt")).unwrap_or_default();
                    let machine = &self.machine.machine;
                    EmulatedError::Failed(format!(
                        "the firmware on {machine} ended early ({status}): {}",
                        log.trim()
                    ))
                },
            )));
        }
        Ok(replies)
    }

    /// The reply to a request that was served.
    fn reply(
        &self,
        part: &Part<'_>,
        outputs: Vec<u8>,
        answer: &Answer,
        core: &Answer,
        files: &mut Files,
    ) -> Result<Reply, EmulatedError> {
        let Request { rows, repeat, dump, .. } = part.request;
        let steps = answer.number("steps")? as usize;
        let dumps = if dump { std::mem::take(&mut files.dumps) } else { Vec::new() };
        if dump && dumps.len() != rows * steps {
            return Err(broken("dump.bin"));
        }
        if outputs.len() != part.output() {
            return Err(broken("output.bin"));
        }
        Ok(Reply {
            outputs,
            dumps,
            machine: self.machine.machine.clone(),
            cpuid: Some(core.number("cpuid")? as u32).filter(|id| *id != 0),
            arena_bytes: answer.number("arena_bytes")?,
            stack_bytes: if rows == 0 { 0 } else { answer.number("stack_bytes")? },
            counts: if repeat == 0 { None } else { Some(files.counts.take(repeat as usize, steps)?) },
        })
    }
}

/// Writes what the runner reads: plans, requests and rows.
fn ask(folder: &Path, parts: &[Part<'_>]) -> Result<(), EmulatedError> {
    let (mut plans, mut inputs, mut requests, mut output) = (Vec::new(), Vec::new(), String::new(), 0);
    for part in parts {
        let Request { plan, rows, repeat, dump, keep, .. } = part.request;
        let (len, input, dump, keep) = (plan.len(), inputs.len(), u8::from(dump), u8::from(keep));
        // writing to a string does not fail
        let _ = writeln!(
            requests,
            "plan={len} rows={rows} input={input} output={output} repeat={repeat} dump={dump} keep={keep}"
        );
        plans.extend_from_slice(plan);
        plans.resize(plans.len().next_multiple_of(ALIGN), 0);
        inputs.extend_from_slice(part.request.inputs);
        output += part.output();
    }
    write(&folder.join(Qemu::PLANS), &plans)?;
    write(&folder.join("request.txt"), requests.as_bytes())?;
    write(&folder.join("input.bin"), &inputs)
}

/// What the runner wrote beside its answers.
struct Files {
    output: vec::IntoIter<u8>,
    /// Of the only request, if it asked for them.
    dumps: Vec<Vec<u8>>,
    counts: Lines,
}

impl Files {
    fn read(folder: &Path, parts: &[Part<'_>], counted: bool) -> Result<Files, EmulatedError> {
        let dump = parts.iter().any(|part| part.request.dump && part.request.rows > 0);
        // a firmware that ended early may have left any of them out
        let bytes = |name: &str| fs::read(folder.join(name)).unwrap_or_default();
        Ok(Files {
            output: bytes("output.bin").into_iter(),
            dumps: if dump { records(&bytes("dump.bin"))? } else { Vec::new() },
            counts: if counted { Lines::parse(&bytes("counts.txt")) } else { Lines::default() },
        })
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), EmulatedError> {
    fs::write(path, bytes).map_err(EmulatedError::file("write", path))
}
