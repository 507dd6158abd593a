//! Parts of data: what is trained on, and what is kept to test.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::error::{bytes, file};
use super::{DataError, Dataset, Result, Sample, folder, within};
use crate::Rng;

/// What is taken out of data.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    /// A share of the samples, in 0..=1, chosen by a seed.
    Share {
        /// The share.
        share: f64,
        /// The seed.
        seed: u64,
    },
    /// Each sample whose number leaves this rest when divided.
    Every {
        /// The divisor.
        divisor: usize,
        /// The rest.
        rest: usize,
    },
    /// Samples by their names.
    Names(BTreeSet<String>),
    /// Files by a number in their names: a part between underscores, as 32 is in `7_jackson_32.wav`, from `first` to `last`.
    Field {
        /// The part, the first one 0.
        field: usize,
        /// The least number that is taken.
        first: u64,
        /// The greatest one.
        last: u64,
    },
}

impl Rule {
    /// The rule of a list: a file with a name in each line, empty lines and those with `#` before them left out.
    ///
    /// # Errors
    /// It can't be read, or is not UTF-8.
    pub fn list(path: &Path) -> Result<Rule> {
        let text = String::from_utf8(bytes(path)?).map_err(|_| file(path, "not UTF-8"))?;
        let names = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        Ok(Rule::Names(names.map(str::to_owned).collect()))
    }

    /// What the rule leaves, and what it takes out, both in the data's order.
    ///
    /// # Errors
    /// A setting makes no sense, or names are not there.
    pub fn split(&self, data: &Arc<dyn Dataset>) -> Result<(Subset, Subset)> {
        let len = data.len();
        let taken: BTreeSet<usize> = match self {
            Rule::Share { share, seed } => {
                if !(0.0..=1.0).contains(share) {
                    return Err(DataError::Setting(format!("split: a share of {share} is not in 0..=1")));
                }
                let mut order: Vec<usize> = (0..len).collect();
                Rng::new(*seed).shuffle(&mut order);
                order.truncate((len as f64 * share).round() as usize);
                order.into_iter().collect()
            }
            Rule::Every { divisor, rest } => {
                if rest >= divisor {
                    return Err(DataError::Setting(format!(
                        "split: nothing leaves a rest of {rest} when divided by {divisor}"
                    )));
                }
                (0..len).filter(|index| index % divisor == *rest).collect()
            }
            Rule::Names(names) => {
                let taken: BTreeSet<usize> =
                    (0..len).filter(|&index| names.contains(&data.name(index))).collect();
                let found: BTreeSet<String> = taken.iter().map(|&index| data.name(index)).collect();
                let missing: Vec<_> = names.difference(&found).take(5).map(String::as_str).collect();
                if !missing.is_empty() {
                    let what = format!(
                        "split: {} of {} names are not in the data: {} ..",
                        names.len() - found.len(),
                        names.len(),
                        missing.join(", ")
                    );
                    return Err(DataError::Setting(what));
                }
                taken
            }
            Rule::Field { field, first, last } => {
                let number = |index: usize| {
                    let name = data.name(index);
                    let number =
                        folder::field(Path::new(&name), *field).and_then(|text| text.parse::<u64>().ok());
                    let what = || format!("part {field} of its name is no number to split by");
                    number.ok_or_else(|| DataError::Sample { name, what: what() })
                };
                let numbers = (0..len).map(number).collect::<Result<Vec<_>>>()?;
                (0..len).filter(|&index| (*first..=*last).contains(&numbers[index])).collect()
            }
        };
        let left = (0..len).filter(|index| !taken.contains(index)).collect();
        let part = |indices| Subset { data: Arc::clone(data), indices };
        Ok((part(left), part(taken.into_iter().collect())))
    }
}

/// Some samples of data.
#[derive(Clone)]
pub struct Subset {
    data: Arc<dyn Dataset>,
    indices: Vec<usize>,
}

impl Subset {
    /// Which samples of the whole data these are.
    pub fn indices(&self) -> &[usize] {
        &self.indices
    }
}

impl Dataset for Subset {
    fn len(&self) -> usize {
        self.indices.len()
    }

    fn get(&self, index: usize) -> Result<Sample> {
        within(index, self.len())?;
        self.data.get(self.indices[index])
    }

    fn name(&self, index: usize) -> String {
        self.indices.get(index).map_or_else(String::new, |&index| self.data.name(index))
    }

    fn classes(&self) -> &[String] {
        self.data.classes()
    }
}
