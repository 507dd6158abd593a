//! A firmware whose instructions are counted by hand: no runtime, no compiler-made code inside a region.
#![no_std]
#![no_main]

use core::arch::global_asm;

global_asm!(
    // What the core reads at reset: the stack's top and the first instruction.
    ".section .vectors, \"a\"",
    ".word 0x20002000",
    ".word entry",
    ".text",
    ".syntax unified",
    ".global entry",
    ".thumb_func",
    "entry:",
    // Region 1: 1 + 1000 * 5 instructions, 1000 loads, 1000 stores.
    "    ldr r4, =1000",
    "    ldr r5, =0x20000000",
    "    mov r10, r10",
    "    movs r0, #0",
    "2:  ldr r1, [r5]",
    "    adds r0, #1",
    "    str r0, [r5]",
    "    cmp r0, r4",
    "    bne 2b",
    "    mov r11, r11",
    // Region 2: nothing.
    "    mov r10, r10",
    "    mov r11, r11",
    // A stop without a start reports nothing.
    "    mov r11, r11",
    // Region 3: 6 instructions, 2 loads and 2 stores of several registers each.
    "    mov r10, r10",
    "    push {{r0, r1, r2, r3}}",
    "    pop {{r0, r1, r2, r3}}",
    "    mov r6, r5",
    "    stmia r6!, {{r0, r1, r2}}",
    "    mov r6, r5",
    "    ldmia r6!, {{r0, r1, r2}}",
    "    mov r11, r11",
);

// Region 4, where the core has it: an IT block skips one load and executes one; 4 instructions, 1 load.
#[cfg(not(midge_v6m))]
global_asm!(
    "    mov r10, r10",
    "    cmp r0, r0",
    "    ite eq",
    "    ldreq r1, [r5]",
    "    ldrne r1, [r5]",
    "    mov r11, r11",
);

global_asm!(
    // Semihosting: SYS_EXIT, stopped by the application.
    "    movs r0, #0x18",
    "    ldr r1, =0x20026",
    "    bkpt #0xab",
    "3:  b 3b",
    ".ltorg",
);

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
