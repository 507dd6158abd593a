//! The ready model `spoken-digits` as a program: samples in, 8,000 a second, and a line for each digit that is heard, with the
//! time in samples.
//!
//! Eight times a second the model hears the last three quarters of one. A digit is there if two windows of three are sure of
//! it.
#![no_std]

use core::fmt::Write;

use embedded_io::Read;
use midge_core::Arena;
use midge_core::signal::{Ears, Recipe};
use midge_sense::event::{Events, Rule};
use midge_sense::out::line;
use midge_sense::sound::Window;
use midge_sense::source::Samples;

midge_core::model! {
    /// The network of `models/spoken-digits`.
    static MODEL = "../../../models/spoken-digits/spoken-digits.midge";
}

const RECIPE: Recipe = match Ears::recipe(MODEL::HEAD.front_end()) {
    Some(recipe) => recipe,
    None => panic!("the model carries no front-end"),
};
const BYTES: usize = size_of::<MODEL::Input>();
/// Frames from one window to the next.
const STRIDE: usize = 6;

/// Scores are hundredths of logits: those of a digit as a whole are 300 to 700, those of a part of one 100 to 200, most of the time.
const RULE: Rule = Rule { on: 250, off: 150, votes: 2, quiet: 2000 };

/// What the program works in.
#[derive(Debug)]
pub struct Memory {
    arena: Arena<{ MODEL::ARENA }>,
    heard: Option<Window<'static, { RECIPE.points as usize }, { RECIPE.mels as usize }, BYTES>>,
    events: Events<3>,
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

impl Memory {
    /// Nothing was heard yet.
    pub const fn new() -> Self {
        Memory { arena: Arena::new(), heard: None, events: Events::new(RULE) }
    }
}

/// Hears until the samples end. None: the plan has no front-end or does not run, which is known before it gets here.
pub fn listen<R: Read>(memory: &mut Memory, mut from: Samples<R>, to: &mut impl Write) -> Option<()> {
    let heard = memory.heard.insert(Window::new(MODEL.plan().front_end(), STRIDE).ok()?);
    // a line that can't be sent is lost, and the next one is not
    let _ = write!(to, "listening\r\n");
    let mut room = [0; 64];
    loop {
        let mut samples = match from.read(&mut room) {
            Ok(count) if count > 0 => room.get(..count)?,
            _ => return Some(()),
        };
        while let Some(input) = heard.push(&mut samples) {
            let mut session = MODEL.session(&mut memory.arena).ok()?;
            session.input_mut(0).ok()?.copy_from_slice(input);
            session.run().ok()?;
            let logits: &[f32; size_of::<MODEL::Output>() / size_of::<f32>()] =
                session.output(0).ok()?.elements::<f32>().ok()?.try_into().ok()?;
            let scores = logits.map(|logit| (logit * 100.0) as i32);
            if let Some(event) = memory.events.push(&scores, heard.heard()) {
                let _ = line(to, event, &[]);
            }
        }
    }
}
