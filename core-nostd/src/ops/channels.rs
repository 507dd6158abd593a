//! Per-channel constants of the weighted operators: bias, multiplier and shift.

use crate::aligned;
use crate::claim::Claim;
use crate::error::Error;
use crate::plan::Kind;

/// Biases, then multipliers (all i32), then shifts (i8), padded to a word: one scale for each channel, or one for all.
#[derive(Clone, Copy, Debug)]
pub struct Channels<'a> {
    bias: &'a [i32],
    multiplier: &'a [i32],
    shift: &'a [u8],
}

/// How an accumulator becomes an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Start of the accumulator.
    pub bias: i32,
    /// See [`fixed`](crate::fixed).
    pub multiplier: i32,
    /// See [`fixed`](crate::fixed).
    pub shift: i32,
}

/// Length in bytes of the constants of `n` channels with `scales` scales (1 or n).
pub const fn len(n: u32, scales: u32) -> Option<u32> {
    let Some(words) = n.checked_add(scales) else { return None };
    let Some(bytes) = words.checked_mul(4) else { return None };
    let Some(len) = bytes.checked_add(scales) else { return None };
    len.checked_next_multiple_of(4)
}

/// Whether operand `i` holds the constants of `n` channels.
pub(crate) const fn fits(claim: &Claim<'_>, i: usize, n: u32) -> bool {
    claim.constant(i, Kind::I32, len(n, n)) || claim.constant(i, Kind::I32, len(n, 1))
}

impl<'a> Channels<'a> {
    /// The constants of `n` channels.
    ///
    /// # Errors
    /// [`Error::Shape`] when `bytes` are too few, [`Error::Misaligned`].
    pub fn new(bytes: &'a [u8], n: usize) -> Result<Self, Error> {
        let scales = if len(n as u32, n as u32) == Some(bytes.len() as u32) { n } else { 1 };
        let (bias, rest) = bytes.split_at_checked(n.wrapping_mul(4)).ok_or(Error::Shape)?;
        let (multiplier, shift) = rest.split_at_checked(scales.wrapping_mul(4)).ok_or(Error::Shape)?;
        Ok(Channels {
            bias: aligned::slice(bias).ok_or(Error::Misaligned)?,
            multiplier: aligned::slice(multiplier).ok_or(Error::Misaligned)?,
            shift: shift.get(..scales).ok_or(Error::Shape)?,
        })
    }

    /// Channel `i`; zeros past the end.
    #[inline(always)]
    pub fn at(&self, i: usize) -> Channel {
        let scale = if self.multiplier.len() == 1 { 0 } else { i };
        Channel {
            bias: i32::from_le(self.bias.get(i).copied().unwrap_or(0)),
            multiplier: i32::from_le(self.multiplier.get(scale).copied().unwrap_or(0)),
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
        let c = Channels::new(&b.0, 2).unwrap();
        assert_eq!(c.at(0), Channel { bias: 5, multiplier: 7, shift: -2 });
        assert_eq!(c.at(1), Channel { bias: -6, multiplier: 8, shift: 3 });
        assert_eq!(len(2, 2), Some(20));
        let one = Channels::new(&b.0[..16], 2).unwrap();
        assert_eq!((one.at(1).bias, one.at(1).multiplier, one.at(1).shift), (-6, 7, 8));
        assert_eq!(len(2, 1), Some(16));
        assert!(Channels::new(&b.0[..8], 2).is_err());
        assert_eq!(len(u32::MAX / 4, 1), None);
    }
}
