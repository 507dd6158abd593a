//! Enumerations whose values people choose by name.

/// A name that none of the values has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown {what} {name}; use one of {choices}")]
pub struct UnknownName {
    /// What was to be chosen.
    pub(crate) what: &'static str,
    /// The name that was given.
    pub(crate) name: String,
    /// The names that there are.
    pub(crate) choices: String,
}

/// Gives the values of an enumeration their names: `ALL` of both, `Display`, and `FromStr`.
macro_rules! named {
    ($type:ident, $what:literal, [$($value:ident $name:literal),+ $(,)?]) => {
        impl $type {
            /// Every value, with its name on the command line.
            pub const ALL: [($type, &str); [$($name),+].len()] = [$(($type::$value, $name)),+];
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(match self { $($type::$value => $name),+ })
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::named::UnknownName;

            fn from_str(s: &str) -> Result<Self, Self::Err> {
                match s {
                    $($name => Ok($type::$value),)+
                    _ => Err($crate::named::UnknownName {
                        what: $what,
                        name: s.into(),
                        choices: [$($name),+].join(", "),
                    }),
                }
            }
        }
    };
}
pub(crate) use named;

#[cfg(test)]
mod tests {
    use crate::{Optimize, Target};

    #[test]
    fn names_go_both_ways() {
        for (target, name) in Target::ALL {
            assert_eq!(name.parse(), Ok(target));
            assert_eq!(target.to_string(), name);
        }
        let refused = "beauty".parse::<Optimize>().unwrap_err().to_string();
        assert_eq!(refused, "unknown optimization beauty; use one of speed, balanced, size");
    }
}
