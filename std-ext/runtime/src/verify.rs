//! Checks that opening leaves out: every byte of a `.midge` file, and every reason that it is not sound.

use std::fmt;

use midge_core::plan::{self, ID, section};
use midge_core::signal::{Ears, Unfit};
use midge_core::{At, Kernels, Plan, Runtime, crc32};
use sha2::{Digest, Sha256};

use crate::bytes::Bytes;
use crate::host::{Metadata, Names};
use crate::sections::{Part, sections};

/// Something that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The plan contradicts itself, or a step has no kernel: what, and in which step.
    Plan(At),
    /// A section's bytes do not match its checksum.
    Checksum(&'static str),
    /// A section that the table lists is not there.
    Absent(&'static str),
    /// The device part does not match the identity in the header.
    Identity,
    /// The host part does not match the digest in the device part.
    Host,
    /// A host section is not the JSON that it should be: the section, and what the parser says.
    Json(&'static str, String),
    /// The names do not fit the plan: which list, its length, and what it should be.
    Names(&'static str, usize, usize),
    /// A region of work memory is larger than what lies in it: its index, its length and the end of its operands.
    Region(u8, u32, u32),
    /// The front-end for sound is none.
    Ears(Unfit),
    /// The file goes on behind its end: by how many bytes.
    Trailing(u64),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Plan(at) => at.fmt(f),
            Fault::Checksum(name) => write!(f, "section {name}: damaged (checksum)"),
            Fault::Absent(name) => write!(f, "section {name}: cut off, the file ends before it"),
            Fault::Identity => write!(f, "identity: the device part does not match its SHA-256"),
            Fault::Host => write!(f, "host digest: the host part does not match its SHA-256"),
            Fault::Json(name, what) => write!(f, "section {name}: not the JSON that it should be: {what}"),
            Fault::Names(list, found, want) => {
                write!(f, "section names: lists {found} {list} for a plan with {want}")
            }
            Fault::Region(index, len, end) => {
                write!(f, "region {index}: {len} bytes long, but its operands end at {end}")
            }
            Fault::Ears(unfit) => write!(f, "section front-end: {unfit}"),
            Fault::Trailing(bytes) => {
                write!(f, "{bytes} bytes follow the end of the file that the header gives")
            }
        }
    }
}

impl std::error::Error for Fault {}

/// Everything that is wrong with the bytes of a file; empty for a sound one.
///
/// Reads every byte: checksums of all sections, identity and host digest (SHA-256), the plan's own rules, kernels and
/// their geometry, names, and memory. A file whose host part was stripped is sound.
pub fn faults(bytes: &[u8]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let plan = Plan::parse(bytes);
    match &plan {
        // the search below says which section it is
        Err(at) if at.error == midge_core::Error::SectionChecksum => {}
        Err(at) => faults.push(Fault::Plan(*at)),
        Ok(_) => {}
    }
    if matches!(&plan, Err(at) if unreadable(at.error)) {
        return faults;
    }
    let full = plan::Header::read(bytes).map_or(0, |h| u64::from(h.file_len) * 16);
    let device = plan::Header::read(bytes).map_or(0, |h| u64::from(h.device_len) * 16);
    let stripped = bytes.len() as u64 == device && full > device;
    for part in sections(bytes).filter(|part| part.is_device() || !stripped) {
        match part.bytes {
            None => faults.push(Fault::Absent(part.name())),
            Some(body) if crc32(0, body) != part.entry.crc => faults.push(Fault::Checksum(part.name())),
            Some(_) => {}
        }
    }
    if bytes.len() as u64 > full {
        faults.push(Fault::Trailing(bytes.len() as u64 - full));
    }
    digests(bytes, device, full, stripped, &mut faults);
    if let Ok(plan) = plan {
        if let Err(at) = load(bytes) {
            faults.push(Fault::Plan(at));
        }
        regions(&plan, &mut faults);
        let ears = Bytes::aligned(plan.front_end());
        if !plan.front_end().is_empty()
            && let Err(unfit) = Ears::parse(ears.as_slice())
        {
            faults.push(Fault::Ears(unfit));
        }
        if !stripped {
            json(bytes, &plan, &mut faults);
        }
    }
    faults
}

/// The first section whose checksum is wrong.
pub(crate) fn damaged_section(bytes: &[u8]) -> Option<&'static str> {
    let wrong = |part: &Part<'_>| {
        part.is_device()
            && part.entry.kind != section::CONSTANTS
            && part.bytes.is_some_and(|body| crc32(0, body) != part.entry.crc)
    };
    sections(bytes).find(wrong).map(|part| part.name())
}

/// How an error names a section.
pub(crate) fn place(section: Option<&'static str>) -> String {
    section.map(|name| format!(": section {name}")).unwrap_or_default()
}

/// Faults behind which the section table means nothing.
fn unreadable(error: midge_core::Error) -> bool {
    use midge_core::Error;
    matches!(error, Error::Magic | Error::Version | Error::HeaderChecksum | Error::SectionBounds)
}

fn digests(bytes: &[u8], device: u64, full: u64, stripped: bool, faults: &mut Vec<Fault>) {
    let end = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
    let (device, full) = (end(device), end(full));
    let covered = bytes.get(ID.end..device).unwrap_or_default();
    if bytes.get(ID) != Some(&Sha256::digest(covered)[..]) {
        faults.push(Fault::Identity);
    }
    let digest = sections(bytes).find(|part| part.entry.kind == section::HOST_DIGEST).and_then(|p| p.bytes);
    if let Some(digest) = digest
        && !stripped
        && digest != &Sha256::digest(bytes.get(device..full).unwrap_or_default())[..]
    {
        faults.push(Fault::Host);
    }
}

/// Kernels and their geometry; the copy is needed only for bytes that do not lie at a boundary.
fn load(bytes: &[u8]) -> Result<(), At> {
    let aligned;
    let bytes = if bytes.as_ptr().addr().is_multiple_of(16) {
        bytes
    } else {
        aligned = Bytes::aligned(bytes);
        aligned.as_slice()
    };
    Runtime::load(bytes, Kernels::ALL).map(|_| ())
}

/// Work memory that nothing uses would be taken from a device for nothing.
fn regions(plan: &Plan<'_>, faults: &mut Vec<Fault>) {
    for index in 0..plan.header().regions {
        let Some(region) = plan.region(index) else { continue };
        if region.kind == plan::region::CONSTANTS {
            continue;
        }
        let operands = (0..plan.operand_count()).map(|i| plan.operand(i as u16));
        let end = operands.filter(|o| o.region == index).map(|o| o.offset + o.len).max().unwrap_or(0);
        if u64::from(region.len) > u64::from(end).next_multiple_of(16) {
            faults.push(Fault::Region(index, region.len, end));
        }
    }
}

fn json(bytes: &[u8], plan: &Plan<'_>, faults: &mut Vec<Fault>) {
    for part in sections(bytes) {
        let Some(body) = part.bytes else { continue };
        let checked = match part.entry.kind {
            section::METADATA => {
                serde_json::from_slice::<Metadata>(body).map(|_| ()).map_err(|error| error.to_string())
            }
            section::NAMES => Names::read(body).map(|names| {
                let lists = [
                    ("operands", names.operands.len(), plan.operand_count()),
                    ("steps", names.steps.len(), plan.step_count()),
                    ("ports", names.ports.len(), usize::from(plan.port_count())),
                ];
                let wrong = lists.into_iter().filter(|(_, found, want)| found != want);
                faults.extend(wrong.map(|(list, found, want)| Fault::Names(list, found, want)));
            }),
            _ => Ok(()),
        };
        if let Err(error) = checked {
            faults.push(Fault::Json(part.name(), error));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn every_flipped_byte_is_found() {
        let sound = fixture::plan(&fixture::double(), 256);
        assert_eq!(faults(&sound), []);
        for at in 0..sound.len() {
            let mut bytes = sound.clone();
            bytes[at] ^= 0x10;
            assert!(!faults(&bytes).is_empty(), "byte {at} of {}", sound.len());
        }
    }

    #[test]
    fn a_damaged_section_is_named() {
        let sound = fixture::plan(&fixture::double(), 256);
        let places: Vec<_> = sections(&sound).map(|p| (p.name(), p.entry.offset as usize * 16)).collect();
        for (name, at) in places {
            let mut bytes = sound.clone();
            bytes[at] ^= 1;
            let found: Vec<_> = faults(&bytes).iter().map(Fault::to_string).collect();
            assert!(found.iter().any(|f| f.contains(&format!("section {name}"))), "{name}: {found:?}");
        }
    }

    #[test]
    fn cut_files_are_found_at_every_length() {
        let sound = fixture::plan(&fixture::double(), 256);
        let device = Plan::parse(&sound).unwrap().device_len();
        for len in 0..sound.len() {
            assert_eq!(faults(&sound[..len]).is_empty(), len == device, "{len}");
        }
        let longer = [&sound[..], b"tail"].concat();
        assert_eq!(faults(&longer), [Fault::Trailing(4)]);
    }

    /// A stream that is inflated to more than any file's names.
    fn bomb() -> Vec<u8> {
        miniz_oxide::deflate::compress_to_vec_zlib(&vec![b' '; 65 << 20], 1)
    }

    #[test]
    fn unknown_kernels_names_and_idle_memory_are_found() {
        let mut recipe = fixture::double();
        recipe.code = 0x7fff;
        let found = faults(&fixture::plan(&recipe, 256));
        assert!(matches!(found[..], [Fault::Plan(At { step: 0, .. })]), "{found:?}");
        recipe = fixture::double();
        recipe.idle = 64;
        assert_eq!(faults(&fixture::plan(&recipe, 256)), [Fault::Region(1, 96, 32)]);
        recipe = fixture::double();
        recipe.names = Names::default().stored();
        assert_eq!(faults(&fixture::plan(&recipe, 256)).len(), 3);
        for damaged in [&b"{"[..], &recipe.names[..20], &bomb()] {
            let recipe = fixture::Recipe { names: damaged.into(), ..fixture::double() };
            assert!(matches!(faults(&fixture::plan(&recipe, 256))[..], [Fault::Json("names", _)]));
        }
    }
}
