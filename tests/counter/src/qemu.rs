//! QEMU's plugin interface, as much of it as counting needs, behind safe names.
//!
//! The functions live in the QEMU binary that loads this library; no header or library is needed to build it.
//! Versions differ in two things: how an instruction's bytes are read, and where an inline counter lives (an
//! address of ours in version 1, a per-core scoreboard of QEMU's in version 4).

use std::ffi::{CStr, c_char, c_int, c_uint, c_void};
use std::ptr::{null_mut, without_provenance_mut};

#[cfg(not(feature = "api4"))]
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// QEMU refuses the library if this is not a version it speaks.
#[unsafe(no_mangle)]
pub static qemu_plugin_version: c_int = if cfg!(feature = "api4") { 4 } else { 1 };

/// QEMU's name for this plugin.
pub type PluginId = u64;
/// A translated block; only ever behind QEMU's pointers.
#[repr(C)]
pub struct Tb([u8; 0]);
#[repr(C)]
struct RawInsn([u8; 0]);

/// What QEMU says of itself, as far as all versions begin with it.
#[repr(C)]
pub struct Info {
    set: *const c_char,
}

impl Info {
    /// The name of the instruction set that is emulated.
    ///
    /// # Safety
    /// `info` is what QEMU passes.
    pub unsafe fn set(info: *const Info) -> String {
        // SAFETY: QEMU's string ends, and is there while the library is installed.
        unsafe { CStr::from_ptr((*info).set) }.to_string_lossy().into_owned()
    }
}

type Execute = extern "C" fn(c_uint, *mut c_void);
type Access = extern "C" fn(c_uint, u32, u64, *mut c_void);
type Exit = extern "C" fn(PluginId, *mut c_void);
type Translate = extern "C" fn(PluginId, *mut Tb);

const NO_REGISTERS: c_int = 0; // QEMU_PLUGIN_CB_NO_REGS
const READ_AND_WRITE: c_int = 3; // QEMU_PLUGIN_MEM_RW
const ADD: c_int = 0; // QEMU_PLUGIN_INLINE_ADD_U64

unsafe extern "C" {
    fn qemu_plugin_register_vcpu_tb_trans_cb(id: PluginId, call: Translate);
    fn qemu_plugin_register_atexit_cb(id: PluginId, call: Exit, data: *mut c_void);
    fn qemu_plugin_register_vcpu_insn_exec_cb(
        insn: *mut RawInsn,
        call: Execute,
        flags: c_int,
        data: *mut c_void,
    );
    fn qemu_plugin_register_vcpu_mem_cb(
        insn: *mut RawInsn,
        call: Access,
        flags: c_int,
        rw: c_int,
        data: *mut c_void,
    );
    fn qemu_plugin_tb_n_insns(tb: *const Tb) -> usize;
    fn qemu_plugin_tb_get_insn(tb: *const Tb, index: usize) -> *mut RawInsn;
    fn qemu_plugin_insn_size(insn: *const RawInsn) -> usize;
    fn qemu_plugin_insn_vaddr(insn: *const RawInsn) -> u64;
    fn qemu_plugin_mem_is_store(info: u32) -> bool;
}

#[cfg(not(feature = "api4"))]
unsafe extern "C" {
    fn qemu_plugin_register_vcpu_insn_exec_inline(insn: *mut RawInsn, op: c_int, at: *mut c_void, imm: u64);
    fn qemu_plugin_insn_data(insn: *const RawInsn) -> *const u8;
}

/// Asks for a call at every translation of a block.
pub fn on_translate(id: PluginId, call: Translate) {
    // SAFETY: QEMU keeps a pointer to a function that lives as long as the library.
    unsafe { qemu_plugin_register_vcpu_tb_trans_cb(id, call) }
}

/// Asks for a call when QEMU ends.
pub fn on_exit(id: PluginId, call: Exit) {
    // SAFETY: QEMU keeps a pointer to a function that lives as long as the library, and data that nobody follows.
    unsafe { qemu_plugin_register_atexit_cb(id, call, null_mut()) }
}

/// The instructions of a block inside a translation callback.
pub fn instructions(block: *mut Tb) -> impl Iterator<Item = Insn> {
    // SAFETY: QEMU passes a live block, and its instructions live as long as the callback runs; `Insn` does not
    // leave it, as the callback returns nothing and stores nothing.
    let n = unsafe { qemu_plugin_tb_n_insns(block) };
    // SAFETY: as above, and the index is in range.
    (0..n).map(move |i| Insn(unsafe { qemu_plugin_tb_get_insn(block, i) }))
}

/// Whether an access described by `info` writes.
pub fn is_store(info: u32) -> bool {
    // SAFETY: a pure function of the word that QEMU gave.
    unsafe { qemu_plugin_mem_is_store(info) }
}

/// One instruction being translated.
pub struct Insn(*mut RawInsn);

impl Insn {
    /// Its bytes as they lie in memory.
    pub fn bytes(&self) -> Vec<u8> {
        // SAFETY: the instruction is live during translation.
        let len = unsafe { qemu_plugin_insn_size(self.0) };
        #[cfg(not(feature = "api4"))]
        {
            // SAFETY: version 1 returns a pointer to the instruction's `len` bytes, live during translation.
            unsafe { std::slice::from_raw_parts(qemu_plugin_insn_data(self.0), len) }.to_vec()
        }
        #[cfg(feature = "api4")]
        {
            let mut bytes = vec![0; len];
            // SAFETY: version 4 copies at most `len` bytes to the buffer and returns how many.
            let got = unsafe { v4::qemu_plugin_insn_data(self.0, bytes.as_mut_ptr().cast(), len) };
            bytes.truncate(got);
            bytes
        }
    }

    /// Where it is.
    pub fn address(&self) -> u64 {
        // SAFETY: the instruction is live during translation.
        unsafe { qemu_plugin_insn_vaddr(self.0) }
    }

    /// Calls `call` with `data` each time it executes.
    pub fn on_execute(&self, call: Execute, data: usize) {
        let data = without_provenance_mut(data);
        // SAFETY: live instruction, static function; the data is a number that nobody follows.
        unsafe { qemu_plugin_register_vcpu_insn_exec_cb(self.0, call, NO_REGISTERS, data) }
    }

    /// Calls `call` at each of its accesses to memory.
    pub fn on_access(&self, call: Access) {
        // SAFETY: live instruction, static function, no data.
        unsafe { qemu_plugin_register_vcpu_mem_cb(self.0, call, NO_REGISTERS, READ_AND_WRITE, null_mut()) }
    }

    /// Adds `n` to a counter each time it executes, before it does anything else.
    pub fn add_on_execute(&self, to: Counter, n: u64) {
        #[cfg(not(feature = "api4"))]
        // SAFETY: live instruction; counters are static, 8-byte aligned and only touched by the core's thread.
        unsafe {
            qemu_plugin_register_vcpu_insn_exec_inline(self.0, ADD, to.cell().as_ptr().cast(), n);
        }
        #[cfg(feature = "api4")]
        // SAFETY: live instruction; the scoreboard's element has a u64 for each counter and is never freed.
        unsafe {
            v4::qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(self.0, ADD, v4::entry(to), n);
        }
    }
}

/// What is counted in the generated code.
#[derive(Clone, Copy, Debug)]
pub enum Counter {
    /// Instructions executed, up to and including the one executing, markers excluded.
    Instructions,
    /// Their cycles, without those that only jumps that are taken cost.
    Cycles,
}

#[cfg(not(feature = "api4"))]
static COUNTERS: [AtomicU64; 2] = [AtomicU64::new(0), AtomicU64::new(0)];

impl Counter {
    /// Its value since the start.
    pub fn now(self) -> u64 {
        #[cfg(not(feature = "api4"))]
        return self.cell().load(Relaxed);
        #[cfg(feature = "api4")]
        return v4::now(self);
    }

    #[cfg(not(feature = "api4"))]
    fn cell(self) -> &'static AtomicU64 {
        &COUNTERS[self as usize]
    }
}

/// What version 4 has instead of addresses: a scoreboard with one element a core, a counter after the other.
#[cfg(feature = "api4")]
mod v4 {
    use super::{Counter, RawInsn, c_int, c_uint, c_void};
    use std::sync::OnceLock;

    #[repr(C)]
    pub(super) struct Scoreboard([u8; 0]);
    /// `qemu_plugin_u64`, passed by value.
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub(super) struct Entry {
        score: *mut Scoreboard,
        offset: usize,
    }

    unsafe extern "C" {
        fn qemu_plugin_scoreboard_new(element_size: usize) -> *mut Scoreboard;
        fn qemu_plugin_u64_get(entry: Entry, core: c_uint) -> u64;
        pub(super) fn qemu_plugin_insn_data(insn: *const RawInsn, to: *mut c_void, len: usize) -> usize;
        pub(super) fn qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(
            insn: *mut RawInsn,
            op: c_int,
            entry: Entry,
            imm: u64,
        );
    }

    struct Shared(Entry);
    // SAFETY: the pointer names memory that QEMU owns and guards; it is set once and never freed.
    unsafe impl Send for Shared {}
    // SAFETY: as above.
    unsafe impl Sync for Shared {}
    static ENTRY: OnceLock<Shared> = OnceLock::new();

    pub(super) fn entry(of: Counter) -> Entry {
        let shared = ENTRY.get_or_init(|| {
            // SAFETY: allocates; called after QEMU loaded the plugin.
            let score = unsafe { qemu_plugin_scoreboard_new(2 * size_of::<u64>()) };
            Shared(Entry { score, offset: 0 })
        });
        Entry { offset: of as usize * size_of::<u64>(), ..shared.0 }
    }

    pub(super) fn now(of: Counter) -> u64 {
        // SAFETY: a live scoreboard of two u64; the boards that carry the tests have one core.
        unsafe { qemu_plugin_u64_get(entry(of), 0) }
    }
}
