//! Plans that the emulator or the flashing tool put behind the firmware's own image.

unsafe extern "C" {
    static _plan_start: u8;
    static _plan_end: u8;
}

/// The flash behind the image, with whatever lies there. Nothing is copied.
pub fn flash() -> &'static [u8] {
    let start = &raw const _plan_start;
    let len = (&raw const _plan_end as usize).saturating_sub(start as usize);
    // SAFETY: readable flash of `len` bytes that the image does not use and nothing writes: the linker script gives
    // both symbols, and keeps the image below the first.
    unsafe { core::slice::from_raw_parts(start, len) }
}
