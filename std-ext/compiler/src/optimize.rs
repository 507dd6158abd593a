//! What plans are made for: few instructions, or little flash.

use std::fmt;
use std::str::FromStr;

/// What weighs more where a target has a choice. Results are the same bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Optimize {
    /// The fewest instructions, whatever the weights' flash.
    Speed,
    /// The fewest instructions where weights and what belongs to their channels take at most half as much flash as the weights
    /// do more than with canonical kernels.
    #[default]
    Balanced,
    /// The fewest instructions with at most a tenth more, likewise.
    Size,
}

impl Optimize {
    /// Every choice, with its name on the command line.
    pub const ALL: [(Optimize, &str); 3] =
        [(Optimize::Speed, "speed"), (Optimize::Balanced, "balanced"), (Optimize::Size, "size")];
}

impl fmt::Display for Optimize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Optimize::ALL.iter().find(|(optimize, _)| optimize == self).map_or("", |(_, name)| name);
        f.pad(name)
    }
}

/// A name that is no choice.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot optimize for {0}; use one of {list}", list = Optimize::ALL.map(|(_, name)| name).join(", "))]
pub struct UnknownOptimize(String);

impl FromStr for Optimize {
    type Err = UnknownOptimize;

    fn from_str(s: &str) -> Result<Self, UnknownOptimize> {
        let found = Optimize::ALL.iter().find(|(_, name)| *name == s);
        found.map(|(optimize, _)| *optimize).ok_or_else(|| UnknownOptimize(s.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_both_ways() {
        for (optimize, name) in Optimize::ALL {
            assert_eq!(name.parse(), Ok(optimize));
            assert_eq!(optimize.to_string(), name);
        }
        let refused = "beauty".parse::<Optimize>().unwrap_err().to_string();
        assert!(refused.contains("beauty") && refused.contains("balanced"), "{refused}");
    }
}
