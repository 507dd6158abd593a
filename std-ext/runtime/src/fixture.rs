//! A plan of one step for tests of this crate, byte by byte, so that they need no compiler.

use midge_core::crc32;
use midge_core::ops::{self, table::Table};
use midge_core::plan::{
    Entry, HEADER_LEN, Header, ID, Kind, MAGIC, MAJOR, MINOR, Operand, Port, Region, Section, region, section,
};
use sha2::{Digest, Sha256};

use crate::host::{Metadata, Names, OperandName, StepName};

/// What tests vary.
pub(crate) struct Recipe {
    pub(crate) code: u16,
    /// Bytes of work memory that no operand uses.
    pub(crate) idle: u32,
    pub(crate) names: Vec<u8>,
}

/// `y = 2 x`, saturated, on 16 numbers of shape `[1, 4, 4]`; scale 0.5, zero point 3.
pub(crate) fn double() -> Recipe {
    let operand = |name: &str, shape: &[usize], source| OperandName {
        name: name.into(),
        shape: shape.into(),
        scale: Some(0.5),
        zero: Some(3),
        channels: None,
        source,
    };
    let names = Names {
        operands: vec![
            operand("x", &[1, 4, 4], Some(0)),
            operand("y", &[1, 4, 4], Some(1)),
            operand("doubled", &[256], None),
        ],
        steps: vec![StepName { op: "MUL".into(), source: 0, macs: 0, parameters: 0 }],
        ports: vec!["x".into(), "y".into()],
    };
    Recipe { code: ops::TABLE, idle: 0, names: names.stored() }
}

/// The plan's bytes, with a constants region of `constants` bytes, at least 256.
pub(crate) fn plan(recipe: &Recipe, constants: usize) -> Vec<u8> {
    let work = |kind, len| Region { kind, hint: 0, align_log2: 4, reserved: 0, len };
    let regions = [work(region::CONSTANTS, constants as u32), work(region::WORK, 32 + recipe.idle)];
    let operand = |offset, len, region| Operand { offset, len, region, kind: Kind::I8 as u8, ring: 0 };
    let operands = [operand(0, 16, 1), operand(16, 16, 1), operand(0, 256, 0)];
    let port = |operand, output| Port {
        operand,
        output,
        rank: 3,
        dims: [1, 4, 4, 1],
        dim4: 1,
        dim5: 1,
        scale: 0.5f32.to_bits(),
        zero: 3,
        name: 0,
    };
    let entry = Entry { name: 0, first: 0, count: 1, first_port: 0, ports: 2, reserved: 0 };
    let mut step = Vec::new();
    step.extend(recipe.code.to_le_bytes());
    step.extend([4, 3 | 1 << 5, 4, 0]); // words, arity and writes, rows
    step.extend([1u16, 0, 2].map(u16::to_le_bytes).concat());
    step.extend(Table { stride: 4 }.bytes());
    let mut table: Vec<u8> = (-128..128).map(|x: i32| (2 * x).clamp(-128, 127) as u8).collect();
    table.resize(constants, 7);
    let metadata = Metadata { name: "double".into(), target: "portable".into(), ..Metadata::default() };
    let required = section::REQUIRED | section::DEVICE;
    let device: Vec<(u16, u16, Vec<u8>)> = vec![
        (section::REGIONS, required, regions.iter().flat_map(Region::bytes).collect()),
        (section::OPERANDS, required, operands.iter().flat_map(Operand::bytes).collect()),
        (section::STEPS, required, step),
        (section::CONSTANTS, required, table),
        (section::PORTS, required, [port(0, 0), port(1, 1)].iter().flat_map(Port::bytes).collect()),
        (section::ENTRIES, required, entry.bytes().into()),
        (section::HOST_DIGEST, section::DEVICE, vec![0; 32]),
    ];
    let host = [
        (section::METADATA, 0, serde_json::to_vec(&metadata).unwrap()),
        (section::NAMES, 0, recipe.names.clone()),
    ];
    pack(device, &host)
}

fn pack(mut device: Vec<(u16, u16, Vec<u8>)>, host: &[(u16, u16, Vec<u8>)]) -> Vec<u8> {
    let units = |sections: &[(u16, u16, Vec<u8>)]| -> usize {
        sections.iter().map(|(_, _, body)| body.len().div_ceil(16)).sum()
    };
    let count = device.len() + host.len();
    let start = (HEADER_LEN + count * Section::LEN).div_ceil(16);
    let device_len = start + units(&device);
    let mut tail = Vec::new();
    for (_, _, body) in host {
        tail.extend(body);
        tail.resize(tail.len().next_multiple_of(16), 0);
    }
    device.last_mut().unwrap().2 = Sha256::digest(&tail).to_vec();
    let (mut table, mut bodies, mut offset) = (Vec::new(), Vec::new(), start);
    for (kind, flags, body) in device.iter().chain(host) {
        let crc = crc32(0, body);
        let entry =
            Section { kind: *kind, flags: *flags, offset: offset as u32, len: body.len() as u32, crc };
        table.extend(entry.bytes());
        bodies.extend(body);
        bodies.resize(bodies.len().next_multiple_of(16), 0);
        offset += body.len().div_ceil(16);
    }
    let mut header = Header {
        magic_low: u32::from_le_bytes(MAGIC[..4].try_into().unwrap()),
        magic_high: u32::from_le_bytes(MAGIC[4..].try_into().unwrap()),
        major: MAJOR,
        minor: MINOR,
        sections: count as u8,
        regions: 2,
        entries: 1,
        align_log2: 4,
        device_len: device_len as u32,
        file_len: offset as u32,
        features: 0,
        crc: 0,
    };
    let mut file = header.bytes().to_vec();
    file.resize(HEADER_LEN, 0);
    file.extend(&table);
    file.resize(start * 16, 0);
    file.extend(bodies);
    let id = Sha256::digest(&file[ID.end..device_len * 16]);
    header.crc = crc32(crc32(crc32(0, &file[..Header::LEN - 4]), &id), &table);
    file[..Header::LEN].copy_from_slice(&header.bytes());
    file[ID].copy_from_slice(&id);
    file
}
