//! RISC-V instructions by their encodings, as far as they do not take one cycle.

use super::{Cost, Timing};

/// A jump that is always taken: its second cycle is the target's fetch.
const JUMP: Cost = Cost { issue: 2, taken: 0 };

pub(super) fn cost(timing: &Timing, code: u32) -> Cost {
    match code & 3 {
        3 => whole(timing, code),
        quadrant => compressed(timing, quadrant, code & 0xffff),
    }
}

fn whole(timing: &Timing, code: u32) -> Cost {
    match code & 0x7f {
        0x03 => timing.cycles(timing.load),
        0x23 => timing.cycles(timing.store),
        0x63 => timing.jump(),
        0x67 | 0x6f => JUMP,
        0x33 if code >> 25 == 1 => timing.cycles(match code >> 12 & 7 {
            0 => 1,
            1..=3 => timing.long,
            _ => timing.divide,
        }),
        _ => timing.one(),
    }
}

fn compressed(timing: &Timing, quadrant: u32, code: u32) -> Cost {
    match (quadrant, code >> 13) {
        (0 | 2, 2) => timing.cycles(timing.load),
        (0 | 2, 6) => timing.cycles(timing.store),
        (1, 1 | 5) => JUMP,
        (1, 6 | 7) => timing.jump(),
        (2, 4) if code & 0x7c == 0 && code & 0xf80 != 0 => JUMP,
        _ => timing.one(),
    }
}
