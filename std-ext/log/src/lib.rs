//! A firmware's log: frames of defmt, whose words lie in the ELF, or text.

use defmt_decoder::{DecodeError, StreamDecoder, Table};

/// The words of a firmware's log.
pub struct Words {
    /// None of a firmware that prints text.
    table: Option<Table>,
}

/// Why a log cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// The ELF's part of it.
    #[error("the words of the log cannot be read: {0}")]
    Words(String),
    /// What was sent.
    #[error("the log is damaged: is this the firmware that runs?")]
    Damaged,
}

/// A log that arrives piece by piece.
pub struct Log<'a> {
    decoder: Option<(&'a Table, Box<dyn StreamDecoder + Send + Sync + 'a>)>,
    /// Text behind the last end of a line.
    rest: Vec<u8>,
}

impl Words {
    /// The words in an ELF.
    ///
    /// # Errors
    /// [`LogError::Words`]: what is there is no ELF, or of a defmt that is not known.
    pub fn of(elf: &[u8]) -> Result<Words, LogError> {
        let table = Table::parse(elf).map_err(|error| LogError::Words(format!("{error:#}")))?;
        Ok(Words { table })
    }

    /// A log from its start.
    pub fn log(&self) -> Log<'_> {
        let decoder = self.table.as_ref().map(|table| (table, table.new_stream_decoder()));
        Log { decoder, rest: Vec::new() }
    }
}

impl Log<'_> {
    /// The lines that end in more bytes of it; a frame makes one, `LEVEL message`.
    ///
    /// # Errors
    /// [`LogError::Damaged`].
    pub fn lines(&mut self, bytes: &[u8]) -> Result<Vec<String>, LogError> {
        let mut lines = Vec::new();
        let Some((table, decoder)) = &mut self.decoder else {
            self.rest.extend(bytes);
            let ended = self.rest.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            let text: Vec<u8> = self.rest.drain(..ended).collect();
            lines.extend(String::from_utf8_lossy(&text).lines().map(String::from));
            return Ok(lines);
        };
        decoder.received(bytes);
        loop {
            match decoder.decode() {
                Ok(frame) => {
                    let level = frame.level().map_or("", |level| level.as_str()).to_uppercase();
                    lines.push(format!("{level:<5} {}", frame.display_message()));
                }
                Err(DecodeError::UnexpectedEof) => return Ok(lines),
                Err(DecodeError::Malformed) if table.encoding().can_recover() => {
                    lines.push("????? a frame was damaged".into());
                }
                Err(DecodeError::Malformed) => return Err(LogError::Damaged),
            }
        }
    }

    /// The text behind the last end of a line, when nothing more will come.
    pub fn rest(self) -> Option<String> {
        (!self.rest.is_empty()).then(|| String::from_utf8_lossy(&self.rest).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_passes_line_by_line() {
        let words = Words { table: None };
        let mut log = words.log();
        assert_eq!(log.lines(b"gol"), Ok(vec![]));
        assert_eq!(log.lines(b"den\nclass 3\r\ncl"), Ok(vec!["golden".into(), "class 3".into()]));
        assert_eq!(log.lines(b"ass\nen"), Ok(vec!["class".into()]));
        assert_eq!(log.lines(b"d"), Ok(vec![]));
        assert_eq!(log.rest().as_deref(), Some("end"));
        assert_eq!(words.log().rest(), None);
        assert!(matches!(Words::of(b"no firmware"), Err(LogError::Words(_))));
    }
}
