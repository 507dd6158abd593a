//! Programs of `boards/`, built as they ship: for proofs about what the linker put together.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use crate::models::root;

/// A program, and how it is built.
#[derive(Clone, Copy, Debug)]
pub struct Linked<'a> {
    /// Its package.
    pub package: &'a str,
    /// Rust's name of the machine.
    pub target: &'a str,
    /// Features, separated by commas.
    pub features: &'a str,
    /// Variables that its build reads.
    pub variables: &'a [(&'a str, &'a str)],
}

impl Linked<'_> {
    /// The ELF, or the log of a build that failed.
    ///
    /// # Errors
    /// What cargo printed.
    pub fn elf(&self) -> Result<Vec<u8>, String> {
        // target/PROFILE/deps/this
        let this = env::current_exe().map_err(|e| e.to_string())?;
        let target = this.ancestors().nth(3).map(PathBuf::from).unwrap_or_default();
        // two builds of a package leave their programs in one place
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _held = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let mut cargo = Command::new("cargo");
        cargo.args(["build", "--release", "--color", "never", "--package", self.package]);
        cargo.args(["--target", self.target, "--features", self.features, "--target-dir"]).arg(&target);
        cargo.envs(self.variables.iter().copied()).current_dir(root().join("boards"));
        let built = cargo.output().map_err(|e| format!("cannot start cargo: {e}"))?;
        if !built.status.success() {
            return Err(String::from_utf8_lossy(&built.stderr).into());
        }
        let elf = target.join(self.target).join("release").join(self.package);
        fs::read(&elf).map_err(|e| format!("{}: {e}", elf.display()))
    }
}

/// Whether Rust's library for a machine is installed; says so on standard output where it is not.
pub fn has_target(target: &str) -> bool {
    let printed = Command::new("rustc").args(["--print", "target-libdir", "--target", target]).output();
    let there = printed.is_ok_and(|out| PathBuf::from(String::from_utf8_lossy(&out.stdout).trim()).is_dir());
    if !there {
        println!("skipped: no target {target}: rustup target add {target}");
    }
    there
}
