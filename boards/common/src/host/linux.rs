//! What semihosting does for firmware, done by Linux for a program.

use super::{Mode, Refused};
use core::cell::Cell;
use core::ffi::CStr;
use std::fs;
use std::io::{Read, Seek, SeekFrom, Write};
use std::process;

/// An open file; closed when dropped. Paths are relative to the program's working directory.
#[derive(Debug)]
pub struct File(fs::File);

impl File {
    /// Opens the file named by `path`.
    pub fn open(path: &CStr, mode: Mode) -> Result<File, Refused> {
        let mut options = fs::File::options();
        match mode {
            Mode::Read => options.read(true),
            Mode::Write => options.write(true).create(true).truncate(true),
            Mode::Append => options.append(true).create(true),
        };
        let path = path.to_str().map_err(|_| Refused)?;
        options.open(path).map(File).map_err(|_| Refused)
    }

    /// The file's length in bytes.
    pub fn len(&self) -> Result<usize, Refused> {
        self.0.metadata().ok().and_then(|about| about.len().try_into().ok()).ok_or(Refused)
    }

    /// Reads up to `to.len()` bytes and returns how many there were.
    pub fn read(&mut self, mut to: &mut [u8]) -> Result<usize, Refused> {
        let all = to.len();
        while !to.is_empty() {
            match self.0.read(to).map_err(|_| Refused)? {
                0 => break,
                len => to = to.get_mut(len..).unwrap_or_default(),
            }
        }
        Ok(all - to.len())
    }

    /// Continues at byte `at`, counted from the file's start.
    pub fn seek(&mut self, at: usize) -> Result<(), Refused> {
        self.0.seek(SeekFrom::Start(at as u64)).map(|_| ()).map_err(|_| Refused)
    }

    /// Writes all of `from`.
    pub fn write(&mut self, from: &[u8]) -> Result<(), Refused> {
        self.0.write_all(from).map_err(|_| Refused)
    }

    /// Writes all of `from`, memory that is shared on this core.
    pub fn write_cells(&mut self, from: &[Cell<u8>]) -> Result<(), Refused> {
        self.write(&from.iter().map(Cell::get).collect::<Vec<u8>>())
    }
}

/// Writes to the program's stderr.
pub fn print(text: &str) {
    eprint!("{text}");
}

/// Ends the program with `code`.
pub fn exit(code: u8) -> ! {
    process::exit(code.into())
}
