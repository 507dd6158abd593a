//! The whole way: a model file in, a `.midge` file out.

use crate::custom::Custom;
use crate::graph::Graph;
use crate::import::{self, Given, ImportError, Refusal};
use crate::lower::{self, Layer, Program, Slot, Tensor};
use crate::memory::{self, Buffer, BufferId, Kind, MemoryError, Problem, Step};
use crate::optimize::Optimize;
use crate::pack::{self, PackError};
use crate::stream::{Stream, stream};
use crate::target::Target;
use crate::variant::{self, Variant, VariantError};
use crate::{cost, passes};
use midge_runtime::host::{Metadata, Names};
use midge_runtime::layers;
use midge_runtime::pipeline::Pipeline;
use midge_runtime::ports::Port;
use semver::Version;

/// What the caller may choose.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The core to choose kernels for.
    pub target: Target,
    /// What to choose them for.
    pub optimize: Optimize,
    /// The model's name; that of the source file's graph if absent.
    pub name: Option<String>,
    /// The model's own version.
    pub version: Option<Version>,
    /// Kernels that are chosen already, later ones over earlier ones.
    pub variants: Vec<Variant>,
    /// What the model leaves open.
    pub given: Given,
    /// How images or sounds become the model's only input: its line becomes part of the file, and for sounds the tables of
    /// the front-end too, where devices can do all of it ([`Pipeline::ears`]).
    pub preprocess: Option<Pipeline>,
    /// How the model is to stream, if it is.
    pub stream: Option<Stream>,
}

/// A converted model.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The `.midge` file.
    pub file: Vec<u8>,
    /// What it says about itself.
    pub metadata: Metadata,
    /// What its numbers stand for.
    pub names: Names,
    /// The layers whose kernels were chosen, by the plan's steps.
    pub layers: Vec<Layer>,
}

impl Compiled {
    /// Estimated instructions of a step on the target: of one whose kernel was chosen as the core's cost table has it, of any
    /// other about. None for a target without estimates.
    pub fn instructions(&self, step: &layers::Layer) -> Option<u64> {
        let layer = self.layers.iter().find(|layer| layer.step == step.index);
        let way = layer.and_then(|layer| layer.ways.iter().find(|way| way.code == layer.code));
        let fitted = way.map(|way| way.instructions).filter(|n| *n > 0);
        let numbers = step.shape.iter().map(|n| *n as u64).product();
        fitted.or_else(|| lower::rough(self.metadata.target.parse().ok()?, numbers, step.macs))
    }
}

/// Why a model was not converted.
#[derive(Debug, thiserror::Error)]
pub enum ConvertError {
    /// The file could not be read as a model.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The model needs what no kernel does; everything that is missing is listed.
    #[error("the model needs what midge does not support:{}", .0.iter().map(|r| format!("\n  {r}")).collect::<String>())]
    Unsupported(Vec<Refusal>),
    /// The model cannot stream; everything that forbids it is listed.
    #[error("the model cannot stream:{}", .0.iter().map(|r| format!("\n  {r}")).collect::<String>())]
    Stream(Vec<Refusal>),
    /// A kernel that was asked for does not run what it should.
    #[error(transparent)]
    Variant(#[from] VariantError),
    /// No place for the tensors.
    #[error(transparent)]
    Memory(#[from] MemoryError),
    /// No place in the file.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// The preprocessing does not make the model's input.
    #[error("the preprocessing does not suit the model: {0}")]
    Preprocess(String),
}

/// Converts a model of any format that can be imported.
///
/// # Errors
/// [`ConvertError`].
pub fn convert(model: &[u8], options: &Options) -> Result<Compiled, ConvertError> {
    convert_with(model, options, &Custom::default())
}

/// Converts a model that may use operators of the caller's.
///
/// # Errors
/// [`ConvertError`].
pub fn convert_with(model: &[u8], options: &Options, custom: &Custom<'_>) -> Result<Compiled, ConvertError> {
    compile(import::import_with(model, &options.given, custom)?, options, custom)
}

/// The way from a sound graph on.
///
/// # Errors
/// [`ConvertError`], but not for what an importer refuses.
pub fn compile(mut graph: Graph, options: &Options, custom: &Custom<'_>) -> Result<Compiled, ConvertError> {
    if let Some(wanted) = &options.stream {
        stream(&mut graph, wanted)?;
    }
    passes::run(&mut graph);
    assemble(&graph, options, custom)
}

/// The way from a graph that stays as it is.
///
/// # Errors
/// As [`compile`].
pub fn assemble(graph: &Graph, options: &Options, custom: &Custom<'_>) -> Result<Compiled, ConvertError> {
    let program = lower::lower(graph, options.target, options.optimize, custom);
    let mut program = program.map_err(ConvertError::Unsupported)?;
    let mut layout = memory::plan(&problem(&program))?;
    if !options.variants.is_empty() {
        let mut layers = program.layers.clone();
        variant::force(&options.variants, &mut layers, &layout.order)?;
        program =
            lower::lower_with(graph, options.target, custom, &layers).map_err(ConvertError::Unsupported)?;
        layout = memory::plan(&problem(&program))?;
    }
    let place =
        |layer: &Layer| layout.order.iter().position(|step| *step == layer.step).unwrap_or(layer.step);
    let layers = program.layers.iter().map(|layer| Layer { step: place(layer), ..layer.clone() }).collect();
    let metadata = Metadata {
        name: options.name.clone().unwrap_or_else(|| graph.name.clone()),
        version: options.version.as_ref().map(Version::to_string).unwrap_or_default(),
        source: graph.source.clone(),
        producer: graph.producer.clone(),
        docs: graph.docs.clone(),
        preprocess: options.preprocess.as_ref().map(Pipeline::to_string).unwrap_or_default(),
        tool: concat!("midge ", env!("CARGO_PKG_VERSION")).into(),
        target: options.target.to_string(),
        optimize: options.optimize.to_string(),
        macs: graph.nodes.iter().map(|n| cost::macs(graph, n)).sum(),
        parameters: graph.nodes.iter().map(|n| cost::parameters(graph, n)).sum(),
        stream: graph.stream,
    };
    let ears = options.preprocess.as_ref().map(|pipeline| ears(pipeline, &program)).transpose()?.flatten();
    let (file, names) = pack::pack(&program, &layout, &metadata, ears, custom.kernels)?;
    Ok(Compiled { file, metadata, names, layers })
}

/// The front-end for the program's only input, if devices can do what the pipeline does.
fn ears(pipeline: &Pipeline, program: &Program) -> Result<Option<Vec<u8>>, ConvertError> {
    let [input] = &program.inputs[..] else {
        let count = program.inputs.len();
        return Err(ConvertError::Preprocess(format!("it makes one input, and the model has {count}")));
    };
    let (scale, zero) = input.quant.unzip();
    let dtype = program.tensors[input.tensor].kind.into();
    let port = Port { name: input.name.clone(), shape: input.shape.clone(), dtype, scale, zero };
    pipeline.ears(&port).map_err(ConvertError::Preprocess)
}

/// What the planner has to know of a program.
fn problem(program: &Program) -> Problem {
    let is_port = |ports: &[lower::Port], tensor| ports.iter().any(|p| p.tensor == tensor);
    let kind = |i: usize, t: &Tensor| match (is_port(&program.inputs, i), is_port(&program.outputs, i)) {
        _ if t.scratch => Kind::Scratch,
        _ if t.state.is_some() => Kind::State,
        (true, true) => Kind::Through,
        (true, false) => Kind::Input,
        (false, true) => Kind::Output,
        (false, false) => Kind::Inner,
    };
    // state has a region of its own; here it only keeps its readers and writers in order
    let bytes = |t: &Tensor| if t.state.is_some() { 0 } else { t.bytes };
    let buffers =
        program.tensors.iter().enumerate().map(|(i, t)| Buffer { bytes: bytes(t), kind: kind(i, t) });
    let steps = program.steps.iter().map(|step| {
        let (written, read) = step.operands.split_at(step.writes);
        let is_scratch = |id: &BufferId| program.tensors[id.0].scratch;
        let (scratch, writes) = work(written).into_iter().partition(is_scratch);
        let in_place = step.in_place.iter().filter_map(|&i| match (step.operands[i], step.operands[0]) {
            (Slot::Work(x), Slot::Work(y)) => Some((BufferId(x), BufferId(y))),
            _ => None,
        });
        Step { reads: work(read), writes, scratch, in_place: in_place.collect() }
    });
    Problem { buffers: buffers.collect(), steps: steps.collect(), align: pack::WORK_ALIGN }
}

fn work(slots: &[Slot]) -> Vec<BufferId> {
    let work = slots.iter().filter_map(|slot| match slot {
        Slot::Work(i) => Some(BufferId(*i)),
        Slot::Constant(_) => None,
    });
    work.collect()
}
