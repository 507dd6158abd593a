//! Whether packing saves on networks that no kernel was made for what it saves on the models; called by
//! `cargo xtask networks`.

use std::env;
use std::process::ExitCode;

use midge_compiler::graph::Graph;
use midge_compiler::import::import;
use midge_compiler::{Optimize, Target};
use midge_runtime::emulated::EmulatedError;
use midge_suite::models::models;
use midge_suite::networks::{compare, network};

/// How many networks, the models that they stand beside, and how far the mean ratios may be apart.
const NETWORKS: u64 = 10;
const MODELS: [&str; 3] = ["kws", "resnet", "vww"];
const APART: f64 = 0.15;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

/// `[TARGET..]`
fn run() -> Result<bool, EmulatedError> {
    let failed = |told: String| EmulatedError::Failed(told);
    let names: Vec<String> = env::args().skip(1).collect();
    let targets = match &names[..] {
        [] => vec![Target::M4, Target::M0, Target::M55],
        names => names
            .iter()
            .map(|name| name.parse().map_err(|error| failed(format!("{error}"))))
            .collect::<Result<_, _>>()?,
    };
    let known = models().map_err(failed)?.into_iter().filter(|model| MODELS.contains(&&*model.name));
    let known = known.map(|model| {
        let graph = import(&model.model).map_err(|error| failed(error.to_string()))?;
        Ok(Graph { name: model.name, ..graph })
    });
    let known = known.collect::<Result<Vec<_>, EmulatedError>>()?;
    let graphs: Vec<Graph> = known.iter().cloned().chain((1..=NETWORKS).map(network)).collect();
    println!("| core | network | layers | million instructions, portable | packed | ratio |");
    println!("|---|---|---|---|---|---|");
    let mut is_fine = true;
    for target in targets {
        for (optimize, _) in Optimize::ALL {
            let counts = compare(target, optimize, &graphs)?;
            let ratios: Vec<f64> =
                counts.iter().map(|[plain, packed]| *packed as f64 / *plain as f64).collect();
            for ((graph, [plain, packed]), ratio) in graphs.iter().zip(&counts).zip(&ratios) {
                let millions = |n: &u64| *n as f64 / 1e6;
                println!(
                    "| {target} {optimize} | {} | {} | {:.2} | {:.2} | {ratio:.3} |",
                    graph.name,
                    graph.nodes.len(),
                    millions(plain),
                    millions(packed)
                );
            }
            let (models, networks) = ratios.split_at(known.len());
            let apart = mean(networks) / mean(models) - 1.0;
            println!(
                "| {target} {optimize} | mean | | models {:.3} | networks {:.3} | {:+.0} % |",
                mean(models),
                mean(networks),
                apart * 100.0
            );
            is_fine &= apart <= APART;
        }
    }
    Ok(is_fine)
}

/// The geometric mean.
fn mean(ratios: &[f64]) -> f64 {
    (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len().max(1) as f64).exp()
}
