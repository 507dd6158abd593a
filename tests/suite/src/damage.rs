//! Damaged plans, made from a sound one: each breaks one rule, and the checksums around it are made to match again, so
//! that only the check of that rule can refuse it.

use midge_core::plan::{Plan, section, section::DEVICE, section::REQUIRED};
use midge_core::{At, Error, ops};

use crate::edit::Edit;

/// A damaged plan and the verdict that it must get.
#[derive(Clone, Debug)]
pub struct Damaged {
    /// What was done to it.
    pub name: &'static str,
    /// Its bytes.
    pub file: Vec<u8>,
    /// Why it is not loaded; none if only a reading of every byte finds the damage.
    pub refused: Option<At>,
}

/// Every way to damage a plan whose first step is a canonical CONV_2D, with an input in work memory and constants
/// behind it, and whose only input and output are bytes.
pub fn damaged(sound: &[u8]) -> Vec<Damaged> {
    let mut all = Vec::new();
    cut(sound, &mut all);
    checksums(sound, &mut all);
    header(sound, &mut all);
    sections(sound, &mut all);
    tables(sound, &mut all);
    steps(sound, &mut all);
    all
}

/// Adds a file that is refused outside of all steps.
fn add(all: &mut Vec<Damaged>, name: &'static str, error: Error, file: Vec<u8>) {
    all.push(Damaged { name, file, refused: Some(At { step: At::NOWHERE, error }) });
}

fn cut(sound: &[u8], all: &mut Vec<Damaged>) {
    let device = Plan::parse(sound).map_or(0, |plan| plan.device_len());
    let mut front = |name, error, len: usize| add(all, name, error, sound[..len.min(sound.len())].to_vec());
    front("nothing at all", Error::Magic, 0);
    front("half of the magic", Error::Magic, 4);
    front("the magic alone", Error::Truncated, 8);
    front("half of the header", Error::Truncated, 40);
    front("cut inside the section table", Error::Truncated, 100);
    front("cut in the middle of the device part", Error::Truncated, device / 2);
    front("the device part without its last byte", Error::Truncated, device - 1);
    let text = |from: &[u8], to: &[u8]| {
        let rest = sound.strip_prefix(from).unwrap_or(sound);
        [to, rest].concat()
    };
    add(all, "line ends changed by a transfer as text", Error::Magic, text(b"MIDGE\x1a\r\n", b"MIDGE\x1a\n"));
    add(all, "another kind of file", Error::Magic, text(b"MIDGE", b"RIFF "));
}

fn checksums(sound: &[u8], all: &mut Vec<Damaged>) {
    let edit = || Edit::new(sound);
    add(all, "a flipped bit in the header", Error::HeaderChecksum, edit().header(|h| h.minor ^= 4).file);
    add(all, "a wrong header checksum", Error::HeaderChecksum, edit().header(|h| h.crc ^= 1).file);
    let mut identity = edit().file;
    identity[40] ^= 1;
    add(all, "a flipped bit in the identity", Error::HeaderChecksum, identity);
    let table = edit().section(section::PORTS, |s| s.len ^= 16).file;
    add(all, "a flipped bit in the section table", Error::HeaderChecksum, table);
    for (name, kind) in [
        ("a flipped bit in the regions", section::REGIONS),
        ("a flipped bit in the operands", section::OPERANDS),
        ("a flipped bit in the steps", section::STEPS),
        ("a flipped bit in the ports", section::PORTS),
        ("a flipped bit in the entries", section::ENTRIES),
    ] {
        add(all, name, Error::SectionChecksum, edit().flip(kind, 5).file);
    }
    for (name, kind) in [
        ("a flipped bit in the constants", section::CONSTANTS),
        ("a flipped bit in the host digest", section::HOST_DIGEST),
        ("a flipped bit in the metadata", section::METADATA),
        ("a flipped bit in the names", section::NAMES),
    ] {
        all.push(Damaged { name, file: edit().flip(kind, 7).file, refused: None });
    }
    let longer = [sound, b"0123456789abcdef"].concat();
    all.push(Damaged { name: "bytes behind the end", file: longer, refused: None });
    let shorter = sound[..sound.len() - 16].to_vec();
    all.push(Damaged { name: "the last host section cut off", file: shorter, refused: None });
}

fn header(sound: &[u8], all: &mut Vec<Damaged>) {
    let mut change = |name, error, f: fn(&mut midge_core::plan::Header)| {
        add(all, name, error, Edit::new(sound).header(f).seal());
    };
    change("a newer major version", Error::Version, |h| h.major += 1);
    change("major version 0", Error::Version, |h| h.major = 0);
    change("an unknown feature", Error::Feature, |h| h.features |= 1 << 31);
    change("an alignment that no memory has", Error::SectionBounds, |h| h.align_log2 = 9);
    change("a device part longer than the file", Error::SectionBounds, |h| h.device_len = h.file_len + 1);
    change("more regions than the table has", Error::Region, |h| h.regions += 1);
    change("more entries than the table has", Error::Entry, |h| h.entries += 1);
    change("no entries", Error::Entry, |h| h.entries = 0);
    change("255 sections", Error::SectionBounds, |h| h.sections = 255);
}

fn sections(sound: &[u8], all: &mut Vec<Damaged>) {
    let mut change = |name, error, kind, f: fn(&mut midge_core::plan::Section)| {
        add(all, name, error, Edit::new(sound).section(kind, f).seal());
    };
    let bounds = Error::SectionBounds;
    change("a section that overlaps the one before", bounds, section::STEPS, |s| s.offset -= 1);
    change("a section inside the header", bounds, section::REGIONS, |s| s.offset = 1);
    change("a section that overlaps the one behind", bounds, section::OPERANDS, |s| s.len += 64);
    change("a section far behind the end", bounds, section::CONSTANTS, |s| s.offset = u32::MAX);
    change("a section of 4 GiB", bounds, section::CONSTANTS, |s| s.len = u32::MAX);
    change("a host section behind the end", bounds, section::NAMES, |s| s.len += 1 << 20);
    change("a section that is missing", Error::SectionMissing, section::PORTS, |s| {
        (s.kind, s.flags) = (900, DEVICE);
    });
    change("a section that is there twice", Error::SectionMissing, section::HOST_DIGEST, |s| {
        s.kind = section::REGIONS;
    });
    change("a required section that is unknown", Error::SectionUnknown, section::HOST_DIGEST, |s| {
        (s.kind, s.flags) = (901, DEVICE | REQUIRED);
    });
    change("a required host section", Error::SectionUnknown, section::NAMES, |s| s.flags |= REQUIRED);
    change("constants in the host part", Error::SectionUnknown, section::CONSTANTS, |s| s.flags &= !DEVICE);
    change("half a region", Error::Region, section::REGIONS, |s| s.len -= 4);
    change("half an operand", Error::OperandBounds, section::OPERANDS, |s| s.len -= 4);
    change("half a port", Error::Port, section::PORTS, |s| s.len -= 4);
}

fn tables(sound: &[u8], all: &mut Vec<Damaged>) {
    let edit = || Edit::new(sound);
    let ([_, x], work) = places(sound);
    let mut put = |name, error, edit: Edit| add(all, name, error, edit.seal());
    put("an unknown kind of region", Error::Region, edit().region(1, |r| r.kind = 77));
    put("a region aligned to 32 bytes", Error::Region, edit().region(1, |r| r.align_log2 = 5));
    put("constants of another length", Error::Region, edit().region(0, |r| r.len += 4));
    put("work memory of 4 GiB with a second region", Error::Region, {
        edit().region(0, |r| (r.kind, r.len) = (2, 64)).region(1, |r| r.len = u32::MAX)
    });
    let outside = Error::OperandBounds;
    put("an operand that leaves its region", outside, edit().operand(x, |o| o.offset = work));
    put("an operand of 4 GiB", outside, edit().operand(x, |o| o.len = u32::MAX));
    put("an operand whose end overflows", outside, edit().operand(x, |o| (o.offset, o.len) = (!15, 64)));
    put("an operand in no region", outside, edit().operand(x, |o| o.region = 9));
    put("a constant that leaves its section", outside, edit().operand(0, |o| o.offset = 1 << 30));
    put("an unaligned bias", Error::OperandKind, edit().operand(1, |o| o.offset -= 2));
    put("an unknown element type", Error::OperandKind, edit().operand(x, |o| o.kind = 15));
    put(
        "floats that are no whole number of them",
        Error::OperandKind,
        edit().operand(1, |o| {
            (o.kind, o.len) = (4, o.len - 1);
        }),
    );
    put("a port of no operand", Error::Port, edit().port(0, |p| p.operand = u16::MAX));
    put("a port of seven dimensions", Error::Port, edit().port(0, |p| p.rank = 7));
    put("a port that is neither input nor output", Error::Port, edit().port(0, |p| p.output = 2));
    put("a port with an extent of zero", Error::Port, edit().port(0, |p| p.dims[1] = 0));
    put("a port whose shape overflows", Error::Port, edit().port(0, |p| p.dims = [u32::MAX; 4]));
    put("a port with a dimension too many", Error::Port, edit().port(1, |p| p.dim5 = 2));
    put("an output that is a constant", Error::Port, edit().port(1, |p| p.operand = 0));
    put("an entry with too many steps", Error::Entry, edit().entry(0, |e| e.count += 1));
    put("an entry that starts behind the steps", Error::Entry, edit().entry(0, |e| e.first = u16::MAX));
    put("an entry with too many ports", Error::Entry, edit().entry(0, |e| e.ports = 200));
}

fn steps(sound: &[u8], all: &mut Vec<Damaged>) {
    let edit = || Edit::new(sound);
    let ([y, x], _) = places(sound);
    let mut put = |name, error, edit: Edit| {
        all.push(Damaged { name, file: edit.seal(), refused: Some(At { step: 0, error }) });
    };
    put("a step of no words", Error::Record, edit().step(0, |r| r[2] = 0));
    put("a step without room for its operands", Error::Record, edit().step(0, |r| r[2] = 2));
    put("a step that reaches behind the section", Error::Record, edit().step(0, |r| r[2] = 255));
    put("a step that writes more than it names", Error::Record, edit().step(0, |r| r[3] = 7 << 5 | 4));
    put("an operand that does not exist", Error::Record, edit().step(0, |r| r[8..10].fill(0xff)));
    put("a step without parameters", Error::Record, edit().step(0, |r| r[3] |= 31));
    put("a step that writes a constant", Error::ReadOnly, edit().step(0, |r| r[6..8].fill(0)));
    put("an output over a part of the input", Error::Overlap, edit().operand(x, |o| o.offset = 16));
    put("an output in the place of the input", Error::Overlap, edit().step(0, |r| r.copy_within(6..8, 8)));
    put("an operator that does not exist", Error::UnknownKernel, edit().step(0, |r| r[..2].fill(0x7f)));
    put("a variant that does not exist", Error::UnknownKernel, edit().step(0, |r| r[0] |= 63));
    let other = ops::MAX_POOL_2D.to_le_bytes();
    put("another operator's record", Error::Shape, edit().step(0, |r| r[..2].copy_from_slice(&other)));
    put("rows that the output does not have", Error::Shape, edit().step(0, |r| r[4] += 1));
    put("no rows", Error::Shape, edit().step(0, |r| r[4..6].fill(0)));
    put("an operand too few", Error::Shape, edit().step(0, |r| r[3] -= 1));
    put("an output of another type", Error::Shape, edit().operand(y, |o| o.kind = 1));
    put("a filter with a byte too few", Error::Shape, edit().operand(0, |o| o.len -= 1));
    // the window's fields in order: in_h, in_w, in_c, out_h, out_w, out_c, k_h, k_w, s_h, s_w, d_h, d_w, p_h, p_w; then
    // depth
    for (name, at, value) in [
        ("an input of another height", 0, 9),
        ("an input without columns", 2, 0),
        ("an input without channels", 4, 0),
        ("images without rows", 6, 0),
        ("a part of an image", 6, 3),
        ("an output of 65535 columns", 8, u16::MAX),
        ("an output without channels", 10, 0),
        ("a filter without rows", 12, 0),
        ("a filter of 65535 columns", 14, u16::MAX),
        ("a stride of zero", 16, 0),
        ("a dilation of zero", 22, 0),
        ("a filter that sees no channels", 28, 0),
        ("a filter that sees more channels than there are", 28, 2),
    ] {
        put(name, Error::Shape, edit().parameter(0, at, value));
    }
}

/// The operands that the first step writes and reads first, and the length of work memory.
fn places(sound: &[u8]) -> ([usize; 2], u32) {
    let plan = Plan::parse(sound).ok();
    let ids = |step: midge_core::plan::Step<'_>| [0, 1].map(|i| usize::from(step.id(i)));
    let operands = plan.and_then(|plan| plan.steps().next()).map_or([0; 2], ids);
    (operands, plan.and_then(|plan| plan.region(1)).map_or(0, |region| region.len))
}
