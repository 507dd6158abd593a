//! Plans without the channels that are one number everywhere answer as the graphs that still have them.

use midge_compiler::eval::{EvalError, Interpreter};
use midge_compiler::graph::Graph;
use midge_compiler::import::import;
use midge_compiler::passes::PASSES;
use midge_core::Kernels;
use midge_suite::models::models;
use midge_suite::nets::Net;
use midge_suite::noise::Noise;
use midge_suite::{Choice, pack, packed};

/// How many layers lose channels.
fn shrunk(graph: &Graph) -> usize {
    let mut graph = graph.clone();
    let passes = PASSES.iter().map(|pass| (pass.name, (pass.run)(&mut graph)));
    passes.filter(|(name, _)| name.contains("channels")).map(|(_, layers)| layers).sum()
}

#[test]
fn networks_with_planted_channels() -> Result<(), String> {
    let nets: Vec<Net> = (0..200).map(Net::planted).collect();
    for net in &nets {
        assert!(net.check(Kernels::ALL)? > 0, "net {} is not packed", net.seed);
    }
    let shrunk = nets.iter().filter(|net| shrunk(&net.graph) > 0).count();
    assert!(shrunk > 120, "only {shrunk} networks have channels that can go");
    Ok(())
}

#[test]
fn models_with_random_and_extreme_inputs() -> Result<(), String> {
    let mut noise = Noise(0xdead);
    for model in models()? {
        let graph = import(&model.model).map_err(|error| error.to_string())?;
        let mut interpreter = Interpreter::new(&graph).map_err(|error| error.to_string())?;
        let file = pack(&model, Choice::PORTABLE).map_err(|error| error.to_string())?;
        let sizes: Vec<usize> = graph.inputs.iter().map(|id| graph.value(*id).bytes()).collect();
        let fill = |byte: u8| sizes.iter().map(|n| vec![byte; *n]).collect::<Vec<_>>();
        let mut rows = vec![fill(0x80), fill(0x7f), fill(0), fill(0)];
        rows[2..].iter_mut().flatten().for_each(|input| noise.fill(input));
        let got = packed::run(&file, Kernels::ALL, &rows).map_err(|failure| failure.to_string())?;
        for (row, got) in rows.iter().zip(got) {
            match interpreter.run(row) {
                Ok(want) => assert_eq!(got, want, "{}", model.name),
                Err(EvalError::Unknown { .. }) => println!("skipped {}: not interpreted", model.name),
                Err(error) => return Err(format!("{}: {error}", model.name)),
            }
        }
        println!("{}: {} layers lose channels", model.name, shrunk(&graph));
    }
    Ok(())
}
