//! The project's own sources, which firmware is built from, and the folder that builds go to.

use super::EmulatedError;
use super::machine::Machines;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// A checkout of the project.
#[derive(Clone, Debug)]
pub(super) struct Checkout {
    root: PathBuf,
}

impl Checkout {
    /// Searches upward from the current directory, then from this program's own place.
    ///
    /// # Errors
    /// [`EmulatedError::Missing`].
    pub(super) fn find() -> Result<Checkout, EmulatedError> {
        let starts = [env::current_dir(), env::current_exe()];
        let root = starts
            .iter()
            .flatten()
            .flat_map(|start| start.ancestors())
            .find(|folder| folder.join("boards/runner/Cargo.toml").is_file());
        match root {
            Some(root) => Ok(Checkout { root: root.into() }),
            None => Err(EmulatedError::Missing {
                what: "emulated cores run firmware that is built from a checkout of midge, and neither the current \
                       directory nor this program is in one"
                    .into(),
                command: "cd PATH/TO/MIDGE".into(),
            }),
        }
    }

    /// The emulated machines that its firmware can be built for.
    ///
    /// # Errors
    /// The file cannot be read or is malformed.
    pub(super) fn machines(&self) -> Result<Machines, EmulatedError> {
        let path = self.boards().join("machines.txt");
        Machines::parse(&fs::read_to_string(&path).map_err(EmulatedError::file("read", &path))?)
    }

    /// The workspace of firmware.
    pub(super) fn boards(&self) -> PathBuf {
        self.root.join("boards")
    }

    /// The crate of the counting plugin.
    pub(super) fn counter(&self) -> PathBuf {
        self.root.join("tests/counter")
    }

    /// Where this module's builds go: a folder of their own in cargo's target directory, so that a cargo that runs
    /// this program, and holds that directory's lock, cannot stop them.
    pub(super) fn builds(&self) -> PathBuf {
        let target = env::var_os("CARGO_TARGET_DIR").filter(|dir| !dir.is_empty());
        let target = target.map_or_else(|| self.root.join("target"), PathBuf::from);
        std::path::absolute(&target).unwrap_or(target).join("emulated")
    }

    /// The toolchain that the checkout is pinned to.
    pub(super) fn toolchain(&self) -> Option<String> {
        let pin = fs::read_to_string(self.root.join("rust-toolchain.toml")).ok()?;
        let channel = pin.lines().find_map(|line| line.strip_prefix("channel"))?;
        Some(channel.trim_start_matches([' ', '=']).trim_matches(['"', ' ']).into())
    }

    /// A number that changes with the sources of firmware and plugin: over paths, lengths and times of change. About
    /// a hundred files; cargo's own check takes a process and a good part of a second.
    pub(super) fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        for part in [".cargo", "boards", "core-nostd", "tests/counter", "rust-toolchain.toml"] {
            hash(&self.root.join(part), &mut hasher);
        }
        hasher.finish()
    }
}

fn hash(path: &Path, hasher: &mut DefaultHasher) {
    let Ok(about) = fs::metadata(path) else { return };
    if !about.is_dir() {
        let changed = about.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        (path, about.len(), changed).hash(hasher);
        return;
    }
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    let mut names: Vec<OsString> = entries.map(|entry| entry.file_name()).collect();
    names.sort();
    for name in names.iter().filter(|name| *name != "target") {
        hash(&path.join(name), hasher);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_source_changes_the_fingerprint() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("boards/runner/src/main.rs");
        fs::create_dir_all(source.parent().unwrap()).unwrap();
        fs::write(&source, "fn main() {}").unwrap();
        let checkout = Checkout { root: folder.path().into() };
        let before = checkout.fingerprint();
        assert_eq!(checkout.fingerprint(), before);
        fs::create_dir_all(folder.path().join("boards/target/debug")).unwrap();
        fs::write(folder.path().join("boards/target/debug/x"), "").unwrap();
        assert_eq!(checkout.fingerprint(), before, "builds are no sources");
        fs::write(&source, "fn main() { }").unwrap();
        assert_ne!(checkout.fingerprint(), before);
    }

    #[test]
    fn this_crate_is_in_a_checkout_with_a_table_and_a_toolchain() {
        let checkout = Checkout::find().unwrap();
        assert_eq!(checkout.machines().unwrap().named("m4").unwrap().machine, "mps2-an386");
        assert!(checkout.toolchain().unwrap().starts_with('1'));
    }
}
