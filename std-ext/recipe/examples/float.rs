//! The network of floats behind a ready model, for another runtime to answer: `models/goldens.py` calls it.
//!
//! `float RECIPE DATA CHECKPOINT ROWS FOLDER` writes `float.onnx`, the best weights of a training that is done, and
//! `inputs.npy`, the first rows to test with.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use midge_recipe::{Recipe, Training};
use midge_runtime::array::Array;
use midge_train::checkpoint::Checkpoint;
use midge_train::data::Loader;
use midge_train::{Type, trace};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [recipe, data, checkpoint, rows, folder] = &arguments[..] else {
        return Err("say RECIPE DATA CHECKPOINT ROWS FOLDER".into());
    };
    let recipe = Recipe::read(recipe.as_ref())?;
    let splits = recipe.data.open(&[data.into()], recipe.seed)?;
    let test = Arc::clone(splits.test.as_ref().ok_or("the recipe keeps nothing to test with")?);
    let mut training = Training::new(&recipe, splits, None, 1)?;
    training.resume(Checkpoint::load(checkpoint.as_ref())?)?;
    training.finish()?;

    let batch =
        Loader::new(test, rows.parse()?)?.epoch(0).next().ok_or("there is nothing to test with")??;
    let input = &batch.inputs[0];
    let inputs = match input.kind() {
        Type::I64 => Array::new(input.shape(), &input.to_vec::<i64>()?)?,
        _ => Array::new(input.shape(), &input.to_vec::<f32>()?)?,
    };
    let folder = Path::new(folder);
    std::fs::write(folder.join("inputs.npy"), inputs.npy())?;
    std::fs::write(folder.join("float.onnx"), trace::onnx(training.net(), &[("input", training.sample())])?)?;
    Ok(())
}
