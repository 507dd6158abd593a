//! What a TFLite file says about itself, beside the graph.

use super::{Budget, Trouble, broken, damaged, root, some};
use crate::import::ImportError;

/// What a TFLite file says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The model's description, usually the name of the converter.
    pub description: String,
    /// The oldest runtime that has all the operators, as the converter wrote it.
    pub runtime: Option<String>,
    /// The entry points that the file names.
    pub signatures: Vec<Signature>,
}

/// An entry point: names that the model's author gave to inputs and outputs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signature {
    /// Its key, such as `serving_default`.
    pub key: String,
    /// Names of inputs, and the tensor of each: [`Value::origin`](crate::graph::Value::origin).
    pub inputs: Vec<(String, usize)>,
    /// Names of outputs, and the tensor of each.
    pub outputs: Vec<(String, usize)>,
}

/// Reads what a TFLite file says about itself.
///
/// # Errors
/// [`ImportError::Damaged`] and [`ImportError::Limits`].
pub(crate) fn about(bytes: &[u8]) -> Result<About, ImportError> {
    match read(bytes) {
        Ok(about) => Ok(about),
        Err(Trouble::Fatal(error)) => Err(error),
        Err(Trouble::Refused(what)) => Err(damaged("metadata", what)),
    }
}

fn read(bytes: &[u8]) -> Result<About, Trouble> {
    let model = root(bytes)?;
    let mut budget = Budget::new(bytes);
    let mut about = About { description: text(model.description(), &mut budget)?, ..About::default() };
    for entry in model.metadata()?.into_iter().flatten() {
        let entry = entry?;
        if entry.name()? == Some("min_runtime_version") {
            let buffers = some(model.buffers(), "buffers")?;
            let buffer = usize::try_from(entry.buffer()?).ok().and_then(|at| buffers.get(at));
            let data = buffer.transpose()?.map(|b| b.data()).transpose()?.flatten().unwrap_or_default();
            let text = String::from_utf8_lossy(&data[..data.len().min(64)]);
            about.runtime = Some(text.trim_end_matches('\0').into());
        }
    }
    for signature in model.signature_defs()?.into_iter().flatten() {
        let signature = signature?;
        about.signatures.push(Signature {
            key: text(signature.signature_key(), &mut budget)?,
            inputs: ports(signature.inputs()?, &mut budget)?,
            outputs: ports(signature.outputs()?, &mut budget)?,
        });
    }
    Ok(about)
}

fn ports(
    list: Option<planus::Vector<'_, planus::Result<super::fb::TensorMapRef<'_>>>>,
    budget: &mut Budget,
) -> Result<Vec<(String, usize)>, Trouble> {
    let mut ports = Vec::new();
    for port in list.into_iter().flatten() {
        let port = port?;
        budget.spend("signatures", size_of::<(String, usize)>())?;
        let tensor = usize::try_from(port.tensor_index()?).unwrap_or(usize::MAX);
        ports.push((text(port.name(), budget)?, tensor));
    }
    Ok(ports)
}

fn text(field: planus::Result<Option<&str>>, budget: &mut Budget) -> Result<String, ImportError> {
    let text = field.map_err(broken)?.unwrap_or_default();
    budget.spend("metadata", text.len())?;
    Ok(text.into())
}
