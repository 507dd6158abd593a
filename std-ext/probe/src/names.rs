//! Chips by their names.

use crate::boards::boards;
use crate::chip::{Chip, chips};

/// Most names that a message lists.
const LISTED: usize = 8;

/// Why a name is no chip's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnknownChip {
    /// Several names start so.
    #[error("{name:?} is the start of {count} chips: {}", listed(.first, *.count))]
    Ambiguous {
        /// What was asked for.
        name: String,
        /// How many.
        count: usize,
        /// The first of them.
        first: Vec<String>,
    },
    /// None does.
    #[error("no chip or board {name:?} is known; the nearest are {}", .near.join(", "))]
    Unknown {
        /// What was asked for.
        name: String,
        /// Names that look like it.
        near: Vec<String>,
    },
}

fn listed(first: &[String], count: usize) -> String {
    let rest = if first.len() < count { ", .." } else { "" };
    format!("{}{rest}", first.join(", "))
}

/// The chip or board with this name, the only one whose name starts so, or the one whose name is the start of it. Whether
/// letters are large does not matter; an `x` at the end of a package's name stands for any.
///
/// # Errors
/// [`UnknownChip`].
pub fn named(name: &str) -> Result<Chip, UnknownChip> {
    let mut all = boards();
    all.extend(chips());
    let wanted = name.to_lowercase();
    let names = |chip: &Chip| -> Vec<String> {
        [&chip.name].into_iter().chain(&chip.packages).map(|name| name.to_lowercase()).collect()
    };
    if let Some(chip) = all.iter().find(|chip| names(chip).contains(&wanted)) {
        return Ok(chip.clone());
    }
    let mut starts: Vec<_> = all
        .iter()
        .filter(|chip| !wanted.is_empty() && names(chip).iter().any(|name| name.starts_with(&wanted)))
        .collect();
    // a board is no other chip than the one on it
    let chips: Vec<_> = starts.iter().map(|chip| &chip.name).collect();
    let is_on = |chip: &Chip| chip.probe.as_ref().is_some_and(|on| *on != chip.name && chips.contains(&on));
    starts.retain(|chip| !is_on(chip));
    match starts[..] {
        [chip] => return Ok(chip.clone()),
        [] => {}
        _ => {
            let first = starts.iter().take(LISTED).map(|chip| chip.name.clone()).collect();
            return Err(UnknownChip::Ambiguous { name: name.into(), count: starts.len(), first });
        }
    }
    // a part number goes on where the registry's name ends: packing, temperature
    let part = all.iter().filter_map(|chip| {
        let names = names(chip).into_iter().map(|name| name.trim_end_matches('x').to_owned());
        let longest = names.filter(|name| name.len() >= SPECIFIC && wanted.starts_with(name.as_str()));
        Some((longest.map(|name| name.len()).max()?, chip))
    });
    if let Some((_, chip)) = part.max_by_key(|(len, _)| *len) {
        return Ok(chip.clone());
    }
    let mut near: Vec<_> =
        all.iter().map(|chip| (apart(&chip.name.to_lowercase(), &wanted), &chip.name)).collect();
    near.sort();
    let near = near.into_iter().take(LISTED / 2).map(|(_, name)| name.clone()).collect();
    Err(UnknownChip::Unknown { name: name.into(), near })
}

/// Letters of a chip's name that say which it is.
const SPECIFIC: usize = 9;

/// Chips and boards whose names have the text in them.
pub fn search(text: &str) -> Vec<Chip> {
    let wanted = text.to_lowercase();
    let has = |chip: &Chip| {
        [&chip.name].into_iter().chain(&chip.packages).any(|name| name.to_lowercase().contains(&wanted))
    };
    boards().into_iter().chain(chips()).filter(has).collect()
}

/// How many letters have to be changed, left out or swapped in the start of a name to get what was asked for.
fn apart(name: &str, wanted: &str) -> usize {
    let start: String = name.chars().take(wanted.chars().count()).collect();
    strsim::damerau_levenshtein(&start, wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_need_not_be_whole() {
        let rows = [
            ("stm32f405rg", "STM32F405RG"),
            ("STM32F405RGTx", "STM32F405RG"),
            ("STM32F405RGT6", "STM32F405RG"),
            ("nrf52833", "nRF52833_xxAA"),
            ("nrf52840", "nRF52840_xxAA"),
            ("nrf52840-", "nrf52840-dk"),
            ("rp235x", "RP235x"),
            ("esp32c3", "esp32c3"),
            ("qemu-m4", "qemu-m4"),
            ("QEMU-M55", "qemu-m55"),
        ];
        for (name, chip) in rows {
            assert_eq!(named(name).map(|found| found.name), Ok(chip.into()), "{name}");
        }
    }

    #[test]
    fn what_is_short_is_listed() {
        let told = named("stm32f405").unwrap_err().to_string();
        assert_eq!(
            told,
            "\"stm32f405\" is the start of 5 chips: STM32F405OE, STM32F405OG, STM32F405RG, STM32F405VG, STM32F405ZG"
        );
        assert!(matches!(named("stm32"), Err(UnknownChip::Ambiguous { count: 1000.., .. })));
    }

    #[test]
    fn what_is_misspelled_gets_what_is_near() {
        let told = named("nrf52480").unwrap_err().to_string();
        assert!(told.contains("nRF52840_xxAA"), "{told}");
        assert!(named("").is_err() && named("\u{1f600}").is_err());
    }

    #[test]
    fn a_search_finds_what_has_the_text_in_it() {
        let found = search("F405");
        assert!(found.iter().any(|chip| chip.name == "STM32F405RG"), "{found:?}");
        assert!(found.iter().any(|chip| chip.name == "qemu-f405"));
        assert!(search("toaster").is_empty());
    }
}
