//! Images and sounds in folders, read when they are asked for.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use midge_runtime::folder;
use midge_runtime::pipeline::Pipeline;

use super::error::file;
use super::{DataError, Dataset, Result, Sample, Values, within};

/// Where the class of a file stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Classes {
    /// In the name of its folder.
    Folders,
    /// In its name: the part with that number, the first one 0, between underscores, as `7` in `7_jackson_32.wav`.
    Field(usize),
    /// Nowhere: there are no labels.
    None,
}

/// The images or sounds of a folder: `[channels, height, width]` from 0 to 255, `[channels, samples]` from -1 to 1, unless
/// a pipeline makes something else of them.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
    pipeline: Pipeline,
    classes: Vec<String>,
    files: Vec<(PathBuf, Option<usize>)>,
}

impl Folder {
    /// Lists the files of a folder by name; classes are numbered by name, numbers among them by size.
    ///
    /// # Errors
    /// The folder can't be read, has no images or sounds, or a file has no class.
    pub fn open(root: &Path, classes: Classes, pipeline: Pipeline) -> Result<Folder> {
        let mut found = folder::list(root)?;
        match classes {
            Classes::Folders if found.classes.is_empty() => {
                return Err(file(root, "files lie in it directly; put them into a folder for each class"));
            }
            Classes::Folders => {}
            Classes::Field(number) => {
                let named = |path: &Path| {
                    field(path, number)
                        .ok_or_else(|| file(path, format!("its name has no part {number} for a class")))
                };
                let names = found.files.iter().map(|(path, _)| named(path)).collect::<Result<Vec<_>>>()?;
                let order = |name: &String| (name.parse::<u64>().unwrap_or(u64::MAX), name.clone());
                let sorted: BTreeSet<_> = names.iter().map(order).collect();
                found.classes = sorted.into_iter().map(|(_, name)| name).collect();
                for ((_, class), name) in found.files.iter_mut().zip(&names) {
                    *class = found.classes.iter().position(|class| class == name);
                }
            }
            Classes::None => {
                found.classes.clear();
                found.files.iter_mut().for_each(|(_, class)| *class = None);
            }
        }
        Ok(Folder { root: root.into(), pipeline, classes: found.classes, files: found.files })
    }
}

/// A part of a file's name, without its extension, between underscores.
pub(super) fn field(path: &Path, number: usize) -> Option<String> {
    path.file_stem()?.to_str()?.split('_').nth(number).map(str::to_owned)
}

impl Dataset for Folder {
    fn len(&self) -> usize {
        self.files.len()
    }

    fn get(&self, index: usize) -> Result<Sample> {
        within(index, self.len())?;
        let (path, class) = &self.files[index];
        let sample = self.pipeline.run(folder::open(path)?);
        let (shape, numbers) = sample
            .map_err(|source| DataError::Folder(folder::FolderError::Step { path: path.clone(), source }))?
            .planes();
        Ok(Sample { inputs: vec![Values::floats(shape, numbers)?], label: class.map(Values::class) })
    }

    /// The file's path within the folder, with slashes.
    fn name(&self, index: usize) -> String {
        let Some((path, _)) = self.files.get(index) else { return String::new() };
        let within = path.strip_prefix(&self.root).unwrap_or(path);
        within.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
    }

    fn classes(&self) -> &[String] {
        &self.classes
    }
}
