//! Runs plans that were not linked in: the emulator puts them in flash behind this image, files bring requests and rows
//! in and take results out. `../README.md` describes them.
#![cfg_attr(target_os = "none", no_std, no_main)]

mod failure;
mod kernels;
mod measure;
mod request;
mod rows;

use core::fmt::Write;
use failure::Failure;
use midge_board::host::{self, File, Mode};
use midge_board::{cpuid, memory};
use midge_core::{At, Error, Runtime};
use request::Request;
use rows::Rows;

/// RAM kept for the stack, bytes: the runner's own frames, then a run's, which the project holds under 1 KB.
const STACK: usize = if cfg!(target_os = "none") { 3072 } else { 64 << 10 };

/// Plans start where this divides their place in flash.
const ALIGN: usize = 16;

midge_board::entry!(run);

fn run() -> ! {
    let Ok(mut response) = File::open(c"response.txt", Mode::Write) else {
        host::print("error: cannot write response.txt in the working directory\n");
        host::exit(1)
    };
    let code = match serve(&mut response) {
        Ok(code) => code,
        Err(failure) => failed(&failure, &mut response).unwrap_or(1),
    };
    host::exit(code)
}

/// Answers one request after the other; the exit code is 1 if one of them failed.
fn serve(response: &mut File) -> Result<u8, Failure> {
    let mut requests = File::open(c"request.txt", Mode::Read).map_err(|_| Failure::File("request.txt"))?;
    let mut rows = Rows::open()?;
    let ram = memory::free(STACK);
    let (mut line, mut flash, mut code) = ([0; 128], memory::plans(), 0);
    writeln!(response, "cpuid=0x{:08x}", cpuid())?;
    while let Some(line) = requests.line(&mut line).map_err(|_| Failure::Request)? {
        let request = Request::parse(line)?;
        match answer(&request, flash, ram, &mut rows, response) {
            Ok(()) => writeln!(response, "status=ok")?,
            Err(failure) => code = failed(&failure, response)?,
        }
        flash = flash.get(request.plan.next_multiple_of(ALIGN)..).unwrap_or_default();
    }
    Ok(code)
}

/// Says why a request was not answered.
fn failed(failure: &Failure, response: &mut File) -> Result<u8, Failure> {
    failure.write(response)?;
    writeln!(response, "status=failed")?;
    Ok(1)
}

/// Answers a request about the plan at the front of `flash`.
fn answer(
    request: &Request,
    flash: &'static [u8],
    ram: &mut [u8],
    rows: &mut Rows,
    response: &mut File,
) -> Result<(), Failure> {
    let (need, have) = (request.plan, flash.len());
    let bytes = flash.get(..need).ok_or(Failure::TooSmall { what: "flash", need, have })?;
    let runtime = match Runtime::load(bytes, kernels::KERNELS) {
        // the same core with more memory has it
        Err(At { error: Error::UnknownKernel, .. }) if kernels::WHOLE > 0 => {
            return Err(Failure::TooSmall { what: "flash", need: kernels::WHOLE, have });
        }
        loaded => loaded?,
    };

    let (need, have) = (runtime.plan().arena_len(), ram.len());
    writeln!(response, "steps={}\narena_bytes={need}", runtime.plan().step_count())?;
    let (arena, rest) =
        ram.split_at_mut_checked(need).ok_or(Failure::TooSmall { what: "ram", need, have })?;
    let mut session = runtime.session(arena)?;

    if request.rows > 0 {
        let deepest = rows.serve(request, &mut session)?;
        writeln!(response, "rows={}\nstack_bytes={deepest}", request.rows)?;
    }
    if request.repeat > 0 {
        let input = rows.first(request, &mut session, rest)?;
        for _ in 0..request.repeat {
            measure::run(&mut session, input)?;
        }
        measure::steps(&mut session, input)?;
        writeln!(response, "repeat={}", request.repeat)?;
    }
    Ok(())
}
