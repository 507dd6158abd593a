//! Semihosting: the debugger or emulator does for the firmware what an operating system would.
//!
//! Calls and numbers are those of Arm's "Semihosting for AArch32 and AArch64", release 2.0, which RISC-V has taken
//! over. Without a debugger that answers, the first call faults.

use super::{Mode, Refused};
use crate::arch::call;
use core::cell::Cell;

const OPEN: usize = 0x01;
const CLOSE: usize = 0x02;
const WRITEC: usize = 0x03;
const WRITE: usize = 0x05;
const READ: usize = 0x06;
const SEEK: usize = 0x0A;
const FLEN: usize = 0x0C;
const EXIT: usize = 0x18;
const EXIT_EXTENDED: usize = 0x20;
const APPLICATION_EXIT: usize = 0x20026;

/// An open file of the host; closed when dropped. Paths are relative to the emulator's working directory.
#[derive(Debug)]
pub struct File(usize);

impl File {
    /// Opens the file named by `path`.
    pub fn open(path: &core::ffi::CStr, mode: Mode) -> Result<File, Refused> {
        let block = [path.as_ptr() as usize, mode as usize, path.count_bytes()];
        match call(OPEN, block.as_ptr() as usize) {
            usize::MAX => Err(Refused),
            handle => Ok(File(handle)),
        }
    }

    /// The file's length in bytes.
    pub fn len(&self) -> Result<usize, Refused> {
        match call(FLEN, [self.0].as_ptr() as usize) {
            usize::MAX => Err(Refused),
            len => Ok(len),
        }
    }

    /// Reads up to `to.len()` bytes and returns how many there were.
    pub fn read(&mut self, to: &mut [u8]) -> Result<usize, Refused> {
        let block = [self.0, to.as_mut_ptr() as usize, to.len()];
        let missed = call(READ, block.as_ptr() as usize);
        to.len().checked_sub(missed).ok_or(Refused)
    }

    /// Continues at byte `at`, counted from the file's start.
    pub fn seek(&mut self, at: usize) -> Result<(), Refused> {
        if call(SEEK, [self.0, at].as_ptr() as usize) == 0 { Ok(()) } else { Err(Refused) }
    }

    /// Writes all of `from`.
    pub fn write(&mut self, from: &[u8]) -> Result<(), Refused> {
        self.write_at(from.as_ptr() as usize, from.len())
    }

    /// Writes all of `from`, memory that is shared on this core.
    pub fn write_cells(&mut self, from: &[Cell<u8>]) -> Result<(), Refused> {
        self.write_at(from.as_ptr() as usize, from.len())
    }

    fn write_at(&mut self, address: usize, len: usize) -> Result<(), Refused> {
        let block = [self.0, address, len];
        if call(WRITE, block.as_ptr() as usize) == 0 { Ok(()) } else { Err(Refused) }
    }
}

impl Drop for File {
    fn drop(&mut self) {
        call(CLOSE, [self.0].as_ptr() as usize);
    }
}

/// Writes to the debugger's console; QEMU's is its stderr.
pub fn print(text: &str) {
    for byte in text.bytes() {
        call(WRITEC, &raw const byte as usize);
    }
}

/// Ends the program; the emulator exits with `code`.
pub fn exit(code: u8) -> ! {
    loop {
        // The plain call carries no code but every emulator has it: it is the fallback.
        call(EXIT_EXTENDED, [APPLICATION_EXIT, usize::from(code)].as_ptr() as usize);
        call(EXIT, if code == 0 { APPLICATION_EXIT } else { 0 });
    }
}
