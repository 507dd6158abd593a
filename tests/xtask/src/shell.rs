//! Where the project is, and how other programs are called from it.

use crate::Outcome;
use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};

/// The checkout and its build folder.
pub(crate) struct Shell {
    pub(crate) root: PathBuf,
    pub(crate) target: PathBuf,
}

/// What a program that ran to its end left.
pub(crate) struct Ran {
    pub(crate) success: bool,
    /// Standard output and error together, as they came.
    pub(crate) text: String,
    pub(crate) time: Duration,
}

impl Shell {
    /// The checkout around the current folder.
    pub(crate) fn here() -> Outcome<Self> {
        let start = match env::var_os("CARGO_MANIFEST_DIR") {
            Some(dir) => PathBuf::from(dir),
            None => env::current_dir()?,
        };
        let root = start
            .ancestors()
            .find(|dir| dir.join("rust-toolchain.toml").is_file())
            .ok_or("this is not a checkout of Midge: no rust-toolchain.toml above this folder")?;
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(dir) => root.join(dir),
            None => root.join("target"),
        };
        Ok(Self { root: root.into(), target })
    }

    /// `program` in the checkout. All builds share one target folder, so that nothing is compiled twice; variables
    /// that `cargo run` sets about xtask itself do not reach them.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target);
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_CRATE_"].iter().any(|p| text.starts_with(p)) {
                command.env_remove(&name);
            }
        }
        command.stdin(Stdio::null());
        command
    }

    /// `cargo` with arguments written as one line.
    pub(crate) fn cargo(&self, arguments: &str) -> Command {
        let mut command = self.command("cargo");
        command.args(arguments.split_whitespace());
        command
    }

    /// The tool, built for release and quietly.
    pub(crate) fn midge(&self) -> Outcome<PathBuf> {
        let built =
            run(&mut self.cargo("build --quiet --release --package midge"), &self.scratch("midge.log")?)?;
        if !built.success {
            return Err(format!("the tool does not build:\n{}", built.text).into());
        }
        Ok(self.target.join("release").join(format!("midge{}", env::consts::EXE_SUFFIX)))
    }

    /// A path for a passing file; its folder is there.
    pub(crate) fn scratch(&self, name: &str) -> Outcome<PathBuf> {
        let path = self.target.join("xtask").join(name);
        if let Some(dir) = path.parent() {
            fs::create_dir_all(dir)?;
        }
        Ok(path)
    }

    /// The Python with the reference interpreter, once set up.
    pub(crate) fn python(&self) -> PathBuf {
        self.target.join("venv/bin/python")
    }

    /// Real models that are not part of the project.
    pub(crate) fn data(&self) -> PathBuf {
        env::var_os("MIDGE_DATA").map_or_else(|| self.root.join("../shared/data"), PathBuf::from)
    }
}

/// Runs a program to its end and keeps what it prints in `log`.
pub(crate) fn run(command: &mut Command, log: &Path) -> Outcome<Ran> {
    let file = File::create(log)?;
    let start = Instant::now();
    let status = command
        .stdout(file.try_clone()?)
        .stderr(file)
        .status()
        .map_err(|error| format!("cannot run {}: {error}", line(command)))?;
    let time = start.elapsed();
    Ok(Ran { success: status.success(), text: String::from_utf8_lossy(&fs::read(log)?).into(), time })
}

/// What a program prints on standard output, or what it says went wrong.
pub(crate) fn output(command: &mut Command) -> Outcome<String> {
    let output = command.output().map_err(|error| format!("cannot run {}: {error}", line(command)))?;
    if output.status.success() {
        return Ok(String::from_utf8(output.stdout)?);
    }
    Err(format!("{} failed: {}", line(command), String::from_utf8_lossy(&output.stderr).trim()).into())
}

/// The command as a user would type it.
pub(crate) fn line(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    words(program, command)
}

/// The command with the whole path of its program, to be typed anywhere.
pub(crate) fn whole_line(command: &Command) -> String {
    words(command.get_program(), command)
}

fn words(program: &OsStr, command: &Command) -> String {
    let words = std::iter::once(program).chain(command.get_args()).map(|word| {
        let word = word.to_string_lossy();
        if word.contains(char::is_whitespace) { format!("'{word}'") } else { word.into_owned() }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Whether a program is installed.
pub(crate) fn installed(program: &str) -> bool {
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|dir| dir.join(program).is_file()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_typed_again() {
        let mut command = Command::new("/usr/bin/env");
        command.args(["A=b c", "true"]);
        assert_eq!(line(&command), "env 'A=b c' true");
        assert_eq!(whole_line(&command), "/usr/bin/env 'A=b c' true");
    }

    #[test]
    fn failure_is_told_with_its_reason() {
        let told = output(Command::new("sh").args(["-c", "echo why >&2; exit 3"])).unwrap_err().to_string();
        assert!(told.ends_with("failed: why"), "{told}");
    }
}
