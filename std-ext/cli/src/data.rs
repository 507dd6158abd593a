//! Data as verbs read them: files of arrays, or folders of images and sounds.

use std::path::Path;

use midge_runtime::array::Arrays;
use midge_runtime::data::Data;
#[cfg(feature = "folders")]
use midge_runtime::folder::{self, FolderError};
use midge_runtime::pipeline::{Pipeline, STEPS};
use midge_runtime::ports::Ports;

use crate::failure::Failure;

/// How folders become data.
#[derive(clap::Args)]
pub(crate) struct Preprocess {
    /// How images or sounds in a folder become inputs: steps with commas between, listed below
    #[arg(long, value_name = "STEPS")]
    preprocess: Option<Pipeline>,
}

impl Preprocess {
    /// Refuses steps where no path is a folder.
    pub(crate) fn check(&self, paths: &[&Path]) -> Result<(), Failure> {
        if self.preprocess.is_some() && !paths.iter().any(|path| path.is_dir()) {
            return Err(Failure::usage(
                "--preprocess is for folders of images or sounds; these data are none",
            ));
        }
        Ok(())
    }

    /// Inputs, and labels if there are any.
    pub(crate) fn read(&self, path: &Path, ports: &Ports) -> Result<Data, Failure> {
        match &self.preprocess {
            _ if !path.is_dir() => Ok(Data::split(Arrays::read(path)?, ports)),
            None => Err(Failure::usage(format!(
                "{} is a folder; say how its images or sounds become inputs",
                path.display()
            ))
            .hint("for example: --preprocess \"resize 96x96, rgb, scale 1/255\", or \"rate 16000, mono, length 16000\"")),
            #[cfg(feature = "folders")]
            Some(pipeline) => Ok(folder::read(path, pipeline, ports)?),
            #[cfg(not(feature = "folders"))]
            Some(_) => Err(Failure::absent("folders")),
        }
    }
}

/// What help says about steps, behind `text`.
pub(crate) fn with_steps(text: &str) -> String {
    let (before, examples) = text.split_once("Examples:").unwrap_or((text, ""));
    let steps: String = STEPS.iter().map(|(form, what)| format!("  {form:<18} {what}\n")).collect();
    format!(
        "{before}Data may also be a folder of .png, .jpg and .jpeg images, or of .wav sounds; folders in it are classes, from 0 by name.
--preprocess takes each file through steps; before them images are numbers from 0 to 255, sounds from -1 to 1.

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
