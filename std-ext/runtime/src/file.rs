//! `.midge` files, mapped into memory: opening one touches its header and tables and nothing else.

use std::path::Path;
use std::sync::OnceLock;

use midge_core::plan::section;
use midge_core::{At, Kernels, Plan, Runtime};

use crate::bytes::{Bytes, ReadError};
use crate::host::{Metadata, Names};
use crate::pipeline::{LineError, Pipeline};
use crate::sections::{Part, sections};
use crate::verify::{self, Fault};

/// A plan's bytes at an address that suits them, checked as far as its tables.
#[derive(Debug)]
pub struct File {
    bytes: Bytes,
    names: OnceLock<Option<Names>>,
    metadata: OnceLock<Option<Metadata>>,
}

/// Why a file was not opened.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The operating system refused.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The bytes are no plan, or a damaged one.
    #[error("{at}{}", verify::place(*section))]
    Plan {
        /// The fault, and the step where it lies.
        at: At,
        /// The section whose checksum is wrong, where one is.
        section: Option<&'static str>,
    },
}

impl FileError {
    /// Whether the file carries our magic number, and is damaged behind it.
    pub fn is_damaged(&self) -> bool {
        matches!(self, FileError::Plan { at, .. } if at.error != midge_core::Error::Magic)
    }
}

impl File {
    /// Maps a file and checks its header and tables. `MIDGE_NO_MMAP=1` reads it instead, for file systems that
    /// cannot map.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn open(path: &Path) -> Result<Self, FileError> {
        Self::check(Bytes::open(path)?)
    }

    /// A plan in memory, as the compiler returns it.
    ///
    /// # Errors
    /// [`FileError::Plan`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FileError> {
        Self::check(Bytes::aligned(bytes))
    }

    fn check(bytes: Bytes) -> Result<Self, FileError> {
        if let Err(at) = Plan::parse(bytes.as_slice()) {
            let section = verify::damaged_section(bytes.as_slice());
            return Err(FileError::Plan { at, section });
        }
        Ok(File { bytes, names: OnceLock::new(), metadata: OnceLock::new() })
    }

    /// Every byte.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.as_slice()
    }

    /// The plan, which borrows the file.
    ///
    /// # Errors
    /// What opening has ruled out, unless the file changed on disk meanwhile.
    pub fn plan(&self) -> Result<Plan<'_>, FileError> {
        Plan::parse(self.bytes()).map_err(plain)
    }

    /// The plan with this crate's kernels, ready to run.
    ///
    /// # Errors
    /// The step whose kernel is unknown or does not suit its operands.
    pub fn runtime(&self) -> Result<Runtime<'_>, FileError> {
        Runtime::load(self.bytes(), Kernels::ALL).map_err(plain)
    }

    /// What the file says about the model; none if it was stripped or is not readable.
    pub fn metadata(&self) -> Option<&Metadata> {
        let read = || serde_json::from_slice(self.section(section::METADATA)?).ok();
        self.metadata.get_or_init(read).as_ref()
    }

    /// How images or sounds become the input; none if the file does not say.
    ///
    /// # Errors
    /// [`LineError`] of a line that this version does not understand.
    pub fn pipeline(&self) -> Result<Option<Pipeline>, LineError> {
        let line = self.metadata().map(|metadata| metadata.preprocess.as_str());
        line.filter(|line| !line.is_empty()).map(str::parse).transpose()
    }

    /// Names of tensors and steps; none if they were stripped or are not readable.
    pub fn names(&self) -> Option<&Names> {
        self.names.get_or_init(|| Names::read(self.section(section::NAMES)?).ok()).as_ref()
    }

    /// The section table in file order.
    pub fn sections(&self) -> impl Iterator<Item = Part<'_>> {
        sections(self.bytes())
    }

    /// Checks every byte; see [`verify::faults`].
    pub fn verify(&self) -> Vec<Fault> {
        verify::faults(self.bytes())
    }

    fn section(&self, kind: u16) -> Option<&[u8]> {
        self.sections().find(|part| part.entry.kind == kind)?.bytes
    }
}

fn plain(at: At) -> FileError {
    FileError::Plan { at, section: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn a_file_opens_mapped_and_from_memory() {
        let bytes = fixture::plan(&fixture::double(), 256);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("double.midge");
        std::fs::write(&path, &bytes).unwrap();
        let mapped = File::open(&path).unwrap();
        let copied = File::from_bytes(&bytes).unwrap();
        assert!(matches!(mapped.bytes, Bytes::Map(_)));
        for file in [mapped, copied] {
            assert_eq!(file.bytes(), bytes);
            assert_eq!(file.bytes().as_ptr().addr() % 16, 0);
            assert_eq!(file.runtime().unwrap().plan().step_count(), 1);
            assert_eq!(file.metadata().unwrap().name, "double");
            assert_eq!(file.names().unwrap().ports, ["x", "y"]);
        }
    }

    #[test]
    fn a_stripped_file_has_no_names_and_runs() {
        let bytes = fixture::plan(&fixture::double(), 256);
        let device = Plan::parse(&bytes).unwrap().device_len();
        let file = File::from_bytes(&bytes[..device]).unwrap();
        assert!(file.names().is_none() && file.metadata().is_none());
        assert!(file.runtime().is_ok());
        assert_eq!(file.verify(), []);
    }

    #[test]
    fn what_is_no_plan_is_refused() {
        let none = File::open(Path::new("nowhere.midge")).unwrap_err();
        assert!(none.to_string().contains("nowhere.midge"), "{none}");
        assert!(!File::from_bytes(b"hello, world").unwrap_err().is_damaged());
        assert!(File::open(Path::new(".")).is_err());
        let empty = File::from_bytes(b"").unwrap_err();
        assert!(!empty.is_damaged(), "{empty}");
        let mut bytes = fixture::plan(&fixture::double(), 256);
        let ports = sections(&bytes).find(|p| p.name() == "ports").unwrap().entry.offset as usize * 16;
        bytes[ports + 5] ^= 1;
        let damaged = File::from_bytes(&bytes).unwrap_err();
        assert!(damaged.is_damaged() && damaged.to_string().contains("ports"), "{damaged}");
    }
}
