//! What every step wrote, as `.npy` files with an index.

use std::fs;
use std::path::Path;

use midge_core::Plan;
use serde::Serialize;

use crate::array::{Array, ArrayError, Dtype, save};
use crate::host::Names;
use crate::layers;

/// A dumped tensor: an entry of `index.json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// The file's name: number of the step and its kernel.
    pub file: String,
    /// Number of the step.
    pub step: usize,
    /// The operator in the source.
    pub op: Option<String>,
    /// The kernel.
    pub kernel: String,
    /// The tensor's name in the source.
    pub tensor: Option<String>,
    /// The tensor's index in the source.
    pub source: Option<usize>,
    /// Its shape.
    pub shape: Vec<usize>,
    /// Its type.
    pub dtype: Dtype,
    /// `real = scale * (stored - zero_point)`; none where the stored number is the value.
    pub scale: Option<f32>,
    /// Zero point.
    pub zero_point: Option<i32>,
}

/// Writes `NNN_KERNEL.npy` for each step and `index.json`, a list of [`Entry`], into a folder, which is made if it
/// is not there. `dumps` holds the bytes that each step wrote, as [`Session::dump`](crate::session::Session::dump)
/// returns them.
///
/// # Errors
/// [`ArrayError`].
pub fn write(
    folder: &Path,
    plan: &Plan<'_>,
    names: Option<&Names>,
    dumps: &[Vec<u8>],
) -> Result<Vec<Entry>, ArrayError> {
    let failed = |source| ArrayError::Io { verb: "write", path: folder.into(), source };
    fs::create_dir_all(folder).map_err(failed)?;
    let mut index = Vec::new();
    for (number, (step, bytes)) in plan.steps().zip(dumps).enumerate() {
        let operand = plan.operand(step.id(0));
        let kernel = layers::kernel(step.code());
        let tensor = names.and_then(|n| n.operands.get(usize::from(step.id(0))));
        let entry = Entry {
            file: format!("{number:03}_{kernel}.npy"),
            step: number,
            op: names.and_then(|n| n.steps.get(number)).map(|s| s.op.clone()),
            kernel,
            tensor: tensor.map(|t| t.name.clone()),
            source: tensor.and_then(|t| t.source),
            shape: layers::shape(&operand, step.id(0), names),
            dtype: operand.element().map_or(Dtype::U8, Dtype::from),
            scale: tensor.and_then(|t| t.scale),
            zero_point: tensor.and_then(|t| t.zero),
        };
        let array = Array::from_bytes(entry.dtype, &entry.shape, bytes.clone())?;
        save(&folder.join(&entry.file), &array.npy())?;
        index.push(entry);
    }
    let json = serde_json::to_vec_pretty(&index).map_err(|e| failed(e.into()))?;
    save(&folder.join("index.json"), &json)?;
    Ok(index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::array::Arrays;
    use crate::file::File;
    use crate::fixture;

    #[test]
    fn a_step_is_a_file_and_an_entry() {
        let file = File::from_bytes(&fixture::plan(&fixture::double(), 256)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("a/b");
        let index = write(&inner, &file.plan().unwrap(), file.names(), &[vec![5; 16]]).unwrap();
        assert_eq!(index[0].file, "000_TABLE.npy");
        assert_eq!(index[0].tensor.as_deref(), Some("y"));
        let Arrays::One(array) = Arrays::read(&inner.join("000_TABLE.npy")).unwrap() else {
            panic!("no array")
        };
        assert_eq!(array, Array::new(&[1, 4, 4], &[5i8; 16]).unwrap());
        assert_eq!(fs::read_dir(&inner).unwrap().count(), 2);
        assert!(write(&inner, &file.plan().unwrap(), None, &[vec![5; 3]]).is_err());
    }
}
