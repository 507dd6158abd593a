//! The bytes of a plan: checked once, then read in place. `docs/FORMAT.md` has the layout in prose.
//!
//! [`Plan::parse`] is `const`, so a plan linked into firmware is checked by the compiler; the same function checks
//! what is loaded at run time. It knows nothing of kernels: whether a step's geometry suits its operands is each
//! kernel's own `check`. What holds for all steps is proved here once: operands exist, lie in their region at an
//! address that suits their type, and what a step writes is work memory that nothing else in the step partly
//! overlaps.

use crate::error::{At, Error};
use crate::wire::{self, crc32, cut};

mod format;
mod step;

pub use format::*;
pub use step::{STEP_LEN, Step, Steps};

/// The sections that every plan has, as bits.
const NEEDED: u32 = 1 << section::REGIONS
    | 1 << section::OPERANDS
    | 1 << section::STEPS
    | 1 << section::CONSTANTS
    | 1 << section::PORTS
    | 1 << section::ENTRIES;

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
    state: &'a [u8],
    front_end: &'a [u8],
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
            state: &[],
            front_end: &[],
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
                section::STATE => plan.state = body,
                section::FRONT_END => plan.front_end = body,
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
            let packed = matches!(kind, Kind::F16 | Kind::I4);
            if packed || !wire::is_product(&[n, kind.bytes()], o.len) || !self.writable(o.region) {
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

    /// What the state regions hold at first, one behind the other; zeros follow.
    pub const fn state(&self) -> &'a [u8] {
        self.state
    }

    /// How sound becomes the input, as `signal::Ears` takes it; empty if the plan does not say.
    pub const fn front_end(&self) -> &'a [u8] {
        self.front_end
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
