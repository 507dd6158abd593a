//! The code that each kernel brings into a firmware: what can be reached from it in the runner's image, which has them all.
//!
//! Functions are followed by the branches and addresses in their instructions, constants by the addresses in their words.

use std::collections::{BTreeMap, BTreeSet};

use object::{Object, ObjectSection, ObjectSymbol, SectionFlags, SymbolKind, elf};

/// Bytes of a [`midge_core::Registered`] on a 32-bit core: name and its length, check, kernel, code.
const REGISTERED: usize = 20;

/// A linked runner, taken apart.
#[derive(Clone, Debug)]
pub struct Code {
    symbols: Vec<Symbol>,
    /// For each symbol those that it refers to.
    edges: Vec<Vec<usize>>,
    /// Kernels by name, and where each begins.
    kernels: BTreeMap<String, usize>,
}

/// What lies in flash: addresses and bytes.
type Flash<'a> = Vec<(u64, &'a [u8])>;

#[derive(Clone, Debug)]
struct Symbol {
    name: String,
    at: u64,
    bytes: Vec<u8>,
    is_code: bool,
}

/// What is linked together: bytes, and the kernels of which any needs them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// How many.
    pub bytes: u64,
    /// Names.
    pub kernels: BTreeSet<String>,
}

impl Code {
    /// Takes a runner's ELF apart.
    ///
    /// # Errors
    /// No ELF, or none of a runner.
    pub fn read(elf: &[u8]) -> Result<Code, String> {
        let file = object::File::parse(elf).map_err(|e| e.to_string())?;
        let is_arm = file.architecture() == object::Architecture::Arm;
        let (mut symbols, mut table) = (BTreeMap::new(), None);
        for symbol in file.symbols().filter(|symbol| symbol.size() > 0) {
            let section = symbol.section_index().and_then(|index| file.section_by_index(index).ok());
            let Some(section) = section.filter(in_flash) else { continue };
            let is_code = symbol.kind() == SymbolKind::Text;
            // the lowest bit of a function's address says that it is Thumb
            let at = if is_code && is_arm { symbol.address() & !1 } else { symbol.address() };
            let bytes = section.data_range(at, symbol.size()).map_err(|e| e.to_string())?.unwrap_or_default();
            let name = symbol.name().unwrap_or_default();
            if name.contains("CHOSEN") {
                table = Some(at);
            }
            // of several names for one place that of most bytes
            let known = symbols.entry(at).or_insert((name, bytes, is_code));
            if known.1.len() < bytes.len() {
                *known = (name, bytes, is_code);
            }
        }
        let table = table.ok_or("there is no table of kernels in it")?;
        let flash: Flash<'_> = file
            .sections()
            .filter(in_flash)
            .map(|section| (section.address(), section.data().unwrap_or_default()))
            .collect();
        let symbols: Vec<_> = symbols
            .into_iter()
            .map(|(at, (name, bytes, is_code))| Symbol {
                name: name.into(),
                at,
                bytes: bytes.to_vec(),
                is_code,
            })
            .collect();
        // Arm's ELF marks where code ($t) and constants ($d) begin
        let marks = file.symbols().filter_map(|symbol| {
            let name = symbol.name().ok()?;
            Some((symbol.address(), name.starts_with("$d"))).filter(|_| name.starts_with(['$']))
        });
        let marks: BTreeMap<u64, bool> = marks.collect();
        let is_constant = |at: u64| marks.range(..=at).next_back().is_some_and(|(_, is)| *is);
        let mut code = Code { symbols, edges: Vec::new(), kernels: BTreeMap::new() };
        let at = code.at(table).ok_or("the table of kernels is empty")?;
        code.kernels = code.registered(at, &flash);
        let edges = |i: usize| {
            let symbol = &code.symbols[i];
            let found = match (symbol.is_code, is_arm) {
                (true, true) => thumb(symbol, is_constant),
                (true, false) => riscv(symbol),
                (false, _) => words(&symbol.bytes).collect(),
            };
            let found = found.into_iter().filter_map(|address| code.referred(address, is_arm));
            found.filter(|to| *to != i && *to != at).collect::<BTreeSet<_>>().into_iter().collect()
        };
        code.edges = (0..code.symbols.len()).map(edges).collect();
        Ok(code)
    }

    /// What any firmware has, by name: what is in that of a kernel alone and is not reached from the kernel.
    ///
    /// # Errors
    /// No ELF.
    pub fn frame(&self, kernel: &str, elf: &[u8]) -> Result<BTreeSet<String>, String> {
        let file = object::File::parse(elf).map_err(|e| e.to_string())?;
        let names = file.symbols().filter_map(|symbol| symbol.name().ok().map(String::from));
        let reached = self.kernels.get(kernel).map(|start| self.reached(*start)).unwrap_or_default();
        let brought: BTreeSet<_> = reached.into_iter().map(|symbol| &self.symbols[symbol].name).collect();
        Ok(names.filter(|name| !brought.contains(name)).collect())
    }

    /// Bytes that can be reached from a kernel.
    pub fn bytes(&self, kernel: &str) -> Option<usize> {
        let reached = self.reached(*self.kernels.get(kernel)?);
        Some(reached.into_iter().map(|symbol| self.symbols[symbol].bytes.len()).sum())
    }

    /// The parts that kernels are made of, no part twice, without the frame that is there in any case.
    pub fn parts(&self, frame: &BTreeSet<String>) -> Vec<Part> {
        let mut users: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
        for (name, start) in &self.kernels {
            let reached = self.reached(*start).into_iter();
            for symbol in reached.filter(|symbol| !frame.contains(&self.symbols[*symbol].name)) {
                users.entry(symbol).or_default().insert(name.clone());
            }
        }
        let mut parts: BTreeMap<BTreeSet<String>, u64> = BTreeMap::new();
        for (symbol, kernels) in users {
            *parts.entry(kernels).or_default() += self.symbols[symbol].bytes.len() as u64;
        }
        parts.into_iter().map(|(kernels, bytes)| Part { bytes, kernels }).collect()
    }

    fn reached(&self, start: usize) -> BTreeSet<usize> {
        let (mut seen, mut next) = (BTreeSet::new(), vec![start]);
        while let Some(symbol) = next.pop() {
            if seen.insert(symbol) {
                next.extend(&self.edges[symbol]);
            }
        }
        seen
    }

    /// The symbol that an address is of. Where flash begins at 0 small constants look like addresses: those of functions are
    /// of their first instruction, and odd on Arm.
    fn referred(&self, address: u64, is_arm: bool) -> Option<usize> {
        let i = self.at(address & !1)?;
        let symbol = &self.symbols[i];
        (!symbol.is_code || address == symbol.at + u64::from(is_arm)).then_some(i)
    }

    /// The symbol at an address.
    fn at(&self, address: u64) -> Option<usize> {
        let i = self.symbols.partition_point(|symbol| symbol.at <= address).checked_sub(1)?;
        let symbol = &self.symbols[i];
        (address - symbol.at < symbol.bytes.len() as u64).then_some(i)
    }

    /// What the table of kernels has.
    fn registered(&self, table: usize, flash: &Flash<'_>) -> BTreeMap<String, usize> {
        let kernel = |record: &[u8]| {
            let mut words = words(record);
            let (name, len, _check, eval) = (words.next()?, words.next()?, words.next()?, words.next()?);
            let name = flash.iter().find_map(|(start, bytes)| {
                let at = usize::try_from(name.checked_sub(*start)?).ok()?;
                bytes.get(at..at + usize::try_from(len).ok()?)
            })?;
            Some((String::from_utf8(name.to_vec()).ok()?, self.at(eval & !1)?))
        };
        self.symbols[table].bytes.chunks_exact(REGISTERED).filter_map(kernel).collect()
    }
}

fn in_flash(section: &object::Section<'_, '_>) -> bool {
    let SectionFlags::Elf { sh_flags, .. } = section.flags() else { return false };
    sh_flags.0 & elf::SHF_ALLOC.0 != 0 && section.file_range().is_some()
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u64> {
    bytes.as_chunks().0.iter().map(|word| u64::from(u32::from_le_bytes(*word)))
}

/// Addresses that Thumb instructions branch to, load, or make.
fn thumb(symbol: &Symbol, is_constant: impl Fn(u64) -> bool) -> Vec<u64> {
    let halves: Vec<u32> =
        symbol.bytes.as_chunks().0.iter().map(|half| u32::from(u16::from_le_bytes(*half))).collect();
    let (mut found, mut low, mut i) = (Vec::new(), [0; 16], 0);
    let literal = |at: u64| {
        let start = at.checked_sub(symbol.at)? as usize;
        words(symbol.bytes.get(start..start + 4)?).next()
    };
    while let Some(first) = halves.get(i) {
        let pc = symbol.at + 2 * i as u64 + 4;
        if is_constant(pc - 4) {
            i += 1;
            continue;
        }
        let is_wide = first >> 11 >= 0x1d;
        let second = halves.get(i + 1).copied().unwrap_or_default();
        i += 1 + usize::from(is_wide);
        if !is_wide {
            match first >> 11 {
                0b01001 => found.extend(literal((pc & !3) + u64::from(first & 0xff) * 4)),
                0b11100 => found.push(pc.wrapping_add_signed(signed(first & 0x7ff, 11) * 2) | 1),
                _ => {}
            }
            continue;
        }
        // BL and B.W: two bits of the offset are mixed with its sign
        if first >> 11 == 0b11110 && matches!(second >> 12, 0b1001 | 0b1011 | 0b1101 | 0b1111) {
            let sign = first >> 10 & 1;
            let [one, two] = [13, 11].map(|bit| 1 ^ (second >> bit & 1) ^ sign);
            let offset = sign << 23 | one << 22 | two << 21 | (first & 0x3ff) << 11 | (second & 0x7ff);
            found.push(pc.wrapping_add_signed(signed(offset, 24) * 2) | 1);
        } else if first & 0xff7f == 0xf85f {
            let offset = i64::from(second & 0xfff) * if first & 0x80 == 0 { -1 } else { 1 };
            found.extend(literal((pc & !3).wrapping_add_signed(offset)));
        } else if matches!(first & 0xfbf0, 0xf240 | 0xf2c0) {
            // MOVW, and MOVT on top of it
            let half = (first & 15) << 12 | (first >> 10 & 1) << 11 | (second >> 12 & 7) << 8 | second & 0xff;
            let low = &mut low[(second >> 8 & 15) as usize];
            if first & 0xfbf0 == 0xf240 {
                *low = half;
            } else {
                found.push(u64::from(half << 16 | *low));
            }
        }
    }
    found
}

/// Addresses that RISC-V instructions jump to or make.
fn riscv(symbol: &Symbol) -> Vec<u64> {
    let halves: Vec<u32> =
        symbol.bytes.as_chunks().0.iter().map(|half| u32::from(u16::from_le_bytes(*half))).collect();
    let (mut found, mut upper, mut i) = (Vec::new(), [0_u64; 32], 0);
    while let Some(first) = halves.get(i) {
        let pc = symbol.at + 2 * i as u64;
        let word = first | halves.get(i + 1).copied().unwrap_or_default() << 16;
        let (register, source) = ((word >> 7 & 31) as usize, (word >> 15 & 31) as usize);
        i += 1 + usize::from(first & 3 == 3);
        let base = upper[source];
        if let Some(register) = written(*first) {
            upper[register] = 0;
        }
        match word & 0x7f {
            0x17 => upper[register] = pc.wrapping_add_signed(i64::from((word & 0xffff_f000) as i32)),
            0x37 => upper[register] = u64::from(word & 0xffff_f000),
            0x6f => {
                let [sign, low, middle, high] =
                    [word >> 31, word >> 21 & 0x3ff, word >> 20 & 1, word >> 12 & 0xff];
                let offset = sign << 19 | high << 11 | middle << 10 | low;
                found.push(pc.wrapping_add_signed(signed(offset, 20) * 2));
            }
            0x67 | 0x13 | 0x03 => found.push(base.wrapping_add_signed(signed(word >> 20, 12))),
            // C.JAL and C.J
            _ if matches!(first & 0xe003, 0x2001 | 0xa001) => {
                let bits = [
                    (12, 11),
                    (11, 4),
                    (10, 9),
                    (9, 8),
                    (8, 10),
                    (7, 6),
                    (6, 7),
                    (5, 3),
                    (4, 2),
                    (3, 1),
                    (2, 5),
                ];
                let offset = bits.iter().map(|(from, to)| (first >> from & 1) << to).sum::<u32>();
                found.push(pc.wrapping_add_signed(signed(offset, 12)));
            }
            _ => {}
        }
    }
    found
}

/// The register that a RISC-V instruction writes.
fn written(half: u32) -> Option<usize> {
    let [whole, short, last] = [half >> 7 & 31, half >> 7 & 7 | 8, half >> 2 & 7 | 8].map(|n| n as usize);
    match (half & 3, half >> 13) {
        // stores and branches
        (3, _) => (!matches!(half & 0x7f, 0x23 | 0x63)).then_some(whole),
        (0, 0 | 2) => Some(last),
        (1, 4) => Some(short),
        (1, 0 | 2 | 3) | (2, 0 | 2 | 4) => Some(whole),
        _ => None,
    }
}

/// A number of so many bits, the highest of them its sign.
fn signed(number: u32, bits: u32) -> i64 {
    i64::from((number << (32 - bits)) as i32 >> (32 - bits))
}
