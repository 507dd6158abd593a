//! Converts a model that uses the operator: `cargo run --example convert --features desktop -- IN.tflite OUT.midge`.

use std::error::Error;

use midge_compiler::{Options, convert_with};
use midge_custom::desktop::CUSTOM;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(from), Some(to)) = (arguments.next(), arguments.next()) else {
        return Err("usage: convert IN.tflite OUT.midge".into());
    };
    let compiled = convert_with(&std::fs::read(from)?, &Options::default(), &CUSTOM)?;
    std::fs::write(to, compiled.file)?;
    Ok(())
}
