//! One step of an optimizer over all parameters.

use super::{Operands, Workers, memory, widest};
use crate::Result;
use crate::device::{Data, Rule};

/// Parameters of a piece of work.
const PIECE: usize = 8192;

/// Changes each parameter and its states (writes, one after the other) by its gradient (reads).
pub(super) fn step(
    w: &Workers,
    rule: Rule,
    scale: f32,
    all: &Operands<'_>,
    writes: &mut [memory::Writing<'_>],
) -> Result<()> {
    let count = 1 + rule.states();
    for (i, writes) in writes.chunks_mut(count).enumerate() {
        let gradient = all.read(i)?.dense();
        let mut slices = Vec::with_capacity(count);
        for write in writes {
            let data: &mut Data = write;
            slices.push(memory::f32s(data, "step")?);
        }
        let mut slices = slices.into_iter();
        let Some(parameter) = slices.next() else { continue };
        let (first, second) = (slices.next().unwrap_or_default(), slices.next().unwrap_or_default());
        let mut pieces: Vec<_> = parameter
            .chunks_mut(PIECE)
            .zip(gradient.chunks(PIECE))
            .map(|(p, g)| (p, g, &mut [][..], &mut [][..]))
            .collect();
        for (piece, state) in pieces.iter_mut().zip(first.chunks_mut(PIECE)) {
            piece.2 = state;
        }
        for (piece, state) in pieces.iter_mut().zip(second.chunks_mut(PIECE)) {
            piece.3 = state;
        }
        w.pieces(&mut pieces, 1, 8 * gradient.len(), |_, pieces| {
            widest(
                #[inline(always)]
                || {
                    pieces
                        .iter_mut()
                        .for_each(|(p, g, first, second)| change(rule, scale, p, g, first, second))
                },
            );
        });
    }
    Ok(())
}

#[inline(always)]
fn change(rule: Rule, scale: f32, p: &mut [f32], g: &[f32], first: &mut [f32], second: &mut [f32]) {
    match rule {
        Rule::Sgd { rate, momentum, dampening, nesterov, decay, first: starts } => {
            if first.is_empty() {
                return p.iter_mut().zip(g).for_each(|(p, &g)| *p -= rate * (g * scale + decay * *p));
            }
            for ((p, &g), m) in p.iter_mut().zip(g).zip(first) {
                let g = g * scale + decay * *p;
                *m = if starts { g } else { momentum * *m + (1.0 - dampening) * g };
                *p -= rate * if nesterov { g + momentum * *m } else { *m };
            }
        }
        Rule::Adam { rate, betas: [b1, b2], epsilon, decay, decoupled, corrections: [c1, c2] } => {
            let (step, root) = (rate / c1, c2.sqrt());
            for (((p, &g), m), v) in p.iter_mut().zip(g).zip(first).zip(second) {
                let mut g = g * scale;
                if decoupled {
                    *p -= rate * decay * *p;
                } else {
                    g += decay * *p;
                }
                *m += (1.0 - b1) * (g - *m);
                *v = b2 * *v + (1.0 - b2) * g * g;
                *p -= step * *m / (v.sqrt() / root + epsilon);
            }
        }
        Rule::RmsProp { rate, alpha, epsilon, momentum, decay } => {
            let mut steps = second.iter_mut();
            for ((p, &g), v) in p.iter_mut().zip(g).zip(first) {
                let g = g * scale + decay * *p;
                *v = alpha * *v + (1.0 - alpha) * g * g;
                let step = g / (v.sqrt() + epsilon);
                *p -= match steps.next() {
                    Some(m) => {
                        *m = momentum * *m + step;
                        rate * *m
                    }
                    None => rate * step,
                };
            }
        }
        Rule::Adagrad { rate, epsilon, decay } => {
            for ((p, &g), v) in p.iter_mut().zip(g).zip(first) {
                let g = g * scale + decay * *p;
                *v += g * g;
                *p -= rate * g / (v.sqrt() + epsilon);
            }
        }
    }
}
