//! Vibration of a machine that turns, made from seeds: what it sounds like when it is well, and with one of three faults.

use std::f32::consts::TAU;

use midge_runtime::pipeline::{Pipeline, Sample as Sound};
use midge_train::Rng;
use midge_train::data::{DataError, Dataset, Result, Sample, Values};

/// Samples a second.
const RATE: usize = 8000;
/// Samples of a recording: about half a second.
const LENGTH: usize = 4096;

/// Recordings by number: each has a seed of its own, so that those of other numbers are others.
pub(crate) struct Vibration {
    pub(crate) seed: u64,
    /// The number of the first one.
    pub(crate) first: usize,
    pub(crate) count: usize,
    /// Whether each second one has a fault; labels say which, 0 for none and 1 for a fault. Else there are no labels.
    pub(crate) faults: bool,
    pub(crate) pipeline: Pipeline,
}

impl Dataset for Vibration {
    fn len(&self) -> usize {
        self.count
    }

    fn get(&self, index: usize) -> Result<Sample> {
        if index >= self.count {
            return Err(DataError::Index { index, len: self.count });
        }
        let faulty = self.faults && index % 2 == 1;
        let wave = vibration(self.seed, (self.first + index) as u64, faulty);
        let wrong = |what: String| DataError::Sample { name: self.name(index), what };
        let sound = Sound::sound(RATE, 1, wave).ok_or_else(|| wrong("no sound".into()))?;
        let (shape, numbers) = self.pipeline.run(sound).map_err(|error| wrong(error.to_string()))?.planes();
        let label = self.faults.then(|| Values::class(usize::from(faulty)));
        Ok(Sample { inputs: vec![Values::floats(shape, numbers)?], label })
    }

    fn name(&self, index: usize) -> String {
        format!("vibration {}", self.first + index)
    }
}

/// The recording of a number, from -1 to 1, 4,096 samples of 8,000 a second: the shaft's turns and their multiples, the mesh of
/// a gear with 23 teeth, and noise. A fault is an imbalance, a bearing whose ball hits a crack and makes the housing ring, or
/// something loose.
pub fn vibration(seed: u64, number: u64, faulty: bool) -> Vec<f32> {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..16].copy_from_slice(&number.to_le_bytes());
    let rng = &mut Rng::restore((key, 0));
    let between = |rng: &mut Rng, low: f32, high: f32| low + (high - low) * rng.uniform();
    let turns = between(rng, 24.0, 30.0);
    let noise = between(rng, 0.01, 0.02);
    let mut tones: Vec<[f32; 3]> = [(1.0, 0.10), (2.0, 0.05), (3.0, 0.03), (23.0, 0.08), (46.0, 0.03)]
        .iter()
        .map(|(times, size)| [times * turns, size * between(rng, 0.8, 1.2), rng.uniform()])
        .collect();
    let mut hits = None;
    if faulty {
        let size = between(rng, 1.0, 2.0);
        match rng.below(3) {
            0 => tones[0][1] *= 1.0 + 2.0 * size,
            1 => hits = Some((3.57 * turns, between(rng, 1500.0, 2500.0), 0.12 * size)),
            _ => tones.extend(
                [0.5, 1.5, 2.5, 3.5, 4.5, 5.5].map(|times| [times * turns, 0.04 * size, rng.uniform()]),
            ),
        }
    }
    let sample = |at: usize| {
        let time = at as f32 / RATE as f32;
        let mut x: f32 = tones.iter().map(|[rate, size, phase]| size * sine(rate * time + phase)).sum();
        if let Some((rate, ring, size)) = hits {
            let since = (rate * time).fract() / rate;
            x += size * libm::expf(-since * 400.0) * sine(ring * since);
        }
        (x + noise * rng.normal()).clamp(-1.0, 1.0)
    };
    (0..LENGTH).map(sample).collect()
}

fn sine(turns: f32) -> f32 {
    libm::sinf(turns.fract() * TAU)
}
