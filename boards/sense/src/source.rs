//! Samples of sound from bytes.

/// Samples of 16 bits, the low byte first, from whatever gives bytes. Where they are cut into pieces does not matter.
#[derive(Debug)]
pub struct Samples<R> {
    from: R,
    /// The first byte of a sample whose second has not come.
    half: Option<u8>,
}

/// Bytes that are asked for at once.
const PIECE: usize = 32;

impl<R> Samples<R> {
    /// Samples from a reader.
    pub const fn new(from: R) -> Self {
        Samples { from, half: None }
    }

    /// The reader.
    pub fn into_inner(self) -> R {
        self.from
    }

    /// How many bytes to ask for.
    fn wanted(&self, to: &[i16]) -> usize {
        (2 * to.len()).saturating_sub(usize::from(self.half.is_some())).min(PIECE)
    }

    /// Bytes that came, as samples.
    fn take(&mut self, bytes: &[u8], to: &mut [i16]) -> usize {
        let mut to = to.iter_mut();
        let mut count = 0;
        for byte in bytes {
            match self.half.take() {
                None => self.half = Some(*byte),
                Some(low) => {
                    if let Some(to) = to.next() {
                        *to = i16::from_le_bytes([low, *byte]);
                        count += 1;
                    }
                }
            }
        }
        count
    }
}

impl<R: embedded_io::Read> Samples<R> {
    /// Waits for some samples, at least one unless the stream has ended, and says how many came.
    ///
    /// # Errors
    /// The reader's.
    pub fn read(&mut self, to: &mut [i16]) -> Result<usize, R::Error> {
        let mut bytes = [0; PIECE];
        loop {
            let room = bytes.get_mut(..self.wanted(to)).unwrap_or_default();
            let came = self.from.read(room)?;
            let count = self.take(bytes.get(..came).unwrap_or_default(), to);
            if count > 0 || came == 0 {
                return Ok(count);
            }
        }
    }
}

impl<R: embedded_io_async::Read> Samples<R> {
    /// [`Samples::read`] that waits without blocking.
    ///
    /// # Errors
    /// The reader's.
    pub async fn read_async(&mut self, to: &mut [i16]) -> Result<usize, R::Error> {
        let mut bytes = [0; PIECE];
        loop {
            let room = bytes.get_mut(..self.wanted(to)).unwrap_or_default();
            let came = self.from.read(room).await?;
            let count = self.take(bytes.get(..came).unwrap_or_default(), to);
            if count > 0 || came == 0 {
                return Ok(count);
            }
        }
    }
}
