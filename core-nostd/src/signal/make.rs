//! Makes tables of a recipe, in the compiler or on the desktop: sums, products and quotients of doubles, which are the same
//! everywhere. No device does this.
#![expect(
    clippy::indexing_slicing,
    reason = "runs in the compiler, or within lengths that were checked before"
)]

use super::mel::WEIGHT;
use super::recipe::{Recipe, Unfit, shape};
use crate::aligned::Aligned;

/// Logarithms to base 2 of `1 + i / 32`, 32768 for one.
pub(super) static LOGARITHMS: [u16; 33] = {
    let mut table = [0; 33];
    let mut i = 0;
    while i < 33 {
        table[i] = (ln(1.0 + i as f64 / 32.0) / LN_2 * 32768.0 + 0.5) as u16;
        i += 1;
    }
    table
};

const LN_2: f64 = core::f64::consts::LN_2;

/// What was made, or a compile error where this is evaluated in `const`.
///
/// # Panics
/// If nothing was made.
#[expect(clippy::panic, reason = "a compile error")]
pub const fn made<const N: usize>(tables: Result<Aligned<[u8; N]>, Unfit>) -> Aligned<[u8; N]> {
    match tables {
        Ok(tables) => tables,
        Err(unfit) => panic!("{}", unfit.message()),
    }
}

impl Recipe {
    /// Length in bytes of the recipe and its tables; 0 if there are none.
    pub const fn size(&self) -> usize {
        if self.check().is_err() {
            return 0;
        }
        let rises = self.edge(self.mels + 1) - self.edge(0);
        let (bands, coefficients) = (self.mels as usize, self.coefficients as usize);
        let numbers =
            self.window as usize + self.points as usize / 2 + bands + 2 + rises + coefficients * bands;
        Self::LEN + 2 * numbers
    }

    /// The recipe and its tables as [`Tables::parse`](super::Tables::parse) takes them; `N` is [`Recipe::size`].
    ///
    /// # Errors
    /// [`Unfit`] that says what of the recipe is out of range.
    pub const fn tables<const N: usize>(&self) -> Result<Aligned<[u8; N]>, Unfit> {
        let mut bytes = Aligned([0; N]);
        match self.fill(&mut bytes.0) {
            Ok(()) => Ok(bytes),
            Err(unfit) => Err(unfit),
        }
    }

    /// Writes the recipe and its tables to `to`, which has [`Recipe::size`] bytes.
    ///
    /// # Errors
    /// [`Unfit`] that says what of the recipe is out of range.
    pub const fn fill(&self, to: &mut [u8]) -> Result<(), Unfit> {
        if let Err(unfit) = self.check() {
            return Err(unfit);
        }
        if to.len() != self.size() {
            return Err(Unfit::Tables);
        }
        let mut to = Writer { to, at: 0 };
        to.short(self.rate as u16);
        to.short((self.rate >> 16) as u16);
        let fields = [
            self.window,
            self.hop,
            self.points,
            self.shape,
            self.mels,
            self.low,
            self.high,
            self.coefficients,
        ];
        let mut i = 0;
        while i < fields.len() {
            to.short(fields[i]);
            i += 1;
        }
        self.window(&mut to);
        let mut k = 0;
        while k < self.points / 4 {
            let (cos, sin) = turn(k as u32, self.points as u32);
            to.fraction(cos);
            to.fraction(sin);
            k += 1;
        }
        if let Err(unfit) = self.bands(&mut to) {
            return Err(unfit);
        }
        self.cosines(&mut to);
        Ok(())
    }

    const fn window(&self, to: &mut Writer<'_>) {
        let low = if self.shape == shape::HAMMING { 0.54 } else { 0.5 };
        let mut n = 0;
        while n < self.window {
            to.fraction(low - (1.0 - low) * turn(n as u32, self.window as u32).0);
            n += 1;
        }
    }

    const fn bands(&self, to: &mut Writer<'_>) -> Result<(), Unfit> {
        let mut corner = 0;
        while corner <= self.mels + 1 {
            to.short(self.edge(corner) as u16);
            corner += 1;
        }
        let (mut bin, mut corner, mut below) = (self.edge(0), 0, 0);
        while corner <= self.mels {
            let (from, to_corner, end) =
                (self.corner(corner), self.corner(corner + 1), self.edge(corner + 1));
            let (mut rising, mut falling) = (0, 0);
            while bin < end {
                let rise = (self.bin(bin) - from) / (to_corner - from);
                let rise = (rise * (1 << WEIGHT) as f64 + 0.5) as u16;
                to.short(rise);
                rising += rise as u32;
                falling += (1 << WEIGHT) - rise as u32;
                bin += 1;
            }
            // the band that this corner is the middle of
            if corner > 0 && below + falling == 0 {
                return Err(Unfit::Band);
            }
            below = rising;
            corner += 1;
        }
        Ok(())
    }

    const fn cosines(&self, to: &mut Writer<'_>) {
        let bands = self.mels as u32;
        let mut k = 0;
        while k < self.coefficients as u32 {
            let norm = root(if k == 0 { 1.0 } else { 2.0 } / bands as f64);
            let mut n = 0;
            while n < bands {
                // pi k (n + 1/2) / bands
                to.fraction(norm * turn(k * (2 * n + 1) % (4 * bands), 4 * bands).0);
                n += 1;
            }
            k += 1;
        }
    }

    /// A corner of the bands on the mel scale, in units that do not matter; from 0 to one more than there are bands.
    const fn corner(&self, corner: u16) -> f64 {
        let (low, high) = (mel(self.low as f64), mel(self.high as f64));
        low + (high - low) * corner as f64 / (self.mels + 1) as f64
    }

    /// A bin of the transform on the mel scale.
    const fn bin(&self, bin: usize) -> f64 {
        mel(bin as f64 * self.rate as f64 / self.points as f64)
    }

    /// The first bin at or above a corner, never that of constants, nor above half the points.
    const fn edge(&self, corner: u16) -> usize {
        let (at, mut low, mut high) = (self.corner(corner), 1, self.points as usize / 2);
        while low < high {
            let middle = (low + high) / 2;
            if self.bin(middle) < at {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

/// Writes numbers of 16 bits, little-endian, one behind the other.
struct Writer<'a> {
    to: &'a mut [u8],
    at: usize,
}

impl Writer<'_> {
    const fn short(&mut self, number: u16) {
        let [low, high] = number.to_le_bytes();
        self.to[self.at] = low;
        self.to[self.at + 1] = high;
        self.at += 2;
    }

    /// A number from -1 to 1 in steps of 2^-15.
    const fn fraction(&mut self, number: f64) {
        let scaled = number * 32768.0;
        let nearest = (if scaled < 0.0 { scaled - 0.5 } else { scaled + 0.5 }) as i32;
        self.short((if nearest > 32767 { 32767 } else { nearest }) as u16);
    }
}

/// Height on the mel scale, less what all have in common.
const fn mel(hertz: f64) -> f64 {
    ln(1.0 + hertz / 700.0)
}

/// The natural logarithm of a number of at least 1.
const fn ln(mut x: f64) -> f64 {
    let mut twos = 0.0;
    while x > 1.5 {
        x /= 2.0;
        twos += 1.0;
    }
    // of (1 + y) / (1 - y); y is at most 1/5
    let y = (x - 1.0) / (x + 1.0);
    let (mut sum, mut power, mut n) = (0.0, y, 1);
    while n < 30 {
        sum += power / n as f64;
        power *= y * y;
        n += 2;
    }
    2.0 * sum + twos * LN_2
}

/// Cosine and sine of `k / n` of a turn, `k < n`.
const fn turn(k: u32, n: u32) -> (f64, f64) {
    // eighths of a turn, and what is left of it, or to it
    let eighth = 8 * k as u64 / n as u64;
    let left = (8 * k as u64 - eighth * n as u64) as f64 / n as f64;
    let left = if eighth & 1 == 0 { left } else { 1.0 - left };
    let angle = left * core::f64::consts::FRAC_PI_4;
    let (mut cos, mut sin, mut term, mut i) = (0.0, 0.0, 1.0, 0);
    while i < 20 {
        match i & 3 {
            0 => cos += term,
            1 => sin += term,
            2 => cos -= term,
            _ => sin -= term,
        }
        i += 1;
        term *= angle / i as f64;
    }
    match eighth {
        0 => (cos, sin),
        1 => (sin, cos),
        2 => (-sin, cos),
        3 => (-cos, sin),
        4 => (-cos, -sin),
        5 => (-sin, -cos),
        6 => (sin, -cos),
        _ => (cos, -sin),
    }
}

/// The square root of a number from 0.01 to 2.
const fn root(x: f64) -> f64 {
    let (mut y, mut i) = (1.0, 0);
    while i < 12 {
        y = (y + x / y) / 2.0;
        i += 1;
    }
    y
}
