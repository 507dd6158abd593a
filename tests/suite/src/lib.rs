//! Problems times runtimes: every case of the suite must give the same bytes wherever a plan can run.
//!
//! A [`Case`] is a tiny model, rows of inputs, and what LiteRT's reference kernels answer; `make.py` wrote them all.
//! A [`Runtime`] takes a case the whole way, from the `.tflite` file to output bytes. [`compare`] says where an answer
//! first differs.

pub mod archive;
pub mod attempt;
mod case;
mod choice;
pub mod code;
mod compare;
pub mod costs;
pub mod damage;
mod door;
pub mod edit;
pub mod halves;
pub mod inside;
mod layers;
pub mod linked;
pub mod models;
pub mod nets;
pub mod networks;
pub mod noise;
pub mod onnx;
pub mod onnx_table;
pub mod packed;
pub mod pytorch;
mod refusals;
pub mod runtime;
pub mod scramble;
pub mod steps;
pub mod total;
pub mod variants;

pub use archive::Array;
pub use case::{Case, Refused, cases, folder, refused};
pub use choice::Choice;
pub use compare::{Difference, TOLERANCE, compare, within};
pub use door::Linked;
pub use refusals::Refusals;
pub use runtime::{Answer, Buffer, Emulated, Failure, Host, Runtime, kept_on_host, on_host, pack};
