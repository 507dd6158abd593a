//! The same program on the desktop: samples by stdin, 16 bits, the low byte first.

use std::fmt;
use std::io::{self, Read, Write};

use midge_sense::source::Samples;

fn main() {
    let mut sound = Vec::new();
    if let Err(error) = io::stdin().read_to_end(&mut sound) {
        eprintln!("cannot read samples: {error}");
        return;
    }
    let mut memory = midge_spoken::Memory::new();
    midge_spoken::listen(&mut memory, Samples::new(sound.as_slice()), &mut Out);
}

/// Where lines go.
struct Out;

impl fmt::Write for Out {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        io::stdout().write_all(text.as_bytes()).map_err(|_| fmt::Error)
    }
}
