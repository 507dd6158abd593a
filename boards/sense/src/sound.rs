//! A window of features that slides over sound.

use midge_core::signal::{Ears, FrontEnd, Unfit};

/// The last frames of a sound, as a plan's first input reads them. `POINTS` and `BANDS` are those of the plan's front-end, `BYTES`
/// is the length of its input: all are constants of a model that is linked in, see [`Ears::recipe`].
#[derive(Debug)]
pub struct Window<'p, const POINTS: usize, const BANDS: usize, const BYTES: usize> {
    ears: Ears<'p>,
    front: FrontEnd<'p, POINTS, BANDS>,
    frames: [u8; BYTES],
    /// Bytes that are there.
    filled: usize,
    /// Frames between one window and the next, and those until the next.
    stride: usize,
    missing: usize,
    heard: u64,
}

impl<'p, const POINTS: usize, const BANDS: usize, const BYTES: usize> Window<'p, POINTS, BANDS, BYTES> {
    /// By the front-end that a plan carries. Behind the first window, there is one every `stride` frames.
    ///
    /// # Errors
    /// [`Unfit`]: there is no front-end, or it is of another size.
    pub fn new(front_end: &'p [u8], stride: usize) -> Result<Self, Unfit> {
        let ears = Ears::parse(front_end)?;
        if !BYTES.is_multiple_of(ears.row()) {
            return Err(Unfit::Input);
        }
        let front = FrontEnd::new(*ears.tables())?;
        let missing = BYTES / ears.row();
        Ok(Window { ears, front, frames: [0; BYTES], filled: 0, stride: stride.max(1), missing, heard: 0 })
    }

    /// Takes samples from the front of `samples`, up to the end of the next window, and gives it: the bytes of the model's
    /// input. None: there were fewer, all are taken, and the next call goes on.
    pub fn push(&mut self, samples: &mut &[i16]) -> Option<&[u8; BYTES]> {
        let row = self.ears.row();
        loop {
            let before = samples.len();
            let frame = self.front.push(samples);
            self.heard += (before - samples.len()) as u64;
            let frame = frame?;
            if self.filled == BYTES {
                self.frames.copy_within(row.., 0);
                self.filled -= row;
            }
            self.ears.fill(frame, self.frames.get_mut(self.filled..self.filled + row).unwrap_or_default());
            self.filled += row;
            self.missing -= 1;
            if self.missing == 0 {
                self.missing = self.stride;
                return Some(&self.frames);
            }
        }
    }

    /// Forgets what was heard, but not for how long: the next window is of samples from here on.
    pub fn reset(&mut self) {
        self.front.reset();
        self.filled = 0;
        self.missing = BYTES / self.ears.row();
    }

    /// Samples that it has taken: the time of the last window's end.
    pub const fn heard(&self) -> u64 {
        self.heard
    }
}
