//! The memory planner: in which order steps run, and where in the arena each of their buffers lies.
//!
//! It sees a [`Problem`], not a graph: buffers with sizes, and steps that read and write them. [`plan`] looks for the
//! order whose largest live set is least, lets a step write over what it reads for the last time where the step
//! allows that, and packs the lifetimes into the fewest bytes. Small problems are searched exactly, large ones by
//! heuristics ([`Layout::exact`] says which); every search is bounded by counted work, never by a clock, and seeded
//! by a constant, so a problem has one layout on every machine.
//!
//! Sizes are rounded up to [`Problem::align`] before anything is compared or summed; a live set, the lower bound, the
//! naive sum and the peak are all in rounded bytes. [`bound`] and [`verify`] judge a layout with code of their own.

mod alias;
pub mod bound;
mod flow;
mod matching;
mod order;
pub mod picture;
mod place;
pub mod verify;

use alias::Rule;
use flow::Flow;
use place::Shape;
use std::fmt;
use thiserror::Error;

/// Index of a [`Buffer`] in [`Problem::buffers`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BufferId(pub usize);

/// What has to be planned: steps in an order that can be executed, and the buffers between them.
///
/// Steps that touch a common buffer, at least one of them writing it, keep their order; others may change places.
#[derive(Clone, Debug, Default)]
pub struct Problem {
    /// Everything that needs bytes in the arena.
    pub buffers: Vec<Buffer>,
    /// What runs, in the source's order.
    pub steps: Vec<Step>,
    /// Every offset is a multiple of this; a power of two.
    pub align: u32,
}

/// A stretch of bytes that some steps touch.
#[derive(Clone, Copy, Debug)]
pub struct Buffer {
    /// Its length, not rounded.
    pub bytes: u32,
    /// When it is live.
    pub kind: Kind,
}

/// When a buffer is live. Any buffer is live from the first step that touches it to the last that does; the kind
/// says what more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Filled by the caller, so live from the start (if no step reads it, in the first step alone). Its bytes are
    /// free after its last reader.
    Input,
    /// Read by the caller, so live until the end.
    Output,
    /// An input that must stay as the caller filled it, or is an output too: live from start to end.
    Through,
    /// Written and read by steps.
    Inner,
    /// Used by one step, named in [`Step::scratch`].
    Scratch,
    /// Kept from run to run: its bytes are always its own.
    State,
}

/// One step of the plan.
#[derive(Clone, Debug, Default)]
pub struct Step {
    /// What it reads.
    pub reads: Vec<BufferId>,
    /// What it writes.
    pub writes: Vec<BufferId>,
    /// What it uses while it runs.
    pub scratch: Vec<BufferId>,
    /// Pairs (read, written): the step is right even when the two start at the same byte. Such a pair is used where
    /// the step is the last to touch the one and the first to touch the other, and the other is no larger. At most
    /// [`PAIRS`] are looked at.
    pub in_place: Vec<(BufferId, BufferId)>,
}

/// How many in-place pairs of one step are looked at.
pub const PAIRS: usize = 64;

/// Where everything lies, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Indices of [`Problem::steps`] in the order of execution.
    pub order: Vec<usize>,
    /// First byte of each buffer; 0 for one that no step touches and no caller sees.
    pub offsets: Vec<u32>,
    /// The buffer whose bytes this one took over in place, followed to the first of the chain.
    pub aliases: Vec<Option<BufferId>>,
    /// When each buffer is live; none for one that no step touches and no caller sees.
    pub lifetimes: Vec<Option<Lifetime>>,
    /// Bytes of the arena, a multiple of the alignment.
    pub peak: u32,
    /// Bytes of all buffers side by side.
    pub naive: u64,
    /// Whether no order, aliasing and offsets can have a smaller peak. If not, that is not proven.
    pub exact: bool,
}

/// When a buffer is live: positions in [`Layout::order`], both inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// The first step in which its bytes are its own.
    pub first: usize,
    /// The last.
    pub last: usize,
}

/// Why a problem has no layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MemoryError {
    /// The alignment is no power of two.
    #[error("cannot plan memory: alignment {0} is not a power of two")]
    Align(u32),
    /// A step names a buffer that is not there.
    #[error("cannot plan memory: step {step} names {buffer}, which does not exist")]
    Unknown {
        /// Index in the source's order.
        step: usize,
        /// What it names.
        buffer: BufferId,
    },
    /// A buffer is read before it holds anything.
    #[error("cannot plan memory: step {step} reads {buffer} before any step writes it; reorder the steps")]
    Unwritten {
        /// Index in the source's order.
        step: usize,
        /// What it reads.
        buffer: BufferId,
    },
    /// The caller would read bytes that nothing wrote.
    #[error("cannot plan memory: no step writes {0}, an output; make it a through buffer if it is an input")]
    NoWriter(BufferId),
    /// A scratch buffer is data, data is scratch, or two steps share a scratch buffer.
    #[error(
        "cannot plan memory: step {step} uses {buffer} wrongly; scratch belongs to one step and is not data"
    )]
    Scratch {
        /// Index in the source's order.
        step: usize,
        /// What it misuses.
        buffer: BufferId,
    },
    /// An in-place pair is not something that the step reads and something that it writes.
    #[error(
        "cannot plan memory: step {step} offers {write} in place of {read}, but does not write and read them"
    )]
    InPlace {
        /// Index in the source's order.
        step: usize,
        /// What it should read.
        read: BufferId,
        /// What it should write.
        write: BufferId,
    },
    /// Offsets are 32 bits wide.
    #[error(
        "cannot plan memory: the arena needs {0} bytes, more than 32-bit offsets reach; use a smaller model"
    )]
    TooLarge(u64),
}

/// Finds order, aliasing and offsets.
///
/// # Errors
///
/// What is wrong with the problem, or that its arena is larger than `u32::MAX` bytes.
pub fn plan(problem: &Problem) -> Result<Layout, MemoryError> {
    let flow = Flow::new(problem)?;
    let found = order::search(&flow);
    let source: Vec<usize> = (0..problem.steps.len()).collect();
    let mut best = Draft::new(problem, &flow, &found.order, Rule::Tight, found.peak);
    // Gaps may keep an order from its live set; another order or other pairs often fit.
    for order in [&found.order, &source] {
        for rule in Rule::ALL {
            if best.peak > flow.peak(order) {
                let draft = Draft::new(problem, &flow, order, rule, found.peak);
                if draft.peak < best.peak {
                    best = draft;
                }
            }
        }
    }
    let peak = u32::try_from(best.peak).map_err(|_| MemoryError::TooLarge(best.peak))?;
    let offsets = best.offsets.iter().map(|&o| u32::try_from(o).map_err(|_| MemoryError::TooLarge(o)));
    Ok(Layout {
        order: best.order,
        offsets: offsets.collect::<Result<_, _>>()?,
        aliases: best.roots.into_iter().map(|root| root.map(BufferId)).collect(),
        lifetimes: best.lifetimes,
        peak,
        naive: bound::naive(problem),
        exact: found.proven && best.peak == found.peak,
    })
}

/// A layout in the making.
struct Draft {
    order: Vec<usize>,
    roots: Vec<Option<usize>>,
    lifetimes: Vec<Option<Lifetime>>,
    offsets: Vec<u64>,
    peak: u64,
}

impl Draft {
    fn new(problem: &Problem, flow: &Flow, order: &[usize], rule: Rule, floor: u64) -> Self {
        let roots = alias::choose(flow, order, rule, floor);
        let lifetimes = lifetimes(problem, order);
        let mut shape_of = vec![None; problem.buffers.len()];
        let mut shapes: Vec<Shape> = Vec::new();
        for (buffer, life) in lifetimes.iter().enumerate() {
            let Some(life) = life.filter(|_| flow.sizes[buffer] > 0) else { continue };
            let root = roots[buffer].unwrap_or(buffer);
            let shape = *shape_of[root].get_or_insert_with(|| {
                shapes.push(Shape::default());
                shapes.len() - 1
            });
            shapes[shape].add(life, flow.sizes[buffer]);
        }
        let packed = place::place(&shapes, order.len().max(1), flow.align);
        let offset =
            |b: usize| shape_of[roots[b].unwrap_or(b)].map_or(0, |shape: usize| packed.offsets[shape]);
        let offsets = (0..problem.buffers.len()).map(offset).collect();
        Draft { order: order.to_vec(), roots, lifetimes, offsets, peak: packed.peak }
    }
}

/// When each buffer is live in an order.
fn lifetimes(problem: &Problem, order: &[usize]) -> Vec<Option<Lifetime>> {
    let end = order.len().saturating_sub(1);
    let mut lives: Vec<Option<Lifetime>> = vec![None; problem.buffers.len()];
    for (at, &step) in order.iter().enumerate() {
        let step = &problem.steps[step];
        for id in step.reads.iter().chain(&step.writes).chain(&step.scratch) {
            lives[id.0].get_or_insert(Lifetime { first: at, last: at }).last = at;
        }
    }
    for (life, buffer) in lives.iter_mut().zip(&problem.buffers) {
        let touched = *life;
        *life = match buffer.kind {
            Kind::Input => Some(Lifetime { first: 0, last: touched.map_or(0, |l| l.last) }),
            Kind::Output => touched.map(|l| Lifetime { last: end, ..l }),
            Kind::Through | Kind::State => Some(Lifetime { first: 0, last: end }),
            Kind::Inner | Kind::Scratch => touched,
        };
    }
    lives
}

impl fmt::Display for BufferId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "buffer {}", self.0)
    }
}

#[cfg(test)]
mod tests;
