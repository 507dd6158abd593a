//! The tool, called as a user does.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use midge_runtime::array::{Array, Arrays};
use serde_json::Value;
use tempfile::TempDir;

/// What a call left.
pub(crate) struct Told {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

pub(crate) fn midge<I: AsRef<OsStr>>(arguments: impl IntoIterator<Item = I>) -> Told {
    let mut command = Command::new(env!("CARGO_BIN_EXE_midge"));
    told(command.args(arguments).stdin(Stdio::null()).output().unwrap())
}

pub(crate) fn told(output: Output) -> Told {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Told { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

/// A call that succeeds, as data.
pub(crate) fn json<I: AsRef<OsStr>>(arguments: impl IntoIterator<Item = I>) -> Value {
    let arguments = arguments.into_iter().map(|a| a.as_ref().to_owned());
    let told = midge(arguments.chain(["--format", "json"].map(Into::into)));
    assert_eq!(told.code, 0, "{}", told.err);
    serde_json::from_str(&told.out).unwrap()
}

/// A file of the digits model.
pub(crate) fn digits(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/digits").join(file);
    path.to_str().unwrap().to_owned()
}

/// A folder for a test, with the digits model converted.
pub(crate) struct Desk {
    folder: TempDir,
    pub(crate) plan: String,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let plan = folder.path().join("digits.midge").to_str().unwrap().to_owned();
        let told = midge(["convert", &digits("digits.tflite"), "-o", &plan]);
        assert_eq!(told.code, 0, "{}", told.err);
        Desk { folder, plan }
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub(crate) fn save(&self, name: &str, array: &Array) -> String {
        self.write(name, array.npy())
    }

    /// Names of all files in the folder.
    pub(crate) fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// The array of a `.npy` file.
pub(crate) fn load(path: &str) -> Array {
    match Arrays::read(Path::new(path)).unwrap() {
        Arrays::One(array) | Arrays::Table(array) => array,
        Arrays::Named(_) => unreachable!("{path} holds several arrays"),
    }
}

/// The shared data, where there is some; prints that a test is skipped where there is none.
pub(crate) fn shared(file: &str) -> Option<String> {
    let root = std::env::var_os("MIDGE_DATA").map(PathBuf::from);
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let path = root.unwrap_or_else(beside).join(file);
    if !path.exists() {
        println!("skipped: {file} is not among the shared data (MIDGE_DATA)");
        return None;
    }
    Some(path.to_str().unwrap().to_owned())
}
