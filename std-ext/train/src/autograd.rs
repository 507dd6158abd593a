//! Gradients: each result remembers how it was made, and [`Tensor::backward`] goes back along these memories.
//!
//! What the backward pass of an operation needs is freed as soon as that has run. Parameters changed in place between
//! the two passes are noticed.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::device::Op;
use crate::tensor::{Tensor, run};
use crate::{Error, Result, Shape};

thread_local! {
    static RECORDING: Cell<bool> = const { Cell::new(true) };
}

/// Runs `f` without remembering how its results are made; for evaluation, it saves memory and time.
pub fn no_grad<R>(f: impl FnOnce() -> R) -> R {
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            RECORDING.set(self.0);
        }
    }
    let _restore = Restore(RECORDING.replace(false));
    f()
}

/// Whether results remember how they are made, on this thread.
pub fn is_grad_enabled() -> bool {
    RECORDING.get()
}

/// Part of a gradient.
pub(crate) enum Grad {
    /// All of it.
    Whole(Tensor),
    /// What belongs to `start..` of an axis of a tensor of `shape`; the rest is zero.
    Part { shape: Shape, axis: usize, start: usize, gradient: Tensor },
}

/// A tensor that is needed backwards, with the version that it had.
type Saved = (Tensor, u64);

/// Gradients by the inputs, from what was saved and the gradient of the output.
type Backward = Box<dyn Fn(&[Tensor], &Tensor) -> Result<Vec<Option<Grad>>> + Send + Sync>;

/// How a tensor was made.
pub(crate) struct Node {
    /// Grows with time: inputs have smaller ones.
    id: u64,
    op: &'static str,
    inputs: Vec<Option<Source>>,
    /// What the backward pass takes.
    saved: Mutex<Option<(Vec<Saved>, Backward)>>,
}

/// Where the gradient of a tensor goes.
#[derive(Clone)]
pub(crate) enum Source {
    Leaf(Arc<Leaf>),
    Node(Arc<Node>),
}

/// A tensor that was not computed, and its gradient.
#[derive(Default)]
pub(crate) struct Leaf {
    gradient: Mutex<Option<Tensor>>,
}

impl Leaf {
    pub(crate) fn gradient(&self) -> MutexGuard<'_, Option<Tensor>> {
        self.gradient.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `output`, remembering that `op` made it of `inputs`. Backward gets `saved` as they are now.
pub(crate) fn record<const N: usize>(
    op: &'static str,
    output: Tensor,
    inputs: [&Tensor; N],
    saved: &[&Tensor],
    backward: impl Fn(&[Tensor], &Tensor) -> Result<[Option<Grad>; N]> + Send + Sync + 'static,
) -> Tensor {
    record_all(op, output, &inputs, saved, move |saved, g| Ok(backward(saved, g)?.into()))
}

/// [`record`] of any number of inputs.
pub(crate) fn record_all(
    op: &'static str,
    output: Tensor,
    inputs: &[&Tensor],
    saved: &[&Tensor],
    backward: impl Fn(&[Tensor], &Tensor) -> Result<Vec<Option<Grad>>> + Send + Sync + 'static,
) -> Tensor {
    if !is_grad_enabled() || !inputs.iter().any(|input| input.requires_grad()) {
        return output;
    }
    static IDS: AtomicU64 = AtomicU64::new(0);
    let saved = saved.iter().map(|t| (t.detach(), t.buffer().version())).collect();
    output.made_by(Source::Node(Arc::new(Node {
        id: IDS.fetch_add(1, Ordering::Relaxed),
        op,
        inputs: inputs.iter().map(|input| input.source().cloned()).collect(),
        saved: Mutex::new(Some((saved, Box::new(backward)))),
    })))
}

/// A gradient that is being added up.
struct Sum {
    tensor: Tensor,
    /// Whether nobody else sees its memory.
    own: bool,
}

impl Sum {
    fn add(sum: Option<Sum>, grad: Grad) -> Result<Sum> {
        match (sum, grad) {
            (None, Grad::Whole(tensor)) => Ok(Sum { tensor, own: false }),
            (Some(sum), Grad::Whole(tensor)) => Ok(Sum { tensor: sum.tensor.add(&tensor)?, own: true }),
            (sum, Grad::Part { shape, axis, start, gradient }) => {
                let sum = match sum {
                    Some(sum) if sum.own => sum.tensor,
                    Some(sum) => sum.tensor.copy()?,
                    None => Tensor::zeros_on(gradient.device(), &shape)?,
                };
                let part = sum.narrow(axis as isize, start, gradient.shape()[axis])?;
                let value = part.add(&gradient)?;
                run(&Op::Copy, &[&value], &[&part])?;
                Ok(Sum { tensor: sum, own: true })
            }
        }
    }
}

/// Runs backwards from `output`, whose gradient is `gradient`.
pub(crate) fn backward(output: &Tensor, gradient: Tensor) -> Result<()> {
    let Some(source) = output.source() else { return Err(Error::NoGradient) };
    no_grad(|| {
        let mut waiting: BTreeMap<u64, (Arc<Node>, Sum)> = BTreeMap::new();
        let first = Sum { tensor: gradient, own: false };
        match source {
            Source::Leaf(leaf) => give(leaf, first)?,
            Source::Node(node) => drop(waiting.insert(node.id, (Arc::clone(node), first))),
        }
        while let Some((_, (node, sum))) = waiting.pop_last() {
            let memory = node.saved.lock().unwrap_or_else(PoisonError::into_inner).take();
            let (saved, backward) = memory.ok_or(Error::Freed { op: node.op })?;
            if saved.iter().any(|(tensor, version)| tensor.buffer().version() != *version) {
                return Err(Error::Changed { op: node.op });
            }
            let saved: Vec<Tensor> = saved.into_iter().map(|(tensor, _)| tensor).collect();
            let grads = backward(&saved, &sum.tensor)?;
            drop((saved, sum));
            for (input, grad) in node.inputs.iter().zip(grads) {
                let (Some(input), Some(grad)) = (input, grad) else { continue };
                match input {
                    Source::Leaf(leaf) => give(leaf, Sum::add(None, grad)?)?,
                    Source::Node(input) => {
                        let before = waiting.remove(&input.id).map(|(_, sum)| sum);
                        waiting.insert(input.id, (Arc::clone(input), Sum::add(before, grad)?));
                    }
                }
            }
        }
        Ok(())
    })
}

fn give(leaf: &Leaf, sum: Sum) -> Result<()> {
    let mut gradient = leaf.gradient();
    *gradient = Some(match gradient.take() {
        Some(before) => before.add(&sum.tensor)?,
        None => sum.tensor.contiguous()?,
    });
    Ok(())
}

impl Drop for Node {
    /// Lets go of a long chain one node after the other: each in the drop of the one before would need as deep a stack.
    fn drop(&mut self) {
        let mut all = std::mem::take(&mut self.inputs);
        while let Some(source) = all.pop() {
            if let Some(Source::Node(node)) = source
                && let Some(mut node) = Arc::into_inner(node)
            {
                all.append(&mut node.inputs);
            }
        }
    }
}
