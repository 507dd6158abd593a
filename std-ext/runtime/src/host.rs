//! The sections of a `.midge` file that only people and tools read: JSON, skipped by devices and strippable.

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
