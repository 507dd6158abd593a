//! A network as the compiler's graph: what trains is what ships.
//!
//! While a network runs, a tape keeps each operation that its device carries out. What the inputs have no part in is
//! constant, weights and what was made of them; the rest becomes an ONNX file, which the compiler reads as it reads every
//! other, so that a network of Rust gets the layouts, folds and integers that one of PyTorch gets.

mod build;
mod expr;
mod op;
mod recurrent;
mod view;

use std::cell::RefCell;
use std::collections::HashSet;

use midge_compiler::graph::Graph;
use midge_compiler::import::import;

pub(crate) use recurrent::recurrent;

use crate::device::Op;
use crate::nn::{Cell, Mode, Module, Part};
use crate::{Error, Result, Tensor, no_grad};

/// The network as the compiler's graph; inputs are named, and their shapes include the batch, which is 1 for a plan. Their
/// numbers do not matter, but those of indices have to be valid. The output is called `output`.
///
/// ```
/// use midge_train::nn::{Linear, Relu, Sequential};
/// use midge_train::{Rng, Tensor, trace};
///
/// let rng = &mut Rng::new(0);
/// let net = Sequential::new().add(Linear::new(4, 8, rng)?).add(Relu).add(Linear::new(8, 2, rng)?);
/// let graph = trace::trace(&net, &[("x", &Tensor::zeros([1, 4])?)])?;
/// assert_eq!(graph.value(graph.outputs[0]).shape, [1, 2]);
/// # Ok::<(), midge_train::Error>(())
/// ```
///
/// # Errors
/// There is not one input, shapes do not fit, or the network does what no model file says.
pub fn trace(net: &dyn Module, inputs: &[(&str, &Tensor)]) -> Result<Graph> {
    graph(&onnx(net, inputs)?)
}

/// The graph of what `forward` makes of the inputs with the layers of `net`, in evaluation; outputs are named too. For
/// networks with several of either, such as a recurrent layer that is given its state.
///
/// # Errors
/// As [`trace`]; or there are more or fewer outputs than names.
pub fn trace_with(
    net: &dyn Module,
    inputs: &[(&str, &Tensor)],
    outputs: &[&str],
    forward: impl FnOnce(&[Tensor]) -> Result<Vec<Tensor>>,
) -> Result<Graph> {
    graph(&onnx_with(net, inputs, outputs, forward)?)
}

/// The network as an ONNX file, for other runtimes; else as [`trace`].
///
/// # Errors
/// As there.
pub fn onnx(net: &dyn Module, inputs: &[(&str, &Tensor)]) -> Result<Vec<u8>> {
    onnx_with(net, inputs, &["output"], |inputs| match inputs {
        [x] => Ok(vec![net.forward(x)?]),
        _ => Err(refused("a module has one input; `trace_with` takes more")),
    })
}

/// As [`trace_with`], but an ONNX file.
///
/// # Errors
/// As there.
pub fn onnx_with(
    net: &dyn Module,
    inputs: &[(&str, &Tensor)],
    outputs: &[&str],
    forward: impl FnOnce(&[Tensor]) -> Result<Vec<Tensor>>,
) -> Result<Vec<u8>> {
    let given: Vec<Tensor> = inputs.iter().map(|(_, x)| x.detach().copy()).collect::<Result<_>>()?;
    let _evaluation = Evaluation::start(net);
    let recording = Recording::start(&given)?;
    let made = no_grad(|| forward(&given))?;
    let tape = recording.end();
    if made.len() != outputs.len() {
        return Err(refused(format!("{} outputs are made, and {} are named", made.len(), outputs.len())));
    }
    let names = inputs.iter().map(|(name, _)| *name);
    let given: Vec<(&str, &Tensor)> = names.zip(&given).collect();
    let made: Vec<(&str, &Tensor)> = outputs.iter().copied().zip(&made).collect();
    build::file(net, &tape, &given, &made)
}

fn graph(file: &[u8]) -> Result<Graph> {
    let mut graph = import(file).map_err(|error| refused(error.to_string()))?;
    graph.source = "midge train".into();
    Ok(graph)
}

fn refused(why: impl Into<String>) -> Error {
    Error::Argument { op: "trace", why: why.into() }
}

/// What was done to tensors.
enum What {
    Op(Op),
    /// All steps of a recurrent layer. Reads are the input, the weights and biases, and the state before; writes are all
    /// outputs, and the state behind.
    Recurrent(Cell),
}

/// An entry of the tape.
struct Done {
    what: What,
    reads: Vec<Tensor>,
    writes: Vec<Tensor>,
}

/// What was done so far. The tensors are kept, so that no two have the same memory.
#[derive(Default)]
struct Tape {
    done: Vec<Done>,
    /// Buffers that the inputs have a part in.
    traced: HashSet<usize>,
}

impl Tape {
    fn is_traced(&self, tensor: &Tensor) -> bool {
        self.traced.contains(&tensor.buffer().key())
    }
}

thread_local! {
    static TAPE: RefCell<Option<Tape>> = const { RefCell::new(None) };
}

/// Writes down what was done, while a tape runs on this thread.
fn note(what: impl FnOnce() -> What, reads: &[&Tensor], writes: &[&Tensor]) {
    TAPE.with_borrow_mut(|tape| {
        let Some(tape) = tape else { return };
        if reads.iter().any(|read| tape.is_traced(read)) {
            tape.traced.extend(writes.iter().map(|write| write.buffer().key()));
        }
        let keep = |all: &[&Tensor]| all.iter().map(|tensor| tensor.detach()).collect();
        tape.done.push(Done { what: what(), reads: keep(reads), writes: keep(writes) });
    });
}

/// Writes down an operation.
pub(crate) fn ran(op: &Op, reads: &[&Tensor], writes: &[&Tensor]) {
    note(|| What::Op(op.clone()), reads, writes);
}

/// An error if these numbers depend on the inputs of a network that is traced: what is made of them on the host would
/// look like a constant.
pub(crate) fn read(op: &'static str, tensor: &Tensor) -> Result<()> {
    let seen = TAPE.with_borrow(|tape| tape.as_ref().is_some_and(|tape| tape.is_traced(tensor)));
    let why = "the network is traced, and a model can't read numbers that depend on its inputs";
    if seen { Err(Error::Argument { op, why: why.into() }) } else { Ok(()) }
}

/// A tape that runs until this ends, however that is.
struct Recording;

impl Recording {
    fn start(inputs: &[Tensor]) -> Result<Recording> {
        TAPE.with_borrow_mut(|tape| {
            if tape.is_some() {
                return Err(refused("the network traces another while it is traced"));
            }
            let traced = inputs.iter().map(|input| input.buffer().key()).collect();
            *tape = Some(Tape { done: Vec::new(), traced });
            Ok(Recording)
        })
    }

    fn end(self) -> Tape {
        TAPE.take().unwrap_or_default()
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        TAPE.set(None);
    }
}

/// Layers that do not train until this ends.
struct Evaluation<'a>(Vec<(&'a Mode, bool)>);

impl<'a> Evaluation<'a> {
    fn start(net: &'a dyn Module) -> Evaluation<'a> {
        let mut before = Vec::new();
        net.all_parts("", &mut |_, part| {
            if let Part::Mode(mode) = part {
                before.push((mode, mode.is_training()));
                mode.set(false);
            }
        });
        Evaluation(before)
    }
}

impl Drop for Evaluation<'_> {
    fn drop(&mut self) {
        self.0.iter().for_each(|(mode, training)| mode.set(*training));
    }
}
