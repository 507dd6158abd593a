//! Every case of the suite on every runtime, byte for byte.

use std::fmt;

use midge_compiler::{ConvertError, Target};
use midge_runtime::emulated::EmulatedError;
use midge_suite::{Case, Emulated, Failure, Host, Runtime, cases, compare};

/// Cases that LiteRT runs and Midge refuses on purpose, and the reason that it gives.
const REFUSED: [(&str, &str); 8] = [
    ("average_pool_2d/batch", "batch of 2"),
    ("concatenation/constant", "is a constant"),
    ("conv_2d/batch", "batch of 2"),
    ("conv_2d/batch_stride", "batch of 3"),
    ("depthwise_conv_2d/batch", "batch of 2"),
    ("fully_connected/weight_zero_point", "zero point"),
    ("fully_connected/weight_zero_point_no_bias", "zero point"),
    ("max_pool_2d/batch", "batch of 2"),
];

#[test]
fn packed_portably_on_the_host() -> Result<(), Report> {
    all(&Host { target: Target::Portable })
}

#[test]
fn packed_for_m4_on_the_host() -> Result<(), Report> {
    all(&Host { target: Target::M4 })
}

#[test]
fn packed_for_m0_on_the_host() -> Result<(), Report> {
    all(&Host { target: Target::M0 })
}

#[test]
fn packed_for_m4_on_an_emulated_m4() -> Result<(), Report> {
    emulated("m4", Target::M4)
}

#[test]
fn packed_for_m0_on_an_emulated_m0() -> Result<(), Report> {
    emulated("m0", Target::M0)
}

/// Runs every case on an emulated core, where there is what it takes.
fn emulated(core: &'static str, target: Target) -> Result<(), Report> {
    let runtime = Emulated { core, target };
    if let Some(Err(Failure::Emulated(EmulatedError::Missing { what, .. }))) =
        cases()?.first().map(|c| runtime.run(c))
    {
        println!("skipped: {what} is missing");
        return Ok(());
    }
    all(&runtime)
}

/// Runs every case and lists each that fails: case, runtime, and the first element that differs.
fn all(runtime: &dyn Runtime) -> Result<(), Report> {
    let cases = cases()?;
    assert!(cases.len() > 350, "only {} cases; run make.py", cases.len());
    let failures: Vec<String> = cases
        .iter()
        .filter_map(|case| Some(format!("{} on {}: {}", case.path(), runtime.name(), fault(runtime, case)?)))
        .collect();
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

/// What is wrong with a runtime's answer.
fn fault(runtime: &dyn Runtime, case: &Case) -> Option<String> {
    let refused = REFUSED.iter().find(|(path, _)| *path == case.path());
    match (runtime.run(case), refused) {
        (Ok(got), None) => compare(&case.outputs, &got).map(|difference| difference.to_string()),
        (Ok(_), Some(_)) => Some("runs now; take it off the list of refused cases".into()),
        (Err(Failure::Convert(e @ ConvertError::Unsupported(_))), Some((_, why)))
            if e.to_string().contains(why) =>
        {
            None
        }
        (Err(failure), _) => Some(failure.to_string()),
    }
}
