//! Any bytes, the whole way: what fuzzers and replays try. An error is a finding; a panic, an overflow or a run that
//! does not end is one too.

use midge_compiler::{ConvertError, convert, import};
use midge_core::{Error, Kernels, Runtime};
use midge_runtime::verify;

use crate::choice::Choice;
use crate::edit::Edit;
use crate::runtime::Buffer;

/// The largest arena that is given to a plan, bytes.
const ARENA: usize = 1 << 16;
/// Most multiply-accumulates of a converted model that is run.
const MACS: u64 = 1 << 20;

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
    let compiled = match convert(bytes, &Choice::KINDS[kind].options()) {
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
