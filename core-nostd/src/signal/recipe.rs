//! What a front-end computes, in numbers that people know.

use core::fmt;

use crate::wire::{record, u16, u32};

record! {
    /// How sound becomes features. As bytes it stands in front of a front-end's tables.
    pub struct Recipe {
        /// Samples a second.
        rate: u32,
        /// Samples that a frame is made of, at most `points`.
        window: u16,
        /// Samples from one frame to the next, at most `window`.
        hop: u16,
        /// Length of the Fourier transform, a power of two from 64 to 1024. Behind the window come zeros.
        points: u16,
        /// How the window fades: one of [`shape`].
        shape: u16,
        /// Number of mel bands, at most 128: triangles of height 1 over frequencies, whose corners are equally far apart on
        /// the scale `1127 ln(1 + f / 700)`; each reaches from the middle of the one below to the middle of the one above.
        mels: u16,
        /// Where the lowest band starts, in Hz.
        low: u16,
        /// Where the highest band ends, in Hz, at most half the rate.
        high: u16,
        /// The first so many coefficients of the bands' cosine transform, at most `mels`; 0: the bands themselves.
        coefficients: u16,
    }
}

/// Ways to fade at a window's ends: periodic, as for a transform of the window's own length.
pub mod shape {
    /// `0.5 - 0.5 cos`.
    pub const HANN: u16 = 0;
    /// `0.54 - 0.46 cos`.
    pub const HAMMING: u16 = 1;
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident => $text:literal,)*) => {
        /// Why there is no front-end.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum Unfit { $($(#[$doc])* $name,)* }

        impl Unfit {
            /// The reason in words.
            pub const fn message(self) -> &'static str {
                match self { $(Unfit::$name => $text,)* }
            }
        }
    };
}

reasons! {
    /// The transform's length.
    Points => "the transform has a power of two of points, from 64 to 1024",
    /// The window's length.
    Window => "a window has from 1 sample to as many as the transform has points",
    /// The hop.
    Hop => "a hop is from 1 sample to the window's length",
    /// An unknown shape.
    Shape => "windows are of shape 0 (Hann) or 1 (Hamming)",
    /// Too many bands.
    Mels => "there are from 1 to 128 mel bands",
    /// Frequencies out of order.
    Frequencies => "the lowest frequency is below the highest, and that at most half the rate",
    /// A band in which no frequency of the transform lies.
    Band => "a mel band is narrower than the transform's steps; take fewer bands or more points",
    /// Too many coefficients.
    Coefficients => "there are no more coefficients than mel bands",
    /// Bytes that are no tables, or damaged ones.
    Tables => "the tables are not those of their recipe",
    /// A scale that features cannot be brought to.
    Scale => "the input's scale is not from 2^-9 to 2^12 features, or its zero point no byte",
    /// An input that is not made of features.
    Input => "the input is neither int8 nor float32, or there is not one scale for all features or one for each",
    /// More than the front-end's type has room for.
    Capacity => "the front-end's type has fewer points or bands than the recipe",
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl core::error::Error for Unfit {}

impl Recipe {
    /// Most points of a transform.
    pub const MOST_POINTS: usize = 1024;
    /// Most mel bands.
    pub const MOST_BANDS: usize = 128;

    /// Length of a frame.
    pub const fn features(&self) -> usize {
        if self.coefficients == 0 { self.mels as usize } else { self.coefficients as usize }
    }

    /// Samples that so many frames are made of.
    pub const fn samples(&self, frames: usize) -> usize {
        match frames.checked_sub(1) {
            Some(more) => more.saturating_mul(self.hop as usize).saturating_add(self.window as usize),
            None => 0,
        }
    }

    /// Whether the numbers are in their ranges; a band may still be too narrow.
    pub(super) const fn check(&self) -> Result<(), Unfit> {
        Err(
            if !self.points.is_power_of_two() || self.points < 64 || self.points as usize > Self::MOST_POINTS
            {
                Unfit::Points
            } else if self.window == 0 || self.window > self.points {
                Unfit::Window
            } else if self.hop == 0 || self.hop > self.window {
                Unfit::Hop
            } else if self.shape > shape::HAMMING {
                Unfit::Shape
            } else if self.mels == 0 || self.mels as usize > Self::MOST_BANDS {
                Unfit::Mels
            } else if self.low >= self.high || self.high as u32 > self.rate / 2 {
                Unfit::Frequencies
            } else if self.coefficients > self.mels {
                Unfit::Coefficients
            } else {
                return Ok(());
            },
        )
    }
}
