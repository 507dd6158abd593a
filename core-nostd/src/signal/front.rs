//! Samples in, frames out.

use heapless::Vec;

use super::recipe::Unfit;
use super::tables::{Tables, number};
use super::{fft, mel};

/// Bits of the loudest windowed sample.
const BITS: u32 = 19;

/// A front-end at work: the last samples, and room for one frame. `POINTS` and `BANDS` are at least those of the recipe; it
/// takes about `6 POINTS + 6 BANDS` bytes.
#[derive(Clone, Debug)]
pub struct FrontEnd<'a, const POINTS: usize, const BANDS: usize> {
    tables: Tables<'a>,
    samples: Vec<i16, POINTS>,
    spectrum: [i32; POINTS],
    bands: [i16; BANDS],
    frame: [i32; BANDS],
}

impl<'a, const POINTS: usize, const BANDS: usize> FrontEnd<'a, POINTS, BANDS> {
    /// One that has heard nothing.
    ///
    /// # Errors
    /// [`Unfit::Capacity`] if the recipe has more points or bands.
    pub const fn new(tables: Tables<'a>) -> Result<Self, Unfit> {
        if tables.recipe().points as usize > POINTS || tables.recipe().mels as usize > BANDS {
            return Err(Unfit::Capacity);
        }
        let (bands, frame) = ([0; BANDS], [0; BANDS]);
        Ok(FrontEnd { tables, samples: Vec::new(), spectrum: [0; POINTS], bands, frame })
    }

    /// Takes samples from the front of `samples`, up to the end of the next frame, and gives that frame:
    /// [`Recipe::features`](super::Recipe::features) numbers, in the units of the [module](super). None: there were fewer,
    /// all are taken, and the next call goes on. How samples are cut into pieces does not matter.
    pub fn push(&mut self, samples: &mut &[i16]) -> Option<&[i32]> {
        let recipe = *self.tables.recipe();
        let missing = usize::from(recipe.window).saturating_sub(self.samples.len());
        let (now, later) = samples.split_at_checked(missing).unwrap_or((samples, &[]));
        *samples = later;
        // the window is not longer than there is room
        let _ = self.samples.extend_from_slice(now);
        if now.len() < missing {
            return None;
        }
        let spectrum = self.spectrum.get_mut(..recipe.points.into()).unwrap_or_default();
        let spectrum = spectrum.as_chunks_mut().0;
        let bands = self.bands.get_mut(..recipe.mels.into()).unwrap_or_default();
        let frame = self.frame.get_mut(..recipe.features()).unwrap_or_default();
        analyse(&self.tables, &self.samples, spectrum, bands, frame);
        let hop = usize::from(recipe.hop);
        if let Some(left) = self.samples.len().checked_sub(hop) {
            self.samples.copy_within(hop.., 0);
            self.samples.truncate(left);
        }
        Some(frame)
    }

    /// Forgets all samples.
    pub fn reset(&mut self) {
        self.samples.clear();
    }

    /// What it looks up.
    pub const fn tables(&self) -> &Tables<'a> {
        &self.tables
    }
}

/// A frame of a whole window of samples.
fn analyse(
    tables: &Tables<'_>,
    samples: &[i16],
    spectrum: &mut [fft::Complex],
    bands: &mut [i16],
    frame: &mut [i32],
) {
    let mut seen = 0;
    let mut places = spectrum.as_flattened_mut().iter_mut();
    for ((sample, weight), to) in samples.iter().zip(tables.window()).zip(&mut places) {
        *to = i32::from(*sample).wrapping_mul(number(weight).into());
        seen |= *to ^ *to >> 31;
    }
    places.for_each(|to| *to = 0);
    let excess = (32 - BITS).saturating_sub(seen.leading_zeros());
    fft::arrange(spectrum, excess);
    fft::transform(spectrum, tables.factors());
    mel::bands(tables, spectrum, 16u32.saturating_sub(excess), bands);
    mel::features(tables, bands, frame);
}
