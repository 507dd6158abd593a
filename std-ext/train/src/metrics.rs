//! What a network is worth, in f64: numbers as scikit-learn defines them.
//!
//! ```
//! use midge_train::metrics::{Average, Confusion, auc_roc};
//!
//! let confusion = Confusion::new(&[0, 0, 1, 1], &[0, 1, 1, 1], 2)?;
//! assert_eq!(confusion.accuracy(), 0.75);
//! assert_eq!(confusion.average(Average::Macro).recall, 0.75);
//! assert_eq!(auc_roc(&[false, false, true, true], &[0.1, 0.4, 0.35, 0.8])?, 0.75);
//! # Ok::<(), midge_train::Error>(())
//! ```

use crate::{Error, Result, Tensor};

/// For each class the rows that have it, by the class that was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confusion(Vec<Vec<u64>>);

/// How well a class is found. What would divide by 0 is 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// Share of the rows said to be of the class that are.
    pub precision: f64,
    /// Share of the rows of the class that are said to be.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
}

/// How classes become one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Average {
    /// Each class counts the same, also one that no row has.
    Macro,
    /// Each row counts the same, all rows together: then all three numbers are the accuracy.
    Micro,
    /// Each class counts by the rows that have it.
    Weighted,
}

impl Confusion {
    /// Counts rows by their class and the one that was said.
    ///
    /// # Errors
    /// There are no rows, or not as many of both; or a class is not below `classes`.
    pub fn new(labels: &[usize], said: &[usize], classes: usize) -> Result<Confusion> {
        let mut counts = vec![vec![0; classes]; classes];
        pairs("confusion", labels.len(), said.len())?;
        for (&label, &said) in labels.iter().zip(said) {
            match counts.get_mut(label).and_then(|row| row.get_mut(said)) {
                Some(count) => *count += 1,
                None => return Err(wrong("confusion", format!("class {} of {classes}", label.max(said)))),
            }
        }
        Ok(Confusion(counts))
    }

    /// Of logits, or other numbers that are greatest for the class that is said: `[rows, classes]`, with classes `[rows]`
    /// (i64).
    ///
    /// # Errors
    /// As [`Confusion::new`]; or logits do not have two axes.
    pub fn of(logits: &Tensor, classes: &Tensor) -> Result<Confusion> {
        let [_, count] = logits.shape()[..] else {
            return Err(logits.shape().wrong("confusion", "logits are [rows, classes]"));
        };
        // What is negative is no class, and usize::MAX is none either.
        let all = |tensor: &Tensor| -> Result<Vec<usize>> {
            Ok(tensor.to_vec::<i64>()?.iter().map(|&x| usize::try_from(x).unwrap_or(usize::MAX)).collect())
        };
        Confusion::new(&all(classes)?, &all(&logits.argmax(1)?)?, count)
    }

    /// Rows that were counted before, by their class and then by the one that was said.
    ///
    /// # Errors
    /// There are not as many columns as rows, or nothing was counted.
    pub fn from_counts(counts: Vec<Vec<u64>>) -> Result<Confusion> {
        if counts.iter().any(|row| row.len() != counts.len()) || counts.iter().flatten().sum::<u64>() == 0 {
            return Err(wrong("confusion", "counts are a square of classes, and not all are 0"));
        }
        Ok(Confusion(counts))
    }

    /// For each class the rows that have it, by the class that was said.
    pub fn counts(&self) -> &[Vec<u64>] {
        &self.0
    }

    /// Share of the rows whose class was said.
    pub fn accuracy(&self) -> f64 {
        self.average(Average::Micro).recall
    }

    /// Rows of a class that were found, that are said to be of it, and that are.
    fn of_class(&self, class: usize) -> [u64; 3] {
        let said = self.0.iter().map(|row| row[class]).sum();
        [self.0[class][class], said, self.0[class].iter().sum()]
    }

    /// How well each class is found.
    pub fn per_class(&self) -> Vec<Found> {
        (0..self.0.len()).map(|class| Found::of(self.of_class(class))).collect()
    }

    /// How well classes are found, in one number each.
    pub fn average(&self, average: Average) -> Found {
        let each: Vec<[u64; 3]> = (0..self.0.len()).map(|class| self.of_class(class)).collect();
        let weight = |rows: u64| match average {
            Average::Weighted => rows as f64,
            _ => 1.0,
        };
        if average == Average::Micro {
            return Found::of([0, 1, 2].map(|i| each.iter().map(|counts| counts[i]).sum()));
        }
        let total: f64 = each.iter().map(|&[_, _, rows]| weight(rows)).sum();
        let mean = |of: fn(&Found) -> f64| {
            each.iter().map(|&counts| weight(counts[2]) * of(&Found::of(counts))).sum::<f64>() / total
        };
        Found { precision: mean(|f| f.precision), recall: mean(|f| f.recall), f1: mean(|f| f.f1) }
    }
}

impl Found {
    fn of([found, said, rows]: [u64; 3]) -> Found {
        let share = |a: u64, b: u64| if b == 0 { 0.0 } else { a as f64 / b as f64 };
        Found { precision: share(found, said), recall: share(found, rows), f1: share(2 * found, said + rows) }
    }
}

/// Area under the curve of the shares found and falsely found: how likely a row of the class scores higher than another
/// row; where they score the same, that counts half.
///
/// # Errors
/// There are not as many labels as scores, all labels are the same, or a score is no number.
pub fn auc_roc(labels: &[bool], scores: &[f64]) -> Result<f64> {
    pairs("auc_roc", labels.len(), scores.len())?;
    if scores.iter().any(|score| score.is_nan()) {
        return Err(wrong("auc_roc", "a score is no number"));
    }
    let yes = labels.iter().filter(|&&label| label).count();
    let no = labels.len() - yes;
    if yes == 0 || no == 0 {
        return Err(wrong("auc_roc", "all rows have the same label; there is no curve"));
    }
    let mut order: Vec<usize> = (0..labels.len()).collect();
    order.sort_by(|&a, &b| scores[a].total_cmp(&scores[b]));
    // Twice the number of pairs in which the row of the class is ahead.
    let (mut ahead, mut below) = (0u128, 0u128);
    for same in order.chunk_by(|&a, &b| scores[a] == scores[b]) {
        let hits = same.iter().filter(|&&row| labels[row]).count() as u128;
        let others = same.len() as u128 - hits;
        ahead += hits * (2 * below + others);
        below += others;
    }
    Ok(ahead as f64 / (2.0 * yes as f64 * no as f64))
}

/// The mean of [`auc_roc`] of each class against the rest, by scores `[rows, classes]`.
///
/// # Errors
/// As there; or a class is not below `classes`.
pub fn auc_roc_macro(labels: &[usize], scores: &[f64], classes: usize) -> Result<f64> {
    pairs("auc_roc", labels.len() * classes, scores.len())?;
    if let Some(label) = labels.iter().find(|&&label| label >= classes) {
        return Err(wrong("auc_roc", format!("class {label} of {classes}")));
    }
    let areas = (0..classes).map(|class| {
        let own: Vec<bool> = labels.iter().map(|&label| label == class).collect();
        let column: Vec<f64> = scores.iter().skip(class).step_by(classes).copied().collect();
        auc_roc(&own, &column)
    });
    Ok(areas.sum::<Result<f64>>()? / classes as f64)
}

/// The mean of squared errors.
///
/// # Errors
/// There are none, or not as many of both.
pub fn mse(targets: &[f64], outputs: &[f64]) -> Result<f64> {
    pairs("mse", targets.len(), outputs.len())?;
    Ok(squares(targets.iter().zip(outputs).map(|(t, y)| t - y)) / targets.len() as f64)
}

/// The mean of absolute errors.
///
/// # Errors
/// There are none, or not as many of both.
pub fn mae(targets: &[f64], outputs: &[f64]) -> Result<f64> {
    pairs("mae", targets.len(), outputs.len())?;
    Ok(targets.iter().zip(outputs).map(|(t, y)| (t - y).abs()).sum::<f64>() / targets.len() as f64)
}

/// What share of the targets' variance outputs explain: 1 at best, 0 for their mean. Where targets do not vary it is 1 if
/// all outputs are right, else 0.
///
/// # Errors
/// There are fewer than two, or not as many of both.
pub fn r2(targets: &[f64], outputs: &[f64]) -> Result<f64> {
    pairs("r2", targets.len(), outputs.len())?;
    if targets.len() < 2 {
        return Err(wrong("r2", "one target does not vary; give two or more"));
    }
    let mean = targets.iter().sum::<f64>() / targets.len() as f64;
    let (left, all) =
        (squares(targets.iter().zip(outputs).map(|(t, y)| t - y)), squares(targets.iter().map(|t| t - mean)));
    Ok(if all > 0.0 { 1.0 - left / all } else { f64::from(u8::from(left == 0.0)) })
}

fn squares(numbers: impl Iterator<Item = f64>) -> f64 {
    numbers.map(|x| x * x).sum()
}

fn pairs(op: &'static str, left: usize, right: usize) -> Result<()> {
    if left == 0 || left != right {
        return Err(wrong(op, format!("{left} and {right} numbers are not as many, one or more")));
    }
    Ok(())
}

fn wrong(op: &'static str, why: impl Into<String>) -> Error {
    Error::Argument { op, why: why.into() }
}
