//! What instructions cost in cycles: a model from published timings, for memory without wait states.
//!
//! It knows what a core's manual says of single instructions and of loads that follow each other; not caches, flash
//! that is slower than the core, buses that two masters want, or a second instruction in the same cycle. Where a manual
//! gives a range, the model takes the middle for refilling the pipeline and the end for divisions and long products.

mod riscv;
mod thumb;

/// What an instruction costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Cycles.
    pub issue: u32,
    /// Cycles more if the next instruction is not the one behind it.
    pub taken: u32,
}

/// How long a core takes for what is not one cycle.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    set: Set,
    /// A load of one register,
    load: u32,
    /// and one straight behind another whose result is not its address.
    next_load: u32,
    /// A store of one register, its address a register and a constant,
    store: u32,
    /// and two registers.
    store_indexed: u32,
    /// Words that a load or store of several registers moves in a cycle, after a first one.
    words: u32,
    /// Refilling the pipeline after a jump,
    refill: u32,
    /// and after a call, or a return that loads its address.
    call: u32,
    /// A product added to a number.
    accumulate: u32,
    /// A product of 64 bits.
    long: u32,
    /// One added to a number.
    long_accumulate: u32,
    /// A division.
    divide: u32,
}

/// Which instructions there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Set {
    Thumb,
    /// With vectors of 128 bits.
    Helium,
    RiscV,
}

/// Cortex-M0 Technical Reference Manual (DDI 0432C), table 3-1, with the multiplier of one cycle.
const M0: Timing = Timing {
    set: Set::Thumb,
    load: 2,
    next_load: 2,
    store: 2,
    store_indexed: 2,
    words: 1,
    refill: 2,
    call: 3,
    accumulate: 1,
    long: 1,
    long_accumulate: 1,
    divide: 1,
};

/// Cortex-M4 Technical Reference Manual (DDI 0439B), table 3-1 and section 3.3.2.
const M4: Timing = Timing { next_load: 1, store: 1, call: 2, divide: 12, ..M0 };

/// Cortex-M3 Technical Reference Manual (DDI 0337H), table 3-1 and section 3.3.2.
const M3: Timing = Timing { accumulate: 2, long: 5, long_accumulate: 7, ..M4 };

/// The M4's, one instruction at a time. The Cortex-M7 issues two, so that this is an upper bound; Arm publishes no table.
const M7: Timing = M4;

/// The M4's: Arm publishes no table for the Cortex-M33.
const M33: Timing = M4;

/// The Cortex-M55 as Arm describes it: vectors in two beats of 64 bits, a load overlapping with arithmetic beside it.
/// An assumption; Arm publishes no table.
const M55: Timing = Timing { set: Set::Helium, load: 1, store_indexed: 1, words: 2, ..M4 };

/// The Ibex core's documentation, "Pipeline Details", with the multiplier of one cycle.
const RV32: Timing = Timing { set: Set::RiscV, refill: 2, long: 2, divide: 37, ..M0 };

impl Timing {
    /// The model of a core, by the name that emulated machines have; none if there is none.
    pub fn of(core: &str) -> Option<&'static Timing> {
        Some(match core.trim_end_matches("-large") {
            "m0" => &M0,
            "m3" => &M3,
            "m4" | "f405" => &M4,
            "m7" => &M7,
            "m33" => &M33,
            "m55" => &M55,
            "rv32" => &RV32,
            _ => return None,
        })
    }
}

/// Walks the instructions of a block.
pub struct Clock<'a> {
    timing: &'a Timing,
    last: Kind,
}

/// What an instruction is to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Other,
    /// A load of one register.
    Load(u32),
    /// A load or store of vectors.
    VectorMove,
    /// Other work on vectors.
    Vector,
}

impl<'a> Clock<'a> {
    /// At a block's start.
    pub fn new(timing: &'a Timing) -> Clock<'a> {
        Clock { timing, last: Kind::Other }
    }

    /// The cost of the next instruction, as its bytes lie in memory.
    pub fn next(&mut self, bytes: &[u8]) -> Cost {
        let half = |at: usize| bytes.get(at..at + 2).map_or(0, |b| u32::from(b[0]) | u32::from(b[1]) << 8);
        let (cost, kind) = match self.timing.set {
            Set::RiscV => (riscv::cost(self.timing, half(0) | half(2) << 16), Kind::Other),
            Set::Thumb | Set::Helium if bytes.len() == 2 => thumb::narrow(self.timing, self.last, half(0)),
            Set::Thumb | Set::Helium => thumb::wide(self.timing, self.last, half(0), half(2)),
        };
        self.last = kind;
        cost
    }
}

impl Timing {
    /// One cycle.
    fn one(&self) -> Cost {
        self.cycles(1)
    }

    /// Some cycles.
    fn cycles(&self, issue: u32) -> Cost {
        Cost { issue, taken: 0 }
    }

    /// A jump.
    fn jump(&self) -> Cost {
        Cost { issue: 1, taken: self.refill }
    }

    /// A call.
    fn call(&self) -> Cost {
        Cost { issue: 1, taken: self.call }
    }

    /// A load of a register from an address in another, behind `last`.
    fn load(&self, last: Kind, to: u32, base: u32) -> (Cost, Kind) {
        let follows = matches!(last, Kind::Load(loaded) if loaded != base);
        (self.cycles(if follows { self.next_load } else { self.load }), Kind::Load(to))
    }

    /// A store of a register.
    fn store(&self, last: Kind, is_indexed: bool) -> (Cost, Kind) {
        let follows = matches!(last, Kind::Load(_)) && self.next_load == 1;
        let cycles = if is_indexed && !follows { self.store_indexed } else { self.store };
        (self.cycles(cycles), Kind::Other)
    }

    /// A load or store of `n` registers.
    fn several(&self, n: u32) -> Cost {
        self.cycles(1 + n.div_ceil(self.words))
    }
}
