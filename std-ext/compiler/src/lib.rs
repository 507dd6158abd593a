//! Models in, `.midge` plans out.
//!
//! [`convert`] goes the whole way: `import` makes the one [`graph`], `passes` rewrite it, [`lower`] chooses kernels
//! for a [`Target`] and for speed or size ([`Optimize`]), [`memory`] orders the steps and gives every tensor its place,
//! and [`pack`] writes the file.

mod convert;
pub mod cost;
pub mod custom;
pub mod eval;
pub mod export;
pub mod footprint;
pub mod graph;
pub mod import;
pub mod lower;
pub mod memory;
mod named;
mod optimize;
pub mod pack;
pub mod passes;
pub mod quant;
pub mod quantize;
pub mod shapes;
pub mod stream;
mod target;
mod variant;
pub mod view;

pub use convert::{Compiled, ConvertError, Options, assemble, compile, convert, convert_with};
pub use named::UnknownName;
pub use optimize::Optimize;
pub use semver::Version;
pub use target::Target;
pub use variant::{BadVariant, Variant, VariantError};
