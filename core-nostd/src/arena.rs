//! The memory that a session works in.

use crate::aligned::Aligned;

/// `N` bytes at a 16-byte boundary, zero at the start. A plan's [`arena_len`](crate::Plan::arena_len) says how many
/// it needs.
#[derive(Debug)]
pub struct Arena<const N: usize>(Aligned<[u8; N]>);

impl<const N: usize> Arena<N> {
    /// A zeroed arena; `const`, so that a `static` one lands in `.bss`.
    pub const fn new() -> Self {
        Arena(Aligned([0; N]))
    }

    /// Its bytes.
    pub const fn bytes(&mut self) -> &mut [u8] {
        &mut self.0.0
    }
}

impl<const N: usize> Default for Arena<N> {
    fn default() -> Self {
        Self::new()
    }
}
