//! Precision layer by layer: 16 bits for the layers that need them, 8 for the others.

use super::{Observed, QuantizeError, Quantized, Quantizer, Settings, operators};
use crate::custom::Custom;
use crate::graph::Type;
use crate::{Options, compile};
use midge_runtime::file::File;
use midge_runtime::rows::Rows;
use midge_runtime::session;
use serde::Serialize;

/// What a search found.
#[derive(Clone, Debug)]
pub struct Mixed {
    /// The model with the fewest wide operators that keeps within the budget; the widest, if none does.
    pub quantized: Quantized,
    /// What was tried, from 8 bits everywhere to 16.
    pub frontier: Vec<Point>,
}

/// A model that was tried.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Point {
    /// How many operators compute in 16 bits.
    pub wide: usize,
    /// Bytes of its plan.
    pub bytes: u64,
    /// Bytes of its work memory.
    pub arena_bytes: u64,
    /// What it loses of its score.
    pub drop: f64,
    /// Whether that is within the budget.
    pub fits: bool,
}

impl Quantizer {
    /// Searches how few operators have to compute in 16 bits for `drop`, which says what a plan loses, to be at most `most`.
    ///
    /// The operators are ranked by the noise that each adds to the outputs of `rows` when it alone computes in 8 bits; then
    /// the search halves the number of those that are wide.
    ///
    /// # Errors
    /// What [`Quantizer::quantize`] and `drop` report.
    pub fn mixed<E: From<QuantizeError>>(
        &self,
        (observed, settings): (&Observed, &Settings),
        (rows, options): (&Rows, &Options),
        most: f64,
        mut drop: impl FnMut(&File) -> Result<f64, E>,
    ) -> Result<Mixed, E> {
        let ranked = self.ranked(observed, settings, rows)?;
        let mut tried = Vec::new();
        let mut attempt = |wide: usize| -> Result<bool, E> {
            let mut stores = self.stores(Type::I8, operators::obstacle);
            ranked.iter().take(wide).for_each(|node| stores[*node] = Some(Type::I16));
            let quantized = self.quantize_as(observed, settings, stores)?;
            let file = planned(&quantized, options)?;
            let arena_bytes = file.plan().map_err(QuantizeError::from)?.arena_len() as u64;
            let (bytes, drop) = (file.bytes().len() as u64, drop(&file)?);
            let point = Point { wide, bytes, arena_bytes, drop, fits: drop <= most };
            tried.push((point, quantized));
            Ok(drop <= most)
        };
        let (mut short, mut enough) = (0, ranked.len());
        if !attempt(short)? && enough > 0 && attempt(enough)? {
            while enough - short > 1 {
                let middle = usize::midpoint(short, enough);
                if attempt(middle)? { enough = middle } else { short = middle }
            }
        }
        tried.sort_by_key(|(point, _)| point.wide);
        let (frontier, mut models): (Vec<Point>, Vec<Quantized>) = tried.into_iter().unzip();
        let best = frontier.iter().position(|point| point.fits).unwrap_or(models.len() - 1);
        Ok(Mixed { quantized: models.swap_remove(best), frontier })
    }

    /// The operators that can be quantized, those that hurt most in 8 bits first.
    fn ranked(
        &self,
        observed: &Observed,
        settings: &Settings,
        rows: &Rows,
    ) -> Result<Vec<usize>, QuantizeError> {
        let float = answers(&self.file, rows)?;
        let stores = self.stores(Type::I16, operators::obstacle);
        let mut ranked = Vec::new();
        for node in (0..stores.len()).filter(|node| stores[*node].is_some()) {
            let mut stores = stores.clone();
            stores[node] = Some(Type::I8);
            let file = planned(&self.quantize_as(observed, settings, stores)?, &Options::default())?;
            let errors = answers(&file, rows)?.into_iter().zip(&float).map(|(x, y)| f64::from(x - y).powi(2));
            ranked.push((errors.sum::<f64>(), node));
        }
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        Ok(ranked.into_iter().map(|(_, node)| node).collect())
    }
}

fn planned(quantized: &Quantized, options: &Options) -> Result<File, QuantizeError> {
    let compiled = compile(quantized.graph.clone(), options, &Custom::default())?;
    Ok(File::from_bytes(&compiled.file)?)
}

/// The outputs of every row.
fn answers(file: &File, rows: &Rows) -> Result<Vec<f32>, QuantizeError> {
    let outputs = session::run(&file.runtime()?, rows, false, |_| ())?;
    Ok(outputs.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
}
