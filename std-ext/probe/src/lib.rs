//! Real chips: what probe-rs' registry knows of them, whether a model fits, firmware projects, and flashing.

mod attach;
mod boards;
mod build;
mod chip;
mod clock;
mod device;
mod emulate;
mod firmware;
mod fit;
mod flash;
mod float;
mod names;
pub mod predict;

pub use attach::Attached;
pub use boards::boards;
pub use build::{BuildError, Built, build};
pub use chip::{Chip, Memory, chips};
pub use emulate::{EmulateError, emulate, machine};
pub use firmware::{Project, ProjectError};
pub use fit::{Class, Fit, Need, Room, classes};
pub use flash::{FlashError, Image, Segment, probe, probes};
pub use names::{UnknownChip, named, search};
