//! Rows of input in, rows of output and the steps' outputs out: raw little-endian bytes, ports in order.

use crate::STACK;
use crate::failure::Failure;
use crate::request::Request;
use midge_board::host::{File, Mode};
use midge_board::{rows, stack};
use midge_core::{Resolve, Session};

const INPUT: Failure = Failure::File("input.bin");
const OUTPUT: Failure = Failure::File("output.bin");
const DUMP: Failure = Failure::File("dump.bin");

/// The files of all requests.
pub(crate) struct Rows {
    input: File,
    output: File,
}

impl Rows {
    /// Opens the files of the working directory.
    pub(crate) fn open() -> Result<Rows, Failure> {
        let input = File::open(c"input.bin", Mode::Read).map_err(|_| INPUT)?;
        let output = File::open(c"output.bin", Mode::Write).map_err(|_| OUTPUT)?;
        Ok(Rows { input, output })
    }

    /// Answers a request's rows, each from reset state unless it is kept, and returns the most stack that a run took.
    pub(crate) fn serve<R: Resolve>(
        &mut self,
        request: &Request,
        session: &mut Session<'_, R>,
    ) -> Result<usize, Failure> {
        self.input.seek(request.input).map_err(|_| INPUT)?;
        self.output.seek(request.output).map_err(|_| OUTPUT)?;
        let mut deepest = 0;
        for row in 0..request.rows {
            if row == 0 || !request.keep {
                session.reset();
            }
            rows::read(session, &mut self.input).map_err(|_| INPUT)?;
            deepest = deepest.max(run(session)?);
            rows::write(session, &mut self.output).map_err(|_| OUTPUT)?;
        }
        // After the measured runs, as writing the dump needs more stack than a run.
        if request.dump {
            self.dump(request, session)?;
        }
        Ok(deepest)
    }

    /// Runs all rows again and adds a record for each step: its index and length, u32 each, then its output.
    #[inline(never)]
    fn dump<R: Resolve>(&mut self, request: &Request, session: &mut Session<'_, R>) -> Result<(), Failure> {
        let mut dump = File::open(c"dump.bin", Mode::Append).map_err(|_| DUMP)?;
        self.input.seek(request.input).map_err(|_| INPUT)?;
        for row in 0..request.rows {
            if row == 0 || !request.keep {
                session.reset();
            }
            rows::read(session, &mut self.input).map_err(|_| INPUT)?;
            let mut written = Ok(());
            session.run_with(|done| {
                let output = done.output();
                written = written
                    .and_then(|()| dump.write(&(done.index as u32).to_le_bytes()))
                    .and_then(|()| dump.write(&(output.len() as u32).to_le_bytes()))
                    .and_then(|()| dump.write_cells(output));
            })?;
            written.map_err(|_| DUMP)?;
        }
        Ok(())
    }

    /// A request's first row as a caller's buffer at the front of `room`.
    pub(crate) fn first<'r, R: Resolve>(
        &mut self,
        request: &Request,
        session: &mut Session<'_, R>,
        room: &'r mut [u8],
    ) -> Result<&'r [u8], Failure> {
        let len = rows::len(session);
        let have = room.len();
        let row =
            room.get_mut(..len).ok_or(Failure::TooSmall { what: "ram for the input", need: len, have })?;
        self.input.seek(request.input).map_err(|_| INPUT)?;
        self.input.read_exact(row).map_err(|_| INPUT)?;
        Ok(row)
    }
}

/// Copies a caller's row to the input ports.
#[inline(always)]
pub(crate) fn fill<R: Resolve>(session: &mut Session<'_, R>, mut row: &[u8]) -> Result<(), Failure> {
    for port in 0.. {
        let Ok(to) = session.input_mut(port) else { break };
        let (part, rest) = row.split_at_checked(to.len()).ok_or(INPUT)?;
        to.copy_from_slice(part);
        row = rest;
    }
    Ok(())
}

/// Runs once and returns the bytes of stack that took.
#[inline(never)]
fn run<R: Resolve>(session: &mut Session<'_, R>) -> Result<usize, Failure> {
    let painted = stack::paint(STACK);
    session.run()?;
    painted.used().ok_or(Failure::Stack)
}
