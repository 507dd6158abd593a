//! `midge-core` for C and C++: [`midge_load`], [`midge_start`], [`midge_run`] over plain pointers.
//!
//! The model's memory is the caller's, the plan and the arena stay where they are. What C promises is said at each
//! function; all else (the plan's bytes, indices, lengths) is checked. `include/midge.h` is made from this file.
#![no_std]
#![expect(non_camel_case_types, reason = "the names that C sees")]

mod ears;
mod model;
mod port;
mod status;

pub use ears::*;
pub use model::*;
pub use port::*;
pub use status::*;

/// The core has no reachable panic; were there one, the program would end here.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    unsafe extern "C" {
        safe fn abort() -> !;
    }
    abort()
}
