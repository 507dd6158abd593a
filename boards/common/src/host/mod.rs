//! Files, text and exit on the machine that debugs or emulates the board; on Linux they are the program's own.

#[cfg(target_os = "none")]
#[path = "semihosting.rs"]
mod system;
#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod system;

pub use system::{File, exit, print};

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

impl File {
    /// Whether the file has no bytes.
    pub fn is_empty(&self) -> Result<bool, Refused> {
        self.len().map(|len| len == 0)
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
}

/// Text goes to the file as it is formatted, without a buffer.
impl core::fmt::Write for File {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        self.write(text.as_bytes()).map_err(|_| core::fmt::Error)
    }
}
