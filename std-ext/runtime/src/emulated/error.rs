//! Why an emulated run or build did not happen.

use std::io;
use std::path::Path;

/// Why an emulated run or build did not happen.
#[derive(Debug, thiserror::Error)]
pub enum EmulatedError {
    /// Something that has to be there is not; the user can change that with one command.
    #[error("{what}; type: {command}")]
    Missing {
        /// What is missing, and what for.
        what: String,
        /// What to type.
        command: String,
    },
    /// There is no machine of this name.
    #[error("no emulated core `{name}`; there are {known}")]
    UnknownCore {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// The core runs programs on Linux: there is no firmware whose size could be told.
    #[error("{core} runs Linux, where a model has no firmware of its own; ask for a microcontroller")]
    NoFirmware {
        /// What was asked for.
        core: String,
    },
    /// The firmware read the plan and refused it.
    #[error("the firmware on {machine} refused the plan: {why}")]
    Refused {
        /// The emulated machine.
        machine: String,
        /// The step at fault, the firmware's name for the fault, and the words for it.
        why: String,
    },
    /// A memory of the machine is too small for the plan.
    #[error("the {what} of {machine} is too small: needs {need} bytes, has {have}")]
    TooSmall {
        /// The emulated machine.
        machine: String,
        /// Which memory.
        what: String,
        /// Bytes that the plan needs of it.
        need: u64,
        /// Bytes that there are.
        have: u64,
    },
    /// Anything else: a build that fails, an emulator that hangs, a file that cannot be written.
    #[error("{0}")]
    Failed(String),
}

impl EmulatedError {
    /// The exit code by which the `midge` command tells scripts what kind of failure this is.
    pub fn exit_code(&self) -> u8 {
        match self {
            EmulatedError::TooSmall { .. } => 1,
            EmulatedError::UnknownCore { .. } | EmulatedError::NoFirmware { .. } => 2,
            EmulatedError::Refused { .. } | EmulatedError::Failed(_) => 3,
            EmulatedError::Missing { .. } => 4,
        }
    }

    /// For `map_err`: a failure of the file system at `path`.
    pub(super) fn file(doing: &str, path: &Path) -> impl FnOnce(io::Error) -> EmulatedError {
        let what = format!("cannot {doing} {}", path.display());
        move |error| EmulatedError::Failed(format!("{what}: {error}"))
    }
}
