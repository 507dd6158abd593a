//! What a finished plan needs of memory, read from the plan itself.

use crate::memory::{Buffer, BufferId, Kind, Layout, Lifetime, Problem, Step, bound, picture};
use midge_core::Plan;
use midge_core::plan::{self, region};
use midge_runtime::host::Names;

/// Where every tensor lies, and when.
#[derive(Clone, Debug)]
pub struct Footprint {
    /// Bytes of all tensors side by side.
    pub naive_bytes: u64,
    /// Largest simultaneous live set of the plan's steps: no placement can do with less.
    pub lower_bound_bytes: u64,
    /// Bytes of the arena.
    pub peak_bytes: u64,
    /// The tensors in work memory.
    pub tensors: Vec<Extent>,
    /// Tensors over steps, drawn.
    pub picture: String,
}

/// A tensor's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Its name.
    pub name: String,
    /// First byte in the arena.
    pub offset: u64,
    /// Its length.
    pub bytes: u64,
    /// First step that uses it.
    pub first: usize,
    /// Last step that does.
    pub last: usize,
}

/// Reads a plan's memory from its operand table and steps.
pub fn footprint(plan: &Plan<'_>, names: Option<&Names>) -> Footprint {
    let table: Vec<plan::Operand> = (0..plan.operand_count()).map(|i| plan.operand(i as u16)).collect();
    let work: Vec<u16> = (0u16..).zip(&table).filter(|(_, o)| is_work(plan, o)).map(|(i, _)| i).collect();
    let buffer_of = |operand: u16| work.binary_search(&operand).ok().map(BufferId);
    let problem = problem(plan, &table, &work, buffer_of);
    let layout = layout(plan, &table, &work, &problem);
    let name = |id: BufferId| {
        let operand = usize::from(work[id.0]);
        names
            .and_then(|n| n.operands.get(operand))
            .map_or_else(|| format!("operand {operand}"), |n| n.name.clone())
    };
    let tensors = layout.lifetimes.iter().enumerate().filter_map(|(i, life)| {
        let Lifetime { first, last } = (*life)?;
        let (offset, bytes) = (u64::from(layout.offsets[i]), u64::from(problem.buffers[i].bytes));
        Some(Extent { name: name(BufferId(i)), offset, bytes, first, last })
    });
    Footprint {
        naive_bytes: bound::naive(&problem),
        lower_bound_bytes: bound::lower(&problem, &layout.order, &layout.aliases),
        peak_bytes: plan.arena_len() as u64,
        tensors: tensors.collect(),
        picture: picture::draw(&problem, &layout, name),
    }
}

fn is_work(plan: &Plan<'_>, operand: &plan::Operand) -> bool {
    plan.region(operand.region).is_some_and(|r| r.kind != region::CONSTANTS)
}

/// The plan's steps and work memory as the planner saw them.
fn problem(
    plan: &Plan<'_>,
    table: &[plan::Operand],
    work: &[u16],
    buffer_of: impl Fn(u16) -> Option<BufferId>,
) -> Problem {
    let ports: Vec<plan::Port> = (0..plan.port_count()).filter_map(|i| plan.port(i)).collect();
    let is_port = |operand, output| ports.iter().any(|p| p.operand == operand && p.output == output);
    let buffers = work.iter().map(|&i| {
        let o = &table[usize::from(i)];
        let kind = match (is_port(i, 0), is_port(i, 1)) {
            _ if o.kind & plan::Kind::SCRATCH != 0 => Kind::Scratch,
            _ if plan.region(o.region).is_some_and(|r| r.kind == region::STATE) => Kind::State,
            (true, true) => Kind::Through,
            (true, false) => Kind::Input,
            (false, true) => Kind::Output,
            (false, false) => Kind::Inner,
        };
        Buffer { bytes: o.len, kind }
    });
    let buffers: Vec<Buffer> = buffers.collect();
    let steps = plan.steps().map(|step| {
        let ids =
            |range: std::ops::Range<usize>| range.filter_map(|i| buffer_of(step.id(i))).collect::<Vec<_>>();
        let is_scratch = |id: &BufferId| buffers[id.0].kind == Kind::Scratch;
        let (scratch, writes) = ids(0..step.writes()).into_iter().partition(is_scratch);
        Step { reads: ids(step.writes()..step.operands()), writes, scratch, in_place: Vec::new() }
    });
    Problem { steps: steps.collect(), buffers, align: crate::pack::WORK_ALIGN }
}

/// Places and lifetimes as the plan has them. A written tensor whose bytes are exactly those of one that the step
/// reads took them over.
fn layout(plan: &Plan<'_>, table: &[plan::Operand], work: &[u16], problem: &Problem) -> Layout {
    let start = |i: u16| {
        let o = &table[usize::from(i)];
        plan.region_start(o.region) as u32 + o.offset
    };
    let mut aliases: Vec<Option<BufferId>> = vec![None; work.len()];
    for step in &problem.steps {
        for write in &step.writes {
            let same = |read: &&BufferId| {
                **read != *write && table[usize::from(work[read.0])].same(&table[usize::from(work[write.0])])
            };
            if let Some(read) = step.reads.iter().find(same) {
                aliases[write.0] = aliases[read.0].or(Some(*read));
            }
        }
    }
    let end = problem.steps.len().saturating_sub(1);
    let lifetimes = problem.buffers.iter().enumerate().map(|(i, buffer)| {
        let id = BufferId(i);
        let uses = |s: &Step| [&s.reads, &s.writes, &s.scratch].into_iter().any(|ids| ids.contains(&id));
        let first = problem.steps.iter().position(uses);
        let last = problem.steps.iter().rposition(uses);
        match (buffer.kind, first.zip(last)) {
            (Kind::Through | Kind::State, _) => Some(Lifetime { first: 0, last: end }),
            (Kind::Input, None) => Some(Lifetime { first: 0, last: 0 }),
            (Kind::Input, Some((_, last))) => Some(Lifetime { first: 0, last }),
            (Kind::Output, Some((first, _))) => Some(Lifetime { first, last: end }),
            (_, uses) => uses.map(|(first, last)| Lifetime { first, last }),
        }
    });
    Layout {
        order: (0..problem.steps.len()).collect(),
        offsets: work.iter().map(|&i| start(i)).collect(),
        lifetimes: lifetimes.collect(),
        aliases,
        peak: plan.arena_len() as u32,
        naive: bound::naive(problem),
        exact: false,
    }
}
