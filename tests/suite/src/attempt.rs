//! Any bytes, the whole way: what fuzzers and replays try. An error is a finding; a panic, an overflow or a run that
//! does not end is one too.

use midge_compiler::custom::Custom;
use midge_compiler::graph::{Graph, Type};
use midge_compiler::quantize::{Correct, Granularity, QuantizeError, Quantizer, Range, Settings};
use midge_compiler::{Compiled, ConvertError, compile, convert, import};
use midge_core::signal::Ears;
use midge_core::{Error, Kernels, Runtime};
use midge_runtime::array::Dtype;
use midge_runtime::ports::Ports;
use midge_runtime::rows::Rows;
use midge_runtime::session::RunError;
use midge_runtime::{sound, verify};

use crate::choice::Choice;
use crate::edit::Edit;
use crate::noise::Noise;
use crate::runtime::Buffer;

/// The largest arena that is given to a plan, bytes.
const ARENA: usize = 1 << 16;
/// Most multiply-accumulates of a converted model that is run.
const MACS: u64 = 1 << 20;
/// Rows that show the range of values.
const ROWS: usize = 2;

/// Bytes as a plan: refused, or loaded and run. Then the same with checksums and identity made to match, to get past
/// them to the rules behind.
///
/// # Errors
/// What must not happen.
pub fn plan(bytes: &[u8]) -> Result<(), String> {
    once(bytes)?;
    if bytes.len() > 128 { once(&Edit::new(bytes).seal()) } else { Ok(()) }
}

fn once(bytes: &[u8]) -> Result<(), String> {
    let plan = Buffer::new(bytes);
    let faults = verify::faults(plan.bytes());
    let runtime = match Runtime::load(plan.bytes(), Kernels::ALL) {
        Ok(runtime) => runtime,
        Err(_) if !faults.is_empty() => return Ok(()),
        Err(at) => return Err(format!("refused ({at}), and no fault was found in it")),
    };
    let ears = Buffer::new(runtime.plan().front_end());
    if let Ok(ears) = Ears::parse(ears.bytes()) {
        ears.fill(&[i32::MIN, -1, 0, 1, i32::MAX], &mut vec![0; ears.row()]);
        sound::input(runtime.plan().front_end(), &[i16::MIN, 3, i16::MAX], ears.row())
            .map_err(|e| e.to_string())?;
    }
    let mut arena = Buffer::new(&[0x5a; ARENA]);
    let Ok(mut session) = runtime.session(arena.bytes_mut()) else { return Ok(()) };
    let mut steps = 0;
    match session.run_with(|_| steps += 1) {
        // what lies in memory here need not be an index
        Ok(()) | Err(Error::Index) => Ok(()),
        Err(error) => Err(format!("loaded, and failed in step {steps}: {error}")),
    }
}

/// Bytes as a model: refused, or converted, loaded and run. The last byte chooses what is packed for.
///
/// # Errors
/// What must not happen.
pub fn model(bytes: &[u8]) -> Result<(), String> {
    let kind = bytes.last().map_or(0, |byte| usize::from(*byte)) % Choice::KINDS.len();
    let _ = import::about(bytes);
    converted(convert(bytes, &Choice::KINDS[kind].options()))
}

/// Bytes as a model: refused, or quantized with a few rows, loaded and run. The last bytes choose settings and rows.
///
/// # Errors
/// What must not happen.
pub fn quantized(bytes: &[u8]) -> Result<(), String> {
    let Some((bytes, [kind, seed])) = bytes.split_last_chunk() else { return Ok(()) };
    let kind = usize::from(*kind);
    let settings = Settings {
        weights: [Type::I8, Type::I4][kind % 2],
        activations: [Type::I8, Type::I16, Type::F16][kind / 2 % 3],
        granularity: [Granularity::Channel, Granularity::Tensor, Granularity::Group(8)][kind / 6 % 3],
        range: Range::ALL[kind / 12 % Range::ALL.len()].0,
        correct: Correct::ALL[kind / 48 % Correct::ALL.len()].0,
    };
    let Ok(graph) = import::import(bytes) else { return Ok(()) };
    match quantize(graph, &settings, u64::from(*seed)) {
        Ok(None) => Ok(()),
        Ok(Some(compiled)) => converted(Ok(compiled)),
        Err(QuantizeError::Convert(error)) => converted(Err(error)),
        // the model's own constants need not be indices
        Err(QuantizeError::Run(RunError::Core(Error::Index))) => Ok(()),
        Err(error @ (QuantizeError::File(_) | QuantizeError::Run(_))) => Err(error.to_string()),
        Err(error) if error.to_string().is_empty() => Err("refused without a word".into()),
        Err(_) => Ok(()),
    }
}

/// The integer model, of one that is small.
fn quantize(graph: Graph, settings: &Settings, seed: u64) -> Result<Option<Compiled>, QuantizeError> {
    let quantizer = Quantizer::new(graph)?;
    let plan = quantizer.file().plan()?;
    let macs = quantizer.file().metadata().map_or(0, |metadata| metadata.macs);
    if macs > MACS || plan.arena_len() > ARENA {
        return Ok(None);
    }
    let (mut noise, mut bytes) = (Noise(seed + 1), Vec::new());
    for _ in 0..ROWS {
        let large = [1.0, 1e-3, 100.0, 1e30][noise.below(4)];
        for port in &Ports::of(&plan, quantizer.file().names()).inputs {
            match port.dtype {
                Dtype::F32 => (0..port.elements()).for_each(|_| {
                    let x = (noise.below(2001) as f32 / 1000.0 - 1.0) * large;
                    bytes.extend(x.to_le_bytes());
                }),
                // numbers that may be places are small
                _ => bytes.extend(vec![0; port.bytes()]),
            }
        }
    }
    let observed = quantizer.observe(&Rows { count: ROWS, single: false, bytes }, |_| ())?;
    let quantized = quantizer.quantize(&observed, settings)?;
    Ok(Some(compile(quantized.graph, &Choice::PORTABLE.options(), &Custom::default())?))
}

/// What came of a model must be refused with a word, or be sound and run.
fn converted(compiled: Result<Compiled, ConvertError>) -> Result<(), String> {
    let compiled = match compiled {
        Ok(compiled) => compiled,
        // the compiler's own plans must pass the core's checks
        Err(error @ ConvertError::Pack(_)) => return Err(error.to_string()),
        Err(error) if error.to_string().is_empty() => return Err("refused without a word".into()),
        Err(_) => return Ok(()),
    };
    if compiled.metadata.macs > MACS {
        return Ok(());
    }
    if let Some(fault) = verify::faults(&compiled.file).first() {
        return Err(format!("converted, and not valid: {fault}"));
    }
    once(&compiled.file)
}
