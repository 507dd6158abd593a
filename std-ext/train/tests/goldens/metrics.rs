//! Numbers that say what a network is worth.

use midge_train::Tensor;
use midge_train::metrics::{Average, Confusion, Found, auc_roc, auc_roc_macro, mae, mse, r2};
use serde_json::Value;

use crate::case::Cases;

/// How far a number may be off scikit-learn's.
const TOLERANCE: f64 = 1e-9;

fn near(name: &str, what: &str, expected: &Value, found: f64) {
    let expected = expected.as_f64().unwrap();
    assert!((expected - found).abs() <= TOLERANCE, "{name}: {what} is {found}, and should be {expected}");
}

fn whole(value: &Value) -> Vec<usize> {
    value.as_array().unwrap().iter().map(|x| x.as_u64().unwrap() as usize).collect()
}

fn real(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

fn found(name: &str, expected: &Value, found: Found) {
    near(name, "precision", &expected[0], found.precision);
    near(name, "recall", &expected[1], found.recall);
    near(name, "f1", &expected[2], found.f1);
}

#[test]
fn numbers_are_those_of_scikit_learn() {
    let mut cases = Cases::read("metrics");
    for name in ["mixed", "absent"] {
        let case = &cases.take(name).0;
        let (labels, said) = (whole(&case["labels"]), whole(&case["said"]));
        let confusion = Confusion::new(&labels, &said, 4).unwrap();
        assert_eq!(case["counts"], Value::from(confusion.counts().to_vec()), "{name}");
        assert_eq!(Confusion::from_counts(confusion.counts().to_vec()).unwrap(), confusion);
        near(name, "accuracy", &case["accuracy"], confusion.accuracy());
        for (class, expected) in confusion.per_class().into_iter().zip(case["each"].as_array().unwrap()) {
            found(name, expected, class);
        }
        for (key, average) in
            [("macro", Average::Macro), ("micro", Average::Micro), ("weighted", Average::Weighted)]
        {
            found(&format!("{name}, {key}"), &case[key], confusion.average(average));
        }
        let hot = Tensor::classes(&said).unwrap().one_hot(4).unwrap();
        assert_eq!(Confusion::of(&hot, &Tensor::classes(&labels).unwrap()).unwrap(), confusion);
    }
    let case = &cases.take("areas").0;
    let labels = whole(&case["labels"]);
    let first: Vec<bool> = labels.iter().map(|&label| label == 0).collect();
    let scores = real(&case["scores"]);
    let column: Vec<f64> = scores.iter().step_by(4).copied().collect();
    near("areas", "the first class", &case["binary"], auc_roc(&first, &column).unwrap());
    near("areas", "the mean", &case["macro"], auc_roc_macro(&labels, &scores, 4).unwrap());
    for name in ["numbers", "far off", "constant", "right"] {
        let case = &cases.take(name).0;
        let (targets, outputs) = (real(&case["targets"]), real(&case["outputs"]));
        near(name, "mse", &case["mse"], mse(&targets, &outputs).unwrap());
        near(name, "mae", &case["mae"], mae(&targets, &outputs).unwrap());
        near(name, "r2", &case["r2"], r2(&targets, &outputs).unwrap());
    }
    cases.finish();
}

#[test]
fn what_has_no_number_is_refused() {
    let said = |error: midge_train::Error| error.to_string();
    assert!(said(Confusion::new(&[0, 2], &[0, 1], 2).unwrap_err()).contains("class 2 of 2"));
    assert!(said(Confusion::new(&[0], &[0, 1], 2).unwrap_err()).contains("1 and 2 numbers"));
    assert!(said(Confusion::from_counts(vec![vec![1, 2]]).unwrap_err()).contains("a square"));
    let negative = Tensor::from_slice(&[-1i64], [1]).unwrap();
    assert!(Confusion::of(&Tensor::ones([1, 2]).unwrap(), &negative).is_err());
    assert!(said(auc_roc(&[true, true], &[0.0, 1.0]).unwrap_err()).contains("same label"));
    assert!(said(auc_roc(&[true, false], &[0.0, f64::NAN]).unwrap_err()).contains("no number"));
    assert!(said(auc_roc_macro(&[2], &[0.0, 1.0], 2).unwrap_err()).contains("class 2 of 2"));
    assert!(mse(&[], &[]).is_err() && mae(&[1.0], &[]).is_err() && r2(&[1.0], &[1.0]).is_err());
}
