//! `.midge` files, mapped into memory: opening one touches its header and tables and nothing else.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use memmap2::Mmap;
use midge_core::plan::{HEADER_LEN, Header, Section, section};
use midge_core::{At, Kernels, Plan, Runtime};

use crate::host::{Metadata, Names};
use crate::verify::{self, Fault};

/// Most bytes of a file that is read instead of mapped, because it is a pipe or a device: 1 GiB.
const READ_LIMIT: u64 = 1 << 30;

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
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Its reason.
        source: std::io::Error,
    },
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
        self.metadata.get_or_init(|| self.json(section::METADATA)).as_ref()
    }

    /// Names of tensors and steps; none if they were stripped or are not readable.
    pub fn names(&self) -> Option<&Names> {
        self.names.get_or_init(|| self.json(section::NAMES)).as_ref()
    }

    /// The section table in file order.
    pub fn sections(&self) -> impl Iterator<Item = Part<'_>> {
        sections(self.bytes())
    }

    /// Checks every byte; see [`verify::faults`].
    pub fn verify(&self) -> Vec<Fault> {
        verify::faults(self.bytes())
    }

    fn json<T: serde::de::DeserializeOwned>(&self, kind: u16) -> Option<T> {
        let part = self.sections().find(|part| part.entry.kind == kind)?;
        serde_json::from_slice(part.bytes?).ok()
    }
}

/// A section and where it lies.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// Its entry in the section table.
    pub entry: Section,
    /// Its bytes; none if the file ends before them, as a stripped one does.
    pub bytes: Option<&'a [u8]>,
}

impl Part<'_> {
    /// The section's name, for people.
    pub const fn name(&self) -> &'static str {
        match self.entry.kind {
            section::REGIONS => "regions",
            section::OPERANDS => "operands",
            section::STEPS => "steps",
            section::CONSTANTS => "constants",
            section::PORTS => "ports",
            section::ENTRIES => "entries",
            section::HOST_DIGEST => "host digest",
            section::NAME => "name",
            section::METADATA => "metadata",
            section::NAMES => "names",
            _ => "unknown",
        }
    }

    /// Whether a device needs it.
    pub const fn is_device(&self) -> bool {
        self.entry.flags & section::DEVICE != 0
    }
}

/// The section table of any bytes that start with a header, damaged or not.
pub(crate) fn sections(bytes: &[u8]) -> impl Iterator<Item = Part<'_>> {
    let count = Header::read(bytes).map_or(0, |h| usize::from(h.sections));
    let table = bytes.get(HEADER_LEN..).unwrap_or_default();
    table.chunks_exact(Section::LEN).take(count).filter_map(Section::read).map(|entry| {
        let start = u64::from(entry.offset) * 16;
        let range = usize::try_from(start).ok().zip(usize::try_from(start + u64::from(entry.len)).ok());
        Part { entry, bytes: range.and_then(|(start, end)| bytes.get(start..end)) }
    })
}

fn plain(at: At) -> FileError {
    FileError::Plan { at, section: None }
}

/// Bytes at a 16-byte boundary.
#[derive(Debug)]
pub enum Bytes {
    /// A mapped file; mappings start at a page.
    Map(Mmap),
    /// A copy in memory.
    Heap {
        /// More bytes than needed.
        buffer: Vec<u8>,
        /// The first one at a boundary.
        start: usize,
    },
}

impl Bytes {
    /// Maps or reads a file, whatever it holds.
    ///
    /// # Errors
    /// [`FileError::Io`].
    pub fn open(path: &Path) -> Result<Self, FileError> {
        Self::load(path).map_err(|source| FileError::Io { path: path.into(), source })
    }

    fn load(path: &Path) -> std::io::Result<Self> {
        let file = fs::File::open(path)?;
        let about = file.metadata()?;
        let unmapped = std::env::var_os("MIDGE_NO_MMAP").is_some_and(|v| v == "1");
        if about.is_file() && about.len() > 0 && !unmapped {
            return map(&file).map(Bytes::Map);
        }
        let limit = if about.is_file() { u64::MAX } else { READ_LIMIT };
        let mut bytes = Vec::new();
        file.take(limit).read_to_end(&mut bytes)?;
        Ok(Self::aligned(&bytes))
    }

    /// A copy of `bytes` at a boundary.
    pub fn aligned(bytes: &[u8]) -> Self {
        let mut buffer: Vec<u8> = Vec::with_capacity(bytes.len() + 15);
        let start = buffer.as_ptr().addr().wrapping_neg() & 15;
        buffer.resize(start, 0);
        buffer.extend_from_slice(bytes);
        Bytes::Heap { buffer, start }
    }

    /// The bytes.
    pub fn as_slice(&self) -> &[u8] {
        match self {
            Bytes::Map(map) => map,
            Bytes::Heap { buffer, start } => buffer.get(*start..).unwrap_or_default(),
        }
    }
}

#[expect(unsafe_code, reason = "mapping a file")]
fn map(file: &fs::File) -> std::io::Result<Mmap> {
    // SAFETY: the mapping is read-only, and whatever reads it checks bounds and bytes as it goes, so that a file which
    // another process rewrites meanwhile gives other numbers or errors. One that another process shortens ends this
    // process by a bus error when the lost part is read: the price of opening large files without reading them, which
    // MIDGE_NO_MMAP=1 avoids. This project's own writers replace files and never change them in place.
    unsafe { Mmap::map(file) }
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
        fs::write(&path, &bytes).unwrap();
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
