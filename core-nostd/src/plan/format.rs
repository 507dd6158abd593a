//! What a plan's bytes are made of: the header and the tables, as records. `docs/FORMAT.md` has the same in prose.

use crate::wire::{Dims, i32, record, u8, u16, u32};

/// The first bytes of every plan.
pub const MAGIC: [u8; 8] = *b"MIDGE\x1a\r\n";
/// The format's major version: readers refuse a newer one.
pub const MAJOR: u16 = 1;
/// The format's minor version: what it adds can be skipped.
pub const MINOR: u16 = 0;
/// Most regions of a plan.
pub const MAX_REGIONS: usize = 8;
/// Most dimensions of a port's shape.
pub const MAX_RANK: usize = 6;

/// Required features, bits of the header's word.
pub mod feature {
    /// Single-precision floats at run time.
    pub const F32: u32 = 1;
    /// Half-precision floats.
    pub const F16: u32 = 2;
    /// Packed 4-bit constants.
    pub const I4: u32 = 4;
    /// 64-bit integers.
    pub const I64: u32 = 8;
    /// What this crate can run.
    pub const KNOWN: u32 = F32 | F16 | I4 | I64;
}

record! {
    /// The first 64 bytes.
    pub struct Header {
        /// [`MAGIC`], low half.
        magic_low: u32,
        /// [`MAGIC`], high half.
        magic_high: u32,
        /// [`MAJOR`] of the writer.
        major: u16,
        /// [`MINOR`] of the writer.
        minor: u16,
        /// Number of sections.
        sections: u8,
        /// Number of memory regions.
        regions: u8,
        /// Number of entry points.
        entries: u8,
        /// The alignment, as a power of two, that the plan's bytes must have.
        align_log2: u8,
        /// Length of the part that a device needs, in 16-byte units from the start.
        device_len: u32,
        /// Length of the whole file in 16-byte units.
        file_len: u32,
        /// [`feature`] bits.
        features: u32,
        /// CRC-32 of the header without this word, then the section table.
        crc: u32,
    }
}

/// Where the plan's SHA-256 identity lies in the header; it covers the device part behind the header.
pub const ID: core::ops::Range<usize> = Header::LEN..HEADER_LEN;
/// Length of the header with its identity.
pub const HEADER_LEN: usize = 64;

record! {
    /// An entry of the section table, which follows the header.
    pub struct Section {
        /// One of [`section`].
        kind: u16,
        /// [`section::REQUIRED`] and [`section::DEVICE`].
        flags: u16,
        /// Where it starts, in 16-byte units.
        offset: u32,
        /// Its length in bytes.
        len: u32,
        /// CRC-32 of its bytes.
        crc: u32,
    }
}

/// Section kinds and flags.
pub mod section {
    /// Memory regions.
    pub const REGIONS: u16 = 1;
    /// The operand table.
    pub const OPERANDS: u16 = 2;
    /// The steps' records.
    pub const STEPS: u16 = 3;
    /// Weights, biases, tables.
    pub const CONSTANTS: u16 = 5;
    /// Inputs and outputs.
    pub const PORTS: u16 = 6;
    /// Entry points.
    pub const ENTRIES: u16 = 7;
    /// What state holds at first.
    pub const STATE: u16 = 9;
    /// SHA-256 of the host part.
    pub const HOST_DIGEST: u16 = 8;
    /// The model's name in UTF-8, for a device that says what it runs.
    pub const NAME: u16 = 10;
    /// How sound becomes the input, for `signal::Ears`.
    pub const FRONT_END: u16 = 11;
    /// JSON for people and tools.
    pub const METADATA: u16 = 16;
    /// JSON: names of ports, operands and steps, and where they came from.
    pub const NAMES: u16 = 17;
    /// JSON: where a training stands, and what lies in the values.
    pub const TRAINING: u16 = 18;
    /// Weights and other numbers of a training.
    pub const VALUES: u16 = 19;
    /// A reader that does not know the kind must refuse the file.
    pub const REQUIRED: u16 = 1;
    /// The section belongs to the device part.
    pub const DEVICE: u16 = 2;
}

record! {
    /// A memory that operands lie in.
    pub struct Region {
        /// One of [`region`].
        kind: u8,
        /// 0 fast memory, 1 large memory: a wish, for systems with several.
        hint: u8,
        /// Alignment of the region's start, as a power of two, at most 4.
        align_log2: u8,
        /// Zero.
        reserved: u8,
        /// Its length in bytes.
        len: u32,
    }
}

/// Region kinds.
pub mod region {
    /// The plan's own constants section.
    pub const CONSTANTS: u8 = 0;
    /// Work memory: its content does not outlive a run.
    pub const WORK: u8 = 2;
    /// State: its content persists from run to run.
    pub const STATE: u8 = 3;
}

record! {
    /// An entry of the operand table: a piece of a region.
    pub struct Operand {
        /// First byte in the region.
        offset: u32,
        /// Length in bytes.
        len: u32,
        /// Index of the region.
        region: u8,
        /// Element type in the low four bits ([`Kind`]), flags above.
        kind: u8,
        /// Rows that the memory holds when it is a ring of rows; 0 when it holds them all.
        ring: u16,
    }
}

record! {
    /// An input or output as the caller sees it.
    pub struct Port {
        /// Index of its operand.
        operand: u16,
        /// 0 input, 1 output.
        output: u8,
        /// Number of dimensions.
        rank: u8,
        /// First dimensions, outermost first; unused ones are 1.
        dims: Dims,
        /// Fifth dimension.
        dim4: u32,
        /// Sixth dimension.
        dim5: u32,
        /// Bits of the f32 scale; 0 when the stored number is the value.
        scale: u32,
        /// Zero point.
        zero: i32,
        /// CRC-32 of the name.
        name: u32,
    }
}

record! {
    /// An entry point: some steps that run together.
    pub struct Entry {
        /// CRC-32 of the name.
        name: u32,
        /// First step.
        first: u16,
        /// Number of steps.
        count: u16,
        /// First port.
        first_port: u8,
        /// Number of ports.
        ports: u8,
        /// Zero.
        reserved: u16,
    }
}

/// Element types, the low four bits of [`Operand::kind`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[repr(u8)]
pub enum Kind {
    /// Signed bytes.
    I8 = 0,
    /// Unsigned bytes.
    U8 = 1,
    /// 16-bit integers.
    I16 = 2,
    /// 32-bit integers.
    I32 = 3,
    /// Single-precision floats.
    F32 = 4,
    /// Half-precision floats; no port has them.
    F16 = 5,
    /// Signed 4-bit integers, as constants only: two in a byte, the first in its low half.
    I4 = 7,
    /// 64-bit integers.
    I64 = 8,
    /// Truth values: bytes of 0 or 1.
    Bool = 9,
}

impl Kind {
    /// Flag in [`Operand::kind`]: lives within one step only.
    pub const SCRATCH: u8 = 0x10;

    /// The type with this number.
    pub const fn new(number: u8) -> Option<Self> {
        Some(match number {
            0 => Kind::I8,
            1 => Kind::U8,
            2 => Kind::I16,
            3 => Kind::I32,
            4 => Kind::F32,
            5 => Kind::F16,
            7 => Kind::I4,
            8 => Kind::I64,
            9 => Kind::Bool,
            _ => return None,
        })
    }

    /// Bytes of one element; a byte for the two of [`Kind::I4`].
    pub const fn bytes(self) -> u32 {
        match self {
            Kind::I8 | Kind::U8 | Kind::Bool | Kind::I4 => 1,
            Kind::I16 | Kind::F16 => 2,
            Kind::I32 | Kind::F32 => 4,
            Kind::I64 => 8,
        }
    }

    /// The type's name in NumPy.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::I8 => "int8",
            Kind::U8 => "uint8",
            Kind::I16 => "int16",
            Kind::I32 => "int32",
            Kind::F32 => "float32",
            Kind::F16 => "float16",
            Kind::I4 => "int4",
            Kind::I64 => "int64",
            Kind::Bool => "bool",
        }
    }
}

impl Operand {
    pub(super) const NONE: Operand = Operand { offset: 0, len: 0, region: 0, kind: 0, ring: 0 };

    /// Element type.
    pub const fn element(&self) -> Option<Kind> {
        Kind::new(self.kind & 15)
    }

    /// Whether the elements are of this type.
    pub const fn is(&self, kind: Kind) -> bool {
        self.kind & 15 == kind as u8
    }

    /// Whether the bytes of both coincide.
    pub const fn same(&self, other: &Operand) -> bool {
        self.region == other.region && self.offset == other.offset && self.len == other.len
    }

    /// Whether the two have a byte in common. Both lie in their regions, so the sums cannot overflow.
    pub(super) const fn overlaps(&self, other: &Operand) -> bool {
        self.region == other.region
            && self.offset < other.offset.wrapping_add(other.len)
            && other.offset < self.offset.wrapping_add(self.len)
    }
}

impl Port {
    /// The shape, outermost dimension first.
    pub const fn shape(&self) -> [u32; MAX_RANK] {
        let [a, b, c, d] = self.dims;
        [a, b, c, d, self.dim4, self.dim5]
    }

    /// The scale, if the elements are quantized.
    pub const fn scale(&self) -> Option<f32> {
        if self.scale == 0 { None } else { Some(f32::from_bits(self.scale)) }
    }
}
