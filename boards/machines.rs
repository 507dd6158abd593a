//! Memory layout of the machine that `MIDGE_MACHINE` names, by default `m4`: a row of `machines.txt`, which says what
//! its columns are. For the build scripts of firmware that is built for any of them.

use std::env;
use std::error::Error;
use std::fs;
use std::path::Path;

/// Links the crate's programs for the machine. With `plan_apart`, flash ends where plans start, if that is in it. The
/// symbols `_plan_start` and `_plan_end` bound the plans.
///
/// # Errors
/// An unknown name, another target than the machine's, or a malformed table, in words.
pub(crate) fn link(plan_apart: bool) -> Result<(), Box<dyn Error>> {
    const TABLE: &str = "../machines.txt";
    const RISCV: &str = "../common/riscv.x";
    println!("cargo::rerun-if-env-changed=MIDGE_MACHINE");
    println!("cargo::rerun-if-changed={TABLE}");
    println!("cargo::rerun-if-changed={RISCV}");
    let name = env::var("MIDGE_MACHINE").unwrap_or_else(|_| "m4".into());
    let table = fs::read_to_string(TABLE)?;
    let row = table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .find(|row| row.first() == Some(&name.as_str()))
        .ok_or_else(|| format!("MIDGE_MACHINE={name} is not in boards/machines.txt"))?;
    let &[_, machine, target, _, flash, flash_len, ram, ram_len, plans, plans_len] = row.as_slice() else {
        return Err(format!("{name} in boards/machines.txt has not 10 columns").into());
    };
    let building = env::var("TARGET")?;
    if building != target {
        return Err(format!("{machine} runs {target}, not {building}: pass --target {target}").into());
    }

    // a flash of which the kernels of every type would take most
    println!("cargo::rustc-check-cfg=cfg(midge_small)");
    if flash_len == "256K" {
        println!("cargo::rustc-cfg=midge_small");
    }
    if target.contains("linux") {
        return Ok(());
    }
    // plans in front of flash are as far behind it as addresses go
    let room = if plan_apart { format!("MIN({flash_len}, {plans} - {flash})") } else { flash_len.into() };
    let memory = format!(
        "MEMORY\n{{\n  FLASH : ORIGIN = {flash}, LENGTH = {room}\n  \
         RAM : ORIGIN = {ram}, LENGTH = {ram_len}\n}}\n\
         _plan_start = {plans};\n_plan_end = {plans} + {plans_len};\n"
    );
    let out = env::var("OUT_DIR")?;
    fs::write(Path::new(&out).join("memory.x"), memory)?;
    println!("cargo::rustc-link-search={out}");
    println!("cargo::rustc-link-arg-bins=--nmagic");
    // cortex-m-rt brings its own
    let script = if target.starts_with("riscv") { fs::canonicalize(RISCV)? } else { "link.x".into() };
    println!("cargo::rustc-link-arg-bins=-T{}", script.display());
    Ok(())
}
