//! Features of sound: tables that the emulator puts in flash behind this image, samples from `input.bin` until it ends, frames
//! to `output.bin`. Each call of the front-end is a region for the counting plugin.
#![cfg_attr(target_os = "none", no_std, no_main)]

use midge_board::host::{self, File, Mode, Refused};
use midge_board::{count, memory};
use midge_core::signal::{FrontEnd, Tables};
use midge_core::{Aligned, aligned};

midge_board::entry!(run);

/// Greatest transform, and most bands.
type Ears<'a> = FrontEnd<'a, 512, 64>;

fn run() -> ! {
    host::exit(u8::from(hear().is_err()))
}

fn hear() -> Result<(), Refused> {
    let len = File::open(c"plans.bin", Mode::Read)?.len()?;
    let tables = memory::plans().get(..len).map(Tables::parse).and_then(Result::ok).ok_or(Refused)?;
    let mut ears = Ears::new(tables).map_err(|_| Refused)?;
    let mut input = File::open(c"input.bin", Mode::Read)?;
    let mut output = File::open(c"output.bin", Mode::Write)?;
    let mut piece = Aligned([0; 512]);
    loop {
        let read = input.read(&mut piece.0)?;
        let mut samples = piece.0.get(..read).and_then(aligned::slice::<i16>).ok_or(Refused)?;
        if samples.is_empty() {
            return Ok(());
        }
        loop {
            count::start();
            let frame = ears.push(&mut samples);
            count::stop();
            let Some(frame) = frame else { break };
            output.write(aligned::bytes(frame))?;
        }
    }
}
