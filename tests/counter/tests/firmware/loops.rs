//! A firmware whose instructions are counted by hand: no runtime, no compiler-made code inside a region.
#![no_std]
#![no_main]

use core::arch::global_asm;

#[cfg(target_arch = "arm")]
global_asm!(
    // What the core reads at reset: the stack's top and the first instruction.
    ".section .vectors, \"a\"",
    ".word RAM + 0x2000",
    ".word entry",
    ".text",
    ".syntax unified",
    ".global entry",
    ".thumb_func",
    "entry:",
    // Region 1: 1 + 1000 * 5 instructions, 1000 loads, 1000 stores.
    "    ldr r4, =1000",
    "    ldr r5, =RAM",
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
#[cfg(all(target_arch = "arm", not(midge_v6m)))]
global_asm!(
    "    mov r10, r10",
    "    cmp r0, r0",
    "    ite eq",
    "    ldreq r1, [r5]",
    "    ldrne r1, [r5]",
    "    mov r11, r11",
);

// Region 5, there: products, a load behind a load, a store behind it, and a call; 9 instructions.
#[cfg(all(target_arch = "arm", not(midge_v6m)))]
global_asm!(
    "    mov r10, r10",
    "    movs r6, #0",
    "    mul r0, r1, r2",
    "    mla r0, r1, r2, r3",
    "    smull r0, r1, r2, r3",
    "    smlal r0, r1, r2, r3",
    "    ldr r1, [r5]",
    "    ldr r2, [r5, #4]",
    "    str r1, [r5, r6]",
    "    bl 4f",
    "    nop",
    "4:  mov r11, r11",
);

// Region 6, on a core with vectors: a load, work on it, more work, and a store.
#[cfg(midge_vectors)]
global_asm!(
    ".cpu cortex-m55",
    "    ldr r0, =0xe000ed88",
    "    ldr r1, =0x00f00000",
    "    str r1, [r0]",
    "    dsb",
    "    isb",
    "    mov r10, r10",
    "    vldrw.u32 q0, [r5]",
    "    vadd.i32 q1, q0, q0",
    "    vadd.i32 q2, q0, q0",
    "    vstrw.32 q1, [r5]",
    "    mov r11, r11",
);

#[cfg(target_arch = "arm")]
global_asm!(
    // Semihosting: SYS_EXIT, stopped by the application.
    "    movs r0, #0x18",
    "    ldr r1, =0x20026",
    "    bkpt #0xab",
    "3:  b 3b",
    ".ltorg",
);

// Region 1 is as above, with a product; region 2 has jumps, a division and nothing else; region 3 a load that is a marker where
// Thumb is.
#[cfg(target_arch = "riscv32")]
global_asm!(
    ".option arch, +m, +c",
    ".section .vectors, \"ax\"",
    ".global entry",
    "entry:",
    "    la s0, RAM",
    "    li s1, 1000",
    "    slti x0, x0, -1",
    "    li a0, 0",
    "2:  lw a1, 0(s0)",
    "    addi a0, a0, 1",
    "    sw a0, 0(s0)",
    "    mul a2, a0, a1",
    "    bne a0, s1, 2b",
    "    slti x0, x0, -2",
    "    slti x0, x0, -1",
    "    j 3f",
    "    nop",
    "3:  div a2, a0, a1",
    "    slti x0, x0, -2",
    "    slti x0, x0, -1",
    "    mv sp, s0",
    "    lw a3, 20(sp)",
    "    slti x0, x0, -2",
    // Semihosting: SYS_EXIT, stopped by the application.
    "    li a0, 0x18",
    "    li a1, 0x20026",
    ".option push",
    ".option norvc",
    ".balign 16",
    "    slli x0, x0, 0x1f",
    "    ebreak",
    "    srai x0, x0, 7",
    ".option pop",
    "4:  j 4b",
);

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
