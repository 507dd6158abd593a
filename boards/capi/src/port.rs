//! What C knows of an input or output.

use core::ffi::c_void;
use core::ptr;

use midge::plan::{Kind, MAX_RANK};
use midge::{Error, Plan};

/// Element types of ports; their numbers are those of the format.
#[derive(Clone, Copy)]
#[repr(u8)]
pub enum midge_kind {
    /// Signed bytes.
    MIDGE_INT8 = 0,
    /// Unsigned bytes.
    MIDGE_UINT8 = 1,
    /// Signed 16-bit integers.
    MIDGE_INT16 = 2,
    /// Signed 32-bit integers.
    MIDGE_INT32 = 3,
    /// Single-precision floats.
    MIDGE_FLOAT32 = 4,
    /// Signed 64-bit integers.
    MIDGE_INT64 = 8,
    /// Truth values: bytes of 0 or 1.
    MIDGE_BOOL = 9,
}

const _: () = {
    let pairs = [
        (midge_kind::MIDGE_INT8, Kind::I8),
        (midge_kind::MIDGE_UINT8, Kind::U8),
        (midge_kind::MIDGE_INT16, Kind::I16),
        (midge_kind::MIDGE_INT32, Kind::I32),
        (midge_kind::MIDGE_FLOAT32, Kind::F32),
        (midge_kind::MIDGE_INT64, Kind::I64),
        (midge_kind::MIDGE_BOOL, Kind::Bool),
    ];
    let mut rest: &[(midge_kind, Kind)] = &pairs;
    while let Some(((ours, theirs), tail)) = rest.split_first() {
        assert!(*ours as u8 == *theirs as u8);
        rest = tail;
    }
};

/// Most dimensions of a port.
pub const MIDGE_MAX_RANK: usize = 6;
const _: () = assert!(MIDGE_MAX_RANK == MAX_RANK);

/// An input or output of a model.
#[repr(C)]
pub struct midge_port {
    /// Its elements, in the arena; null before `midge_start`. The address stays as long as the arena does.
    pub data: *mut c_void,
    /// Length in bytes.
    pub len: usize,
    /// Number of elements.
    pub elements: usize,
    /// Extents, outermost first; 1 from `rank` on.
    pub shape: [u32; MIDGE_MAX_RANK],
    /// `real = scale * (stored - zero)`; 0 where the stored number is the value.
    pub scale: f32,
    /// The zero point.
    pub zero: i32,
    /// Number of dimensions.
    pub rank: u8,
    /// Type of the elements: a `midge_kind`.
    pub kind: u8,
}

impl midge_port {
    /// The `index`-th port on a side, without its address, and where it lies in the arena.
    pub(crate) fn of(plan: &Plan<'_>, output: bool, index: u8) -> Result<(Self, usize), Error> {
        let port = plan.side(output, index).ok_or(Error::NoSuchPort)?;
        let operand = plan.operand(port.operand);
        let kind = operand.element().ok_or(Error::OperandKind)?;
        let found = midge_port {
            data: ptr::null_mut(),
            len: operand.len as usize,
            elements: (operand.len / kind.bytes()) as usize,
            shape: port.shape(),
            scale: f32::from_bits(port.scale),
            zero: port.zero,
            rank: port.rank,
            kind: kind as u8,
        };
        Ok((found, plan.region_start(operand.region).wrapping_add(operand.offset as usize)))
    }
}
