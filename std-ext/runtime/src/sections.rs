//! The section table of a `.midge` file, sound or not, for those who show or check it.

use midge_core::plan::{HEADER_LEN, Header, Section, section};

/// A section and where it lies.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// Its entry in the section table.
    pub entry: Section,
    /// Its bytes; none if the file ends before them, as a stripped one does.
    pub bytes: Option<&'a [u8]>,
}

impl Part<'_> {
    /// The section's name, for people.
    pub const fn name(&self) -> &'static str {
        match self.entry.kind {
            section::REGIONS => "regions",
            section::OPERANDS => "operands",
            section::STEPS => "steps",
            section::CONSTANTS => "constants",
            section::PORTS => "ports",
            section::ENTRIES => "entries",
            section::HOST_DIGEST => "host digest",
            section::STATE => "initial state",
            section::NAME => "name",
            section::FRONT_END => "front-end",
            section::METADATA => "metadata",
            section::NAMES => "names",
            section::TRAINING => "training",
            section::VALUES => "values",
            _ => "unknown",
        }
    }

    /// Whether a device needs it.
    pub const fn is_device(&self) -> bool {
        self.entry.flags & section::DEVICE != 0
    }
}

/// The section table of any bytes that start with a header, damaged or not.
pub(crate) fn sections(bytes: &[u8]) -> impl Iterator<Item = Part<'_>> {
    let count = Header::read(bytes).map_or(0, |h| usize::from(h.sections));
    let table = bytes.get(HEADER_LEN..).unwrap_or_default();
    table.chunks_exact(Section::LEN).take(count).filter_map(Section::read).map(|entry| {
        let start = u64::from(entry.offset) * 16;
        let range = usize::try_from(start).ok().zip(usize::try_from(start + u64::from(entry.len)).ok());
        Part { entry, bytes: range.and_then(|(start, end)| bytes.get(start..end)) }
    })
}
