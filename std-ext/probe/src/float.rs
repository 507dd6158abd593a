//! Which chips have a unit for floats: no registry says it, makers' data sheets do.

/// How names start of Cortex-M4, M7 and M33 with a unit for single precision at least.
const WITH: &[&str] = &[
    "ATSAM4E", "ATSAMD51", "ATSAME5", "ATSAME70", "ATSAMS70", "ATSAMV7", "EFM32WG", "EFR32", "GD32F30",
    "GD32F4", "LPC55S6", "MIMXRT10", "MIMXRT11", "MK22F", "MK24F", "MK26F", "MK64F", "MK65F", "MK66F",
    "nRF52832", "nRF52833", "nRF52840", "nRF5340", "nRF54L15", "nRF9160", "RP235", "STM32F3", "STM32F4",
    "STM32F7", "STM32G4", "STM32H5", "STM32H7", "STM32L4", "STM32L5", "STM32U5", "STM32WB5", "STM32WBA",
    "TM4C",
];

/// Whether a chip has one, as far as is known.
pub(crate) fn has_unit(chip: &str) -> bool {
    WITH.iter().any(|start| chip.get(..start.len()).is_some_and(|of| of.eq_ignore_ascii_case(start)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_sheets_say_which_chips_have_one() {
        for (chip, has) in [
            ("STM32F405RG", true),
            ("nRF52840_xxAA", true),
            ("nRF52811_xxAA", false),
            ("STM32WLE5JC", false),
            ("STM32F103C8", false),
            ("RP2040", false),
        ] {
            assert_eq!(has_unit(chip), has, "{chip}");
        }
    }
}
