//! 32-bit RISC-V in machine mode, one hart. `riscv.x` lays it out.

use crate::fault;
use core::arch::{asm, global_asm};

/// 0: no one register tells one RISC-V core from another.
pub fn cpuid() -> u32 {
    0
}

/// Asks the debugger or emulator for an operation of semihosting.
///
/// The request is three instructions without compressed ones in one page ("RISC-V Semihosting", version 0.4).
pub(crate) fn call(operation: usize, argument: usize) -> usize {
    let mut result = operation;
    // SAFETY: `argument` is a number or the address of a block, alive over the call, that describes buffers
    // borrowed by the caller with the access that the operation needs. The host touches nothing else.
    unsafe {
        asm!(
            ".option push",
            ".option norvc",
            ".balign 16",
            "slli x0, x0, 0x1f",
            "ebreak",
            "srai x0, x0, 7",
            ".option pop",
            inout("a0") result,
            in("a1") argument,
            options(nostack, preserves_flags)
        );
    }
    result
}

// Where the core starts: a stack, a place to go when it traps, statics, then the firmware's `main`.
global_asm!(
    ".section .start, \"ax\"",
    ".global _start",
    ".option push",
    ".option arch, +zicsr",
    "_start:",
    "la sp, _stack_start",
    "la t0, {trap}",
    "csrw mtvec, t0",
    "la t0, __sdata",
    "la t1, __edata",
    "la t2, __sidata",
    "1: bgeu t0, t1, 2f",
    "lw t3, 0(t2)",
    "sw t3, 0(t0)",
    "addi t0, t0, 4",
    "addi t2, t2, 4",
    "j 1b",
    "2: la t0, __sbss",
    "la t1, __ebss",
    "3: bgeu t0, t1, 4f",
    "sw zero, 0(t0)",
    "addi t0, t0, 4",
    "j 3b",
    "4: call main",
    ".option pop",
    trap = sym trap,
);

/// The stack starts anew: nothing returns from here, and the old one may be what is wrong.
#[unsafe(naked)]
unsafe extern "C" fn trap() -> ! {
    core::arch::naked_asm!(
        ".balign 4",
        ".option push",
        ".option arch, +zicsr",
        "la sp, _stack_start",
        "csrr a0, mepc",
        "j {at}",
        ".option pop",
        at = sym at
    )
}

extern "C" fn at(pc: u32) -> ! {
    fault::at(pc)
}
