//! Faults and panics end the program with an error; a hanging emulator tells nobody anything.

use crate::host;
use core::panic::PanicInfo;

/// The exit code of a fault or a panic, as of a panic on a desktop.
pub const CODE: u8 = 101;

/// Ends the program because of the instruction at `pc`.
pub(crate) fn at(pc: u32) -> ! {
    host::print("error: fault at 0x");
    hex(pc);
    host::print("\n");
    host::exit(CODE)
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    host::print("error: panic");
    if let Some(place) = info.location() {
        host::print(" in ");
        host::print(place.file());
        host::print(" line ");
        decimal(place.line());
    }
    host::print("\n");
    host::exit(CODE)
}

// `core::fmt` would do both, but this is linked into firmware whose size is measured.

fn hex(word: u32) {
    for shift in (0..8).rev() {
        digit(word >> (shift * 4) & 15);
    }
}

fn decimal(number: u32) {
    if number > 9 {
        decimal(number / 10);
    }
    digit(number % 10);
}

fn digit(value: u32) {
    let digit = char::from_digit(value, 16).unwrap_or('?');
    host::print(digit.encode_utf8(&mut [0; 4]));
}
