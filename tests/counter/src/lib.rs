//! Counts what a firmware, or a program, executes between two marker instructions, inside QEMU.
//!
//! ```text
//! qemu-system-arm ... -plugin libmidge_counter.so,out=counts.txt
//! ```
//!
//! A region opens at a start marker and closes at a stop marker (see [`marker`]). When it closes, one line is
//! appended to the file: `instructions loads stores`, three decimal numbers.
//!
//! - *instructions*: instructions issued between the markers, markers excluded. A Thumb instruction that its IT
//!   block skips is issued and counts, as it does on the bus of a real core.
//! - *loads*, *stores*: instructions that read (wrote) memory at least once. A load of eight registers is one
//!   load, a load that its IT block skips is none. Fetches of instructions are not loads.
//!
//! Counting is one addition in the generated code per instruction and one call per memory access; nothing is
//! sampled, so two runs of one program give the same lines.

mod marker;
mod qemu;
mod region;

use marker::Marker;
use qemu::{Insn, PluginId, Tb};
use std::ffi::{CStr, c_char, c_int, c_void};

/// Called by QEMU once: reads the arguments and asks to see every block it translates. 0 is success.
///
/// # Safety
/// QEMU passes `argc` pointers to NUL-terminated `key=value` strings at `argv`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qemu_plugin_install(
    id: PluginId,
    _info: *const c_void,
    argc: c_int,
    argv: *const *const c_char,
) -> c_int {
    let mut out = None;
    for i in 0..usize::try_from(argc).unwrap_or(0) {
        // SAFETY: i < argc, so by this function's contract the pointer is there and its string ends.
        let arg = unsafe { CStr::from_ptr(*argv.add(i)) }.to_string_lossy();
        match arg.split_once('=') {
            Some(("out", path)) => out = Some(path.to_owned()),
            _ => {
                eprintln!("midge-counter: unknown argument `{arg}`: it takes `out=PATH`");
                return 1;
            }
        }
    }
    let Some(path) = out else {
        eprintln!("midge-counter: no output file: add `,out=PATH` after the library's name");
        return 1;
    };
    if let Err(error) = region::open(&path) {
        eprintln!("midge-counter: cannot open {path}: {error}");
        return 1;
    }
    qemu::on_translate(id, translate);
    0
}

/// Puts a counter, or a marker's action, on every instruction of a freshly translated block.
extern "C" fn translate(_: PluginId, block: *mut Tb) {
    for insn in qemu::instructions(block) {
        match marker::of(&insn.bytes()) {
            Some(Marker::Start) => insn.on_execute(region::start),
            Some(Marker::Stop) => insn.on_execute(region::stop),
            None => count(insn),
        }
    }
}

fn count(insn: Insn) {
    insn.add_one_on_execute();
    insn.on_access(region::access);
}
