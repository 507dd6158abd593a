//! Per-channel constants of the weighted operators: bias, multiplier and shift.

use crate::aligned::{self, Element};
use crate::claim::Claim;
use crate::error::Error;
use crate::plan::Kind;

/// Biases, then multipliers (i32, or i64 where sums are), then shifts (i8), padded to a whole number: one scale for each
/// channel, or one for all.
#[derive(Clone, Copy, Debug)]
pub struct Channels<'a, T = i32> {
    bias: &'a [T],
    multiplier: &'a [T],
    shift: &'a [u8],
}

/// How an accumulator becomes an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Channel<T = i32> {
    /// Start of the accumulator.
    pub bias: T,
    /// See [`fixed`](crate::fixed).
    pub multiplier: T,
    /// See [`fixed`](crate::fixed).
    pub shift: i32,
}

/// Length in bytes of the constants of `n` channels with `scales` scales (1 or n).
pub const fn len(n: u32, scales: u32) -> Option<u32> {
    len_of(n, scales, Kind::I32)
}

/// The same where biases and multipliers are of type `kind`.
pub const fn len_of(n: u32, scales: u32, kind: Kind) -> Option<u32> {
    let Some(words) = n.checked_add(scales) else { return None };
    let Some(bytes) = words.checked_mul(kind.bytes()) else { return None };
    let Some(len) = bytes.checked_add(scales) else { return None };
    len.checked_next_multiple_of(kind.bytes())
}

/// Whether operand `i` holds the constants of `n` channels.
pub(crate) const fn fits(claim: &Claim<'_>, i: usize, n: u32) -> bool {
    fits_of(claim, i, n, Kind::I32)
}

/// The same where biases and multipliers are of type `kind`.
pub(crate) const fn fits_of(claim: &Claim<'_>, i: usize, n: u32, kind: Kind) -> bool {
    claim.constant(i, kind, len_of(n, n, kind)) || claim.constant(i, kind, len_of(n, 1, kind))
}

impl<'a, T: Element> Channels<'a, T> {
    /// The constants of `n` channels.
    ///
    /// # Errors
    /// [`Error::Shape`] when `bytes` are too few, [`Error::Misaligned`].
    pub fn new(bytes: &'a [u8], n: usize) -> Result<Self, Error> {
        let scales = if len_of(n as u32, n as u32, T::KIND) == Some(bytes.len() as u32) { n } else { 1 };
        let (bias, rest) = bytes.split_at_checked(n.wrapping_mul(size_of::<T>())).ok_or(Error::Shape)?;
        let (multiplier, shift) =
            rest.split_at_checked(scales.wrapping_mul(size_of::<T>())).ok_or(Error::Shape)?;
        Ok(Channels {
            bias: aligned::slice(bias).ok_or(Error::Misaligned)?,
            multiplier: aligned::slice(multiplier).ok_or(Error::Misaligned)?,
            shift: shift.get(..scales).ok_or(Error::Shape)?,
        })
    }

    /// Channel `i`; zeros past the end.
    #[inline(always)]
    pub fn at(&self, i: usize) -> Channel<T> {
        let scale = if self.multiplier.len() == 1 { 0 } else { i };
        Channel {
            bias: self.bias.get(i).copied().unwrap_or_default().le(),
            multiplier: self.multiplier.get(scale).copied().unwrap_or_default().le(),
            shift: self.shift.get(scale).copied().unwrap_or(0) as i8 as i32,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Aligned;

    #[test]
    fn one_scale_or_one_for_each() {
        let mut b = Aligned([0u8; 20]);
        for (i, v) in [5i32, -6, 7, 8].into_iter().enumerate() {
            b.0[i * 4..i * 4 + 4].copy_from_slice(&v.to_le_bytes());
        }
        (b.0[16], b.0[17]) = (0xfe, 3);
        let c = Channels::<i32>::new(&b.0, 2).unwrap();
        assert_eq!(c.at(0), Channel { bias: 5, multiplier: 7, shift: -2 });
        assert_eq!(c.at(1), Channel { bias: -6, multiplier: 8, shift: 3 });
        assert_eq!(len(2, 2), Some(20));
        let one = Channels::<i32>::new(&b.0[..16], 2).unwrap();
        assert_eq!((one.at(1).bias, one.at(1).multiplier, one.at(1).shift), (-6, 7, 8));
        assert_eq!(len(2, 1), Some(16));
        assert!(Channels::<i32>::new(&b.0[..8], 2).is_err());
        assert_eq!(len_of(2, 2, Kind::I64), Some(40));
        assert_eq!(len(u32::MAX / 4, 1), None);
    }
}
