//! Loops over weights of which two share a halfword: an instruction widens four.
//!
//! Their frames are those of [`super::halfwords`].

use core::arch::naked_asm;

use super::halfwords::{Arguments, Row, doubled, folded};

/// Runs of eight taps that a pass of the matrix loop takes. Written into the assembly.
pub(super) const MATRIX_PASS: usize = 8;

/// Four taps of two pixels against the weights in `$a` and `$b`.
macro_rules! taps {
    ($a:literal, $b:literal) => {
        concat!(
            "ldm r0!, {{r6-r9}}\n",
            "smlad r2, r6, ",
            $a,
            ", r2\nsmlad r4, r8, ",
            $a,
            ", r4\nsmlad r2, r7, ",
            $b,
            ", r2\nsmlad r4, r9, ",
            $b,
            ", r4\nsxtb16 ",
            $a,
            ", ",
            $a,
            "\nsxtb16 ",
            $b,
            ", ",
            $b,
            "\nsmlad r3, r6, ",
            $a,
            ", r3\nsmlad r5, r8, ",
            $a,
            ", r5\nsmlad r3, r7, ",
            $b,
            ", r3\nsmlad r5, r9, ",
            $b,
            ", r5",
        )
    };
}

/// `fixed::folded` of `$acc`, whose weights are as they were; the low byte of `$left` counts.
macro_rules! shifted {
    ($acc:literal, $m:literal, $left:literal, $c:literal) => {
        concat!("lsl ", $acc, ", ", $acc, ", ", $left, "\n", folded!($acc, $m, $c))
    };
}

/// r1 stream; r2-r5 accumulate t0, b0, t1, b1: for pixels 0, 1 the sums `256 * A + B` and `B`. In the body r0 is wide;
/// r6-r9 hold four taps of both pixels, r10-r12 and lr eight of both outputs: all registers. On the stack, from its
/// pointer: wide, where the body is entered, how to scale, the stream's end, the end of wide, and both y.
#[unsafe(naked)]
pub(super) unsafe extern "C" fn matrix_blocks(
    stream: *const i32,
    arguments: &Arguments,
    y0: *mut i8,
    y1: *mut i8,
) {
    naked_asm!(
        extension!(),
        ".p2align 2",
        "push {{r2-r11, lr}}",
        "ldm r1, {{r4-r8}}",
        // a run is 92 bytes of code; addresses of code are odd
        "adr.w r9, 3f",
        "movs r10, #92",
        "mls r5, r5, r10, r9",
        "orr r5, r5, #1",
        "cmp r6, #0",
        "adr.w r6, 6f",
        "adr.w r9, 4f",
        "it ne",
        "movne r6, r9",
        "orr r6, r6, #1",
        "push {{r4-r8}}",
        "mov r1, r0",
        // a block
        "1:",
        "ldm r1!, {{r2, r3}}",
        "mov r4, r2",
        "mov r5, r3",
        "ldm sp, {{r0, pc}}",
        "2:",
        ".rept 8",
        "ldm r1!, {{r10-r12, lr}}",
        taps!("r10", "r11"),
        taps!("r12", "lr"),
        ".endr",
        "3:",
        "ldr r6, [sp, #16]",
        "cmp r0, r6",
        "bne.w 2b",
        "ldm r1!, {{r6, r7, r9, r10}}",
        "asrs r0, r7, #8",
        "asr r11, r10, #8",
        "subs r2, r2, r3",
        "subs r4, r4, r5",
        "ldr pc, [sp, #8]",
        "4:",
        "asrs r2, r2, #8",
        "asrs r4, r4, #8",
        shifted!("r2", "r6", "r7", "r0"),
        shifted!("r4", "r6", "r7", "r0"),
        shifted!("r3", "r9", "r10", "r11"),
        shifted!("r5", "r9", "r10", "r11"),
        // the second pixel first: where both are one, the first pixel's outputs stay
        "5:",
        "ldrd r6, r7, [sp, #20]",
        "ldr r8, [sp, #12]",
        "strb r4, [r7], #1",
        "strb r5, [r7], #1",
        "strb r2, [r6], #1",
        "strb r3, [r6], #1",
        "strd r6, r7, [sp, #20]",
        "cmp r1, r8",
        "bne.w 1b",
        "add sp, sp, #28",
        "pop {{r4-r11, pc}}",
        "6:",
        "asrs r2, r2, #7",
        "asrs r4, r4, #7",
        "lsls r3, r3, #1",
        "lsls r5, r5, #1",
        doubled!("r2", "r6", "r0", "r7"),
        doubled!("r3", "r9", "r11", "r10"),
        doubled!("r4", "r6", "r0", "r7"),
        doubled!("r5", "r9", "r11", "r10"),
        "b 5b",
    )
}

/// r1 stream; r2-r5 accumulate `256 * A + B` and `B` of two pairs of outputs. In the body r0 is wide; r6-r9 hold eight taps
/// of x, r10-r12 and lr those of a pair: all registers. On the stack, from its pointer: wide, where the body is entered, y,
/// the stream's end, the end of wide.
#[unsafe(naked)]
pub(super) unsafe extern "C" fn row_blocks(stream: *const i32, arguments: &Row) {
    naked_asm!(
        extension!(),
        ".p2align 2",
        "push {{r4-r11, lr}}",
        "ldm r1, {{r2-r6}}",
        // a group is 108 bytes of code; addresses of code are odd
        "adr.w r7, 3f",
        "movs r8, #108",
        "mls r3, r3, r8, r7",
        "orr r3, r3, #1",
        "push {{r2-r6}}",
        "mov r1, r0",
        // a block
        "1:",
        "ldm r1!, {{r2-r5}}",
        "ldm sp, {{r0, pc}}",
        "2:",
        ".rept 8",
        "ldm r0!, {{r6-r9}}",
        "ldm r1!, {{r10-r12, lr}}",
        "smlad r2, r6, r10, r2",
        "smlad r2, r7, r11, r2",
        "smlad r2, r8, r12, r2",
        "smlad r2, r9, lr, r2",
        ".irp weights, r10, r11, r12, lr",
        "sxtb16 \\weights, \\weights",
        ".endr",
        "smlad r3, r6, r10, r3",
        "smlad r3, r7, r11, r3",
        "smlad r3, r8, r12, r3",
        "smlad r3, r9, lr, r3",
        "ldm r1!, {{r10-r12, lr}}",
        "smlad r4, r6, r10, r4",
        "smlad r4, r7, r11, r4",
        "smlad r4, r8, r12, r4",
        "smlad r4, r9, lr, r4",
        ".irp weights, r10, r11, r12, lr",
        "sxtb16 \\weights, \\weights",
        ".endr",
        "smlad r5, r6, r10, r5",
        "smlad r5, r7, r11, r5",
        "smlad r5, r8, r12, r5",
        "smlad r5, r9, lr, r5",
        ".endr",
        "3:",
        "ldr r6, [sp, #16]",
        "cmp r0, r6",
        "bne.w 2b",
        "subs r2, r2, r3",
        "subs r4, r4, r5",
        "asrs r2, r2, #8",
        "asrs r4, r4, #8",
        "ldm r1!, {{r6-r12, lr}}",
        "asrs r0, r7, #8",
        shifted!("r2", "r6", "r7", "r0"),
        "asr r0, r9, #8",
        shifted!("r3", "r8", "r9", "r0"),
        "asr r0, r11, #8",
        shifted!("r4", "r10", "r11", "r0"),
        "asr r0, lr, #8",
        shifted!("r5", "r12", "lr", "r0"),
        "ldrd r6, r7, [sp, #8]",
        "strb r2, [r6], #1",
        "strb r3, [r6], #1",
        "strb r4, [r6], #1",
        "strb r5, [r6], #1",
        "str r6, [sp, #8]",
        "cmp r1, r7",
        "bne.w 1b",
        "add sp, sp, #20",
        "pop {{r4-r11, pc}}",
    )
}
