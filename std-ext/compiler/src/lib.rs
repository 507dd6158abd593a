//! Models in, `.midge` plans out.

pub mod graph;
pub mod import;
pub mod memory;
pub mod shapes;
