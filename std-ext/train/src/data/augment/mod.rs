//! Changes to samples that make new ones of them, by chance.

mod image;
mod sound;

use serde::{Deserialize, Serialize};

use super::{Sample, Values};
use crate::Rng;

/// Something that is done to each sample before it is part of a batch.
pub trait Transform: Send + Sync {
    /// What becomes of the sample. `rng` is its own in this epoch: whoever runs it, and in whichever order, the result is the
    /// same.
    ///
    /// # Errors
    /// What about the sample does not suit.
    fn apply(&self, sample: Sample, rng: &mut Rng) -> Result<Sample, String>;
}

impl<F: Fn(Sample, &mut Rng) -> Result<Sample, String> + Send + Sync> Transform for F {
    fn apply(&self, sample: Sample, rng: &mut Rng) -> Result<Sample, String> {
        self(sample, rng)
    }
}

/// A change to the first input. Images are `[channels, height, width]` or `[height, width]`; sounds end in an axis of samples,
/// spectrograms in axes of frames and bands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Augment {
    /// Left and right change places, with a probability.
    FlipHorizontal(f32),
    /// Top and bottom change places, with a probability.
    FlipVertical(f32),
    /// The image gets a border of so many zeros, and a piece of its old size is cut out somewhere.
    Crop(usize),
    /// Turned by at most so many degrees either way; what comes from outside is 0.
    Rotate(f32),
    /// A number of at most this size is added to all.
    Brightness(f32),
    /// Differences from the mean grow or shrink by at most this share.
    Contrast(f32),
    /// A number of the normal distribution with this deviation is added to each.
    Noise(f32),
    /// `(x - mean) / std`, with a number for all or for each place of the first axis. Not by chance.
    Normalize {
        /// What is subtracted.
        mean: Vec<f32>,
        /// What it is divided by then.
        std: Vec<f32>,
    },
    /// A sound begins at most so many samples sooner or later; what is missing is silence.
    Shift(usize),
    /// A sound gets louder or softer by at most so many decibels.
    Gain(f32),
    /// Stretches of a spectrogram become its mean (SpecAugment, Park and others 2019).
    Mask {
        /// Most frames of a stretch.
        frames: usize,
        /// Most bands of a stretch.
        bands: usize,
        /// How many stretches of each kind.
        times: usize,
    },
}

impl Transform for Augment {
    fn apply(&self, mut sample: Sample, rng: &mut Rng) -> Result<Sample, String> {
        let input = sample.inputs.first_mut().ok_or("there is no input to change")?;
        self.change(input, rng)?;
        Ok(sample)
    }
}

impl Augment {
    /// Changes values in place.
    ///
    /// # Errors
    /// They are no floats, or of a shape that does not suit.
    pub fn change(&self, values: &mut Values, rng: &mut Rng) -> Result<(), String> {
        let shape = values.shape().clone();
        let numbers = values.as_floats_mut().ok_or("only floats can be changed")?;
        if numbers.is_empty() {
            return Err("there are no numbers to change".into());
        }
        let plane = || match shape[..] {
            [height, width] | [_, height, width] => Ok([height, width]),
            _ => Err(format!("shape {shape} is no image; [channels, height, width] is")),
        };
        match *self {
            Augment::FlipHorizontal(probability) => {
                let [_, width] = plane()?;
                if rng.uniform() < probability {
                    numbers.chunks_exact_mut(width).for_each(<[f32]>::reverse);
                }
            }
            Augment::FlipVertical(probability) => {
                let [height, width] = plane()?;
                if rng.uniform() < probability {
                    numbers.chunks_exact_mut(height * width).for_each(|plane| image::flip(plane, width));
                }
            }
            Augment::Crop(border) => {
                let moved = [(); 2].map(|()| border as isize - rng.below(2 * border + 1) as isize);
                image::shift(numbers, plane()?, moved);
            }
            Augment::Rotate(most) => image::rotate(numbers, plane()?, within(rng, most)),
            Augment::Brightness(most) => {
                let by = within(rng, most);
                numbers.iter_mut().for_each(|x| *x += by);
            }
            Augment::Contrast(most) => {
                let (by, mean) = (1.0 + within(rng, most), mean(numbers));
                numbers.iter_mut().for_each(|x| *x = mean + (*x - mean) * by);
            }
            Augment::Noise(deviation) => numbers.iter_mut().for_each(|x| *x += deviation * rng.normal()),
            Augment::Normalize { ref mean, ref std } => normalize(numbers, shape[..].first(), mean, std)?,
            Augment::Shift(most) => {
                let by = most as isize - rng.below(2 * most + 1) as isize;
                let samples = shape.last(0);
                numbers.chunks_exact_mut(samples).for_each(|channel| sound::shift(channel, by));
            }
            Augment::Gain(most) => {
                let by = libm::powf(10.0, within(rng, most) / 20.0);
                numbers.iter_mut().for_each(|x| *x *= by);
            }
            Augment::Mask { frames, bands, times } => {
                sound::mask(numbers, plane()?, [frames, bands], times, rng)
            }
        }
        Ok(())
    }
}

/// From `-most` to `most`, evenly.
fn within(rng: &mut Rng, most: f32) -> f32 {
    (rng.uniform() * 2.0 - 1.0) * most
}

fn mean(numbers: &[f32]) -> f32 {
    (numbers.iter().map(|&x| f64::from(x)).sum::<f64>() / numbers.len() as f64) as f32
}

fn normalize(numbers: &mut [f32], places: Option<&usize>, mean: &[f32], std: &[f32]) -> Result<(), String> {
    let places = places.copied().unwrap_or(1);
    for (name, given) in [("mean", mean), ("std", std)] {
        if ![1, places].contains(&given.len()) {
            return Err(format!("normalize: {} numbers for {name}; give 1, or {places}", given.len()));
        }
    }
    if std.contains(&0.0) {
        return Err("normalize: a std of 0 can't be divided by".into());
    }
    let each = numbers.len() / places;
    let pairs = mean.iter().cycle().zip(std.iter().cycle());
    for (place, (mean, std)) in numbers.chunks_exact_mut(each).zip(pairs) {
        place.iter_mut().for_each(|x| *x = (*x - mean) / std);
    }
    Ok(())
}
