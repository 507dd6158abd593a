//! Graphs out, as files of other formats.

mod onnx;

pub use onnx::{About, Attribute, File, Port, Words, number, onnx};
