//! Cases in the files beside, and how they are held against what Midge computes.

use std::collections::{BTreeMap, BTreeSet};

use midge_train::{Result, Tensor, Type};
use serde_json::Value;

/// How far a number may be off, relative to the greatest of its tensor, or to 1.
pub(crate) const TOLERANCE: f64 = 2e-6;

/// What one function should give.
pub(crate) struct Case(pub(crate) Value);

/// A tensor as the files have it.
pub(crate) fn tensor(value: &Value) -> Option<Tensor> {
    let list = |key: &str| value.get(key).and_then(Value::as_array);
    let shape: Vec<usize> = list("shape")?.iter().map(|size| size.as_u64().unwrap() as usize).collect();
    if let Some(whole) = list("whole") {
        let whole: Vec<i64> = whole.iter().map(|x| x.as_i64().unwrap()).collect();
        return Some(Tensor::from_vec(whole, shape).unwrap());
    }
    let real = numbers(value).iter().map(|&x| x as f32).collect();
    Some(Tensor::from_vec(real, shape).unwrap())
}

/// The numbers of a tensor as the files have it.
pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    let (key, unit) = ["real", "whole", "parts"]
        .into_iter()
        .zip([1.0, 1.0, 1.0 / 1024.0])
        .find(|(key, _)| value.get(key).is_some())
        .unwrap();
    value[key].as_array().unwrap().iter().map(|x| x.as_f64().unwrap() * unit).collect()
}

impl Case {
    pub(crate) fn inputs(&self) -> Vec<Tensor> {
        self.0["inputs"].as_array().unwrap().iter().map(|value| tensor(value).unwrap()).collect()
    }

    pub(crate) fn state(&self) -> BTreeMap<String, Value> {
        self.0["state"].as_object().unwrap().iter().map(|(k, v)| (k.clone(), v.clone())).collect()
    }

    /// Refuses what is not as it should be.
    pub(crate) fn check(&self, what: &str, value: &Value, found: &Tensor, tolerance: f64) {
        let name = &self.0["name"];
        let expected = numbers(value);
        let shape: Vec<u64> = found.shape().iter().map(|&size| size as u64).collect();
        assert_eq!(value["shape"], Value::from(shape), "{name}: shape of {what}");
        let found: Vec<f64> = match found.kind() {
            Type::I64 => found.to_vec::<i64>().unwrap().iter().map(|&x| x as f64).collect(),
            _ => found.to_vec::<f32>().unwrap().iter().map(|&x| f64::from(x)).collect(),
        };
        let scale = expected.iter().fold(1.0f64, |a, x| a.max(x.abs()));
        for (i, (x, y)) in expected.iter().zip(&found).enumerate() {
            assert!(
                (x - y).abs() <= tolerance * scale,
                "{name}: element {i} of {what} is {y}, and PyTorch's is {x}"
            );
        }
    }

    /// Runs a function forwards and, where PyTorch did, backwards.
    pub(crate) fn run(&self, function: impl Fn(&[Tensor]) -> Result<Tensor>) {
        let name = &self.0["name"];
        let reals = |x: Tensor| if x.kind() == Type::F32 { x.requires_gradient() } else { x };
        let inputs: Vec<Tensor> = self.inputs().into_iter().map(reals).collect();
        let output = function(&inputs).unwrap_or_else(|error| panic!("{name}: {error}"));
        self.check("the output", &self.0["output"], &output, TOLERANCE);
        let Some(gradients) = self.0.get("gradients").and_then(Value::as_array) else { return };
        output.backward_with(&weights(&output)).unwrap();
        for (i, (input, gradient)) in inputs.iter().zip(gradients).enumerate() {
            if !gradient.is_null() {
                let found = input.grad().unwrap_or_else(|| panic!("{name}: no gradient of input {i}"));
                self.check(&format!("gradient {i}"), gradient, &found, TOLERANCE);
            }
        }
    }
}

/// What each element of an output counts in the loss that is derived.
fn weights(output: &Tensor) -> Tensor {
    let weight = |i: usize| 0.5 + (37 * i % 64) as f32 / 64.0;
    Tensor::from_vec((0..output.elements()).map(weight).collect(), output.shape()).unwrap()
}

/// The cases of a file by their names; those that nobody takes are noticed.
pub(crate) struct Cases(BTreeMap<String, Case>, BTreeSet<String>);

impl Cases {
    pub(crate) fn read(file: &str) -> Cases {
        let path = format!("{}/tests/goldens/{file}.json", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap();
        let mut content: Value = serde_json::from_str(&text).unwrap();
        let Value::Array(all) = content["cases"].take() else { panic!("{file}.json has no cases") };
        let named = all.into_iter().map(|case| (case["name"].as_str().unwrap().to_owned(), Case(case)));
        Cases(named.collect(), BTreeSet::new())
    }

    /// The names of all cases.
    pub(crate) fn names(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    pub(crate) fn take(&mut self, name: &str) -> &Case {
        assert!(self.1.insert(name.to_owned()), "{name} is taken twice");
        self.0.get(name).unwrap_or_else(|| panic!("no case {name}"))
    }

    pub(crate) fn run(&mut self, name: &str, function: impl Fn(&[Tensor]) -> Result<Tensor>) {
        self.take(name).run(function);
    }

    pub(crate) fn finish(self) {
        let left: Vec<_> = self.0.keys().filter(|name| !self.1.contains(*name)).collect();
        assert!(left.is_empty(), "nobody computes {left:?}");
    }
}
