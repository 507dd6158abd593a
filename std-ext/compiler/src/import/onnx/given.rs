//! What a model leaves open, and its user says.

use std::path::{Component, Path, PathBuf};

use crate::import::ImportError;

use super::damaged;

/// What a model leaves open: sizes of axes, values that decide sizes, and where its weights lie.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// Shapes of inputs, by name.
    pub shapes: Vec<(String, Vec<usize>)>,
    /// The elements of inputs that are constants in the plan, by name.
    pub values: Vec<(String, Vec<f64>)>,
    /// The folder in which the model lies, and with it the files that it names.
    pub folder: Option<PathBuf>,
}

impl Given {
    /// The shape of an input.
    pub(super) fn shape(&self, name: &str) -> Option<&[usize]> {
        self.shapes.iter().find(|(own, _)| own == name).map(|(_, shape)| shape.as_slice())
    }

    /// The elements of an input that is a constant.
    pub(super) fn value(&self, name: &str) -> Option<&[f64]> {
        self.values.iter().find(|(own, _)| own == name).map(|(_, numbers)| numbers.as_slice())
    }

    /// Bytes of a file beside the model. A file elsewhere is not read: a model is not trusted with the user's disk.
    pub(super) fn side(&self, name: &str, offset: u64, length: Option<u64>) -> Result<Vec<u8>, ImportError> {
        use std::io::{Read as _, Seek as _, SeekFrom};
        let failed = |what: String| damaged(format!("external data {name}"), what);
        let folder = self.folder.as_ref().ok_or_else(|| failed("the model's folder is not known".into()))?;
        let path = Path::new(name);
        let inside = path.components().all(|part| matches!(part, Component::Normal(_)));
        let real = |path: &Path| path.canonicalize().map_err(|error| failed(error.to_string()));
        let path = folder.join(path);
        if !inside || !real(&path)?.starts_with(real(folder)?) {
            return Err(failed("it lies outside of the model's folder".into()));
        }
        let mut file = std::fs::File::open(&path).map_err(|error| failed(error.to_string()))?;
        let size = file.metadata().map_err(|error| failed(error.to_string()))?.len();
        let length = length.unwrap_or_else(|| size.saturating_sub(offset));
        if offset.checked_add(length).is_none_or(|end| end > size) {
            return Err(failed(format!("{length} bytes from {offset} on are not in a file of {size}")));
        }
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(offset)).map_err(|error| failed(error.to_string()))?;
        file.take(length).read_to_end(&mut bytes).map_err(|error| failed(error.to_string()))?;
        Ok(bytes)
    }
}
