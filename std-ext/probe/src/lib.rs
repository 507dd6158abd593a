//! Real chips: what probe-rs' registry knows of them, whether a model fits, firmware projects, and flashing.

mod boards;
mod chip;
mod clock;
mod firmware;
mod fit;
mod flash;
mod names;
pub mod predict;

pub use boards::boards;
pub use chip::{Chip, Memory, chips};
pub use firmware::{Project, ProjectError};
pub use fit::{Class, Fit, Need, Room, classes};
pub use flash::{FlashError, Image, Segment, probe, probes};
pub use names::{UnknownChip, named, search};
