//! The matrix loop: all outputs of a row of pixels.

use core::arch::naked_asm;
use core::cell::Cell;

use crate::simd::lanes::{GROUP, Lanes, Source, VECTOR, block, blocks, group, padded};

/// Arguments of `rows_of_pixels`, which changes them. Offsets are written into the assembly.
#[repr(C)]
struct Frame {
    base: *const i8,        // 0: taps of the pixel
    chunk: usize,           // 4: becomes the code for the first chunk
    stream: *const i32,     // 8
    sums: *const i32,       // 12
    zero: i32,              // 16
    sums_again: *const i32, // 20
    rest: usize, // 24: twice the group's outputs that are no 16; if none, 1 where there are more groups
    y: *const i8, // 28
    whole: usize, // 32: the group's outputs in 16s
    scale: usize, // 36: rounding; becomes its code
    last_chunk: usize, // 40: its vectors, less one; becomes its code
    begin: usize, // 44: whether taps are gathered; becomes the code for the next pixel
    step: usize, // 48
    end: *const i8, // 52: source of the pixel behind the last
    source: *const i8, // 56
    patch: *const i8, // 60
    rows: usize, // 64
    vectors: usize, // 68: of a row
    down: usize, // 72: from behind a row's last vector to the next row
    back: usize, // 76: the same in the patch
    full: usize, // 80: bytes of the chunks in front of the last
    first: [usize; 2], // 84: rest and whole of the first group
    last: [usize; 2], // 92: of the last
    group: usize, // 100: bytes
    first_end: *const i32, // 104: of the first group's weights
    last_end: *const i32, // 108: of the last's
}

/// See `portable::lanes::pixels`.
pub(in crate::simd) fn pixels(lanes: &Lanes<'_>, source: Source<'_>, in_place: bool, y: &[Cell<i8>]) {
    let Source { x, pixels, step, rows, run, row_step } = source;
    let base = if in_place { x } else { lanes.patch };
    // the packer aligns operands to 16 bytes; a plan that does not gets no outputs
    if !base.as_ptr().addr().is_multiple_of(4) {
        return;
    }
    let taps = padded(lanes.taps);
    let full = taps.wrapping_sub(1) / 64 * 64;
    // groups in front of the last, and its outputs
    let before = lanes.outputs.wrapping_sub(1) / GROUP;
    let outputs = lanes.outputs.wrapping_sub(before.wrapping_mul(GROUP));
    let last = match outputs % VECTOR * 2 {
        0 if before > 0 => [1, outputs / VECTOR],
        rest => [rest, outputs / VECTOR],
    };
    let [rest, whole] = if before > 0 { [1, GROUP / VECTOR] } else { last };
    let stream = lanes.stream.0.as_ptr();
    let weights = |outputs| block(taps).wrapping_mul(blocks(outputs));
    let before = group(taps).wrapping_mul(before);
    let start: *const i8 = x.as_ptr().cast();
    let (kept, run16) = (lanes.sums.as_ptr().cast(), padded(run));
    let mut frame = Frame {
        base: base.as_ptr().cast(),
        chunk: 0,
        stream,
        sums: kept,
        zero: lanes.zero as i32,
        sums_again: kept,
        rest,
        y: y.as_ptr().cast(),
        whole,
        scale: lanes.rounding as usize,
        last_chunk: taps.wrapping_sub(full) / VECTOR - 1,
        begin: !in_place as usize,
        step,
        end: start.wrapping_add(pixels.wrapping_mul(step)),
        source: start,
        patch: lanes.patch.as_ptr().cast(),
        rows,
        vectors: run16 / VECTOR,
        down: row_step.wrapping_sub(run16),
        back: run.wrapping_sub(run16),
        full,
        first: [rest, whole],
        last,
        group: group(taps).wrapping_mul(4),
        first_end: stream.wrapping_add(weights(lanes.outputs)),
        last_end: stream.wrapping_add(before.wrapping_add(weights(outputs))),
    };
    // SAFETY: `Lanes::pixels` has checked all lengths. For each of `pixels` pixels, `step` bytes apart:
    // - in place, `padded(taps)` bytes of x are read at a word boundary (`base` is at one and `step` keeps to it); else
    //   `rows` rows of `vectors` vectors of x, which lie inside (`Source::reached`; any address), and written to the patch
    //   `run` bytes apart: the last ends at most 15 bytes behind the taps, and the patch has 16. Then the patch is read.
    // - the stream is read once from front to end, group by group: blocks of 8 words and `8 * padded(taps)` bytes, from
    //   the first group's until `first_end`, and so on every `group` bytes until `last_end`; behind each group's 32 words
    //   for each 16 outputs, begun ones too. That is `lanes::words`, its length (checked).
    // - 8 words of `sums` are written for each block of a group: at most `lanes::sums` of them, which it has.
    // - `outputs` bytes of y are written: 16 at a time, and of the last as many as are left; y has `pixels * outputs`.
    // Written memory is cells, which may be written through shared references. `full` and `last_chunk` have the values that the
    // code's table is for, and so has the rounding.
    unsafe { rows_of_pixels(&mut frame) }
}

/// Multiplies a chunk of so many vectors with those of eight outputs: `$x` are the registers that hold the taps, `$w`
/// those for weights, and each line says which outputs one load of weights is for, and their products.
macro_rules! chunk {
    (1) => {
        concat!(
            ".irp half, 0, 1\n",
            "vldm r3!, {{d8-d15}}\n",
            ".if \\half == 0\n",
            "vmladava.s8 r0, q0, q4\nvmladava.s8 r2, q0, q5\nvmladava.s8 r4, q0, q6\nvmladava.s8 r6, q0, q7\n",
            ".else\n",
            "vmladava.s8 r8, q0, q4\nvmladava.s8 r10, q0, q5\nvmladava.s8 r12, q0, q6\nvmladava.s8 lr, q0, q7\n",
            ".endif\n",
            ".endr\n",
        )
    };
    (2) => {
        concat!(chunk!("r0", "r2"), chunk!("r4", "r6"), chunk!("r8", "r10"), chunk!("r12", "lr"))
    };
    (3) => {
        concat!(
            ".irp sum, r0, r2, r4, r6, r8, r10, r12, lr\n",
            "vldm r3!, {{d8-d13}}\n",
            "vmladava.s8 \\sum, q0, q4\nvmladava.s8 \\sum, q1, q5\nvmladava.s8 \\sum, q2, q6\n",
            ".endr\n",
        )
    };
    (4) => {
        concat!(
            ".irp sum, r0, r2, r4, r6, r8, r10, r12, lr\n",
            "vldm r3!, {{d8-d15}}\n",
            "vmladava.s8 \\sum, q0, q4\nvmladava.s8 \\sum, q1, q5\n",
            "vmladava.s8 \\sum, q2, q6\nvmladava.s8 \\sum, q3, q7\n",
            ".endr\n",
        )
    };
    ($a:literal, $b:literal) => {
        concat!(
            "vldm r3!, {{d8-d15}}\n",
            "vmladava.s8 ", $a, ", q0, q4\nvmladava.s8 ", $a, ", q1, q5\n",
            "vmladava.s8 ", $b, ", q0, q6\nvmladava.s8 ", $b, ", q1, q7\n",
        )
    };
}

/// Behind the last chunk of a block: its sums, and the next block or what comes behind the last.
macro_rules! sums {
    () => {
        "stm r5!, {{r0, r2, r4, r6, r8, r10, r12, lr}}\ncmp r3, r9\nbne.w 2b\nb.w 4f\n"
    };
}

/// `fixed::lane` of the sums at r1, 16 at a time, to r10: the multiplication, and what rounding does behind it.
macro_rules! scale {
    ($multiply:literal, $fix:literal) => {
        concat!(
            "wls lr, lr, 7f\n",
            "6:\n",
            "vldm r1!, {{d0-d7}}\n",
            "vldm r3!, {{d8-d15}}\n",
            $multiply,
            " q0, q0, q4\n",
            $multiply,
            " q1, q1, q5\n",
            $multiply,
            " q2, q2, q6\n",
            $multiply,
            " q3, q3, q7\n",
            $fix,
            "vldm r3!, {{d8-d15}}\n",
            "vrshl.s32 q0, q0, q4\n",
            "vrshl.s32 q1, q1, q5\n",
            "vrshl.s32 q2, q2, q6\n",
            "vrshl.s32 q3, q3, q7\n",
            "vqmovnb.s32 q0, q0\n",
            "vqmovnb.s32 q2, q2\n",
            "vqmovnt.s32 q0, q1\n",
            "vqmovnt.s32 q2, q3\n",
            "vqadd.s16 q0, q0, r0\n",
            "vqadd.s16 q2, q2, r0\n",
            "vqmovnb.s16 q0, q0\n",
            "vqmovnt.s16 q0, q2\n",
            "vpst\n",
            "vstrbt.8 q0, [r10], #16\n",
            "le lr, 6b\n",
            "7:\n",
        )
    };
}

/// r11 the frame; r1 taps, r3 the stream, r5 sums, r7 where the last chunk of taps begins, r9 the end of the group's weights;
/// the even registers and lr sum up. The predicate lets all bytes through but those behind the last output.
#[unsafe(naked)]
unsafe extern "C" fn rows_of_pixels(frame: &mut Frame) {
    naked_asm!(
        ".cpu cortex-m55",
        ".p2align 2",
        "push {{r4-r11, lr}}",
        "sub sp, sp, #4",
        "vpush {{d8-d15}}",
        "mov r11, r0",
        // numbers become code
        "adr.w r0, 20f",
        ".irp at, 36, 40, 44",
        "ldr r1, [r11, #\\at]",
        "add r2, r0, #(\\at - 36) * 4",
        "ldr r1, [r2, r1, lsl #2]",
        "add r1, r1, r0",
        "str r1, [r11, #\\at]",
        ".endr",
        "mov r3, r1",
        "ldr r2, [r11, #40]",
        "ldr r9, [r11, #104]",
        "ldr r0, [r11, #80]",
        "ldr r7, [r11]",
        "add r7, r7, r0",
        "cbz r0, 19f",
        "adr.w r2, 3f",
        "orr r2, r2, #1",
        "19:",
        "str r2, [r11, #4]",
        "movs r0, #16",
        "vctp.8 r0",
        // the first pixel's taps lie at `base`, or have to be gathered
        "ldr r2, [r11, #56]",
        "movs r0, #0",
        "bx r3",
        // the next pixel: taps in place
        "17:",
        "str r2, [r11]",
        "add r7, r7, r0",
        "1:",
        "ldrd r3, r5, [r11, #8]",
        "2:",
        "ldm r3!, {{r0, r2, r4, r6, r8, r10, r12, lr}}",
        "ldm r11, {{r1, pc}}",
        "3:",
        "vldm r1!, {{d0-d7}}",
        chunk!(4),
        "cmp r1, r7",
        "bne.w 3b",
        "ldr pc, [r11, #40]",
        "11:",
        "vldrw.u32 q0, [r1]",
        chunk!(1),
        sums!(),
        "12:",
        "vldm r1, {{d0-d3}}",
        chunk!(2),
        sums!(),
        "13:",
        "vldm r1, {{d0-d5}}",
        chunk!(3),
        sums!(),
        "14:",
        "vldm r1, {{d0-d7}}",
        chunk!(4),
        sums!(),
        // zero point, sums, what comes behind the last 16, y, 16s
        "4:",
        "add r0, r11, #16",
        "ldm r0, {{r0, r1, r2, r10, lr}}",
        "ldr pc, [r11, #36]",
        "15:",
        scale!("vqdmulh.s32", ""),
        "b 9f",
        "16:",
        scale!("vqrdmulh.s32", ""),
        "b 9f",
        "18:",
        scale!(
            "vqrdmulh.s32",
            "vshr.s32 q4, q0, #31\nvshr.s32 q5, q1, #31\nvshr.s32 q6, q2, #31\nvshr.s32 q7, q3, #31\n\
             vqadd.s32 q0, q0, q4\nvqadd.s32 q1, q1, q5\nvqadd.s32 q2, q2, q6\nvqadd.s32 q3, q3, q7\n"
        ),
        "9:",
        "cbnz r2, 8f",
        "10:",
        "str r10, [r11, #28]",
        "ldrd r0, r1, [r11, #48]",
        "ldr r2, [r11, #56]",
        "add r2, r2, r0",
        "str r2, [r11, #56]",
        "cmp r2, r1",
        "it ne",
        "ldrne pc, [r11, #44]",
        "vpop {{d8-d15}}",
        "add sp, sp, #4",
        "pop {{r4-r11, pc}}",
        // some outputs more: once more with a predicate, then y is moved as far as they go
        "8:",
        "asrs r6, r2, #1",
        "bcs 24f",
        "bmi 5f",
        "add r4, r10, r6",
        "vctp.8 r6",
        "mvn r2, #1",
        "mov lr, #1",
        "cmp r6, #8",
        "ldr r6, [r11, #36]",
        "bhi 27f",
        // one block's sums, two to a vector: on behind the two instructions of four bytes that load four to each
        "vldr d0, [r1]",
        "vldr d2, [r1, #8]",
        "vldr d4, [r1, #16]",
        "vldr d6, [r1, #24]",
        "adds r6, r6, #8",
        "27:",
        "bx r6",
        "5:",
        "mov r10, r4",
        "movs r4, #16",
        "vctp.8 r4",
        // the next group; behind the last the first, of the next pixel
        "24:",
        "add r0, r11, #84",
        "ldm r0, {{r0, r1, r2, r4, r5, r6, r8}}",
        "cmp r9, r8",
        "beq 25f",
        "add r9, r9, r5",
        "cmp r9, r8",
        "blo 26f",
        "mov r9, r8",
        "str r2, [r11, #24]",
        "str r4, [r11, #32]",
        "26:",
        "str r10, [r11, #28]",
        "ldr r5, [r11, #12]",
        "b.w 2b",
        "25:",
        "mov r9, r6",
        "str r0, [r11, #24]",
        "str r1, [r11, #32]",
        "b 10b",
        // the next pixel: source, patch, rows, vectors and the ways from row to row
        "21:",
        "add r0, r11, #56",
        "ldm r0, {{r0, r1, r2, r4, r6, r8}}",
        "22:",
        "dls lr, r4",
        "23:",
        "vldrb.u8 q0, [r0], #16",
        "vstrb.8 q0, [r1], #16",
        "le lr, 23b",
        "add r0, r0, r6",
        "add r1, r1, r8",
        "subs r2, r2, #1",
        "bne 22b",
        "b.w 1b",
        // code for roundings, last chunks and pixels; addresses of code are odd
        ".p2align 2",
        "20:",
        ".word 15b - 20b + 1, 16b - 20b + 1, 18b - 20b + 1, 0",
        ".word 11b - 20b + 1, 12b - 20b + 1, 13b - 20b + 1, 14b - 20b + 1",
        ".word 17b - 20b + 1, 21b - 20b + 1",
    )
}
