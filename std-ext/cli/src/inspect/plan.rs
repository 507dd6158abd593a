//! What there is to know of a .midge file.

use std::path::Path;

use midge_core::plan::{Header, Kind, Operand, Plan, region};
use midge_runtime::file::File;
use midge_runtime::host::{Names, OperandName};
use midge_runtime::layers::{self, Layer};
use midge_runtime::ports::{Port, Ports};
use midge_runtime::sketch;

use super::{Facts, Place, Report, Section, Tensor};
use crate::failure::Failure;

pub(super) fn report(path: &Path, file: &File) -> Result<Report, Failure> {
    let plan = file.plan()?;
    let names = file.names();
    let ports = Ports::of(&plan, names);
    let layers = layers::layers(&plan, names);
    let metadata = file.metadata();
    let total = |each: fn(&Layer) -> u64| layers.iter().map(each).sum();
    let header = plan.header();
    let mut about = vec![("identity", hex(plan.id()).into())];
    about.extend(metadata.into_iter().flat_map(|m| {
        let said = [
            ("version", &m.version),
            ("producer", &m.producer),
            ("docs", &m.docs),
            ("preprocess", &m.preprocess),
        ];
        let rest =
            [("target", &m.target), ("optimize", &m.optimize), ("source", &m.source), ("tool", &m.tool)];
        let said = said.into_iter().filter(|(_, words)| !words.is_empty());
        said.chain(rest).map(|(k, v)| (k, v.as_str().into()))
    }));
    Ok(Report {
        file: path.into(),
        format: "midge",
        bytes: file.bytes().len() as u64,
        name: metadata.map(|m| m.name.clone()),
        about: Facts(about),
        stream: metadata.and_then(|m| m.stream),
        macs: metadata.map_or_else(|| total(|l| l.macs), |m| m.macs),
        parameters: metadata.map_or_else(|| total(|l| l.parameters), |m| m.parameters),
        inputs: ports.inputs.iter().map(port).collect(),
        outputs: ports.outputs.iter().map(port).collect(),
        arena_bytes: Some(plan.arena_len() as u64),
        const_bytes: plan.constants().len() as u64,
        header: fields(header),
        sections: file.sections().map(section).collect(),
        tensors: (0..plan.operand_count()).map(|i| tensor(&plan, i as u16, names)).collect(),
        graph: sketch::draw(&layers::graph(&plan, names)).lines().map(str::to_string).collect(),
        layers,
    })
}

fn fields(h: &Header) -> Facts {
    let magic = [h.magic_low.to_le_bytes(), h.magic_high.to_le_bytes()].concat();
    Facts(vec![
        ("magic", magic.escape_ascii().to_string().into()),
        ("major", h.major.into()),
        ("minor", h.minor.into()),
        ("sections", h.sections.into()),
        ("regions", h.regions.into()),
        ("entries", h.entries.into()),
        ("align", (1u32 << h.align_log2).into()),
        ("device_len", (u64::from(h.device_len) * 16).into()),
        ("file_len", (u64::from(h.file_len) * 16).into()),
        ("features", h.features.into()),
        ("crc32", format!("{:08x}", h.crc).into()),
    ])
}

fn section(part: midge_runtime::sections::Part<'_>) -> Section {
    Section {
        name: part.name(),
        offset: u64::from(part.entry.offset) * 16,
        bytes: part.entry.len.into(),
        crc32: format!("{:08x}", part.entry.crc),
        device: part.is_device(),
        present: part.bytes.is_some(),
    }
}

fn port(port: &Port) -> Tensor {
    Tensor {
        name: port.name.clone(),
        shape: port.shape.clone(),
        dtype: port.dtype.name(),
        scale: port.scale,
        zero_point: port.zero,
        channels: None,
        place: None,
    }
}

fn tensor(plan: &Plan<'_>, index: u16, names: Option<&Names>) -> Tensor {
    let operand = plan.operand(index);
    let known = names.and_then(|n| n.operands.get(usize::from(index)));
    let unknown = OperandName { name: format!("operand {index}"), ..OperandName::default() };
    let name = known.unwrap_or(&unknown);
    Tensor {
        name: name.name.clone(),
        shape: layers::shape(&operand, index, names),
        dtype: operand.element().map_or("unknown", Kind::name),
        scale: name.scale,
        zero_point: name.zero,
        channels: name.channels,
        place: Some(Place {
            region: place(plan, &operand),
            offset: operand.offset.into(),
            bytes: operand.len.into(),
        }),
    }
}

fn place(plan: &Plan<'_>, operand: &Operand) -> &'static str {
    match plan.region(operand.region).map(|r| r.kind) {
        Some(region::CONSTANTS) => "constants",
        Some(region::STATE) => "state",
        _ if operand.kind & Kind::SCRATCH != 0 => "scratch",
        _ => "work",
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
