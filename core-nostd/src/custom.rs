//! Kernels from outside: a crate's own operators beside those of this one.
//!
//! ```
//! use midge_core::plan::Kind;
//! use midge_core::wire::{product, u32};
//! use midge_core::{Claim, Error, Io, Task, shape};
//!
//! midge_core::record! {
//!     /// The operator's record. Operands: y; x.
//!     pub struct Negate {
//!         /// Elements of a row.
//!         stride: u32,
//!     }
//! }
//!
//! impl Negate {
//!     /// Whether the geometry suits the operands.
//!     pub const fn check(claim: &Claim<'_>) -> Result<(), Error> {
//!         let Some(p) = Self::read(claim.params()) else { return Err(Error::Record) };
//!         let len = product(&[claim.rows(), p.stride]);
//!         shape(claim.arity(1, 2) && claim.work(0, Kind::I8, len) && claim.work(1, Kind::I8, len))
//!     }
//!
//!     /// Computes output rows.
//!     pub fn eval(task: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
//!         let p = Self::read(task.params).ok_or(Error::Record)?;
//!         let (x, y) = (io.rows::<i8>(1, p.stride)?, io.rows::<i8>(0, p.stride)?);
//!         for r in task.rows.clone() {
//!             for (x, y) in x.row(r.into()).iter().zip(y.row(r.into())) {
//!                 y.set(x.get().saturating_neg());
//!             }
//!         }
//!         Ok(())
//!     }
//! }
//!
//! midge_core::kernels! {
//!     /// What this crate adds.
//!     pub mod mine {
//!         /// The operator that models call `Negate`.
//!         NEGATE = "Negate" => Negate, in_place;
//!     }
//! }
//!
//! # fn main() {
//! let kernels = midge_core::Kernels(mine::ALL); // for `Runtime::load`
//! # assert_eq!(kernels.0[0].name, "NEGATE");
//! # assert_eq!(mine::name(midge_core::ops::ADD), Some("ADD"));
//! # }
//! ```
//!
//! `model! { static NET = "net.midge"; with mine; }` links a plan that uses them, and
//! [`Runtime::load`](crate::Runtime::load) takes `mine::ALL`. The rules are those of this crate's own kernels: `check` is
//! `const` and ties the record to the operands' lengths; `eval` is total, whatever constants and memory hold.

use crate::kernel::Registered;
use crate::wire::crc32;

/// The code of the kernel of the operator that models call `name`: from 0x8000 on, with 15 bits of the name's CRC-32.
pub const fn code(name: &str) -> u16 {
    0x8000 | (crc32(0, name.as_bytes()) & 0x7fff) as u16
}

/// Defines a module with a crate's own kernels: a code for each, and `kernel`, `check`, `name` and `ALL` as
/// [`ops`](crate::ops) has them, for this crate's kernels and those of `midge-core`.
///
/// A line is `CODE = "name in models" => Kernel;`, where `Kernel` has the functions `check` and `eval`. `, in_place` behind
/// it lets the output have an input's bytes: the kernel must then read an element before it writes there. See
/// [`custom`](crate::custom) for a whole one. Two names whose codes coincide do not compile.
#[macro_export]
macro_rules! kernels {
    ($(#[$meta:meta])* $vis:vis mod $module:ident {
        $($(#[$doc:meta])* $name:ident = $text:literal => $kernel:ty $(, $in_place:ident)?;)*
    }) => {
        $(#[$meta])*
        $vis mod $module {
            use super::*;
            use $crate::ops as base;

            $($(#[$doc])* pub const $name: u16 = $crate::custom::code($text);)*

            const _: () = assert!($crate::custom::differ(&[$($name),*]), "two operators have the same code: rename one");

            $crate::list! { $($name => $kernel $(, $in_place)?;)* }
        }
    };
}

/// What a list of kernels is to the static and the run-time door. `base` in scope is the list that it extends.
#[doc(hidden)]
#[macro_export]
macro_rules! list {
    ($($name:ident => $kernel:ty $(, $in_place:ident)?;)*) => {
        /// The kernel with this code. A `match`, so that code that asks for one at compile time links only that.
        pub const fn kernel(code: u16) -> Option<$crate::Kernel> {
            match code {
                $($name => Some(<$kernel>::eval),)*
                _ => base::kernel(code),
            }
        }

        /// Whether the geometry of a step suits its operands, and its kernel exists.
        pub const fn check(claim: &$crate::Claim<'_>) -> Result<(), $crate::Error> {
            match claim.code() {
                $($name => $crate::list!(@check claim $kernel $(, $in_place)?),)*
                _ => base::check(claim),
            }
        }

        /// The kernel's name.
        pub const fn name(code: u16) -> Option<&'static str> {
            match code {
                $($name => Some(stringify!($name)),)*
                _ => base::name(code),
            }
        }

        /// Every kernel.
        pub static ALL: &[$crate::Registered] = &$crate::custom::join::<{ OWN.len() + base::ALL.len() }>(OWN, base::ALL);

        static OWN: &[$crate::Registered] = &[
            $($crate::Registered {
                code: $name,
                name: stringify!($name),
                check: |claim| $crate::list!(@check claim $kernel $(, $in_place)?),
                eval: <$kernel>::eval,
            },)*
        ];

        /// The kernels of a plan, for the static door; a plan that does not suit them is a compile error.
        #[doc(hidden)]
        pub const fn link<const N: usize>(plan: &$crate::Plan<'_>) -> [$crate::Kernel; N] {
            let mut kernels = [$crate::door::NONE; N];
            let mut steps = plan.steps();
            let mut i = 0;
            while let Some(step) = steps.pop() {
                if let Err(error) = check(&$crate::Claim::new(*plan, step)) {
                    $crate::door::refuse($crate::At { step: i as u16, error });
                }
                $crate::door::place(&mut kernels, i, kernel(step.code()));
                i += 1;
            }
            kernels
        }
    };
    (@check $claim:ident $kernel:ty) => {
        if $claim.distinct() { <$kernel>::check($claim) } else { Err($crate::Error::Overlap) }
    };
    (@check $claim:ident $kernel:ty, in_place) => { <$kernel>::check($claim) };
}

/// Whether no two codes are the same.
#[doc(hidden)]
pub const fn differ(mut codes: &[u16]) -> bool {
    while let Some((code, rest)) = codes.split_first() {
        let mut others = rest;
        while let Some((other, more)) = others.split_first() {
            if *code == *other {
                return false;
            }
            others = more;
        }
        codes = rest;
    }
    true
}

/// One list behind the other; `N` is how many entries they have.
#[doc(hidden)]
#[expect(clippy::indexing_slicing, reason = "runs in the compiler")]
pub const fn join<const N: usize>(own: &[Registered], base: &[Registered]) -> [Registered; N] {
    let mut all = [Registered {
        code: 0,
        name: "",
        check: |_| Err(crate::Error::UnknownKernel),
        eval: crate::door::NONE,
    }; N];
    let mut i = 0;
    while i < N {
        all[i] = if i < own.len() { own[i] } else { base[i - own.len()] };
        i += 1;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_come_from_names() {
        assert_eq!(code("123456789"), 0x8000 | 0x3926);
        assert!(differ(&[1, 2, 3]) && !differ(&[1, 2, 1]));
    }
}
