//! Whether every sample of data can be trained on.

use serde::Serialize;

use super::{Dataset, Sample};
use crate::Shape;

/// A sample that is not right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// Its number.
    pub index: usize,
    /// Where it stands, and what is wrong with it.
    pub why: String,
}

/// Reads all samples and lists those that can't be read, have numbers that are not finite, classes without a name, or
/// other shapes than the first one that is right.
pub fn validate(data: &dyn Dataset) -> Vec<Broken> {
    let mut usual: Option<Vec<Shape>> = None;
    let mut broken = Vec::new();
    for index in 0..data.len() {
        let found = data.get(index).map_err(|error| error.to_string()).and_then(|sample| {
            let shapes = check(&sample, data.classes().len(), usual.as_deref())
                .map_err(|what| format!("{}: {what}", data.name(index)))?;
            usual.get_or_insert(shapes);
            Ok(())
        });
        broken.extend(found.err().map(|why| Broken { index, why }));
    }
    broken
}

/// The shapes of a sample that is right.
fn check(sample: &Sample, classes: usize, usual: Option<&[Shape]>) -> Result<Vec<Shape>, String> {
    let all = || sample.inputs.iter().chain(&sample.label);
    let shapes: Vec<Shape> = all().map(|values| values.shape().clone()).collect();
    let text = |shapes: &[Shape]| shapes.iter().map(Shape::to_string).collect::<Vec<_>>().join(", ");
    match usual {
        Some(usual) if usual != shapes => {
            return Err(format!("its shapes are {}, and those before it {}", text(&shapes), text(usual)));
        }
        _ => {}
    }
    for values in all() {
        let numbers = values.as_floats().unwrap_or_default();
        if let Some(at) = numbers.iter().position(|number| !number.is_finite()) {
            return Err(format!("number {at} is {}", numbers[at]));
        }
    }
    let labels = sample.label.as_ref().and_then(|label| label.as_indices()).unwrap_or_default();
    match labels.iter().find(|class| classes > 0 && !(0..classes as i64).contains(class)) {
        Some(class) => Err(format!("its class is {class}, and there are {classes}")),
        None => Ok(shapes),
    }
}
