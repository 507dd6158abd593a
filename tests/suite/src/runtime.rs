//! Where a case can run.

use std::slice;

use midge_compiler::{Compiled, ConvertError, Options, convert};
use midge_core::{At, Error, Kernels};
use midge_runtime::emulated::{self, EmulatedError, Request};

use crate::case::Case;
use crate::choice::Choice;

/// A place that takes a model the whole way.
pub trait Runtime {
    /// Its name, for people.
    fn name(&self) -> String;

    /// The answer to a case.
    ///
    /// # Errors
    /// What went wrong on the way.
    fn run(&self, case: &Case) -> Result<Answer, Failure> {
        self.run_all(slice::from_ref(case))?.pop().unwrap_or_else(|| Ok(Vec::new()))
    }

    /// The answers to many cases, each for itself.
    ///
    /// # Errors
    /// What keeps all of them from running.
    fn run_all(&self, cases: &[Case]) -> Result<Vec<Result<Answer, Failure>>, Failure>;
}

/// The bytes of every output, all rows of it.
pub type Answer = Vec<Vec<u8>>;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The compiler refused the model.
    #[error("not converted: {0}")]
    Convert(#[from] ConvertError),
    /// The core refused the plan.
    #[error("not loaded: {0}")]
    Load(At),
    /// A session or a run failed.
    #[error("not run: {0}")]
    Run(#[from] Error),
    /// A program with plans linked in did not build or run.
    #[error("not run: {0}")]
    Linked(String),
    /// The emulated device, or the tools around it, failed.
    #[error("not run: {0}")]
    Emulated(#[from] EmulatedError),
}

/// The core's run-time door on this machine.
#[derive(Clone, Copy, Debug)]
pub struct Host {
    /// What the plan is packed for.
    pub choice: Choice,
}

impl Runtime for Host {
    fn name(&self) -> String {
        format!("host, packed for {}", self.choice)
    }

    fn run_all(&self, cases: &[Case]) -> Result<Vec<Result<Answer, Failure>>, Failure> {
        Ok(cases.iter().map(|case| on_host(&pack(case, self.choice)?, case)).collect())
    }
}

/// A case's model as a plan.
///
/// # Errors
/// Why it was not converted.
pub fn pack(case: &Case, choice: Choice) -> Result<Vec<u8>, ConvertError> {
    let options = Options { name: Some(case.name.clone()), ..choice.options() };
    convert(&case.model, &options).map(|Compiled { file, .. }| file)
}

/// The answer of a `.midge` file, through the core's run-time door on this machine.
///
/// # Errors
/// [`Failure::Load`], [`Failure::Run`].
pub fn on_host(file: &[u8], case: &Case) -> Result<Answer, Failure> {
    rows_on_host(file, case, true)
}

/// The same where each row finds the state that the one before has left.
///
/// # Errors
/// [`Failure::Load`], [`Failure::Run`].
pub fn kept_on_host(file: &[u8], case: &Case) -> Result<Answer, Failure> {
    rows_on_host(file, case, false)
}

fn rows_on_host(file: &[u8], case: &Case, afresh: bool) -> Result<Answer, Failure> {
    let plan = Buffer::new(file);
    let runtime = midge_core::Runtime::load(plan.bytes(), Kernels::ALL).map_err(Failure::Load)?;
    // what an earlier use left in the arena must not matter
    let mut arena = Buffer::new(&vec![0xa5; runtime.plan().arena_len()]);
    let mut session = runtime.session(arena.bytes_mut())?;
    let mut outputs = vec![Vec::new(); case.outputs.len()];
    for row in 0..case.rows() {
        if afresh {
            session.reset();
        }
        for (i, input) in case.inputs.iter().enumerate() {
            let (to, from) = (session.input_mut(i as u8)?, input.row(row));
            if to.len() != from.len() {
                return Err(Error::NoSuchPort.into());
            }
            to.copy_from_slice(from);
        }
        session.run()?;
        for (i, bytes) in outputs.iter_mut().enumerate() {
            bytes.extend(session.output(i as u8)?.bytes());
        }
    }
    Ok(outputs)
}

/// Real firmware on an emulated core.
#[derive(Clone, Copy, Debug)]
pub struct Emulated {
    /// The core's name, as `midge run --on` takes it.
    pub core: &'static str,
    /// What the plan is packed for.
    pub choice: Choice,
}

impl Runtime for Emulated {
    fn name(&self) -> String {
        format!("emulated {}, packed for {}", self.core, self.choice)
    }

    fn run_all(&self, cases: &[Case]) -> Result<Vec<Result<Answer, Failure>>, Failure> {
        let plans: Vec<_> = cases.iter().map(|case| pack(case, self.choice)).collect();
        let inputs: Vec<_> = cases.iter().map(rows).collect();
        let all = cases.iter().zip(&plans).zip(&inputs);
        let requests: Vec<_> = all
            .filter_map(|((case, plan), inputs)| {
                let plan = plan.as_ref().ok()?;
                Some(Request { plan, rows: case.rows(), keep: false, inputs, dump: false, repeat: 0 })
            })
            .collect();
        let replies = emulated::run_all(self.core, &requests, &mut |line| eprintln!("{line}"))?;
        let mut replies = replies.into_iter();
        let answer = |(case, plan): (&Case, Result<_, ConvertError>)| {
            plan?;
            let reply = replies.next().ok_or(Error::NoSuchPort)??;
            ports(&reply.outputs, case)
        };
        Ok(cases.iter().zip(plans).map(answer).collect())
    }
}

/// The rows of a case one behind the other, a row with all inputs.
pub(crate) fn rows(case: &Case) -> Vec<u8> {
    let rows = (0..case.rows()).flat_map(|row| case.inputs.iter().flat_map(move |input| input.row(row)));
    rows.copied().collect()
}

/// A row of a reply holds every output; a case has every row of one output together.
pub(crate) fn ports(mut rest: &[u8], case: &Case) -> Result<Answer, Failure> {
    let mut outputs = vec![Vec::new(); case.outputs.len()];
    for row in 0..case.rows() {
        for (output, want) in outputs.iter_mut().zip(&case.outputs) {
            let (bytes, tail) = rest.split_at_checked(want.row(row).len()).ok_or(Error::NoSuchPort)?;
            output.extend_from_slice(bytes);
            rest = tail;
        }
    }
    Ok(outputs)
}

/// Bytes at a 16-byte boundary, as plans and arenas need.
#[derive(Clone, Debug)]
pub struct Buffer {
    padded: Vec<u8>,
    start: usize,
    len: usize,
}

impl Buffer {
    /// A copy of `bytes`.
    pub fn new(bytes: &[u8]) -> Self {
        let mut padded = vec![0; bytes.len() + 15];
        let start = padded.as_ptr().addr().wrapping_neg() & 15;
        padded[start..start + bytes.len()].copy_from_slice(bytes);
        Buffer { padded, start, len: bytes.len() }
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.padded[self.start..self.start + self.len]
    }

    /// The bytes, to be written.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.padded[self.start..self.start + self.len]
    }
}
