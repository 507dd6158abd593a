//! Tiles of 2x2 outputs. Of the registers that `super` names, those of the last two of six numbers are free.

use core::arch::naked_asm;

use super::{Arguments, multiplies, transforms};

transforms! {
    numbers: 128, side: 16, back: 1,
    line: [
        // `B` of four numbers in place
        ".macro inputs_line a, b, c, d",
        "sub \\a, \\a, \\c",
        "sub \\d, \\b, \\d",
        "add \\b, \\b, \\c",
        "rsb \\c, \\b, \\c, lsl #1",
        ".endm",
    ],
    load: [
        "ldr r0, [r6]",
        "ldr r1, [r6, r7]",
        "add r6, r6, r7, lsl #1",
        "ldr r2, [r6]",
        "ldr r3, [r6, r7]",
    ],
    column: [
        "mov lr, #0x00800080",
        "sxtab16 r6, lr, r0",
        "sxtab16 r7, lr, r1",
        "sxtab16 r8, lr, r2",
        "sxtab16 r9, lr, r3",
        "inputs_line r6, r7, r8, r9",
        "stm r12!, {{r6-r9}}",
        ".irp x, r0, r1, r2, r3",
        "sxtab16 \\x, lr, \\x, ror #8",
        ".endr",
        "inputs_line r0, r1, r2, r3",
        "stm r12!, {{r0-r3}}",
    ],
    row: [
        "ldr r0, [r6], #4",
        "ldr r1, [r6, #28]",
        "ldr r2, [r6, #60]",
        "ldr r3, [r6, #92]",
        // so comes into all four
        "add r0, r0, #0x04000400",
        "add r2, r2, #0x02000200",
        "sub r3, r3, #0x02000200",
        "inputs_line r0, r1, r2, r3",
        "str r0, [r7]",
        "str r1, [r7, r8]",
        "str r2, [r7, r8, lsl #1]",
        "str r3, [r7, r9]",
        "add r7, r7, r8, lsl #2",
        "ldr r0, [r6, #12]",
        "ldr r1, [r6, #44]",
        "ldr r2, [r6, #76]",
        "ldr r3, [r6, #108]",
        "add r0, r0, #0x04000400",
        "add r2, r2, #0x02000200",
        "sub r3, r3, #0x02000200",
        "inputs_line r0, r1, r2, r3",
        "str r0, [r11]",
        "str r1, [r11, r8]",
        "str r2, [r11, r8, lsl #1]",
        "str r3, [r11, r9]",
        "add r11, r11, r8, lsl #2",
    ]
}

multiplies! {
    lines: 64, line: 16, all: 320, second: 248, back: 1,
    macros: [
        // `T` of four numbers: outputs in the first and last
        ".macro outputs_line a, b, c, d",
        "add \\b, \\b, \\c",
        "sub \\c, \\b, \\c, lsl #1",
        "add \\a, \\b, \\a, lsl #1",
        "sub \\d, \\c, \\d, lsl #1",
        ".endm",
        // `fixed::doubled` of half a sum: r6 multiplier, r7 addend, r8 shift
        ".macro output sum",
        "asr \\sum, \\sum, #1",
        "add r3, r7, \\sum, asr #31",
        "smmlar \\sum, \\sum, r6, r3",
        "asr \\sum, \\sum, r8",
        "ssat \\sum, #8, \\sum",
        ".endm",
        // two outputs
        ".macro outputs_row",
        "ldm lr!, {{r0-r2, r4}}",
        "outputs_line r0, r1, r2, r4",
        "output r0",
        "strb r0, [r10]",
        "output r4",
        "strb r4, [r10, r11]",
        "add r10, r10, r12",
        ".endm",
    ],
    column: [
        "ldrd r0, r6, [r12], #16",
        "ldrd r1, r7, [r12, #48]",
        "ldrd r2, r8, [r12, #112]",
        "ldrd r3, r9, [r12, #176]",
        "outputs_line r0, r1, r2, r3",
        "outputs_line r6, r7, r8, r9",
        "str r0, [lr], #4",
        "str r3, [lr, #12]",
        "str r6, [lr, #28]",
        "str r9, [lr, #44]",
    ],
    inverse: [],
    rows: [
        "outputs_row",
        "outputs_row",
    ]
}
