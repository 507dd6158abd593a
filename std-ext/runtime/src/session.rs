//! Rows through a plan on this machine.

use midge_core::{Error, Runtime};

/// A plan at work in an arena of its own.
#[derive(Debug)]
pub struct Session<'a> {
    runtime: &'a Runtime<'a>,
    arena: Vec<u8>,
    /// Whether state goes on from row to row.
    keep: bool,
    fresh: bool,
}

/// Why a run did not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// There is not enough memory for the arena.
    #[error("no memory for the plan's arena of {0} bytes")]
    Memory(usize),
    /// The engine refused.
    #[error("{0}")]
    Core(#[from] Error),
}

impl<'a> Session<'a> {
    /// Takes memory for the plan's arena.
    ///
    /// # Errors
    /// [`RunError::Memory`].
    pub fn new(runtime: &'a Runtime<'a>) -> Result<Self, RunError> {
        // the engine starts at the first 16-byte boundary
        let len = runtime.plan().arena_len();
        let mut arena = Vec::new();
        arena.try_reserve_exact(len + 15).map_err(|_| RunError::Memory(len))?;
        arena.resize(len + 15, 0);
        Ok(Session { runtime, arena, keep: false, fresh: true })
    }

    /// With `keep`, state goes on from row to row; else it is as new at the start of each.
    pub fn keep(self, keep: bool) -> Self {
        Session { keep, ..self }
    }

    /// Runs one row and appends its outputs; `row` and outputs are the ports back to back in their order.
    ///
    /// # Errors
    /// [`Error::NoSuchPort`] for a row that is too short, and what the kernels report.
    pub fn run(&mut self, row: &[u8], outputs: &mut Vec<u8>) -> Result<(), RunError> {
        self.run_with(row, outputs, |_| {})
    }

    /// Runs one row and returns what each step wrote, step by step.
    ///
    /// # Errors
    /// As [`Session::run`].
    pub fn dump(&mut self, row: &[u8]) -> Result<Vec<Vec<u8>>, RunError> {
        self.steps(row, &mut Vec::new())
    }

    /// As [`Session::dump`], and appends the row's outputs.
    pub(crate) fn steps(&mut self, row: &[u8], outputs: &mut Vec<u8>) -> Result<Vec<Vec<u8>>, RunError> {
        let mut dumps = Vec::new();
        self.run_with(row, outputs, |done| {
            dumps.push(done.output().iter().map(std::cell::Cell::get).collect());
        })?;
        Ok(dumps)
    }

    fn run_with(
        &mut self,
        row: &[u8],
        outputs: &mut Vec<u8>,
        after: impl FnMut(&midge_core::Done<'_>),
    ) -> Result<(), RunError> {
        let mut session = match self.keep && !std::mem::replace(&mut self.fresh, false) {
            true => self.runtime.resume(&mut self.arena)?,
            false => self.runtime.session(&mut self.arena)?,
        };
        let (mut rest, mut index) = (row, 0);
        while let Ok(input) = session.input_mut(index) {
            let (piece, tail) = rest.split_at_checked(input.len()).ok_or(Error::NoSuchPort)?;
            input.copy_from_slice(piece);
            (rest, index) = (tail, index + 1);
        }
        session.run_with(after)?;
        let mut index = 0;
        while let Ok(output) = session.output(index) {
            outputs.extend_from_slice(output.bytes());
            index += 1;
        }
        Ok(())
    }
}

/// Runs rows one after the other, with `keep` as one sequence for models with state, and calls `after` behind each with
/// their number so far.
///
/// # Errors
/// [`RunError`].
pub fn run(
    runtime: &Runtime<'_>,
    rows: &crate::rows::Rows,
    keep: bool,
    mut after: impl FnMut(usize),
) -> Result<Vec<u8>, RunError> {
    let mut session = Session::new(runtime)?.keep(keep);
    let mut outputs = Vec::new();
    for index in 0..rows.count {
        session.run(rows.row(index), &mut outputs)?;
        after(index + 1);
    }
    Ok(outputs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::File;
    use crate::fixture;
    use crate::rows::Rows;

    #[test]
    fn rows_run_one_after_the_other() {
        let file = File::from_bytes(&fixture::plan(&fixture::double(), 256)).unwrap();
        let runtime = file.runtime().unwrap();
        let bytes: Vec<u8> = (0..32u8).collect();
        let rows = Rows { count: 2, single: false, bytes: bytes.clone() };
        let mut seen = Vec::new();
        let outputs = run(&runtime, &rows, false, |n| seen.push(n)).unwrap();
        assert_eq!(outputs, bytes.iter().map(|b| b * 2).collect::<Vec<_>>());
        assert_eq!(seen, [1, 2]);
        let mut session = Session::new(&runtime).unwrap();
        assert_eq!(session.dump(&bytes[..16]).unwrap(), [outputs[..16].to_vec()]);
        assert_eq!(session.run(&bytes[..3], &mut Vec::new()), Err(RunError::Core(Error::NoSuchPort)));
    }
}
