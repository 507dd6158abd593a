//! Planes, and a depthwise filter over them: its weights are widened once and stay in registers for all outputs of a channel.

use core::arch::naked_asm;
use core::cell::Cell;
use core::ptr;

use super::{products, wide};
use crate::simd::planes::{Filter, PAIR, ROWS, Spread, fours, words};

/// Bytes from a column pair to the next; from a channel to the next. Written into the assembly.
pub(super) const BYTES: usize = PAIR * 4;
pub(super) const CHANNEL: usize = ROWS * 4;
const _: () = assert!(BYTES == 240 && CHANNEL == 60 && words(3) == 5);

/// Arguments of `spread_rows`. Offsets are written into the assembly.
#[repr(C)]
struct Rows {
    pixel: usize, // 0
    zero: u32,    // 4: four times
    edges: usize, // 8: bit 0 left, bit 1 right
    pairs: usize, // 12: without the right one
    skip: usize,  // 16: from behind a row's last pixel to the next row
    back: usize,  // 20: from behind a row's last pair to the next row
    rows: usize,  // 24
}

impl Rows {
    fn new(spread: &Spread) -> Self {
        let pixels = spread.pairs().wrapping_add(spread.whole);
        Rows {
            pixel: spread.pixel,
            zero: (spread.zero as u8 as u32).wrapping_mul(0x0101_0101),
            edges: spread.left as usize | (spread.right as usize) << 1,
            pairs: spread.whole.wrapping_add(spread.left as usize),
            skip: spread.row.wrapping_sub(pixels.wrapping_mul(spread.pixel)),
            back: spread.pairs().wrapping_mul(BYTES).wrapping_sub(4),
            rows: spread.rows,
        }
    }
}

/// See `portable::spread`.
#[inline(always)]
pub(in crate::simd) fn spread<const SIDE: usize>(spread: &Spread, x: &[Cell<i8>], planes: &[Cell<i32>]) {
    // SAFETY: `Spread::fits` has checked that every row has a pixel, that there is a row, and that the four bytes of the last
    // pixel of the last row lie inside `x` (LDR, any address), as do all before it. A pair writes a word of each of the
    // four channels; those of the last pair of the last row lie inside `planes` (checked), whose cells may be written
    // through a shared reference.
    unsafe { of::<SIDE>(spread)(x.as_ptr().cast(), planes.as_ptr().cast_mut().cast(), &Rows::new(spread)) }
}

/// What spreads rows of pixels: where none are joined, only one is linked.
#[inline(always)]
fn of<const SIDE: usize>(spread: &Spread) -> unsafe extern "C" fn(*const u8, *mut i32, &Rows) {
    if SIDE == 5 && spread.joined { join_rows } else { pair_rows }
}

/// A loop over neighbouring channels.
pub(super) trait Channelwise<const SIDE: usize> {
    /// For what all channels have in common.
    fn new(filter: &Filter<SIDE>) -> Self;

    /// The outputs of the channels that a stream, which is not empty, has, and whose planes begin where `planes` does.
    ///
    /// # Safety
    /// Filter, planes and y suit each other as `Filter::run` has them.
    unsafe fn run(&mut self, planes: *const i32, stream: &[i32], y: *mut i8);
}

/// See `portable::filter`.
#[inline(always)]
pub(in crate::simd) fn filter<const SIDE: usize>(
    filter: &Filter<SIDE>,
    spread: &Spread,
    xy: [&[Cell<i8>]; 2],
    planes: [&[Cell<i32>]; 2],
    stream: &[i32],
) {
    const { assert!(SIDE == 3 || SIDE == 5) };
    match SIDE {
        3 => filter_fours::<Channels, SIDE>(filter, spread, xy, planes, stream),
        _ if spread.joined => filter_fours::<products::Products, SIDE>(filter, spread, xy, planes, stream),
        _ => filter_fours::<wide::Wide, SIDE>(filter, spread, xy, planes, stream),
    }
}

#[inline(always)]
fn filter_fours<C: Channelwise<SIDE>, const SIDE: usize>(
    filter: &Filter<SIDE>,
    spread: &Spread,
    [x, y]: [&[Cell<i8>]; 2],
    [planes, top]: [&[Cell<i32>]; 2],
    stream: &[i32],
) {
    let (x, y): (*const u8, *mut i8) = (x.as_ptr().cast(), y.as_ptr().cast_mut().cast());
    let (planes, top): (*const i32, *mut i32) = (planes.as_ptr().cast(), top.as_ptr().cast_mut().cast());
    let (rows, mut channels) = (Rows::new(spread), C::new(filter));
    for [first, made] in fours::<SIDE>(stream) {
        let next = first.wrapping_add(made);
        let Some(stream) = stream.get(next.wrapping_mul(words(SIDE))..) else { return };
        let left = 4usize.wrapping_sub(made).wrapping_mul(words(SIDE));
        let Some(stream) = stream.get(..left) else { return };
        // SAFETY: as in `spread`, if there is a row, and what `Channelwise::run` needs: `Filter::run` has checked it for all
        // channels, of which these are some.
        unsafe {
            if rows.rows > 0 {
                of::<SIDE>(spread)(x.wrapping_add(first), top, &rows);
            }
            channels.run(planes.wrapping_add(made.wrapping_mul(ROWS)), stream, y.wrapping_add(next));
        }
    }
}

/// Arguments of `filter_channels`, in the order of its stack.
#[repr(C)]
struct Channels {
    pixel: usize,
    doubles: usize, // bytes of the column pairs that outputs begin in as far as they are made two at a time
    all: usize,     // and of those that one does
    back: usize,    // from behind a row's last pair to the next row's first
    down: usize,    // bytes from a row to the next
    skip: usize,    // from behind a row's last output to the next row
    total: usize,   // bytes of all rows
    next_x: usize,  // from behind the last row to the next channel
    next_y: usize,
    end: *const i32,
    step: usize, // the stride if any are made two at a time
}

impl<const SIDE: usize> Channelwise<SIDE> for Channels {
    #[inline(always)]
    fn new(filter: &Filter<SIDE>) -> Self {
        let Filter { outputs, stride, rows, down, pixel, row } = *filter;
        let all = if stride == 1 { outputs.div_ceil(2) } else { outputs };
        let (all, down) = (all.wrapping_mul(BYTES), down.wrapping_mul(4));
        let total = rows.wrapping_mul(down);
        Channels {
            pixel,
            doubles: (outputs / 2).wrapping_mul(stride).wrapping_mul(BYTES),
            all,
            back: all.wrapping_sub(down),
            down,
            skip: row.wrapping_sub(outputs.wrapping_mul(pixel)),
            total,
            next_x: CHANNEL.wrapping_sub(total),
            next_y: rows.wrapping_mul(row).wrapping_neg().wrapping_add(1),
            end: ptr::null(),
            step: if outputs > 1 { stride } else { 0 },
        }
    }

    #[inline(always)]
    unsafe fn run(&mut self, planes: *const i32, stream: &[i32], y: *mut i8) {
        self.end = stream.as_ptr_range().end;
        // SAFETY: reads `stream` once from front to end, which is whole channels, at least one, of five words each, at
        // word boundaries (LDM). An output reads the words of three rows of the column pair that it begins in and of the
        // next, at word boundaries; those of the last output of the last row of the last channel lie inside the planes,
        // and its byte inside y (`Filter::run`), as do all before them. Cells may be written through shared references.
        // All loops end: rows, outputs and `down` are above zero, so that the pointers meet their ends.
        unsafe { filter_channels(planes, y, stream.as_ptr(), self) }
    }
}

/// Rows of pixels: r0 x, r1 planes; r2 is the step from pixel to pixel, r3 counts pairs, r4, r5 are two pixels, r8 zeros, r9 the
/// arguments, r11 counts rows, lr has the edges. What is between makes words of r4 and r5 and stores them, the first last.
macro_rules! spread_rows {
    ($name:ident, $($words:tt)*) => {
        #[unsafe(naked)]
        unsafe extern "C" fn $name(x: *const u8, planes: *mut i32, rows: &Rows) {
            naked_asm!(
                extension!(),
                "push {{r4-r11, lr}}",
                "mov r9, r2",
                "ldrd r2, r8, [r9]",
                "ldr r11, [r9, #24]",
                "1:",
                "ldrd lr, r3, [r9, #8]",
                "tst lr, #1",
                "beq 2f",
                "mov r4, r8",
                "ldr r5, [r0]",
                "add r0, r0, r2",
                "b 4f",
                "2:",
                "cbz r3, 5f",
                "3:",
                "ldr r4, [r0]",
                "ldr r5, [r0, r2]",
                "add r0, r0, r2, lsl #1",
                "4:",
                $($words)*
                "subs r3, r3, #1",
                "bne 3b",
                "5:",
                "tst lr, #2",
                "beq 6f",
                "ldr r4, [r0]",
                "add r0, r0, r2",
                "mov r5, r8",
                "movs r3, #1",
                "mov lr, #0",
                "b 4b",
                "6:",
                "ldrd r4, r5, [r9, #16]",
                "add r0, r0, r4",
                "sub r1, r1, r5",
                "subs r11, r11, #1",
                "bne 1b",
                "pop {{r4-r11, pc}}",
            )
        }
    };
}

spread_rows!(
    pair_rows,
    "sxtb16 r6, r4",
    "sxtb16 r4, r4, ror #8",
    "sxtb16 r7, r5",
    "sxtb16 r5, r5, ror #8",
    "pkhbt r10, r6, r7, lsl #16",
    "pkhtb r6, r7, r6, asr #16",
    "pkhbt r7, r4, r5, lsl #16",
    "pkhtb r4, r5, r4, asr #16",
    "str r7, [r1, #60]",
    "str r6, [r1, #120]",
    "str r4, [r1, #180]",
    "str r10, [r1], #240",
);
spread_rows!(
    join_rows,
    ".irp channel, 1, 2, 3",
    "sxtb.w r6, r4, ror #(8 * \\channel)",
    "sxtb.w r7, r5, ror #(8 * \\channel)",
    "add r6, r6, r7, lsl #21",
    "str r6, [r1, #(60 * \\channel)]",
    ".endr",
    "sxtb r6, r4",
    "sxtb r7, r5",
    "add r6, r6, r7, lsl #21",
    "str r6, [r1], #240",
);

/// A row of weights: those 0 and 1 to `$row`, 1 and 2 to `$next`, times r5. Uses r2.
macro_rules! widened {
    ($row:literal, $next:literal) => {
        concat!(
            "sxtb16 ",
            $next,
            ", ",
            $row,
            ", ror #8\n",
            "sxtb16 ",
            $row,
            ", ",
            $row,
            "\n",
            "smultb r2, ",
            $row,
            ", r5\n",
            "smulbb ",
            $row,
            ", ",
            $row,
            ", r5\n",
            "smultb ",
            $next,
            ", ",
            $next,
            ", r5\n",
            "pkhbt ",
            $row,
            ", ",
            $row,
            ", r2, lsl #16\n",
            "pkhbt ",
            $next,
            ", r2, ",
            $next,
            ", lsl #16\n",
        )
    };
}

/// `fixed::folded` of `$acc`.
macro_rules! folded {
    ($acc:literal) => {
        concat!("smmla ", $acc, ", ", $acc, ", r12, lr\n", "ssat ", $acc, ", #8, ", $acc, ", asr #11\n")
    };
}

/// `fixed::doubled` of `$acc`; r5 is the shift. Uses r4.
macro_rules! doubled {
    ($acc:literal) => {
        concat!(
            "add r4, lr, ",
            $acc,
            ", asr #31\n",
            "smmlar ",
            $acc,
            ", ",
            $acc,
            ", r12, r4\n",
            "asr ",
            $acc,
            ", ",
            $acc,
            ", r5\n",
            "ssat ",
            $acc,
            ", #8, ",
            $acc,
            "\n",
        )
    };
}

/// Stores two adjacent outputs, and goes back to `$again` unless `doubles` ends here.
macro_rules! store {
    ($again:literal) => {
        concat!(
            "ldrd r4, r5, [sp, #8]\n",
            "strb r2, [r1]\n",
            "strb r3, [r1, r4]\n",
            "add r1, r1, r4, lsl #1\n",
            "cmp r0, r5\n",
            "bne ",
            $again,
            "\n",
        )
    };
}

/// All rows of a channel: two adjacent outputs at a time as far as `doubles` goes, at `2` or, 2 columns apart, at `8`, then
/// one by one at `3`; `$requantize` precedes what scales an output.
macro_rules! rows {
    ($requantize:literal, $scale:ident) => {
        concat!(
            // where a row begins
            "ldr r5, [sp, #48]\n",
            "cmp r5, #1\n",
            "adr.w r4, 8f\n",
            "it eq\n",
            "adreq.w r4, 2f\n",
            "it lo\n",
            "adrlo.w r4, 3f\n",
            "orr r4, r4, #1\n",
            "str r4, [sp, #52]\n",
            "1:\n",
            "ldr pc, [sp, #52]\n",
            "8:\n",
            "ldrd r2, r3, [sp]\n",
            "ldr r4, [r0, #8]\n",
            "ldr r5, [r0, #248]\n",
            "smlad r2, r4, r10, r2\n",
            "ldr r4, [r0, #488]\n",
            "smlabt r2, r5, r11, r2\n",
            "smlad r3, r5, r10, r3\n",
            "smlabt r3, r4, r11, r3\n",
            "ldrd r4, r5, [r0], #240\n",
            "smlad r2, r4, r6, r2\n",
            "smlad r2, r5, r8, r2\n",
            "ldrd r4, r5, [r0], #240\n",
            "smlabt r2, r4, r7, r2\n",
            "smlad r3, r4, r6, r3\n",
            "smlabt r2, r5, r9, r2\n",
            "smlad r3, r5, r8, r3\n",
            "ldrd r4, r5, [r0]\n",
            "smlabt r3, r4, r7, r3\n",
            "smlabt r3, r5, r9, r3\n",
            $requantize,
            $scale!("r2"),
            $scale!("r3"),
            store!("8b"),
            "b 9f\n",
            "2:\n",
            "ldrd r2, r3, [sp]\n",
            "ldr r4, [r0, #8]\n",
            "ldr r5, [r0, #248]\n",
            "smlad r2, r4, r10, r2\n",
            "smlatb r3, r4, r10, r3\n",
            "smlabt r2, r5, r11, r2\n",
            "smlad r3, r5, r11, r3\n",
            "ldrd r4, r5, [r0], #240\n",
            "smlad r2, r4, r6, r2\n",
            "smlatb r3, r4, r6, r3\n",
            "smlad r2, r5, r8, r2\n",
            "smlatb r3, r5, r8, r3\n",
            "ldrd r4, r5, [r0]\n",
            "smlabt r2, r4, r7, r2\n",
            "smlad r3, r4, r7, r3\n",
            "smlabt r2, r5, r9, r2\n",
            "smlad r3, r5, r9, r3\n",
            $requantize,
            $scale!("r2"),
            $scale!("r3"),
            store!("2b"),
            "9:\n",
            "ldr r5, [sp, #16]\n",
            "cmp r0, r5\n",
            "beq 4f\n",
            "3:\n",
            "ldr r2, [sp]\n",
            "ldm r0, {{r3-r5}}\n",
            "smlad r2, r3, r6, r2\n",
            "smlad r2, r4, r8, r2\n",
            "smlad r2, r5, r10, r2\n",
            "ldr r3, [r0, #240]!\n",
            "ldrd r4, r5, [r0, #4]\n",
            "smlabt r2, r3, r7, r2\n",
            "smlabt r2, r4, r9, r2\n",
            "smlabt r2, r5, r11, r2\n",
            $requantize,
            $scale!("r2"),
            "ldr r4, [sp, #8]\n",
            "ldr r5, [sp, #16]\n",
            "strb r2, [r1]\n",
            "add r1, r1, r4\n",
            "cmp r0, r5\n",
            "bne 3b\n",
            "4:\n",
            "ldrd r4, r5, [sp, #12]\n",
            "ldrd r2, r3, [sp, #20]\n",
            "sub r0, r0, r2\n",
            "add r4, r4, r3\n",
            "add r5, r5, r3\n",
            "strd r4, r5, [sp, #12]\n",
            "ldrd r2, r3, [sp, #28]\n",
            "add r1, r1, r2\n",
            "cmp r5, r3\n",
            "bne 1b\n",
        )
    };
}

/// r0 x, r1 y. r2, r3 accumulate two outputs; r4, r5 hold words of two rows, r6, r8, r10 the weights 0 and 1 of the
/// rows, r7, r9, r11 the weights 1 and 2, r12 the multiplier, lr the addend: all registers. On the stack, from its
/// pointer: 0 first sum, twice; 8 `pixel`; 12 end of `doubles`; 16 end of `all`; 20 `back`; 24 `down`; 28 `skip`;
/// 32 end of the last row; 36 shift; 40 stream; 44 the arguments; 48 `step`; 52 where
/// a row begins.
#[unsafe(naked)]
unsafe extern "C" fn filter_channels(x: *const i32, y: *mut i8, stream: *const i32, channels: &Channels) {
    naked_asm!(
        extension!(),
        "push {{r4-r11, lr}}",
        "sub sp, sp, #56",
        "ldr r4, [r3]",
        "str r4, [sp, #8]",
        "ldrd r4, r5, [r3, #12]",
        "strd r4, r5, [sp, #20]",
        "ldr r4, [r3, #20]",
        "str r4, [sp, #28]",
        "str r3, [sp, #44]",
        "ldr r4, [r3, #40]",
        "str r4, [sp, #48]",
        // a channel; r3 holds the arguments
        "5:",
        "ldrd r4, r5, [r3, #4]",
        "ldr r3, [r3, #24]",
        "add r4, r4, r0",
        "add r5, r5, r0",
        "strd r4, r5, [sp, #12]",
        "add r3, r3, r5",
        "str r3, [sp, #32]",
        "ldm r2!, {{r6, r8, r10, r12, lr}}",
        "str r2, [sp, #40]",
        "strd lr, lr, [sp]",
        // r5 is what weights are multiplied by, r4 the shift right, lr the zero point twice, and one
        "ubfx r5, r6, #8, #4",
        "ubfx r4, r8, #8, #5",
        "sbfx lr, r10, #8, #8",
        "movs r2, #1",
        "lsl r5, r2, r5",
        "add lr, r2, lr, lsl #1",
        widened!("r6", "r7"),
        widened!("r8", "r9"),
        widened!("r10", "r11"),
        "cmp r4, #0",
        "bne.w 7f",
        "lsl lr, lr, #10",
        "add lr, lr, r5, lsr #2",
        rows!("", folded),
        "6:",
        "ldrd r2, r3, [sp, #40]",
        "ldrd r4, r5, [r3, #28]",
        "add r0, r0, r4",
        "add r1, r1, r5",
        "ldr r4, [r3, #36]",
        "cmp r2, r4",
        "bne 5b",
        "add sp, sp, #56",
        "pop {{r4-r11, pc}}",
        "7:",
        "str r4, [sp, #36]",
        "subs r4, r4, #1",
        "lsl lr, lr, r4",
        rows!("ldr r5, [sp, #36]\n", doubled),
        "b 6b",
    )
}
