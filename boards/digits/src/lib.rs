//! The digits model, linked in, against its goldens: what a new board runs first.
#![no_std]

mod table;

use midge_core::Arena;

midge_core::model! {
    /// The digits classifier: an 8x8 grey image in, ten scores out.
    pub static DIGITS = "../../../tests/digits/digits.midge";
}

/// What the model works in; a board puts it into a static.
pub type Memory = Arena<{ DIGITS::ARENA }>;

const IMAGE: usize = size_of::<DIGITS::Input>();
const SCORES: usize = size_of::<DIGITS::Output>();

/// Images and what the reference interpreter makes of them, as NumPy saved them: the test set, and made-up extremes.
static GOLDENS: [(&str, &[u8], &[u8]); 2] = [
    (
        "test",
        elements(include_bytes!("../../../tests/digits/goldens/inputs.npy")),
        elements(include_bytes!("../../../tests/digits/goldens/outputs.npy")),
    ),
    (
        "edge",
        elements(include_bytes!("../../../tests/digits/goldens/edge_inputs.npy")),
        elements(include_bytes!("../../../tests/digits/goldens/edge_outputs.npy")),
    ),
];

/// Passing images of each set that are logged; failing ones all are.
const SHOWN: usize = 6;

/// Logs what the model is, then reads every image; `true` if all scores are the reference's, bit for bit.
pub fn check(memory: &mut Memory) -> bool {
    table::log(DIGITS.plan());
    let (mut passed, mut failed) = (0u32, 0u32);
    for (set, images, expected) in GOLDENS {
        let (images, _) = images.as_chunks::<IMAGE>();
        let (expected, _) = expected.as_chunks::<SCORES>();
        if images.len() != expected.len() {
            defmt::error!("{} has {} images and {} outputs", set, images.len(), expected.len());
            failed += 1;
        }
        for (i, (image, expected)) in images.iter().zip(expected).enumerate() {
            let pass = match DIGITS.run(memory, &image.map(|byte| byte as i8)) {
                Ok(scores) => {
                    let pass = scores.map(|score| score as u8) == *expected;
                    if i < SHOWN || !pass {
                        let verdict = if pass { "PASS" } else { "FAIL" };
                        defmt::info!("{} image {}: reads {}, {}", set, i, digit(scores), verdict);
                    }
                    pass
                }
                Err(error) => {
                    defmt::error!("{} image {}: {}", set, i, error.message());
                    false
                }
            };
            if pass {
                passed += 1;
            } else {
                failed += 1;
            }
        }
    }
    defmt::info!("{} passed, {} failed", passed, failed);
    failed == 0 && passed > 0
}

/// The highest score's index, the first one in a tie.
fn digit(scores: &DIGITS::Output) -> usize {
    let mut best = (0, i8::MIN);
    for (i, &score) in scores.iter().enumerate() {
        if score > best.1 {
            best = (i, score);
        }
    }
    best.0
}

/// The elements of a NumPy file, version 1: ten bytes, then a header of the length that the last two say.
const fn elements(npy: &[u8]) -> &[u8] {
    match npy {
        [_, _, _, _, _, _, 1, 0, low, high, rest @ ..] => {
            rest.split_at(u16::from_le_bytes([*low, *high]) as usize).1
        }
        _ => &[],
    }
}
