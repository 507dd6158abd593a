//! What a plan carries of a pipeline for sounds, so that devices hear what the desktop does.

use midge_core::signal::Recipe;

use super::{Pipeline, Sample, Step};
use crate::array::Dtype;
use crate::ports::Port;
use crate::sound::{self, Normal};

/// A pipeline in the parts that a plan's front-end has.
struct Parts<'a> {
    /// Steps that leave a sound.
    before: &'a [Step],
    recipe: Recipe,
    normal: Normal,
    /// Samples of the sound.
    length: usize,
}

impl Pipeline {
    /// The front-end of a plan with this input, as [`Ears::parse`](midge_core::signal::Ears::parse) takes it. None where a
    /// device cannot do what the pipeline does: that is `rate`, `length` and perhaps `mono`, then `mel` or `mfcc`, then `scale`,
    /// `mean` and `std`, each at most once, for an input of int8 or float32.
    ///
    /// # Errors
    /// What is out of range, or does not suit the input.
    pub fn ears(&self, port: &Port) -> Result<Option<Vec<u8>>, String> {
        let Some(Parts { recipe, normal, length, .. }) = self.parts() else { return Ok(None) };
        let quant = port.scale.zip(port.zero);
        if port.dtype != Dtype::F32 && (port.dtype != Dtype::I8 || quant.is_none()) {
            return Ok(None);
        }
        let ears = sound::ears(&recipe, &normal, port.dtype, quant).map_err(|unfit| unfit.to_string())?;
        let (frames, features) = (frames(&recipe, length), recipe.features());
        let extents = |shape: &[usize]| shape.iter().copied().filter(|n| *n != 1).collect::<Vec<_>>();
        if extents(&port.shape) == extents(&[frames, features]) {
            Ok(Some(ears))
        } else if port.elements() == frames * features {
            Ok(None) // features before frames
        } else {
            let shape = &port.shape;
            Err(format!("{frames} frames of {features} features do not fit the input, {shape:?}"))
        }
    }

    /// The bytes of an input that a plan's front-end, [`Pipeline::ears`], makes of a sound.
    ///
    /// # Errors
    /// As [`Pipeline::run`], in words.
    pub fn heard(&self, sample: Sample, ears: &[u8], port: &Port) -> Result<Vec<u8>, String> {
        let samples = self.samples(sample)?;
        sound::input(ears, &samples, port.bytes()).map_err(|unfit| unfit.to_string())
    }

    /// A sound as a device takes it: what the steps before `mel` or `mfcc` leave.
    ///
    /// # Errors
    /// As [`Pipeline::run`], in words; or that the pipeline is none for devices.
    pub fn samples(&self, mut sample: Sample) -> Result<Vec<i16>, String> {
        let parts = self.parts().ok_or("the steps are none that devices do")?;
        for step in parts.before {
            sample = sample.after(step).map_err(|what| format!("{step}: {what}"))?;
        }
        sample.samples()
    }

    /// None if they are not those of a front-end.
    fn parts(&self) -> Option<Parts<'_>> {
        let at = self.steps.iter().position(|step| matches!(step, Step::Features(_)))?;
        let (before, rest) = self.steps.split_at_checked(at)?;
        let (Step::Features(recipe), after) = rest.split_first()? else { return None };
        let (mut rate, mut length) = (None, None);
        for step in before {
            match step {
                Step::Rate(n) => rate = u32::try_from(*n).ok(),
                Step::Length(n) => length = Some(*n),
                Step::Mono => {}
                _ => return None,
            }
        }
        let mut after = after.iter().peekable();
        let mut next = |of: fn(&Step) -> Option<Vec<f32>>| match after.peek().and_then(|step| of(step)) {
            Some(numbers) => {
                after.next();
                Some(numbers)
            }
            None => None,
        };
        let by = next(|step| if let Step::Scale(by) = step { Some(vec![*by]) } else { None });
        let mean = next(|step| if let Step::Mean(of) = step { Some(of.clone()) } else { None });
        let std = next(|step| if let Step::Std(by) = step { Some(by.clone()) } else { None });
        if after.next().is_some() {
            return None;
        }
        let normal = Normal {
            by: by.and_then(|by| by.first().copied()).unwrap_or(1.0),
            mean: mean.unwrap_or_else(|| vec![0.0]),
            std: std.unwrap_or_else(|| vec![1.0]),
        };
        let recipe = Recipe { rate: rate?, ..*recipe };
        Some(Parts { before, recipe, normal, length: length? })
    }
}

/// Whole windows of so many samples.
fn frames(recipe: &Recipe, samples: usize) -> usize {
    let hop = usize::from(recipe.hop).max(1);
    samples.checked_sub(recipe.window.into()).map_or(0, |more| more / hop + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::Bytes;
    use midge_core::signal::Ears;

    const LINE: &str = "rate 8000, mono, length 600, mfcc 200/80/256 20 60-3800 10";

    fn port(shape: &[usize], quant: Option<(f32, i32)>) -> Port {
        let dtype = if quant.is_some() { Dtype::I8 } else { Dtype::F32 };
        let (scale, zero) = quant.unzip();
        Port { name: "x".into(), shape: shape.into(), dtype, scale, zero }
    }

    fn sound(samples: usize) -> Sample {
        let at = |n: usize| ((n * n * 7 % 4001 * 8) as f32 - 16000.0) / 32768.0;
        Sample::sound(8000, 1, (0..samples).map(at).collect()).unwrap()
    }

    #[test]
    fn a_float_input_has_the_numbers_that_the_steps_make() {
        let normal = format!("{LINE}, scale 0.7, mean 3.1 0 -0.3 0 0.1 0 0 0.2 0 0, std 2.9");
        for line in [LINE, &normal] {
            let (pipeline, port): (Pipeline, _) = (line.parse().unwrap(), port(&[1, 6, 10, 1], None));
            let ears = pipeline.ears(&port).unwrap().unwrap();
            for samples in [600, 599, 1000, 30] {
                let heard = pipeline.heard(sound(samples), &ears, &port).unwrap();
                let made = pipeline.run(sound(samples)).unwrap().fit(&port.shape).unwrap();
                let made: Vec<u8> = made.into_iter().flat_map(f32::to_le_bytes).collect();
                assert_eq!(heard, made, "{line}, {samples}");
            }
        }
    }

    #[test]
    fn an_int8_input_has_the_nearest_bytes() {
        let pipeline: Pipeline = format!("{LINE}, mean 3, std 2.5").parse().unwrap();
        let port = port(&[1, 6, 10], Some((0.04, -5)));
        let ears = pipeline.ears(&port).unwrap().unwrap();
        assert_eq!(Ears::parse(Bytes::aligned(&ears).as_slice()).unwrap().row(), 10);
        let heard = pipeline.heard(sound(600), &ears, &port).unwrap();
        let made = pipeline.run(sound(600)).unwrap().fit(&port.shape).unwrap();
        let bytes = made.iter().map(|x| crate::rows::quantize(*x, 0.04, -5, -128, 127) as u8);
        assert_eq!(heard, bytes.collect::<Vec<_>>());
    }

    #[test]
    fn what_devices_do_not_do_is_left_to_the_desktop() {
        let ears = |line: &str, port: &Port| line.parse::<Pipeline>().unwrap().ears(port);
        let float = port(&[1, 6, 10], None);
        for line in [
            "resize 6x10, gray",
            "mono, length 600, mfcc 200/80/256 20 60-3800 10",
            "rate 8000, mfcc 200/80/256 20 60-3800 10",
            "scale 2, rate 8000, length 600, mfcc 200/80/256 20 60-3800 10",
            &format!("{LINE}, mean 1, scale 2"),
            &format!("{LINE}, std 2, std 3"),
        ] {
            assert_eq!(ears(line, &float), Ok(None), "{line}");
        }
        assert_eq!(ears(LINE, &port(&[1, 10, 6], None)), Ok(None), "features first");
        let error = ears(LINE, &port(&[1, 7, 10], None)).unwrap_err();
        assert_eq!(error, "6 frames of 10 features do not fit the input, [1, 7, 10]");
        let error = ears(&format!("{LINE}, std 1e9"), &port(&[1, 6, 10], Some((1.0, 0)))).unwrap_err();
        assert!(error.contains("scale is not from 2^-9"), "{error}");
        let error = ears(&format!("{LINE}, mean 1 2 3"), &float).unwrap_err();
        assert!(error.contains("one scale for all features or one for each"), "{error}");
    }
}
