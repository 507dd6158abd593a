//! Changing a plan byte by byte, and sealing it again: how damaged files are made that only one check can catch.

use midge_core::crc32;
use midge_core::plan::{Entry, HEADER_LEN, Header, ID, Operand, Port, Region, STEP_LEN, Section, section};
use sha2::{Digest, Sha256};

/// A plan that is being changed. Indices and kinds that are not there change nothing.
#[derive(Clone, Debug)]
pub struct Edit {
    /// The bytes as they are now.
    pub file: Vec<u8>,
}

macro_rules! records {
    ($($(#[$doc:meta])* $name:ident: $record:ident in $section:ident;)*) => { $(
        $(#[$doc])*
        pub fn $name(self, index: usize, change: impl FnOnce(&mut $record)) -> Self {
            let at = self.start(section::$section) + index * $record::LEN;
            self.record(at, $record::read, |r| r.bytes().to_vec(), change)
        }
    )* };
}

impl Edit {
    /// Starts from a sound plan.
    pub fn new(file: &[u8]) -> Self {
        Edit { file: file.to_vec() }
    }

    records! {
        /// Changes an entry of the region table.
        region: Region in REGIONS;
        /// Changes an entry of the operand table.
        operand: Operand in OPERANDS;
        /// Changes an input or output.
        port: Port in PORTS;
        /// Changes an entry point.
        entry: Entry in ENTRIES;
    }

    /// Changes the header.
    pub fn header(self, change: impl FnOnce(&mut Header)) -> Self {
        self.record(0, Header::read, |h| h.bytes().to_vec(), change)
    }

    /// Changes an entry of the section table, found by its kind.
    pub fn section(self, kind: u16, change: impl FnOnce(&mut Section)) -> Self {
        let index = self.table().position(|s| s.kind == kind).unwrap_or(usize::MAX / Section::LEN);
        self.record(HEADER_LEN + index * Section::LEN, Section::read, |s| s.bytes().to_vec(), change)
    }

    /// Changes the record of a step: `code u16, words u8, arity u8, rows u16, ids`, parameters.
    pub fn step(mut self, index: usize, change: impl FnOnce(&mut [u8])) -> Self {
        let mut at = self.start(section::STEPS);
        let words = |file: &[u8], at: usize| usize::from(file.get(at + 2).copied().unwrap_or(0));
        for _ in 0..index {
            at += 4 * words(&self.file, at);
        }
        let end = at + 4 * words(&self.file, at);
        change(self.file.get_mut(at..end).unwrap_or(&mut []));
        self
    }

    /// Drops all steps but one. There is one entry point, which runs it.
    pub fn alone(mut self, index: usize) -> Self {
        let mut record = vec![];
        self = self.step(index, |bytes| record = bytes.to_vec());
        let at = self.start(section::STEPS);
        if let Some(to) = self.file.get_mut(at..at + record.len()) {
            to.copy_from_slice(&record);
        }
        self.section(section::STEPS, |s| s.len = record.len() as u32)
            .entry(0, |e| (e.first, e.count) = (0, 1))
    }

    /// Gives the constants other bytes.
    pub fn constants(mut self, change: impl FnOnce(&mut [u8])) -> Self {
        let at = self.start(section::CONSTANTS);
        let len = self.table().find(|s| s.kind == section::CONSTANTS).map_or(0, |s| s.len as usize);
        change(self.file.get_mut(at..at + len).unwrap_or(&mut []));
        self
    }

    /// Changes a 16-bit field of a step's parameters, counted in bytes from their start.
    pub fn parameter(self, step: usize, at: usize, value: u16) -> Self {
        self.step(step, |record| {
            let operands = usize::from(record[3] & 31);
            let at = (STEP_LEN + 2 * operands).next_multiple_of(4) + at;
            record[at..at + 2].copy_from_slice(&value.to_le_bytes());
        })
    }

    /// Flips the sign of a byte of the constants.
    pub fn negate(mut self, at: usize) -> Self {
        let at = self.start(section::CONSTANTS) + at;
        if let Some(byte) = self.file.get_mut(at) {
            *byte ^= 0x80;
        }
        self
    }

    /// Flips the lowest bit of a byte of a section.
    pub fn flip(mut self, kind: u16, at: usize) -> Self {
        let at = self.start(kind) + at;
        if let Some(byte) = self.file.get_mut(at) {
            *byte ^= 1;
        }
        self
    }

    /// The file with every checksum, identity and digest made to match again.
    pub fn seal(mut self) -> Vec<u8> {
        let (device, end) = Header::read(&self.file)
            .map_or((0, 0), |h| (h.device_len as usize * 16, h.file_len as usize * 16));
        let host = self.file.get(device..end).map(Sha256::digest);
        let digest = self.start(section::HOST_DIGEST);
        if let (Some(host), Some(to)) = (host, self.file.get_mut(digest..digest + 32)) {
            to.copy_from_slice(&host);
        }
        let sections: Vec<Section> = self.table().collect();
        for (i, s) in sections.into_iter().enumerate() {
            let start = s.offset as usize * 16;
            if let Some(body) = self.file.get(start..start.saturating_add(s.len as usize)) {
                let crc = crc32(0, body);
                let at = HEADER_LEN + i * Section::LEN;
                self = self.record(at, Section::read, |s| s.bytes().to_vec(), |s| s.crc = crc);
            }
        }
        let table_end = HEADER_LEN + self.table().count() * Section::LEN;
        let id = self.file.get(HEADER_LEN..device).map(Sha256::digest);
        if let (Some(id), Some(to)) = (id, self.file.get_mut(ID)) {
            to.copy_from_slice(&id);
        }
        let covered = [&self.file[..Header::LEN - 4], &self.file[ID.start..table_end]].concat();
        self.header(|h| h.crc = crc32(0, &covered)).file
    }

    /// The section table.
    pub(crate) fn table(&self) -> impl Iterator<Item = Section> {
        let count = Header::read(&self.file).map_or(0, |h| usize::from(h.sections));
        let table = self.file.get(HEADER_LEN..).unwrap_or_default();
        table.chunks_exact(Section::LEN).take(count).filter_map(Section::read)
    }

    /// Where a section starts; far away if there is none.
    fn start(&self, kind: u16) -> usize {
        self.table().find(|s| s.kind == kind).map_or(usize::MAX / 2, |s| s.offset as usize * 16)
    }

    fn record<T>(
        mut self,
        at: usize,
        read: impl Fn(&[u8]) -> Option<T>,
        bytes: impl Fn(&T) -> Vec<u8>,
        change: impl FnOnce(&mut T),
    ) -> Self {
        if let Some(mut record) = self.file.get(at..).and_then(read) {
            change(&mut record);
            let bytes = bytes(&record);
            self.file[at..at + bytes.len()].copy_from_slice(&bytes);
        }
        self
    }
}
