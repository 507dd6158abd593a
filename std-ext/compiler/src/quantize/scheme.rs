//! Integer graphs of one float graph, time and again: its weights and ranges change while it is trained, what operators
//! compute in does not.

use super::choose::Range;
use super::constrain::Scales;
use super::histogram::Histogram;
use super::observe::Observed;
use super::operators::{is_float, obstacle};
use super::{Precision, QuantizeError, Settings, rewrite, settle, stores};
use crate::graph::{Graph, Type, ValueId};
use crate::import::Refusal;

/// Which operators of a graph compute in integers, and of what type.
#[derive(Clone, Debug)]
pub struct Scheme {
    settings: Settings,
    stores: Vec<Option<Precision>>,
    /// Operators that stay float, and why.
    pub floats: Vec<Refusal>,
}

impl Scheme {
    /// Finds out for a graph that [`float`](super::float) made; ranges are as in [`Scheme::integers`]. Of the settings,
    /// corrections are not made: training does better.
    ///
    /// # Errors
    /// Activations that are no integers, and a graph of which nothing can be quantized.
    pub fn new(
        graph: &Graph,
        ranges: &[Option<[f32; 2]>],
        settings: &Settings,
    ) -> Result<Self, QuantizeError> {
        let precision = Precision { store: settings.activations, weights: settings.weights };
        let mut scheme = Scheme {
            // ranges are given as they shall be
            settings: Settings { range: Range::MinMax, ..*settings },
            stores: stores(graph, precision, obstacle),
            floats: Vec::new(),
        };
        if settings.activations.is_float() {
            return Err(QuantizeError::Nothing);
        }
        let (mut stores, observed) = (scheme.stores.clone(), spread(graph, ranges));
        let rewrite = |stores: &[_]| scheme.rewritten(graph, stores, &observed);
        let (_, floats) = settle(graph, &mut stores, obstacle, rewrite)?;
        (scheme.stores, scheme.floats) = (stores, floats);
        Ok(scheme)
    }

    /// The values whose ranges the integer graph depends on: all floats that operators make or callers give.
    pub fn ranged(graph: &Graph) -> Vec<ValueId> {
        let made = graph.nodes.iter().flat_map(|node| &node.outputs);
        let mut ids: Vec<ValueId> =
            graph.inputs.iter().chain(made).copied().filter(|id| is_float(graph, *id)).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// The integer graph. `ranges` has, at the place of each value that [`Scheme::ranged`] names, the least and the greatest
    /// number that its integers have to cover. Nodes stand in the order of the float graph's, conversions between them, and
    /// values of the float graph have their places.
    pub fn integers(&self, graph: &Graph, ranges: &[Option<[f32; 2]>]) -> Graph {
        self.rewritten(graph, &self.stores, &spread(graph, ranges))
    }

    fn rewritten(&self, graph: &Graph, stores: &[Option<Precision>], observed: &Observed) -> Graph {
        let scales = Scales::new(graph, stores, observed, &self.settings);
        rewrite::rewrite(graph, stores, &scales, (observed, &self.settings))
    }
}

impl Range {
    /// The least and the greatest of these numbers that a range of activations of this type covers; none of numbers that
    /// are no numbers.
    pub fn covered(self, numbers: &[f32], store: Type) -> Option<[f32; 2]> {
        if numbers.iter().any(|x| x.is_nan() || *x == f32::INFINITY) {
            return None;
        }
        let mut histogram = Histogram::default();
        histogram.add(numbers.iter().copied());
        let (least, most) = self.of(&histogram, store);
        Some([least - histogram.depth(), most])
    }
}

/// Numbers that a range is made of where nothing but its ends is known.
const SPREAD: i16 = 64;

/// Numbers spread evenly over each range, and those of constants.
fn spread(graph: &Graph, ranges: &[Option<[f32; 2]>]) -> Observed {
    let histogram = |(i, value): (usize, &crate::graph::Value)| {
        let mut histogram = Histogram::default();
        match (value.reals(), ranges.get(i).copied().flatten()) {
            (Some(reals), _) => histogram.add(reals.into_iter().filter(|x| *x < f32::INFINITY)),
            (None, Some([least, most])) => {
                let step = (most - least) / f32::from(SPREAD);
                histogram.add((0..SPREAD).map(|i| least + step * f32::from(i)).chain([most]));
            }
            (None, None) => return None,
        }
        Some(histogram)
    };
    Observed::of_histograms(graph.values.iter().enumerate().map(histogram).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_covered_as_they_are_given() {
        let numbers: Vec<f32> = (0..=10_000).map(|i| i as f32 * 0.001 - 4.0).collect();
        assert_eq!(Range::MinMax.covered(&numbers, Type::I8), Some([-4.0, 6.0]));
        let [least, most] = Range::Percentile.covered(&numbers, Type::I8).unwrap();
        assert!((-4.0..-3.99).contains(&least) && (5.99..6.0).contains(&most), "{least} {most}");
        assert_eq!(Range::MinMax.covered(&[f32::NAN], Type::I8), None);
    }
}
