//! How well a model's answers fit their labels.

use serde::Serialize;

use crate::array::Array;

/// What answers are worth.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Score {
    /// How many rows were scored.
    pub rows: usize,
    /// Share of the rows whose greatest output is the labelled class; none for labels that are no classes.
    pub accuracy: Option<f64>,
    /// Mean cross entropy of classes, in nats; else the mean square of all errors.
    pub loss: f64,
    /// For each class the rows that have it, by the class that the model says; none for labels that are no classes.
    pub confusion: Option<Vec<Vec<u64>>>,
}

impl Score {
    /// Percentage points of accuracy that are lost against a reference; none where there is none.
    pub fn drop(&self, reference: &Score) -> Option<f64> {
        Some((reference.accuracy? - self.accuracy?) * 100.0)
    }
}

/// Why answers have no score.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScoreError {
    /// Another number of labels.
    #[error(
        "the labels are {labels:?} for {rows} rows of {outputs} outputs; give a class for each row, or a number for each output"
    )]
    Shape {
        /// Shape of the labels.
        labels: Vec<usize>,
        /// Rows of answers.
        rows: usize,
        /// Numbers in a row.
        outputs: usize,
    },
    /// A label that is no class.
    #[error("label {label} of row {row} is no class; the model has {classes}, the first is 0")]
    Class {
        /// The label.
        label: String,
        /// Its row.
        row: usize,
        /// How many classes there are.
        classes: usize,
    },
}

/// The class with the greatest output in each row of real numbers; of equals the first.
pub fn best(outputs: &[f32], classes: usize) -> Vec<usize> {
    let better = |best: (usize, f32), (at, x): (usize, &f32)| if *x > best.1 { (at, *x) } else { best };
    let row = |row: &[f32]| row.iter().enumerate().fold((0, f32::NEG_INFINITY), better).0;
    outputs.chunks_exact(classes.max(1)).map(row).collect()
}

/// What real outputs, `rows` of them, say as labels: the class of each row, or where a row has but one output that.
pub fn answers(outputs: &[f32], rows: usize) -> Array {
    match outputs.len().checked_div(rows) {
        Some(classes) if classes > 1 => {
            Array::column(&best(outputs, classes).into_iter().map(|class| class as i64).collect::<Vec<_>>())
        }
        _ => Array::column(outputs),
    }
}

/// Scores real outputs, `rows` of them. As many labels as rows are classes where a row has several outputs; as many as
/// outputs are what these should be.
///
/// # Errors
/// [`ScoreError`].
pub fn score(outputs: &[f32], rows: usize, labels: &Array) -> Result<Score, ScoreError> {
    let count = outputs.len().checked_div(rows).unwrap_or(0);
    let wanted = labels.floats();
    if wanted.len() == rows && count > 1 {
        return classes(outputs, count, labels);
    }
    if wanted.len() != outputs.len() || rows == 0 {
        return Err(ScoreError::Shape { labels: labels.shape().into(), rows, outputs: count });
    }
    let squares = outputs.iter().zip(&wanted).map(|(y, label)| (f64::from(*y) - label).powi(2));
    let loss = squares.sum::<f64>() / wanted.len() as f64;
    Ok(Score { rows, accuracy: None, loss, confusion: None })
}

fn classes(outputs: &[f32], count: usize, labels: &Array) -> Result<Score, ScoreError> {
    let (mut confusion, mut loss) = (vec![vec![0u64; count]; count], 0.0);
    let said = best(outputs, count);
    let rows = outputs.chunks_exact(count);
    for (row, ((label, said), outputs)) in labels.floats().into_iter().zip(&said).zip(rows).enumerate() {
        let class = label as usize;
        if class as f64 != label || class >= count {
            let label = labels.texts().get(row).cloned().unwrap_or_default();
            return Err(ScoreError::Class { label, row, classes: count });
        }
        confusion[class][*said] += 1;
        loss -= likelihood(outputs, class);
    }
    let right: u64 = confusion.iter().enumerate().map(|(class, said)| said[class]).sum();
    let rows = said.len();
    let accuracy = Some(right as f64 / rows as f64);
    Ok(Score { rows, accuracy, loss: loss / rows as f64, confusion: Some(confusion) })
}

/// Logarithm of a class's probability. Outputs that are not negative and add up to 1, or nearly, are probabilities; others
/// are brought to that by softmax.
fn likelihood(outputs: &[f32], class: usize) -> f64 {
    let real = |x: &f32| f64::from(*x);
    let sum: f64 = outputs.iter().map(real).sum();
    if outputs.iter().all(|x| *x >= 0.0) && (sum - 1.0).abs() < 0.1 {
        // what an integer stores as 0 is not impossible
        return real(&outputs[class]).max(1e-7).ln();
    }
    let most = outputs.iter().map(real).fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = outputs.iter().map(|x| (real(x) - most).exp()).sum();
    real(&outputs[class]) - most - sum.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_counted() {
        let labels = Array::new(&[3], &[0i64, 1, 1]).unwrap();
        let told = score(&[0.75, 0.25, 0.5, 0.5, 0.0, 1.0], 3, &labels).unwrap();
        assert_eq!((told.rows, told.accuracy), (3, Some(2.0 / 3.0)));
        assert_eq!(told.confusion, Some(vec![vec![1, 0], vec![1, 1]]));
        assert!((told.loss + (0.75f64.ln() + 0.5f64.ln()) / 3.0).abs() < 1e-9);
        // logits
        let told = score(&[3.0, 1.0], 1, &Array::new(&[1, 1], &[1f32]).unwrap()).unwrap();
        assert!((told.loss - (1.0 + 2f64.exp()).ln()).abs() < 1e-9 && told.accuracy == Some(0.0));
    }

    #[test]
    fn numbers_are_compared() {
        let told = score(&[1.0, 2.0], 2, &Array::new(&[2], &[1f64, 4.0]).unwrap()).unwrap();
        assert_eq!((told.accuracy, told.loss, told.confusion), (None, 2.0, None));
    }

    #[test]
    fn labels_that_do_not_suit_are_refused() {
        let said = |shape: &[usize], labels: &[f64]| {
            score(&[0.0; 6], 2, &Array::new(shape, labels).unwrap()).unwrap_err().to_string()
        };
        assert!(said(&[3], &[0.0; 3]).contains("[3] for 2 rows of 3 outputs"));
        for label in [3.0, -1.0, 0.5, f64::NAN] {
            assert!(said(&[2], &[0.0, label]).contains("of row 1 is no class; the model has 3"), "{label}");
        }
    }
}
