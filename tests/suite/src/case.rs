//! The cases that `make.py` wrote.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;

use crate::archive::{self, Array};
use crate::compare::{Difference, TOLERANCE, within};

/// A model, rows of inputs, and the outputs that it must give.
#[derive(Clone, Debug, Default)]
pub struct Case {
    /// What it is about, usually one operator.
    pub folder: String,
    /// Its name there.
    pub name: String,
    /// The bytes of a `.tflite` file.
    pub model: Vec<u8>,
    /// One array for each input of the model, `[rows] + shape`.
    pub inputs: Vec<Array>,
    /// One array for each output, `[rows] + shape`.
    pub outputs: Vec<Array>,
}

/// How far an element of a float layer with int8 weights may be off, as a part of the largest that is wanted in its row:
/// LiteRT quantizes what such a layer reads while it runs, Midge computes in floats.
const DYNAMIC: f32 = 0.03;

/// The same where outputs are clamped to 1, and what is off is a part of larger sums.
const CLAMPED: f32 = 0.07;

impl Case {
    /// Folder and name.
    pub fn path(&self) -> String {
        format!("{}/{}", self.folder, self.name)
    }

    /// The first element of the outputs' bytes that is not as wanted.
    pub fn differs(&self, got: &[Vec<u8>]) -> Option<Difference> {
        let tolerance = match self.name.strip_prefix("hybrid_") {
            // whose rows are picked, not summed
            Some(_) if self.folder == "embedding_lookup" => TOLERANCE,
            Some("relu_n1_to_1") => CLAMPED,
            Some(_) => DYNAMIC,
            None => TOLERANCE,
        };
        within(tolerance, &self.outputs, got)
    }

    /// The same model with only one of its rows.
    pub fn only(&self, row: usize) -> Self {
        let one = |array: &Array| Array {
            shape: [&[1], array.shape.get(1..).unwrap_or(&[])].concat(),
            bytes: array.row(row).to_vec(),
            kind: array.kind.clone(),
        };
        let (inputs, outputs) =
            (self.inputs.iter().map(one).collect(), self.outputs.iter().map(one).collect());
        Case { inputs, outputs, ..self.clone() }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.inputs.first().map_or(0, Array::rows)
    }
}

/// A damaged model, and a part of the message that must refuse it.
#[derive(Clone, Debug, Default)]
pub struct Refused {
    /// What was done to it.
    pub name: String,
    /// The bytes of a `.tflite` file.
    pub model: Vec<u8>,
    /// What the message must contain.
    pub why: String,
}

/// Where the cases lie.
pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("cases")
}

/// Every case, by folder and name.
///
/// # Errors
/// Which file is missing or damaged, as a sentence fragment.
pub fn cases() -> Result<Vec<Case>, String> {
    let folder = folder();
    let entries = fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let mut cases = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if let Some(folder) = name.strip_suffix(".npz.gz").filter(|_| name != DAMAGED) {
            cases.extend(group(folder, open(&path)?).map_err(|e| format!("{}: {e}", path.display()))?);
        }
    }
    Ok(cases)
}

/// The file that holds no cases.
const DAMAGED: &str = "damaged.npz.gz";

/// Every damaged model.
///
/// # Errors
/// Which file is missing or damaged, as a sentence fragment.
pub fn refused() -> Result<Vec<Refused>, String> {
    let mut models = BTreeMap::<String, Refused>::new();
    for (key, array) in open(&folder().join(DAMAGED))? {
        let (name, part) = key.rsplit_once('/').ok_or_else(|| format!("{key} belongs to no model"))?;
        let model = models.entry(name.into()).or_default();
        match part {
            "model" => model.model = array.bytes,
            _ => model.why = String::from_utf8_lossy(&array.bytes).into(),
        }
    }
    Ok(models.into_iter().map(|(name, model)| Refused { name, ..model }).collect())
}

fn open(path: &Path) -> Result<BTreeMap<String, Array>, String> {
    let mut zip = Vec::new();
    let file = File::open(path).map_err(|e| format!("{}: {e}", path.display()))?;
    GzDecoder::new(file).read_to_end(&mut zip).map_err(|e| format!("{}: {e}", path.display()))?;
    archive::read(&zip).map_err(|e| format!("{}: {e}", path.display()))
}

/// Sorts the arrays of one file into cases.
fn group(folder: &str, arrays: BTreeMap<String, Array>) -> Result<Vec<Case>, String> {
    let mut cases = BTreeMap::<String, Case>::new();
    for (key, array) in arrays {
        let (name, part) = key.rsplit_once('/').ok_or_else(|| format!("{key} belongs to no case"))?;
        let case = cases.entry(name.into()).or_default();
        // ports come in order: the map is sorted, and no case has ten
        match part.split_at_checked(1) {
            Some(("x", _)) => case.inputs.push(array),
            Some(("y", _)) => case.outputs.push(array),
            _ if part == "model" => case.model = array.bytes,
            _ => return Err(format!("{key} is no part of a case")),
        }
    }
    let named = |(name, case)| Case { folder: folder.into(), name, ..case };
    Ok(cases.into_iter().map(named).collect())
}
