//! Data of every kind that lies in files: learned better than by chance, scored again as it was printed, and refused by name
//! where they are broken.

use std::f64::consts::TAU;
use std::path::Path;

use hound::{SampleFormat, WavSpec, WavWriter};

use crate::desk::{Desk, json, midge};

/// Samples of each data set.
const COUNT: usize = 36;

/// A number from 0 to 1 without a pattern.
fn noise(at: usize) -> f64 {
    ((at as f64 * 12.9898).sin() * 43_758.545).fract().abs()
}

/// An image of 8x8 with stripes: across in the first class, down in the second.
fn stripes(sample: usize, class: usize) -> Vec<u8> {
    let light = |at: usize| [at / 8, at % 8][class] % 2 == sample % 2;
    let pixel = |at: usize| 90.0 * noise(sample * 64 + at) + if light(at) { 160.0 } else { 0.0 };
    (0..64).map(|at| pixel(at) as u8).collect()
}

const STRIPES: &str =
    r#"{ conv = { channels = 6, size = 3 } }, "relu", { adaptive_avg_pool = 1 }, "flatten", { linear = 2 }"#;

/// A recipe beside its data.
fn recipe(desk: &Desk, layers: &str, data: &str) -> String {
    let text = format!(
        "epochs = 15\nbatch = 8\nseed = 1\n[model]\nlayers = [{layers}]\n[optimizer]\nrate = 0.02\n\
         [data]\n{data}\ntest = \"index % 3 == 0\"\n"
    );
    desk.write("recipe.toml", text)
}

/// Trains, and scores the model again.
fn learned(desk: &Desk, recipe: &str, kind: &str) {
    let (save, out) = (desk.path("kept"), desk.path("own.midge"));
    let told = json(["train", recipe, "--save-dir", &save, "-o", &out, "--threads", "1"]);
    let scored = json(["eval", &out, "--recipe", recipe]);
    assert_eq!((&scored["accuracy"], &scored["rows"]), (&told["int8"]["accuracy"], &(COUNT / 3).into()));
    let [float, int8] = ["float", "int8"].map(|key| told[key]["accuracy"].as_f64().unwrap());
    println!("{kind}: float {float:.3}, int8 {int8:.3} of {} samples", COUNT / 3);
    assert!(float >= 0.8 && int8 >= 0.8, "{kind}: {told}");
    assert_eq!(midge(["dataset", "validate", recipe]).code, 0);
}

/// Trains on data of which a file is broken: the file and what is wrong are named, and nothing is left that looks like a model.
fn refused(desk: &Desk, recipe: &str, file: &str, told: &str) {
    let (save, out) = (desk.path("refused"), desk.path("refused.midge"));
    let said = midge(["train", recipe, "--save-dir", &save, "-o", &out, "--threads", "1"]);
    assert!(
        said.code == 3 && said.err.contains(file) && said.err.contains(told),
        "{} {}",
        said.code,
        said.err
    );
    let left = std::fs::read_dir(&save).into_iter().flatten();
    let names: Vec<String> = left.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(names.iter().all(|name| name.starts_with("events.")), "{names:?}");
    assert!(!Path::new(&out).exists() && desk.files().iter().all(|name| !name.ends_with(".part")));
}

/// Half of a file's bytes in the place of all.
fn cut(path: &str) {
    let bytes = std::fs::read(path).unwrap();
    std::fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
}

fn picture(path: &Path, width: u32, pixels: &[u8]) {
    let file = std::fs::File::create(path).unwrap();
    let mut encoder = png::Encoder::new(file, width, pixels.len() as u32 / width);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().unwrap().write_image_data(pixels).unwrap();
}

#[test]
fn images_in_folders() {
    let desk = Desk::new();
    let place = |class: usize, name: String| {
        let folder = desk.path("pictures") + ["/across", "/down"][class];
        std::fs::create_dir_all(&folder).unwrap();
        Path::new(&folder).join(name)
    };
    for sample in 0..COUNT {
        let class = sample % 2;
        picture(&place(class, format!("{sample:02}.png")), 8, &stripes(sample / 2, class));
    }
    let data = "kind = \"images\"\npath = \"pictures\"\nprepare = \"mean 127.5, std 127.5\"";
    let recipe = recipe(&desk, STRIPES, data);
    learned(&desk, &recipe, "images");
    // of several broken files training names the first that it meets, and validation all
    cut(&desk.path("pictures/down/07.png"));
    refused(&desk, &recipe, "07.png", "pictures");
    desk.write("pictures/across/02.png", "no image");
    picture(&place(1, "09.png".into()), 4, &[0; 32]);
    for what in [&recipe, &desk.path("pictures")] {
        let told = midge(["dataset", "validate", what]);
        assert_eq!(told.code, 1, "{}", told.err);
        for name in ["02.png", "07.png", "09.png"] {
            assert!(told.out.contains(name), "{name}: {}", told.out);
        }
        assert!(told.out.contains("3 of 36 samples are broken"), "{}", told.out);
    }
    std::fs::remove_file(desk.path("pictures/down/07.png")).unwrap();
    picture(&place(0, "02.png".into()), 8, &stripes(1, 0));
    refused(&desk, &recipe, "09.png", "8");
}

#[test]
fn sounds_in_folders() {
    let desk = Desk::new();
    let spec =
        WavSpec { channels: 1, sample_rate: 8000, bits_per_sample: 16, sample_format: SampleFormat::Int };
    let tone = |name: &str, rate, pitch: f64, sample: usize| {
        let mut writer = WavWriter::create(desk.path(name), WavSpec { sample_rate: rate, ..spec }).unwrap();
        for n in 0..900 + sample * 7 {
            let t = n as f64 / f64::from(rate);
            let loud = 4000.0 + 6000.0 * noise(sample);
            let heard = loud * (TAU * pitch * t).sin() + 500.0 * noise(sample * 1000 + n);
            writer.write_sample(heard as i16).unwrap();
        }
        writer.finalize().unwrap();
    };
    for class in ["high", "low"] {
        std::fs::create_dir_all(desk.path("tones") + "/" + class).unwrap();
    }
    for sample in 0..COUNT {
        let (class, pitch) = [("low", 300.0), ("high", 1500.0)][sample % 2];
        tone(&format!("tones/{class}/{sample}.wav"), 8000, pitch + 100.0 * noise(sample), sample);
    }
    let data = "kind = \"sounds\"\npath = \"tones\"\nprepare = \"rate 8000, length 1000, mfcc 256/128/256 20 100-4000 13\"";
    let layers = r#""batch_norm", "flatten", { linear = 2 }"#;
    let recipe = recipe(&desk, layers, data);
    learned(&desk, &recipe, "sounds");
    cut(&desk.path("tones/low/4.wav"));
    refused(&desk, &recipe, "4.wav", "tones");
    tone("tones/low/4.wav", 16_000, 300.0, 4);
    refused(&desk, &recipe, "4.wav", "rate 8000");
    let told = midge(["dataset", "validate", &recipe]);
    assert!(told.code == 1 && told.out.contains("low/4.wav") && told.out.contains("1 of 36"), "{}", told.out);
}

/// An IDX file of bytes.
fn idx(sizes: &[usize], bytes: &[u8]) -> Vec<u8> {
    let head = [0, 0, 8, sizes.len() as u8].into_iter();
    head.chain(sizes.iter().flat_map(|&size| (size as u32).to_be_bytes()))
        .chain(bytes.iter().copied())
        .collect()
}

#[test]
fn idx_files() {
    let desk = Desk::new();
    let images: Vec<u8> = (0..COUNT).flat_map(|sample| stripes(sample / 2, sample % 2)).collect();
    let labels: Vec<u8> = (0..COUNT).map(|sample| (sample % 2) as u8).collect();
    desk.write("images-idx3-ubyte", idx(&[COUNT, 8, 8], &images));
    desk.write("labels-idx1-ubyte", idx(&[COUNT], &labels));
    let data = "kind = \"idx\"\npath = \"images-idx3-ubyte\"\nlabels = \"labels-idx1-ubyte\"\n\
                prepare = \"mean 127.5, std 127.5\"";
    let recipe = recipe(&desk, STRIPES, data);
    learned(&desk, &recipe, "IDX");
    desk.write("labels-idx1-ubyte", idx(&[COUNT], &[labels.as_slice(), &[0]].concat()));
    refused(&desk, &recipe, "labels-idx1-ubyte", "does not fit 37 bytes");
    desk.write("labels-idx1-ubyte", idx(&[COUNT - 1], &labels[1..]));
    refused(&desk, &recipe, "images-idx3-ubyte", "36 samples in the first array, 35 in another");
    desk.write("labels-idx1-ubyte", idx(&[COUNT], &[&labels[1..], &[7]].concat()));
    refused(&desk, &recipe, "images-idx3-ubyte, row 35", "class 7, while the network has 2 outputs");
    cut(&desk.path("images-idx3-ubyte"));
    let told = midge(["dataset", "validate", &recipe]);
    assert!(told.code == 3 && told.err.contains("images-idx3-ubyte"), "{}", told.err);
}

#[test]
fn cifar_files() {
    let desk = Desk::new();
    // ships are blue and frogs are green
    let record = |sample: usize| -> Vec<u8> {
        let (class, plane) = [(8, 2), (6, 1)][sample % 2];
        let pixel =
            |at: usize| 100.0 * noise(sample * 3072 + at) + if at / 1024 == plane { 100.0 } else { 0.0 };
        std::iter::once(class).chain((0..3072).map(|at| pixel(at) as u8)).collect()
    };
    let batch = |samples: std::ops::Range<usize>| samples.flat_map(record).collect::<Vec<u8>>();
    desk.write("data_batch_1.bin", batch(0..20));
    let second = desk.write("data_batch_2.bin", batch(20..COUNT));
    let data = "kind = \"cifar\"\nfiles = [\"data_batch_1.bin\", \"data_batch_2.bin\"]\nprepare = \"mean 127.5, std 127.5\"";
    let recipe = recipe(&desk, "{ avg_pool = 16 }, \"flatten\", { linear = 10 }", data);
    learned(&desk, &recipe, "CIFAR-10");
    let classes = json(["dataset", "stats", &recipe])["classes"].clone();
    assert!(
        classes.to_string().contains("[\"frog\",18]") && classes.to_string().contains("[\"ship\",18]"),
        "{classes}"
    );
    cut(&second);
    std::fs::write(&second, [std::fs::read(&second).unwrap(), vec![0]].concat()).unwrap();
    refused(&desk, &recipe, "data_batch_2.bin", "no whole number of images");
    let mut bytes = batch(20..COUNT);
    bytes[3073] = 12;
    std::fs::write(&second, bytes).unwrap();
    refused(&desk, &recipe, "data_batch_2.bin", "image 1 has class 12");
}

#[test]
fn tables() {
    let desk = Desk::new();
    let line = |sample: usize| {
        let (x, y) = (noise(sample), noise(sample + COUNT));
        format!("{x:.3},{y:.3},{}\n", if sample.is_multiple_of(2) { "wet" } else { "dry" })
            .replace("0.", if sample.is_multiple_of(2) { "1." } else { "-0." })
    };
    let lines: Vec<String> = (0..COUNT).map(line).collect();
    let table = desk.write("x.csv", format!("a,b,kind\n{}", lines.concat()));
    let data = "kind = \"csv\"\npath = \"x.csv\"\ntarget = \"kind\"";
    let recipe = recipe(&desk, "{ linear = 8 }, \"relu\", { linear = 2 }", data);
    learned(&desk, &recipe, "CSV");
    let with = |at: usize, line: &str| {
        let mut lines = lines.clone();
        lines[at] = line.to_owned();
        std::fs::write(&table, format!("a,b,kind\n{}", lines.concat())).unwrap();
    };
    with(10, "1.5,,wet\n");
    refused(&desk, &recipe, "x.csv", "line 12: no value for b");
    with(10, "1.5,much,wet\n");
    refused(&desk, &recipe, "x.csv", "line 12");
    with(10, "1.5,nan,wet\n");
    refused(&desk, &recipe, "x.csv", "line 12");
    let told = midge(["dataset", "validate", &table]);
    assert!(told.code == 1 && told.out.contains("line 12") && told.out.contains("1 of 36"), "{}", told.out);
}
