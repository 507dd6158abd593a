//! The C interface: a C++ program on the host, a C firmware in QEMU and WebAssembly in Node give the models' goldens.

use crate::count::Count;
use crate::npy;
use crate::qemu;
use crate::shell::{Shell, installed, line, output, run};
use crate::suites::has_target;
use crate::{Outcome, hear, suites::Job, web};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Models with goldens; the first is in every checkout.
const MODELS: &[(&str, &str, &str)] = &[
    ("digits", "tests/digits/digits.tflite", "tests/digits/goldens"),
    ("kws", "mlperf-tiny/kws_ref_model.tflite", "golden/kws_ref_model"),
];

const FIRMWARE: &str = "boards/capi/examples/firmware";
const CHIP: &str = "thumbv7em-none-eabihf";
const MACHINE: &str = "mps2-an386";

/// The most bytes of the engine with every kernel, compressed as servers do it.
const WEB_MOST: usize = 150_000;

/// How the firmware is compiled, as docs/C.md has it.
const GCC: &str =
    "-std=c11 -Os -Wall -Wextra -Werror -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16";
const LINK: &str = "--specs=rdimon.specs -nostartfiles -Wl,--gc-sections";

pub(crate) fn jobs() -> Vec<Job> {
    vec![
        Job::Check("C++ on the host", host),
        Job::Check("C firmware in QEMU", firmware),
        Job::Check("WebAssembly in Node", web),
        Job::Check("sound in C++ and in Node", hear::check),
        Job::Check("the page in Chromium", web::check),
    ]
}

fn host(shell: &Shell) -> Outcome<Count> {
    if !installed("g++") {
        return Ok(Count::skip("C++: no g++"));
    }
    let library = library(shell, None)?;
    let program = shell.scratch("capi/rows")?;
    let mut compiler = shell.command("g++");
    compiler.args("-std=c++20 -O2 -Wall -Wextra -Werror".split(' ')).args(["-I", "boards/capi/include"]);
    build(shell, compiler.arg("boards/capi/examples/rows.cpp").arg(library).arg("-o").arg(&program))?;
    let mut count = each_model(shell, "portable", |case| {
        let mut command = shell.command(&program);
        command.args([&case.plan, &case.folder.join("input.bin"), &case.folder.join("output.bin")]);
        let ran = run(&mut command, &shell.scratch("capi.log")?)?;
        Ok(if ran.success { Ok(()) } else { Err(ran.text) })
    })?;

    let damaged = shell.scratch("capi/damaged.midge")?;
    let mut plan = fs::read(shell.scratch("capi/digits/portable.midge")?)?;
    if let Some(byte) = plan.get_mut(40) {
        *byte ^= 1;
    }
    fs::write(&damaged, plan)?;
    let foreign = PathBuf::from("tests/custom/model/leaky.midge");
    for (plan, words) in [
        (damaged, "the header is damaged (checksum)"),
        (foreign, "step 0: needs a kernel that this firmware does not have"),
    ] {
        let ran = run(shell.command(&program).arg(&plan).args(["-", "-"]), &shell.scratch("capi.log")?)?;
        let refused = !ran.success && ran.text.trim() == format!("rows: {words}");
        let told = || format!("of {} C++ says: {}", plan.display(), ran.text);
        count.add(Count::one(if refused { Ok(()) } else { Err(told()) }));
    }
    Ok(count)
}

fn firmware(shell: &Shell) -> Outcome<Count> {
    for program in ["arm-none-eabi-gcc", "qemu-system-arm"] {
        if !installed(program) {
            return Ok(Count::skip(format!("C firmware: no {program}: `cargo xtask setup` installs it")));
        }
    }
    if !has_target(shell, CHIP) {
        return Ok(Count::skip(format!("C firmware: no target {CHIP}: rustup target add {CHIP}")));
    }
    let library = library(shell, Some(CHIP))?;
    each_model(shell, "m4", |case| {
        let elf = case.folder.join("firmware.elf");
        let mut plan = OsString::from("-DPLAN=\"");
        plan.push(&case.plan);
        plan.push("\"");
        let mut compiler = shell.command("arm-none-eabi-gcc");
        compiler.args(GCC.split(' ')).args(["-I", "boards/capi/include"]).arg(plan);
        compiler
            .args(["main.c", "start.c", "plan.S"].map(|file| Path::new(FIRMWARE).join(file)))
            .arg(&library);
        compiler.args(LINK.split(' ')).arg("-T").arg(Path::new(FIRMWARE).join("mps2-an386.ld"));
        build(shell, compiler.arg("-o").arg(&elf))?;
        let mut emulator = qemu::emulator(MACHINE, &elf).current_dir(&case.folder).spawn()?;
        let ended = qemu::wait(&mut emulator)?;
        Ok(if ended.success() { Ok(()) } else { Err(format!("it ended with {ended}")) })
    })
}

fn web(shell: &Shell) -> Outcome<Count> {
    let module = match web::in_node(shell)? {
        Ok(module) => module,
        Err(reason) => return Ok(Count::skip(reason)),
    };
    let mut count = each_model(shell, "portable", |case| {
        let mut node = shell.command("node");
        node.arg("boards/capi/examples/rows.mjs").arg(&module);
        node.args([&case.plan, &case.folder.join("input.bin"), &case.folder.join("output.bin")]);
        let ran = run(&mut node, &shell.scratch("capi.log")?)?;
        Ok(if ran.success { Ok(()) } else { Err(ran.text) })
    })?;
    let gzip = "console.log(require('zlib').gzipSync(require('fs').readFileSync(process.argv[1])).length)";
    let bytes: usize = output(shell.command("node").args(["-e", gzip]).arg(&module))?.trim().parse()?;
    println!("the engine as WebAssembly: {bytes} bytes, compressed");
    let told = || format!("the module has {bytes} bytes, compressed; {WEB_MOST} are the most");
    count.add(Count::one(if bytes <= WEB_MOST { Ok(()) } else { Err(told()) }));
    Ok(count)
}

/// The static library for the host or a chip.
pub(crate) fn library(shell: &Shell, target: Option<&str>) -> Outcome<PathBuf> {
    let mut cargo =
        shell.cargo("build --release --quiet --package midge-capi --manifest-path boards/Cargo.toml");
    let mut folder = shell.target.clone();
    if let Some(target) = target {
        cargo.args(["--target", target]);
        folder.push(target);
    }
    build(shell, &mut cargo)?;
    Ok(folder.join("release/libmidge_core.a"))
}

pub(crate) fn build(shell: &Shell, command: &mut Command) -> Outcome {
    let built = run(command, &shell.scratch("capi.log")?)?;
    if built.success { Ok(()) } else { Err(format!("{}:\n{}", line(command), built.text).into()) }
}

/// A converted model, and a folder with its `input.bin`.
struct Case {
    plan: PathBuf,
    folder: PathBuf,
}

/// Converts each model, lets `answer` make `output.bin` of `input.bin`, and compares.
fn each_model(
    shell: &Shell,
    target: &str,
    answer: impl Fn(&Case) -> Outcome<Result<(), String>>,
) -> Outcome<Count> {
    let midge = shell.midge()?;
    let mut count = Count::default();
    for (name, model, goldens) in MODELS {
        let [model, goldens] = [model, goldens].map(|path| match path.starts_with("tests/") {
            true => shell.root.join(path),
            false => shell.data().join(path),
        });
        if !model.is_file() {
            count.add(Count::skip(format!("{name}: no {}", model.display())));
            continue;
        }
        let folder = shell.scratch(&format!("capi/{name}/x"))?.with_file_name("");
        let case = Case { plan: folder.join(format!("{target}.midge")), folder };
        let mut convert = shell.command(&midge);
        build(shell, convert.arg("convert").arg(model).args(["--target", target, "-o"]).arg(&case.plan))?;
        let bytes = |file: &str| -> Outcome<Vec<u8>> {
            Ok(npy::read(&goldens.join(file))?.data.into_iter().map(i8::cast_unsigned).collect())
        };
        let (inputs, outputs) = (bytes("inputs.npy")?, bytes("outputs.npy")?);
        fs::write(case.folder.join("input.bin"), inputs)?;
        let answered = case.folder.join("output.bin");
        fs::write(&answered, [])?;
        let ran = answer(&case)?;
        let same = fs::read(answered)? == outputs && !outputs.is_empty();
        count.add(Count::one(match ran {
            Err(text) => Err(format!("{name}: {text}")),
            Ok(()) if !same => Err(format!("{name}: other outputs than the goldens")),
            Ok(()) => Ok(()),
        }));
    }
    Ok(count)
}
