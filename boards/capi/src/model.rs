//! A loaded plan at work in the caller's memory.

use core::ffi::c_void;
use core::mem::{align_of, size_of};
use core::slice;

use midge::{At, Kernels, Plan, Runtime};

use crate::port::midge_port;
use crate::status::{midge_status, plain, status};

/// A model: memory of the caller's for one loaded plan. Its content is private; it is not copied while it is used.
#[repr(C)]
pub struct midge_model {
    opaque: [usize; 48],
}

/// What a `midge_model` holds.
pub(crate) struct Loaded {
    /// The plan, or why there is none.
    pub(crate) runtime: Result<Runtime<'static>, At>,
    arena: *mut u8,
    arena_len: usize,
}

const _: () = assert!(size_of::<Loaded>() <= size_of::<midge_model>());
const _: () = assert!(align_of::<Loaded>() <= align_of::<midge_model>());

impl Loaded {
    /// The first byte that is used of the arena: at a 16-byte boundary.
    fn start(&self) -> *mut u8 {
        self.arena.wrapping_add(self.arena.addr().wrapping_neg() & 15)
    }

    /// Calls `f` with the plan and a session that goes on where the last one ended.
    fn resume(
        &mut self,
        f: impl FnOnce(&mut midge::Session<'_, Kernels<'static>>) -> Result<(), midge::Error>,
    ) -> midge_status {
        let runtime = match &self.runtime {
            Ok(runtime) => runtime,
            Err(at) => return status(Err(*at)),
        };
        // SAFETY: `midge_start` was given these bytes, which its caller keeps valid and leaves to this model while a
        // function works on it; before, they are no bytes at a dangling address that is not null and needs no alignment.
        let arena = unsafe { slice::from_raw_parts_mut(self.arena, self.arena_len) };
        plain(runtime.resume(arena).and_then(|mut session| f(&mut session)))
    }
}

/// Loads a plan: checks `len` bytes at `plan`, a 16-byte boundary, without copying them. They stay valid and unchanged as
/// long as the model is used. A model that could not be loaded gives the same status in every other function.
///
/// # Safety
/// `model` points to memory for a `midge_model`, initialized or not, that nothing else uses during the call; `plan` to
/// `len` readable bytes, or it is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn midge_load(
    model: *mut midge_model,
    plan: *const c_void,
    len: usize,
) -> midge_status {
    let bytes = match plan.is_null() {
        true => &[],
        // SAFETY: the caller's promise; u8 needs no alignment.
        false => unsafe { slice::from_raw_parts(plan.cast(), len) },
    };
    let runtime = Runtime::load(bytes, Kernels::ALL);
    let loaded = status(runtime.as_ref().map(|_| ()).map_err(|at| *at));
    let arena = core::ptr::NonNull::dangling().as_ptr();
    // SAFETY: the caller gives memory for a midge_model, which is large and aligned enough (asserted above).
    unsafe { model.cast::<Loaded>().write(Loaded { runtime, arena, arena_len: 0 }) };
    loaded
}

/// Bytes that `midge_start` needs for this model's arena, from a 16-byte boundary; 0 if no plan is loaded.
///
/// # Safety
/// `model` points to a model that `midge_load` has filled in.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn midge_arena_len(model: *const midge_model) -> usize {
    // SAFETY: the caller's promise; see `midge_load`.
    let loaded = unsafe { &*model.cast::<Loaded>() };
    loaded.runtime.as_ref().map_or(0, |runtime| runtime.plan().arena_len())
}

/// Gives the model `len` bytes to work in, of which the part from the first 16-byte boundary is used, and resets it.
/// They stay valid, and belong to this model alone, as long as it is used.
///
/// # Safety
/// `model` points to a model that `midge_load` has filled in, `arena` to `len` bytes that may be read and written, or it
/// is null. Nothing else uses either during a call with this model.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn midge_start(
    model: *mut midge_model,
    arena: *mut c_void,
    len: usize,
) -> midge_status {
    // SAFETY: the caller's promise; see `midge_load`.
    let loaded = unsafe { &mut *model.cast::<Loaded>() };
    if !arena.is_null() {
        (loaded.arena, loaded.arena_len) = (arena.cast(), len);
    }
    loaded.resume(|session| {
        session.reset();
        Ok(())
    })
}

/// Computes the outputs from the inputs, which it may overwrite.
///
/// # Safety
/// `model` points to a model that `midge_load` has filled in.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn midge_run(model: *mut midge_model) -> midge_status {
    // SAFETY: the caller's promise; see `midge_load`.
    unsafe { &mut *model.cast::<Loaded>() }.resume(|session| session.run())
}

/// Restores the state that a model with memory carries from run to run.
///
/// # Safety
/// `model` points to a model that `midge_load` has filled in.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn midge_reset(model: *mut midge_model) -> midge_status {
    // SAFETY: the caller's promise; see `midge_load`.
    unsafe { &mut *model.cast::<Loaded>() }.resume(|session| {
        session.reset();
        Ok(())
    })
}

/// Describes the `index`-th input, from 0.
///
/// # Safety
/// `model` points to a model that `midge_load` has filled in, `port` to memory for a `midge_port`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn midge_input(
    model: *const midge_model,
    index: u8,
    port: *mut midge_port,
) -> midge_status {
    // SAFETY: the caller's promise, which is the same.
    unsafe { describe(model, false, index, port) }
}

/// Describes the `index`-th output, from 0.
///
/// # Safety
/// `model` points to a model that `midge_load` has filled in, `port` to memory for a `midge_port`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn midge_output(
    model: *const midge_model,
    index: u8,
    port: *mut midge_port,
) -> midge_status {
    // SAFETY: the caller's promise, which is the same.
    unsafe { describe(model, true, index, port) }
}

/// # Safety
/// As [`midge_input`].
unsafe fn describe(
    model: *const midge_model,
    output: bool,
    index: u8,
    port: *mut midge_port,
) -> midge_status {
    // SAFETY: the caller's promise; see `midge_load`.
    let loaded = unsafe { &*model.cast::<Loaded>() };
    let plan: &Plan<'_> = match &loaded.runtime {
        Ok(runtime) => runtime.plan(),
        Err(at) => return status(Err(*at)),
    };
    let found = midge_port::of(plan, output, index);
    plain(found.map(|(mut found, offset)| {
        if loaded.arena_len > 0 {
            found.data = loaded.start().wrapping_add(offset).cast();
        }
        // SAFETY: the caller gives memory for a midge_port, initialized or not.
        unsafe { port.write(found) };
    }))
}
