//! A depthwise filter of five rows and columns by products of polynomials: of two neighbouring taps and two neighbouring pixels
//! one multiplication makes all four products. With a field `f` of 21 bits, `(b + a * f) * (x + y * f)` is
//! `b*x + (a*x + b*y) * f + a*y * f^2`: what two taps make of two pixels is part of one output, of the one left of it, and of
//! the one right of it. Added up over the taps of a pair of columns after the other, what is left of a pair of outputs is what
//! the pair before lacks. Fields have room for all products of 25 bytes.
//!
//! Two rows of outputs are made at a time, of words of six rows. Words of columns are as [`crate::simd::polynomial::join`]
//! makes them.

use core::arch::naked_asm;
use core::ptr;

use super::planes::{BYTES, CHANNEL, Channelwise};
use crate::simd::planes::{self, Filter};
use crate::simd::polynomial::{FIELD, FIRST};

/// Arguments of `filter_rows`, in the order of its stack.
#[derive(Debug)]
#[repr(C)]
struct Channel {
    factor: i32, // what a power of two does to weights elsewhere it does to sums
    first: i32,
    multiplier: i32,
    addend: i32,
    step: usize,     // filled in
    second: usize,   // bytes of y from a row to the next
    end: *const i32, // filled in
    shift: i32,      // 0 where outputs are folded
    pixel: usize,
    width: usize,  // bytes of the column pairs that two outputs each begin in
    is_even: bool, // whether a last output has none
    rows: usize,
    y: *mut i8,
    down: usize, // bytes of y of two rows
}

const _: () = assert!(BYTES == 240 && CHANNEL == 60 && size_of::<Channel>() == 56);
const _: () = assert!(FIELD == 21 && FIRST == 0x10_0000 && 25 * 128 * 128 < FIRST);

/// A channel, and what its rows are.
pub(super) struct Products {
    channel: Channel,
    rows: usize,
    down: usize,
}

impl<const SIDE: usize> Channelwise<SIDE> for Products {
    #[inline(always)]
    fn new(filter: &Filter<SIDE>) -> Self {
        let Filter { outputs, rows, down, pixel, row, .. } = *filter;
        let channel = Channel {
            factor: 0,
            first: 0,
            multiplier: 0,
            addend: 0,
            step: 0,
            second: row,
            end: ptr::null(),
            shift: 0,
            pixel,
            width: outputs.div_ceil(2).wrapping_mul(BYTES),
            is_even: outputs.is_multiple_of(2),
            rows: 1,
            y: ptr::null_mut(),
            down: row.wrapping_mul(2),
        };
        Products { channel, rows, down }
    }

    #[inline(always)]
    unsafe fn run(&mut self, mut planes: *const i32, stream: &[i32], mut y: *mut i8) {
        let channel = &mut self.channel;
        // rows further apart share too few words: each is a pair of its own, which has one row
        let (calls, rows) = if self.down == 1 { (1, self.rows) } else { (self.rows, 1) };
        for words in stream.chunks_exact(planes::words(SIDE)) {
            let (weights, words) = (words.as_ptr(), planes::Channel::<SIDE>(words));
            [channel.multiplier, channel.addend, channel.shift] = words.scale();
            channel.factor = 1i32.wrapping_shl(words.left());
            // what fields begin with is in all sums
            channel.first = words.first().wrapping_sub(FIRST.wrapping_shl(words.left()));
            (channel.rows, channel.y) = (rows, y);
            let mut x = planes;
            for _ in 0..calls {
                // SAFETY: `words` begins with the 25 bytes of the weights. Outputs are made of six rows of the column pair that
                // they begin in and of the two behind that (LDM, word boundaries): those of the last pair of rows, or of one
                // row and the next, of the last channel lie inside the planes, and its bytes inside y (`Filter::run` has
                // checked both), as do all before them. An even number of outputs ends with a column pair that has one
                // behind it. Cells may be written through shared references. All loops end: rows and outputs are above
                // zero, and `end` is met by steps of a column pair. `channel` is only read.
                unsafe { filter_rows(x, channel, weights) }
                x = x.wrapping_add(self.down);
                channel.y = channel.y.wrapping_add(channel.second);
            }
            planes = planes.wrapping_byte_add(CHANNEL);
            y = y.wrapping_add(1);
        }
    }
}

/// Words of two rows times a word of weights, for the first and for the second row of outputs.
macro_rules! both {
    ($($first:literal $second:literal $weights:literal),*) => {
        concat!($(
            "smlal r2, r3, ", $first, ", ", $weights, "\n",
            "smlal r10, r11, ", $second, ", ", $weights, "\n",
        )*)
    };
}

/// The same for the first row alone.
macro_rules! first {
    ($($first:literal $second:literal $weights:literal),*) => {
        concat!($("smlal r2, r3, ", $first, ", ", $weights, "\n",)*)
    };
}

/// The first two column pairs that outputs see, of the rows in these registers.
macro_rules! two_pairs {
    ($multiply:ident, $rows:literal) => {
        concat!(
            "ldm r0, ",
            $rows,
            "\n",
            "ldrd r12, lr, [sp]\n",
            $multiply!("r4" "r5" "r12", "r5" "r6" "lr"),
            "ldrd r12, lr, [sp, #8]\n",
            $multiply!("r6" "r7" "r12", "r7" "r8" "lr"),
            "ldrd r12, lr, [sp, #16]\n",
            $multiply!("r8" "r9" "r12"),
            "add r0, r0, #240\n",
            "ldm r0, ",
            $rows,
            "\n",
            $multiply!("r4" "r5" "lr"),
            "ldrd r12, lr, [sp, #24]\n",
            $multiply!("r5" "r6" "r12", "r6" "r7" "lr"),
            "ldrd r12, lr, [sp, #32]\n",
            $multiply!("r7" "r8" "r12", "r8" "r9" "lr"),
        )
    };
}

/// The third; then what scales is in r4 to r7, and r8 and r9 are `step` and `second`. Equality says that `end` is reached.
macro_rules! third_pair {
    ($multiply:ident, $rows:literal) => {
        concat!(
            "add r0, r0, #240\n",
            "ldm r0, ",
            $rows,
            "\n",
            "ldrd r12, lr, [sp, #40]\n",
            $multiply!("r4" "r5" "r12", "r5" "r6" "lr"),
            "ldrd r12, lr, [sp, #48]\n",
            $multiply!("r6" "r7" "r12", "r7" "r8" "lr"),
            "ldr r12, [sp, #56]\n",
            $multiply!("r8" "r9" "r12"),
            "sub r0, r0, #240\n",
            "add r12, sp, #64\n",
            "ldm r12, {{r4-r9, lr}}\n",
            "cmp r0, lr\n",
        )
    };
}

/// `fixed::folded` of sums; r6 is the multiplier, r7 the addend.
macro_rules! folded {
    ($sums:literal) => {
        concat!(
            ".irp sum, ",
            $sums,
            "\n",
            "smmla \\sum, \\sum, r6, r7\n",
            "ssat \\sum, #8, \\sum, asr #11\n",
            ".endr\n",
        )
    };
}

/// `fixed::doubled` of sums. Uses r4 and r5.
macro_rules! doubled {
    ($sums:literal) => {
        concat!(
            "ldr r5, [sp, #92]\n",
            ".irp sum, ",
            $sums,
            "\n",
            "add r4, r7, \\sum, asr #31\n",
            "smmlar \\sum, \\sum, r6, r4\n",
            "asr \\sum, \\sum, r5\n",
            "ssat \\sum, #8, \\sum\n",
            ".endr\n",
        )
    };
}

/// All rows: two at a time at `2`, an odd last one, whose `second` is 0, at `8`. Where rows begin, at `1`, `step` is 0: there is
/// nothing left of the first outputs, and what is stored there is overwritten.
macro_rules! rows {
    ($scale:ident) => {
        concat!(
            "1:\n",
            "ldr r4, [sp, #108]\n",
            "movs r5, #0\n",
            "cmp r4, #1\n",
            "it eq\n",
            "streq r5, [sp, #84]\n",
            "str r5, [sp, #80]\n",
            "add r6, r0, #240\n",
            "str r6, [sp, #88]\n",
            "ldr r1, [sp, #112]\n",
            "mov r2, #0x100000\n",
            "mov r10, r2\n",
            "ldr r3, [sp, #60]\n",
            "mov r11, r3\n",
            "beq.w 8f\n",
            "2:\n",
            two_pairs!(both, "{{r4-r9}}"),
            third_pair!(both, "{{r4-r9}}"),
            "ubfx r12, r2, #0, #21\n",
            "ubfx lr, r10, #0, #21\n",
            "lsr r2, r2, #21\n",
            "lsr r10, r10, #21\n",
            "bfi r2, r3, #11, #10\n",
            "bfi r10, r11, #11, #10\n",
            ".irp sum, r2, r10, r12, lr\n",
            "mla \\sum, \\sum, r4, r5\n",
            ".endr\n",
            $scale!("r2, r10, r12, lr"),
            "add r9, r9, r1\n",
            "strb r12, [r1]\n",
            "strb r2, [r1, r8]\n",
            "strb lr, [r9]\n",
            "strb r10, [r9, r8]\n",
            "add r1, r1, r8, lsl #1\n",
            // what is right of these outputs is left of the next
            "asr r2, r3, #10\n",
            "asr r10, r11, #10\n",
            "ldr r3, [sp, #60]\n",
            "mov r11, r3\n",
            "bne.w 2b\n",
            "b 9f\n",
            "8:\n",
            two_pairs!(first, "{{r4-r8}}"),
            third_pair!(first, "{{r4-r8}}"),
            "ubfx r12, r2, #0, #21\n",
            "lsr r2, r2, #21\n",
            "bfi r2, r3, #11, #10\n",
            "mla r2, r2, r4, r5\n",
            "mla r12, r12, r4, r5\n",
            $scale!("r2, r12"),
            "strb r12, [r1]\n",
            "strb r2, [r1, r8]\n",
            "add r1, r1, r8, lsl #1\n",
            "asr r2, r3, #10\n",
            "ldr r3, [sp, #60]\n",
            "bne 8b\n",
            "9:\n",
            "ldrd r4, r5, [sp, #96]\n",
            "ldr r6, [sp, #80]\n",
            "cbnz r6, 3f\n",
            "str r4, [sp, #80]\n",
            "add r1, r1, r4\n",
            "add r5, r5, r0\n",
            "sub r5, r5, #240\n",
            "str r5, [sp, #88]\n",
            "ldr r6, [sp, #84]\n",
            "cmp r0, r5\n",
            "beq 3f\n",
            "cmp r6, #0\n",
            "bne.w 2b\n",
            "b 8b\n",
            // a last output that is the first of its pair; of a second row, too, which is overwritten where there is none
            "3:\n",
            "ldrb r4, [sp, #104]\n",
            "cmp r4, #0\n",
            "beq.w 4f\n",
            two_pairs!(both, "{{r4-r9}}"),
            "sub r0, r0, #240\n",
            "add r12, sp, #64\n",
            "ldm r12, {{r4-r9}}\n",
            "ubfx r12, r2, #0, #21\n",
            "ubfx lr, r10, #0, #21\n",
            "mla r12, r12, r4, r5\n",
            "mla lr, lr, r4, r5\n",
            $scale!("r12, lr"),
            "strb lr, [r1, r9]\n",
            "strb r12, [r1]\n",
            "4:\n",
            "ldr r4, [sp, #108]\n",
            "subs r4, r4, #2\n",
            "ble 5f\n",
            "str r4, [sp, #108]\n",
            "ldr r5, [sp, #100]\n",
            "sub r0, r0, r5\n",
            "adds r0, r0, #8\n",
            "ldrd r1, r6, [sp, #112]\n",
            "add r1, r1, r6\n",
            "str r1, [sp, #112]\n",
            "b.w 1b\n",
            "5:\n",
            "add sp, sp, #120\n",
            "pop {{r4-r11, pc}}\n",
        )
    };
}

/// r0 x, r1 y; r2, r3 and r10, r11 accumulate two outputs, and what is left and right of them, of two rows; r4 to r9 hold the
/// words of six rows, r12 and lr those of the weights: all registers. On the stack, from its pointer: 15 words of weights, five
/// rows of two columns after the other; at 60 the upper word of what sums begin with; at 64 the channel.
#[unsafe(naked)]
unsafe extern "C" fn filter_rows(x: *const i32, channel: &Channel, weights: *const i32) {
    naked_asm!(
        extension!(),
        "push {{r4-r11, lr}}",
        "sub sp, sp, #120",
        "add r12, sp, #64",
        "ldm r1!, {{r4-r10}}",
        "stm r12!, {{r4-r10}}",
        "ldm r1, {{r4-r10}}",
        "stm r12, {{r4-r10}}",
        "movw r4, #0x200",
        "movt r4, #0x4000",
        "str r4, [sp, #60]",
        // a row of weights to each of the columns
        "mov r1, sp",
        "add r4, r2, #25",
        "6:",
        "ldrsb r5, [r2], #1",
        "ldrsb r6, [r2], #1",
        "ldrsb r7, [r2], #1",
        "ldrsb r8, [r2], #1",
        "ldrsb r9, [r2], #1",
        "add r5, r6, r5, lsl #21",
        "add r7, r8, r7, lsl #21",
        "lsl r9, r9, #21",
        "str r7, [r1, #20]",
        "str r9, [r1, #40]",
        "str r5, [r1], #4",
        "cmp r2, r4",
        "bne 6b",
        "ldr r4, [sp, #92]",
        "cmp r4, #0",
        "bne.w 7f",
        rows!(folded),
        "7:",
        rows!(doubled),
    )
}
