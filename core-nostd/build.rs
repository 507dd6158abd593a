//! Which instruction sets the core has. Stable Rust does not show `dsp` to `cfg`, so the target's name decides.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(midge_dsp)");
    let target = env::var("TARGET").unwrap_or_default();
    if target.starts_with("thumbv7em") {
        println!("cargo::rustc-cfg=midge_dsp");
    }
}
