//! Panics on request.

use midge_core::{Error, Plan, Resolve, Session};

/// Does nothing, or panics for some plan in the way that the crate's features ask for.
pub(crate) fn last<R: Resolve>(session: &Session<'_, R>, plan: &Plan<'_>) -> Result<(), Error> {
    let bytes = session.output(0)?.bytes();
    if cfg!(feature = "planted-unwrap") {
        #[expect(clippy::unwrap_used, reason = "planted")]
        let first = bytes.first().unwrap();
        core::hint::black_box(first);
    }
    if cfg!(feature = "planted-index") {
        core::hint::black_box(bytes[plan.step_count()]);
    }
    if cfg!(feature = "planted-division") {
        core::hint::black_box(bytes.len() / plan.step_count());
    }
    Ok(())
}
