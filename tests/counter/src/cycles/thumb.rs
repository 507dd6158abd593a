//! Thumb instructions by their encodings, as far as they do not take one cycle.

use super::{Cost, Kind, Set, Timing};

/// The program counter's number.
const PC: u32 = 15;
/// The stack pointer's number.
const SP: u32 = 13;

/// An instruction of 16 bits.
pub(super) fn narrow(timing: &Timing, last: Kind, code: u32) -> (Cost, Kind) {
    let (low, middle, high) = (code & 7, code >> 3 & 7, code >> 8 & 7);
    let other = |cost| (cost, Kind::Other);
    match code >> 11 {
        0b0_1000 if code >> 8 == 0x47 => other(timing.jump()),
        // an addition to, or a move into, the program counter
        0b0_1000 if matches!(code >> 8, 0x44 | 0x46) && code & 0x87 == 0x87 => other(timing.jump()),
        0b0_1001 => timing.load(last, high, PC),
        0b0_1010 if code >> 9 & 7 < 3 => timing.store(last, true),
        0b0_1010 | 0b0_1011 => timing.load(last, low, middle),
        0b0_1100 | 0b0_1110 | 0b1_0000 | 0b1_0010 => timing.store(last, false),
        0b0_1101 | 0b0_1111 | 0b1_0001 => timing.load(last, low, middle),
        0b1_0011 => timing.load(last, high, SP),
        0b1_1000 | 0b1_1001 => other(timing.several((code & 0xff).count_ones())),
        0b1_0110 if code & 0x600 == 0x400 => other(timing.several((code & 0x1ff).count_ones())),
        0b1_0111 if code & 0x600 == 0x400 => {
            let taken = if code & 0x100 != 0 { timing.call } else { 0 };
            other(Cost { taken, ..timing.several((code & 0x1ff).count_ones()) })
        }
        // compare with zero and branch
        0b1_0110 | 0b1_0111 if code & 0x500 == 0x100 => other(timing.jump()),
        0b1_1010 | 0b1_1011 if code >> 8 & 15 < 14 => other(timing.jump()),
        0b1_1100 => other(timing.jump()),
        _ => other(timing.one()),
    }
}

/// An instruction of two halves of 16 bits.
pub(super) fn wide(timing: &Timing, last: Kind, first: u32, second: u32) -> (Cost, Kind) {
    let (base, to) = (first & 15, second >> 12);
    let is_load = first & 0x10 != 0;
    let other = |cost| (cost, Kind::Other);
    if first & 0xec00 == 0xec00 {
        return coprocessor(timing, last, first, second);
    }
    match first >> 9 {
        0b111_0100 if first & 0x40 == 0 => {
            let taken = if is_load && second & 0x8000 != 0 { timing.call } else { 0 };
            other(Cost { taken, ..timing.several(second.count_ones()) })
        }
        // a table of branches
        0b111_0100 if first & 0xfff0 == 0xe8d0 && second & 0xffe0 == 0xf000 => {
            other(Cost { issue: timing.load, taken: timing.refill })
        }
        // two registers
        0b111_0100 if first & 0x120 != 0 => other(timing.several(2)),
        0b111_0100 if is_load => timing.load(last, to, base),
        0b111_0100 => timing.store(last, false),
        0b111_1100 if is_load && to == PC && first & 0x60 == 0x40 => {
            other(Cost { issue: timing.load, taken: timing.call })
        }
        // a hint to load
        0b111_1100 if is_load && to == PC => other(timing.one()),
        0b111_1100 if is_load => timing.load(last, to, base),
        0b111_1100 => timing.store(last, first & 0x80 == 0 && second & 0xfc0 == 0),
        0b111_1101 if first & 0x180 == 0x100 => {
            // a sum of products of halves has an addend, too; without one it stands for the program counter
            other(timing.cycles(if to == PC { 1 } else { timing.accumulate }))
        }
        0b111_1101 if first & 0x180 == 0x180 => other(timing.cycles(match first >> 4 & 7 {
            0 | 2 => timing.long,
            1 | 3 => timing.divide,
            _ => timing.long_accumulate,
        })),
        0b111_1000..=0b111_1011 if second & 0x8000 != 0 => other(branch(timing, first, second)),
        _ => other(timing.one()),
    }
}

/// What stands where branches do.
fn branch(timing: &Timing, first: u32, second: u32) -> Cost {
    match second & 0xd000 {
        0xd000 => timing.call(),
        0x9000 => timing.jump(),
        // a loop's end: the core remembers where the loop starts
        0xc000 => timing.one(),
        0x8000 if first >> 6 & 15 < 14 => timing.jump(),
        _ => timing.one(),
    }
}

/// Floats, and vectors.
fn coprocessor(timing: &Timing, last: Kind, first: u32, second: u32) -> (Cost, Kind) {
    let (is_move, is_float) = (first & 0xfe00 & !0x1000 == 0xec00, matches!(second >> 8 & 15, 9..=11));
    let in_scalars = is_float && (is_move || first & 0xff00 == 0xee00);
    if timing.set == Set::Helium && !in_scalars {
        let kind = if is_move { Kind::VectorMove } else { Kind::Vector };
        // lanes from addresses of their own
        let gathers = is_move && first & 0x120 == 0 && second & 0x1000 == 0;
        let cycles = match (kind, last) {
            (Kind::VectorMove, _) if gathers => {
                if second & 0x180 == 0x100 {
                    4
                } else {
                    8
                }
            }
            (Kind::VectorMove, Kind::Vector) | (Kind::Vector, Kind::VectorMove) => 1,
            _ => 2,
        };
        return (timing.cycles(cycles), kind);
    }
    let is_double = u32::from(second & 0x100 != 0);
    let cycles = match first {
        // to or from two registers
        _ if first & 0xffe0 == 0xec40 => timing.one(),
        _ if first & 0xff20 == 0xed00 => timing.cycles(timing.load + is_double),
        _ if is_move => timing.several(second & 0xff),
        _ if first & 0xffb0 == 0xee80 && second & 0xe50 == 0xa00 => timing.cycles(14),
        _ if first & 0xffbf == 0xeeb1 && second & 0xed0 == 0xac0 => timing.cycles(14),
        // multiply and add, rounded twice or once
        _ if matches!(first & 0xffb0, 0xee00 | 0xee10 | 0xeea0 | 0xee90) && second & 0xe10 == 0xa00 => {
            timing.cycles(3)
        }
        _ => timing.one(),
    };
    (cycles, Kind::Other)
}
