//! Small networks as PyTorch exports them: float plans equal PyTorch, int8 plans come near and are smaller. `tests/onnx/networks.py` makes
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
            // steps of a recurrent layer share their weights
            let [float, int8] = near.bytes;
            assert!(int8 < float, "{} {exporter}: {int8} bytes of int8, {float} of floats", path.display());
            count += 1;
        }
    }
    assert_eq!(count, 12);
}
