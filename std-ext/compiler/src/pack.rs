//! From a program and its memory layout to the bytes of a `.midge` file. `docs/FORMAT.md` has the layout in prose.

use crate::lower::{Program, Slot, Step};
use crate::memory::Layout;
use midge_core::plan::{self, Entry, Kind, Operand, Plan, Region, STEP_LEN, feature, region, section};
use midge_core::{Kernels, Registered, Runtime, crc32};
use midge_runtime::assemble;
use midge_runtime::host::{Metadata, Names};

/// Alignment of the work region, and of everything in it.
pub const WORK_ALIGN: u32 = 16;
/// Alignment of each constant: what word loads need.
const CONSTANT_ALIGN: usize = 4;

/// Why a program has no file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// A table of the format is full.
    #[error("the model has {count} {what}, more than the {limit} that a plan can hold")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many.
        count: usize,
        /// The most.
        limit: usize,
    },
    /// Offsets in the file are 32 bits wide.
    #[error("the model's constants are larger than 4 GiB")]
    TooLarge,
    /// The core refuses what was packed: a fault of this compiler.
    #[error("the packed plan does not pass its own check ({0}); please report this model")]
    Refused(midge_core::At),
}

/// The file, with a front-end for sound where there is one, and names for what it holds by number. It must load with
/// `kernels`.
///
/// # Errors
/// [`PackError`].
pub fn pack(
    program: &Program,
    layout: &Layout,
    metadata: &Metadata,
    ears: Option<Vec<u8>>,
    kernels: &[Registered],
) -> Result<(Vec<u8>, Names), PackError> {
    let constants = constants(program)?;
    let state = state(program)?;
    let steps: Vec<&Step> = layout.order.iter().map(|&i| &program.steps[i]).collect();
    let kinds = program.tensors.iter().map(|t| t.kind).chain(program.constants.iter().map(|c| c.kind));
    let features = kinds.fold(0, |bits, kind| bits | feature(kind));
    let names = Names {
        operands: program
            .constants
            .iter()
            .map(|c| c.name.clone())
            .chain(program.tensors.iter().map(|t| t.name.clone()))
            .collect(),
        steps: steps.iter().map(|s| s.name.clone()).collect(),
        ports: program.inputs.iter().chain(&program.outputs).map(|p| p.name.clone()).collect(),
    };
    limit("steps", steps.len(), usize::from(u16::MAX) - 1)?;
    limit("operands", names.operands.len(), usize::from(u16::MAX))?;
    limit("inputs and outputs", names.ports.len(), usize::from(u8::MAX))?;
    let records = steps.iter().map(|s| record(program, s)).collect::<Result<Vec<_>, _>>()?;
    let entry = Entry {
        name: crc32(0, b"main"),
        first: 0,
        count: steps.len() as u16,
        first_port: 0,
        ports: names.ports.len() as u8,
        reserved: 0,
    };
    // a map with keys that JSON lacks is not in it, so this cannot fail
    let metadata_json = serde_json::to_vec(metadata).unwrap_or_default();
    let host = [(section::METADATA, metadata_json), (section::NAMES, names.stored())];
    let mut device = vec![
        (section::REGIONS, regions(constants.bytes.len(), layout.peak, state.len)),
        (section::OPERANDS, operands(program, layout, &constants.offsets, &state.offsets)),
        (section::STEPS, records.concat()),
        (section::PORTS, ports(program)),
        (section::ENTRIES, entry.bytes().to_vec()),
        (section::NAME, metadata.name.as_bytes().to_vec()),
        (section::HOST_DIGEST, assemble::host_digest(&host)),
        (section::CONSTANTS, constants.bytes),
    ];
    if !state.initial.is_empty() {
        device.push((section::STATE, state.initial));
    }
    device.extend(ears.map(|ears| (section::FRONT_END, ears)));
    let file = assemble::assemble(&device, &host, features).map_err(|_| PackError::TooLarge)?;
    check(&file, Kernels(kernels))?;
    Ok((file, names))
}

/// What a device must be able to do with elements of a type.
fn feature(kind: Kind) -> u32 {
    match kind {
        Kind::F32 => feature::F32,
        Kind::F16 => feature::F16,
        Kind::I4 => feature::I4,
        Kind::I64 => feature::I64,
        Kind::I8 | Kind::U8 | Kind::I16 | Kind::I32 | Kind::Bool => 0,
    }
}

fn limit(what: &'static str, count: usize, limit: usize) -> Result<(), PackError> {
    if count <= limit { Ok(()) } else { Err(PackError::TooMany { what, count, limit }) }
}

/// The constants section and where each constant lies in it.
struct Constants {
    bytes: Vec<u8>,
    offsets: Vec<u32>,
}

fn constants(program: &Program) -> Result<Constants, PackError> {
    let (mut bytes, mut offsets) = (Vec::new(), Vec::new());
    for constant in &program.constants {
        let align = CONSTANT_ALIGN.max(constant.kind.bytes() as usize);
        bytes.resize(bytes.len().next_multiple_of(align), 0);
        offsets.push(u32::try_from(bytes.len()).map_err(|_| PackError::TooLarge)?);
        bytes.extend(&constant.bytes);
    }
    u32::try_from(bytes.len()).map_err(|_| PackError::TooLarge)?;
    Ok(Constants { bytes, offsets })
}

/// The state region, and where each tensor lies in it that is state.
#[derive(Default)]
struct State {
    len: u32,
    offsets: Vec<u32>,
    /// What it holds at first, without zeros at the end.
    initial: Vec<u8>,
}

fn state(program: &Program) -> Result<State, PackError> {
    let mut state = State::default();
    for tensor in &program.tensors {
        state.offsets.push(state.len);
        let Some(initial) = &tensor.state else { continue };
        state.initial.resize(state.len as usize, 0);
        state.initial.extend(initial);
        let end = state.len.checked_add(tensor.bytes).and_then(|n| n.checked_next_multiple_of(WORK_ALIGN));
        state.len = end.ok_or(PackError::TooLarge)?;
    }
    let used = state.initial.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    state.initial.truncate(used);
    Ok(state)
}

/// Region 0 holds the constants, region 1 is work memory, and region 2, if there is any, state.
fn regions(constants: usize, work: u32, state: u32) -> Vec<u8> {
    let region = |kind, len| Region { kind, hint: 0, align_log2: WORK_ALIGN.ilog2() as u8, reserved: 0, len };
    let regions = [
        region(region::CONSTANTS, constants as u32),
        region(region::WORK, work),
        region(region::STATE, state),
    ];
    let count = if state > 0 { 3 } else { 2 };
    regions.iter().take(count).flat_map(|r| r.bytes()).collect()
}

fn operands(program: &Program, layout: &Layout, constants: &[u32], state: &[u32]) -> Vec<u8> {
    let fixed = program.constants.iter().zip(constants).map(|(c, &offset)| Operand {
        offset,
        len: c.bytes.len() as u32,
        region: 0,
        kind: c.kind as u8,
        ring: 0,
    });
    let work = program.tensors.iter().zip(layout.offsets.iter().zip(state)).map(|(t, (&work, &state))| {
        let (region, offset) = if t.state.is_some() { (2, state) } else { (1, work) };
        let kind = t.kind as u8 | if t.scratch { Kind::SCRATCH } else { 0 };
        Operand { offset, len: t.bytes, region, kind, ring: 0 }
    });
    fixed.chain(work).flat_map(|o| o.bytes()).collect()
}

/// The operand table's index of a slot: constants come first.
fn index(program: &Program, slot: Slot) -> u16 {
    match slot {
        Slot::Constant(i) => i as u16,
        Slot::Work(i) => (program.constants.len() + i) as u16,
    }
}

fn record(program: &Program, step: &Step) -> Result<Vec<u8>, PackError> {
    limit("operands of one step", step.operands.len(), 31)?;
    limit("written operands of one step", step.writes, 7)?;
    let ids = step.operands.iter().flat_map(|slot| index(program, *slot).to_le_bytes());
    let head = STEP_LEN + 2 * step.operands.len();
    let words = (head.next_multiple_of(4) + step.record.len()).div_ceil(4);
    limit("words of one step", words, usize::from(u8::MAX))?;
    let mut bytes = step.code.to_le_bytes().to_vec();
    bytes.extend([words as u8, (step.writes << 5 | step.operands.len()) as u8]);
    bytes.extend(step.rows.to_le_bytes());
    bytes.extend(ids);
    bytes.resize(head.next_multiple_of(4), 0);
    bytes.extend(&step.record);
    bytes.resize(words * 4, 0);
    Ok(bytes)
}

fn ports(program: &Program) -> Vec<u8> {
    let inputs = program.inputs.iter().map(|p| (p, 0));
    let outputs = program.outputs.iter().map(|p| (p, 1));
    let bytes = inputs.chain(outputs).flat_map(|(port, output)| {
        let mut shape = [1u32; plan::MAX_RANK];
        for (to, from) in shape.iter_mut().zip(&port.shape) {
            *to = *from as u32;
        }
        let [d0, d1, d2, d3, dim4, dim5] = shape;
        let (scale, zero) = port.quant.unwrap_or((0.0, 0));
        let port = plan::Port {
            operand: index(program, Slot::Work(port.tensor)),
            output,
            rank: port.shape.len() as u8,
            dims: [d0, d1, d2, d3],
            dim4,
            dim5,
            scale: scale.to_bits(),
            zero,
            name: crc32(0, port.name.as_bytes()),
        };
        port.bytes()
    });
    bytes.collect()
}

/// What was packed loads: `parse(pack(x))`.
fn check(file: &[u8], kernels: Kernels<'_>) -> Result<(), PackError> {
    let mut aligned = vec![0u8; file.len() + 15];
    let at = aligned.as_ptr().align_offset(16).min(15);
    aligned[at..at + file.len()].copy_from_slice(file);
    let bytes = &aligned[at..at + file.len()];
    Runtime::load(bytes, kernels).map_err(PackError::Refused)?;
    Plan::parse(bytes).map(|_| ()).map_err(PackError::Refused)
}
