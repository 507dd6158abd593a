//! The instructions that open and close a region: ones that do nothing and that no compiler emits.

/// What a marker does to the region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// Opens a region; an open one starts again.
    Start,
    /// Closes the region and reports it.
    Stop,
}

/// Markers by QEMU's name of the instruction set and encoding, as the bytes lie in memory. Only Arm has two lengths of them: no
/// instruction of four bytes begins with one of two. Of RISC-V, `mov r10, r10` would be a load.
const MARKERS: [(&str, &[u8], Marker); 8] = [
    ("arm", &[0xd2, 0x46], Marker::Start),             // Thumb: mov r10, r10
    ("arm", &[0xdb, 0x46], Marker::Stop),              // Thumb: mov r11, r11
    ("arm", &[0x0a, 0xa0, 0xa0, 0xe1], Marker::Start), // A32: mov r10, r10
    ("arm", &[0x0b, 0xb0, 0xa0, 0xe1], Marker::Stop),  // A32: mov r11, r11
    ("aarch64", &[0xea, 0x03, 0x0a, 0xaa], Marker::Start), // A64: mov x10, x10
    ("aarch64", &[0xeb, 0x03, 0x0b, 0xaa], Marker::Stop), // A64: mov x11, x11
    ("riscv32", &[0x13, 0x20, 0xf0, 0xff], Marker::Start), // RISC-V: slti x0, x0, -1
    ("riscv32", &[0x13, 0x20, 0xe0, 0xff], Marker::Stop), // RISC-V: slti x0, x0, -2
];

/// The marker that this whole instruction of a set is, if it is one.
pub fn of(set: &str, instruction: &[u8]) -> Option<Marker> {
    MARKERS.iter().find(|(of, bytes, _)| (*of, *bytes) == (set, instruction)).map(|&(.., marker)| marker)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_are_whole_instructions() {
        assert_eq!(of("arm", &[0xd2, 0x46]), Some(Marker::Start));
        assert_eq!(of("arm", &[0xdb, 0x46]), Some(Marker::Stop));
        assert_eq!(of("aarch64", &[0xea, 0x03, 0x0a, 0xaa]), Some(Marker::Start));
        assert_eq!(of("riscv32", &[0x13, 0x20, 0xe0, 0xff]), Some(Marker::Stop));
        assert_eq!(of("arm", &[0xc0, 0x46]), None, "mov r8, r8 is an ordinary no-op");
        assert_eq!(of("arm", &[0xd2, 0x46, 0x00, 0x00]), None, "four bytes are another instruction");
        assert_eq!(of("riscv32", &[0xd2, 0x46]), None, "there it is lw a3, 20(sp)");
        assert_eq!(of("arm", &[]), None);
    }
}
