//! Files of the machine that emulates the board.

use core::ffi::CStr;
use cortex_m_semihosting::{nr, syscall};

/// A file to read.
pub struct File(usize);

impl File {
    /// Opens a file in the emulator's folder, if it is there.
    pub fn open(name: &CStr) -> Option<File> {
        // SAFETY: OPEN reads a name of this length with a zero behind it, and writes nothing.
        let file = unsafe { syscall!(OPEN, name.as_ptr(), nr::open::R_BINARY, name.count_bytes()) };
        (file != usize::MAX).then_some(File(file))
    }

    /// Fills the row; false where the file ends before.
    pub fn read(&mut self, row: &mut [u8]) -> bool {
        // SAFETY: READ writes at most so many bytes from there on, which are the row's.
        let missing = unsafe { syscall!(READ, self.0, row.as_mut_ptr(), row.len()) };
        missing == 0
    }
}
