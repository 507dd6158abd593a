//! The bytes of a plan: checked once, then read in place. `docs/FORMAT.md` has the layout in prose.
//!
//! [`Plan::parse`] is `const`, so a plan linked into firmware is checked by the compiler; the same function checks
//! what is loaded at run time. It knows nothing of kernels: whether a step's geometry suits its operands is each
//! kernel's own `check`. What holds for all steps is proved here once: operands exist, lie in their region at an
//! address that suits their type, and what a step writes is work memory that nothing else in the step partly
//! overlaps.

use crate::error::{At, Error};
use crate::wire::{self, Dims, crc32, cut, i32, record, u8, u16, u32};

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
    /// What this crate can run.
    pub const KNOWN: u32 = F32;
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

/// The sections that every plan has, as bits.
const NEEDED: u32 = 1 << section::REGIONS
    | 1 << section::OPERANDS
    | 1 << section::STEPS
    | 1 << section::CONSTANTS
    | 1 << section::PORTS
    | 1 << section::ENTRIES;

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
    /// SHA-256 of the host part.
    pub const HOST_DIGEST: u16 = 8;
    /// The model's name in UTF-8, for a device that says what it runs.
    pub const NAME: u16 = 10;
    /// JSON for people and tools.
    pub const METADATA: u16 = 16;
    /// JSON: names of ports, operands and steps, and where they came from.
    pub const NAMES: u16 = 17;
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
            _ => return None,
        })
    }

    /// Bytes of one element.
    pub const fn bytes(self) -> u32 {
        match self {
            Kind::I8 | Kind::U8 => 1,
            Kind::I16 => 2,
            Kind::I32 | Kind::F32 => 4,
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
        }
    }
}

impl Operand {
    const NONE: Operand = Operand { offset: 0, len: 0, region: 0, kind: 0, ring: 0 };

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
    const fn overlaps(&self, other: &Operand) -> bool {
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

/// A checked plan over borrowed bytes.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    header: Header,
    id: &'a [u8],
    regions: &'a [u8],
    operands: &'a [u8],
    steps: &'a [u8],
    constants: &'a [u8],
    ports: &'a [u8],
    entries: &'a [u8],
    name: &'a [u8],
    count: u16,
}

impl<'a> Plan<'a> {
    /// Checks the device part of a plan and everything about it that does not depend on a kernel.
    ///
    /// The checksum of the constants is left to [`Plan::verify_constants`]: reading every weight is not part of
    /// opening a file.
    pub const fn parse(bytes: &'a [u8]) -> Result<Self, At> {
        let plan = match Self::open(bytes) {
            Ok(plan) => plan,
            Err(error) => return Err(At::plan(error)),
        };
        if let Err(error) = plan.check_tables() {
            return Err(At::plan(error));
        }
        plan.check_steps()
    }

    /// Header and sections.
    const fn open(bytes: &'a [u8]) -> Result<Self, Error> {
        let Some(magic) = bytes.first_chunk::<8>() else { return Err(Error::Magic) };
        if u64::from_le_bytes(*magic) != u64::from_le_bytes(MAGIC) {
            return Err(Error::Magic);
        }
        let (Some(h), Some(id)) = (Header::read(bytes), cut(bytes, ID.start, 32)) else {
            return Err(Error::Truncated);
        };
        if h.major != MAJOR {
            return Err(Error::Version);
        }
        let table_len = h.sections as usize * Section::LEN;
        let Some(table) = cut(bytes, HEADER_LEN, table_len) else { return Err(Error::Truncated) };
        let Some((front, _)) = bytes.split_at_checked(Header::LEN - 4) else { return Err(Error::Truncated) };
        if crc32(crc32(crc32(0, front), id), table) != h.crc {
            return Err(Error::HeaderChecksum);
        }
        if h.features & !feature::KNOWN != 0 {
            return Err(Error::Feature);
        }
        if h.align_log2 > 4 || h.device_len > h.file_len {
            return Err(Error::SectionBounds);
        }
        if (bytes.len() as u64) < h.device_len as u64 * 16 {
            return Err(Error::Truncated);
        }
        let mut plan = Plan {
            header: h,
            id,
            regions: &[],
            operands: &[],
            steps: &[],
            constants: &[],
            ports: &[],
            entries: &[],
            name: &[],
            count: 0,
        };
        let (mut seen, mut i, mut end) = (0u32, 0, HEADER_LEN as u64 + table_len as u64);
        while i < h.sections as usize {
            let Some(s) = (match cut(table, i * Section::LEN, Section::LEN) {
                Some(entry) => Section::read(entry),
                None => None,
            }) else {
                return Err(Error::Truncated);
            };
            i += 1;
            // sections stand in file order, so an increasing end means that none overlap
            let start = s.offset as u64 * 16;
            let limit = if s.flags & section::DEVICE != 0 { h.device_len } else { h.file_len } as u64 * 16;
            if start < end || start + s.len as u64 > limit {
                return Err(Error::SectionBounds);
            }
            end = start + s.len as u64;
            if s.flags & section::DEVICE == 0 {
                if s.flags & section::REQUIRED != 0 {
                    return Err(Error::SectionUnknown);
                }
                continue;
            }
            let Some(body) = cut(bytes, start as usize, s.len as usize) else { return Err(Error::Truncated) };
            match s.kind {
                section::REGIONS => plan.regions = body,
                section::OPERANDS => plan.operands = body,
                section::STEPS => plan.steps = body,
                section::CONSTANTS => plan.constants = body,
                section::PORTS => plan.ports = body,
                section::ENTRIES => plan.entries = body,
                section::NAME => plan.name = body,
                _ if s.flags & section::REQUIRED != 0 => return Err(Error::SectionUnknown),
                _ => continue,
            }
            if seen & (1 << s.kind) != 0 {
                return Err(Error::SectionMissing);
            }
            seen |= 1 << s.kind;
            if s.kind != section::CONSTANTS && crc32(0, body) != s.crc {
                return Err(Error::SectionChecksum);
            }
        }
        if seen & NEEDED != NEEDED {
            return Err(Error::SectionMissing);
        }
        Ok(plan)
    }

    /// Regions, operands, ports and entries.
    const fn check_tables(&self) -> Result<(), Error> {
        let h = &self.header;
        if self.regions.len() != h.regions as usize * Region::LEN || h.regions as usize > MAX_REGIONS {
            return Err(Error::Region);
        }
        let (mut i, mut arena) = (0, 0u64);
        while i < h.regions {
            let Some(r) = self.region(i) else { return Err(Error::Region) };
            if r.align_log2 > 4 {
                return Err(Error::Region);
            }
            match r.kind {
                region::CONSTANTS if r.len as usize == self.constants.len() => {}
                region::WORK | region::STATE => {
                    arena = arena.next_multiple_of(1 << r.align_log2) + r.len as u64
                }
                _ => return Err(Error::Region),
            }
            if arena > u32::MAX as u64 {
                return Err(Error::Region);
            }
            i += 1;
        }
        let operands = self.operands.len() / Operand::LEN;
        if !self.operands.len().is_multiple_of(Operand::LEN) || operands > u16::MAX as usize {
            return Err(Error::OperandBounds);
        }
        let mut i = 0;
        while i < operands {
            let o = self.operand(i as u16);
            let Some(r) = self.region(o.region) else { return Err(Error::OperandBounds) };
            if o.offset as u64 + o.len as u64 > r.len as u64 {
                return Err(Error::OperandBounds);
            }
            let Some(kind) = o.element() else { return Err(Error::OperandKind) };
            let bytes = kind.bytes();
            if bytes > 1 << r.align_log2 || !o.offset.is_multiple_of(bytes) || !o.len.is_multiple_of(bytes) {
                return Err(Error::OperandKind);
            }
            i += 1;
        }
        if !self.ports.len().is_multiple_of(Port::LEN) || self.ports.len() / Port::LEN > u8::MAX as usize {
            return Err(Error::Port);
        }
        let mut i = 0;
        while i < self.port_count() {
            let Some(p) = self.port(i) else { return Err(Error::Port) };
            if p.operand as usize >= operands || p.rank as usize > MAX_RANK || p.output > 1 {
                return Err(Error::Port);
            }
            let o = self.operand(p.operand);
            let (Some(kind), Some(n)) = (o.element(), wire::product(&p.shape())) else {
                return Err(Error::Port);
            };
            if !wire::is_product(&[n, kind.bytes()], o.len) || !self.writable(o.region) {
                return Err(Error::Port);
            }
            i += 1;
        }
        Ok(())
    }

    /// Records and entries; counts the steps.
    const fn check_steps(mut self) -> Result<Self, At> {
        let operands = (self.operands.len() / Operand::LEN) as u32;
        let mut rest = self.steps;
        while !rest.is_empty() {
            let at = At { step: self.count, error: Error::Record };
            let Some((step, tail)) = Step::first(rest) else { return Err(at) };
            if self.count == u16::MAX - 1 {
                return Err(at);
            }
            let n = step.operands();
            let mut i = 0;
            while i < n {
                if step.id(i) as u32 >= operands {
                    return Err(at);
                }
                i += 1;
            }
            let mut w = 0;
            while w < step.writes() {
                let y = self.operand(step.id(w));
                if !self.writable(y.region) {
                    return Err(At { error: Error::ReadOnly, ..at });
                }
                let mut i = 0;
                while i < n {
                    let x = self.operand(step.id(i));
                    // the very same bytes may be read and written; whether that suits the kernel is its own check
                    if i != w && y.overlaps(&x) && (i < step.writes() || !y.same(&x)) {
                        return Err(At { error: Error::Overlap, ..at });
                    }
                    i += 1;
                }
                w += 1;
            }
            self.count += 1;
            rest = tail;
        }
        let mut i = 0;
        while i < self.header.entries {
            let Some(e) = self.entry(i) else { return Err(At::plan(Error::Entry)) };
            if e.first as u32 + e.count as u32 > self.count as u32
                || e.first_port as u32 + e.ports as u32 > self.port_count() as u32
            {
                return Err(At::plan(Error::Entry));
            }
            i += 1;
        }
        if i == 0 || self.entries.len() != i as usize * Entry::LEN {
            return Err(At::plan(Error::Entry));
        }
        Ok(self)
    }

    const fn writable(&self, region: u8) -> bool {
        matches!(self.region(region), Some(r) if r.kind != region::CONSTANTS)
    }

    /// The header.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The model's name; empty if the plan has none.
    pub const fn name(&self) -> &'a str {
        match core::str::from_utf8(self.name) {
            Ok(name) => name,
            Err(_) => "",
        }
    }

    /// SHA-256 of the device part behind the header.
    pub const fn id(&self) -> &'a [u8] {
        self.id
    }

    /// Length in bytes of the part that a device needs.
    pub const fn device_len(&self) -> usize {
        self.header.device_len as usize * 16
    }

    /// Number of steps.
    pub const fn step_count(&self) -> usize {
        self.count as usize
    }

    /// The steps in order.
    pub const fn steps(&self) -> Steps<'a> {
        Steps { rest: self.steps }
    }

    /// The region with this index.
    pub const fn region(&self, index: u8) -> Option<Region> {
        match cut(self.regions, index as usize * Region::LEN, Region::LEN) {
            Some(entry) => Region::read(entry),
            None => None,
        }
    }

    /// The operand with this index; an empty one past the end.
    pub const fn operand(&self, index: u16) -> Operand {
        match cut(self.operands, index as usize * Operand::LEN, Operand::LEN) {
            Some(entry) => match Operand::read(entry) {
                Some(o) => o,
                None => Operand::NONE,
            },
            None => Operand::NONE,
        }
    }

    /// Number of operands.
    pub const fn operand_count(&self) -> usize {
        self.operands.len() / Operand::LEN
    }

    /// Number of ports, inputs before outputs.
    pub const fn port_count(&self) -> u8 {
        (self.ports.len() / Port::LEN) as u8
    }

    /// The port with this index.
    pub const fn port(&self, index: u8) -> Option<Port> {
        match cut(self.ports, index as usize * Port::LEN, Port::LEN) {
            Some(entry) => Port::read(entry),
            None => None,
        }
    }

    /// The `index`-th input, or output, among the ports.
    pub const fn side(&self, output: bool, mut index: u8) -> Option<Port> {
        let mut i = 0;
        while let Some(port) = self.port(i) {
            if (port.output != 0) as u8 == output as u8 {
                if index == 0 {
                    return Some(port);
                }
                index -= 1;
            }
            i += 1;
        }
        None
    }

    /// The entry point with this index.
    pub const fn entry(&self, index: u8) -> Option<Entry> {
        match cut(self.entries, index as usize * Entry::LEN, Entry::LEN) {
            Some(entry) => Entry::read(entry),
            None => None,
        }
    }

    /// The plan's constants.
    pub const fn constants(&self) -> &'a [u8] {
        self.constants
    }

    /// Bytes of work memory and state that a session needs, from a 16-byte boundary.
    pub const fn arena_len(&self) -> usize {
        self.region_start(self.header.regions)
    }

    /// Where the region `index` starts in the arena: writable regions lie one behind the other.
    pub const fn region_start(&self, index: u8) -> usize {
        let (mut i, mut at) = (0, 0u32);
        while let Some(r) = self.region(i) {
            if r.kind != region::CONSTANTS {
                at = at.next_multiple_of(1 << (r.align_log2 & 15));
                if i == index {
                    break;
                }
                at = at.wrapping_add(r.len);
            }
            i += 1;
        }
        at as usize
    }

    /// The bytes of the arena that an operand names.
    pub(crate) fn extent(&self, operand: u16) -> core::ops::Range<usize> {
        let o = self.operand(operand);
        let start = self.region_start(o.region).wrapping_add(o.offset as usize);
        start..start.wrapping_add(o.len as usize)
    }

    /// Whether the constants match the checksum in `bytes`, from which this plan was parsed.
    pub const fn verify_constants(&self, bytes: &[u8]) -> bool {
        let mut i = 0;
        while let Some(entry) = cut(bytes, HEADER_LEN + i * Section::LEN, Section::LEN) {
            if let Some(s) = Section::read(entry)
                && s.kind == section::CONSTANTS
            {
                return crc32(0, self.constants) == s.crc;
            }
            i += 1;
        }
        false
    }
}

/// One step's record: `code u16, words u8, arity u8, rows u16, ids u16 x n`, padding to a word, parameters.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    record: &'a [u8],
}

/// Bytes of a record before its operand ids.
pub const STEP_LEN: usize = 6;

impl<'a> Step<'a> {
    /// The record at the front of `bytes`, and what follows it.
    const fn first(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let words = wire::u8(bytes, 2) as usize;
        let Some((record, rest)) = bytes.split_at_checked(words * 4) else { return None };
        let step = Step { record };
        if record.len() < STEP_LEN || step.params_at() > record.len() || step.writes() > step.operands() {
            return None;
        }
        Some((step, rest))
    }

    /// Operator and kernel variant.
    pub const fn code(&self) -> u16 {
        wire::u16(self.record, 0)
    }

    /// Number of operands.
    pub const fn operands(&self) -> usize {
        (wire::u8(self.record, 3) & 31) as usize
    }

    /// How many of the operands, the first ones, the step writes.
    pub const fn writes(&self) -> usize {
        (wire::u8(self.record, 3) >> 5) as usize
    }

    /// Rows of output.
    pub const fn rows(&self) -> u16 {
        wire::u16(self.record, 4)
    }

    /// Index in the operand table of the `i`-th operand.
    pub const fn id(&self, i: usize) -> u16 {
        wire::u16(self.record, STEP_LEN + 2 * i)
    }

    /// The kernel's own fields.
    pub const fn params(&self) -> &'a [u8] {
        match self.record.split_at_checked(self.params_at()) {
            Some((_, params)) => params,
            None => &[],
        }
    }

    const fn params_at(&self) -> usize {
        (STEP_LEN + 2 * self.operands()).next_multiple_of(4)
    }
}

/// The steps of a plan in order.
#[derive(Clone, Copy, Debug)]
pub struct Steps<'a> {
    rest: &'a [u8],
}

impl<'a> Steps<'a> {
    /// The next step. (`Iterator::next` is not `const`.)
    pub const fn pop(&mut self) -> Option<Step<'a>> {
        match Step::first(self.rest) {
            Some((step, rest)) => {
                self.rest = rest;
                Some(step)
            }
            None => None,
        }
    }
}

impl<'a> Iterator for Steps<'a> {
    type Item = Step<'a>;

    fn next(&mut self) -> Option<Step<'a>> {
        self.pop()
    }
}
