//! The ready model `anomaly` as a program: samples of a machine's vibration in, 8,000 a second, and behind each window of them a
//! line that says whether it is well.
#![no_std]

use core::fmt::{self, Display, Write};

use embedded_io::Read;
use midge_core::Arena;
use midge_core::signal::{Ears, Recipe};
use midge_sense::sound::Window;
use midge_sense::source::Samples;

midge_core::model! {
    /// The autoencoder of `models/anomaly`.
    static MODEL = "../../../models/anomaly/anomaly.midge";
}

/// Hundredths beyond which a machine is not well: above all of the 200 recordings of a well one that the model was tested with,
/// of which the greatest has 54, and below most of the faulty, 294 in the median.
const LIMIT: u32 = 60;

const RECIPE: Recipe = match Ears::recipe(MODEL::HEAD.front_end()) {
    Some(recipe) => recipe,
    None => panic!("the model carries no front-end"),
};
const BYTES: usize = size_of::<MODEL::Input>();
const FRAMES: usize = BYTES / size_of::<f32>() / RECIPE.features();
/// Samples of a window: half a second.
pub const WINDOW: usize = RECIPE.samples(FRAMES);

/// The window of what was heard.
type Heard = Window<'static, { RECIPE.points as usize }, { RECIPE.mels as usize }, BYTES>;

/// What the program works in.
#[derive(Debug)]
pub struct Memory {
    arena: Arena<{ MODEL::ARENA }>,
    heard: Option<Heard>,
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

impl Memory {
    /// Nothing was heard yet.
    pub const fn new() -> Self {
        Memory { arena: Arena::new(), heard: None }
    }
}

/// What a window says of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Which window: they are counted from 0.
    pub window: u32,
    /// How far the model's picture of it is from it, in hundredths.
    pub off: u32,
}

impl Verdict {
    /// Whether the machine is well.
    pub const fn well(self) -> bool {
        self.off <= LIMIT
    }
}

impl Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Verdict { window, off } = self;
        let verdict = if self.well() { "well" } else { "NOT WELL" };
        write!(f, "window {window}: off by {}.{:02}, {verdict}", off / 100, off % 100)
    }
}

/// The program, for what gives samples as they come.
#[derive(Debug)]
pub struct Hearing<'a> {
    arena: &'a mut Arena<{ MODEL::ARENA }>,
    heard: &'a mut Heard,
    window: u32,
}

impl<'a> Hearing<'a> {
    /// In this memory. None: the plan has no front-end, which is known before it gets here.
    pub fn new(memory: &'a mut Memory) -> Option<Self> {
        let heard = memory.heard.insert(Window::new(MODEL.plan().front_end(), FRAMES).ok()?);
        Some(Hearing { arena: &mut memory.arena, heard, window: 0 })
    }

    /// Takes samples from the front of `samples`, up to the end of a window, and judges that. None: there were fewer, all are taken.
    pub fn hear(&mut self, samples: &mut &[i16]) -> Option<Verdict> {
        let off = off(self.arena, self.heard.push(samples)?)?;
        let verdict = Verdict { window: self.window, off };
        self.window += 1;
        // each window begins anew
        self.heard.reset();
        Some(verdict)
    }
}

/// Hears until the samples end. None: as of [`Hearing::new`].
pub fn listen<R: Read>(memory: &mut Memory, mut from: Samples<R>, to: &mut impl Write) -> Option<()> {
    let mut hearing = Hearing::new(memory)?;
    // a line that can't be sent is lost, and the next one is not
    let _ = write!(to, "listening: a window is {WINDOW} samples\r\n");
    let mut room = [0; 64];
    loop {
        let mut samples = match from.read(&mut room) {
            Ok(count) if count > 0 => room.get(..count)?,
            _ => return Some(()),
        };
        while let Some(verdict) = hearing.hear(&mut samples) {
            let _ = write!(to, "{verdict}\r\n");
        }
    }
}

/// How far the model's picture of a window is from the window, squared, in the mean: hundredths. None: the model does not run, which
/// is known before it gets here.
fn off(arena: &mut Arena<{ MODEL::ARENA }>, input: &[u8; BYTES]) -> Option<u32> {
    let mut session = MODEL.session(arena).ok()?;
    session.input_mut(0).ok()?.copy_from_slice(input);
    session.run().ok()?;
    let made = session.output(0).ok()?.elements::<f32>().ok()?;
    let squares = made.iter().zip(input.as_chunks().0).map(|(made, heard)| {
        let off = made - f32::from_le_bytes(*heard);
        off * off
    });
    Some((squares.sum::<f32>() / made.len() as f32 * 100.0) as u32)
}
