//! A plan that the emulator or the flashing tool put behind the firmware's own image.

unsafe extern "C" {
    static _plan_start: u8;
    static _plan_end: u8;
}

/// Bytes of flash that a plan may take.
pub fn room() -> usize {
    (&raw const _plan_end as usize).saturating_sub(&raw const _plan_start as usize)
}

/// The first `len` bytes of the plan's flash; `None` if it has fewer. Nothing is copied.
pub fn loaded(len: usize) -> Option<&'static [u8]> {
    if len > room() {
        return None;
    }
    // SAFETY: readable flash of at least `len` bytes that the image does not use and nothing writes: the linker
    // script gives both symbols, and keeps the image below the first.
    Some(unsafe { core::slice::from_raw_parts(&raw const _plan_start, len) })
}
