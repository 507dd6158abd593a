//! What every Midge firmware shares, so that a firmware itself is a few safe lines.
//!
//! - [`host`]: files and exit on the machine that debugs or emulates the board (semihosting)
//! - [`stack`]: how deep a call went; the RAM that nothing else uses
//! - [`plan`]: plans in flash behind the image
//! - [`rows`]: rows of input and output in files
//! - [`count`]: the markers that the counting plugin looks for
//! - [`cpuid`]: which core this is
//!
//! Cortex-M only. Faults and panics end the program with an error instead of hanging it, see [`fault`].
#![no_std]

pub mod count;
pub mod fault;
pub mod host;
pub mod plan;
pub mod rows;
pub mod stack;

/// The core's CPUID register (Armv6-M and Armv7-M architecture manuals, B3.2.3): implementer 0x41 is Arm, part
/// 0xC20 Cortex-M0, 0xC23 M3, 0xC24 M4, 0xC27 M7, 0xD21 M33, 0xD22 M55.
pub fn cpuid() -> u32 {
    // SAFETY: a read-only register of every Cortex-M at this address, without side effects.
    unsafe { (0xE000_ED00 as *const u32).read_volatile() }
}
