//! What plans are packed for.

use std::fmt;

use midge_compiler::{Optimize, Options, Target};

/// A target, and what weighs more where it has a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The core.
    pub target: Target,
    /// Speed or size.
    pub optimize: Optimize,
}

impl Choice {
    /// Canonical kernels only.
    pub const PORTABLE: Choice = Choice { target: Target::Portable, optimize: Optimize::Size };

    /// One of each kind of plan: between them they have every kernel.
    pub const KINDS: [Choice; 4] = [
        Choice::PORTABLE,
        Choice { target: Target::M4, optimize: Optimize::Size },
        Choice { target: Target::M4, optimize: Optimize::Speed },
        Choice { target: Target::M55, optimize: Optimize::Size },
    ];

    /// Both ends of what a target chooses between.
    pub fn ends(target: Target) -> [Choice; 2] {
        [Optimize::Size, Optimize::Speed].map(|optimize| Choice { target, optimize })
    }

    /// As the compiler takes it.
    pub fn options(self) -> Options {
        Options { target: self.target, optimize: self.optimize, name: None }
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} for {}", self.target, self.optimize)
    }
}
