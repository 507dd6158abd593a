//! Counts what a firmware, or a program, executes between two marker instructions, inside QEMU.
//!
//! ```text
//! qemu-system-arm ... -plugin libmidge_counter.so,out=counts.txt,core=m4
//! ```
//!
//! A region opens at a start marker and closes at a stop marker (see [`marker`]); with `from=reset` a first one is open when
//! the core starts, and what is open when QEMU ends closes with it. When a region closes, one line is
//! appended to the file: `instructions loads stores cycles`, decimal numbers; the last only of a core with a model.
//!
//! - *instructions*: instructions issued between the markers, markers excluded. A Thumb instruction that its IT
//!   block skips is issued and counts, as it does on the bus of a real core.
//! - *loads*, *stores*: instructions that read (wrote) memory at least once. A load of eight registers is one
//!   load, a load that its IT block skips is none. Fetches of instructions are not loads.
//! - *cycles*: what a model of the core's published timings makes of them (see [`cycles`]).
//!
//! Counting is one addition in the generated code per instruction and one call per memory access; nothing is
//! sampled, so two runs of one program give the same lines.

pub mod cycles;
mod marker;
mod qemu;
mod region;

use cycles::{Clock, Cost, Timing};
use marker::Marker;
use qemu::{Counter, Info, Insn, PluginId, Tb};
use std::ffi::{CStr, c_char, c_int, c_void};
use std::sync::OnceLock;

/// The core's model, if there is one.
static TIMING: OnceLock<&Timing> = OnceLock::new();

/// The instruction set, by QEMU's name.
static SET: OnceLock<String> = OnceLock::new();

/// Called by QEMU once: reads the arguments and asks to see every block it translates. 0 is success.
///
/// # Safety
/// QEMU passes `argc` pointers to NUL-terminated `key=value` strings at `argv`, and what it is at `info`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qemu_plugin_install(
    id: PluginId,
    info: *const Info,
    argc: c_int,
    argv: *const *const c_char,
) -> c_int {
    let (mut out, mut timing, mut whole) = (None, None, false);
    for i in 0..usize::try_from(argc).unwrap_or(0) {
        // SAFETY: i < argc, so by this function's contract the pointer is there and its string ends.
        let arg = unsafe { CStr::from_ptr(*argv.add(i)) }.to_string_lossy();
        match arg.split_once('=') {
            Some(("out", path)) => out = Some(path.to_owned()),
            Some(("core", name)) => timing = Timing::of(name),
            Some(("from", "reset")) => whole = true,
            _ => {
                eprintln!(
                    "midge-counter: unknown argument `{arg}`: it takes `out=PATH`, `core=NAME` and `from=reset`"
                );
                return 1;
            }
        }
    }
    let Some(path) = out else {
        eprintln!("midge-counter: no output file: add `,out=PATH` after the library's name");
        return 1;
    };
    if let Err(error) = region::open(&path, timing.is_some()) {
        eprintln!("midge-counter: cannot open {path}: {error}");
        return 1;
    }
    // SAFETY: by this function's contract.
    SET.get_or_init(|| unsafe { Info::set(info) });
    if let Some(timing) = timing {
        TIMING.get_or_init(|| timing);
    }
    if whole {
        region::begin();
        qemu::on_exit(id, end);
    }
    qemu::on_translate(id, translate);
    0
}

/// Closes the region that is open when QEMU ends.
extern "C" fn end(_: PluginId, data: *mut c_void) {
    region::stop(0, data);
}

/// The marker that an instruction is.
fn marker(bytes: &[u8]) -> Option<Marker> {
    marker::of(SET.get()?, bytes)
}

/// Puts a counter, or a marker's action, on every instruction of a freshly translated block.
extern "C" fn translate(_: PluginId, block: *mut Tb) {
    let with_bytes = |insn: Insn| {
        let bytes = insn.bytes();
        (insn, bytes)
    };
    let mut insns: Vec<(Insn, Vec<u8>)> = qemu::instructions(block).map(with_bytes).collect();
    // at a page's end QEMU looks at the next instruction already, and counts its bytes to this one
    let mut behind = None;
    for (insn, bytes) in insns.iter_mut().rev() {
        let at = insn.address();
        let len = behind.map_or(u64::MAX, |behind: u64| behind.wrapping_sub(at));
        bytes.truncate(usize::try_from(len).unwrap_or(usize::MAX));
        behind = Some(at);
    }
    if let Some(timing) = TIMING.get() {
        time(timing, &insns);
    }
    for (insn, bytes) in &insns {
        match marker(bytes) {
            Some(Marker::Start) => insn.on_execute(region::start, 0),
            Some(Marker::Stop) => insn.on_execute(region::stop, 0),
            None => {
                insn.add_on_execute(Counter::Instructions, 1);
                insn.on_access(region::access);
            }
        }
    }
}

/// Puts cycles on the instructions of a block, and on jumping out of it.
fn time(timing: &Timing, insns: &[(Insn, Vec<u8>)]) {
    let Some((first, _)) = insns.first() else { return };
    let mut clock = Clock::new(timing);
    let costs: Vec<Cost> = insns.iter().map(|(_, bytes)| clock.next(bytes)).collect();
    let last = costs.last().copied().unwrap_or_default();
    let bytes = insns.iter().map(|(_, bytes)| bytes.len()).sum();
    // before a marker of the same instruction looks
    first.on_execute(region::enter, region::block(first.address(), bytes, last.taken));
    for ((insn, bytes), cost) in insns.iter().zip(costs) {
        if marker(bytes).is_none() {
            insn.add_on_execute(Counter::Cycles, u64::from(cost.issue));
        }
    }
}
