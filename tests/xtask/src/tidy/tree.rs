//! What the checks look at.

use crate::Outcome;
use crate::json::{list, metadata, text};
use crate::shell::{Shell, output};
use std::fs;

/// The checkout: its text files and its packages.
#[derive(Default)]
pub(super) struct Tree {
    pub(super) files: Vec<Source>,
    pub(super) packages: Vec<Package>,
    /// Names of all crates in the default build of the tool; empty while there is no tool.
    pub(super) tool: Vec<String>,
}

/// A text file.
pub(super) struct Source {
    /// From the root, with `/`.
    pub(super) path: String,
    pub(super) text: String,
    /// Whether it is compiled for tests only.
    pub(super) test: bool,
}

/// A package of one of the workspaces.
pub(super) struct Package {
    pub(super) name: String,
    pub(super) license: String,
    /// `Cargo.toml`, as text.
    pub(super) manifest: String,
    /// What it needs when it runs, not when it is built or tested.
    pub(super) dependencies: Vec<String>,
}

impl Tree {
    /// The files that git knows or would add, and the packages of all workspaces.
    pub(super) fn read(shell: &Shell) -> Outcome<Self> {
        let listed = output(shell.command("git").args(["ls-files", "-z", "-co", "--exclude-standard"]))?;
        // what is no text has nothing to be checked, and a file may have been deleted but not committed
        let files = listed.split_terminator('\0').filter_map(|path| {
            let text = fs::read_to_string(shell.root.join(path)).ok()?;
            Some(Source { path: path.into(), text, test: path.contains("/tests/") })
        });
        let mut files: Vec<_> = files.collect();
        let tests: Vec<_> = files.iter().flat_map(Source::test_modules).collect();
        for file in &mut files {
            file.test |= tests.contains(&file.path);
        }

        let mut packages = vec![];
        for manifest in ["Cargo.toml", "boards/Cargo.toml", "tests/counter/Cargo.toml"] {
            for package in list(&metadata(shell, manifest)?, "packages") {
                packages.push(Package::of(package)?);
            }
        }
        let tool = if packages.iter().any(|package| package.name == "midge") {
            let tree = output(&mut shell.cargo("tree --package midge --edges normal --prefix none"))?;
            tree.lines().filter_map(|line| line.split_whitespace().next()).map(String::from).collect()
        } else {
            vec![]
        };
        Ok(Self { files, packages, tool })
    }

    pub(super) fn rust(&self) -> impl Iterator<Item = &Source> {
        self.files.iter().filter(|file| file.path.ends_with(".rs"))
    }
}

impl Package {
    fn of(package: &serde_json::Value) -> Outcome<Self> {
        let needed =
            list(package, "dependencies").iter().filter(|dependency| text(dependency, "kind").is_empty());
        Ok(Self {
            name: text(package, "name").into(),
            license: text(package, "license").into(),
            manifest: fs::read_to_string(text(package, "manifest_path"))?,
            dependencies: needed.map(|dependency| text(dependency, "name").into()).collect(),
        })
    }
}

impl Source {
    /// Lines of code with their numbers from 1: comments are cut off, and tests are left out.
    pub(super) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let end = if self.test { 0 } else { self.lines_without_tests() };
        self.text
            .lines()
            .enumerate()
            .take(end)
            .map(|(i, line)| (i + 1, line.split("//").next().unwrap_or("")))
    }

    /// The number of lines before the module of tests.
    pub(super) fn lines_without_tests(&self) -> usize {
        let lines = || self.text.lines();
        lines()
            .zip(lines().skip(1))
            .position(|(line, next)| line.trim() == "#[cfg(test)]" && next.ends_with('{'))
            .unwrap_or_else(|| lines().count())
    }

    /// Paths of the modules that this file declares for tests only, `#[cfg(test)] mod name;`.
    fn test_modules(&self) -> Vec<String> {
        let stem = self.path.strip_suffix(".rs").unwrap_or(&self.path);
        let folder = match stem.rsplit_once('/') {
            Some((folder, "mod" | "lib" | "main")) => folder,
            _ => stem,
        };
        let pairs = self
            .text
            .lines()
            .zip(self.text.lines().skip(1))
            .filter(|(line, _)| line.trim() == "#[cfg(test)]");
        let names =
            pairs.filter_map(|(_, next)| next.strip_suffix(';')?.rsplit_once("mod ").map(|(_, name)| name));
        names.flat_map(|name| [format!("{folder}/{name}.rs"), format!("{folder}/{name}/mod.rs")]).collect()
    }

    /// `path:line: what`.
    pub(super) fn at(&self, line: usize, what: &str) -> String {
        format!("{}:{line}: {what}", self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_for_tests_are_known() {
        let text = "#[cfg(test)]\nmod fixture;\nmod rows;\n".into();
        let file = Source { path: "a/src/lib.rs".into(), text, test: false };
        assert_eq!(file.test_modules(), ["a/src/fixture.rs", "a/src/fixture/mod.rs"]);
        assert_eq!(file.code().count(), 3);
        let nested =
            Source { path: "a/src/pack.rs".into(), text: "#[cfg(test)]\nmod tests;".into(), test: false };
        assert_eq!(nested.test_modules()[0], "a/src/pack/tests.rs");
    }
}
