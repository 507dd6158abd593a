//! What plans are made for: few instructions, or little flash.

use crate::named::named;

/// What weighs more where a target has a choice. Results are the same bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Optimize {
    /// The fewest instructions, whatever the weights' flash.
    Speed,
    /// The fewest instructions where weights and what belongs to their channels take at most half as much flash as the
    /// weights do more than with canonical kernels.
    #[default]
    Balanced,
    /// The fewest instructions with at most a tenth more, likewise.
    Size,
}

named!(Optimize, "optimization", [Speed "speed", Balanced "balanced", Size "size"]);
