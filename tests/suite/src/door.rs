//! The core's static door on this machine: programs are written that have the plans of all cases linked in by `model!`,
//! compiled, and run.
//!
//! The compiler parses and checks each plan, which takes it about a tenth of a second. So there is a program for each of
//! this machine's cores, and cargo compiles one again only if its plans or the core changed.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use midge_compiler::ConvertError;

use crate::case::Case;
use crate::choice::Choice;
use crate::models::root;
use crate::runtime::{Answer, Failure, Runtime, pack, ports, rows};

/// Programs with the plans of all cases.
#[derive(Clone, Debug)]
pub struct Linked {
    /// What the plans are packed for.
    pub choice: Choice,
    /// Where the programs are written, compiled and run; what lies there is overwritten.
    pub folder: PathBuf,
}

impl Runtime for Linked {
    fn name(&self) -> String {
        format!("host, linked in, packed for {}", self.choice)
    }

    fn run_all(&self, cases: &[Case]) -> Result<Vec<Result<Answer, Failure>>, Failure> {
        let plans: Vec<_> = cases.iter().map(|case| pack(case, self.choice)).collect();
        let sound: Vec<_> =
            cases.iter().zip(&plans).filter_map(|(case, plan)| Some((case, plan.as_ref().ok()?))).collect();
        let programs = thread::available_parallelism().map_or(1, usize::from);
        let parts: Vec<_> = sound.chunks(sound.len().div_ceil(programs).max(1)).collect();
        let mut output = Vec::new();
        for (program, part) in
            build(&self.folder, &self.choice.target.to_string(), &parts)?.iter().zip(&parts)
        {
            let input: Vec<u8> = part.iter().flat_map(|(case, _)| asked(case)).collect();
            output.extend(answered(program, &input)?);
        }
        let mut rest = output.as_slice();
        let answer = |(case, plan): (&Case, Result<_, ConvertError>)| {
            plan?;
            let early = || Failure::Linked("the program ended early".into());
            let error = chunk(&mut rest).ok_or_else(early)?;
            let outputs = chunk(&mut rest).ok_or_else(early)?;
            match error {
                [] => ports(outputs, case),
                error => Err(Failure::Linked(String::from_utf8_lossy(error).into())),
            }
        };
        Ok(cases.iter().zip(plans).map(answer).collect())
    }
}

/// A case whose model could be packed, and the plan.
type Sound<'a> = (&'a Case, &'a Vec<u8>);

/// What the program reads of a case: the number of rows, u32, then the rows.
fn asked(case: &Case) -> Vec<u8> {
    [&(case.rows() as u32).to_le_bytes()[..], &rows(case)].concat()
}

/// The program; `serve` has what it reads and writes.
const MAIN: &str = r#"
use midge_core::{Arena, Error, Kernel, Session};
use std::io::{Read, Write, stdin, stdout};

type Served<'a> = Result<Session<'a, &'a [Kernel]>, Error>;

/// Reads the rows of a case, runs them, and writes two chunks, each behind its length, u32: the name of an error, or
/// nothing, and the rows of output.
fn serve(session: Served<'_>) {
    let mut rows = [0; 4];
    stdin().read_exact(&mut rows).unwrap();
    let mut output = Vec::new();
    let error = session.and_then(|session| run(session, u32::from_le_bytes(rows), &mut output)).err();
    for chunk in [error.map_or("", |error| error.name()).as_bytes(), &output] {
        stdout().write_all(&(chunk.len() as u32).to_le_bytes()).unwrap();
        stdout().write_all(chunk).unwrap();
    }
}

fn run(mut session: Session<'_, &[Kernel]>, rows: u32, output: &mut Vec<u8>) -> Result<(), Error> {
    let mut failed = Ok(());
    for _ in 0..rows {
        session.reset();
        for port in (0..).take_while(|port| session.input_mut(*port).is_ok()).collect::<Vec<_>>() {
            stdin().read_exact(session.input_mut(port)?).unwrap();
        }
        failed = failed.and(session.run());
        for view in (0..).map_while(|port| session.output(port).ok()) {
            output.extend(view.bytes());
        }
    }
    failed
}
"#;

/// The package of the programs.
const MANIFEST: &str = r#"[package]
name = "linked"
version = "0.0.0"
edition = "2024"

[dependencies]
midge-core = { path = "CORE" }

[profile.dev]
debug = false

[profile.dev.package.midge-core]
opt-level = 3

[workspace]
"#;

/// Writes and compiles a program for each part of the cases; where they are.
fn build(folder: &Path, name: &str, parts: &[&[Sound<'_>]]) -> Result<Vec<PathBuf>, Failure> {
    let folder = folder.join(name);
    let core = root().join("core-nostd").canonicalize().map_err(failed("the core"))?;
    write(&folder.join("Cargo.toml"), MANIFEST.replace("CORE", &core.to_string_lossy()).as_bytes())?;
    write(&folder.join("Cargo.lock"), &fs::read(root().join("Cargo.lock")).map_err(failed("Cargo.lock"))?)?;
    let mut programs = Vec::new();
    for (part, cases) in parts.iter().enumerate() {
        let (mut models, mut main) = (String::new(), String::new());
        for (i, (case, plan)) in cases.iter().enumerate() {
            let plan_path = folder.join(format!("plans/{part}-{i}.midge"));
            write(&plan_path, plan)?;
            // writing to a string does not fail
            let _ =
                writeln!(models, "// {}\nmidge_core::model! {{ static C{i} = {plan_path:?}; }}", case.path());
            let _ =
                writeln!(main, "    serve(C{i}.session(&mut *Box::new(Arena::<{{ C{i}::ARENA }}>::new())));");
        }
        let text = format!("{models}{MAIN}\nfn main() {{\n{main}}}\n");
        write(&folder.join(format!("src/bin/part{part}.rs")), text.as_bytes())?;
        programs.push(folder.join(format!("target/debug/part{part}")));
    }
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--quiet", "--target-dir", "target"]).current_dir(&folder);
    for part in 0..parts.len() {
        cargo.args(["--bin", &format!("part{part}")]);
    }
    // lints of the cases' names do not matter, and RUSTFLAGS would build the core again
    let output = cargo.env_remove("RUSTFLAGS").output().map_err(failed("cargo"))?;
    match output.status.success() {
        true => Ok(programs),
        false => Err(Failure::Linked(String::from_utf8_lossy(&output.stderr).into())),
    }
}

/// Writes a file, unless it has these bytes: so that cargo takes it for what it was.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if fs::read(path).is_ok_and(|was| was == bytes) {
        return Ok(());
    }
    let made = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(path, bytes));
    made.map_err(failed("a file of the program"))
}

/// What the program writes when it is given `input`.
fn answered(program: &Path, input: &[u8]) -> Result<Vec<u8>, Failure> {
    let file = program.with_extension("in");
    fs::write(&file, input).map_err(failed("the program's input"))?;
    let file = File::open(&file).map_err(failed("the program's input"))?;
    let output = Command::new(program).stdin(file).stderr(Stdio::inherit()).output();
    output.map(|output| output.stdout).map_err(failed("the program"))
}

/// Takes a chunk behind its length, u32.
fn chunk<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (len, tail) = rest.split_first_chunk()?;
    let (chunk, tail) = tail.split_at_checked(u32::from_le_bytes(*len) as usize)?;
    *rest = tail;
    Some(chunk)
}

fn failed(what: &str) -> impl FnOnce(io::Error) -> Failure {
    move |error| Failure::Linked(format!("{what}: {error}"))
}
