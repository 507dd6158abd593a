//! How an image or a sound becomes what a model reads: named steps, one after the other, as one line of text.
//!
//! `resize 96x96, rgb, mean 127.5, std 127.5` is such a line: steps with commas between, each a word and perhaps numbers
//! behind it. A step sees what the ones before it left. Without any step images are numbers from 0 to 255, sounds from -1
//! to 1, features of sounds are doublings of power.

mod ears;
mod features;
mod sample;
mod stretch;

use std::fmt;
use std::str::FromStr;

use midge_core::signal::Recipe;

pub use sample::Sample;

/// Greatest width or height of an image, in pixels.
const SIDE: usize = 1 << 14;
/// Greatest length of a sound, in samples.
const LENGTH: usize = 1 << 24;

/// Every step as it is written, and what it is for.
pub const STEPS: [(&str, &str); 13] = [
    ("resize WxH", "stretch an image to this width and height"),
    ("resize N", "scale an image, its shorter side to N pixels"),
    ("crop WxH", "cut the middle out of an image"),
    ("gray", "make one channel of three"),
    ("rgb", "make three channels of one"),
    ("rate N", "refuse sounds that have not N samples a second"),
    ("mono", "make one channel of all, their mean"),
    ("length N", "cut a sound behind N samples, or fill it up with silence"),
    ("mel W/H/N B L-H", "B mel bands from L to H Hz: W samples every H, N points"),
    ("mfcc W/H/N B L-H C", "the first C numbers of their cosine transform"),
    ("scale S", "multiply by S, as in 1/255"),
    ("mean M..", "subtract M, or a number for each channel"),
    ("std S..", "divide by S, or by a number for each channel"),
];

/// A step.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Stretches an image to a width and height.
    Resize(usize, usize),
    /// Scales an image until its shorter side has that many pixels.
    Shorter(usize),
    /// Keeps the middle of an image, of a width and height.
    Crop(usize, usize),
    /// One channel: 0.299 red, 0.587 green, 0.114 blue.
    Gray,
    /// Three channels, alike if there was one.
    Rgb,
    /// Refuses sounds with another number of samples a second.
    Rate(usize),
    /// One channel: the mean of all.
    Mono,
    /// That many samples: cuts the end off, or adds zeros there.
    Length(usize),
    /// Features: frames of the recipe, whose rate is the sound's own.
    Features(Recipe),
    /// Multiplies.
    Scale(f32),
    /// Subtracts a number, or one for each channel.
    Mean(Vec<f32>),
    /// Divides by a number, or by one for each channel.
    Std(Vec<f32>),
}

/// Steps in their order. As text they are the line they came from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pipeline {
    steps: Vec<Step>,
}

/// A line that is no pipeline.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("step {number}, {text:?}: {what}")]
pub struct LineError {
    /// The step, counted from 1.
    pub number: usize,
    /// What stands there.
    pub text: String,
    /// What should.
    pub what: String,
}

/// A sample that a step does not suit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{step}: {what}")]
pub struct StepError {
    /// The step as text.
    pub step: String,
    /// Why, and what would help.
    pub what: String,
}

impl Pipeline {
    /// Takes a sample through all steps.
    ///
    /// # Errors
    /// [`StepError`] of the first step that it does not suit.
    pub fn run(&self, mut sample: Sample) -> Result<Sample, StepError> {
        for step in &self.steps {
            sample = sample.after(step).map_err(|what| StepError { step: step.to_string(), what })?;
        }
        Ok(sample)
    }
}

impl FromStr for Pipeline {
    type Err = LineError;

    fn from_str(line: &str) -> Result<Self, LineError> {
        let texts = line.split(',').map(str::trim).enumerate().filter(|(_, text)| !text.is_empty());
        let step = |(at, text): (usize, &str)| {
            text.parse().map_err(|what| LineError { number: at + 1, text: text.into(), what })
        };
        Ok(Pipeline { steps: texts.map(step).collect::<Result<_, _>>()? })
    }
}

impl fmt::Display for Pipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps: Vec<_> = self.steps.iter().map(Step::to_string).collect();
        f.write_str(&steps.join(", "))
    }
}

impl FromStr for Step {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words: Vec<_> = text.split_whitespace().collect();
        let (name, values) = words.split_first().ok_or("a step is missing")?;
        let step = match (*name, values) {
            ("resize", [size]) if !size.contains('x') => count(size, SIDE).map(Step::Shorter),
            ("resize", [size]) => sides(size).map(|(width, height)| Step::Resize(width, height)),
            ("crop", [size]) => sides(size).map(|(width, height)| Step::Crop(width, height)),
            ("gray", []) => Some(Step::Gray),
            ("rgb", []) => Some(Step::Rgb),
            ("rate", [rate]) => count(rate, LENGTH).map(Step::Rate),
            ("mono", []) => Some(Step::Mono),
            ("length", [samples]) => count(samples, LENGTH).map(Step::Length),
            ("mel" | "mfcc", values) => features::read(name, values).map(Step::Features),
            ("scale", [by]) => number(by).map(Step::Scale),
            ("mean", [_, ..]) => numbers(values).map(Step::Mean),
            ("std", [_, ..]) => numbers(values).filter(|by| !by.contains(&0.0)).map(Step::Std),
            _ => None,
        };
        let written = |all: &mut dyn Iterator<Item = &'static str>| all.collect::<Vec<_>>().join(", ");
        step.ok_or_else(|| {
            let mut alike =
                STEPS.into_iter().map(|(form, _)| form).filter(|form| form.split(' ').next() == Some(name));
            match written(&mut alike) {
                forms if forms.is_empty() => {
                    format!("there are {}", written(&mut STEPS.into_iter().map(|(form, _)| form)))
                }
                forms => format!("is written {forms}"),
            }
        })
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |all: &[f32]| all.iter().map(f32::to_string).collect::<Vec<_>>().join(" ");
        match self {
            Step::Resize(width, height) => write!(f, "resize {width}x{height}"),
            Step::Shorter(side) => write!(f, "resize {side}"),
            Step::Crop(width, height) => write!(f, "crop {width}x{height}"),
            Step::Gray => f.write_str("gray"),
            Step::Rgb => f.write_str("rgb"),
            Step::Rate(rate) => write!(f, "rate {rate}"),
            Step::Mono => f.write_str("mono"),
            Step::Length(samples) => write!(f, "length {samples}"),
            Step::Features(recipe) => f.write_str(&features::written(recipe)),
            Step::Scale(by) => write!(f, "scale {by}"),
            Step::Mean(of) => write!(f, "mean {}", list(of)),
            Step::Std(by) => write!(f, "std {}", list(by)),
        }
    }
}

/// From 1 to the most.
fn count(text: &str, most: usize) -> Option<usize> {
    text.parse().ok().filter(|n| (1..=most).contains(n))
}

/// `WxH`.
fn sides(text: &str) -> Option<(usize, usize)> {
    let (width, height) = text.split_once('x')?;
    Some((count(width, SIDE)?, count(height, SIDE)?))
}

/// A finite number, or a fraction of two.
fn number(text: &str) -> Option<f32> {
    let value = match text.split_once('/') {
        Some((above, below)) => above.parse::<f32>().ok()? / below.parse::<f32>().ok()?,
        None => text.parse().ok()?,
    };
    Some(value).filter(|value| value.is_finite())
}

fn numbers(words: &[&str]) -> Option<Vec<f32>> {
    words.iter().map(|word| number(word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_and_written() {
        let line = "resize 256, resize 9x8, crop 224x200, gray, rgb, rate 16000, mono, length 5, mel 9/8/64 7 6-50, mfcc 5/4/128 30 20-100 10 hamming, scale 0.5, mean 1 2 3, std 0.25";
        let pipeline: Pipeline = line.parse().unwrap();
        assert_eq!((pipeline.to_string().as_str(), pipeline.steps.len()), (line, STEPS.len()));
        assert_eq!(pipeline.steps[1], Step::Resize(9, 8));
        assert_eq!("  scale   1/4 ,, ".parse::<Pipeline>().unwrap().steps, [Step::Scale(0.25)]);
        assert_eq!("".parse(), Ok(Pipeline::default()));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (line, what) in [
            (
                "gray, rezise 96x96",
                "step 2, \"rezise 96x96\": there are resize WxH, resize N, crop WxH, gray",
            ),
            ("resize", "step 1, \"resize\": is written resize WxH, resize N"),
            ("resize 96 96", "is written resize"),
            ("resize 0x96", "is written resize"),
            ("resize 99999x1", "is written resize"),
            ("crop 96", "is written crop WxH"),
            ("gray 3", "is written gray"),
            ("scale 1/0", "is written scale S"),
            ("scale nan", "is written scale S"),
            ("mean", "is written mean M.."),
            ("mean 1 x", "is written mean M.."),
            ("std 1 0", "is written std S.."),
            ("rate 1e4", "is written rate N"),
            ("mel 256/128 20 20-4000", "is written mel W/H/N B L-H"),
            ("mel 256/128/256 20 20-4000 10", "is written mel W/H/N B L-H"),
            ("mfcc 256/128/256 20 20-4000 0", "is written mfcc W/H/N B L-H C"),
        ] {
            let told = line.parse::<Pipeline>().unwrap_err().to_string();
            assert!(told.contains(what), "{line}: {told}");
        }
    }
}
