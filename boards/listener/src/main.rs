//! Firmware of one model that hears, named when building: `MIDGE_MODEL=/path/to/model.midge cargo build`. The front-end is the
//! plan's own.
//!
//! `input.bin` holds sounds: the number of samples, u32, then these, i16. Each goes through the front-end a hop at a time, as a
//! microphone would bring it; its features go straight into the model's input. `output.bin` gets the outputs, `response.txt` a
//! line for each sound.
#![no_std]
#![no_main]

use core::fmt::Write;

use midge_board::host::{self, File, Mode, Refused};
use midge_board::{count, memory, rows, stack};
use midge_core::plan::Kind;
use midge_core::signal::{Ears, FrontEnd, Recipe};
use midge_core::{Aligned, Arena, Element, Resolve, Session, View, aligned};

midge_core::model! { static MODEL = env!("MIDGE_MODEL"); }

/// RAM kept for the stack, bytes: looked at for how much of it is taken.
const STACK: usize = 8192;

#[expect(clippy::panic, reason = "a compile error")]
const RECIPE: Recipe = match Ears::recipe(MODEL::HEAD.front_end()) {
    Some(recipe) => recipe,
    None => panic!("this plan carries no front-end: convert the model with --preprocess"),
};
const POINTS: usize = RECIPE.points as usize;
const BANDS: usize = RECIPE.mels as usize;
/// Whether the input is of floats; those are linked only then.
const REAL: bool = match MODEL::HEAD.side(false, 0) {
    Some(port) => matches!(MODEL::HEAD.operand(port.operand).element(), Some(Kind::F32)),
    None => false,
};

type Front = FrontEnd<'static, POINTS, BANDS>;

/// All that this firmware works in.
struct Memory {
    arena: Arena<{ MODEL::ARENA }>,
    front: Option<Front>,
    /// What the microphone brought.
    samples: Aligned<[u8; 2 * POINTS]>,
}

midge_board::entry!(run(MEMORY: Memory = Memory {
    arena: Arena::new(),
    front: None,
    samples: Aligned([0; 2 * POINTS]),
}));

fn run(memory: &mut Memory) -> ! {
    host::exit(u8::from(serve(memory).is_err()))
}

fn serve(memory: &mut Memory) -> Result<(), Refused> {
    if memory::free(STACK).is_empty() {
        return Err(Refused);
    }
    let mut response = File::open(c"response.txt", Mode::Write)?;
    let painted = stack::paint(STACK);
    hear(memory, &mut response)?;
    writeln!(response, "stack_bytes={}", painted.used().ok_or(Refused)?).map_err(|_| Refused)
}

/// Not inlined, so that all it takes of the stack is seen: making the front-end takes most.
#[inline(never)]
fn hear(memory: &mut Memory, response: &mut File) -> Result<(), Refused> {
    let mut input = Sounds { file: File::open(c"input.bin", Mode::Read)?, at: 0, end: 0 };
    let mut output = File::open(c"output.bin", Mode::Write)?;
    let ears = Ears::parse(MODEL.plan().front_end()).map_err(|_| Refused)?;
    let front = memory.front.insert(FrontEnd::new(*ears.tables()).map_err(|_| Refused)?);
    let mut session = MODEL.session(&mut memory.arena).map_err(|_| Refused)?;
    while input.next()? {
        session.reset();
        front.reset();
        let mut wanted = RECIPE.window;
        let room = session.input_mut(0).map_err(|_| Refused)?;
        for row in room.chunks_exact_mut(ears.row()) {
            let mut samples = input.samples(&mut memory.samples.0, wanted)?;
            count::start();
            if let Some(frame) = front.push(&mut samples) {
                if REAL { ears.reals(frame, row) } else { ears.bytes(frame, row) }
            }
            count::stop();
            wanted = RECIPE.hop;
        }
        count::start();
        session.run().map_err(|_| Refused)?;
        count::stop();
        rows::write(&session, &mut output)?;
        writeln!(response, "class={}", class(&session)?).map_err(|_| Refused)?;
    }
    Ok(())
}

/// The first of the highest scores.
fn class<R: Resolve>(session: &Session<'_, R>) -> Result<usize, Refused> {
    let scores = session.output(0).map_err(|_| Refused)?;
    best::<i8>(scores).or_else(|| best::<f32>(scores)).ok_or(Refused)
}

fn best<T: Element + PartialOrd>(scores: View<'_>) -> Option<usize> {
    let scores = scores.elements::<T>().ok()?;
    let best = scores.iter().enumerate().reduce(|best, next| if next.1 > best.1 { next } else { best });
    best.map(|(class, _)| class)
}

/// The sounds of a file.
struct Sounds {
    file: File,
    /// Where the next sample lies,
    at: usize,
    /// and the end of those of this sound.
    end: usize,
}

impl Sounds {
    /// Goes to the next sound, if there is one.
    fn next(&mut self) -> Result<bool, Refused> {
        let mut len = [0; 4];
        self.file.seek(self.end)?;
        if self.file.read(&mut len)? == 0 {
            return Ok(false);
        }
        self.at = self.end + len.len();
        self.end = self.at + 2 * u32::from_le_bytes(len) as usize;
        Ok(true)
    }

    /// The next samples of this sound, then silence.
    fn samples<'s>(&mut self, room: &'s mut [u8], count: u16) -> Result<&'s [i16], Refused> {
        let room = room.get_mut(..2 * usize::from(count)).ok_or(Refused)?;
        let (heard, silent) = room.split_at_mut(room.len().min(self.end - self.at));
        self.file.read_exact(heard)?;
        silent.fill(0);
        self.at += heard.len();
        aligned::slice(room).ok_or(Refused)
    }
}
