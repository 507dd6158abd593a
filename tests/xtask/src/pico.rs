//! `cargo xtask pico SAMPLES LINES ELF`: a Raspberry Pi Pico's firmware in rp2040js, with a sound at its microphone.

use crate::shell::{Shell, installed};
use crate::{Failed, Outcome, Usage};
use object::Endianness;
use object::elf::{FileHeader32, PT_LOAD};
use object::read::elf::{FileHeader, ProgramHeader};
use std::fs;
use std::ops::Range;
use std::path::PathBuf;

/// The emulator, as npm knows it.
pub(crate) const PACKAGE: &str = "rp2040js@1.4.1";

/// Where flash is; as much as the emulator has.
const FLASH: Range<u64> = 0x1000_0000..0x1100_0000;

/// Seconds of the chip's time that a window may take: it is half a second long.
const EACH: usize = 1;

pub(crate) fn command(shell: &Shell, words: &[String]) -> Outcome {
    let usage = || Usage("usage: cargo xtask pico SAMPLES LINES ELF".into());
    let [samples, answers, elf] = words else { return Err(usage().into()) };
    let answers: usize = answers.parse().map_err(|_| usage())?;
    if let Some(what) = missing(shell) {
        return Err(what.into());
    }
    let flash = shell.scratch("pico.bin")?;
    fs::write(&flash, image(&fs::read(elf)?)?)?;
    let mut node = shell.command("node");
    node.arg("boards/pico/emulate.mjs").arg(module(shell)).arg(flash).arg(samples);
    // one line is said before any is heard
    let ended = node.args([(answers + 1).to_string(), (answers * EACH).to_string()]).status()?;
    if ended.success() { Ok(()) } else { Err(Failed.into()) }
}

/// What is not here to run it.
pub(crate) fn missing(shell: &Shell) -> Option<String> {
    if !installed("node") {
        return Some("no node".into());
    }
    (!module(shell).is_file())
        .then(|| format!("no {PACKAGE}: `cargo xtask setup --all` installs it with npm"))
}

/// Where packages of npm are.
pub(crate) fn packages(shell: &Shell) -> PathBuf {
    shell.target.join("npm")
}

fn module(shell: &Shell) -> PathBuf {
    packages(shell).join("node_modules/rp2040js/dist/esm/index.js")
}

/// What an ELF puts into flash, from its first byte on.
fn image(elf: &[u8]) -> Outcome<Vec<u8>> {
    let header = FileHeader32::<Endianness>::parse(elf)?;
    let endian = header.endian()?;
    let mut image = vec![];
    for part in header.program_headers(endian, elf)?.iter().filter(|part| part.p_type(endian) == PT_LOAD) {
        let bytes = part.data(endian, elf).map_err(|()| "a segment lies outside of the ELF")?;
        let at = u64::from(part.p_paddr(endian));
        if bytes.is_empty() {
            continue;
        }
        if at < FLASH.start || at + bytes.len() as u64 > FLASH.end {
            return Err(format!("the ELF is not for a Pico: it has bytes at {at:#010x}").into());
        }
        let at = (at - FLASH.start) as usize;
        if image.len() < at + bytes.len() {
            image.resize(at + bytes.len(), 0xff);
        }
        image[at..at + bytes.len()].copy_from_slice(bytes);
    }
    Ok(image)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_elf_is_refused() {
        assert!(image(b"no ELF, but longer than the header of one would have to be").is_err());
    }
}
