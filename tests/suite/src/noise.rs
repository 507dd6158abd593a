//! Numbers without pattern that are the same on every machine (xorshift).

/// A source of numbers; it must not start from 0.
#[derive(Clone, Debug)]
pub struct Noise(pub u64);

impl Noise {
    /// The next number.
    pub fn word(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 11
    }

    /// A number below `n`; 0 for 0.
    pub fn below(&mut self, n: usize) -> usize {
        self.word() as usize % n.max(1)
    }

    /// Bytes of one kind: any, the extremes of signed bytes, all ones, one byte throughout.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        let (kind, same) = (self.below(6), self.word() as u8);
        for byte in bytes {
            *byte = match kind {
                0..=2 => self.word() as u8,
                3 => [0x80, 0x7f][self.below(2)],
                4 => 0xff,
                _ => same,
            };
        }
    }
}
