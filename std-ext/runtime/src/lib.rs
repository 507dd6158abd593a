//! Plans on `std`: files, sessions, arrays and emulated devices.

pub mod array;
pub mod assemble;
pub mod atomic;
pub mod bench;
pub mod bytes;
pub mod classes;
pub mod data;
pub mod diff;
pub mod dump;
pub mod embed;
#[cfg(feature = "emulate")]
pub mod emulated;
pub mod file;
#[cfg(test)]
mod fixture;
#[cfg(feature = "folders")]
pub mod folder;
pub mod golden;
pub mod host;
pub mod layers;
pub mod numerics;
pub mod pipeline;
pub mod ports;
pub mod rows;
pub mod score;
pub mod sections;
pub mod session;
pub mod sketch;
pub mod sound;
#[cfg(feature = "system")]
pub mod system;
pub mod verify;
pub mod weights;
