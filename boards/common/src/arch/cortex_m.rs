//! Arm Cortex-M. `cortex-m-rt` starts the firmware.

use crate::fault;
use core::arch::asm;
use cortex_m_rt::{ExceptionFrame, exception};

/// The core's CPUID register (Armv6-M and Armv7-M architecture manuals, B3.2.3): implementer 0x41 is Arm, part
/// 0xC20 Cortex-M0, 0xC23 M3, 0xC24 M4, 0xC27 M7, 0xD21 M33, 0xD22 M55.
pub fn cpuid() -> u32 {
    // SAFETY: a read-only register of every Cortex-M at this address, without side effects.
    unsafe { (0xE000_ED00 as *const u32).read_volatile() }
}

/// Asks the debugger or emulator for an operation of semihosting.
pub(crate) fn call(operation: usize, argument: usize) -> usize {
    let mut result = operation;
    // SAFETY: `argument` is a number or the address of a block, alive over the call, that describes buffers
    // borrowed by the caller with the access that the operation needs. The host touches nothing else.
    unsafe { asm!("bkpt #0xab", inout("r0") result, in("r1") argument, options(nostack, preserves_flags)) }
    result
}

#[exception]
unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
    fault::at(frame.pc())
}
