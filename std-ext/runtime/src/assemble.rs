//! `.midge` files put together from their sections.

use midge_core::crc32;
use midge_core::plan::{self, Entry, Header, Region, Section, section};
use sha2::{Digest, Sha256};

/// Sections or their offsets do not fit the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a section is larger than 4 GiB, or all of them together than 64 GiB")]
pub struct TooLarge;

/// A file whose plan has no steps: it is read for its host sections.
///
/// # Errors
/// [`TooLarge`].
pub fn without_plan(name: &str, host: &[(u16, Vec<u8>)]) -> Result<Vec<u8>, TooLarge> {
    let entry = Entry { name: crc32(0, b"main"), first: 0, count: 0, first_port: 0, ports: 0, reserved: 0 };
    let device = [
        (section::REGIONS, Vec::new()),
        (section::OPERANDS, Vec::new()),
        (section::STEPS, Vec::new()),
        (section::PORTS, Vec::new()),
        (section::ENTRIES, entry.bytes().to_vec()),
        (section::NAME, name.as_bytes().to_vec()),
        (section::HOST_DIGEST, host_digest(host)),
        (section::CONSTANTS, Vec::new()),
    ];
    assemble(&device, host, 0)
}

/// Number of 16-byte units that `len` bytes take.
fn units(len: usize) -> Result<u32, TooLarge> {
    u32::try_from(len.div_ceil(16)).map_err(|_| TooLarge)
}

/// The host part's bytes: each section from a 16-byte boundary.
fn host_bytes(host: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (_, body) in host {
        bytes.extend(body);
        bytes.resize(bytes.len().next_multiple_of(16), 0);
    }
    bytes
}

/// SHA-256 of the host part.
pub fn host_digest(host: &[(u16, Vec<u8>)]) -> Vec<u8> {
    Sha256::digest(host_bytes(host)).to_vec()
}

/// The bytes of a file: its device sections, the one of entries among them with one entry, and its host sections, each with
/// its kind, in this order. `features` are those of the header.
///
/// # Errors
/// [`TooLarge`].
pub fn assemble(
    device: &[(u16, Vec<u8>)],
    host: &[(u16, Vec<u8>)],
    features: u32,
) -> Result<Vec<u8>, TooLarge> {
    let count = device.len() + host.len();
    let mut table = Vec::new();
    let mut file = vec![0; (plan::HEADER_LEN + count * Section::LEN).next_multiple_of(16)];
    let mut device_len = 0;
    let all =
        device.iter().map(|s| (s, section::DEVICE | section::REQUIRED)).chain(host.iter().map(|s| (s, 0)));
    for (i, ((kind, body), flags)) in all.enumerate() {
        // a device can do without a name, without ears, and without the digest of what it does not have
        let optional = matches!(*kind, section::NAME | section::FRONT_END | section::HOST_DIGEST);
        let flags = if optional { section::DEVICE } else { flags };
        let offset = units(file.len())?;
        let len = u32::try_from(body.len()).map_err(|_| TooLarge)?;
        table.extend(Section { kind: *kind, flags, offset, len, crc: crc32(0, body) }.bytes());
        file.extend(body);
        file.resize(file.len().next_multiple_of(16), 0);
        if i + 1 == device.len() {
            device_len = file.len();
        }
    }
    file[plan::HEADER_LEN..plan::HEADER_LEN + table.len()].copy_from_slice(&table);
    let id = Sha256::digest(&file[plan::HEADER_LEN..device_len]);
    let magic = plan::MAGIC.as_chunks::<4>().0;
    let mut header = Header {
        magic_low: u32::from_le_bytes(magic[0]),
        magic_high: u32::from_le_bytes(magic[1]),
        major: plan::MAJOR,
        minor: plan::MINOR,
        sections: count as u8,
        regions: device
            .iter()
            .find(|s| s.0 == section::REGIONS)
            .map_or(0, |s| (s.1.len() / Region::LEN) as u8),
        entries: 1,
        align_log2: 4,
        device_len: units(device_len)?,
        file_len: units(file.len())?,
        features,
        crc: 0,
    };
    let front = &header.bytes()[..Header::LEN - 4];
    header.crc = crc32(crc32(crc32(0, front), &id), &table);
    file[..Header::LEN].copy_from_slice(&header.bytes());
    file[plan::ID].copy_from_slice(&id);
    Ok(file)
}
