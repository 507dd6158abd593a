//! What a linked program is made of: names that give away floating point or a heap, and floating-point instructions.

use object::{Object, ObjectSection, ObjectSymbol, SectionKind};

/// A linked program.
#[derive(Clone, Debug, Default)]
pub struct Inside {
    /// Names of functions and of data.
    pub symbols: Vec<String>,
    /// Thumb code without the constants between functions: its address and bytes. Empty for other machines.
    thumb: Vec<(u64, Vec<u8>)>,
}

impl Inside {
    /// Reads an ELF with its symbols.
    ///
    /// # Errors
    /// No ELF, or one without symbols: nothing could be said about it.
    pub fn read(elf: &[u8]) -> Result<Self, String> {
        let file = object::File::parse(elf).map_err(|e| e.to_string())?;
        let named = |symbol: &object::Symbol<'_, '_>| symbol.name().unwrap_or_default().to_owned();
        let symbols: Vec<_> = file.symbols().filter(|s| s.size() > 0).map(|s| named(&s)).collect();
        if symbols.is_empty() {
            return Err("no symbols: nothing can be said about it".into());
        }
        // Arm's ELF marks where code ($t) and constants ($d) begin
        let marks = file.symbols().filter(|s| named(s).starts_with('$'));
        let mut marks: Vec<_> = marks.map(|s| (s.section_index(), s.address(), named(&s))).collect();
        marks.sort_by_key(|(section, address, _)| (section.map(|s| s.0), *address));
        let mut thumb = vec![];
        for section in file.sections().filter(|section| section.kind() == SectionKind::Text) {
            let (start, bytes) = (section.address(), section.data().map_err(|e| e.to_string())?);
            let mine: Vec<_> = marks.iter().filter(|(of, ..)| *of == Some(section.index())).collect();
            let ends = mine.iter().skip(1).map(|(_, at, _)| *at).chain([start + bytes.len() as u64]);
            for ((_, from, kind), to) in mine.iter().zip(ends) {
                let piece = bytes.get((from - start) as usize..(to - start) as usize).unwrap_or_default();
                if kind.starts_with("$t") {
                    thumb.push((*from, piece.to_vec()));
                }
            }
        }
        Ok(Inside { symbols, thumb })
    }

    /// Bytes of Thumb code.
    pub fn thumb_bytes(&self) -> usize {
        self.thumb.iter().map(|(_, bytes)| bytes.len()).sum()
    }

    /// Functions that compute with floating point where a core cannot, by Arm's names and by GCC's.
    pub fn soft_floats(&self) -> Vec<&str> {
        let soft = |name: &str| {
            let arm = name.strip_prefix("__aeabi_").is_some_and(|rest| {
                rest.starts_with(['f', 'd', 'h', 'c']) || rest.contains("2f") || rest.contains("2d")
            });
            let gcc = name.starts_with("__")
                && (["sf2", "sf3", "df2", "df3"].iter().any(|end| name.ends_with(end))
                    || name.starts_with("__fix")
                    || name.starts_with("__float"));
            arm || gcc || name.contains("compiler_builtins5float") || name.contains("libm")
        };
        self.symbols.iter().map(String::as_str).filter(|name| soft(name)).collect()
    }

    /// Functions of a heap.
    pub fn allocators(&self) -> Vec<&str> {
        let heap =
            ["__rust_alloc", "__rust_realloc", "__rdl_alloc", "__rg_alloc", "malloc", "calloc", "sbrk"];
        let names = self.symbols.iter().map(String::as_str);
        names.filter(|name| heap.iter().any(|heap| name.contains(heap))).collect()
    }

    /// Addresses of Thumb instructions of the floating-point unit: those of coprocessors 10 and 11 (Armv7-M
    /// Architecture Reference Manual, A5.3.18 and A6.4). Helium has its integer instructions there too, so for a
    /// program that uses it this says nothing.
    pub fn float_instructions(&self) -> Vec<u64> {
        let mut found = vec![];
        for (start, bytes) in &self.thumb {
            let mut at = 0;
            while let Some([a, b]) = bytes.get(at..at + 2) {
                let first = u16::from_le_bytes([*a, *b]);
                let wide = first >> 11 > 0b11100;
                if wide && let Some([c, d]) = bytes.get(at + 2..at + 4) {
                    let second = u16::from_le_bytes([*c, *d]);
                    if first & 0xec00 == 0xec00 && matches!(second >> 8 & 15, 10 | 11) {
                        found.push(start + at as u64);
                    }
                }
                at += if wide { 4 } else { 2 };
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_of_the_unit_are_told_from_others() {
        // adds r0, #1; vmul.f32 s2, s0, s2; movw r0, #0x0a00; smlad r0, r1, r2, r3
        let halves = [0x3001u16, 0xee20, 0x1a01, 0xf640, 0x2000, 0xfb21, 0x3002];
        let bytes: Vec<u8> = halves.iter().flat_map(|half| half.to_le_bytes()).collect();
        let program = Inside { thumb: vec![(0x100, bytes)], ..Inside::default() };
        assert_eq!(program.float_instructions(), [0x102]);
    }

    #[test]
    fn names_of_soft_floats_are_told_from_those_of_integers() {
        let names =
            ["__aeabi_fadd", "__aeabi_i2d", "__mulsf3", "__fixunsdfsi", "__floatsisf", "__aeabi_cfcmple"];
        let others = ["__aeabi_idiv", "__aeabi_lmul", "__aeabi_uidivmod", "__aeabi_memcpy", "__udivdi3"];
        let symbols = [names, ["__aeabi_dcmpun"; 6]].concat().into_iter().chain(others);
        let program = Inside { symbols: symbols.map(String::from).collect(), ..Inside::default() };
        assert_eq!(program.soft_floats().len(), 12);
    }
}
