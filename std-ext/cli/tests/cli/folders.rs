//! Folders of images and sounds as data, and the steps that make inputs of them.

use std::path::Path;

use hound::{SampleFormat, WavSpec, WavWriter};
use midge_runtime::array::Arrays;
use midge_runtime::pipeline::STEPS;

use crate::desk::{Desk, digits, json, midge};

/// Steps that undo what [`photo`] does.
const STEPS_BACK: &str = "gray, crop 8x8, std 15";

/// A digit with a frame of a pixel around it, in colors.
fn photo(path: &Path, pixels: &[f64]) {
    let mut framed = [255; 300];
    for (at, pixel) in pixels.iter().enumerate() {
        let at = (at / 8 + 1) * 10 + at % 8 + 1;
        framed[at * 3..][..3].fill((pixel * 15.0) as u8);
    }
    let mut encoder = png::Encoder::new(std::fs::File::create(path).unwrap(), 10, 10);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header().unwrap().write_image_data(&framed).unwrap();
}

/// The rows of a file of digits as images, each in the folder of its class if there are classes.
fn photos(desk: &Desk, name: &str, data: &str) -> String {
    let folder = desk.path(name);
    let Arrays::Named(named) = Arrays::read(digits(data).as_ref()).unwrap() else { unreachable!() };
    let array = |name: &str| named.iter().find(|(n, _)| n == name).map(|(_, array)| array.floats());
    let classes = array("y");
    for (row, pixels) in array("x").unwrap().chunks_exact(64).enumerate() {
        let class = classes.as_ref().map(|classes| classes[row].to_string()).unwrap_or_default();
        let class = Path::new(&folder).join(class);
        std::fs::create_dir_all(&class).unwrap();
        photo(&class.join(format!("{row:03}.png")), pixels);
    }
    folder
}

#[test]
fn folders_of_images_are_as_good_as_arrays() {
    let desk = Desk::new();
    let (float, out) = (digits("digits_float.tflite"), desk.path("q.midge"));
    let (some, test) =
        (photos(&desk, "some", "goldens/calibration.npz"), photos(&desk, "test", "goldens/test.npz"));
    std::fs::write(Path::new(&test).join("3").join("notes.txt"), "passed over").unwrap();
    let steps = ["--preprocess", STEPS_BACK];
    let data = digits("goldens/test.npz");
    let from_file = json(["eval", &float, "--data", &data]);
    let from_folder = json(["eval", &float, "--data", &test].iter().chain(&steps));
    assert_eq!(from_folder["confusion"], from_file["confusion"]);
    // integers, to which a real input is brought by its scale
    let from_folder = json(["eval", &desk.plan, "--data", &test].iter().chain(&steps));
    assert_eq!(from_folder["confusion"], json(["eval", &desk.plan, "--data", &data])["confusion"]);
    let call = ["quantize", &float, "--calibrate", &some, "--eval", &test, "-o", &out, "--max-drop", "0.5"];
    let told = json(call.iter().chain(&steps));
    // the steps are those of the file from then on
    let scored = json(["eval", &out, "--data", &test]);
    assert_eq!(scored["accuracy"], told["scores"]["quantized"]["accuracy"]);
    assert_eq!((&told["rows"], &told["scores"]["float"]["rows"]), (&206.into(), &360.into()));
    assert_eq!(
        (&told["scores"]["agreement"], told["scores"]["float"]["accuracy"] == from_file["accuracy"]),
        (&false.into(), true)
    );
    // a folder to calibrate, a file to score
    let call = ["quantize", &float, "--calibrate", &some, "--eval", &data, "-o", &out];
    assert_eq!(json(call.iter().chain(&steps))["scores"]["float"]["accuracy"], from_file["accuracy"]);
}

#[test]
fn what_does_not_suit_is_said_with_file_and_step() {
    let desk = Desk::new();
    let float = digits("digits_float.tflite");
    let make = |name: &str| {
        let folder = desk.path(name);
        std::fs::create_dir(&folder).unwrap();
        folder
    };
    let (small, sounds, empty, mixed, damaged) =
        (make("small"), make("sounds"), make("empty"), make("mixed"), make("damaged"));
    photo(&Path::new(&small).join("a.png"), &[0.0; 64]);
    photo(&Path::new(&mixed).join("a.PNG"), &[0.0; 64]);
    std::fs::create_dir(Path::new(&mixed).join("cat")).unwrap();
    desk.write("mixed/cat/a.jpg", "no photo");
    desk.write("damaged/a.jpeg", "no photo");
    let spec =
        WavSpec { channels: 2, sample_rate: 8000, bits_per_sample: 16, sample_format: SampleFormat::Int };
    let mut writer = WavWriter::create(Path::new(&sounds).join("a.wav"), spec).unwrap();
    (0..20i16).for_each(|x| writer.write_sample(x).unwrap());
    writer.finalize().unwrap();
    let npz = digits("goldens/calibration.npz");
    let cases: [(&str, Option<&str>, i32, &str); 12] = [
        (&small, None, 2, "small holds images or sounds; say how"),
        (&npz, Some("gray"), 2, "--preprocess is for images or sounds"),
        (&small, Some("gray, rezise 8x8"), 2, "step 2, \"rezise 8x8\": there are resize WxH"),
        (&small, Some("crop 12x12"), 3, "a.png: crop 12x12: the image has 10x10; resize it before"),
        (
            &small,
            Some("resize 8x8"),
            3,
            "a.png: an image of 8x8 with 3 channels does not fit the input, [1, 8, 8, 1]",
        ),
        (&small, Some("mono"), 3, "a.png: mono: a step for sounds, and this is an image"),
        (&sounds, Some("rate 16000"), 3, "a.wav: rate 16000: the sound has 8000 samples a second"),
        (
            &sounds,
            Some("mono, length 64"),
            3,
            "a.wav: a sound of 64 samples with 1 channel does not fit the input",
        ),
        (&empty, Some("gray"), 3, "no .png, .jpg, .jpeg or .wav file"),
        (&mixed, Some("gray"), 3, "a.PNG lies beside folders"),
        (&damaged, Some("gray"), 3, "a.jpeg: "),
        (&small, Some("gray, resize 8x8, scale 1e38, scale 10"), 3, "row 0 of the data holds NaN"),
    ];
    let before = desk.files();
    for (data, steps, code, what) in cases {
        let steps = steps.map_or(vec![], |steps| vec!["--preprocess", steps]);
        let told = midge(
            ["quantize", &float, "--calibrate", data, "-o", &desk.path("out.midge")].iter().chain(&steps),
        );
        assert_eq!(told.code, code, "{data} {steps:?}: {}", told.err);
        assert!(told.err.contains(what), "{data} {steps:?} has no {what:?}: {}", told.err);
        assert_eq!(desk.files(), before);
    }
    let told = midge(["eval", &float, "--data", &small, "--preprocess", "gray, resize 8x8"]);
    assert!(told.code == 3 && told.err.contains("no labels"), "{}", told.err);
}

#[test]
fn help_lists_every_step() {
    for verb in ["convert", "quantize", "run", "eval", "diff"] {
        let help = midge([verb, "--help"]).out;
        assert!(STEPS.iter().all(|(form, what)| help.contains(form) && help.contains(what)), "{help}");
    }
}
