//! What data is like: how much there is of each class, and how its numbers are spread.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{DataError, Dataset};

/// How numbers are spread.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// How many there are.
    pub count: u64,
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation, as of all there are.
    pub std: f64,
    /// The least.
    pub min: f32,
    /// The greatest.
    pub max: f32,
    #[serde(skip)]
    squares: f64,
}

impl Default for Spread {
    fn default() -> Spread {
        Spread { count: 0, mean: 0.0, std: 0.0, min: f32::INFINITY, max: f32::NEG_INFINITY, squares: 0.0 }
    }
}

impl Spread {
    /// Takes in a number (Welford 1962).
    fn add(&mut self, number: f32) {
        self.count += 1;
        let off = f64::from(number) - self.mean;
        self.mean += off / self.count as f64;
        self.squares += off * (f64::from(number) - self.mean);
        self.std = (self.squares / self.count as f64).sqrt();
        (self.min, self.max) = (self.min.min(number), self.max.max(number));
    }
}

/// What [`stats`] finds.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Stats {
    /// Samples, those that can't be read among them.
    pub samples: usize,
    /// How many of them can't be read, whatever the reason.
    pub broken: usize,
    /// Columns with empty cells, and how many.
    pub missing: BTreeMap<String, usize>,
    /// Classes by their numbers: names, and how many samples each has.
    pub classes: Vec<(String, usize)>,
    /// Shape of the first sample's first input.
    pub shape: Vec<usize>,
    /// How the numbers of the first input are spread, for each place of its first axis: columns of a table, channels of an
    /// image or a sound.
    pub inputs: Vec<Spread>,
    /// How numbers that are labels are spread.
    pub label: Option<Spread>,
}

/// Reads all samples. Those that can't be read are counted and left out.
pub fn stats(data: &dyn Dataset) -> Stats {
    let classes = data.classes().iter().map(|name| (name.clone(), 0)).collect();
    let mut stats = Stats { samples: data.len(), classes, ..Stats::default() };
    for index in 0..data.len() {
        let sample = match data.get(index) {
            Ok(sample) => sample,
            Err(error) => {
                stats.broken += 1;
                if let DataError::Missing { columns, .. } = error {
                    columns.into_iter().for_each(|column| *stats.missing.entry(column).or_default() += 1);
                }
                continue;
            }
        };
        if let Some(input) = sample.inputs.first() {
            if stats.shape.is_empty() {
                stats.shape = input.shape().to_vec();
            }
            let places = input.shape().first().copied().unwrap_or(1).max(1);
            let numbers = input.as_floats().unwrap_or_default();
            stats.inputs.resize(places.max(stats.inputs.len()), Spread::default());
            for (spread, numbers) in
                stats.inputs.iter_mut().zip(numbers.chunks((numbers.len() / places).max(1)))
            {
                numbers.iter().for_each(|&number| spread.add(number));
            }
        }
        if let Some(label) = &sample.label {
            let numbers = label.as_floats().unwrap_or_default();
            numbers.iter().for_each(|&number| stats.label.get_or_insert_default().add(number));
            for &class in label.as_indices().unwrap_or_default() {
                let Ok(class) = usize::try_from(class) else { continue };
                while stats.classes.len() <= class {
                    stats.classes.push((stats.classes.len().to_string(), 0));
                }
                stats.classes[class].1 += 1;
            }
        }
    }
    stats
}
