//! Event files of TensorBoard: records of protobuf messages, each between its length and checksums.
//!
//! The few fields that are needed are written here by hand: `Event { wall_time = 1, step = 2, file_version = 3, summary = 5,
//! session_log = 7 }`, `Summary { value = 1 }`, `Value { tag = 1, simple_value = 2 }`, `SessionLog { status = 1 }`.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::curve;
use crate::error::{Error, Result};
use crate::state::Row;

/// A file that TensorBoard reads while it is written. Each run has one of its own; what a run does again that an earlier one
/// did, TensorBoard drops from that.
pub struct Events {
    file: File,
    path: std::path::PathBuf,
}

impl Events {
    /// A new file in a folder, for steps behind `step`.
    ///
    /// # Errors
    /// The operating system refuses.
    pub fn new(folder: &Path, step: u64) -> Result<Events> {
        let now = now();
        let path =
            folder.join(format!("events.out.tfevents.{:010}.{}.midge", now as u64, std::process::id()));
        let file =
            File::create(&path).map_err(|source| Error::Io { verb: "write", path: path.clone(), source })?;
        let mut events = Events { file, path };
        events.write(&event(now, 0, &text(3, b"brain.Event:2")))?;
        if step > 0 {
            // a start, from which on earlier files do not count
            events.write(&event(now, step, &text(7, &number(1, 1))))?;
        }
        Ok(events)
    }

    /// Adds the numbers of an epoch, at its step.
    ///
    /// # Errors
    /// As [`Events::new`].
    pub fn epoch(&mut self, row: &Row) -> Result<()> {
        let columns = curve::columns(std::slice::from_ref(row));
        let told = columns.iter().filter(|column| column.title != "step");
        let values: Vec<u8> =
            told.flat_map(|column| text(1, &scalar(&column.title, column.numbers[0] as f32))).collect();
        self.write(&event(now(), row.step, &text(5, &values)))
    }

    fn write(&mut self, message: &[u8]) -> Result<()> {
        let written = self.file.write_all(&record(message)).and_then(|()| self.file.flush());
        written.map_err(|source| Error::Io { verb: "write", path: self.path.clone(), source })
    }
}

/// Seconds since 1970.
fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |time| time.as_secs_f64())
}

/// A message with its length, and a checksum behind each.
fn record(message: &[u8]) -> Vec<u8> {
    let len = (message.len() as u64).to_le_bytes();
    [&len[..], &masked(&len).to_le_bytes(), message, &masked(message).to_le_bytes()].concat()
}

/// CRC32C, turned and moved so that checksums of checksums differ.
fn masked(bytes: &[u8]) -> u32 {
    crc32c::crc32c(bytes).rotate_right(15).wrapping_add(0xa282_ead8)
}

fn event(time: f64, step: u64, rest: &[u8]) -> Vec<u8> {
    [&[1 << 3 | 1][..], &time.to_le_bytes(), &number(2, step), rest].concat()
}

fn scalar(tag: &str, value: f32) -> Vec<u8> {
    [&text(1, tag.as_bytes())[..], &[2 << 3 | 5], &value.to_le_bytes()].concat()
}

/// A field of bytes.
fn text(field: u8, bytes: &[u8]) -> Vec<u8> {
    [&[field << 3 | 2][..], &varint(bytes.len() as u64), bytes].concat()
}

/// A field with a whole number.
fn number(field: u8, value: u64) -> Vec<u8> {
    [&[field << 3][..], &varint(value)].concat()
}

/// Seven bits a byte, the lowest first.
fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objective::Score;

    /// Fields of a message: numbers, and bytes.
    fn fields(mut message: &[u8]) -> Vec<(u8, Vec<u8>)> {
        let mut all = Vec::new();
        while let Some((&key, rest)) = message.split_first() {
            let len = |bytes: &[u8]| bytes.iter().position(|byte| byte & 0x80 == 0).unwrap() + 1;
            let whole =
                |bytes: &[u8]| bytes.iter().rev().fold(0, |n, byte| n << 7 | usize::from(byte & 0x7f));
            let (start, end) = match key & 7 {
                0 => (0, len(rest)),
                1 => (0, 8),
                5 => (0, 4),
                _ => (len(rest), len(rest) + whole(&rest[..len(rest)])),
            };
            all.push((key >> 3, rest[start..end].to_vec()));
            message = &rest[end..];
        }
        all
    }

    #[test]
    fn records_are_read_back() {
        // the check value of CRC32C
        assert_eq!(crc32c::crc32c(b"123456789"), 0xe306_9283);
        let folder = tempfile::tempdir().unwrap();
        let mut events = Events::new(folder.path(), 300).unwrap();
        let valid = Some(Score { rows: 9, loss: 0.5, accuracy: Some(0.75), ..Score::default() });
        events.epoch(&Row { epoch: 3, step: 300, rate: 0.25, loss: 1.5, valid }).unwrap();
        let bytes = std::fs::read(&events.path).unwrap();
        let (mut rest, mut messages) = (&bytes[..], Vec::new());
        while let Some((len, behind)) = rest.split_first_chunk::<8>() {
            let (check, behind) = behind.split_first_chunk::<4>().unwrap();
            assert_eq!(u32::from_le_bytes(*check), masked(len));
            let (message, behind) = behind.split_at(u64::from_le_bytes(*len) as usize);
            let (check, behind) = behind.split_first_chunk::<4>().unwrap();
            assert_eq!(u32::from_le_bytes(*check), masked(message));
            messages.push(fields(message));
            rest = behind;
        }
        assert_eq!(messages.len(), 3);
        assert_eq!(messages[0][2], (3, b"brain.Event:2".to_vec()));
        assert_eq!(messages[1][1..], [(2, vec![0xac, 2]), (7, vec![8, 1])]);
        let values: Vec<_> = fields(&messages[2][2].1).iter().map(|(_, value)| fields(value)).collect();
        let told = |value: &Vec<(u8, Vec<u8>)>| {
            let number = f32::from_le_bytes(value[1].1[..].try_into().unwrap());
            (String::from_utf8(value[0].1.clone()).unwrap(), number)
        };
        let told: Vec<_> = values.iter().map(told).collect();
        let named = |name: &str, number| (name.to_owned(), number);
        assert_eq!(
            told,
            [
                named("rate", 0.25),
                named("loss", 1.5),
                named("valid_loss", 0.5),
                named("valid_accuracy", 0.75)
            ]
        );
    }
}
