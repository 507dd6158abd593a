//! A program on Linux. It takes the operating system's word for everything.

/// 0: Linux keeps the core's registers to itself.
pub fn cpuid() -> u32 {
    0
}
