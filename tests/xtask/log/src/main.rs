//! `xtask-log ELF`: reads what a firmware sends from standard input and prints it as lines.
//!
//! A program of its own because the decoder of defmt takes longer to compile than all of `xtask`.

use midge_log::Words;
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

/// Prints lines as they arrive, until the input ends.
fn print(elf: &[u8], mut frames: impl Read, mut lines: impl Write) -> Result<(), Box<dyn Error>> {
    let words = Words::of(elf)?;
    let mut log = words.log();
    let mut buffer = [0; 4096];
    loop {
        let len = frames.read(&mut buffer)?;
        if len == 0 {
            break;
        }
        for line in log.lines(buffer.get(..len).unwrap_or_default())? {
            writeln!(lines, "{line}")?;
        }
        lines.flush()?;
    }
    log.rest().map_or(Ok(()), |text| Ok(writeln!(lines, "{text}")?))
}
