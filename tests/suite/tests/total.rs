//! Kernels are total: with noise for constants and memory, every step of every case's plan ends in time and touches
//! nothing but its operands.

#![expect(clippy::unwrap_used, reason = "helpers of tests, which may panic")]

use std::collections::BTreeSet;
use std::fmt::Write;

use midge_compiler::{Options, convert};
use midge_core::{Error, Io, Kernels, Plan, Registered, Task, ops};
use midge_suite::noise::Noise;
use midge_suite::{Choice, cases, total};

/// Rounds of noise for each plan.
const ROUNDS: usize = 2;

#[test]
fn noise_changes_nothing_but_outputs() {
    let mut noise = Noise(0x0dd_ba11);
    let mut wrong = String::new();
    for case in cases().unwrap() {
        let mut plans = BTreeSet::new();
        for choice in Choice::KINDS {
            if let Ok(compiled) = convert(&case.model, &choice.options()) {
                let device = Plan::parse(&compiled.file).map_or(0, |plan| plan.device_len());
                plans.insert(compiled.file[..device].to_vec());
            }
        }
        for plan in plans {
            for fault in (0..ROUNDS).flat_map(|_| total::faults(&plan, Kernels::ALL, &mut noise)) {
                writeln!(wrong, "{}: {fault}", case.path()).unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// What is found in the plan of a case that is one step of this kernel, when `eval` is put in its place.
fn found(code: u16, eval: fn(&Task<'_>, &Io<'_>) -> Result<(), Error>) -> String {
    let plans =
        cases().unwrap().into_iter().filter_map(|case| convert(&case.model, &Options::default()).ok());
    let alone = |file: &Vec<u8>| Plan::parse(file).unwrap().steps().map(|step| step.code()).eq([code]);
    let file = plans.map(|compiled| compiled.file).find(alone).unwrap();
    let planted = Registered { code, name: "planted", check: |claim| ops::check(claim), eval };
    let (kernels, mut noise) = (Kernels(Box::leak(Box::new([planted]))), Noise(4711));
    (0..8).flat_map(|_| total::faults(&file, kernels, &mut noise)).collect()
}

/// How far the first two bytes of a table are apart: 0 in this table, but not in noise.
fn unlike(io: &Io<'_>) -> Result<usize, Error> {
    let table = io.constant(2)?;
    Ok(usize::from(table[0] ^ table[1]))
}

#[test]
fn a_kernel_that_writes_to_its_input_is_found() {
    let said = found(ops::MAX_POOL_2D, |_, io| {
        let x = &io.work::<i8>(1)?[0];
        x.set(!x.get());
        Ok(())
    });
    assert!(said.contains("which it does not write"), "{said}");
}

#[test]
fn a_kernel_that_trusts_its_table_is_found() {
    let fails = found(ops::TABLE, |_, io| if unlike(io)? == 0 { Ok(()) } else { Err(Error::Shape) });
    assert!(fails.contains("fails: "), "{fails}");
    let panics = found(ops::TABLE, |_, io| {
        std::hint::black_box([0; 2][unlike(io)?]);
        Ok(())
    });
    assert!(panics.contains("panics"), "{panics}");
    let lingers = found(ops::TABLE, |_, io| {
        (0..unlike(io)? << 16).for_each(|i| {
            std::hint::black_box(i);
        });
        Ok(())
    });
    assert!(lingers.contains("took"), "{lingers}");
}
