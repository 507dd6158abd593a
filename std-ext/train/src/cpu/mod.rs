//! The processor this program runs on.
//!
//! Work is cut in pieces that depend on shapes alone, never on the number of threads, and sums within a piece have one
//! order: the same numbers come out with any number of threads.

mod attention;
mod conv;
mod entropy;
mod function;
mod index;
mod map;
mod matmul;
mod memory;
mod norm;
mod pool;
mod reduce;
mod softmax;
mod step;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use memory::{Memory, Spare};
use rayon::prelude::*;

use crate::device::{Buffer, Data, Device, Op, Ran, Stats, Type, View};
use crate::{Error, Layout, Result};

/// Arithmetic operations for which it is worth to wake another thread.
const WORTH: usize = 1 << 15;

/// The processor, with a number of threads.
#[derive(Debug)]
pub struct Cpu {
    workers: Workers,
    spare: Arc<Spare>,
    operations: AtomicU64,
}

/// Threads that share work.
#[derive(Debug)]
struct Workers(Option<rayon::ThreadPool>);

impl Cpu {
    /// Computes with so many threads; with 0, as many as the machine has.
    pub fn new(threads: usize) -> Cpu {
        let threads =
            if threads == 0 { std::thread::available_parallelism().map_or(1, usize::from) } else { threads };
        // Without threads to be had, the calling one does all.
        let pool = (threads > 1)
            .then(|| rayon::ThreadPoolBuilder::new().num_threads(threads).build().ok())
            .flatten();
        Cpu { workers: Workers(pool), spare: Arc::default(), operations: AtomicU64::new(0) }
    }

    /// How many threads compute.
    pub fn threads(&self) -> usize {
        self.workers.0.as_ref().map_or(1, rayon::ThreadPool::current_num_threads)
    }

    fn memory<'a>(&self, op: &'static str, view: &View<'a>) -> Result<&'a Memory> {
        view.buffer.memory().ok_or_else(|| Error::Devices {
            op,
            left: self.name(),
            right: "another device".into(),
        })
    }
}

impl Workers {
    /// Calls `f` with each piece of `size` elements of `out`, and its number; on several threads if all together are
    /// worth `work` operations or more.
    fn pieces<T: Send>(
        &self,
        out: &mut [T],
        size: usize,
        work: usize,
        f: impl Fn(usize, &mut [T]) + Sync + Send,
    ) {
        let size = size.max(1);
        match &self.0 {
            Some(pool) if work >= WORTH && out.len() > size => {
                pool.install(|| out.par_chunks_mut(size).enumerate().for_each(|(i, piece)| f(i, piece)));
            }
            _ => out.chunks_mut(size).enumerate().for_each(|(i, piece)| f(i, piece)),
        }
    }

    /// [`Workers::pieces`] of two slices that are cut alike.
    fn pairs<A: Send, B: Send>(
        &self,
        (a, size_a): (&mut [A], usize),
        (b, size_b): (&mut [B], usize),
        work: usize,
        f: impl Fn(usize, &mut [A], &mut [B]) + Sync + Send,
    ) {
        let mut both: Vec<_> = a.chunks_mut(size_a.max(1)).zip(b.chunks_mut(size_b.max(1))).collect();
        self.pieces(&mut both, 1, work, |i, pair| {
            for (a, b) in pair {
                f(i, a, b);
            }
        });
    }
}

/// Runs `f` with the widest vectors that the processor has. Closures passed here are marked `inline(always)`: what is not
/// inlined keeps the narrow ones.
#[inline(always)]
fn widest<R>(f: impl FnOnce() -> R) -> R {
    pulp::Arch::new().dispatch(f)
}

/// One read of an operation.
struct In<'a, T = f32> {
    data: &'a [T],
    layout: &'a Layout,
}

impl<'a, T> In<'a, T> {
    /// The elements of a dense view.
    fn dense(&self) -> &'a [T] {
        let at = self.layout.offset;
        &self.data[at..at + self.layout.shape.elements()]
    }

    /// Size of an axis.
    fn size(&self, axis: usize) -> usize {
        self.layout.shape[axis]
    }
}

/// Reads and writes of an operation, in order, behind their locks.
struct Operands<'a> {
    reads: Vec<(memory::Reading<'a>, &'a Layout)>,
    writes: Vec<memory::Writing<'a>>,
    op: &'static str,
}

impl Operands<'_> {
    fn read(&self, i: usize) -> Result<In<'_>> {
        let (data, layout) = &self.reads[i];
        match &**data {
            Data::F32(data) => Ok(In { data, layout }),
            other => Err(Error::Type { op: self.op, expected: Type::F32, found: other.kind() }),
        }
    }

    fn indices(&self, i: usize) -> Result<In<'_, i64>> {
        let (data, layout) = &self.reads[i];
        match &**data {
            Data::I64(data) => Ok(In { data, layout }),
            other => Err(Error::Type { op: self.op, expected: Type::I64, found: other.kind() }),
        }
    }
}

impl Device for Cpu {
    fn name(&self) -> String {
        "cpu".into()
    }

    fn alloc(&self, kind: Type, len: usize) -> Result<Buffer> {
        Ok(Buffer::new(kind, Memory::empty(kind, len, &self.spare)))
    }

    fn upload(&self, data: Data) -> Result<Buffer> {
        Ok(Buffer::new(data.kind(), Memory::of(data, &self.spare)))
    }

    fn download(&self, view: View<'_>) -> Result<Data> {
        let memory = self.memory("download", &view)?;
        Ok(memory::dense(&memory.read(), view.layout))
    }

    fn run(&self, op: &Op, reads: &[View<'_>], writes: &[View<'_>]) -> Result<Ran> {
        let name = op.name();
        let reading = reads.iter().map(|view| Ok((self.memory(name, view)?.read(), view.layout)));
        let reading = reading.collect::<Result<Vec<_>>>()?;
        let writing =
            writes.iter().map(|view| Ok(self.memory(name, view)?.write())).collect::<Result<Vec<_>>>()?;
        let mut all = Operands { reads: reading, writes: writing, op: name };
        let mut out = std::mem::take(&mut all.writes);
        self.operations.fetch_add(1, Ordering::Relaxed);
        let w = &self.workers;
        match op {
            Op::Copy => {
                let (data, layout) = &all.reads[0];
                let to = writes[0].layout;
                if to.is_dense() && out[0].len() == to.shape.elements() {
                    memory::copy(data, layout, &mut out[0]);
                } else {
                    memory::place(data, layout, &mut out[0], to);
                }
            }
            Op::Step { rule, scale } => step::step(w, *rule, *scale, &all, &mut out)?,
            Op::ArgMax => reduce::argmax(w, all.read(0)?, memory::i64s(&mut out[0], name)?),
            Op::Pool { pool, window } => {
                let mut outs = out.iter_mut();
                let (Some(values), places) = (outs.next(), outs.next()) else { return Ok(Ran::Unsupported) };
                let places = places.map(|p| memory::u8s(p, name)).transpose()?;
                pool::pool(
                    w,
                    *pool,
                    window,
                    all.read(0)?,
                    writes[0].layout,
                    memory::f32s(values, name)?,
                    places,
                );
            }
            Op::CrossEntropy { smoothing } => {
                let [losses, gradients] = &mut out[..] else { return Ok(Ran::Unsupported) };
                let (losses, gradients) = (memory::f32s(losses, name)?, memory::f32s(gradients, name)?);
                entropy::entropy(w, *smoothing, all.read(0)?, all.indices(1)?, losses, gradients)?;
            }
            Op::Attention { heads, causal } => {
                let [made, sums] = &mut out[..] else { return Ok(Ran::Unsupported) };
                let x = all.read(0)?;
                let sizes = attention::Sizes::new(&x, *heads, *causal);
                attention::forward(w, sizes, x, memory::f32s(made, name)?, memory::f32s(sums, name)?);
            }
            Op::Normalize { epsilon } => {
                let [values, means, inverses] = &mut out[..] else { return Ok(Ran::Unsupported) };
                let outs =
                    [memory::f32s(values, name)?, memory::f32s(means, name)?, memory::f32s(inverses, name)?];
                norm::normalize(w, *epsilon, all.read(0)?, outs);
            }
            _ => {
                let [write] = &mut out[..] else { return Ok(Ran::Unsupported) };
                let to = writes[0].layout;
                let write = memory::f32s(write, name)?;
                match op {
                    Op::Map(expr) => map::map(w, expr, &all, to, write)?,
                    Op::Reduce(how) => reduce::reduce(w, *how, all.read(0)?, write),
                    Op::MatMul => {
                        let bias = (reads.len() > 2).then(|| all.read(2)).transpose()?;
                        matmul::matmul(w, all.read(0)?, all.read(1)?, bias, write);
                    }
                    Op::Conv { window, groups } => {
                        let bias = (reads.len() > 2).then(|| all.read(2)).transpose()?;
                        conv::forward(
                            w,
                            &conv::Sizes::new(window, *groups, reads[0].layout, to),
                            all.read(0)?,
                            all.read(1)?,
                            bias,
                            write,
                        );
                    }
                    Op::ConvImage { window, groups } => {
                        conv::image(
                            w,
                            &conv::Sizes::new(window, *groups, to, reads[0].layout),
                            all.read(0)?,
                            all.read(1)?,
                            write,
                        );
                    }
                    Op::ConvFilter { window, groups } => {
                        conv::filter(
                            w,
                            &conv::Sizes::new(window, *groups, reads[0].layout, reads[1].layout),
                            all.read(0)?,
                            all.read(1)?,
                            write,
                        );
                    }
                    Op::PoolImage { pool, window } => {
                        let places =
                            (reads.len() > 1).then(|| memory::u8s_of(&all.reads[1].0, name)).transpose()?;
                        pool::image(w, *pool, window, all.read(0)?, places, to, write);
                    }
                    Op::Take => index::take(w, all.read(0)?, all.indices(1)?, write)?,
                    Op::TakeAdd => index::take_add(w, all.read(0)?, all.indices(1)?, to, write)?,
                    Op::Gather => index::gather(all.read(0)?, all.indices(1)?, write)?,
                    Op::GatherAdd => index::gather_add(all.read(0)?, all.indices(1)?, to, write)?,
                    Op::Softmax { log } => softmax::softmax(w, *log, all.read(0)?, write),

                    Op::SoftmaxBack { log } => softmax::back(w, *log, all.read(0)?, all.read(1)?, write),

                    Op::AttentionBack { heads, causal } => {
                        let x = all.read(0)?;
                        let sizes = attention::Sizes::new(&x, *heads, *causal);
                        attention::back(w, sizes, [x, all.read(1)?, all.read(2)?, all.read(3)?], write);
                    }
                    Op::NormalizeBack => norm::back(w, all.read(0)?, all.read(1)?, all.read(2)?, write),
                    _ => return Ok(Ran::Unsupported),
                }
            }
        }
        Ok(Ran::Done)
    }

    fn sync(&self) -> Result<()> {
        Ok(())
    }

    fn stats(&self) -> Stats {
        let [used, spare] = self.spare.bytes();
        Stats { operations: self.operations.load(Ordering::Relaxed), used, spare }
    }
}
