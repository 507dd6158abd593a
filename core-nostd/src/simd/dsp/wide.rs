//! A depthwise filter of five rows and columns over planes: its weights are widened once for all outputs of a channel, and
//! five rows of a pair of columns are multiplied at a time.

use core::arch::naked_asm;
use core::ptr;

use super::planes::{BYTES, CHANNEL, Channelwise};
use crate::simd::planes::{self, Filter};

/// Words of the weights of two neighbouring columns, the left one low, row by row.
type Columns = [i32; 5];

/// Arguments of `filter_channel`, and where it is. Offsets are written into the assembly.
#[repr(C)]
struct Channel {
    odd: i32,            // 0: with what sums begin
    columns_1: Columns,  // 4: weights of columns 1 and 2
    even: i32,           // 24: as `odd`
    columns_2: Columns,  // 28
    columns_0: Columns,  // 48
    columns_3: Columns,  // 68
    multiplier: i32,     // 88
    addend: i32,         // 92
    y: *mut i8,          // 96: the next output
    pixel: usize,        // 100
    doubles: *const i32, // 104: end of the column pairs that two outputs each begin in
    all: *const i32,     // 108: and of those that one does
    shift: i32,          // 112: 0 where outputs are folded
    back: usize,         // 116: from behind a row's last pair to the next row's first
    down: usize,         // 120: bytes from a row to the next
    skip: usize,         // 124: from behind a row's last output to the next row
    bottom: *const i32,  // 128: what `all` is behind the last row
}

const _: () = assert!(BYTES == 240 && CHANNEL == 60 && size_of::<Channel>() == 132);

/// A channel, and how far its pointers are from its first word of planes.
pub(super) struct Wide {
    channel: Channel,
    doubles: usize,
    all: usize,
    bottom: usize,
}

impl<const SIDE: usize> Channelwise<SIDE> for Wide {
    #[inline(always)]
    fn new(filter: &Filter<SIDE>) -> Self {
        let Filter { outputs, stride, rows, down, pixel, row } = *filter;
        let (doubles, all) = if stride == 1 { (outputs / 2, outputs.div_ceil(2)) } else { (0, outputs) };
        let (doubles, all, down) =
            (doubles.wrapping_mul(BYTES), all.wrapping_mul(BYTES), down.wrapping_mul(4));
        let channel = Channel {
            odd: 0,
            columns_1: [0; 5],
            even: 0,
            columns_2: [0; 5],
            columns_0: [0; 5],
            columns_3: [0; 5],
            multiplier: 0,
            addend: 0,
            y: ptr::null_mut(),
            pixel,
            doubles: ptr::null(),
            all: ptr::null(),
            shift: 0,
            back: all.wrapping_sub(down),
            down,
            skip: row.wrapping_sub(outputs.wrapping_mul(pixel)),
            bottom: ptr::null(),
        };
        Wide { channel, doubles, all, bottom: all.wrapping_add(rows.wrapping_mul(down)) }
    }

    #[inline(always)]
    unsafe fn run(&mut self, planes: *const i32, stream: &[i32], mut y: *mut i8) {
        let channel = &mut self.channel;
        // the second column pair that an output sees
        let mut x = planes.wrapping_byte_add(BYTES);
        for words in stream.chunks_exact(planes::words(SIDE)) {
            let (weights, words) = (words.as_ptr(), planes::Channel::<SIDE>(words));
            [channel.multiplier, channel.addend, channel.shift] = words.scale();
            (channel.odd, channel.even, channel.y) = (words.first(), words.first(), y);
            let [doubles, all, bottom] =
                [self.doubles, self.all, self.bottom].map(|n| x.wrapping_byte_add(n));
            (channel.doubles, channel.all, channel.bottom) = (doubles, all, bottom);
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

/// `fixed::doubled` of `$sum`; r10 is the shift. Uses r11.
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
            ", r10\n",
            "ssat ",
            $sum,
            ", #8, ",
            $sum,
            "\n",
        )
    };
}

/// All rows: two adjacent outputs at a time as far as `doubles` goes, then one by one.
macro_rules! rows {
    ($scale:ident) => {
        concat!(
            "1:\n",
            "ldr r1, [sp]\n",
            "ldr r4, [r1, #104]\n",
            "cmp r0, r4\n",
            "beq 3f\n",
            "2:\n",
            "ldr r1, [sp]\n",
            "ldm r0, {{r4-r8}}\n",
            "ldm r1!, {{r3, r9-r12, lr}}\n",
            five!("smlad", "r3"),
            "ldm r1!, {{r2, r9-r12, lr}}\n",
            five!("smlad", "r2"),
            "sub r0, r0, #240\n",
            "ldm r0, {{r4-r8}}\n",
            "ldm r1!, {{r9-r12, lr}}\n",
            five!("smlad", "r2"),
            five!("smlatb", "r3"),
            "add r0, r0, #480\n",
            "ldm r0, {{r4-r8}}\n",
            "ldm r1!, {{r9-r12, lr}}\n",
            five!("smlabt", "r2"),
            five!("smlad", "r3"),
            "ldm r1, {{r4-r10}}\n",
            $scale!("r2"),
            $scale!("r3"),
            "strb r2, [r6]\n",
            "strb r3, [r6, r7]\n",
            "add r6, r6, r7, lsl #1\n",
            "str r6, [r1, #8]\n",
            "cmp r0, r8\n",
            "bne 2b\n",
            "cmp r0, r9\n",
            "beq 4f\n",
            "3:\n",
            "ldr r1, [sp]\n",
            "adds r1, r1, #24\n",
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
            five!("smlabt", "r2"),
            "ldm r1, {{r4-r10}}\n",
            $scale!("r2"),
            "strb r2, [r6]\n",
            "add r6, r6, r7\n",
            "str r6, [r1, #8]\n",
            "cmp r0, r9\n",
            "bne 3b\n",
            "4:\n",
            "ldr r1, [sp]\n",
            "ldrd r2, r3, [r1, #116]\n",
            "sub r0, r0, r2\n",
            "ldrd r4, r5, [r1, #104]\n",
            "add r4, r4, r3\n",
            "add r5, r5, r3\n",
            "strd r4, r5, [r1, #104]\n",
            "ldr r4, [r1, #96]\n",
            "ldrd r2, r3, [r1, #124]\n",
            "add r4, r4, r2\n",
            "str r4, [r1, #96]\n",
            "cmp r5, r3\n",
            "bne 1b\n",
        )
    };
}

/// r0 x, of the second column pair that an output sees; r2 weights, r3 what they are shifted by. Once they are in the
/// channel, which is on the stack, r2, r3 accumulate two outputs; r4 to r8 hold the words of five rows, r9 to r12 and lr
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
        "pkhbt r10, r6, r7, lsl #16",
        "pkhbt r11, r7, r8, lsl #16",
        "pkhbt r5, r5, r6, lsl #16",
        "pkhbt r8, r8, r9, lsl #16",
        "str r10, [r1, #4]!",
        "str r11, [r1, #24]",
        "str r5, [r1, #44]",
        "str r8, [r1, #64]",
        "cmp r2, r4",
        "bne 1b",
        "ldr r1, [sp]",
        "ldr r2, [r1, #112]",
        "cmp r2, #0",
        "bne.w 7f",
        rows!(folded),
        "pop {{r1, r4-r11, pc}}",
        "7:",
        rows!(doubled),
        "pop {{r1, r4-r11, pc}}",
    )
}
