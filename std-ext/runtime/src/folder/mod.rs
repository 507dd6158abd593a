//! Folders of images and sounds as data.

mod decode;

use std::path::{Path, PathBuf};

use crate::array::{Array, ArrayError, Arrays, Dtype};
use crate::data::Data;
use crate::pipeline::{Pipeline, Sample, StepError};
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

/// Images and sounds of a folder, by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Files {
    /// Names of the folders in it; none if files lie in it directly.
    pub classes: Vec<String>,
    /// Each file, and its class where there are any.
    pub files: Vec<(PathBuf, Option<usize>)>,
}

/// Whether a path is a folder, or an image or a sound by its extension.
pub fn is_raw(path: &Path) -> bool {
    path.is_dir() || how(path).is_some()
}

/// Lists the images and sounds of a folder in the order of their names. Folders in it are classes, numbered from 0 by name:
/// each file there has its class as label. What has another extension, or a dot before its name, is passed over. Of a file
/// it is the only one.
///
/// # Errors
/// [`FolderError`].
pub fn list(folder: &Path) -> Result<Files, FolderError> {
    if how(folder).is_some() && !folder.is_dir() {
        return Ok(Files { classes: Vec::new(), files: vec![(folder.into(), None)] });
    }
    let (folders, files): (Vec<_>, Vec<_>) = entries(folder)?.into_iter().partition(|path| path.is_dir());
    let loose = known(files);
    let mut found = Files { classes: Vec::new(), files: Vec::new() };
    for (class, folder) in folders.iter().enumerate() {
        let files = known(entries(folder)?);
        if files.is_empty() {
            return Err(FolderError::Empty(folder.clone()));
        }
        found.classes.push(folder.file_name().unwrap_or_default().to_string_lossy().into_owned());
        found.files.extend(files.into_iter().map(|path| (path, Some(class))));
    }
    match (&loose[..], folders.is_empty()) {
        ([], true) => Err(FolderError::Empty(folder.into())),
        ([], false) => Ok(found),
        (_, true) => Ok(Files { files: loose.into_iter().map(|path| (path, None)).collect(), ..found }),
        ([path, ..], false) => Err(FolderError::Loose(path.clone())),
    }
}

/// Reads an image or a sound; its extension says what it is.
///
/// # Errors
/// [`FolderError::Io`] and [`FolderError::File`].
pub fn open(path: &Path) -> Result<Sample, FolderError> {
    let wrong = |what: String| FolderError::File { path: path.into(), what };
    let decode = how(path).ok_or_else(|| wrong("neither .png, .jpg, .jpeg nor .wav".into()))?;
    let bytes = std::fs::read(path).map_err(|source| FolderError::Io { path: path.into(), source })?;
    decode(&bytes).map_err(|error| wrong(error.to_string()))
}

/// Reads the files that [`list`] finds as data for a model: real numbers, or what the plan's front-end makes of sounds
/// ([`Pipeline::ears`]), in the input's own type.
///
/// # Errors
/// [`FolderError`].
pub fn read(folder: &Path, pipeline: &Pipeline, ports: &Ports) -> Result<Data, FolderError> {
    let [port] = &ports.inputs[..] else { return Err(FolderError::Inputs(ports.inputs.len())) };
    let all = list(folder)?.files;
    let labels: Vec<i64> = all.iter().filter_map(|(_, class)| class.map(|class| class as i64)).collect();
    if all.len().saturating_mul(port.elements()) > LIMIT {
        return Err(FolderError::Large(folder.into()));
    }
    let paths = all.iter().map(|(path, _)| path.as_path());
    let shape = [&[all.len()], port.shape.strip_prefix(&[1]).unwrap_or(&port.shape)].concat();
    let ears = pipeline.ears(port).map_err(|what| FolderError::File { path: folder.into(), what })?;
    let inputs = if let Some(ears) = ears {
        let bytes = paths.map(|path| heard(path, pipeline, &ears, port)).collect::<Result<Vec<_>, _>>()?;
        Array::from_bytes(port.dtype, &shape, bytes.concat())?
    } else {
        let numbers = paths.map(|path| row(path, pipeline, port)).collect::<Result<Vec<_>, _>>()?.concat();
        let real = port.scale.is_some() || port.dtype == Dtype::F32;
        let stored = || numbers.iter().map(|x| x.round() as i64).collect::<Vec<_>>();
        if real { Array::new(&shape, &numbers) } else { Array::new(&shape, &stored()) }?
    };
    let labels = (!labels.is_empty()).then(|| Array::column(&labels));
    Ok(Data { inputs: Arrays::One(inputs), labels })
}

/// The sounds that [`list`] finds, as a device takes them: [`Pipeline::samples`].
///
/// # Errors
/// [`FolderError`].
pub fn sounds(folder: &Path, pipeline: &Pipeline) -> Result<Vec<Vec<i16>>, FolderError> {
    let sound = |(path, _): (PathBuf, _)| {
        pipeline.samples(open(&path)?).map_err(|what| FolderError::File { path, what })
    };
    list(folder)?.files.into_iter().map(sound).collect()
}

/// The bytes that a plan's front-end makes of a sound.
fn heard(path: &Path, pipeline: &Pipeline, ears: &[u8], port: &Port) -> Result<Vec<u8>, FolderError> {
    let heard = pipeline.heard(open(path)?, ears, port);
    heard.map_err(|what| FolderError::File { path: path.into(), what })
}

/// The numbers that a model reads of a file.
fn row(path: &Path, pipeline: &Pipeline, port: &Port) -> Result<Vec<f32>, FolderError> {
    let sample = open(path)?;
    let sample = pipeline.run(sample).map_err(|source| FolderError::Step { path: path.into(), source })?;
    sample.fit(&port.shape).map_err(|what| FolderError::File { path: path.into(), what })
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

/// The files that can be read.
fn known(mut paths: Vec<PathBuf>) -> Vec<PathBuf> {
    paths.retain(|path| how(path).is_some());
    paths
}

fn how(path: &Path) -> Option<Decode> {
    decoder(path.extension()?.to_str()?)
}
