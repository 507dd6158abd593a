//! Which instruction sets the core has. Stable Rust does not show `dsp` to `cfg`, so the target's name decides, and
//! where that leaves it open, `-C target-cpu`.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=CARGO_ENCODED_RUSTFLAGS");
    println!(
        "cargo::rustc-check-cfg=cfg(midge_dsp, midge_dsp_extension, midge_half, midge_helium, midge_short, midge_thumb)"
    );
    let target = env::var("TARGET").unwrap_or_default();
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    // cargo separates flags by 0x1f; `-C` may stand apart from what it sets
    let cpu = flags.split('\x1f').find_map(|flag| flag.trim_start_matches("-C").strip_prefix("target-cpu="));
    // ARMv7E-M always has the DSP extension, ARMv8-M by choice of the core's maker
    let has =
        |cores: &[&str]| target.starts_with("thumbv8m.main") && cores.contains(&cpu.unwrap_or_default());
    let optional = has(&WITH_DSP);
    if has(&WITH_HELIUM) {
        println!("cargo::rustc-cfg=midge_helium");
    }
    if optional {
        println!("cargo::rustc-cfg=midge_dsp_extension");
    }
    if optional || target.starts_with("thumbv7em") {
        println!("cargo::rustc-cfg=midge_dsp");
    }
    // the floating-point units of these two convert halves; that of a Cortex-A may be older
    if target.ends_with("eabihf") && (target.starts_with("thumbv7em") || target.starts_with("thumbv8m.main"))
    {
        println!("cargo::rustc-cfg=midge_half");
    }
    if THUMB.iter().any(|small| target.starts_with(small)) {
        println!("cargo::rustc-cfg=midge_thumb");
    }
    if SHORT.iter().any(|short| target.starts_with(short)) {
        println!("cargo::rustc-cfg=midge_short");
    }
}

/// ARMv8-M cores that have the extension to the compiler.
const WITH_DSP: [&str; 5] = ["cortex-m33", "cortex-m35p", "cortex-m52", "cortex-m55", "cortex-m85"];

/// Those that have Helium, the vector extension.
const WITH_HELIUM: [&str; 3] = ["cortex-m52", "cortex-m55", "cortex-m85"];

/// Cores that run Thumb and have no DSP extension.
const THUMB: [&str; 3] = ["thumbv6m", "thumbv7m", "thumbv8m.base"];

/// Those whose multiplier gives 32 bits.
const SHORT: [&str; 2] = ["thumbv6m", "thumbv8m.base"];
