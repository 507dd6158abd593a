//! An image or a sound on its way to a model's input.

use super::stretch::stretch;
use super::{SIDE, Step, features};

/// Most channels of a sound.
const CHANNELS: usize = 64;

/// Numbers of an image or a sound, the channels of a place side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    kind: Kind,
    channels: usize,
    numbers: Vec<f32>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Image {
        width: usize,
        height: usize,
    },
    Sound {
        rate: usize,
    },
    /// A channel for each feature.
    Frames,
}

impl Sample {
    /// An image: rows from the top, pixels from the left, channels side by side. None unless that is how many numbers there
    /// are, and one at least.
    pub fn image(width: usize, height: usize, channels: usize, numbers: Vec<f32>) -> Option<Self> {
        let len = width.checked_mul(height)?.checked_mul(channels)?;
        let whole = len > 0 && len == numbers.len();
        whole.then_some(Sample { kind: Kind::Image { width, height }, channels, numbers })
    }

    /// A sound of some samples a second, channels side by side. None if there are parts of samples, or over 64 channels.
    pub fn sound(rate: usize, channels: usize, numbers: Vec<f32>) -> Option<Self> {
        let whole = (1..=CHANNELS).contains(&channels) && numbers.len().is_multiple_of(channels);
        whole.then_some(Sample { kind: Kind::Sound { rate }, channels, numbers })
    }

    /// The numbers for an input of this shape: channels last or first, or left out where there is but one; with an axis of 1
    /// before them, or without. An image of one channel may also be a plain row.
    ///
    /// # Errors
    /// What the sample is, and what the shape asks for.
    pub fn fit(self, shape: &[usize]) -> Result<Vec<f32>, String> {
        let extents = match self.kind {
            Kind::Image { width, height } => vec![height, width],
            Kind::Sound { .. } | Kind::Frames => vec![self.numbers.len() / self.channels],
        };
        let is = |wanted: &[usize]| shape == wanted || shape.split_first() == Some((&1, wanted));
        let channel = [self.channels];
        let extended = |shape: &[usize]| shape.iter().copied().filter(|n| *n != 1).collect::<Vec<_>>();
        let picture =
            self.kind == Kind::Frames && extended(shape) == extended(&[&extents[..], &channel].concat());
        if picture
            || is(&[&extents[..], &channel].concat())
            || self.channels == 1 && (is(&extents) || is(&[self.numbers.len()]))
        {
            return Ok(self.numbers);
        }
        if is(&[&channel[..], &extents].concat()) {
            return Ok(self.channels_first());
        }
        let channels =
            if self.channels == 1 { "1 channel".into() } else { format!("{} channels", self.channels) };
        Err(match self.kind {
            Kind::Image { width, height } => format!(
                "an image of {width}x{height} with {channels} does not fit the input, {shape:?}: resize, crop, gray and rgb \
                 change it"
            ),
            Kind::Sound { .. } => format!(
                "a sound of {} samples with {channels} does not fit the input, {shape:?}: length and mono change it",
                extents[0]
            ),
            Kind::Frames => format!(
                "{} frames of {} features do not fit the input, {shape:?}: length before them and their hop change it",
                extents[0], self.channels
            ),
        })
    }

    /// Its shape and its numbers with channels first: `[channels, height, width]` or `[channels, samples]`; frames of features
    /// are an image of one channel, `[1, frames, features]`.
    pub fn planes(&self) -> (Vec<usize>, Vec<f32>) {
        let places = self.numbers.len() / self.channels;
        let shape = match self.kind {
            Kind::Image { width, height } => vec![self.channels, height, width],
            Kind::Sound { .. } => vec![self.channels, places],
            Kind::Frames => return (vec![1, places, self.channels], self.numbers.clone()),
        };
        (shape, self.channels_first())
    }

    /// Its numbers, all of the first channel before those of the next.
    fn channels_first(&self) -> Vec<f32> {
        let channel = |at| self.numbers.iter().skip(at).step_by(self.channels).copied();
        (0..self.channels).flat_map(channel).collect()
    }

    /// The samples of a sound with one channel.
    pub(super) fn samples(&self) -> Result<Vec<i16>, String> {
        match self.kind {
            Kind::Sound { .. } => self.single().map(|()| features::samples(&self.numbers)),
            _ => Err("a step for sounds, and this is none".into()),
        }
    }

    /// Features are of one channel.
    fn single(&self) -> Result<(), String> {
        match self.channels {
            1 => Ok(()),
            channels => Err(format!("the sound has {channels} channels; mono makes one of them")),
        }
    }

    /// What a step makes of it.
    pub(super) fn after(mut self, step: &Step) -> Result<Self, String> {
        match (step, self.kind) {
            (Step::Resize(width, height), Kind::Image { .. }) => Ok(self.resized(*width, *height)),
            (Step::Shorter(side), Kind::Image { width, height }) => {
                let scaled = |n| n * side / width.min(height);
                match scaled(width.max(height)) {
                    longer if longer > SIDE => {
                        Err(format!("the image of {width}x{height} would get a side of {longer} pixels"))
                    }
                    _ => Ok(self.resized(scaled(width), scaled(height))),
                }
            }
            (Step::Crop(wide, high), Kind::Image { width, height }) => {
                if *wide > width || *high > height {
                    return Err(format!("the image has {width}x{height}; resize it before"));
                }
                let line = width * self.channels;
                let (left, top) = ((width - wide) / 2 * self.channels, (height - high) / 2);
                let lines = self.numbers.chunks_exact(line).skip(top).take(*high);
                let numbers = lines.flat_map(|line| &line[left..left + wide * self.channels]);
                self.numbers = numbers.copied().collect();
                self.kind = Kind::Image { width: *wide, height: *high };
                Ok(self)
            }
            (Step::Gray, Kind::Image { .. }) => match self.channels {
                1 => Ok(self),
                3 => Ok(self.mixed(&[0.299, 0.587, 0.114])),
                channels => Err(format!("the image has {channels} channels; 1 or 3 become gray")),
            },
            (Step::Rgb, Kind::Image { .. }) => match self.channels {
                1 => {
                    self.numbers = self.numbers.into_iter().flat_map(|x| [x; 3]).collect();
                    self.channels = 3;
                    Ok(self)
                }
                3 => Ok(self),
                channels => Err(format!("the image has {channels} channels; 1 or 3 become rgb")),
            },
            (Step::Rate(wanted), Kind::Sound { rate }) => match rate == *wanted {
                true => Ok(self),
                false => Err(format!("the sound has {rate} samples a second; record or convert it anew")),
            },
            (Step::Mono, Kind::Sound { .. }) => {
                let share = vec![1.0 / self.channels as f32; self.channels];
                Ok(self.mixed(&share))
            }
            (Step::Length(samples), Kind::Sound { .. }) => {
                self.numbers.resize(samples * self.channels, 0.0);
                Ok(self)
            }
            (Step::Features(recipe), Kind::Sound { rate }) => {
                self.single()?;
                self.numbers = features::of(recipe, rate, &self.numbers)?;
                (self.kind, self.channels) = (Kind::Frames, recipe.features());
                Ok(self)
            }
            (Step::Scale(by), _) => self.each(&[*by], |x, by| x * by),
            (Step::Mean(of), _) => self.each(of, |x, of| x - of),
            (Step::Std(by), _) => self.each(by, |x, by| x / by),
            (_, Kind::Image { .. }) => Err("a step for sounds, and this is an image".into()),
            (_, Kind::Sound { .. }) => Err("a step for images, and this is a sound".into()),
            (_, Kind::Frames) => Err("a step for images or sounds, and these are features".into()),
        }
    }

    fn resized(mut self, width: usize, height: usize) -> Self {
        if let Kind::Image { width: wide, height: high } = self.kind {
            let lines = stretch(&self.numbers, wide, self.channels, width);
            self.numbers = stretch(&lines, high, width * self.channels, height);
            self.kind = Kind::Image { width, height };
        }
        self
    }

    /// One channel of all, each by its weight.
    fn mixed(mut self, weights: &[f32]) -> Self {
        let places = self.numbers.chunks_exact(self.channels);
        let mix = |place: &[f32]| place.iter().zip(weights).map(|(x, weight)| x * weight).sum();
        self.numbers = places.map(mix).collect();
        self.channels = 1;
        self
    }

    /// Every number with its channel's, or with the only one.
    fn each(mut self, with: &[f32], of: impl Fn(f32, f32) -> f32) -> Result<Self, String> {
        if ![1, self.channels].contains(&with.len()) {
            let given = with.len();
            return Err(format!("{given} numbers for {} channels; give 1, or one for each", self.channels));
        }
        self.numbers.iter_mut().zip(with.iter().cycle()).for_each(|(x, with)| *x = of(*x, *with));
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Pipeline;
    use super::*;

    fn made(line: &str, sample: Sample) -> Result<Sample, String> {
        line.parse::<Pipeline>().unwrap().run(sample).map_err(|error| error.to_string())
    }

    /// Red, green, blue.
    fn colors() -> Sample {
        Sample::image(3, 1, 3, vec![255.0, 0.0, 0.0, 0.0, 255.0, 0.0, 0.0, 0.0, 255.0]).unwrap()
    }

    fn counted(width: usize, height: usize) -> Sample {
        let numbers = (0..width * height).map(|x| x as f32).collect();
        Sample::image(width, height, 1, numbers).unwrap()
    }

    #[test]
    fn images_are_resized_and_cut() {
        assert_eq!(made("crop 2x1", counted(4, 3)).unwrap().numbers, [5.0, 6.0]);
        assert_eq!(made("resize 2x1, scale 2", counted(2, 2)).unwrap().numbers, [2.0, 4.0]);
        assert_eq!(made("resize 4", counted(16, 8)).unwrap().kind, Kind::Image { width: 8, height: 4 });
        assert_eq!(made("resize 1", counted(2, 9)).unwrap().kind, Kind::Image { width: 1, height: 4 });
        assert!(made("resize 9999", counted(1, 9)).unwrap_err().contains("a side of 89991 pixels"));
        let error = made("crop 5x1", counted(4, 3)).unwrap_err();
        assert_eq!(error, "crop 5x1: the image has 4x3; resize it before");
    }

    #[test]
    fn channels_are_mixed_and_scaled() {
        let gray = made("gray, scale 1/255", colors()).unwrap().fit(&[1, 3]).unwrap();
        let near = gray.iter().zip([0.299, 0.587, 0.114]).all(|(x, y)| (x - y).abs() < 1e-6);
        assert!(near, "{gray:?}");
        assert_eq!(made("rgb", counted(2, 1)).unwrap().numbers, [0.0, 0.0, 0.0, 1.0, 1.0, 1.0]);
        let told = made("mean 255 0 0, std 1 5 3", colors()).unwrap().numbers;
        assert_eq!(told, [0.0, 0.0, 0.0, -255.0, 51.0, 0.0, -255.0, 0.0, 85.0]);
        let error = made("mean 1 2", colors()).unwrap_err();
        assert!(error.starts_with("mean 1 2: 2 numbers for 3 channels"), "{error}");
        let error = made("rate 5", colors()).unwrap_err();
        assert_eq!(error, "rate 5: a step for sounds, and this is an image");
    }

    #[test]
    fn sounds_get_a_length_and_one_channel() {
        let sound = |channels, numbers: &[f32]| Sample::sound(8000, channels, numbers.to_vec()).unwrap();
        assert_eq!(made("mono", sound(2, &[1.0, 2.0, -1.0, 0.0])).unwrap().numbers, [1.5, -0.5]);
        assert_eq!(made("length 3", sound(1, &[1.0])).unwrap().numbers, [1.0, 0.0, 0.0]);
        assert_eq!(made("rate 8000, length 1", sound(2, &[1.0, 2.0, 3.0, 4.0])).unwrap().numbers, [1.0, 2.0]);
        let error = made("rate 16000", sound(1, &[1.0])).unwrap_err();
        assert!(error.starts_with("rate 16000: the sound has 8000 samples a second"), "{error}");
        let error = made("gray", sound(1, &[1.0])).unwrap_err();
        assert_eq!(error, "gray: a step for images, and this is a sound");
        assert!(made("length 2", sound(1, &[])).unwrap().fit(&[1, 2, 1]).is_ok());
    }

    #[test]
    fn sounds_become_the_features_that_devices_hear() {
        let stored: Vec<i16> = (0..600).map(|n| (n * n * 7 % 4001 * 8 - 16000) as i16).collect();
        let sound =
            || Sample::sound(8000, 1, stored.iter().map(|x| f32::from(*x) / 32768.0).collect()).unwrap();
        let line = "mfcc 200/80/256 20 60-3800 10";
        let (rate, shape) = (8000, 0);
        let recipe = midge_core::signal::Recipe {
            rate,
            window: 200,
            hop: 80,
            points: 256,
            shape,
            mels: 20,
            low: 60,
            high: 3800,
            coefficients: 10,
        };
        let tables = crate::sound::tables(&recipe).unwrap();
        let heard = crate::sound::features(tables.as_slice(), &stored).unwrap();
        let made = made(line, sound()).unwrap();
        assert_eq!(made.channels, 10);
        assert_eq!(made.numbers, heard.iter().map(|x| *x as f32 / 512.0).collect::<Vec<_>>());
        for shape in [&[1, 6, 10][..], &[1, 6, 10, 1], &[1, 1, 6, 10], &[6, 10]] {
            assert_eq!(made.clone().fit(shape).unwrap(), made.numbers, "{shape:?}");
        }
        assert_eq!(made.clone().fit(&[1, 10, 6]).unwrap()[1], made.numbers[10]);
        let error = made.fit(&[1, 49, 10]).unwrap_err();
        assert!(error.starts_with("6 frames of 10 features do not fit the input, [1, 49, 10]"), "{error}");
        let told = |line: &str, sound| super::tests::made(line, sound).unwrap_err();
        assert_eq!(
            told("mel 256/128/256 100 20-4000", sound()),
            "mel 256/128/256 100 20-4000: a mel band is narrower than the transform's steps; take fewer bands or more points"
        );
        let stereo = Sample::sound(8000, 2, vec![0.0; 2000]).unwrap();
        assert!(told(line, stereo).ends_with("the sound has 2 channels; mono makes one of them"));
        assert!(told(&format!("{line}, mono"), sound()).ends_with("and these are features"));
        assert!(told(line, counted(9, 9)).ends_with("a step for sounds, and this is an image"));
    }

    #[test]
    fn inputs_have_channels_last_or_first() {
        let rows = colors().numbers;
        for shape in [&[1, 1, 3, 3][..], &[1, 3, 3]] {
            assert_eq!(colors().fit(shape).unwrap(), rows, "{shape:?}");
        }
        let two = Sample::image(2, 1, 3, vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).unwrap();
        assert_eq!(two.clone().fit(&[1, 3, 1, 2]).unwrap(), [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
        assert_eq!(two.clone().fit(&[1, 2, 3]).unwrap(), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        for shape in [&[1, 2, 1, 1][..], &[2, 1], &[1, 1, 2, 1], &[2], &[1, 2]] {
            assert!(counted(1, 2).fit(shape).is_ok(), "{shape:?}");
        }
        let error = two.fit(&[1, 2, 2, 3]).unwrap_err();
        assert!(
            error.starts_with("an image of 2x1 with 3 channels does not fit the input, [1, 2, 2, 3]"),
            "{error}"
        );
        assert!(counted(1, 2).fit(&[]).is_err());
    }

    #[test]
    fn parts_of_pixels_are_no_sample() {
        assert_eq!(Sample::image(2, 2, 3, vec![0.0; 11]), None);
        assert_eq!(Sample::image(0, 2, 3, vec![]), None);
        assert_eq!(Sample::image(usize::MAX, 2, 3, vec![]), None);
        assert_eq!(Sample::sound(8000, 2, vec![0.0; 3]), None);
        assert_eq!(Sample::sound(8000, 0, vec![]), None);
    }
}
