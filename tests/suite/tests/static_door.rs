//! What the compiler says to `model!`: a sound file builds, and a damaged one is a compile error with its reason.

#![expect(clippy::unwrap_used, reason = "helpers of tests, which may panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use midge_compiler::{Options, Target, convert};
use midge_core::plan::section;
use midge_core::{Error, ops};
use midge_suite::edit::Edit;
use midge_suite::models::root;

/// The core and what it depends on, compiled once for all tests of this program.
fn core() -> &'static Path {
    static CORE: OnceLock<PathBuf> = OnceLock::new();
    CORE.get_or_init(|| {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("core");
        let mut cargo = Command::new("cargo");
        cargo.args(["build", "--quiet", "--package=midge-core", "--target-dir"]).arg(&target);
        assert!(cargo.current_dir(root()).status().unwrap().success());
        target.join("debug")
    })
}

/// What `rustc` says to a source file that uses the core; nothing if it is content.
fn rustc(source: &Path, to: &Path) -> String {
    let external = format!("midge_core={}", core().join("libmidge_core.rlib").display());
    let dependencies = format!("dependency={}", core().join("deps").display());
    let mut command = Command::new("rustc");
    command.args(["--edition=2024", "--emit=metadata", "--crate-type=lib", "--cap-lints=allow"]);
    command.args(["--extern", &external, "-L", &dependencies, "-o"]).arg(to).arg(source);
    let output = command.current_dir(root()).output().unwrap();
    if output.status.success() { String::new() } else { String::from_utf8_lossy(&output.stderr).into() }
}

/// What the compiler says to a program that links `plan` and calls `body`.
fn built(plan: &[u8], body: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("net.midge"), plan).unwrap();
    let source = folder.path().join("firmware.rs");
    let text = format!(
        "midge_core::model! {{ pub static NET = \"net.midge\"; }}\n\
         pub fn run(arena: &mut midge_core::Arena<{{ NET::ARENA }}>) -> Option<i8> {{ {body} }}\n"
    );
    fs::write(&source, text).unwrap();
    rustc(&source, &folder.path().join("firmware.rmeta"))
}

const RUN: &str = "NET.run(arena, &[0i8; 64]).ok()?.first().copied()";

fn digits() -> Vec<u8> {
    let model = fs::read(root().join("tests/digits/digits.tflite")).unwrap_or_default();
    let options = Options { target: Target::M4, ..Options::default() };
    convert(&model, &options).map(|compiled| compiled.file).unwrap_or_default()
}

#[test]
fn a_sound_file_builds() {
    assert_eq!(built(&digits(), RUN), "");
}

#[test]
fn a_damaged_file_is_a_compile_error_with_its_reason() {
    let said = built(&Edit::new(&digits()).flip(section::STEPS, 9).file, RUN);
    assert!(said.contains("this .midge file cannot be linked: a section is damaged (checksum)"), "{said}");
    assert!(said.contains("net.midge") || said.contains("pub static NET"), "{said}");
}

#[test]
fn an_unknown_kernel_is_a_compile_error_that_names_the_step() {
    let unknown = (ops::ADD | 63).to_le_bytes();
    let said = built(&Edit::new(&digits()).step(3, |r| r[..2].copy_from_slice(&unknown)).seal(), RUN);
    let want = format!("this .midge file cannot be linked: step 3: {}", Error::UnknownKernel.message());
    assert!(said.contains(&want), "{said}");
}

#[test]
fn a_wrong_geometry_is_a_compile_error_that_names_the_step() {
    let said = built(&Edit::new(&digits()).parameter(2, 0, 99).seal(), RUN);
    let want = format!("this .midge file cannot be linked: step 2: {}", Error::Shape.message());
    assert!(said.contains(&want), "{said}");
}

#[test]
fn an_input_of_the_wrong_length_or_type_is_a_compile_error() {
    for input in ["&[0i8; 63]", "&[0.0f32; 64]"] {
        let said = built(&digits(), &format!("NET.run(arena, {input}).ok()?.first().copied()"));
        assert!(said.contains("mismatched types"), "{said}");
    }
}
