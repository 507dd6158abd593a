//! What can go wrong, in one byte.

use core::ffi::CStr;
use core::fmt;

macro_rules! errors {
    ($($(#[$doc:meta])* $name:ident => $text:literal,)*) => {
        /// Why a plan was refused or a run ended early.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum Error { $($(#[$doc])* $name,)* }

        impl Error {
            /// Every error; one with the number `n` stands at `n`.
            pub const ALL: &[Error] = &[$(Error::$name),*];

            /// The reason in words.
            pub const fn message(self) -> &'static str {
                match self { $(Error::$name => $text,)* }
            }

            /// The reason in words, as C reads them.
            pub const fn c_message(self) -> &'static CStr {
                match self { $(Error::$name => const { c_text(concat!($text, "\0")) },)* }
            }

            /// The variant's name, for logs that cannot afford the words.
            pub const fn name(self) -> &'static str {
                match self { $(Error::$name => stringify!($name),)* }
            }
        }
    };
}

const fn c_text(text: &str) -> &CStr {
    match CStr::from_bytes_with_nul(text.as_bytes()) {
        Ok(text) => text,
        Err(_) => c"",
    }
}

errors! {
    /// The first eight bytes are not those of a `.midge` file.
    Magic => "not a .midge file",
    /// The file's major version is newer than this crate.
    Version => "made for a newer major version of the format; use a newer midge",
    /// The file ends before its header says.
    Truncated => "shorter than its header says",
    /// The header or the section table does not match its checksum.
    HeaderChecksum => "the header is damaged (checksum)",
    /// A section does not match its checksum.
    SectionChecksum => "a section is damaged (checksum)",
    /// A section lies outside the file, is misaligned or overlaps another.
    SectionBounds => "a section lies outside its part of the file",
    /// A section that every plan needs is absent, or there twice.
    SectionMissing => "a section is missing or there twice",
    /// A required section of a kind that this crate does not know.
    SectionUnknown => "a required section is unknown; use a newer midge",
    /// The plan needs a feature that this crate does not have.
    Feature => "needs a feature that this midge-core does not have",
    /// A region entry is malformed or of an unknown kind.
    Region => "a memory region is malformed",
    /// An operand lies outside its region.
    OperandBounds => "an operand leaves its region",
    /// An operand's address does not suit its type, or its type is unknown.
    OperandKind => "an operand's type is unknown or its address unaligned",
    /// A port does not match its operand.
    Port => "an input or output does not match its operand",
    /// An entry point names steps or ports that do not exist.
    Entry => "an entry point is malformed",
    /// A step's record is malformed.
    Record => "a step's record is malformed",
    /// A step writes what it or the plan reads as constant.
    ReadOnly => "a step writes into constant memory",
    /// A step's output overlaps what the step reads.
    Overlap => "what a step writes overlaps what it reads",
    /// A step's geometry does not match its operands' lengths.
    Shape => "a step's geometry does not match its operands",
    /// No kernel with the step's code is linked.
    UnknownKernel => "needs a kernel that this firmware does not have",
    /// The arena is smaller than the plan needs.
    ArenaTooSmall => "the arena is smaller than the plan needs",
    /// The plan's bytes do not start at a 16-byte boundary.
    Misaligned => "the plan must start at a 16-byte boundary",
    /// There is no input or output with that number, or its type or length differs.
    NoSuchPort => "no input or output with this number, type and length",
    /// A step was to gather what is not there: an index that was computed, or given, is out of range.
    Index => "an index is out of range",
    /// The plan has more steps than there is room for.
    TooManySteps => "the plan has more steps than there is room for",
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl core::error::Error for Error {}

/// An error and the place in the plan where it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct At {
    /// Index of the step, or [`At::NOWHERE`] when the fault is not in a step.
    pub step: u16,
    /// The fault.
    pub error: Error,
}

impl At {
    /// The step number of a fault outside of all steps.
    pub const NOWHERE: u16 = u16::MAX;

    pub(crate) const fn plan(error: Error) -> Self {
        At { step: Self::NOWHERE, error }
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.step != Self::NOWHERE {
            write!(f, "step {}: ", self.step)?;
        }
        self.error.fmt(f)
    }
}

impl core::error::Error for At {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_messages_agree() {
        for (number, error) in Error::ALL.iter().enumerate() {
            assert_eq!(*error as usize, number);
            assert_eq!(error.c_message().to_str(), Ok(error.message()));
        }
    }
}
