//! What went wrong, as a number: 0 for success.

use core::ffi::c_char;

use midge::{At, Error};

/// 0, or why a call failed: `midge_message` has the words, `midge_step` the step of the plan.
pub type midge_status = u32;

/// The status of success.
pub const MIDGE_OK: midge_status = 0;

/// The status where a plan carries no front-end for sound: `midge convert --preprocess` gives it one.
pub const MIDGE_NO_FRONT_END: midge_status = 255;
const _: () = assert!(Error::ALL.len() < MIDGE_NO_FRONT_END as usize);

/// The reason in the low byte, from 1; the step behind it, from 1.
pub(crate) fn status(result: Result<(), At>) -> midge_status {
    match result {
        Ok(()) => MIDGE_OK,
        Err(At { step, error }) => (u32::from(step.wrapping_add(1)) << 8) | (error as u32 + 1),
    }
}

/// The status of a failure that is in no step.
pub(crate) fn plain(result: Result<(), Error>) -> midge_status {
    status(result.map_err(|error| At { step: At::NOWHERE, error }))
}

/// The step of the plan that a status is about; -1 where it is about none.
#[unsafe(no_mangle)]
pub extern "C" fn midge_step(status: midge_status) -> i32 {
    (status >> 8) as i32 - 1
}

/// A status in words, in English, without the step. The text is constant.
#[unsafe(no_mangle)]
pub extern "C" fn midge_message(status: midge_status) -> *const c_char {
    let text = match status & 0xff {
        MIDGE_OK => c"no error",
        MIDGE_NO_FRONT_END => c"the plan carries no front-end for sound",
        reason => Error::ALL
            .get(reason as usize - 1)
            .map_or(c"no status of this library", |error| error.c_message()),
    };
    text.as_ptr()
}
