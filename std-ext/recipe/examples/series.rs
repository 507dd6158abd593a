//! The series that `boards/stm32f405` hears, and what it answers: six recordings of a machine, some with a fault, and how far
//! this machine finds the model's pictures of them off. `series FOLDER LIMIT` writes `series.raw` and `stm32f405.out`.

use std::error::Error;
use std::fmt::Write;
use std::path::Path;

use midge_recipe::vibration;
use midge_runtime::file::File;
use midge_runtime::pipeline::Sample;
use midge_runtime::rows::Rows;
use midge_runtime::session;

/// Whether there is a fault; recordings of a seed that the model was neither trained nor tested with.
const FAULTS: [bool; 6] = [false, false, true, false, true, true];
const SEED: u64 = 2;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, limit] = &arguments[..] else { return Err("say FOLDER LIMIT".into()) };
    let limit: u32 = limit.parse()?;
    let file = File::open("models/anomaly/anomaly.midge".as_ref())?;
    let (mut series, mut told) = (Vec::new(), "listening: a window is 4096 samples\n".to_owned());
    for (window, faulty) in FAULTS.into_iter().enumerate() {
        let wave: Vec<i16> =
            vibration(SEED, window as u64, faulty).iter().map(|x| (x * 32767.0) as i16).collect();
        series.extend(wave.iter().flat_map(|sample| sample.to_le_bytes()));
        let off = off(&file, &wave)?;
        let verdict = if off > limit { "NOT WELL" } else { "well" };
        writeln!(told, "window {window}: off by {}.{:02}, {verdict}", off / 100, off % 100)?;
    }
    std::fs::write(Path::new(folder).join("series.raw"), series)?;
    std::fs::write(Path::new(folder).join("stm32f405.out"), told)?;
    Ok(())
}

/// How far the model's picture of a recording is off, squared, in the mean: hundredths.
fn off(file: &File, wave: &[i16]) -> Result<u32, Box<dyn Error>> {
    let pipeline = file.pipeline()?.ok_or("the model says no steps")?;
    let floats = wave.iter().map(|sample| f32::from(*sample) / 32768.0).collect();
    let sound = Sample::sound(8000, 1, floats).ok_or("there is no sound")?;
    let (_, heard) = pipeline.run(sound)?.planes();
    let bytes = heard.iter().flat_map(|x| x.to_le_bytes()).collect();
    let made = session::run(&file.runtime()?, &Rows { count: 1, single: true, bytes }, false, |_| {})?;
    let made = made.as_chunks().0.iter().map(|x| f32::from_le_bytes(*x));
    let squares = made.zip(&heard).map(|(made, heard)| {
        let off = made - heard;
        off * off
    });
    Ok((squares.sum::<f32>() / heard.len() as f32 * 100.0) as u32)
}
