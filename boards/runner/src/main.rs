//! Runs a plan that was not linked in: the emulator puts it in flash behind this image, semihosting brings rows in
//! and takes results out. `../README.md` has the files and the command line.
#![no_std]
#![no_main]

mod failure;
mod measure;
mod request;
mod rows;

use core::fmt::Write;
use cortex_m_rt::entry;
use failure::Failure;
use midge_board::host::{self, File, Mode};
use midge_board::{cpuid, plan, stack};
use midge_core::{Kernels, Runtime};
use request::Request;
use rows::Rows;

/// RAM kept for the stack, bytes: the runner's own frames, then a run's, which the project holds under 1 KB.
const STACK: usize = 3072;

#[entry]
fn main() -> ! {
    let Ok(mut response) = File::open(c"response.txt", Mode::Write) else {
        host::print("error: cannot write response.txt in the working directory\n");
        host::exit(1)
    };
    let written = match serve(&mut response) {
        Ok(()) => writeln!(response, "status=ok").map(|()| 0),
        Err(failure) => failure.write(&mut response).map(|()| 1),
    };
    host::exit(written.unwrap_or(1))
}

fn serve(response: &mut File) -> Result<(), Failure> {
    writeln!(response, "cpuid=0x{:08x}", cpuid())?;
    let mut line = [0; 128];
    let request = Request::parse(host::arguments(&mut line).ok_or(Failure::Arguments)?)?;
    let bytes = plan::loaded(request.plan).ok_or(Failure::TooSmall {
        what: "flash",
        need: request.plan,
        have: plan::room(),
    })?;
    let runtime = Runtime::load(bytes, Kernels::ALL)?;

    let need = runtime.plan().arena_len();
    writeln!(response, "steps={}\narena_bytes={need}", runtime.plan().step_count())?;
    let ram = stack::free_ram(STACK);
    let have = ram.len();
    let (arena, rest) =
        ram.split_at_mut_checked(need).ok_or(Failure::TooSmall { what: "ram", need, have })?;
    let mut session = runtime.session(arena)?;

    if request.rows > 0 {
        let deepest = Rows::open(request.dump)?.serve(request.rows, &mut session)?;
        writeln!(response, "rows={}\nstack_bytes={deepest}", request.rows)?;
    }
    if request.repeat > 0 {
        let input = rows::first(&mut session, rest)?;
        for _ in 0..request.repeat {
            measure::run(&mut session, input)?;
        }
        measure::steps(&mut session, input)?;
        writeln!(response, "repeat={}", request.repeat)?;
    }
    Ok(())
}
