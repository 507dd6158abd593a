//! A model with operators that Midge lacks: every one is named, with its index, and nothing else is blamed.

use midge_compiler::{ConvertError, Options, convert, import::ImportError};
use midge_suite::folder;

#[test]
fn every_unsupported_operator_is_listed() {
    let model = std::fs::read(folder().join("unsupported.tflite")).unwrap();
    let refusals = match convert(&model, &Options::default()) {
        Err(ConvertError::Import(ImportError::Unsupported(refusals))) => refusals,
        Err(ConvertError::Unsupported(refusals)) => refusals,
        other => panic!("{:?}", other.map(|c| c.metadata)),
    };
    let named: Vec<_> = refusals.iter().map(|r| (r.index, r.name.as_str())).collect();
    let want = [(1, "AcmeBlur"), (2, "LOCAL_RESPONSE_NORMALIZATION"), (4, "UNIQUE"), (5, "REVERSE_SEQUENCE")];
    assert_eq!(named, want.map(|(index, name)| (Some(index), name)));
    let shown = ConvertError::Unsupported(refusals).to_string();
    for (index, name) in want {
        assert!(shown.contains(&format!("op {index} {name}: ")), "{shown}");
    }
}
