//! The interpreter of the graph against LiteRT: every case whose operators it knows.

use midge_compiler::eval::{EvalError, eval};
use midge_compiler::import::import;
use midge_suite::{Case, cases};

/// The interpreter's answer to a case; none where it does not know an operator, or the importer refuses one.
fn answer(case: &Case) -> Option<Result<Vec<Vec<u8>>, EvalError>> {
    let graph = import(&case.model).ok()?;
    let mut outputs = vec![Vec::new(); case.outputs.len()];
    for row in 0..case.rows() {
        let inputs: Vec<Vec<u8>> = case.inputs.iter().map(|input| input.row(row).to_vec()).collect();
        match eval(&graph, &inputs) {
            Ok(made) => outputs.iter_mut().zip(made).for_each(|(all, one)| all.extend(one)),
            Err(EvalError::Unknown { .. }) => return None,
            Err(error) => return Some(Err(error)),
        }
    }
    Some(Ok(outputs))
}

#[test]
fn answers_as_litert_does() -> Result<(), String> {
    let (mut known, mut wrong) = (0, Vec::new());
    for case in cases()? {
        match answer(&case) {
            None => {}
            Some(Ok(made)) => {
                known += 1;
                wrong.extend(case.differs(&made).map(|d| format!("{}: {d}", case.path())));
            }
            Some(Err(error)) => wrong.push(format!("{}: {error}", case.path())),
        }
    }
    assert!(wrong.is_empty(), "{} cases differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(known >= 3350, "only {known} cases are known");
    Ok(())
}
