//! The same program on the desktop, as a converter of 12 bits hears them: samples by stdin, 16 bits, the low byte first.

use std::io::{self, Read};

use midge_anomaly::{Hearing, Memory, WINDOW};
use midge_sense::reading::Centered;

fn main() -> io::Result<()> {
    let mut sound = Vec::new();
    io::stdin().read_to_end(&mut sound)?;
    println!("listening: a window is {WINDOW} samples");
    let mut memory = Memory::new();
    let Some(mut hearing) = Hearing::new(&mut memory) else { return Ok(()) };
    let mut centered = Centered::new(12, 8);
    for sample in sound.as_chunks().0 {
        let reading = (i16::from_le_bytes(*sample) >> 4) + 2048;
        if let Some(verdict) = hearing.hear(&mut &[centered.sample(reading.cast_unsigned())][..]) {
            println!("{verdict}");
        }
    }
    Ok(())
}
