//! The smallest firmware of one model, named when building: `MIDGE_MODEL=/path/to/model.midge cargo build`.
//!
//! Reads rows from `input.bin` until it ends and writes `output.bin`; no log, no arguments, no other model's
//! kernels. What this firmware takes without the model's own bytes is what a model costs.
#![no_std]
#![no_main]

use midge_board::host::{self, File, Mode, Refused};
use midge_board::{count, rows};
use midge_core::Arena;

midge_core::model! { static MODEL = env!("MIDGE_MODEL"); }

midge_board::entry!(run(ARENA: Arena<{ MODEL::ARENA }> = Arena::new()));

fn run(arena: &mut Arena<{ MODEL::ARENA }>) -> ! {
    host::exit(u8::from(serve(arena).is_err()))
}

fn serve(arena: &mut Arena<{ MODEL::ARENA }>) -> Result<(), Refused> {
    let mut input = File::open(c"input.bin", Mode::Read)?;
    let mut output = File::open(c"output.bin", Mode::Write)?;
    let mut session = MODEL.session(arena).map_err(|_| Refused)?;
    let row = rows::len(&mut session);
    if row == 0 {
        return Err(Refused);
    }
    for _ in 0..input.len()? / row {
        session.reset();
        rows::read(&mut session, &mut input)?;
        count::start();
        session.run().map_err(|_| Refused)?;
        count::stop();
        rows::write(&session, &mut output)?;
    }
    Ok(())
}
