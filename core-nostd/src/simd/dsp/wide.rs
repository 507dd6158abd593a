//! A depthwise filter of five rows and columns over planes, whose outputs lie two columns apart: its weights are widened once
//! for all outputs of a channel, and five rows of a pair of columns are multiplied at a time.

use core::arch::naked_asm;
use core::ptr;

use super::planes::{BYTES, CHANNEL, Channelwise};
use crate::simd::planes::{self, Filter};

/// Words of the weights of two neighbouring columns, the left one low, row by row.
type Columns = [i32; 5];

/// Arguments of `filter_channel`, and where it is. Offsets are written into the assembly.
#[repr(C)]
struct Channel {
    first: i32,         // 0
    columns_2: Columns, // 4: weights of columns 2 and 3
    columns_0: Columns, // 24
    columns_4: Columns, // 44: and nothing
    multiplier: i32,    // 64
    addend: i32,        // 68
    y: *mut i8,         // 72: the next output
    pixel: usize,       // 76
    end: *const i32,    // 80: of the column pairs that outputs begin in
    shift: i32,         // 84: 0 where outputs are folded
    back: usize,        // 88: from behind a row's last pair to the next row's first
    down: usize,        // 92: bytes from a row to the next
    skip: usize,        // 96: from behind a row's last output to the next row
    bottom: *const i32, // 100: what `end` is behind the last row
}

const _: () = assert!(BYTES == 240 && CHANNEL == 60 && size_of::<Channel>() == 104);

/// A channel, and how far its pointers are from its first word of planes.
pub(super) struct Wide {
    channel: Channel,
    end: usize,
    bottom: usize,
}

impl<const SIDE: usize> Channelwise<SIDE> for Wide {
    #[inline(always)]
    fn new(filter: &Filter<SIDE>) -> Self {
        let Filter { outputs, rows, down, pixel, row, .. } = *filter;
        let (end, down) = (outputs.wrapping_mul(BYTES), down.wrapping_mul(4));
        let channel = Channel {
            first: 0,
            columns_2: [0; 5],
            columns_0: [0; 5],
            columns_4: [0; 5],
            multiplier: 0,
            addend: 0,
            y: ptr::null_mut(),
            pixel,
            end: ptr::null(),
            shift: 0,
            back: end.wrapping_sub(down),
            down,
            skip: row.wrapping_sub(outputs.wrapping_mul(pixel)),
            bottom: ptr::null(),
        };
        Wide { channel, end, bottom: end.wrapping_add(rows.wrapping_mul(down)) }
    }

    #[inline(always)]
    unsafe fn run(&mut self, planes: *const i32, stream: &[i32], mut y: *mut i8) {
        let channel = &mut self.channel;
        // the second column pair that an output sees
        let mut x = planes.wrapping_byte_add(BYTES);
        for words in stream.chunks_exact(planes::words(SIDE)) {
            let (weights, words) = (words.as_ptr(), planes::Channel::<SIDE>(words));
            [channel.multiplier, channel.addend, channel.shift] = words.scale();
            (channel.first, channel.y) = (words.first(), y);
            [channel.end, channel.bottom] = [self.end, self.bottom].map(|n| x.wrapping_byte_add(n));
            // SAFETY: `words` begins with the 25 bytes of the weights. An output reads the words of five rows of the column pair
            // that it begins in and of the two behind that, at word boundaries (LDM); those of the last output of the last
            // row of the last channel lie inside the planes, and its byte inside y (`Filter::run` has checked both), as do
            // all before them. Cells may be written through shared references. All loops end: rows, outputs and `down` are
            // above zero, so that the pointers meet their ends.
            unsafe { filter_channel(x, channel, weights, words.left()) }
            x = x.wrapping_byte_add(CHANNEL);
            y = y.wrapping_add(1);
        }
    }
}

/// A word of each of five rows times weights, added to `$sum`.
macro_rules! five {
    ($multiply:literal, $sum:literal) => {
        concat!(
            five!($multiply, $sum, "r4, r9"),
            five!($multiply, $sum, "r5, r10"),
            five!($multiply, $sum, "r6, r11"),
            five!($multiply, $sum, "r7, r12"),
            five!($multiply, $sum, "r8, lr"),
        )
    };
    ($multiply:literal, $sum:literal, $factors:literal) => {
        concat!($multiply, " ", $sum, ", ", $factors, ", ", $sum, "\n")
    };
}

/// `fixed::folded` of `$sum`; r4 is the multiplier, r5 the addend.
macro_rules! folded {
    ($sum:literal) => {
        concat!("smmla ", $sum, ", ", $sum, ", r4, r5\n", "ssat ", $sum, ", #8, ", $sum, ", asr #11\n")
    };
}

/// `fixed::doubled` of `$sum`; r9 is the shift. Uses r11.
macro_rules! doubled {
    ($sum:literal) => {
        concat!(
            "add r11, r5, ",
            $sum,
            ", asr #31\n",
            "smmlar ",
            $sum,
            ", ",
            $sum,
            ", r4, r11\n",
            "asr ",
            $sum,
            ", ",
            $sum,
            ", r9\n",
            "ssat ",
            $sum,
            ", #8, ",
            $sum,
            "\n",
        )
    };
}

/// All rows, an output after the other.
macro_rules! rows {
    ($scale:ident) => {
        concat!(
            "2:\n",
            "ldr r1, [sp]\n",
            "ldm r0, {{r4-r8}}\n",
            "ldm r1!, {{r2, r9-r12, lr}}\n",
            five!("smlad", "r2"),
            "sub r0, r0, #240\n",
            "ldm r0, {{r4-r8}}\n",
            "ldm r1!, {{r9-r12, lr}}\n",
            five!("smlad", "r2"),
            "add r0, r0, #480\n",
            "ldm r0, {{r4-r8}}\n",
            "ldm r1!, {{r9-r12, lr}}\n",
            five!("smlabb", "r2"),
            "ldm r1, {{r4-r9}}\n",
            $scale!("r2"),
            "strb r2, [r6]\n",
            "add r6, r6, r7\n",
            "str r6, [r1, #8]\n",
            "cmp r0, r8\n",
            "bne 2b\n",
            "ldrd r2, r3, [r1, #24]\n",
            "sub r0, r0, r2\n",
            "add r8, r8, r3\n",
            "str r8, [r1, #16]\n",
            "ldrd r2, r3, [r1, #32]\n",
            "add r6, r6, r2\n",
            "str r6, [r1, #8]\n",
            "cmp r8, r3\n",
            "bne 2b\n",
        )
    };
}

/// r0 x, of the second column pair that an output sees; r2 weights, r3 what they are shifted by. Once they are in the
/// channel, which is on the stack, r2 accumulates an output; r4 to r8 hold the words of five rows, r9 to r12 and lr
/// those of the weights that r1 reads: all registers. Behind the weights r1 points to what scales sums.
#[unsafe(naked)]
unsafe extern "C" fn filter_channel(x: *const i32, channel: &mut Channel, weights: *const i32, left: u32) {
    naked_asm!(
        extension!(),
        "push {{r1, r4-r11, lr}}",
        // a row of weights to each of the columns
        "add r4, r2, #25",
        "1:",
        "ldrsb r5, [r2], #1",
        "ldrsb r6, [r2], #1",
        "ldrsb r7, [r2], #1",
        "ldrsb r8, [r2], #1",
        "ldrsb r9, [r2], #1",
        "lsl r5, r5, r3",
        "lsl r6, r6, r3",
        "lsl r7, r7, r3",
        "lsl r8, r8, r3",
        "lsl r9, r9, r3",
        "pkhbt r5, r5, r6, lsl #16",
        "pkhbt r7, r7, r8, lsl #16",
        "str r7, [r1, #4]!",
        "str r5, [r1, #20]",
        "str r9, [r1, #40]",
        "cmp r2, r4",
        "bne 1b",
        "ldr r1, [sp]",
        "ldr r2, [r1, #84]",
        "cmp r2, #0",
        "bne.w 7f",
        rows!(folded),
        "pop {{r1, r4-r11, pc}}",
        "7:",
        rows!(doubled),
        "pop {{r1, r4-r11, pc}}",
    )
}
