//! The folder of a training: its checkpoints and curves.

use std::path::{Path, PathBuf};

use midge_runtime::atomic;
use midge_train::checkpoint::Checkpoint;

use crate::chart;
use crate::curve;
use crate::error::{Error, Result};
use crate::state::Row;

/// A folder that a training writes to. Every file in it appears whole.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// A folder, made if it is not there.
    ///
    /// # Errors
    /// It can't be made.
    pub fn new(path: &Path) -> Result<Folder> {
        std::fs::create_dir_all(path).map_err(|source| Error::Io {
            verb: "make",
            path: path.into(),
            source,
        })?;
        Ok(Folder(path.into()))
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The checkpoint to go on from.
    pub fn last(&self) -> PathBuf {
        self.0.join("last.midge")
    }

    /// The checkpoint of the best epoch.
    pub fn best(&self) -> PathBuf {
        self.0.join("best.midge")
    }

    /// The curves as numbers.
    pub fn metrics(&self) -> PathBuf {
        self.0.join("metrics.csv")
    }

    /// Writes a checkpoint to go on from.
    pub(crate) fn keep(&self, checkpoint: &Checkpoint) -> Result<()> {
        Ok(checkpoint.save(&self.last())?)
    }

    /// Writes the checkpoint of the best epoch.
    pub(crate) fn keep_best(&self, checkpoint: &Checkpoint) -> Result<()> {
        Ok(checkpoint.save(&self.best())?)
    }

    /// Writes the curves of all epochs as numbers.
    pub(crate) fn keep_metrics(&self, rows: &[Row]) -> Result<()> {
        self.write("metrics.csv", curve::csv(rows).as_bytes())
    }

    /// Draws the curves of all epochs, if there are any.
    pub(crate) fn draw(&self, rows: &[Row]) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let columns = curve::read(&curve::csv(rows))?;
        self.write("curves.svg", chart::svg(&columns)?.as_bytes())?;
        self.write("curves.png", &chart::png(&columns)?)
    }

    /// Writes a file.
    ///
    /// # Errors
    /// The operating system refuses.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.0.join(name);
        atomic::write(&path, bytes).map_err(|source| Error::Io { verb: "write", path, source })
    }
}
