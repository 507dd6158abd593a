//! The bytes of any file, mapped where that is possible, at an address that suits a plan.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use memmap2::Mmap;

/// Most bytes of a file that is read instead of mapped, because it is a pipe or a device: 1 GiB.
const READ_LIMIT: u64 = 1 << 30;

/// A file that the operating system does not give.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {}: {source}", path.display())]
pub struct ReadError {
    /// The file.
    pub path: PathBuf,
    /// The system's reason.
    pub source: std::io::Error,
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
    /// What the operating system says.
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        Self::load(path).map_err(|source| ReadError { path: path.into(), source })
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
