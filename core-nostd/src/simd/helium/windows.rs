//! Depthwise loops: four outputs of four channels at a time, whose 16 sums are scaled together.

use core::arch::naked_asm;
use core::cell::Cell;

use crate::fixed::Rounding;
use crate::simd::windows::{FOUR, Shape, Windows};

/// See `portable::windows::interleave`.
#[inline(always)]
pub(in crate::simd) fn interleave(rows: [&[Cell<i8>]; 4], to: &[Cell<i8>]) {
    let len = rows[0].len();
    let rows = rows.map(|row| row.as_ptr().cast());
    // SAFETY: reads the `len` bytes that each row has, above zero (loads are predicated), and writes 64 for every 16 begun,
    // for which `to` has room; `simd::windows::interleave` has checked both. Cells may be written through a shared
    // reference.
    unsafe { interleave_rows(&rows, to.as_ptr().cast_mut().cast(), len) }
}

/// Arguments of the loops, which change them. Offsets are written into the assembly.
#[repr(C)]
struct Frame {
    stream: *const i32,  // 0
    sums: *const i32,    // 4
    end: *const i32,     // 8: of the stream
    two: usize,          // 12: from output to the second behind it
    base: *const i8,     // 16: the first output's window
    step: usize,         // 20: from output to output; of a tile from the window's first vector to the third
    next: usize,         // 24: from four outputs to the next
    y_next: usize,       // 28: the same for y
    columns: [usize; 4], // 32: of a window
    places: [usize; 4],  // 48: of outputs
    groups: usize,       // 64: of four outputs
    there: usize,        // 68: which bytes of a vector of outputs are stored
    last: usize,         // 72: the same for the last
    zero: i32,           // 76
    away: usize,         // 80: whether halves are rounded away from zero
    apart: usize,        // 84: whether the bytes of an output are stored one by one
    more: [usize; 8],    // 88: words of a large window behind the first four
}

/// See `portable::windows::windows`.
pub(in crate::simd) fn windows(w: &Windows<'_>, pixels: usize, tall: bool, y: &[Cell<i8>]) {
    let (whole, rest) = (w.channels / FOUR, w.channels % FOUR);
    fours(w, [0, whole], 0, (pixels, tall), y);
    if rest > 0 {
        fours(w, [whole, 1], w.channels.wrapping_sub(FOUR), (pixels, tall), y);
    }
}

/// Some blocks of four channels, which start at `channel`: the first block and how many.
fn fours(
    w: &Windows<'_>,
    [block, blocks]: [usize; 2],
    channel: usize,
    (pixels, tall): (usize, bool),
    y: &[Cell<i8>],
) {
    let (x, start) = (w.strip.as_ptr().addr(), y.as_ptr().addr());
    let apart = !w.channels.is_multiple_of(FOUR);
    // the packer aligns operands to 16 bytes; a plan that does not gets no outputs
    if !x.is_multiple_of(4) || !apart && !start.is_multiple_of(4) {
        return;
    }
    let words = w.shape.words(FOUR);
    let stream = w.stream.0.as_ptr().wrapping_add(words.wrapping_mul(block));
    let columns = w.shape.columns();
    let groups = pixels.div_ceil(columns);
    let rest = pixels.wrapping_sub(groups.wrapping_sub(1).wrapping_mul(columns));
    // all loops but one add 4 to addresses before they take them, and so does the store
    let before = if w.shape == Shape::Large { 0 } else { 4 };
    // four bits for each output that is there
    let mask = |left: usize| {
        let row = 0xffff_usize.wrapping_shr(16u32.wrapping_sub((left as u32).wrapping_mul(4)));
        if tall { row | row << 8 } else { row }
    };
    let mut frame = Frame {
        stream,
        sums: w.sums.as_ptr().cast(),
        end: stream.wrapping_add(words.wrapping_mul(blocks)),
        two: w.step().wrapping_mul(2),
        base: w.strip.as_ptr().cast::<i8>().wrapping_add(channel.wrapping_mul(FOUR)),
        step: if w.shape == Shape::Tile { w.word(8) } else { w.step() },
        next: w.advance(),
        y_next: w.channels.wrapping_mul(columns),
        columns: [0, 1, 2, 3].map(|i: usize| w.column().wrapping_mul(i).wrapping_sub(before)),
        places: w.places(pixels).map(|place| start.wrapping_add(place).wrapping_add(channel).wrapping_sub(4)),
        groups,
        there: mask(columns),
        last: mask(rest),
        zero: w.zero as i32,
        away: matches!(w.rounding, Rounding::Away) as usize,
        apart: apart as usize,
        more: [0; 8],
    };
    if w.shape.parts() == 3 {
        frame.more.iter_mut().zip(4..).for_each(|(to, i)| *to = w.word(i).wrapping_sub(before));
    }
    // SAFETY: for each of `groups` times four outputs `blocks` blocks of the stream are read, from `block` on, which has so many
    // (all calls together have `channels` divided by four, rounded up). For each of their channels, which start at `channel` and
    // none of which is behind the last, and each output, those behind the last too, words of the strip are read, at word
    // boundaries, four or as many as `more` says: the last ends at `Shape::needed` columns, and the strip, or each half of it,
    // has them. 16 sums are written and read. Four bytes of y are stored for each output that is there: `pixels` of one row, or
    // of two where y is so long, as words if y begins at a word boundary and channels are a multiple of four.
    // `Windows::outputs` has checked all lengths. Cells may be written through shared references.
    unsafe {
        match w.shape {
            Shape::Square | Shape::Line => shared(&mut frame),
            Shape::Row => rows(&mut frame),
            Shape::Tile => tiles(&mut frame),
            Shape::Large => large(&mut frame),
        }
    }
}

/// r4-r7 rows, r1 to, r2 bytes left.
#[unsafe(naked)]
unsafe extern "C" fn interleave_rows(rows: &[*const i8; 4], to: *mut i8, len: usize) {
    naked_asm!(
        ".cpu cortex-m55",
        "push {{r4-r7, lr}}",
        "sub sp, sp, #4",
        "vpush {{d8-d15}}",
        "ldm r0, {{r4-r7}}",
        "lsrs lr, r2, #4",
        "wls lr, lr, 2f",
        "1:",
        "vldrb.u8 q4, [r4], #16",
        "vldrb.u8 q5, [r5], #16",
        "vldrb.u8 q6, [r6], #16",
        "vldrb.u8 q7, [r7], #16",
        ".irp i, 0, 1, 2",
        "vst4\\i\\().8 {{q4, q5, q6, q7}}, [r1]",
        ".endr",
        "vst43.8 {{q4, q5, q6, q7}}, [r1]!",
        "le lr, 1b",
        "2:",
        "ands r2, r2, #15",
        "beq 3f",
        "vctp.8 r2",
        "vpstttt",
        "vldrbt.u8 q4, [r4]",
        "vldrbt.u8 q5, [r5]",
        "vldrbt.u8 q6, [r6]",
        "vldrbt.u8 q7, [r7]",
        ".irp i, 0, 1, 2, 3",
        "vst4\\i\\().8 {{q4, q5, q6, q7}}, [r1]",
        ".endr",
        "3:",
        "vpop {{d8-d15}}",
        "add sp, sp, #4",
        "pop {{r4-r7, pc}}",
    )
}

/// Two channels of four outputs with one window: their biases, and for each its weights and the window.
macro_rules! shared {
    () => {
        "ldm r1!, {{r0, r2, r4, r6, r8, r10, r12, lr}}\n\
         vldm r1!, {{d8-d15}}\n\
         vldrw.u32 q0, [q1, #4]!\n\
         vmladava.s8 r0, q0, q4\nvmladava.s8 r2, q0, q5\nvmladava.s8 r4, q0, q6\nvmladava.s8 r6, q0, q7\n\
         vldm r1!, {{d8-d15}}\n\
         vldrw.u32 q0, [q1, #4]!\n\
         vmladava.s8 r8, q0, q4\nvmladava.s8 r10, q0, q5\nvmladava.s8 r12, q0, q6\nvmladava.s8 lr, q0, q7\n"
    };
}

/// The same where a window has three vectors, of the words at q1, at q3 and r11 from those at q1.
macro_rules! tile {
    () => {
        concat!(
            "ldm r1!, {{r0, r2, r4, r6, r8, r10, r12, lr}}\n",
            tile!("r0", "r2", "r4", "r6"),
            tile!("r8", "r10", "r12", "lr")
        )
    };
    ($a:literal, $b:literal, $c:literal, $d:literal) => {
        concat!(
            ".irp words, 1, 3, 4\n",
            ".if \\words == 4\n",
            "vadd.i32 q4, q1, r11\n",
            "vldrw.u32 q0, [q4]\n",
            ".else\n",
            "vldrw.u32 q0, [q\\words, #4]!\n",
            ".endif\n",
            "vldm r1!, {{d8-d15}}\n",
            "vmladava.s8 ",
            $a,
            ", q0, q4\n",
            "vmladava.s8 ",
            $b,
            ", q0, q5\n",
            "vmladava.s8 ",
            $c,
            ", q0, q6\n",
            "vmladava.s8 ",
            $d,
            ", q0, q7\n",
            ".endr\n",
        )
    };
}

/// Two channels of four outputs with a window each, at q1, q3, q5 and q6.
macro_rules! row {
    () => {
        concat!(
            "ldm r1!, {{r0, r2, r4, r6, r8, r10, r12, lr}}\n",
            row!("r0", "r2", "r4", "r6"),
            row!("r8", "r10", "r12", "lr")
        )
    };
    ($a:literal, $b:literal, $c:literal, $d:literal) => {
        concat!(
            "vldrw.u32 q4, [r1], #16\n",
            "vldrw.u32 q0, [q1, #4]!\nvmladava.s8 ",
            $a,
            ", q0, q4\n",
            "vldrw.u32 q0, [q3, #4]!\nvmladava.s8 ",
            $b,
            ", q0, q4\n",
            "vldrw.u32 q0, [q5, #4]!\nvmladava.s8 ",
            $c,
            ", q0, q4\n",
            "vldrw.u32 q0, [q6, #4]!\nvmladava.s8 ",
            $d,
            ", q0, q4\n",
        )
    };
}

/// The same where windows have three vectors, of the words in q1, q3 and q5, at r5, r7, r9 and r11.
macro_rules! large {
    () => {
        concat!(
            "ldm r1!, {{r0, r2, r4, r6, r8, r10, r12, lr}}\n",
            large!("r0", "r2", "r4", "r6"),
            large!("r8", "r10", "r12", "lr")
        )
    };
    ($a:literal, $b:literal, $c:literal, $d:literal) => {
        concat!(
            ".irp words, q1, q3, q5\n",
            "vldrw.u32 q4, [r1], #16\n",
            "vldrw.u32 q0, [r5, \\words]\n",
            "vmladava.s8 ",
            $a,
            ", q0, q4\n",
            "vldrw.u32 q0, [r7, \\words]\n",
            "vmladava.s8 ",
            $b,
            ", q0, q4\n",
            "vldrw.u32 q0, [r9, \\words]\n",
            "vmladava.s8 ",
            $c,
            ", q0, q4\n",
            "vldrw.u32 q0, [r11, \\words]\n",
            "vmladava.s8 ",
            $d,
            ", q0, q4\n",
            ".endr\n",
            ".irp window, r5, r7, r9, r11\n",
            "add \\window, \\window, #4\n",
            ".endr\n",
        )
    };
}

/// r1 stream, r3 sums, r5 the stream's end if `$end` has it there; the even registers and lr sum up; q1 a window's columns, q2 outputs. On the
/// stack, from its pointer: the frame, the zero point, what follows the multiplication, whether bytes are stored one by one.
macro_rules! windows {
    ($start:literal, $block:literal, $channels:expr, $end:literal) => {
        naked_asm!(
            ".cpu cortex-m55",
            ".p2align 2",
            "push {{r4-r11, lr}}",
            "sub sp, sp, #4",
            "vpush {{d8-d15}}",
            "ldrd r1, r3, [r0, #76]",
            // the rounding of halves is 32 bytes of code; addresses of code are odd
            "adr.w r2, 5f",
            "cbnz r3, 4f",
            "adds r2, r2, #32",
            "4:",
            "orr r2, r2, #1",
            "ldr r3, [r0, #84]",
            "push {{r0-r3}}",
            "1:",
            "ldr r0, [sp]",
            "ldm r0, {{r1, r3, r5, r7, r9, r11}}",
            "vldrw.u32 q1, [r0, #32]",
            "vldrw.u32 q2, [r0, #48]",
            "ldrd r2, r4, [r0, #24]",
            "ldrd r6, r8, [r0, #64]",
            "vadd.i32 q3, q2, r4",
            "vstrw.32 q3, [r0, #48]",
            "add r2, r2, r9",
            "str r2, [r0, #16]",
            "subs r6, r6, #1",
            "str r6, [r0, #64]",
            "it eq",
            "ldreq r8, [r0, #72]",
            "vmsr p0, r8",
            $start,
            "2:",
            $block,
            $channels,
            "stm r3!, {{r0, r2, r4, r6, r8, r10, r12, lr}}",
            $channels,
            "stm r3, {{r0, r2, r4, r6, r8, r10, r12, lr}}",
            "sub r3, r3, #32",
            "vldm r3, {{d8-d15}}",
            "ldm r1!, {{r0, r2, r4, r6, r8, r10, r12, lr}}",
            "vqrdmulh.s32 q4, q4, r0",
            "vqrdmulh.s32 q5, q5, r2",
            "vqrdmulh.s32 q6, q6, r4",
            "vqrdmulh.s32 q7, q7, r6",
            "ldr pc, [sp, #8]",
            ".p2align 2",
            "5:",
            ".irp q, q4, q5, q6, q7",
            "vshr.s32 q0, \\q, #31",
            "vqadd.s32 \\q, \\q, q0",
            ".endr",
            "vrshl.s32 q4, r8",
            "vrshl.s32 q5, r10",
            "vrshl.s32 q6, r12",
            "vrshl.s32 q7, lr",
            "ldr r0, [sp, #4]",
            "vqmovnb.s32 q4, q4",
            "vqmovnb.s32 q5, q5",
            "vqmovnt.s32 q4, q6",
            "vqmovnt.s32 q5, q7",
            "vqadd.s16 q4, q4, r0",
            "vqadd.s16 q5, q5, r0",
            "vqmovnb.s16 q4, q4",
            "vqmovnt.s16 q4, q5",
            "ldr r2, [sp, #12]",
            "cbnz r2, 6f",
            "vpst",
            "vstrwt.32 q4, [q2, #4]!",
            "3:",
            $end,
            "bne.w 2b",
            "ldr r0, [sp]",
            "ldr r6, [r0, #64]",
            "cmp r6, #0",
            "bne.w 1b",
            "add sp, sp, #16",
            "vpop {{d8-d15}}",
            "add sp, sp, #4",
            "pop {{r4-r11, pc}}",
            "6:",
            ".irp byte, 4, 5, 6, 7",
            "movs r2, #\\byte",
            "vpst",
            "vstrbt.32 q4, [r2, q2]",
            "vshr.u32 q4, q4, #8",
            ".endr",
            "movs r2, #4",
            "vadd.i32 q2, q2, r2",
            "b 3b",
        )
    };
}

/// A window for four outputs; q1 becomes addresses.
#[unsafe(naked)]
unsafe extern "C" fn shared(frame: &mut Frame) {
    windows!("vadd.i32 q1, q1, r9", "", shared!(), "cmp r1, r5")
}

/// The same with a window of three vectors.
#[unsafe(naked)]
unsafe extern "C" fn tiles(frame: &mut Frame) {
    windows!("vldrw.u32 q3, [r0, #88]\nvadd.i32 q1, q1, r9\nvadd.i32 q3, q3, r9", "", tile!(), "cmp r1, r5")
}

/// A window for each output, r11 apart, and two of them r7; q1 and q3 become the addresses of the first two.
#[unsafe(naked)]
unsafe extern "C" fn rows(frame: &mut Frame) {
    windows!(
        "vadd.i32 q1, q1, r9\nvadd.i32 q3, q1, r11",
        "vadd.i32 q5, q1, r7\nvadd.i32 q6, q3, r7",
        row!(),
        "cmp r1, r5"
    )
}

/// The same with windows of three vectors, at r5, r7, r9 and r11.
#[unsafe(naked)]
unsafe extern "C" fn large(frame: &mut Frame) {
    windows!(
        "mov r5, r9\nadd r7, r9, r11\nadd r9, r7, r11\nadd r11, r9, r11",
        "ldr r0, [sp]\nadds r0, r0, #88\nvldrw.u32 q3, [r0]\nvldrw.u32 q5, [r0, #16]",
        large!(),
        "ldr r0, [sp]\nldr r0, [r0, #8]\ncmp r1, r0"
    )
}
