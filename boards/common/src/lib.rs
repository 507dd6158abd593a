//! What every Midge firmware shares, so that a firmware itself is a few safe lines.
//!
//! - [`host`]: files and exit on the machine that debugs or emulates the board (semihosting)
//! - [`memory`]: plans in flash behind the image; the RAM that nothing else uses
//! - [`stack`]: how deep a call went
//! - [`rows`]: rows of input and output in files
//! - [`count`]: the markers that the counting plugin looks for
//! - [`cpuid`]: which core this is, where it says so
//! - [`entry`]: where a firmware starts
//!
//! For Cortex-M and for RISC-V, where faults and panics end the program with an error instead of hanging it, see
//! `fault`; and for Linux on Arm, where a firmware is a program with the same files.
#![cfg_attr(target_os = "none", no_std)]

#[cfg_attr(all(target_os = "none", target_arch = "arm"), path = "arch/cortex_m.rs")]
#[cfg_attr(all(target_os = "none", target_arch = "riscv32"), path = "arch/riscv.rs")]
#[cfg_attr(target_os = "linux", path = "arch/linux.rs")]
mod arch;
pub mod count;
#[cfg(target_os = "none")]
pub mod fault;
pub mod host;
#[cfg_attr(target_os = "none", path = "memory/bare.rs")]
#[cfg_attr(target_os = "linux", path = "memory/linux.rs")]
pub mod memory;
pub mod rows;
pub mod stack;

pub use arch::cpuid;

/// Names the function where a firmware starts, `fn() -> !`; or `fn(&'static mut T) -> !` with a static that only it
/// gets: `entry!(serve(ARENA: Arena<64> = Arena::new()))`.
#[cfg(target_os = "none")]
#[macro_export]
macro_rules! entry {
    ($main:ident) => {
        #[unsafe(export_name = "main")]
        extern "C" fn entry() -> ! {
            $main()
        }
    };
    ($main:ident($name:ident: $kind:ty = $value:expr)) => {
        #[unsafe(export_name = "main")]
        extern "C" fn entry() -> ! {
            static mut $name: $kind = $value;
            // SAFETY: the code that starts the core calls this function, once; nothing else can name the static.
            $main(unsafe { &mut *&raw mut $name })
        }
    };
}

/// Names the function where a program starts, `fn() -> !`.
#[cfg(target_os = "linux")]
#[macro_export]
macro_rules! entry {
    ($main:ident) => {
        fn main() {
            $main()
        }
    };
}
