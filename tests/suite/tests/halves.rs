//! Float cases in half precision: LiteRT's floats, as near as halves can be.

use midge_suite::halves::halved;
use midge_suite::{Array, cases, on_host, within};

/// How far an element may be off, as a part of the largest magnitude that is wanted in its row: halves have 11 bits, and
/// both what is read and what is written is rounded to them.
const TOLERANCE: f32 = 4e-3;

/// Cases whose answers are further off, and why that is so.
const FURTHER: &[(&str, f32)] = &[
    // what is rounded past a whole number is off by one
    ("ceil/", 0.6),
    ("floor/", 0.6),
    ("round/", 0.6),
    // one number, where the curve crosses zero
    ("cos/float32_one_element", 1e-2),
];

/// Rows beyond this, as a sum of squares or a product of theirs may be, are beyond halves.
const MOST: f32 = 200.0;

/// Whether all floats of an array are small enough.
fn is_moderate(array: &Array) -> bool {
    let floats =
        || array.bytes.chunks_exact(4).filter_map(|bytes| Some(f32::from_le_bytes(bytes.try_into().ok()?)));
    array.kind != "<f4" || floats().all(|x| x.abs() <= MOST)
}

#[test]
fn answers_are_as_near_as_halves_can_be() -> Result<(), String> {
    let (mut compared, mut wrong) = (0, Vec::new());
    for case in cases().map_err(|error| error.to_string())? {
        // where weights are integers, LiteRT rounds what it reads to integers too
        if case.name.starts_with("hybrid_") {
            continue;
        }
        let Some(file) = halved(&case) else { continue };
        let further = FURTHER.iter().find(|(name, _)| case.path().starts_with(name));
        let tolerance = further.map_or(TOLERANCE, |(_, tolerance)| *tolerance);
        for row in (0..case.rows()).map(|row| case.only(row)) {
            if !row.inputs.iter().chain(&row.outputs).all(is_moderate) {
                continue;
            }
            let answer = on_host(&file, &row).map_err(|failure| format!("{}: {failure}", case.path()))?;
            compared += 1;
            if let Some(difference) = within(tolerance, &row.outputs, &answer) {
                wrong.push(format!("{}: {difference}", case.path()));
            }
        }
    }
    println!("{compared} rows of cases in half precision");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 300, "only {compared} rows");
    Ok(())
}
