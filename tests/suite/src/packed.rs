//! One graph, packed for every target and to either end, and run on this machine.

use std::collections::BTreeSet;

use midge_compiler::custom::Custom;
use midge_compiler::graph::Graph;
use midge_compiler::{ConvertError, Target, compile};
use midge_core::plan::{Section, section};
use midge_core::{Kernels, Runtime};

use crate::choice::Choice;
use crate::edit::Edit;
use crate::runtime::{Answer, Buffer, Failure};

/// A plan, and the first choice that it is packed for.
#[derive(Clone, Debug)]
pub struct Packed {
    /// The choice.
    pub choice: Choice,
    /// The `.midge` file.
    pub file: Vec<u8>,
}

/// The plans of a graph for all targets, optimized for speed and for size and with every kernel that is offered; equal
/// ones once. None for a graph that needs what no kernel does.
///
/// # Errors
/// The target that it is not packed for, though it is packed portably.
pub fn plans(graph: &Graph) -> Result<Option<Vec<Packed>>, String> {
    let (mut plans, mut seen) = (Vec::new(), BTreeSet::new());
    for (target, _) in Target::ALL {
        let mut choices = Vec::from(Choice::ends(target));
        let mut at = 0;
        while let Some(choice) = choices.get(at).copied() {
            match compile(graph.clone(), &choice.options(), &Custom::default()) {
                Ok(compiled) => {
                    if at == 0 {
                        choices.extend(choice.forced(&compiled.layers));
                    }
                    if seen.insert(required(&compiled.file)) {
                        plans.push(Packed { choice, file: compiled.file });
                    }
                }
                Err(ConvertError::Unsupported(_)) if choice == Choice::PORTABLE => return Ok(None),
                Err(error) => return Err(format!("not packed for {choice}: {error}")),
            }
            at += 1;
        }
    }
    Ok(Some(plans))
}

/// What no device can do without: the rest of a plan says what it was packed for.
pub fn required(file: &[u8]) -> Vec<u8> {
    let sections = Edit::new(file).table().filter(|s| s.flags & section::REQUIRED != 0).collect::<Vec<_>>();
    let body = |s: &Section| file.get(s.offset as usize * 16..).and_then(|rest| rest.get(..s.len as usize));
    sections.iter().filter_map(body).flatten().copied().collect()
}

/// The bytes of every output that a plan gives for each row of inputs' bytes, one run after the other.
///
/// # Errors
/// [`Failure::Load`], [`Failure::Run`].
pub fn run(plan: &[u8], kernels: Kernels<'_>, rows: &[Vec<Vec<u8>>]) -> Result<Vec<Answer>, Failure> {
    let plan = Buffer::new(plan);
    let runtime = Runtime::load(plan.bytes(), kernels).map_err(Failure::Load)?;
    // what an earlier use left in the arena must not matter
    let mut arena = Buffer::new(&vec![0x5a; runtime.plan().arena_len()]);
    let mut session = runtime.session(arena.bytes_mut())?;
    let answer = |inputs: &Vec<Vec<u8>>| {
        for (i, input) in (0..).zip(inputs) {
            session.input_mut(i)?.copy_from_slice(input);
        }
        session.run()?;
        let outputs = (0..).take_while(|i| runtime.plan().side(true, *i).is_some());
        outputs.map(|i| Ok(session.output(i)?.bytes().to_vec())).collect()
    };
    rows.iter().map(answer).collect()
}
