//! Why a command failed: exit code, message and hint, in one place.

use std::fmt::Display;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use midge_runtime::array::ArrayError;
use midge_runtime::bytes::ReadError;
use midge_runtime::file::FileError;
use midge_runtime::rows::RowsError;
use midge_runtime::session::RunError;

/// An exit code and what is said about it.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    message: String,
    hint: Option<String>,
}

impl Failure {
    /// A check that was asked for failed: exit code 1.
    pub(crate) fn check(message: impl Display) -> Self {
        Self::new(1, message)
    }

    /// The command line asks for what cannot be: exit code 2.
    pub(crate) fn usage(message: impl Display) -> Self {
        Self::new(2, message)
    }

    /// Bad or unsupported input: exit code 3.
    pub(crate) fn input(message: impl Display) -> Self {
        Self::new(3, message)
    }

    /// A tool or a device is missing: exit code 4.
    #[cfg(feature = "probe")]
    pub(crate) fn missing(message: impl Display) -> Self {
        Self::new(4, message)
    }

    /// A device that was being written to, or ran, does not answer any more: exit code 5.
    #[cfg(feature = "probe")]
    pub(crate) fn lost(message: impl Display) -> Self {
        Self::new(5, message)
    }

    /// This build was made without a feature.
    #[cfg_attr(
        all(
            feature = "train",
            feature = "emulate",
            feature = "system",
            feature = "complete",
            feature = "probe"
        ),
        expect(dead_code, reason = "all features are here")
    )]
    pub(crate) fn absent(feature: &str) -> Self {
        Self::usage(format!("this build of midge does not have the feature `{feature}`"))
            .hint(format!("build it with: cargo build --release -p midge --features {feature}"))
    }

    /// Standard output is closed: nobody is interested any more.
    pub(crate) fn quiet() -> Self {
        Self::new(0, "")
    }

    fn new(code: u8, message: impl Display) -> Self {
        Failure { code, message: message.to_string(), hint: None }
    }

    /// Adds what to do about it.
    pub(crate) fn hint(mut self, hint: impl Display) -> Self {
        self.hint = Some(hint.to_string());
        self
    }

    /// Puts the file that is meant before the message.
    pub(crate) fn about(mut self, path: &Path) -> Self {
        self.message = format!("{}: {}", path.display(), self.message);
        self
    }

    /// Says it on standard error and gives the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        let mut err = std::io::stderr().lock();
        if !self.message.is_empty() {
            // when standard error is closed, too, the exit code remains
            let _ = writeln!(err, "error: {}", self.message);
        }
        if let Some(hint) = &self.hint {
            let _ = writeln!(err, "hint: {hint}");
        }
        ExitCode::from(self.code)
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        let failure = Failure::input(&error);
        match error {
            FileError::Read(_) => failure,
            _ if error.is_damaged() => {
                failure.hint("copy or convert the file again; `midge validate` lists every fault")
            }
            FileError::Plan { .. } => {
                failure.hint("`midge convert` makes .midge files from .tflite and .onnx files")
            }
        }
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        Failure::input(&error)
    }
}

impl From<ArrayError> for Failure {
    fn from(error: ArrayError) -> Self {
        match &error {
            ArrayError::Format { .. } | ArrayError::Io { verb: "write", .. } => Failure::usage(&error),
            ArrayError::Io { .. } => Failure::input(&error),
            ArrayError::Damaged { .. } | ArrayError::Shape { .. } => {
                Failure::input(&error).hint("inputs are .npy, .npz or .csv files; numpy.save() writes one")
            }
        }
    }
}

impl From<RowsError> for Failure {
    fn from(error: RowsError) -> Self {
        Failure::input(&error).hint("`midge inspect` shows shapes, types and names of the model's inputs")
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        Failure::input(error)
    }
}

#[cfg(feature = "convert")]
impl From<midge_compiler::ConvertError> for Failure {
    fn from(error: midge_compiler::ConvertError) -> Self {
        use midge_compiler::ConvertError;
        use midge_compiler::import::ImportError;
        let failure = Failure::input(&error);
        match &error {
            ConvertError::Unsupported(_) | ConvertError::Import(ImportError::Unsupported(_)) => {
                failure.hint("export the model with supported operators, or ask for these")
            }
            ConvertError::Import(ImportError::Damaged { .. } | ImportError::Shape(_)) => {
                failure.hint("the file may be cut short or changed; export it again")
            }
            ConvertError::Stream(_) => failure.hint(
                "a model streams whose windows over time have no padding and whose strides divide the hop, up to where all \
                 that is left of time becomes one; without --stream it runs on whole windows",
            ),
            ConvertError::Variant(_) => Failure::usage(&error)
                .hint("`midge plan MODEL --target ..` shows every step with its kernels"),
            _ => failure,
        }
    }
}

#[cfg(feature = "train")]
impl From<midge_recipe::Error> for Failure {
    fn from(error: midge_recipe::Error) -> Self {
        use midge_recipe::Error;
        let failure = Failure::input(&error);
        match error {
            Error::Missing { hint, .. } => failure.hint(hint),
            Error::Diverged { .. } => failure.hint(
                "look for numbers that are none with `midge dataset validate`; scale inputs, or lower the rate",
            ),
            _ => failure,
        }
    }
}

#[cfg(feature = "emulate")]
impl From<midge_runtime::emulated::EmulatedError> for Failure {
    fn from(error: midge_runtime::emulated::EmulatedError) -> Self {
        use midge_runtime::emulated::EmulatedError;
        let code = error.exit_code();
        match error {
            EmulatedError::Missing { what, command } => {
                Self::new(code, what).hint(format!("type: {command}"))
            }
            other => Self::new(code, other),
        }
    }
}
