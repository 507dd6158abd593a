//! Plans that say how images and sounds become their input.

use std::f64::consts::TAU;
use std::path::Path;

use hound::{SampleFormat, WavSpec, WavWriter};
use midge_runtime::array::Array;
use midge_runtime::file::File;
use midge_runtime::folder;
use midge_runtime::pipeline::Pipeline;
use midge_runtime::sound;

use crate::desk::{Desk, digits, json, load, midge};

/// 8 frames of 8 bands, which the model of digits takes for an image.
const HEARD: &str = "rate 8000, mono, length 1200, mel 256/128/256 8 100-4000, scale 0.5";

/// A tone that fades, of a second's eighth at most, in two channels.
fn tone(path: &Path, frequency: f64, samples: u32) {
    let spec =
        WavSpec { channels: 2, sample_rate: 8000, bits_per_sample: 16, sample_format: SampleFormat::Int };
    let mut writer = WavWriter::create(path, spec).unwrap();
    for n in 0..samples {
        let (t, loud) = (f64::from(n) / 8000.0, 9000.0 * (-f64::from(n) / 400.0).exp());
        for turn in [0.0, 0.1] {
            writer.write_sample((loud * (TAU * (frequency * t + turn)).sin()) as i16).unwrap();
        }
    }
    writer.finalize().unwrap();
}

/// Tones in folders that are classes, and the model with its steps.
fn tones(desk: &Desk) -> (String, String) {
    let folder = desk.path("tones");
    for (class, frequency) in [300.0, 700.0, 1900.0].into_iter().enumerate() {
        let class = Path::new(&folder).join(class.to_string());
        std::fs::create_dir_all(&class).unwrap();
        for samples in [700, 1200, 2500] {
            tone(&class.join(format!("{samples}.wav")), frequency, samples);
        }
    }
    let plan = desk.path("heard.midge");
    let told = midge(["convert", &digits("digits.tflite"), "-o", &plan, "--preprocess", HEARD]);
    assert_eq!(told.code, 0, "{}", told.err);
    (folder, plan)
}

#[test]
fn a_plan_hears_as_it_says() {
    let desk = Desk::new();
    let (tones, plan) = tones(&desk);
    assert_eq!(json(["inspect", &plan])["about"]["preprocess"], HEARD);
    assert_eq!(midge(["validate", &plan]).code, 0);
    let (heard, inputs) = (desk.path("heard.npy"), desk.path("inputs.npy"));
    assert_eq!(midge(["run", &plan, "--input", &tones, "--output", &heard]).code, 0);
    // the same by the plan's own front-end, and by numbers for a plan that has none
    let (file, pipeline): (_, Pipeline) = (File::open(plan.as_ref()).unwrap(), HEARD.parse().unwrap());
    let ears = file.plan().unwrap().front_end().to_vec();
    let files = folder::list(tones.as_ref()).unwrap().files;
    let samples = files.iter().map(|(path, _)| pipeline.samples(folder::open(path).unwrap()).unwrap());
    let rows: Vec<u8> = samples.flat_map(|samples| sound::input(&ears, &samples, 64).unwrap()).collect();
    let rows: Vec<i8> = rows.into_iter().map(u8::cast_signed).collect();
    assert!(rows[64..128] != rows[128..192] && rows[..64] != rows[3 * 64..4 * 64], "all alike");
    std::fs::write(&inputs, Array::new(&[9, 8, 8, 1], &rows).unwrap().npy()).unwrap();
    let given = desk.path("given.npy");
    assert_eq!(midge(["run", &desk.plan, "--input", &inputs, "--output", &given]).code, 0);
    assert_eq!(load(&given).bytes(), load(&heard).bytes());
    let told = json(["eval", &plan, "--data", &tones]);
    assert_eq!(told["rows"], 9);
    assert_eq!(told, json(["eval", &plan, "--data", &tones, "--preprocess", HEARD]));
    assert_eq!(told, json(["eval", &desk.plan, "--data", &tones, "--preprocess", HEARD]));
    let one = Path::new(&tones).join("1/700.wav").to_str().unwrap().to_owned();
    assert_eq!(json(["run", &plan, "--input", &one])["rows"], 1);
    assert_eq!(midge(["diff", &plan, &desk.plan, "--input", &tones]).code, 0);
}

#[test]
fn other_steps_than_the_plans_are_refused() {
    let desk = Desk::new();
    let (tones, plan) = tones(&desk);
    let other = "rate 8000, mono, length 1152, mel 256/128/256 8 100-4000";
    let cases: [(&[&str], i32, &str); 5] = [
        (&["run", &plan, "--input", &tones, "--preprocess", other], 2, "was made for other steps: rate 8000"),
        (&["eval", &plan, "--data", &tones, "--preprocess", other], 2, "was made for other steps"),
        (&["run", &desk.plan, "--input", &tones], 2, "say how they become inputs"),
        (
            &["run", &plan, "--input", &digits("goldens/inputs.npy"), "--preprocess", HEARD],
            2,
            "these data are none",
        ),
        (
            &[
                "convert",
                &digits("digits.tflite"),
                "-o",
                &desk.path("no.midge"),
                "--preprocess",
                &HEARD.replace("1200", "1300"),
            ],
            3,
            "9 frames of 8 features do not fit the input, [1, 8, 8, 1]",
        ),
    ];
    for (arguments, code, what) in cases {
        let told = midge(arguments);
        assert!(told.code == code && told.err.contains(what), "{arguments:?}: {}", told.err);
    }
    assert!(!Path::new(&desk.path("no.midge")).exists());
}
