//! Sounds as features: the step `mel 256/128/256 20 20-4000`, or `mfcc` with a number of coefficients behind it.

use midge_core::signal::{ONE, Recipe, shape};

use crate::sound;

/// The recipe of a step's words; its rate is left open.
pub(super) fn read(name: &str, words: &[&str]) -> Option<Recipe> {
    let (words, shape) = match words {
        [words @ .., "hamming"] => (words, shape::HAMMING),
        words => (words, shape::HANN),
    };
    let (bands, range, frame, coefficients) = match (name, words) {
        ("mel", [frame, bands, range]) => (bands, range, frame, 0),
        ("mfcc", [frame, bands, range, count]) => (bands, range, frame, above_zero(count)?),
        _ => return None,
    };
    let (window, rest) = frame.split_once('/')?;
    let (hop, points) = rest.split_once('/')?;
    let (low, high) = range.split_once('-')?;
    Some(Recipe {
        rate: 0,
        window: above_zero(window)?,
        hop: above_zero(hop)?,
        points: above_zero(points)?,
        shape,
        mels: above_zero(bands)?,
        low: low.parse().ok()?,
        high: above_zero(high)?,
        coefficients,
    })
}

/// The step that [`read`] reads.
pub(super) fn written(recipe: &Recipe) -> String {
    let Recipe { window, hop, points, shape, mels, low, high, coefficients, .. } = recipe;
    let fading = if *shape == shape::HAMMING { " hamming" } else { "" };
    match coefficients {
        0 => format!("mel {window}/{hop}/{points} {mels} {low}-{high}{fading}"),
        _ => format!("mfcc {window}/{hop}/{points} {mels} {low}-{high} {coefficients}{fading}"),
    }
}

/// The features of numbers from -1 to 1, in doublings of power: whole windows, frame by frame.
pub(super) fn of(recipe: &Recipe, rate: usize, numbers: &[f32]) -> Result<Vec<f32>, String> {
    let rate = u32::try_from(rate).map_err(|_| "the sound has too many samples a second")?;
    let told = |unfit: midge_core::signal::Unfit| unfit.to_string();
    let tables = sound::tables(&Recipe { rate, ..*recipe }).map_err(told)?;
    let features = sound::features(tables.as_slice(), &samples(numbers)).map_err(told)?;
    Ok(features.iter().map(|x| *x as f32 / ONE as f32).collect())
}

/// Numbers from -1 to 1 as a device has samples.
pub(super) fn samples(numbers: &[f32]) -> Vec<i16> {
    numbers.iter().map(|x| (x * 32768.0).round() as i16).collect()
}

fn above_zero(word: &str) -> Option<u16> {
    word.parse().ok().filter(|n| *n > 0)
}
