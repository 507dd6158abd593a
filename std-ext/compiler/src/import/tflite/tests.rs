use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::graph::Rounding;
use crate::import::import;

const MODELS: [&str; 7] = [
    "mlperf-tiny/ad01_int8",
    "mlperf-tiny/kws_ref_model",
    "mlperf-tiny/pretrainedResnet_quant",
    "mlperf-tiny/vww_96_int8",
    "mlperf-tiny/str_ww_ref_model",
    "tflm/hello_world_int8",
    "tflm/micro_speech_quantized",
];

/// A file of the test data, or a printed line and nothing.
fn data(name: &str) -> Option<Vec<u8>> {
    let root = std::env::var_os("MIDGE_DATA")
        .map_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").into(), PathBuf::from);
    let path = root.join(format!("{name}.tflite"));
    let bytes = std::fs::read(&path).ok();
    if bytes.is_none() {
        println!("skipped: {} is not there; set MIDGE_DATA", path.display());
    }
    bytes
}

#[test]
fn real_models() {
    let conv = |conv, depthwise| vec![("CONV_2D", conv), ("DEPTHWISE_CONV_2D", depthwise)];
    let tail = [("FULLY_CONNECTED", 1), ("RESHAPE", 1), ("SOFTMAX", 1)];
    let pool = ("AVERAGE_POOL_2D", 1);
    let cases = [
        (vec![("FULLY_CONNECTED", 10)], vec![1, 640], vec![1, 640]),
        ([conv(5, 4), tail.to_vec(), vec![pool]].concat(), vec![1, 49, 10, 1], vec![1, 12]),
        ([vec![("CONV_2D", 9), ("ADD", 3), pool], tail.to_vec()].concat(), vec![1, 32, 32, 3], vec![1, 10]),
        ([conv(14, 13), tail.to_vec(), vec![pool]].concat(), vec![1, 96, 96, 3], vec![1, 2]),
        ([conv(4, 4), tail.to_vec()].concat(), vec![1, 30, 1, 40], vec![1, 3]),
        (vec![("FULLY_CONNECTED", 3)], vec![1, 1], vec![1, 1]),
        ([vec![("DEPTHWISE_CONV_2D", 1)], tail.to_vec()].concat(), vec![1, 1960], vec![1, 4]),
    ];
    for (name, (counts, input, output)) in MODELS.into_iter().zip(cases) {
        let Some(bytes) = data(name) else { continue };
        let graph = import(&bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
        let mut found = BTreeMap::new();
        graph.nodes.iter().for_each(|n| *found.entry(n.op.name()).or_insert(0) += 1);
        assert_eq!(found, counts.into_iter().collect(), "{name}");
        assert_eq!(graph.value(graph.inputs[0]).shape, input, "{name}");
        assert_eq!(graph.value(graph.outputs[0]).shape, output, "{name}");
        for node in &graph.nodes {
            let once = node.op.name() == "FULLY_CONNECTED";
            assert_eq!(node.rounding == Rounding::LitertOnce, once, "{name}");
        }
    }
}
