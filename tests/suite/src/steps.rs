//! What steps of all kernels take on the emulated cores, and costs that are fitted to it: by these plans are
//! predicted that were never run.

use std::collections::{BTreeMap, BTreeSet};

use midge_compiler::custom::Custom;
use midge_compiler::graph::Graph;
use midge_compiler::{Compiled, Optimize, Target, compile};
use midge_core::ops;
use midge_probe::predict::{BETWEEN, Counts, counts, row};
use midge_runtime::emulated::{self, EmulatedError, Request};
use midge_runtime::file::File;
use midge_runtime::ports::Ports;

use crate::costs::{Family, fit, layers};
use crate::halves::{self, halved};
use crate::models::models;
use crate::nets::Net;
use crate::networks::network;
use crate::{Choice, cases, pack};

/// Layers of each family, and their seed.
const LAYERS: (usize, u64) = (20, 0xc0de);

/// Networks that are drawn; those with smaller numbers are for tests.
const NETWORKS: std::ops::RangeInclusive<u64> = 101..=130;

/// Random networks with types that LiteRT has not.
const DRAWN: std::ops::Range<u64> = 0..300;

/// Steps as large as what is used that suffice; where there are fewer, those of small cases are taken, too.
const ENOUGH: usize = 12;

/// A plan to run, and what it counts for.
pub type Plan = (Vec<u8>, Kind);

/// What a plan counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// As large as what is used.
    Large,
    /// A case: steps cost what its do only where there are too few of the large.
    Small,
    /// Drawn for kernels that only quantizing makes: a small one, and how deep the stack of others is it does not say.
    Drawn,
}

/// What running plans has shown.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// Every step.
    pub steps: Vec<Step>,
    plans: Vec<Run>,
}

/// A plan that was run.
#[derive(Clone, Debug)]
struct Run {
    kind: Kind,
    stack: u64,
    /// Kernels and counts.
    steps: Vec<(&'static str, Counts)>,
}

/// A step that was counted.
#[derive(Clone, Debug)]
pub struct Step {
    kernel: &'static str,
    counts: Counts,
    instructions: u64,
    cycles: u64,
    is_large: bool,
}

/// For each of the counts.
#[derive(Clone, Debug)]
pub struct Costs {
    /// Instructions.
    pub instructions: Counts,
    /// Cycles by the core's model.
    pub cycles: Counts,
}

/// Cases of the suite, models and drawn networks as each optimization packs them and as ready models are, for any core; floats as
/// halves; and layers with every kernel that runs them.
///
/// # Errors
/// What cannot be read or converted.
pub fn plans(target: Target) -> Result<Vec<Plan>, EmulatedError> {
    let mut plans = Vec::new();
    let failed = EmulatedError::Failed;
    let (cases, models) = (cases().map_err(failed)?, models().map_err(failed)?);
    let packed = Optimize::ALL.map(|(optimize, _)| Choice { target, optimize, kernel: None });
    for choice in packed.into_iter().chain([Choice::PORTABLE]) {
        // what is refused is refused on purpose
        plans.extend(cases.iter().filter_map(|case| Some((pack(case, choice).ok()?, Kind::Small))));
        plans.extend(models.iter().filter_map(|model| Some((pack(model, choice).ok()?, Kind::Large))));
        for seed in NETWORKS {
            plans.push((compiled(&network(seed), choice)?.file, Kind::Large));
        }
    }
    plans.extend(cases.iter().filter_map(|case| Some((halved(case)?, Kind::Small))));
    // the kernels of what only quantizing makes
    for net in DRAWN.flat_map(|seed| [Net::new(seed), Net::real(seed)]) {
        let choices = [packed[0], Choice::PORTABLE];
        let packed = choices.into_iter().filter_map(|choice| compiled(&net.graph, choice).ok());
        plans.extend(packed.map(|compiled| (compiled.file, Kind::Drawn)));
        plans.extend(halves::plan(net.graph).map(|plan| (plan, Kind::Drawn)));
    }
    for layer in Family::ALL.into_iter().flat_map(|family| layers(family, LAYERS.0, LAYERS.1)) {
        let choice = Choice { target, optimize: Optimize::Speed, kernel: None };
        let chosen = compiled(&layer, choice)?;
        let forced =
            choice.forced(&chosen.layers).map(|choice| Ok((compiled(&layer, choice)?.file, Kind::Large)));
        plans.extend(forced.collect::<Result<Vec<_>, EmulatedError>>()?);
        plans.push((chosen.file, Kind::Large));
        plans.push((compiled(&layer, Choice::PORTABLE)?.file, Kind::Large));
    }
    plans.sort();
    plans.dedup();
    Ok(plans)
}

/// For each kernel of plans that are as large as what is used the smallest plan that has no other kernel, if there is one.
pub fn alone(plans: &[Plan]) -> BTreeMap<String, &[u8]> {
    let used: BTreeSet<_> =
        plans.iter().filter(|(_, kind)| *kind == Kind::Large).flat_map(|(plan, _)| kernels(plan)).collect();
    let mut alone: BTreeMap<String, &[u8]> = BTreeMap::new();
    for (plan, _) in plans {
        let mut names = kernels(plan).into_iter();
        if let (Some(name), None) = (names.next(), names.next())
            && used.contains(&name)
        {
            let smallest = alone.entry(name).or_insert(plan);
            if plan.len() < smallest.len() {
                *smallest = plan;
            }
        }
    }
    alone
}

fn compiled(layer: &Graph, choice: Choice) -> Result<Compiled, EmulatedError> {
    compile(layer.clone(), &choice.options(), &Custom::default())
        .map_err(|error| EmulatedError::Failed(error.to_string()))
}

/// Runs every plan once, with zeros.
///
/// # Errors
/// What keeps all of them from running.
pub fn measure(target: Target, plans: &[Plan]) -> Result<Measured, EmulatedError> {
    let open = |(bytes, kind): &Plan| Some((File::from_bytes(bytes).ok()?, *kind));
    let files: Vec<_> = plans.iter().filter_map(open).collect();
    let zeros = |file: &File| file.plan().map_or(0, |plan| Ports::of(&plan, None).input_bytes());
    let inputs: Vec<_> = files.iter().map(|(file, _)| vec![0; zeros(file)]).collect();
    let requests = files.iter().zip(&inputs).map(|((file, _), input)| Request::once(file.bytes(), input));
    let requests: Vec<_> = requests.collect();
    let replies = emulated::run_all(&target.to_string(), &requests, &mut |line| eprintln!("{line}"))?;
    let mut measured = Measured::default();
    for ((file, kind), reply) in files.iter().zip(replies) {
        let (Ok(plan), Ok(reply)) = (file.plan(), reply) else { continue };
        let found = reply.counts.unwrap_or_default();
        let whole = found.runs.first().copied().unwrap_or_default();
        let cycles = |count: &emulated::Count| count.cycles.unwrap_or(0);
        let each = || found.steps.iter();
        // a step's count has the call around it, so that together they may have more than the whole
        let between = [
            whole.instructions.saturating_sub(each().map(|step| step.instructions).sum()),
            cycles(&whole).saturating_sub(each().map(cycles).sum()),
        ];
        let costs = each().map(|step| [step.instructions, cycles(step)]).chain([between]);
        let kernels = plan.steps().map(|step| ops::name(step.code()).unwrap_or_default()).chain([BETWEEN]);
        for ((kernel, counts), [instructions, cycles]) in kernels.zip(counts(&plan, file.names())).zip(costs)
        {
            let is_large = *kind == Kind::Large;
            measured.steps.push(Step { kernel, counts, instructions, cycles, is_large });
        }
        let kernels = plan.steps().map(|step| ops::name(step.code()).unwrap_or_default());
        let steps = kernels.zip(counts(&plan, None)).collect();
        measured.plans.push(Run { kind: *kind, stack: reply.stack_bytes, steps });
    }
    Ok(measured)
}

impl Measured {
    /// How deep the stack is in each of a kernel's loops: the least of the plans in which it runs, as it is at least as deep in
    /// all of them. Of loops that no plan runs the kernel's least.
    pub fn stacks(&self) -> BTreeMap<&'static str, Vec<u64>> {
        let mut stacks: BTreeMap<_, Vec<u64>> = BTreeMap::new();
        for drawn in [false, true] {
            let known: BTreeSet<_> = stacks.keys().copied().collect();
            let plans = self.plans.iter().filter(|plan| (plan.kind == Kind::Drawn) == drawn);
            let steps = plans.flat_map(|plan| plan.steps.iter().map(|step| (plan.stack, step)));
            for (stack, (kernel, counts)) in steps.filter(|(_, (kernel, _))| !known.contains(kernel)) {
                let depths = stacks.entry(*kernel).or_insert_with(|| vec![u64::MAX; counts.len()]);
                for (depth, _) in depths.iter_mut().zip(counts).filter(|(_, count)| **count != 0.0) {
                    *depth = (*depth).min(stack);
                }
            }
        }
        for depths in stacks.values_mut() {
            let least = depths.iter().copied().min().unwrap_or_default();
            depths.iter_mut().filter(|depth| **depth == u64::MAX).for_each(|depth| *depth = least);
        }
        stacks
    }

    /// Costs of every kernel in every way that its steps differ, and of each kernel in any.
    pub fn costs(&self) -> BTreeMap<String, Costs> {
        let mut rows: BTreeMap<String, Vec<&Step>> = BTreeMap::new();
        for step in self.steps.iter().filter(|step| step.instructions > 0) {
            for row in BTreeSet::from([step.kernel.to_owned(), row(step.kernel, &step.counts)]) {
                rows.entry(row).or_default().push(step);
            }
        }
        let costs = |steps: Vec<&Step>| {
            let large: Vec<_> = steps.iter().copied().filter(|step| step.is_large).collect();
            let steps = if large.len() < ENOUGH { steps } else { large };
            let fitted = |of: fn(&Step) -> u64| {
                // in between errors that are relative to the step and those that are to the whole
                let weighed = steps.iter().filter(|step| of(step) > 0).map(|step| {
                    let n = (of(step) as f64).sqrt();
                    (step.counts.iter().map(|count| count / n).collect::<Vec<_>>(), n)
                });
                fit(weighed)
            };
            Costs { instructions: fitted(|step| step.instructions), cycles: fitted(|step| step.cycles) }
        };
        rows.into_iter().map(|(row, steps)| (row, costs(steps))).collect()
    }
}

/// Names of a plan's kernels; none of what is no plan.
fn kernels(plan: &[u8]) -> BTreeSet<String> {
    let names = |plan: midge_core::Plan<'_>| {
        plan.steps().filter_map(|step| ops::name(step.code())).map(String::from).collect()
    };
    midge_core::Plan::parse(plan).map_or_else(|_| BTreeSet::new(), names)
}
