//! What quantizing keeps of models that are trained: the figures of `docs/QUANTIZATION.md`, which these tests print.

use midge_runtime::array::Array;
use serde_json::Value;

use crate::desk::{Desk, digits, json, load, shared};

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

/// The output of `b` beside that of `a`.
fn compared(a: &str, b: &str, data: &str) -> Value {
    json(["diff", a, b, "--input", data, "--tolerance", "1e9"])["outputs"][0].clone()
}

struct Keywords {
    desk: Desk,
    model: String,
    labels: String,
    /// All rows, and a tenth of them.
    data: [String; 2],
}

impl Keywords {
    fn new() -> Option<Self> {
        let model = shared("mlperf-tiny/float/kws_ref_model_float32.tflite")?;
        let (inputs, labels) = (shared("kws/inputs.npy")?, shared("kws/labels.npy")?);
        let desk = Desk::new();
        let real: Vec<f32> = load(&inputs).floats().iter().map(|x| (x - 83.0) as f32 * 0.584_702_9).collect();
        let some: Vec<f32> = real.chunks(490).step_by(10).flatten().copied().collect();
        let data = [
            desk.save("all.npy", &Array::new(&[1000, 49, 10, 1], &real).unwrap()),
            desk.save("some.npy", &Array::new(&[100, 49, 10, 1], &some).unwrap()),
        ];
        Some(Keywords { desk, model, labels, data })
    }

    /// Quantizes: what is told, and the right answers of 1000.
    fn quantized(&self, settings: &[&str]) -> (Value, f64) {
        let out = self.desk.path("kws.midge");
        let call = ["quantize", &self.model, "--calibrate", &self.data[1], "-o", &out];
        let told = json(call.iter().chain(settings));
        let scored = json(["eval", &out, "--data", &self.data[0], "--labels", &self.labels]);
        (told, number(&scored["accuracy"]) * 1000.0)
    }
}

#[test]
fn keyword_spotting_keeps_its_accuracy() {
    let Some(keywords) = Keywords::new() else { return };
    let (eight, right) = keywords.quantized(&["--eval", &keywords.data[0]]);
    let agree = number(&eight["scores"]["quantized"]["accuracy"]);
    println!("kws int8: {right:.0} of 1000 right, {:.1}% as the float model", agree * 100.0);
    assert!(right >= 895.0 && agree >= 0.97);
    let (four, right) = keywords.quantized(&["--weights", "int4"]);
    let size = |told: &Value, what: &str| number(&told[what]);
    let file = size(&four, "bytes") / size(&eight, "bytes");
    // biases, multipliers and tables are the same
    let saved = size(&eight, "const_bytes") - size(&four, "const_bytes");
    let weights: u64 = [2560, 4 * 576, 4 * 4096, 768].iter().sum();
    let share = 1.0 - saved / weights as f64;
    println!(
        "kws int4: {right:.0} of 1000 right, weights {:.1}%, file {:.1}% of int8",
        share * 100.0,
        file * 100.0
    );
    assert!(share <= 0.52 && file <= 0.66 && right >= 880.0);
    let (grouped, right) =
        keywords.quantized(&["--weights", "int4", "--granularity", "group", "--group", "16"]);
    let share = 1.0 - (size(&eight, "const_bytes") - size(&grouped, "const_bytes")) / weights as f64;
    let [snr, plain] = [&grouped, &four].map(|told| number(&told["snr_db"]));
    println!(
        "kws int4 in groups of 16: {right:.0} of 1000 right, weights {:.1}%, {snr:.1} dB, by channel {plain:.1}",
        share * 100.0
    );
    assert!(share <= 0.54 && right >= 880.0 && snr > plain);
}

/// Images from `least` to `most`, each channel a sum of slow waves.
fn fields(desk: &Desk, name: &str, [rows, size, channels]: [usize; 3], [least, most]: [f32; 2]) -> String {
    let mut state = name.bytes().fold(1u32, |state, byte| state.wrapping_mul(31).wrapping_add(byte.into()));
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as f32 / u32::MAX as f32
    };
    let mut images = vec![0f32; rows * size * size * channels];
    for image in images.chunks_mut(size * size * channels) {
        for channel in 0..channels {
            let waves: Vec<[f32; 4]> = (0..6)
                .map(|_| [random() * 12.0 - 6.0, random() * 12.0 - 6.0, random() * 6.3, random()])
                .collect();
            for (i, x) in image.iter_mut().skip(channel).step_by(channels).enumerate() {
                let (row, column) = ((i / size) as f32 / size as f32, (i % size) as f32 / size as f32);
                let wave = |[down, across, phase, high]: &[f32; 4]| {
                    high * (down * row + across * column + phase).cos()
                };
                *x = waves.iter().map(wave).sum();
            }
        }
        let (low, high) =
            image.iter().fold((f32::MAX, f32::MIN), |(low, high), x| (low.min(*x), high.max(*x)));
        image.iter_mut().for_each(|x| *x = least + (*x - low) / (high - low) * (most - least));
    }
    desk.save(name, &Array::new(&[rows, size, size, channels], &images).unwrap())
}

#[test]
fn images_lose_no_more_than_in_the_reference_models() {
    for (name, float, reference, size, most, rows) in [
        (
            "resnet",
            "mlperf-tiny/float/pretrainedResnet.tflite",
            "mlperf-tiny/pretrainedResnet_quant.tflite",
            32,
            255.0,
            100,
        ),
        // few images are near the boundary of its two classes, and these decide
        ("vww", "mlperf-tiny/float/vww_96_float.tflite", "mlperf-tiny/vww_96_int8.tflite", 96, 1.0, 200),
    ] {
        let (Some(float), Some(reference)) = (shared(float), shared(reference)) else { return };
        let desk = Desk::new();
        let some = fields(&desk, "some.npy", [50, size, 3], [0.0, most]);
        let others = fields(&desk, "others.npy", [rows, size, 3], [0.0, most]);
        let out = desk.path("q.midge");
        json(["quantize", &float, "--calibrate", &some, "-o", &out]);
        let [ours, theirs] = [&out, &reference].map(|b| number(&compared(&float, b, &others)["snr_db"]));
        println!("{name}: {ours:.1} dB, the reference {theirs:.1} dB");
        assert!(ours >= theirs - 1.0, "{name}: {ours} dB, the reference {theirs} dB");
    }
}

#[test]
fn halves_are_half_as_large_and_answer_alike() {
    let desk = Desk::new();
    let data = digits("goldens/test.npz");
    let (float, half) = (digits("digits_float.tflite"), desk.path("half.midge"));
    let told = json(["quantize", &float, "--activations", "f16", "--eval", &data, "-o", &half]);
    // weights of 2 bytes; biases, and the few bytes of a table, stay as they are
    let [before, after] = ["float_const_bytes", "const_bytes"].map(|key| number(&told[key]));
    let biases = 4.0 * f64::from(16 + 16 + 32 + 10);
    assert!(after <= (before - biases) / 2.0 + biases + 64.0, "{told}");
    assert!(number(&told["arena_bytes"]) <= number(&told["float_arena_bytes"]) * 0.55, "{told}");
    let scores = &told["scores"];
    assert_eq!(scores["float"]["confusion"], scores["quantized"]["confusion"]);
    let inputs = digits("goldens/float_rows.npy");
    let compared = compared(&float, &half, &inputs);
    let error = number(&compared["max_error"]);
    println!("digits f16: constants {after} of {before} bytes, greatest error {error:.5} of outputs up to 1");
    assert!(error <= 1e-2, "{compared}");
}

#[test]
fn memory_is_planned_in_half_of_what_tensors_take() {
    for model in [
        "mlperf-tiny/kws_ref_model.tflite",
        "mlperf-tiny/pretrainedResnet_quant.tflite",
        "mlperf-tiny/vww_96_int8.tflite",
        "mlperf-tiny/str_ww_ref_model.tflite",
        "mlperf-tiny/float/pretrainedResnet.tflite",
        "mlperf-tiny/float/vww_96_float.tflite",
    ] {
        let Some(path) = shared(model) else { return };
        let told = json(["plan", &path]);
        let [peak, all] = ["peak_bytes", "naive_bytes"].map(|key| number(&told[key]));
        println!("{model}: peak {peak} of {all} bytes");
        assert!(peak <= all / 2.0, "{model}: {peak} of {all}");
    }
    // one layer of these reads and writes more than half of all
    let speech = shared("tflm/micro_speech_quantized.tflite");
    for path in [Some(digits("digits.tflite")), speech].into_iter().flatten() {
        let told = json(["plan", &path]);
        let [peak, least, all] =
            ["peak_bytes", "lower_bound_bytes", "naive_bytes"].map(|key| number(&told[key]));
        println!("{path}: peak {peak}, the least {least} of {all} bytes");
        assert!(peak == least && least > all / 2.0, "{told}");
    }
}
