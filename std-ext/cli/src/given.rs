//! What a model leaves open, as verbs ask for it.

use std::path::Path;
use std::str::FromStr;

/// Sizes and values that a model leaves open.
#[derive(clap::Args, Clone, Default)]
pub(crate) struct Given {
    /// Shape of an input that the model leaves open, as in `image=1,3,96,96`; repeatable
    #[arg(long, value_name = "NAME=N,N..", value_parser = named::<usize>)]
    shape: Vec<(String, Vec<usize>)>,
    /// Value of an input that decides about shapes: it becomes a constant of the plan; repeatable
    #[arg(long, value_name = "NAME=N,N..", value_parser = named::<f64>)]
    value: Vec<(String, Vec<f64>)>,
}

impl Given {
    /// As the compiler takes it, for the model at `path`, beside which its other files lie.
    pub(crate) fn of(&self, path: &Path) -> midge_compiler::import::Given {
        let folder =
            path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        midge_compiler::import::Given {
            shapes: self.shape.clone(),
            values: self.value.clone(),
            folder: Some(folder.into()),
        }
    }
}

/// A name, and numbers behind it.
fn named<T: FromStr>(text: &str) -> Result<(String, Vec<T>), String> {
    let (name, list) =
        text.rsplit_once('=').ok_or("a name, an equals sign, and numbers with commas between")?;
    let numbers = list.split(',').filter(|word| !word.is_empty()).map(|word| word.trim().parse().ok());
    let numbers: Option<Vec<T>> = numbers.collect();
    Ok((name.into(), numbers.ok_or_else(|| format!("{list} is no list of numbers"))?))
}
