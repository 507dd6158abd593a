//! The best class of each row of a classifier's output.

use serde::Serialize;

use crate::array::Array;
use crate::ports::Ports;

/// The class with the greatest score.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Class {
    /// Its number.
    pub index: usize,
    /// Its name.
    pub label: String,
    /// Its score as a real number.
    pub score: f32,
}

/// Why rows have no class.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClassError {
    /// The model has no output.
    #[error("the model has no output to take a class from")]
    Empty,
    /// The number of labels is another than that of classes.
    #[error("{labels} labels for a model with {classes} classes")]
    Labels {
        /// Labels given.
        labels: usize,
        /// Numbers in a row of output.
        classes: usize,
    },
}

/// The best class of each of `rows` rows of the first output, as it is stored; of equal scores the first.
///
/// # Errors
/// [`ClassError`].
pub fn classes(
    outputs: &[(String, Array)],
    rows: usize,
    ports: &Ports,
    labels: &[String],
) -> Result<Vec<Class>, ClassError> {
    let ((_, array), port) = outputs.first().zip(ports.outputs.first()).ok_or(ClassError::Empty)?;
    let count = array.len().checked_div(rows).unwrap_or(0);
    if labels.len() != count || count == 0 {
        return Err(ClassError::Labels { labels: labels.len(), classes: count });
    }
    let real = |stored: f64| match port.scale {
        Some(scale) => scale * (stored - f64::from(port.zero.unwrap_or(0))) as f32,
        None => stored as f32,
    };
    let scores = array.floats();
    let best = |row: &[f64]| {
        let better = |best: (usize, f64), (at, score): (usize, f64)| {
            if score > best.1 { (at, score) } else { best }
        };
        row.iter().copied().enumerate().fold((0, f64::NEG_INFINITY), better)
    };
    let class = |(index, score)| Class {
        index,
        label: labels.get(index).cloned().unwrap_or_default(),
        score: real(score),
    };
    Ok(scores.chunks_exact(count).map(best).map(class).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::array::Dtype;
    use crate::ports::Port;

    #[test]
    fn the_greatest_score_wins_and_the_first_of_equals() {
        let port =
            |scale| Port { name: "y".into(), shape: vec![1, 3], dtype: Dtype::I8, scale, zero: Some(-128) };
        let ports = Ports { inputs: Vec::new(), outputs: vec![port(Some(0.5))] };
        let outputs = [("y".to_string(), Array::new(&[2, 1, 3], &[-128i8, -126, -127, 5, 3, 5]).unwrap())];
        let labels = ["a", "b", "c"].map(String::from);
        let found = classes(&outputs, 2, &ports, &labels).unwrap();
        assert_eq!(found[0], Class { index: 1, label: "b".into(), score: 1.0 });
        assert_eq!((found[1].index, found[1].score), (0, 66.5));
        let error = classes(&outputs, 2, &ports, &labels[..2]).unwrap_err();
        assert_eq!(error, ClassError::Labels { labels: 2, classes: 3 });
        assert_eq!(classes(&[], 2, &ports, &labels), Err(ClassError::Empty));
    }
}
