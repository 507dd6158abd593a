//! How near networks from PyTorch come; called by `cargo xtask conformance pytorch`.

use std::env;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use midge_suite::pytorch::{EXPORTERS, Nearness, judge, read};

fn main() -> ExitCode {
    println!("| network | exporter | float bytes | error | int8 bytes | int8 SNR, dB | range | stay float |");
    println!("|---|---|---|---|---|---|---|---|");
    let mut is_fine = true;
    for path in env::args().skip(1) {
        let path = Path::new(&path);
        let name = path.file_stem().unwrap_or_default().display();
        for (i, exporter) in EXPORTERS.iter().enumerate() {
            let start = Instant::now();
            match read(path).and_then(|network| judge(&network, i)) {
                Ok(near) => {
                    is_fine &= near.is_fine();
                    let Nearness { bytes: [float, int8], off, snr, range, floats } = near;
                    println!(
                        "| {name} | {exporter} | {float} | {off:.1e} | {int8} | {snr:.1} | {range} | {floats} |"
                    );
                }
                Err(reason) => {
                    is_fine = false;
                    println!("| {name} | {exporter} | {} |", reason.replace('\n', " "));
                }
            }
            eprintln!("{name} {exporter}: {:.1?}", start.elapsed());
        }
    }
    if is_fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
