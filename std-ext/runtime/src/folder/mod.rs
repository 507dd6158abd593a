//! Folders of images and sounds as data.

mod decode;

use std::path::{Path, PathBuf};

use crate::array::{Array, ArrayError, Arrays, Dtype};
use crate::data::Data;
use crate::pipeline::{Pipeline, StepError};
use crate::ports::{Port, Ports};
use decode::{Decode, decoder};

/// Most numbers of all files together.
const LIMIT: usize = 1 << 30;

/// Why a folder is no data.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The operating system refused.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Its reason.
        source: std::io::Error,
    },
    /// A file that is not what its name says, or does not suit the model.
    #[error("{}: {what}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        what: String,
    },
    /// A file that a step does not suit.
    #[error("{}: {source}", path.display())]
    Step {
        /// The file.
        path: PathBuf,
        /// Which step, and why.
        source: StepError,
    },
    /// No file that could be read.
    #[error("{}: no .png, .jpg, .jpeg or .wav file in this folder", .0.display())]
    Empty(PathBuf),
    /// A file without a class.
    #[error("{} lies beside folders, which are classes; put it into one", .0.display())]
    Loose(PathBuf),
    /// More than can be held.
    #[error("{}: more than 4 GiB of inputs; give fewer files, or make them smaller", .0.display())]
    Large(PathBuf),
    /// A model with another number of inputs.
    #[error("a folder is for a model with one input, this has {0}; give a .npz file with an array for each")]
    Inputs(usize),
    /// The inputs do not make an array.
    #[error(transparent)]
    Array(#[from] ArrayError),
}

/// Reads the images or sounds of a folder in the order of their names. Folders in it are classes, numbered from 0 by name:
/// each file there has its class as label. What has another extension, or a dot before its name, is passed over.
///
/// # Errors
/// [`FolderError`].
pub fn read(folder: &Path, pipeline: &Pipeline, ports: &Ports) -> Result<Data, FolderError> {
    let [port] = &ports.inputs[..] else { return Err(FolderError::Inputs(ports.inputs.len())) };
    let (folders, files): (Vec<_>, Vec<_>) = entries(folder)?.into_iter().partition(|path| path.is_dir());
    let loose = known(files);
    let mut labels: Vec<i64> = Vec::new();
    let mut all = Vec::new();
    for (class, folder) in folders.iter().enumerate() {
        let files = known(entries(folder)?);
        if files.is_empty() {
            return Err(FolderError::Empty(folder.clone()));
        }
        labels.extend(files.iter().map(|_| class as i64));
        all.extend(files);
    }
    let all = match (&loose[..], folders.is_empty()) {
        ([], true) => return Err(FolderError::Empty(folder.into())),
        ([], false) => all,
        (_, true) => loose,
        ([(path, _), ..], false) => return Err(FolderError::Loose(path.clone())),
    };
    let mut numbers = Vec::new();
    for (path, decode) in &all {
        numbers.extend(row(path, *decode, pipeline, port)?);
        if numbers.len() > LIMIT {
            return Err(FolderError::Large(folder.into()));
        }
    }
    let shape = [&[all.len()], port.shape.strip_prefix(&[1]).unwrap_or(&port.shape)].concat();
    let real = port.scale.is_some() || port.dtype == Dtype::F32;
    let stored = || numbers.iter().map(|x| x.round() as i64).collect::<Vec<_>>();
    let inputs = if real { Array::new(&shape, &numbers) } else { Array::new(&shape, &stored()) }?;
    let labels = (!labels.is_empty()).then(|| Array::column(&labels));
    Ok(Data { inputs: Arrays::One(inputs), labels })
}

/// The numbers that a model reads of a file.
fn row(path: &Path, decode: Decode, pipeline: &Pipeline, port: &Port) -> Result<Vec<f32>, FolderError> {
    let wrong = |what| FolderError::File { path: path.into(), what };
    let bytes = std::fs::read(path).map_err(|source| FolderError::Io { path: path.into(), source })?;
    let sample = decode(&bytes).map_err(|error| wrong(error.to_string()))?;
    let sample = pipeline.run(sample).map_err(|source| FolderError::Step { path: path.into(), source })?;
    sample.fit(&port.shape).map_err(wrong)
}

/// What lies in a folder and has no dot before its name, by name.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, FolderError> {
    let failed = |source| FolderError::Io { path: folder.into(), source };
    let entries = std::fs::read_dir(folder).map_err(failed)?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, _>>().map_err(failed)?;
    paths.retain(|path| path.file_name().is_some_and(|name| !name.as_encoded_bytes().starts_with(b".")));
    paths.sort();
    Ok(paths)
}

/// The files that can be read, and how.
fn known(paths: Vec<PathBuf>) -> Vec<(PathBuf, Decode)> {
    let how = |path: &Path| decoder(path.extension()?.to_str()?);
    paths.into_iter().filter_map(|path| how(&path).map(|decode| (path, decode))).collect()
}
