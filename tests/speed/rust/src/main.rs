//! The Rust side of the peers of `cargo xtask bench-train`: the networks, batches and optimizer of
//! std-ext/train/examples/speed.rs, by burn and by candle.
//!
//! `midge-speed-peers burn|candle mlp|cnn|transformer SECONDS` prints a line of JSON. Threads are what RAYON_NUM_THREADS says.

use std::error::Error;
use std::time::{Duration, Instant};

mod burn;
mod candle;

/// Characters in a row of text.
const CONTEXT: usize = 128;
/// How many characters there are.
const VOCABULARY: usize = 65;

/// Trains for a while: steps in a second.
fn rate<E>(seconds: f64, mut step: impl FnMut() -> Result<(), E>) -> Result<f64, E> {
    for _ in 0..20 {
        step()?;
    }
    let (limit, start, mut steps) = (Duration::from_secs_f64(seconds), Instant::now(), 0);
    while start.elapsed() < limit {
        step()?;
        steps += 1;
    }
    Ok(f64::from(steps) / start.elapsed().as_secs_f64())
}

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().collect();
    let [_, library, workload, seconds] = &words[..] else {
        return Err("usage: midge-speed-peers burn|candle mlp|cnn|transformer SECONDS".into());
    };
    let seconds = seconds.parse()?;
    let (version, steps) = match library.as_str() {
        "burn" => ("burn 0.22.1 (flex)", burn::rate(workload, seconds)),
        "candle" => ("candle 0.11.1", candle::rate(workload, seconds)?),
        other => return Err(format!("unknown library {other}; use burn or candle").into()),
    };
    let samples = if workload == "transformer" { 16 * CONTEXT } else { 64 };
    println!("{{\"rate\": {:.1}, \"version\": \"{version}\"}}", steps * samples as f64);
    Ok(())
}
