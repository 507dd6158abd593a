//! Every case of the suite on every runtime, byte for byte.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fmt;
use std::path::Path;

use midge_compiler::import::ImportError;
use midge_compiler::{ConvertError, Target, convert};
use midge_runtime::emulated::EmulatedError;
use midge_suite::packed::required;
use midge_suite::{Answer, Case, Choice, Emulated, Failure, Host, Linked, Refusals, Runtime, cases, pack};

#[test]
fn on_the_host() -> Result<(), Report> {
    [Target::Portable, Target::M4, Target::M0]
        .into_iter()
        .try_for_each(|target| fresh(target, |choice| Host { choice }))
}

#[test]
fn some_packed_for_m4_and_linked_in_on_the_host() -> Result<(), Report> {
    let mut seen = BTreeSet::new();
    // one of each operator
    let cases: Vec<Case> = chosen()?.into_iter().filter(|case| seen.insert(case.folder.clone())).collect();
    these(&linked(Choice::KINDS[2]), &cases)
}

#[test]
#[ignore = "the compiler checks every plan of the suite: many minutes"]
fn packed_for_m4_and_linked_in_on_the_host() -> Result<(), Report> {
    all(&linked(Choice::KINDS[2]))
}

#[test]
#[ignore = "the compiler checks every plan of the suite: many minutes"]
fn packed_portably_and_linked_in_on_the_host() -> Result<(), Report> {
    all(&linked(Choice::PORTABLE))
}

/// Programs with their plans linked in.
fn linked(choice: Choice) -> Linked {
    Linked { choice, folder: Path::new(env!("CARGO_TARGET_TMPDIR")).join("linked") }
}

#[test]
fn on_an_emulated_m0() -> Result<(), Report> {
    emulated("m0", Target::M0)
}

#[test]
fn on_an_emulated_m3() -> Result<(), Report> {
    emulated("m3", Target::M3)
}

#[test]
fn on_an_emulated_m4() -> Result<(), Report> {
    emulated("m4", Target::M4)
}

#[test]
fn on_an_emulated_f405() -> Result<(), Report> {
    emulated("f405", Target::M4)
}

#[test]
fn on_an_emulated_m7() -> Result<(), Report> {
    emulated("m7", Target::M7)
}

#[test]
fn on_an_emulated_m33() -> Result<(), Report> {
    emulated("m33", Target::M33)
}

#[test]
fn on_an_emulated_m55() -> Result<(), Report> {
    emulated("m55", Target::M55)
}

#[test]
fn on_an_emulated_rv32() -> Result<(), Report> {
    emulated("rv32", Target::Rv32)
}

#[test]
fn on_an_emulated_aarch64() -> Result<(), Report> {
    emulated("aarch64", Target::Aarch64)
}

#[test]
fn on_an_emulated_armv7() -> Result<(), Report> {
    emulated("armv7", Target::Armv7)
}

/// Runs every case on an emulated core.
fn emulated(core: &'static str, target: Target) -> Result<(), Report> {
    fresh(target, |choice| Emulated { core, choice })
}

/// Runs every case packed portably, for the target to either end, and with each kernel in turn that a layer could
/// have: where that makes another plan.
fn fresh<R: Runtime>(target: Target, runtime: impl Fn(Choice) -> R) -> Result<(), Report> {
    let (cases, mut seen, mut fresh) = (chosen()?, BTreeSet::new(), BTreeMap::<_, Vec<Case>>::new());
    for case in cases {
        let layers = convert(&case.model, &Choice::ends(target)[0].options()).map(|compiled| compiled.layers);
        let forced = Choice::ends(target)[0].forced(&layers.unwrap_or_default());
        for choice in [Choice::PORTABLE].into_iter().chain(Choice::ends(target)).chain(forced) {
            let plan = pack(&case, choice).map_or_else(|_| Vec::new(), |plan| required(&plan));
            if seen.insert((case.path(), plan)) {
                fresh.entry(choice).or_default().push(case.clone());
            }
        }
    }
    fresh.into_iter().try_for_each(|(choice, cases)| these(&runtime(choice), &cases))
}

fn all(runtime: &dyn Runtime) -> Result<(), Report> {
    these(runtime, &chosen()?)
}

/// Runs cases and lists each that fails: case, runtime, and the first element that differs.
fn these(runtime: &dyn Runtime, cases: &[Case]) -> Result<(), Report> {
    let refusals = Refusals::read()?;
    let answers = match runtime.run_all(cases) {
        Err(Failure::Emulated(missing @ EmulatedError::Missing { .. })) => {
            println!("skipped: {missing}");
            return Ok(());
        }
        answers => answers.map_err(|failure| format!("{}: {failure}", runtime.name()))?,
    };
    let fault = |(case, answer): (&Case, _)| {
        let fault = fault(answer, case, &refusals.reasons(&case.path()))?;
        Some(format!("{} on {}: {fault}", case.path(), runtime.name()))
    };
    let failures: Vec<String> = cases.iter().zip(answers).filter_map(fault).collect();
    match failures.as_slice() {
        [] => Ok(()),
        [..] => Err(Report(format!(
            "{} of {} cases failed:\n{}",
            failures.len(),
            cases.len(),
            failures.join("\n")
        ))),
    }
}

/// Every case, or those whose folder and name have `MIDGE_CASES` in them.
fn chosen() -> Result<Vec<Case>, String> {
    let mut cases = cases()?;
    match env::var("MIDGE_CASES") {
        Ok(part) => {
            cases.retain(|case| case.path().contains(&part));
            if cases.is_empty() {
                return Err(format!("MIDGE_CASES={part} is in the name of no case"));
            }
        }
        Err(_) if cases.len() <= 350 => return Err(format!("only {} cases; run make.py", cases.len())),
        Err(_) => {}
    }
    Ok(cases)
}

/// What a failed test prints, as it is.
struct Report(String);

impl From<String> for Report {
    fn from(text: String) -> Self {
        Report(text)
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is wrong with the answer to a case that must be refused for one of `reasons`, or run if there are none.
fn fault(answer: Result<Answer, Failure>, case: &Case, reasons: &[&str]) -> Option<String> {
    match answer {
        Ok(got) if reasons.is_empty() => case.differs(&got).map(|difference| difference.to_string()),
        Ok(_) => Some("runs now; take it off refused.txt".into()),
        Err(Failure::Convert(e))
            if unsupported(&e) && reasons.iter().any(|why| e.to_string().contains(why)) =>
        {
            None
        }
        Err(failure) => Some(failure.to_string()),
    }
}

/// Whether the model asks for what Midge lacks, rather than being damaged.
fn unsupported(error: &ConvertError) -> bool {
    matches!(error, ConvertError::Unsupported(_) | ConvertError::Import(ImportError::Unsupported(_)))
}

#[test]
fn every_refusal_is_of_a_case() -> Result<(), String> {
    let paths: Vec<String> = cases()?.iter().map(Case::path).collect();
    let refusals = Refusals::read()?;
    assert_eq!(refusals.idle(&paths), [""; 0], "lines of refused.txt");
    Ok(())
}
