//! Features of sound on emulated cores: the host's, bit for bit.
#![cfg(feature = "emulate")]

use midge_core::signal::{Recipe, shape};
use midge_runtime::emulated::{EmulatedError, Heard, hear};
use midge_runtime::sound;

/// MFCC of keywords at 16 kHz.
const KEYWORDS: Recipe = Recipe {
    rate: 16000,
    window: 480,
    hop: 320,
    points: 512,
    shape: shape::HANN,
    mels: 40,
    low: 20,
    high: 4000,
    coefficients: 10,
};

/// Mel bands of digits at 8 kHz.
const DIGITS: Recipe = Recipe {
    rate: 8000,
    window: 256,
    hop: 160,
    points: 256,
    shape: shape::HAMMING,
    mels: 20,
    low: 60,
    high: 4000,
    coefficients: 0,
};

/// A sound with loud, soft and silent parts: a sweep in noise.
fn samples() -> Vec<i16> {
    let (mut noise, mut at) = (7u32, 0u32);
    let sample = |n: u32| {
        noise = noise.wrapping_mul(1664525).wrapping_add(1013904223);
        at = at.wrapping_add(n << 15);
        let loud = (n / 900 % 5 * 3) as i32;
        let both = ((at >> 16) as i16 as i32 + (noise >> 17) as i16 as i32) / 2;
        if loud == 0 { 0 } else { (both >> (12 - loud)) as i16 }
    };
    (0..4800).map(sample).collect()
}

#[test]
fn a_front_end_hears_the_same_on_every_core() {
    let samples = samples();
    for (name, recipe) in [("mfcc", KEYWORDS), ("mel", DIGITS)] {
        let tables = sound::tables(&recipe).unwrap();
        let want = sound::features(tables.as_slice(), &samples).unwrap();
        for core in ["m0", "m4", "rv32"] {
            let heard = hear(core, tables.as_slice(), &samples, &mut |_| {});
            let Heard { features, count } = match heard {
                Err(EmulatedError::Missing { what, .. }) => {
                    println!("skipped: {what}");
                    continue;
                }
                heard => heard.unwrap(),
            };
            assert_eq!(features, want, "{name} on {core}");
            let frames = (features.len() / recipe.features()) as u64;
            println!("{name} on {core}: {} instructions a frame", count.instructions / frames);
            assert!(count.instructions > 1000 * frames, "{name} on {core}: {count:?}");
        }
    }
}
