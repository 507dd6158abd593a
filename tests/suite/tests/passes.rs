//! Every pass leaves networks that compute what they did: integers to the bit, floats within rounding.

use midge_compiler::custom::Custom;
use midge_compiler::eval::Interpreter;
use midge_compiler::graph::Graph;
use midge_compiler::passes::PASSES;
use midge_compiler::{Options, assemble};
use midge_core::Kernels;
use midge_suite::nets::Net;
use midge_suite::packed;

/// Runs `answers` on a network before and after each pass, and compares with `equal`. Counts what each pass changed.
fn check<T>(
    nets: impl Iterator<Item = Net>,
    answers: impl Fn(&Graph, &Net) -> Result<T, String>,
    equal: impl Fn(&T, &T) -> bool,
) -> Result<Vec<usize>, String> {
    let mut changed = vec![0; PASSES.len()];
    for net in nets {
        let here = |what: String| format!("net {}: {what}\n{}", net.seed, net.operators());
        let mut graph = net.graph.clone();
        let mut before = answers(&graph, &net).map_err(here)?;
        for (pass, changed) in PASSES.iter().zip(&mut changed) {
            let count = (pass.run)(&mut graph);
            if count == 0 {
                continue;
            }
            let after = answers(&graph, &net).map_err(here)?;
            if !equal(&before, &after) {
                return Err(here(format!("\"{}\" changes what it computes", pass.name)));
            }
            before = after;
            *changed += count;
        }
    }
    Ok(changed)
}

/// Whether passes with these words in their names found something to change.
fn found(changed: &[usize], words: &[&str]) -> Result<(), String> {
    let idle = |word: &&&str| {
        let counts = PASSES.iter().zip(changed).filter(|(pass, _)| pass.name.contains(**word));
        counts.map(|(_, count)| count).sum::<usize>() == 0
    };
    words.iter().find(idle).map_or(Ok(()), |word| Err(format!("no network shows \"{word}\": {changed:?}")))
}

#[test]
fn integers_stay_the_same_bits() -> Result<(), String> {
    let answers = |graph: &Graph, net: &Net| {
        let mut interpreter = Interpreter::new(graph).map_err(|error| error.to_string())?;
        let runs = net.rows.iter().map(|inputs| interpreter.run(inputs).map_err(|error| error.to_string()));
        runs.collect::<Result<Vec<_>, _>>()
    };
    let nets = (0..300).map(Net::new).chain((0..100).map(Net::planted));
    let changed = check(nets, answers, |a, b| a == b)?;
    found(&changed, &["move elements", "trim", "twice", "channels", "no output"])
}

#[test]
fn floats_stay_as_near_as_rounding() -> Result<(), String> {
    let answers = |graph: &Graph, net: &Net| {
        let plan =
            assemble(graph, &Options::default(), &Custom::default()).map_err(|error| error.to_string())?;
        let answers =
            packed::run(&plan.file, Kernels::ALL, &net.rows).map_err(|failure| failure.to_string())?;
        let floats = |bytes: Vec<u8>| -> Vec<f32> {
            bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
        };
        Ok(answers.into_iter().flatten().map(floats).collect::<Vec<_>>())
    };
    // what an output is made of may be larger than itself
    let near = |(a, b): (&Vec<f32>, &Vec<f32>)| {
        let largest = a.iter().fold(1.0f32, |most, x| most.max(x.abs()));
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() <= largest * 1e-4)
    };
    let equal = |a: &Vec<Vec<f32>>, b: &Vec<Vec<f32>>| a.len() == b.len() && a.iter().zip(b).all(near);
    let changed = check((0..300).map(Net::real), answers, equal)?;
    found(&changed, &["padding", "trim", "twice", "normalizations", "factors", "clamps"])
}
