//! Models in, `.midge` plans out.

pub mod graph;
