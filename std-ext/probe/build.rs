//! Puts the core's sources into the program, for firmware projects: they are built against the core of the tool that wrote them.

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let core = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../core-nostd").canonicalize()?;
    let mut files = vec![core.join("build.rs")];
    sources(&core.join("src"), &mut files)?;
    files.sort();
    let mut text = String::from("&[\n");
    for file in &files {
        println!("cargo::rerun-if-changed={}", file.display());
        let name = file.strip_prefix(&core)?.to_str().ok_or("a path that is no text")?.replace('\\', "/");
        writeln!(text, "    ({name:?}, include_bytes!({:?})),", file.display().to_string())?;
    }
    text += "]\n";
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("core.rs"), text)?;

    println!("cargo::rerun-if-changed={}", core.join("src").display());
    let [manifest, workspace] = [core.join("Cargo.toml"), core.join("../Cargo.toml")].map(|path| {
        println!("cargo::rerun-if-changed={}", path.display());
        fs::read_to_string(path)
    });
    fs::write(out.join("core.toml"), alone(&manifest?, &workspace?)?)?;
    // where the host's tests of a project run; a static tool runs on what others are built for
    println!("cargo::rustc-env=MIDGE_HOST={}", env::var("TARGET")?.replace("-musl", "-gnu"));
    Ok(())
}

fn sources(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            sources(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// The core's manifest with what it has from the workspace, but for lints.
fn alone(manifest: &str, workspace: &str) -> Result<String, Box<dyn Error>> {
    let mut text = String::new();
    for line in manifest.lines().take_while(|line| *line != "[lints]") {
        let Some(key) = line.strip_suffix(".workspace = true") else {
            text += &format!("{line}\n");
            continue;
        };
        let start = format!("{key} = ");
        let value = workspace.lines().find(|line| line.starts_with(&start));
        text += &format!("{}\n", value.ok_or_else(|| format!("the workspace has no {key}"))?);
    }
    Ok(text)
}
