//! The sections of a `.midge` file that only people and tools read: JSON, skipped by devices and strippable.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a plan is and where it came from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Metadata {
    /// The model's name.
    pub name: String,
    /// The model's own version, as <https://semver.org> writes it; empty if it has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// Format of the file that it was converted from (`tflite` ...).
    pub source: String,
    /// Name and version of the program that made that file; empty if it does not say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub producer: String,
    /// What that file says of the model in words; empty if it says nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub docs: String,
    /// How images or sounds become the input, as a [`Pipeline`](crate::pipeline::Pipeline) writes it; empty if it is not known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub preprocess: String,
    /// Name and version of the tool that wrote the file.
    pub tool: String,
    /// The core that kernels and weight arrangements were chosen for.
    pub target: String,
    /// What they were chosen for: `speed`, `balanced` or `size`.
    #[serde(default)]
    pub optimize: String,
    /// Multiply-accumulates of one run, taps on padding included.
    pub macs: u64,
    /// Number of trained numbers: weights and biases.
    pub parameters: u64,
    /// How it streams; none for a model that remembers nothing, or by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<Streaming>,
}

/// A model that gets the new frames of each run, and remembers what it needs of earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Streaming {
    /// New frames of a run.
    pub hop: usize,
    /// Frames of the window whose answers it gives.
    pub window: usize,
    /// Frames that an answer follows from; no more than the window.
    pub reach: usize,
}

impl fmt::Display for Streaming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Streaming { hop, window, reach } = self;
        let frames = if *hop == 1 { "frame" } else { "frames" };
        write!(f, "{hop} new {frames} a run, for a window of {window}, of which an answer sees {reach}")
    }
}

/// Names for what the device knows by number.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Names {
    /// One for each entry of the operand table.
    pub operands: Vec<OperandName>,
    /// One for each step.
    pub steps: Vec<StepName>,
    /// One for each port.
    pub ports: Vec<String>,
}

/// Most bytes that names are inflated to.
const MOST: usize = 64 << 20;

impl Names {
    /// The section's bytes.
    pub fn stored(&self) -> Vec<u8> {
        // no map with keys that JSON lacks, so this cannot fail
        miniz_oxide::deflate::compress_to_vec_zlib(&serde_json::to_vec(self).unwrap_or_default(), 9)
    }

    /// Names from the section's bytes, which are JSON or a zlib stream of it.
    ///
    /// # Errors
    /// What is wrong with them, as a sentence fragment.
    pub fn read(stored: &[u8]) -> Result<Self, String> {
        let inflated = if stored.starts_with(b"{") {
            stored.to_vec()
        } else {
            let inflated = miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(stored, MOST);
            inflated.map_err(|error| format!("no sound zlib stream ({error})"))?
        };
        serde_json::from_slice(&inflated).map_err(|error| error.to_string())
    }
}

/// What an operand holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OperandName {
    /// The tensor's name in the source, or what the compiler made it for.
    pub name: String,
    /// Its shape, outermost dimension first.
    pub shape: Vec<usize>,
    /// The scale; none where the stored number is the value or each channel has its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<f32>,
    /// The zero point that goes with the scale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zero: Option<i32>,
    /// Number of scales where each channel has its own: the plan holds them as multipliers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channels: Option<usize>,
    /// Index of the tensor in the source file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<usize>,
}

/// What a step does.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StepName {
    /// The operator in the source.
    pub op: String,
    /// Index of the operator in the source file.
    pub source: usize,
    /// Multiply-accumulates, taps on padding included.
    pub macs: u64,
    /// Trained numbers that it reads.
    pub parameters: u64,
}
