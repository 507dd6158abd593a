//! What plans are packed for.

use std::collections::BTreeSet;
use std::fmt;

use midge_compiler::lower::Layer;
use midge_compiler::{Optimize, Options, Target, Variant};
use midge_core::ops;

/// A target, and what weighs more where it has a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Choice {
    /// The core.
    pub target: Target,
    /// Speed or size.
    pub optimize: Optimize,
    /// The kernel of every layer that it can run.
    pub kernel: Option<u16>,
}

impl Choice {
    /// Canonical kernels only.
    pub const PORTABLE: Choice = Choice::of(Target::Portable, Optimize::Size);

    /// One of each kind of plan: between them they have every kernel.
    pub const KINDS: [Choice; 6] = [
        Choice::PORTABLE,
        Choice::of(Target::M4, Optimize::Size),
        Choice::of(Target::M4, Optimize::Speed),
        Choice::of(Target::M55, Optimize::Size),
        Choice::of(Target::M0, Optimize::Size),
        Choice::of(Target::M0, Optimize::Speed),
    ];

    const fn of(target: Target, optimize: Optimize) -> Choice {
        Choice { target, optimize, kernel: None }
    }

    /// Both ends of what a target chooses between.
    pub fn ends(target: Target) -> [Choice; 2] {
        [Optimize::Size, Optimize::Speed].map(|optimize| Choice::of(target, optimize))
    }

    /// Every kernel that layers can choose, one after the other, wherever it can run.
    pub fn forced(self, layers: &[Layer]) -> impl Iterator<Item = Choice> + use<> {
        let choices = layers.iter().filter(|layer| layer.ways.len() > 1);
        let codes: BTreeSet<u16> = choices.flat_map(|layer| layer.ways.iter().map(|way| way.code)).collect();
        codes.into_iter().map(move |code| Choice { kernel: Some(code), ..self })
    }

    /// As the compiler takes it.
    pub fn options(self) -> Options {
        let variant = |kernel: &str| Variant { step: None, kernel: kernel.into() };
        let variants = self.kernel.and_then(ops::name).map(variant).into_iter().collect();
        Options { target: self.target, optimize: self.optimize, name: None, variants, ..Options::default() }
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} for {}", self.target, self.optimize)?;
        self.kernel.map_or(Ok(()), |code| write!(f, " with {}", ops::name(code).unwrap_or("unknown")))
    }
}
