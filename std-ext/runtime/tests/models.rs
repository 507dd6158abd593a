//! The ready models that Midge has trained: each file is sound, and answers as the float network did that it was made of.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::path::Path;

use midge_runtime::array::{Array, Arrays};
use midge_runtime::file::File;
use midge_runtime::ports::Ports;
use midge_runtime::rows::{pack, unpack};
use midge_runtime::session;

/// How far an answer may be from the float network's, by the greatest of all.
const FAR: f32 = 0.2;

/// The model's answers on `golden/inputs.npy`, and ONNX Runtime's of the float network.
fn answers(model: &Path) -> [Array; 2] {
    let golden = model.with_file_name("golden");
    let file = File::open(model).unwrap();
    assert!(file.verify().is_empty(), "{}", model.display());
    let ports = Ports::of(&file.plan().unwrap(), file.names());
    let read = |name: &str| Arrays::read(&golden.join(name)).unwrap();
    let rows = pack(&read("inputs.npy"), &ports).unwrap();
    let outputs = session::run(&file.runtime().unwrap(), &rows, false, |_| {}).unwrap();
    let made = unpack(&outputs, &rows, &ports, true).remove(0).1;
    let expected = match read("outputs.npy") {
        Arrays::One(expected) => Some(expected),
        _ => None,
    };
    [made, expected.unwrap()]
}

#[test]
fn ready_models_answer_as_the_networks_they_were_made_of() {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    let mut count = 0;
    for folder in std::fs::read_dir(models).unwrap().map(|entry| entry.unwrap().path()) {
        if !folder.join("golden").is_dir() {
            continue;
        }
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let [made, expected] = answers(&folder.join(format!("{name}.midge")));
        let (made, expected) = (made.elements::<f32>().unwrap(), expected.elements::<f32>().unwrap());
        assert_eq!(made.len(), expected.len(), "{name}");
        let most = expected.iter().fold(0.0, |most: f32, x| most.max(x.abs()));
        let off = made.iter().zip(&expected).fold(0.0, |off: f32, (a, b)| off.max((a - b).abs())) / most;
        println!("{name}: off by {off}");
        assert!(off < FAR, "{name}: off by {off}");
        count += 1;
    }
    assert!(count > 0, "there are no models");
}
