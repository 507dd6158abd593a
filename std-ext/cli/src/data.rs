//! Data as verbs read them: files of arrays, or folders of images and sounds.

use std::path::Path;

use midge_runtime::array::Arrays;
use midge_runtime::data::Data;
use midge_runtime::file::File;
#[cfg(feature = "folders")]
use midge_runtime::folder::{self, FolderError};
use midge_runtime::pipeline::{Pipeline, STEPS};
use midge_runtime::ports::Ports;

use crate::failure::Failure;

/// How images and sounds become data.
#[derive(clap::Args, Default)]
pub(crate) struct Preprocess {
    /// How images or sounds become inputs: steps with commas between, listed below; left out, those that the .midge file says
    #[arg(long, value_name = "STEPS")]
    preprocess: Option<Pipeline>,
}

impl Preprocess {
    /// The steps, if there are any.
    pub(crate) fn steps(&self) -> Option<&Pipeline> {
        self.preprocess.as_ref()
    }

    /// Refuses steps where no path is a folder, an image or a sound.
    pub(crate) fn check(&self, paths: &[&Path]) -> Result<(), Failure> {
        if self.preprocess.is_some() && !paths.iter().any(|path| is_raw(path)) {
            return Err(Failure::usage("--preprocess is for images or sounds; these data are none"));
        }
        Ok(())
    }

    /// The steps for a model: those that its file says, which must be those that are given, if any are.
    pub(crate) fn of(&self, file: &File) -> Result<Preprocess, Failure> {
        let own = file.pipeline().map_err(|error| {
            Failure::input(format!("the file's preprocessing is not understood: {error}"))
                .hint("it may need a later version of midge; give the steps with --preprocess")
        });
        let own = if self.preprocess.is_some() { own.unwrap_or_default() } else { own? };
        match (&self.preprocess, own) {
            (Some(given), Some(own)) if *given != own => {
                Err(Failure::usage(format!("the model was made for other steps: {own}"))
                    .hint("leave --preprocess out, or convert the model anew with it"))
            }
            (given, own) => Ok(Preprocess { preprocess: given.clone().or(own) }),
        }
    }

    /// Inputs, and labels if there are any.
    pub(crate) fn read(&self, path: &Path, ports: &Ports) -> Result<Data, Failure> {
        match &self.preprocess {
            _ if !is_raw(path) => Ok(Data::split(Arrays::read(path)?, ports)),
            None => Err(Failure::usage(format!(
                "{} holds images or sounds; say how they become inputs",
                path.display()
            ))
            .hint("for example: --preprocess \"resize 96x96, rgb, scale 1/255\", or \"rate 16000, mono, length 16000\"")),
            #[cfg(feature = "folders")]
            Some(pipeline) => Ok(folder::read(path, pipeline, ports)?),
            #[cfg(not(feature = "folders"))]
            Some(_) => Err(Failure::absent("folders")),
        }
    }

    /// Sounds as a device takes them; there are none without steps.
    #[cfg(all(feature = "emulate", feature = "folders"))]
    pub(crate) fn sounds(&self, path: &Path) -> Result<Vec<Vec<i16>>, Failure> {
        let sounds = self.preprocess.as_ref().map(|pipeline| folder::sounds(path, pipeline));
        Ok(sounds.transpose()?.unwrap_or_default())
    }

    #[cfg(all(feature = "emulate", not(feature = "folders")))]
    pub(crate) fn sounds(&self, _: &Path) -> Result<Vec<Vec<i16>>, Failure> {
        Err(Failure::absent("folders"))
    }

    /// Inputs alone, of which nothing is taken for labels.
    pub(crate) fn inputs(&self, path: &Path, ports: &Ports) -> Result<Arrays, Failure> {
        if is_raw(path) { Ok(self.read(path, ports)?.inputs) } else { Ok(Arrays::read(path)?) }
    }
}

/// Whether data are images or sounds, and no arrays.
pub(crate) fn is_raw(path: &Path) -> bool {
    #[cfg(feature = "folders")]
    return folder::is_raw(path);
    #[cfg(not(feature = "folders"))]
    path.is_dir()
}

/// What help says about steps, behind `text`.
pub(crate) fn with_steps(text: &str) -> String {
    let (before, examples) = text.split_once("Examples:").unwrap_or((text, ""));
    let steps: String = STEPS.iter().map(|(form, what)| format!("  {form:<18} {what}\n")).collect();
    format!(
        "{before}Data may also be a folder of .png, .jpg and .jpeg images, or of .wav sounds, or one of them; folders in it are classes, from 0
by name. --preprocess takes each file through steps; before them images are numbers from 0 to 255, sounds from -1 to 1.

Steps:
{steps}
Examples:{examples}"
    )
}

#[cfg(feature = "folders")]
impl From<FolderError> for Failure {
    fn from(error: FolderError) -> Self {
        Failure::input(error)
    }
}
