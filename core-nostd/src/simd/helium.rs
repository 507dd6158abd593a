//! Cortex-M with Helium, the M-profile vector extension: 16 products of bytes an instruction, added up.
//!
//! The assembly keeps nothing live below the stack pointer, so interrupts may come at any time. Loops and vectors are
//! as the procedure call standard leaves them: no loop that is tail-predicated is open at a call or a return.
#![expect(unsafe_code, reason = "assembly; each call has its proof")]

mod bytes;
mod lanes;
mod windows;

pub(super) use self::bytes::{copy_rows, fill, linear, sum_pixels};
pub(super) use self::lanes::pixels;
pub(super) use self::windows::{interleave, windows};
