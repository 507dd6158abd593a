//! Reading bytes as wider elements, and plan bytes at an address that allows it.
//!
//! One of the two places with unsafe code (the other is `simd/`). Every cast checks length and address first.
#![expect(unsafe_code, reason = "slice casts between plain number types; each block has its proof")]

use core::cell::Cell;

use crate::half::F16;
use crate::plan::Kind;

/// A value that starts at a 16-byte boundary, as plans and arenas must.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(16))]
pub struct Aligned<T: ?Sized>(pub T);

mod sealed {
    pub trait Sealed {}
}

/// A number type that operands are made of. Sealed: the casts below rely on any bytes being a valid value.
pub trait Element: Copy + Default + PartialEq + sealed::Sealed + 'static {
    /// Its number in the format.
    const KIND: Kind;

    /// The element that was read from a plan, whose bytes are little-endian.
    fn le(self) -> Self;
}

macro_rules! elements {
    ($($type:ty = $kind:ident,)*) => { $(
        impl sealed::Sealed for $type {}
        impl Element for $type {
            const KIND: Kind = Kind::$kind;

            #[inline(always)]
            fn le(self) -> Self {
                Self::from_le_bytes(self.to_ne_bytes())
            }
        }
    )* };
}
elements! { i8 = I8, u8 = U8, i16 = I16, i32 = I32, f32 = F32, i64 = I64, }

impl sealed::Sealed for F16 {}
impl Element for F16 {
    const KIND: Kind = Kind::F16;

    #[inline(always)]
    fn le(self) -> Self {
        F16(u16::from_le(self.0))
    }
}

/// Whether `len` bytes at `at` are whole, aligned elements of type `T`.
fn fits<T>(at: *const u8, len: usize) -> bool {
    len.is_multiple_of(size_of::<T>()) && at.addr().is_multiple_of(align_of::<T>())
}

/// The bytes as elements, if their number and address suit the type.
pub fn slice<T: Element>(bytes: &[u8]) -> Option<&[T]> {
    if !fits::<T>(bytes.as_ptr(), bytes.len()) {
        return None;
    }
    // SAFETY: aligned and a whole number of elements (checked); any bit pattern is a valid T (sealed trait); the
    // lifetime and the shared borrow carry over.
    Some(unsafe { core::slice::from_raw_parts(bytes.as_ptr().cast(), bytes.len() / size_of::<T>()) })
}

/// The same for bytes that may be written.
pub fn slice_mut<T: Element>(bytes: &mut [u8]) -> Option<&mut [T]> {
    if !fits::<T>(bytes.as_ptr(), bytes.len()) {
        return None;
    }
    // SAFETY: as in `slice`; the exclusive borrow carries over, and any T is valid as bytes (no padding).
    Some(unsafe { core::slice::from_raw_parts_mut(bytes.as_mut_ptr().cast(), bytes.len() / size_of::<T>()) })
}

/// The elements as bytes.
pub fn bytes<T: Element>(elements: &[T]) -> &[u8] {
    // SAFETY: the sealed types have no padding, so every byte is initialized; u8 needs no alignment.
    unsafe { core::slice::from_raw_parts(elements.as_ptr().cast(), size_of_val(elements)) }
}

/// Shared mutable bytes as shared mutable elements, if their number and address suit the type.
pub fn cells<T: Element>(bytes: &[Cell<u8>]) -> Option<&[Cell<T>]> {
    if !fits::<T>(bytes.as_ptr().cast(), bytes.len()) {
        return None;
    }
    // SAFETY: aligned and whole (checked); `Cell<T>` has the layout of `T`; any bytes are a valid T and the reverse,
    // so writes through either view leave the other valid; a `Cell` never hands out references to its content and
    // is not `Sync`.
    Some(unsafe { core::slice::from_raw_parts(bytes.as_ptr().cast(), bytes.len() / size_of::<T>()) })
}

/// Copies `from` to the front of `to`, as far as both reach. They may overlap.
#[inline(always)]
pub fn copy<T: Element>(to: &[Cell<T>], from: &[Cell<T>]) {
    let n = if to.len() < from.len() { to.len() } else { from.len() };
    // SAFETY: both slices hold at least n cells; `copy` allows overlap; writing through a shared `Cell` slice is what
    // `Cell` permits, and no reference to the content exists.
    unsafe { core::ptr::copy(from.as_ptr().cast::<T>(), to.as_ptr().cast::<T>().cast_mut(), n) }
}

/// Copies plan bytes to the front of `to`, as far as both reach.
pub fn load(to: &[Cell<u8>], from: &[u8]) {
    for (to, from) in to.iter().zip(from) {
        to.set(*from);
    }
}

/// Sets every cell to `value`.
#[inline(always)]
pub fn fill(to: &[Cell<i8>], value: i8) {
    // SAFETY: the pointer and length are those of the slice; a `Cell` may be written through a shared reference.
    unsafe { core::ptr::write_bytes(to.as_ptr().cast::<u8>().cast_mut(), value as u8, to.len()) }
}

/// The part of `bytes` from its first 16-byte boundary.
pub fn trim(bytes: &mut [u8]) -> &mut [u8] {
    let skip = bytes.as_ptr().addr().wrapping_neg() & 15;
    match bytes.split_at_mut_checked(skip) {
        Some((_, rest)) => rest,
        None => &mut [],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn casts_check_length_and_address() {
        let mut a = Aligned([9u8; 9]);
        a.0[..8].copy_from_slice([1i32, 2].map(i32::to_ne_bytes).as_flattened());
        assert_eq!(slice::<i32>(&a.0[..8]), Some(&[1, 2][..]));
        assert_eq!(slice::<i32>(&a.0[..9]), None);
        assert_eq!(slice::<i32>(&a.0[1..5]), None);
        assert_eq!(bytes(&[1i32, 2]), &a.0[..8]);
        let mut b = Aligned([0u8; 8]);
        if let Some(words) = slice_mut::<i16>(&mut b.0) {
            words[2..].fill(-1);
        }
        let shared = Cell::from_mut(&mut b.0[..]).as_slice_of_cells();
        let words = cells::<i32>(shared).unwrap();
        assert_eq!(words[1].get(), -1);
        words[0].set(i32::from_ne_bytes([4, 3, 2, 1]));
        assert_eq!(shared[0].get(), 4);
    }

    #[test]
    fn copies_may_overlap() {
        let mut a = [1i8, 2, 3, 4, 5];
        let c = Cell::from_mut(&mut a[..]).as_slice_of_cells();
        copy(&c[1..], &c[..4]);
        fill(&c[4..], 9);
        assert_eq!(a, [1, 1, 2, 3, 9]);
    }

    #[test]
    fn trim_starts_at_a_boundary() {
        let mut a = Aligned([0u8; 40]);
        assert_eq!(trim(&mut a.0[1..]).len(), 24);
        assert_eq!(trim(&mut a.0[..]).len(), 40);
        assert_eq!(trim(&mut a.0[1..9]).len(), 0);
    }
}
