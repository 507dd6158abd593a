//! `xtask-log ELF`: reads a firmware's defmt frames from standard input and prints them as lines, `LEVEL message`.
//!
//! The words stand in the ELF's `.defmt` section; the firmware sends numbers. A program of its own because the
//! decoder takes longer to compile than all of `xtask`.

use defmt_decoder::{DecodeError, StreamDecoder, Table};
use std::error::Error;
use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::{env, fs};

fn main() -> ExitCode {
    let Some(elf) = env::args_os().nth(1) else {
        eprintln!("usage: xtask-log ELF < frames");
        return ExitCode::from(2);
    };
    let printed = fs::read(&elf)
        .map_err(|error| format!("cannot read {}: {error}", elf.display()).into())
        .and_then(|elf| print(&elf, io::stdin().lock(), io::stdout().lock()));
    match printed {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask-log: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Prints frames as they arrive, until the input ends.
fn print(elf: &[u8], mut frames: impl Read, mut lines: impl Write) -> Result<(), Box<dyn Error>> {
    let table = Table::parse(elf).map_err(|error| format!("the log's words cannot be read: {error}"))?;
    // without the section there is no log, and what the firmware printed by other means passes as it is
    let Some(table) = table else {
        io::copy(&mut frames, &mut lines)?;
        return Ok(());
    };
    let mut decoder = table.new_stream_decoder();
    let mut buffer = [0; 4096];
    loop {
        let len = frames.read(&mut buffer)?;
        if len == 0 {
            return Ok(());
        }
        decoder.received(buffer.get(..len).unwrap_or_default());
        write(decoder.as_mut(), &table, &mut lines)?;
        lines.flush()?;
    }
}

/// The frames that are complete.
fn write(
    decoder: &mut dyn StreamDecoder,
    table: &Table,
    lines: &mut impl Write,
) -> Result<(), Box<dyn Error>> {
    loop {
        match decoder.decode() {
            Ok(frame) => {
                let level = frame.level().map_or("", |level| level.as_str());
                writeln!(lines, "{:<5} {}", level.to_uppercase(), frame.display_message())?;
            }
            Err(DecodeError::UnexpectedEof) => return Ok(()),
            Err(DecodeError::Malformed) if table.encoding().can_recover() => {
                writeln!(lines, "????? a frame was damaged")?;
            }
            Err(DecodeError::Malformed) => {
                return Err("the log is damaged: is this the ELF that runs?".into());
            }
        }
    }
}
