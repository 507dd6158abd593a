//! An operator that `midge-core` does not have: `LeakyIntegrator`, a low-pass filter along time.
//!
//! `y[t] = decay * y[t - 1] + x[t]` for each channel, from `y[-1] = 0`, in int8. This crate is all there is to it: the
//! kernel, for any core; behind the feature `desktop` what turns the operator of a model into the kernel's step; and a
//! model that uses it, with answers that `model/make.py` has computed without Midge.
#![no_std]
#![deny(clippy::indexing_slicing)]

#[cfg(feature = "desktop")]
pub mod desktop;

use core::cell::Cell;

use midge_core::fixed::{multiply_twice, narrow};
use midge_core::plan::Kind;
use midge_core::wire::{i8, i32, product, u32};
use midge_core::{Claim, Error, Io, Task, shape};

midge_core::kernels! {
    /// The kernels of this crate, beside those of `midge-core`.
    pub mod kernels {
        /// Code of [`LeakyIntegrator`].
        LEAKY_INTEGRATOR = "LeakyIntegrator" => LeakyIntegrator, in_place;
    }
}

midge_core::record! {
    /// Operands: y; x. One row: each step of time needs the one before.
    pub struct LeakyIntegrator {
        /// Steps of time.
        steps: u32,
        /// Channels: numbers of one step of time.
        channels: u32,
        /// Zero point of x.
        x_zero: i8,
        /// Zero point of y.
        y_zero: i8,
        /// Exponent of the factor on x.
        gain_shift: i8,
        /// Exponent of the factor on the step before.
        decay_shift: i8,
        /// The factor on x: scale of x over scale of y.
        gain: i32,
        /// The factor on the step before.
        decay: i32,
    }
}

impl LeakyIntegrator {
    /// Whether the geometry suits the operands.
    pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
        let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
        let len = product(&[p.steps, p.channels]);
        shape(
            claim.rows() == 1
                && claim.arity(1, 2)
                && claim.work(0, Kind::I8, len)
                && claim.work(1, Kind::I8, len),
        )
    }

    /// Computes the whole output.
    pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        let p = Self::read(task.params).ok_or(Error::Record)?;
        let (y, x) = (io.work::<i8>(0)?, io.work::<i8>(1)?);
        for (i, (to, x)) in y.iter().zip(x).enumerate() {
            let before = y.get(i.wrapping_sub(p.channels as usize)).map_or(p.y_zero, Cell::get);
            to.set(p.next(before, x.get()));
        }
        Ok(())
    }

    /// One channel's output after `before`.
    fn next(&self, before: i8, x: i8) -> i8 {
        let kept = i32::from(before).wrapping_sub(self.y_zero.into());
        let new = i32::from(x).wrapping_sub(self.x_zero.into());
        let kept = multiply_twice(kept, self.decay, self.decay_shift.into());
        let new = multiply_twice(new, self.gain, self.gain_shift.into());
        narrow(kept.wrapping_add(new).wrapping_add(self.y_zero.into()), i8::MIN, i8::MAX)
    }
}
