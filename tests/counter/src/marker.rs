//! The instructions that open and close a region: ones that do nothing and that no compiler emits.

/// What a marker does to the region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// Opens a region; an open one starts again.
    Start,
    /// Closes the region and reports it.
    Stop,
}

/// Markers by encoding, as the bytes lie in memory. Another instruction set is two more lines, as long as its
/// two no-ops cannot be read as one of these.
const MARKERS: [([u8; 2], Marker); 2] = [
    ([0xd2, 0x46], Marker::Start), // Thumb: mov r10, r10
    ([0xdb, 0x46], Marker::Stop),  // Thumb: mov r11, r11
];

/// The marker that this whole instruction is, if it is one.
pub fn of(instruction: &[u8]) -> Option<Marker> {
    MARKERS.iter().find(|(bytes, _)| bytes == instruction).map(|&(_, marker)| marker)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_are_whole_instructions() {
        assert_eq!(of(&[0xd2, 0x46]), Some(Marker::Start));
        assert_eq!(of(&[0xdb, 0x46]), Some(Marker::Stop));
        assert_eq!(of(&[0xc0, 0x46]), None, "mov r8, r8 is an ordinary no-op");
        assert_eq!(of(&[0xd2, 0x46, 0x00, 0x00]), None, "four bytes are another instruction");
        assert_eq!(of(&[]), None);
    }
}
