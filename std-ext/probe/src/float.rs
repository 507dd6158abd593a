//! Which chips have a unit for floats: no registry says it, makers' data sheets do.

/// How names start of Cortex-M4, M7 and M33 with a unit for single precision at least, and which document says so.
///
/// GD32F30 is not among them, though its data sheet has a unit: chips were sold on which it cannot be switched on
/// (<https://github.com/WeActStudio/BluePill-Plus/issues/4>), and firmware without it runs on all.
#[rustfmt::skip]
const WITH: &[(&str, &str)] = &[
    ("ATSAM4E", "SAM4E Series data sheet"),
    ("ATSAMD51", "SAM D5x/E5x Family data sheet"),
    ("ATSAME5", "SAM D5x/E5x Family data sheet"),
    ("ATSAME70", "SAM E70/S70/V70/V71 Family data sheet"),
    ("ATSAMS70", "SAM E70/S70/V70/V71 Family data sheet"),
    ("ATSAMV7", "SAM E70/S70/V70/V71 Family data sheet"),
    ("EFM32WG", "AN0051, Digital Signal Processing with the EFM32"),
    ("EFR32", "EFR32xG data sheets, block diagram"),
    ("GD32F4", "GD32F4xx data sheets"),
    ("LPC55S6", "LPC55S6x data sheet"),
    ("MIMXRT10", "i.MX RT1050 and RT1060 data sheets"),
    ("MIMXRT11", "i.MX RT1170 data sheet"),
    ("MK22F", "Kinetis data sheets, part number: F is a core with the unit"),
    ("MK24F", "Kinetis data sheets, part number"),
    ("MK26F", "Kinetis data sheets, part number"),
    ("MK64F", "Kinetis data sheets, part number"),
    ("MK65F", "Kinetis data sheets, part number"),
    ("MK66F", "Kinetis data sheets, part number"),
    ("nRF52832", "nRF52832 product specification, CPU"),
    ("nRF52833", "nRF52833 product specification, CPU"),
    ("nRF52840", "nRF52840 product specification, CPU"),
    ("nRF5340", "nRF5340 product specification, application core"),
    ("nRF54L15", "nRF54L15 data sheet, CPU"),
    ("nRF9160", "nRF9160 product specification, CPU"),
    ("RP235", "RP2350 data sheet, Cortex-M33 processor"),
    ("STM32F3", "STM32F3 data sheets, PM0214"),
    ("STM32F4", "STM32F4 data sheets, PM0214"),
    ("STM32F7", "STM32F7 data sheets, PM0253"),
    ("STM32G4", "STM32G4 data sheets, PM0214"),
    ("STM32H5", "STM32H5 data sheets, PM0264"),
    ("STM32H7", "STM32H7 data sheets, PM0253"),
    ("STM32L4", "STM32L4 data sheets, PM0214"),
    ("STM32L5", "STM32L5 data sheets, PM0264"),
    ("STM32U5", "STM32U5 data sheets, PM0264"),
    ("STM32WB5", "STM32WB55 data sheet, PM0214"),
    ("STM32WBA", "STM32WBA5x data sheet, PM0264"),
    ("TM4C", "TM4C123 and TM4C129 data sheets"),
];

/// Whether a chip has one, as far as is known.
pub(crate) fn has_unit(chip: &str) -> bool {
    let is = |start: &str| chip.get(..start.len()).is_some_and(|of| of.eq_ignore_ascii_case(start));
    WITH.iter().any(|(start, _)| is(start))
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
            ("GD32F303CC", false),
        ] {
            assert_eq!(has_unit(chip), has, "{chip}");
        }
    }
}
