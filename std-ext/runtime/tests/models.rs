//! The ready models that Midge has trained: each file is sound, answers as the float network did that it was made of, and
//! is what its card says.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::path::{Path, PathBuf};

use midge_runtime::array::{Array, Arrays};
use midge_runtime::file::File;
use midge_runtime::ports::Ports;
use midge_runtime::rows::{pack, unpack};
use midge_runtime::session;

/// How far an answer may be from the float network's, by the greatest of all.
const FAR: f32 = 0.2;

/// The ready models' files, `NAME/NAME.midge`.
fn models() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let models: Vec<_> = entries
        .filter(|entry| entry.is_dir())
        .map(|entry| entry.join(entry.file_name().unwrap()).with_extension("midge"))
        .collect();
    assert!(!models.is_empty(), "there are no models");
    models
}

/// The number that a card's table has for a name.
fn figure(card: &str, name: &str) -> u64 {
    let row = format!("| {name} | ");
    let number = |line: &str| line.strip_prefix(&row)?.split(' ').next()?.replace(',', "").parse().ok();
    card.lines().find_map(number).unwrap()
}

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
    for model in models() {
        let [made, expected] = answers(&model);
        let (made, expected) = (made.elements::<f32>().unwrap(), expected.elements::<f32>().unwrap());
        assert_eq!(made.len(), expected.len(), "{}", model.display());
        let most = expected.iter().fold(0.0, |most: f32, x| most.max(x.abs()));
        let off = made.iter().zip(&expected).fold(0.0, |off: f32, (a, b)| off.max((a - b).abs())) / most;
        println!("{}: off by {off}", model.display());
        assert!(off < FAR, "{}: off by {off}", model.display());
    }
}

#[test]
fn cards_have_the_figures_of_their_files() {
    for model in models() {
        let card = std::fs::read_to_string(model.with_file_name("README.md")).unwrap();
        let file = File::open(&model).unwrap();
        let found = (file.bytes().len() as u64, file.plan().unwrap().arena_len() as u64);
        assert_eq!((figure(&card, "file"), figure(&card, "arena")), found, "{}", model.display());
    }
}
