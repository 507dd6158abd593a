//! Writes `midge.h`, the C interface's header, from the sources of `boards/capi`.
//!
//! A program of its own, so that nothing else has to compile cbindgen. Its test compares the committed header.

use std::error::Error;
use std::path::{Path, PathBuf};

/// The files that C sees, in the header's order.
const SOURCES: &[&str] = &["src/status.rs", "src/port.rs", "src/model.rs", "src/ears.rs"];

fn main() -> Result<(), Box<dyn Error>> {
    std::fs::write(library().join("include/midge.h"), header()?)?;
    Ok(())
}

fn library() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../boards/capi")
}

fn header() -> Result<Vec<u8>, Box<dyn Error>> {
    let library = library();
    let config = cbindgen::Config::from_file(library.join("cbindgen.toml"))?;
    let builder = SOURCES.iter().fold(cbindgen::Builder::new().with_config(config), |builder, source| {
        builder.with_src(library.join(source))
    });
    let mut text = vec![];
    builder.generate()?.write(&mut text);
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_header_is_current() {
        let committed = std::fs::read(library().join("include/midge.h")).unwrap_or_default();
        let current = header().map_err(|error| error.to_string());
        assert!(
            current == Ok(committed),
            "midge.h is not what its sources say: cargo run --package xtask-header"
        );
    }
}
