//! Runs between the markers of the counting plugin.

use crate::failure::Failure;
use crate::rows;
use midge_board::count;
use midge_core::{Resolve, Session};

/// One region: from the caller's input, a copy outside the arena, to a readable output.
pub(crate) fn run<R: Resolve>(session: &mut Session<'_, R>, input: &[u8]) -> Result<(), Failure> {
    session.reset();
    count::start();
    rows::fill(session, input)?;
    session.run()?;
    core::hint::black_box(session.output(0)?);
    count::stop();
    Ok(())
}

/// One region a step, and a last one for what follows the last step. The loop over steps is in the counts, filling
/// the input is not.
pub(crate) fn steps<R: Resolve>(session: &mut Session<'_, R>, input: &[u8]) -> Result<(), Failure> {
    session.reset();
    rows::fill(session, input)?;
    count::start();
    session.run_with(|_| {
        count::stop();
        count::start();
    })?;
    count::stop();
    Ok(())
}
