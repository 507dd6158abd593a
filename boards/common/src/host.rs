//! Semihosting: the debugger or emulator does for the firmware what an operating system would.
//!
//! Calls and numbers are those of Arm's "Semihosting for AArch32 and AArch64", release 2.0. Without a debugger
//! that answers, the first call faults.

use core::arch::asm;
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

/// The host refused or could not finish a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused;

/// How to open a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// An existing file, to read.
    Read = 1,
    /// A new or emptied file, to write.
    Write = 5,
    /// A new or existing file, to write at its end.
    Append = 9,
}

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

    /// Whether the file has no bytes.
    pub fn is_empty(&self) -> Result<bool, Refused> {
        self.len().map(|len| len == 0)
    }

    /// Reads up to `to.len()` bytes and returns how many there were.
    pub fn read(&mut self, to: &mut [u8]) -> Result<usize, Refused> {
        let block = [self.0, to.as_mut_ptr() as usize, to.len()];
        let missed = call(READ, block.as_ptr() as usize);
        to.len().checked_sub(missed).ok_or(Refused)
    }

    /// Fills `to`; an earlier end of the file is an error.
    pub fn read_exact(&mut self, to: &mut [u8]) -> Result<(), Refused> {
        if self.read(to)? == to.len() { Ok(()) } else { Err(Refused) }
    }

    /// Reads a line into `buffer` and returns it without its end; `None` at the file's end. One that does not fit or is
    /// not UTF-8 is refused.
    pub fn line<'b>(&mut self, buffer: &'b mut [u8]) -> Result<Option<&'b str>, Refused> {
        for len in 0..buffer.len() {
            let byte = buffer.get_mut(len..=len).ok_or(Refused)?;
            let ended = self.read(byte)? == 0;
            if ended && len == 0 {
                return Ok(None);
            }
            if ended || byte == b"\n" {
                let line = buffer.get(..len).and_then(|line| core::str::from_utf8(line).ok());
                return line.map(Some).ok_or(Refused);
            }
        }
        Err(Refused)
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

/// Text goes to the file as it is formatted, without a buffer.
impl core::fmt::Write for File {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        self.write(text.as_bytes()).map_err(|_| core::fmt::Error)
    }
}

/// Writes to the debugger's console; QEMU's is its stderr.
pub fn print(text: &str) {
    text.bytes().for_each(put);
}

/// Writes one ASCII character to the debugger's console.
pub fn print_char(c: char) {
    put(u8::try_from(c).unwrap_or(b'?'));
}

/// Ends the program; the emulator exits with `code`.
pub fn exit(code: u8) -> ! {
    loop {
        // The plain call carries no code but every emulator has it: it is the fallback.
        call(EXIT_EXTENDED, [APPLICATION_EXIT, usize::from(code)].as_ptr() as usize);
        call(EXIT, if code == 0 { APPLICATION_EXIT } else { 0 });
    }
}

fn put(byte: u8) {
    call(WRITEC, &raw const byte as usize);
}

fn call(operation: usize, argument: usize) -> usize {
    let mut result = operation;
    // SAFETY: `argument` is a number or the address of a block, alive over the call, that describes buffers
    // borrowed by the caller with the access that the operation needs. The host touches nothing else.
    unsafe { asm!("bkpt #0xab", inout("r0") result, in("r1") argument, options(nostack, preserves_flags)) }
    result
}
