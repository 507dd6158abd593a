//! The open region and where closed ones are reported.
//!
//! QEMU runs the callbacks on the thread of the (only) emulated core, so relaxed atomics are exact: they stand
//! here because a `static` must be `Sync`, not to order anything.

use crate::qemu::{self, Counter};
use std::fs::File;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

static OPEN: AtomicBool = AtomicBool::new(false);
static START: Mark = Mark::new();
static LOADS: Kind = Kind::new();
static STORES: Kind = Kind::new();
static REPORT: Mutex<Option<File>> = Mutex::new(None);

/// Whether lines have cycles.
static HAS_CYCLES: AtomicBool = AtomicBool::new(false);
/// Cycles that jumps cost because they were taken.
static TAKEN: AtomicU64 = AtomicU64::new(0);
/// Where the instruction behind the last block is.
static BEHIND: AtomicU64 = AtomicU64::new(0);
/// What it costs if the next block is not there.
static IF_TAKEN: AtomicU64 = AtomicU64::new(0);

/// Sets the file that regions are appended to, with cycles or without; it is created or emptied.
pub fn open(path: &str, has_cycles: bool) -> io::Result<()> {
    HAS_CYCLES.store(has_cycles, Relaxed);
    let file = File::create(path)?;
    *REPORT.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
    Ok(())
}

/// Opens a region before anything is executed.
pub fn begin() {
    OPEN.store(true, Relaxed);
}

/// Action of the start marker.
pub extern "C" fn start(_core: u32, _: *mut std::ffi::c_void) {
    START.instructions.store(Counter::Instructions.now(), Relaxed);
    START.cycles.store(cycles(), Relaxed);
    START.loads.store(LOADS.count.load(Relaxed), Relaxed);
    START.stores.store(STORES.count.load(Relaxed), Relaxed);
    OPEN.store(true, Relaxed);
}

/// Action of the stop marker: one line. A stop without a start is nothing.
pub extern "C" fn stop(_core: u32, _: *mut std::ffi::c_void) {
    if !OPEN.swap(false, Relaxed) {
        return;
    }
    let instructions = Counter::Instructions.now() - START.instructions.load(Relaxed);
    let cycles = match HAS_CYCLES.load(Relaxed) {
        true => format!(" {}", cycles() - START.cycles.load(Relaxed)),
        false => String::new(),
    };
    let loads = LOADS.count.load(Relaxed) - START.loads.load(Relaxed);
    let stores = STORES.count.load(Relaxed) - START.stores.load(Relaxed);
    let mut report = REPORT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(file) = report.as_mut()
        && let Err(error) = writeln!(file, "{instructions} {loads} {stores}{cycles}")
    {
        eprintln!("midge-counter: cannot write the region's counts: {error}");
    }
}

/// A block for [`enter`]: its first byte in 32 bits, then its length in 24 and what it costs to leave it by a jump in 8.
/// Only cores of 32 bits have cycles.
pub fn block(address: u64, bytes: usize, taken: u32) -> usize {
    (address as usize) << 32 | (bytes & 0xff_ffff) << 8 | (taken as usize & 0xff)
}

/// Called where a [`block`] starts.
pub extern "C" fn enter(_core: u32, data: *mut std::ffi::c_void) {
    let data = data.addr() as u64;
    let (address, bytes, taken) = (data >> 32, data >> 8 & 0xff_ffff, data & 0xff);
    if BEHIND.swap((address + bytes) & 0xffff_ffff, Relaxed) != address {
        TAKEN.store(TAKEN.load(Relaxed) + IF_TAKEN.load(Relaxed), Relaxed);
    }
    IF_TAKEN.store(taken, Relaxed);
}

/// Cycles since the start.
fn cycles() -> u64 {
    Counter::Cycles.now() + TAKEN.load(Relaxed)
}

/// Called at every memory access of an instruction.
pub extern "C" fn access(_core: u32, info: u32, _address: u64, _: *mut std::ffi::c_void) {
    if qemu::is_store(info) { STORES.seen() } else { LOADS.seen() }
}

/// Instructions of one kind. An instruction may access memory several times; the number of instructions executed
/// so far says whether this access belongs to the one already counted.
struct Kind {
    count: AtomicU64,
    last: AtomicU64,
}

impl Kind {
    const fn new() -> Kind {
        Kind { count: AtomicU64::new(0), last: AtomicU64::new(0) }
    }

    fn seen(&self) {
        let now = Counter::Instructions.now();
        if self.last.load(Relaxed) != now {
            self.last.store(now, Relaxed);
            self.count.store(self.count.load(Relaxed) + 1, Relaxed);
        }
    }
}

/// The counters' values when the region opened.
struct Mark {
    instructions: AtomicU64,
    cycles: AtomicU64,
    loads: AtomicU64,
    stores: AtomicU64,
}

impl Mark {
    const fn new() -> Mark {
        let [instructions, cycles, loads, stores] = [const { AtomicU64::new(0) }; 4];
        Mark { instructions, cycles, loads, stores }
    }
}
