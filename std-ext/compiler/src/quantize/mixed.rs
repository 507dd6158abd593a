//! Precision operator by operator: as much as each needs for the whole to keep its accuracy.

use super::goal::{Least, frontier};
use super::{Correct, Observed, Precision, QuantizeError, Quantized, Quantizer, Settings, operators, stores};
use crate::custom::Custom;
use crate::graph::Type;
use crate::{Compiled, Options, compile};
use midge_runtime::file::File;
use midge_runtime::layers::layers;
use midge_runtime::rows::Rows;
use midge_runtime::session;
use serde::Serialize;
use std::collections::BTreeSet;

/// What a search found.
#[derive(Clone, Debug)]
pub struct Mixed {
    /// The model with the least of what was asked for that keeps within the budget; the most precise, if none does.
    pub quantized: Quantized,
    /// Of the models that were tried those that no other beats, those first that lose most.
    pub frontier: Vec<Point>,
    /// How many were tried.
    pub tried: usize,
}

/// A model that was tried.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Point {
    /// How many operators have more than the least precision.
    pub raised: usize,
    /// How many compute in 16 bits.
    pub wide: usize,
    /// How many have weights of int4.
    pub int4: usize,
    /// Bytes of its plan.
    pub bytes: u64,
    /// Bytes of its work memory.
    pub arena_bytes: u64,
    /// Estimated instructions; none where the target has no estimates.
    pub instructions: Option<u64>,
    /// What it loses of its score.
    pub drop: f64,
    /// Whether that is within the budget.
    pub fits: bool,
}

/// What a search is for.
#[derive(Clone, Copy, Debug)]
pub struct Goal {
    /// What there should be little of.
    pub least: Least,
    /// The most that may be lost.
    pub most: f64,
}

/// For each node, which of the levels of precision it has; none for one that stays float.
type Levels = Vec<Option<usize>>;

impl Quantizer {
    /// Searches the precision of each operator for the least of what `goal` says, where `drop`, which says what a plan loses,
    /// is at most the goal's. There are 8 bits and 16, and with [`Settings::weights`] of int4 also 8 bits with such weights.
    ///
    /// The operators are ranked by the noise that each adds to the outputs of `rows` when it alone has less than 16 bits; then
    /// the search halves the number of those that are raised. From there on it changes one, two or four operators at a time,
    /// as long as that makes less of what is asked for.
    ///
    /// # Errors
    /// What [`Quantizer::quantize`] and `drop` report, and a target whose instructions are asked for and not estimated.
    pub fn mixed<E: From<QuantizeError>>(
        &self,
        (observed, settings): (&Observed, &Settings),
        (rows, options): (&Rows, &Options),
        goal: Goal,
        drop: impl FnMut(&File) -> Result<f64, E>,
    ) -> Result<Mixed, E> {
        let mut ladder = vec![Precision { store: Type::I8, weights: Type::I8 }];
        ladder.push(Precision { store: Type::I16, weights: Type::I8 });
        if settings.weights == Type::I4 {
            ladder.insert(0, Precision { store: Type::I8, weights: Type::I4 });
        }
        let (known, tried, seen) = ((observed, settings), Vec::new(), BTreeSet::new());
        let mut search = Search { quantizer: self, known, options, ladder, goal, drop, tried, seen };
        let moves = search.ranked(rows)?;
        let (mut short, mut enough) = (0, moves.len());
        if !search.first(&moves, short)? && enough > 0 && search.first(&moves, enough)? {
            while enough - short > 1 {
                let middle = usize::midpoint(short, enough);
                if search.first(&moves, middle)? { enough = middle } else { short = middle }
            }
            search.improve()?;
        }
        let best = search.best();
        let (points, levels): (Vec<Point>, Vec<Levels>) = search.tried.iter().cloned().unzip();
        let best = best.unwrap_or_else(|| (0..points.len()).max_by_key(|i| points[*i].raised).unwrap_or(0));
        let quantized = search.quantized(&levels[best], settings)?;
        Ok(Mixed { quantized, frontier: frontier(&points), tried: points.len() })
    }
}

/// Sweeps over all operators, at most.
const SWEEPS: usize = 3;

struct Search<'a, D> {
    quantizer: &'a Quantizer,
    known: (&'a Observed, &'a Settings),
    options: &'a Options,
    /// The least precision first.
    ladder: Vec<Precision>,
    goal: Goal,
    drop: D,
    tried: Vec<(Point, Levels)>,
    seen: BTreeSet<Levels>,
}

impl<E: From<QuantizeError>, D: FnMut(&File) -> Result<f64, E>> Search<'_, D> {
    /// All operators that can be quantized at one level.
    fn all(&self, level: usize) -> Levels {
        stores(&self.quantizer.graph, level, operators::obstacle)
    }

    fn quantized(&self, levels: &Levels, settings: &Settings) -> Result<Quantized, QuantizeError> {
        let precisions = levels.iter().map(|level| level.map(|level| self.ladder[level])).collect();
        self.quantizer.quantize_as(self.known.0, settings, precisions)
    }

    /// Operators and the levels to which they rise, those first that hurt most below.
    fn ranked(&self, rows: &Rows) -> Result<Vec<(usize, usize)>, QuantizeError> {
        let float = answers(&self.quantizer.file, rows)?;
        let top = self.all(self.ladder.len() - 1);
        let mut ranked = Vec::new();
        for node in (0..top.len()).filter(|node| top[*node].is_some()) {
            for level in 0..self.ladder.len() - 1 {
                let is_weighted = self.quantizer.graph.nodes[node].op.channel_axis().is_some();
                if self.ladder[level].weights == Type::I4 && !is_weighted {
                    continue;
                }
                let mut levels = top.clone();
                levels[node] = Some(level);
                let (file, _) = planned(&self.quantized(&levels, self.known.1)?, &Options::default())?;
                let errors =
                    answers(&file, rows)?.into_iter().zip(&float).map(|(x, y)| f64::from(x - y).powi(2));
                ranked.push((errors.sum::<f64>(), (node, level + 1)));
            }
        }
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        Ok(ranked.into_iter().map(|(_, risen)| risen).collect())
    }

    /// Tries the first `count` moves, and says whether that is within the budget.
    fn first(&mut self, moves: &[(usize, usize)], count: usize) -> Result<bool, E> {
        let mut levels = self.all(0);
        for (node, level) in &moves[..count] {
            levels[*node] = levels[*node].max(Some(*level));
        }
        self.attempt(levels)
    }

    fn attempt(&mut self, levels: Levels) -> Result<bool, E> {
        let (file, mut point) = self.measured(&levels, self.known.1)?;
        point.drop = (self.drop)(&file)?;
        point.fits = point.drop <= self.goal.most;
        let fits = point.fits;
        self.tried.push((point, levels));
        Ok(fits)
    }

    /// A plan, and what it has.
    fn measured(&self, levels: &Levels, settings: &Settings) -> Result<(File, Point), QuantizeError> {
        let (file, compiled) = planned(&self.quantized(levels, settings)?, self.options)?;
        let plan = file.plan()?;
        let mut each = layers(&plan, file.names()).into_iter().map(|layer| compiled.instructions(&layer));
        let instructions = each.try_fold(0, |sum, n| Some(sum + n?));
        if instructions.is_none() && self.goal.least == Least::Latency {
            return Err(QuantizeError::Unestimated(self.options.target));
        }
        let nodes = &self.quantizer.graph.nodes;
        let count = |is: &dyn Fn(usize, Precision) -> bool| {
            let levels = levels.iter().enumerate();
            levels
                .filter_map(|(node, level)| Some((node, self.ladder[(*level)?])))
                .filter(|(n, p)| is(*n, *p))
                .count()
        };
        let point = Point {
            raised: count(&|_, precision| precision != self.ladder[0]),
            wide: count(&|_, precision| precision.store == Type::I16),
            int4: count(&|n, precision| {
                precision.weights == Type::I4 && nodes[n].op.channel_axis().is_some()
            }),
            bytes: file.bytes().len() as u64,
            arena_bytes: plan.arena_len() as u64,
            instructions,
            drop: 0.0,
            fits: false,
        };
        Ok((file, point))
    }

    /// The one of those within the budget with the least of what is asked for.
    fn best(&self) -> Option<usize> {
        let fits = (0..self.tried.len()).filter(|i| self.tried[*i].0.fits);
        fits.min_by_key(|i| self.goal.least.of(&self.tried[*i].0))
    }

    /// Changes few operators at a time as long as that helps.
    fn improve(&mut self) -> Result<(), E> {
        let least = self.goal.least;
        if least == Least::Raised {
            return Ok(());
        }
        // what errors do to weights changes no size
        let quick = Settings { correct: Correct::None, ..*self.known.1 };
        let top = self.all(0);
        let nodes: Vec<usize> = (0..top.len()).filter(|node| top[*node].is_some()).collect();
        let steps = [1, 2, 4].map(|length| (0..self.ladder.len()).map(move |level| (length, level)));
        let steps: Vec<(usize, usize)> = steps.into_iter().flatten().collect();
        for _ in 0..SWEEPS {
            let before = self.best();
            for (length, level) in steps.iter().copied() {
                for run in nodes.windows(length) {
                    let Some(best) = self.best() else { return Ok(()) };
                    let (point, mut levels) = self.tried[best].clone();
                    run.iter().for_each(|node| levels[*node] = Some(level));
                    if self.seen.insert(levels.clone())
                        && least.of(&self.measured(&levels, &quick)?.1) < least.of(&point)
                    {
                        self.attempt(levels)?;
                    }
                }
            }
            if before == self.best() {
                break;
            }
        }
        Ok(())
    }
}

fn planned(quantized: &Quantized, options: &Options) -> Result<(File, Compiled), QuantizeError> {
    let compiled = compile(quantized.graph.clone(), options, &Custom::default())?;
    Ok((File::from_bytes(&compiled.file)?, compiled))
}

/// The outputs of every row.
fn answers(file: &File, rows: &Rows) -> Result<Vec<f32>, QuantizeError> {
    let outputs = session::run(&file.runtime()?, rows, false, |_| ())?;
    Ok(outputs.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
}
