//! Why a request was not served, as lines of the response.

use core::fmt::{self, Write};
use midge_core::{At, Error};

/// Why a request was not served.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A line is not one of [`crate::request`].
    Request,
    /// A memory of the machine is too small for the plan.
    TooSmall { what: &'static str, need: usize, have: usize },
    /// The stack met its end; what ran may be wrong.
    Stack,
    /// The plan was refused or a run failed.
    Plan(At),
    /// A file could not be opened, read or written as far as needed.
    File(&'static str),
}

impl Failure {
    /// Writes `error=` with a name, then what belongs to it.
    pub(crate) fn write(&self, to: &mut impl Write) -> fmt::Result {
        match self {
            Failure::Request => writeln!(to, "error=Request"),
            Failure::TooSmall { what, need, have } => {
                writeln!(to, "error=TooSmall\nwhat={what}\nneed={need}\nhave={have}")
            }
            Failure::Stack => writeln!(to, "error=TooSmall\nwhat=stack"),
            Failure::Plan(at) => {
                writeln!(to, "error={}", at.error.name())?;
                if at.step == At::NOWHERE { Ok(()) } else { writeln!(to, "step={}", at.step) }
            }
            Failure::File(name) => writeln!(to, "error=File\nwhat={name}"),
        }
    }
}

impl From<At> for Failure {
    fn from(at: At) -> Failure {
        Failure::Plan(at)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Plan(At { step: At::NOWHERE, error })
    }
}

/// The response itself could not be written.
impl From<fmt::Error> for Failure {
    fn from(_: fmt::Error) -> Failure {
        Failure::File("response.txt")
    }
}
