//! Small networks as PyTorch exports them: float plans equal PyTorch, int8 plans come near. `tests/onnx/networks.py` makes
//! them; `cargo xtask conformance pytorch` does the same with large ones.

use std::path::Path;

use midge_suite::pytorch::{EXPORTERS, judge, read};

#[test]
fn small_networks_keep_their_answers() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../onnx/networks");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let network = read(&path).unwrap();
        for (i, exporter) in EXPORTERS.iter().enumerate() {
            let near =
                judge(&network, i).unwrap_or_else(|reason| panic!("{} {exporter}: {reason}", path.display()));
            assert!(near.is_fine(), "{} {exporter}: {near:?}", path.display());
            count += 1;
        }
    }
    assert_eq!(count, 12);
}
