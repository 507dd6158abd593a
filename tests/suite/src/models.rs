//! Whole models with golden outputs: the one in the repository, and those of the shared data where they are.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::archive::{self, Array};
use crate::case::Case;

/// Where a model lies in the shared data: its file, its folder of goldens, and its short name.
const SHARED: [(&str, &str, &str); 8] = [
    ("mlperf-tiny/ad01_int8.tflite", "ad01_int8", "ad"),
    ("mlperf-tiny/kws_ref_model.tflite", "kws_ref_model", "kws"),
    ("mlperf-tiny/pretrainedResnet_quant.tflite", "pretrainedResnet_quant", "resnet"),
    ("mlperf-tiny/vww_96_int8.tflite", "vww_96_int8", "vww"),
    ("mlperf-tiny/str_ww_ref_model.tflite", "str_ww_ref_model", "sww"),
    ("tflm/hello_world_int8.tflite", "hello_world_int8", "hello"),
    ("tflm/micro_speech_quantized.tflite", "micro_speech_quantized", "speech"),
    ("tflm/trained_lstm_int8.tflite", "trained_lstm_int8", "lstm"),
];

/// The same for models of floats.
const FLOATS: [(&str, &str, &str); 4] = [
    ("mlperf-tiny/float/ad01_fp32.tflite", "ad01_fp32", "ad_float"),
    ("mlperf-tiny/float/pretrainedResnet.tflite", "pretrainedResnet", "resnet_float"),
    ("mlperf-tiny/float/vww_96_float.tflite", "vww_96_float", "vww_float"),
    ("tflm/hello_world_float.tflite", "hello_world_float", "hello_float"),
];

/// The repository's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The folder of the network from Keras.
pub fn digits() -> PathBuf {
    root().join("tests/digits")
}

/// The folder of shared data: `MIDGE_DATA`, or beside the repository.
pub fn data() -> PathBuf {
    env::var_os("MIDGE_DATA").map_or_else(|| root().join("../shared/data"), PathBuf::from)
}

/// Every model that is there, as a case of the folder `models`; says on standard output which are not.
///
/// # Errors
/// Which file is missing or damaged, as a sentence fragment.
pub fn models() -> Result<Vec<Case>, String> {
    let digits = digits();
    let mut models = vec![model("digits", &digits.join("digits.tflite"), &digits.join("goldens"))?];
    models.extend(shared(&SHARED)?);
    Ok(models)
}

/// Every model of floats that is there.
///
/// # Errors
/// Which file is missing or damaged, as a sentence fragment.
pub fn float_models() -> Result<Vec<Case>, String> {
    shared(&FLOATS)
}

fn shared(list: &[(&str, &str, &str)]) -> Result<Vec<Case>, String> {
    let mut models = Vec::new();
    for (file, goldens, name) in list {
        let file = data().join(file);
        if file.exists() {
            models.push(model(name, &file, &data().join("golden").join(goldens))?);
        } else {
            println!("skipped {name}: there is no {}; set MIDGE_DATA", file.display());
        }
    }
    Ok(models)
}

/// What goes into a model's last softmax, a row for each of its inputs; none if it ends otherwise.
///
/// # Errors
/// Which file is damaged, as a sentence fragment.
pub fn logits(model: &Case) -> Result<Option<Array>, String> {
    let shared = SHARED.iter().find(|(_, _, name)| *name == model.name);
    let goldens = match shared {
        Some((_, folder, _)) => data().join("golden").join(folder),
        None => digits().join("goldens"),
    };
    let file = goldens.join("logits.npy");
    if file.exists() { array(&file).map(Some) } else { Ok(None) }
}

fn model(name: &str, file: &Path, goldens: &Path) -> Result<Case, String> {
    Ok(Case {
        folder: "models".into(),
        name: name.into(),
        model: read(file)?,
        inputs: vec![array(&goldens.join("inputs.npy"))?],
        outputs: vec![array(&goldens.join("outputs.npy"))?],
    })
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|e| format!("{}: {e}", path.display()))
}

fn array(path: &Path) -> Result<Array, String> {
    archive::array(&read(path)?).map_err(|e| format!("{}: {e}", path.display()))
}
