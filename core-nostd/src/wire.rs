//! Reading and writing plan bytes in `const`: integers, checksums, and [records](crate::record) as field tables.

macro_rules! integers {
    ($($name:ident)*) => { $(
        /// The little-endian integer at `at`; 0 past the end, which callers rule out by checking lengths first.
        #[inline(always)]
        pub const fn $name(bytes: &[u8], at: usize) -> $name {
            match bytes.split_at_checked(at) {
                Some((_, rest)) => match rest.first_chunk() {
                    Some(word) => $name::from_le_bytes(*word),
                    None => 0,
                },
                None => 0,
            }
        }
    )* };
}
integers!(u8 u16 u32 i8 i16 i32);

/// Four extents, outermost first.
pub type Dims = [u32; 4];

/// The extents at `at`; zeros past the end.
#[inline(always)]
#[expect(non_snake_case, reason = "named after its type, as every reader is, for the record! macro")]
pub const fn Dims(bytes: &[u8], at: usize) -> Dims {
    [u32(bytes, at), u32(bytes, at + 4), u32(bytes, at + 8), u32(bytes, at + 12)]
}

/// Six extents, or strides, outermost first.
pub type Axes = [u32; 6];

/// The extents at `at`; zeros past the end.
#[inline(always)]
#[expect(non_snake_case, reason = "named after its type, as every reader is, for the record! macro")]
pub const fn Axes(bytes: &[u8], at: usize) -> Axes {
    let [a, b, c, d] = Dims(bytes, at);
    [a, b, c, d, u32(bytes, at + 16), u32(bytes, at + 20)]
}

/// `len` bytes from `at`, if they are there.
#[inline(always)]
pub(crate) const fn cut(bytes: &[u8], at: usize, len: usize) -> Option<&[u8]> {
    match bytes.split_at_checked(at) {
        Some((_, rest)) => match rest.split_at_checked(len) {
            Some((part, _)) => Some(part),
            None => None,
        },
        None => None,
    }
}

/// CRC-32 as zip and PNG have it (reflected, polynomial 0xEDB88320), continued from `crc`; start from 0.
#[expect(clippy::indexing_slicing, reason = "the index is masked to the table's length")]
pub const fn crc32(crc: u32, bytes: &[u8]) -> u32 {
    let (mut crc, mut rest) = (!crc, bytes);
    while let Some((byte, tail)) = rest.split_first() {
        crc ^= *byte as u32;
        // a nibble at a time: a table of 16 words instead of 256
        crc = (crc >> 4) ^ NIBBLES[(crc & 15) as usize & 15];
        crc = (crc >> 4) ^ NIBBLES[(crc & 15) as usize & 15];
        rest = tail;
    }
    !crc
}

#[expect(clippy::indexing_slicing, reason = "runs in the compiler")]
const NIBBLES: [u32; 16] = {
    let mut table = [0; 16];
    let mut i = 0;
    while i < 16 {
        let mut c = i as u32;
        let mut bit = 0;
        while bit < 4 {
            c = if c & 1 == 1 { (c >> 1) ^ 0xEDB8_8320 } else { c >> 1 };
            bit += 1;
        }
        table[i] = c;
        i += 1;
    }
    table
};

/// Product of extents, or `None` past 32 bits.
pub const fn product(dims: &[u32]) -> Option<u32> {
    let (mut n, mut rest) = (1u32, dims);
    while let Some((d, tail)) = rest.split_first() {
        n = match n.checked_mul(*d) {
            Some(n) => n,
            None => return None,
        };
        rest = tail;
    }
    Some(n)
}

/// Whether the product of `dims` is `n`.
pub(crate) const fn is_product(dims: &[u32], n: u32) -> bool {
    matches!(product(dims), Some(p) if p == n)
}

/// Defines a record: a struct, its length in bytes, and how it is read and written, little-endian, in field order
/// without gaps.
///
/// Each field's type names its reader too (`u16(bytes, at)`), so a record may be a field of another; import both
/// with one `use`:
///
/// ```
/// use midge_core::wire::{i8, u32};
///
/// midge_core::record! {
///     /// Operands: y; x.
///     pub struct Scaled {
///         /// Elements of a row.
///         stride: u32,
///         /// Zero point of x.
///         zero: i8,
///     }
/// }
/// assert_eq!(Scaled { stride: 2, zero: -1 }.bytes(), [2, 0, 0, 0, 255]);
/// ```
#[macro_export]
macro_rules! record {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$doc:meta])* $field:ident: $type:ident,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name { $($(#[$doc])* pub $field: $type,)* }

        impl $name {
            /// Length in bytes.
            pub const LEN: usize = 0 $(+ <$type as $crate::wire::Field>::LEN)*;

            /// Reads the record from the front of `bytes`.
            #[inline(always)]
            pub const fn read(bytes: &[u8]) -> Option<Self> {
                let Some(bytes) = bytes.first_chunk::<{ Self::LEN }>() else { return None };
                Some($name(bytes, 0))
            }

            /// The record as bytes.
            pub fn bytes(&self) -> [u8; Self::LEN] {
                let mut out = [0; Self::LEN];
                $crate::wire::Field::put(self, &mut &mut out[..]);
                out
            }
        }

        /// Reads the record at `at`; zeros past the end.
        #[inline(always)]
        #[expect(non_snake_case, reason = "named after its type, as every reader is, for the record! macro")]
        pub(crate) const fn $name(bytes: &[u8], at: usize) -> $name {
            $(let ($field, at) = ($type(bytes, at), at + <$type as $crate::wire::Field>::LEN);)*
            let _ = at;
            $name { $($field),* }
        }

        impl $crate::wire::Field for $name {
            const LEN: usize = $name::LEN;

            fn put(&self, rest: &mut &mut [u8]) {
                $($crate::wire::Field::put(&self.$field, rest);)*
            }
        }
    };
}
pub use crate::record;

/// What a record is made of: its length, and how to write it at the front of what is left.
pub trait Field {
    /// Length in bytes.
    const LEN: usize;

    /// Writes it at the front of `rest`, which then starts behind it.
    fn put(&self, rest: &mut &mut [u8]);
}

macro_rules! fields {
    ($($type:ty)*) => { $(
        impl Field for $type {
            const LEN: usize = size_of::<$type>();

            fn put(&self, rest: &mut &mut [u8]) {
                if let Some((head, tail)) = core::mem::take(rest).split_first_chunk_mut() {
                    *head = self.to_le_bytes();
                    *rest = tail;
                }
            }
        }
    )* };
}
fields!(u8 u16 u32 i8 i16 i32);

impl<const N: usize> Field for [u32; N] {
    const LEN: usize = 4 * N;

    fn put(&self, rest: &mut &mut [u8]) {
        for d in self {
            d.put(rest);
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(unreachable_pub, reason = "the macro makes public records")]

    use super::*;

    record! {
        /// A record for this test.
        pub struct Sample {
            /// First.
            a: u8,
            /// Second.
            b: i32,
            /// Third.
            c: Dims,
        }
    }

    #[test]
    fn a_record_reads_what_it_wrote() {
        let s = Sample { a: 7, b: -3, c: [1, 2, 3, u32::MAX] };
        assert_eq!(Sample::LEN, 21);
        assert_eq!(Sample::read(&s.bytes()), Some(s));
        assert_eq!(Sample::read(&s.bytes()[..20]), None);
    }

    #[test]
    fn crc_of_the_standard_check_string() {
        assert_eq!(crc32(0, b"123456789"), 0xCBF4_3926);
        assert_eq!(crc32(crc32(0, b"1234"), b"56789"), 0xCBF4_3926);
    }
}
