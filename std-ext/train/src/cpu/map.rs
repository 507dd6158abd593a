//! Elementwise arithmetic: the instructions of an expression, block by block.

use super::memory::runs;
use super::{Operands, Workers, function, widest};
use crate::device::{Binary, Expr, Instr, Unary};
use crate::{Layout, Result};

/// Elements that an instruction computes at once; the blocks of a short expression stay in the first cache.
const BLOCK: usize = 512;
/// Elements of a piece of work.
const PIECE: usize = 32 * BLOCK;

/// Where the elements of an input come from.
enum Source<'a> {
    /// One after the other, as in the output.
    Dense(&'a [f32]),
    /// From a layout of the output's shape: elements of the innermost run, and its place for each run.
    Spread { data: &'a [f32], run: usize, stride: usize, starts: Vec<usize> },
}

impl<'a> Source<'a> {
    fn new(data: &'a [f32], layout: &Layout) -> Source<'a> {
        if layout.is_dense() {
            return Source::Dense(&data[layout.offset..layout.offset + layout.shape.elements()]);
        }
        let (mut run, mut step, mut starts) = (1, 1, Vec::new());
        runs(layout, |start, stride, len| {
            (run, step) = (len, stride);
            starts.push(start);
        });
        Source::Spread { data, run, stride: step, starts }
    }

    /// Copies elements `from..` to `out`, unless they lie there as they are needed.
    #[inline(always)]
    fn fill(&self, from: usize, out: &mut [f32]) {
        let Source::Spread { data, run, stride, starts } = self else { return };
        let (mut row, mut column) = (from / run, from % run);
        let mut out = out;
        while !out.is_empty() {
            let len = (run - column).min(out.len());
            let (to, rest) = out.split_at_mut(len);
            let start = starts[row] + column * stride;
            match stride {
                0 => to.fill(data[start]),
                1 => to.copy_from_slice(&data[start..start + len]),
                _ => to.iter_mut().enumerate().for_each(|(i, to)| *to = data[start + i * stride]),
            }
            (out, column) = (rest, 0);
            row += 1;
        }
    }
}

/// The value of an expression for each element.
pub(super) fn map(w: &Workers, expr: &Expr, all: &Operands<'_>, to: &Layout, out: &mut [f32]) -> Result<()> {
    let mut sources = Vec::with_capacity(expr.inputs());
    for i in 0..expr.inputs() {
        let read = all.read(i)?;
        sources.push(Source::new(read.data, read.layout));
    }
    let work = to.shape.elements() * expr.instrs().len();
    w.pieces(&mut out[..to.shape.elements()], PIECE, work, |i, piece| {
        widest(
            #[inline(always)]
            || chunk(expr.instrs(), &sources, i * PIECE, piece),
        );
    });
    Ok(())
}

#[inline(always)]
fn chunk(instrs: &[Instr], sources: &[Source<'_>], from: usize, out: &mut [f32]) {
    let mut scratch = vec![[0.0f32; BLOCK]; instrs.len()];
    for (block, out) in out.chunks_mut(BLOCK).enumerate() {
        let (from, len) = (from + block * BLOCK, out.len());
        for (i, instr) in instrs.iter().enumerate() {
            let (done, rest) = scratch.split_at_mut(i);
            let value = |at: usize| match instrs[at] {
                Instr::Input(k) => match &sources[k] {
                    Source::Dense(data) => &data[from..from + len],
                    Source::Spread { .. } => &done[at][..len],
                },
                _ => &done[at][..len],
            };
            let last = i + 1 == instrs.len();
            let to = if last { &mut *out } else { &mut rest[0][..len] };
            match *instr {
                Instr::Input(k) => {
                    sources[k].fill(from, to);
                    if let (true, Source::Dense(data)) = (last, &sources[k]) {
                        to.copy_from_slice(&data[from..from + len]);
                    }
                }
                // A constant is the same in each block.
                Instr::Const(c) if block == 0 || last => to.fill(c),
                Instr::Const(_) => {}
                Instr::Unary(op, a) => unary(op, value(a), to),
                Instr::Binary(op, a, b) => binary(op, value(a), value(b), to),
                Instr::Select(c, a, b) => {
                    let (c, a, b) = (value(c), value(a), value(b));
                    for i in 0..len {
                        to[i] = if c[i] != 0.0 { a[i] } else { b[i] };
                    }
                }
            }
        }
    }
}

#[inline(always)]
fn unary(op: Unary, a: &[f32], to: &mut [f32]) {
    macro_rules! each {
        ($f:expr) => {
            for (to, &a) in to.iter_mut().zip(a) {
                *to = $f(a);
            }
        };
    }
    match op {
        Unary::Neg => each!(|x: f32| -x),
        Unary::Abs => each!(f32::abs),
        Unary::Sign => each!(|x: f32| if x == 0.0 { 0.0 } else { 1f32.copysign(x) }),
        Unary::Exp => each!(function::exp),
        Unary::Log => each!(function::log),
        Unary::Sqrt => each!(f32::sqrt),
        Unary::Recip => each!(|x: f32| 1.0 / x),
        Unary::Tanh => each!(function::tanh),
        Unary::Sigmoid => each!(function::sigmoid),
        Unary::Erf => each!(function::erf),
        Unary::Sin => each!(libm::sinf),
        Unary::Cos => each!(libm::cosf),
        Unary::Relu => each!(|x: f32| if x > 0.0 || x.is_nan() { x } else { 0.0 }),
        Unary::Floor => each!(f32::floor),
        Unary::Round => each!(f32::round_ties_even),
    }
}

#[inline(always)]
fn binary(op: Binary, a: &[f32], b: &[f32], to: &mut [f32]) {
    macro_rules! each {
        ($f:expr) => {
            for ((to, &a), &b) in to.iter_mut().zip(a).zip(b) {
                *to = $f(a, b);
            }
        };
    }
    match op {
        Binary::Add => each!(|a, b| a + b),
        Binary::Sub => each!(|a, b| a - b),
        Binary::Mul => each!(|a, b| a * b),
        Binary::Div => each!(|a, b| a / b),
        Binary::Pow => each!(libm::powf),
        Binary::Max => each!(|a: f32, b: f32| if a > b || a.is_nan() { a } else { b }),
        Binary::Min => each!(|a: f32, b: f32| if a < b || a.is_nan() { a } else { b }),
        Binary::Greater => each!(|a, b| f32::from(u8::from(a > b))),
        Binary::GreaterEqual => each!(|a, b| f32::from(u8::from(a >= b))),
        Binary::Equal => each!(|a, b| f32::from(u8::from(a == b))),
    }
}
