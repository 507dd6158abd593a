//! `cargo xtask bench-train`: how fast midge-train trains small networks, beside PyTorch, burn and candle in the
//! same run.
//!
//! They take turns, so that what else the machine does falls on all alike. PyTorch gets the same weights and batch, and
//! its losses are compared, too.

use crate::shell::{Shell, output};
use crate::{Outcome, Usage, setup};
use serde_json::Value;
use std::fs;

const WORKLOADS: [&str; 3] = ["mlp", "cnn", "transformer"];

/// `[--format json] [--rounds N] [--seconds N] [WORKLOAD..]`.
pub(crate) fn command(shell: &Shell, words: &[String]) -> Outcome {
    let (mut json, mut rounds, mut seconds, mut workloads) = (false, 3, 3.0, Vec::new());
    let mut words = words.iter().map(String::as_str);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| Usage(format!("{word} takes a value")));
        match word {
            "--format" => json = value()? == "json",
            "--rounds" => {
                rounds = value()?.parse().map_err(|_| Usage("--rounds takes a whole number".into()))?
            }
            "--seconds" => {
                seconds = value()?.parse().map_err(|_| Usage("--seconds takes a number".into()))?
            }
            name if WORKLOADS.contains(&name) => workloads.push(name),
            other => {
                return Err(Usage(format!(
                    "bench-train does not know {other}; workloads are {}",
                    WORKLOADS.join(", ")
                ))
                .into());
            }
        }
    }
    if workloads.is_empty() {
        workloads = WORKLOADS.to_vec();
    }
    let folder = shell.target.join("speed");
    fs::create_dir_all(&folder)?;
    setup::environment(shell, &folder.join("venv"), "tests/speed/requirements.txt")?;
    let peers = || {
        let mut python = shell.command(folder.join("venv/bin/python"));
        python.arg(shell.root.join("tests/speed/peers.py"));
        python
    };
    let built = |words: &str| Ok::<bool, std::io::Error>(shell.cargo(words).status()?.success());
    if !built("build --quiet --release --package midge-train --example speed")? {
        return Err("midge's side was not built".into());
    }
    if !built("build --quiet --release --manifest-path tests/speed/rust/Cargo.toml")? {
        return Err("the side of burn and candle was not built".into());
    }
    for workload in workloads {
        let given = folder.join(format!("{workload}.npz"));
        output(peers().args(["given", workload]).arg(&given))?;
        for threads in ["1", "2"] {
            let seconds = format!("{seconds}");
            let own = || {
                let mut command = shell.command(shell.target.join("release/examples/speed"));
                command.arg(workload).arg(&given).args([threads, &seconds]);
                command
            };
            let pytorch = || {
                let mut command = peers();
                command.args(["run", workload]).arg(&given).args([threads, &seconds]);
                command
            };
            let rust = |library: &str| {
                let mut command = shell.command(shell.target.join("release/midge-speed-peers"));
                command.args([library, workload, &seconds]).env("RAYON_NUM_THREADS", threads);
                command
            };
            let mut runs: [Vec<Value>; 4] = Default::default();
            for _ in 0..rounds {
                for (runs, mut command) in
                    runs.iter_mut().zip([own(), pytorch(), rust("burn"), rust("candle")])
                {
                    runs.push(serde_json::from_str(&output(&mut command)?)?);
                }
            }
            let [ours, others @ ..] = &runs;
            for theirs in others {
                let row = row(workload, threads, ours, theirs);
                if json { println!("{row}") } else { print_row(&row) }
            }
        }
    }
    Ok(())
}

/// Midge beside a peer; how far losses are apart and memory where the peer says it.
fn row(workload: &str, threads: &str, ours: &[Value], theirs: &[Value]) -> Value {
    let (midge, peer) = (median(ours, "rate"), median(theirs, "rate"));
    let mut row = serde_json::json!({
        "workload": workload,
        "threads": threads.parse::<u32>().unwrap_or_default(),
        "peer": theirs.first().and_then(|run| run["version"].as_str()).unwrap_or("?"),
        "midge": midge.round(),
        "peer_rate": peer.round(),
        "ratio": (midge / peer * 1000.0).round() / 1000.0,
    });
    if theirs.iter().all(|run| run["losses"].is_array()) {
        row["loss_off"] = apart(ours, theirs).into();
        row["memory"] = (median(ours, "grown") / median(theirs, "grown")).into();
    }
    row
}

fn print_row(row: &Value) {
    let number = |key: &str| row[key].as_f64().unwrap_or(f64::NAN);
    print!(
        "{:12} {} threads: midge {:>9}/s, {} {:>9}/s, ratio {:.2}",
        row["workload"].as_str().unwrap_or(""),
        row["threads"],
        number("midge"),
        row["peer"].as_str().unwrap_or(""),
        number("peer_rate"),
        number("ratio"),
    );
    if row["memory"].is_number() {
        print!("; losses at most {:.1e} apart; memory {:.2} of its", number("loss_off"), number("memory"));
    }
    println!();
}

fn median(runs: &[Value], key: &str) -> f64 {
    let mut all: Vec<f64> = runs.iter().filter_map(|run| run[key].as_f64()).collect();
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
}

/// How far the losses of the first runs are apart at most.
fn apart(ours: &[Value], theirs: &[Value]) -> f64 {
    let losses = |runs: &[Value]| -> Vec<f64> {
        let list = runs.first().and_then(|run| run["losses"].as_array());
        list.map(|list| list.iter().filter_map(Value::as_f64).collect()).unwrap_or_default()
    };
    let (ours, theirs) = (losses(ours), losses(theirs));
    if ours.len() != theirs.len() || ours.is_empty() {
        return f64::INFINITY;
    }
    ours.iter().zip(&theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}
