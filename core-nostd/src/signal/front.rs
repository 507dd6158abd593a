//! Samples in, frames out.

use heapless::Deque;

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
    samples: Deque<i16, POINTS>,
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
        Ok(FrontEnd { tables, samples: Deque::new(), spectrum: [0; POINTS], bands, frame })
    }

    /// Takes samples from the front of `samples`, up to the end of the next frame, and gives that frame:
    /// [`Recipe::features`](super::Recipe::features) numbers, in the units of the [module](super). None: there were fewer,
    /// all are taken, and the next call goes on. How samples are cut into pieces does not matter.
    pub fn push(&mut self, samples: &mut &[i16]) -> Option<&[i32]> {
        let recipe = *self.tables.recipe();
        let missing = usize::from(recipe.window).saturating_sub(self.samples.len());
        let (now, later) = samples.split_at_checked(missing).unwrap_or((samples, &[]));
        *samples = later;
        for sample in now {
            // the window is no longer than the ring
            let _ = self.samples.push_back(*sample);
        }
        if now.len() < missing {
            return None;
        }
        let spectrum = self.spectrum.get_mut(..recipe.points.into()).unwrap_or_default();
        let spectrum = spectrum.as_chunks_mut().0;
        let bands = self.bands.get_mut(..recipe.mels.into()).unwrap_or_default();
        let frame = self.frame.get_mut(..recipe.features()).unwrap_or_default();
        let (older, newer) = self.samples.as_slices();
        analyse(&self.tables, [older, newer], spectrum, bands, frame);
        for _ in 0..recipe.hop {
            let _ = self.samples.pop_front();
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

/// A frame of a whole window of samples, in two pieces.
fn analyse(
    tables: &Tables<'_>,
    samples: [&[i16]; 2],
    spectrum: &mut [fft::Complex],
    bands: &mut [i16],
    frame: &mut [i32],
) {
    spectrum.fill([0; 2]);
    let n = spectrum.len();
    let [older, newer] = samples;
    let mut seen = 0;
    for (i, (sample, weight)) in older.iter().chain(newer).zip(tables.window()).enumerate() {
        if let Some(to) = spectrum.get_mut(fft::place(i / 2, n)).and_then(|two| two.get_mut(i & 1)) {
            *to = i32::from(*sample).wrapping_mul(number(weight).into());
            seen |= *to ^ *to >> 31;
        }
    }
    let excess = (32 - BITS).saturating_sub(seen.leading_zeros());
    for x in spectrum.as_flattened_mut() {
        *x >>= excess & 31;
    }
    fft::transform(spectrum, tables.factors());
    mel::bands(tables, spectrum, 16u32.saturating_sub(excess), bands);
    mel::features(tables, bands, frame);
}
