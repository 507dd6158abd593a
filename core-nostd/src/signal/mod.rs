//! Features of sound, in integers: samples in, every hop a frame out, the same bits on every machine.
//!
//! A frame is the logarithm of the power in mel bands, or their cosine transform (MFCC). A [`Recipe`] says which, in
//! numbers that people know. [`Recipe::tables`] makes a [front-end's tables](Tables) of it, while the program is compiled;
//! they lie in flash. What is left for the device is a [`FrontEnd`]:
//!
//! ```
//! use midge_core::Aligned;
//! use midge_core::signal::{FrontEnd, Recipe, Tables, shape};
//!
//! const RECIPE: Recipe = Recipe {
//!     rate: 8000, window: 256, hop: 128, points: 256, shape: shape::HANN, mels: 20, low: 20, high: 4000, coefficients: 10,
//! };
//! static TABLES: Aligned<[u8; RECIPE.size()]> = midge_core::signal::made(RECIPE.tables());
//!
//! let mut ears = FrontEnd::<256, 20>::new(Tables::parse(&TABLES.0)?)?;
//! let mut samples: &[i16] = &[0; 600];
//! let mut frames = 0;
//! while let Some(frame) = ears.push(&mut samples) {
//!     assert_eq!(frame, [0; 10]);
//!     frames += 1;
//! }
//! assert_eq!(frames, 3);
//! # Ok::<(), midge_core::signal::Unfit>(())
//! ```
//!
//! [`Scale`] makes an int8 input of them. A plan may carry all of it: then [`Ears`] know what its input is made of.
//!
//! **Units.** Features are base-2 logarithms of power, [`ONE`] for each doubling, which is 3.01 dB; power is in squares of a
//! sample's least step, and silence is 0. MFCC are their orthonormal cosine transform (DCT-II), in the same units.
//!
//! **Arithmetic.** A window of samples is shifted until the greatest has 19 bits. The transform of up to 1024 of them stays
//! below 2^29, and twice that, which its last stage makes, below 2^30: nothing overflows. A band is off by at most 4 of 512
//! steps a doubling (0.02 dB) where it is less than 40 dB below the loudest frequency of its frame, by 16 (0.1 dB) at 60 dB;
//! tables of 16 bits end at 90 dB.

mod ears;
mod fft;
mod front;
mod make;
mod mel;
mod recipe;
mod scale;
mod tables;

pub use ears::{Ears, Head};
pub use front::FrontEnd;
pub use make::made;
pub use mel::ONE;
pub use recipe::{Recipe, Unfit, shape};
pub use scale::{Real, Scale};
pub use tables::Tables;

#[cfg(test)]
mod tests;
