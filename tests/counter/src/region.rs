//! The open region and where closed ones are reported.
//!
//! QEMU runs the callbacks on the thread of the (only) emulated core, so relaxed atomics are exact: they stand
//! here because a `static` must be `Sync`, not to order anything.

use crate::qemu;
use std::fs::File;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

static OPEN: AtomicBool = AtomicBool::new(false);
static START: Mark = Mark::new();
static LOADS: Kind = Kind::new();
static STORES: Kind = Kind::new();
static REPORT: Mutex<Option<File>> = Mutex::new(None);

/// Sets the file that regions are appended to; it is created or emptied.
pub fn open(path: &str) -> io::Result<()> {
    let file = File::create(path)?;
    *REPORT.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
    Ok(())
}

/// Action of the start marker.
pub extern "C" fn start(_core: u32, _: *mut std::ffi::c_void) {
    START.instructions.store(qemu::executed(), Relaxed);
    START.loads.store(LOADS.count.load(Relaxed), Relaxed);
    START.stores.store(STORES.count.load(Relaxed), Relaxed);
    OPEN.store(true, Relaxed);
}

/// Action of the stop marker: one line. A stop without a start is nothing.
pub extern "C" fn stop(_core: u32, _: *mut std::ffi::c_void) {
    if !OPEN.swap(false, Relaxed) {
        return;
    }
    let instructions = qemu::executed() - START.instructions.load(Relaxed);
    let loads = LOADS.count.load(Relaxed) - START.loads.load(Relaxed);
    let stores = STORES.count.load(Relaxed) - START.stores.load(Relaxed);
    let mut report = REPORT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(file) = report.as_mut()
        && let Err(error) = writeln!(file, "{instructions} {loads} {stores}")
    {
        eprintln!("midge-counter: cannot write the region's counts: {error}");
    }
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
        let now = qemu::executed();
        if self.last.load(Relaxed) != now {
            self.last.store(now, Relaxed);
            self.count.store(self.count.load(Relaxed) + 1, Relaxed);
        }
    }
}

/// The counters' values when the region opened.
struct Mark {
    instructions: AtomicU64,
    loads: AtomicU64,
    stores: AtomicU64,
}

impl Mark {
    const fn new() -> Mark {
        Mark { instructions: AtomicU64::new(0), loads: AtomicU64::new(0), stores: AtomicU64::new(0) }
    }
}
