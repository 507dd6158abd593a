//! Streaming: a model that sees a window of frames becomes one that gets the new frames of each run, keeps what it needs of
//! the earlier ones as state, and computes nothing twice.
//!
//! `time` finds out what every value has to do with time, `way` what forbids an operator to stream, and `rewrite` puts state
//! where an operator looks back. The answers are the windowed model's to the bit, from the first run on: state begins as frames of
//! zeros, for ever, would have left it.

mod rewrite;
mod time;
mod way;

use crate::convert::{ConvertError, Options, compile};
use crate::custom::Custom;
use crate::graph::{Graph, Repr, Type, Value};
use crate::import::Refusal;
use crate::shapes;
use crate::view::View;
use midge_runtime::file::File;
use midge_runtime::host::Streaming;
use midge_runtime::session::Session;
use rewrite::Kept;
use time::Flow;

/// How a model is to stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stream {
    /// Frames of a run; as few as strides allow if absent.
    pub hop: Option<usize>,
    /// The input's axis that is time; the first with more than one element if absent.
    pub axis: Option<usize>,
}

/// Makes a model stream; what is left of one that does not is of no use.
///
/// # Errors
/// [`ConvertError::Stream`] with everything that forbids it.
pub fn stream(graph: &mut Graph, wanted: &Stream) -> Result<(), ConvertError> {
    let refused = |name: &str, reason: String| {
        ConvertError::Stream(vec![Refusal { index: None, name: name.into(), reason }])
    };
    let &[port] = &graph.inputs[..] else {
        return Err(refused("inputs", format!("are {}; a model that streams has one", graph.inputs.len())));
    };
    let (input, axis) = time::input(graph, port, wanted.axis).map_err(|why| refused("input", why))?;
    let flow = Flow::new(graph, input, axis).map_err(ConvertError::Stream)?;
    let window = graph.value(input).shape[axis];
    let hop = flow.hop(graph, window, wanted.hop).map_err(ConvertError::Stream)?;
    let reach = graph.outputs.iter().map(|id| flow.reach(*id)).max().unwrap_or(0);
    let kept = rewrite::rewrite(graph, &flow, hop);
    shapes::check(graph).map_err(|error| refused("rewritten model", error.to_string()))?;
    settle(graph, &kept, window.div_ceil(hop))?;
    graph.stream = Some(Streaming { hop, window, reach });
    Ok(())
}

/// Lets every state begin as it is after so many runs on zeros, which is what frames of zeros, for ever, leave.
fn settle(graph: &mut Graph, kept: &[Kept], runs: usize) -> Result<(), ConvertError> {
    if kept.is_empty() {
        return Ok(());
    }
    let outputs = kept.iter().map(|kept| kept.frames).collect();
    let plan = compile(Graph { outputs, ..graph.clone() }, &Options::default(), &Custom::default())?;
    let failed = |what: String| {
        let name = "beginning".into();
        ConvertError::Stream(vec![Refusal { index: None, name, reason: format!("is not computed: {what}") }])
    };
    let file = File::from_bytes(&plan.file).map_err(|error| failed(error.to_string()))?;
    let runtime = file.runtime().map_err(|error| failed(error.to_string()))?;
    let mut session = Session::new(&runtime).map_err(|error| failed(error.to_string()))?.keep(true);
    let zeros = graph.inputs.iter().flat_map(|id| zeros(graph.value(*id))).collect::<Vec<_>>();
    let mut made = Vec::new();
    for _ in 0..runs {
        made.clear();
        session.run(&zeros, &mut made).map_err(|error| failed(error.to_string()))?;
    }
    let mut rest = &made[..];
    for kept in kept {
        let (frames, state) = (graph.value(kept.frames), graph.value(kept.state));
        let piece = rest.split_off(..frames.bytes()).unwrap_or_default();
        let tail = View::whole(&frames.shape).then(&kept.tail, &frames.shape, &state.shape);
        let begins = tail.and_then(|tail| tail.read(piece, frames.repr.store().bytes()));
        graph.values[kept.state.0].data = Some(begins.ok_or_else(|| failed(state.name.clone()))?);
    }
    Ok(())
}

/// The bytes of a value whose numbers are all 0.
fn zeros(value: &Value) -> Vec<u8> {
    let zero = match &value.repr {
        Repr::Quant(quant) if matches!(quant.store, Type::I8 | Type::U8) => quant.zero[0] as u8,
        _ => 0,
    };
    vec![zero; value.bytes()]
}
