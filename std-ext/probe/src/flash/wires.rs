//! For tests: a probe whose wires come loose, and the chip behind them, as far as flashing sees it.
//!
//! probe-rs' own fake core keeps nothing that is written to it and never fails. This one is behind the same trait as
//! probe-rs' drivers, on the level of the debug port's registers: a memory, a core that halts, and in the place of what
//! runs on it the routine that programs a page.

use std::collections::HashMap;
use std::io::{Error, ErrorKind};
use std::sync::{Arc, Mutex};

use probe_rs::CoreStatus;
use probe_rs::architecture::arm::sequences::ArmDebugSequence;
use probe_rs::architecture::arm::{
    ArmCommunicationInterface, ArmDebugInterface, ArmError, DapProbe, RawDapAccess, RegisterAddress,
};
use probe_rs::probe::{DebugProbe, DebugProbeError, Probe, WireProtocol};

// registers of Arm's debug interface, version 5, and of ARMv7-M's debugging
const CTRL: u8 = 0x04;
const CSW: u8 = 0x00;
const TAR: u8 = 0x04;
const DRW: u8 = 0x0c;
const AIRCR: u32 = 0xe000_ed0c;
const DFSR: u32 = 0xe000_ed30;
const DHCSR: u32 = 0xe000_edf0;
const DCRSR: u32 = 0xe000_edf4;
const DCRDR: u32 = 0xe000_edf8;
const DEMCR: u32 = 0xe000_edfc;

/// A chip with flash from 0x0800_0000 and RAM from 0x2000_0000.
#[derive(Debug, Default)]
struct Silicon {
    ctrl: u32,
    csw: u32,
    tar: u32,
    words: HashMap<u32, u32>,
    registers: HashMap<u32, u32>,
    halted: bool,
    /// Pages that the wires hold for.
    pages: usize,
    loose: bool,
}

/// A probe, and the view of its chip that a test keeps.
#[derive(Clone, Debug)]
pub(super) struct Wires(Arc<Mutex<Silicon>>);

impl Wires {
    /// Wires that come loose when a page more than so many is programmed.
    pub(super) fn after(pages: usize) -> Wires {
        Wires(Arc::new(Mutex::new(Silicon { pages, ..Silicon::default() })))
    }

    pub(super) fn probe(&self) -> Probe {
        Probe::from_specific_probe(Box::new(self.clone()))
    }

    /// What the chip's memory has there.
    pub(super) fn word(&self, at: u32) -> u32 {
        self.0.lock().unwrap().word(at)
    }

    fn chip<T>(&self, then: impl FnOnce(&mut Silicon) -> T) -> Result<T, DebugProbeError> {
        let mut chip = self.0.lock().unwrap();
        let told = then(&mut chip);
        match chip.loose {
            true => Err(DebugProbeError::Usb(Error::from(ErrorKind::NotConnected))),
            false => Ok(told),
        }
    }
}

impl Silicon {
    fn word(&self, at: u32) -> u32 {
        self.words.get(&at).copied().unwrap_or(0)
    }

    fn read(&self, at: u32) -> u32 {
        match at {
            // a register is ready, and whether the core is halted, because that was asked for
            DHCSR => self.word(DHCSR) | 1 << 16 | u32::from(self.halted) << 17,
            DFSR => 1,
            _ => self.word(at),
        }
    }

    fn write(&mut self, at: u32, word: u32) {
        match at {
            DCRSR if word & 1 << 16 != 0 => drop(self.registers.insert(word & 0x7f, self.word(DCRDR))),
            DCRSR => drop(self.words.insert(DCRDR, self.register(word & 0x7f))),
            AIRCR if word & 4 != 0 => self.halted = self.word(DEMCR) & 1 != 0,
            DHCSR => {
                self.words.insert(DHCSR, word & 0xf);
                match (self.halted, word & 2 != 0, word & 4 != 0) {
                    (true, false, false) => self.run(),
                    (_, halt, step) => self.halted = halt || step,
                }
            }
            _ => drop(self.words.insert(at, word)),
        }
    }

    fn register(&self, number: u32) -> u32 {
        self.registers.get(&number).copied().unwrap_or(0)
    }

    /// A routine of the flash algorithm. The one that programs is the one that is given a place in flash, a length and a
    /// place in RAM. All return 0: done.
    fn run(&mut self) {
        let [to, len, from] = [0, 1, 2].map(|number| self.register(number));
        if (0x0800_0000..0x0810_0000).contains(&to) && (0x2000_0000..0x2002_0000).contains(&from) {
            self.loose |= self.pages == 0;
            self.pages = self.pages.saturating_sub(1);
            for at in (0..len).step_by(4).filter(|_| !self.loose) {
                self.words.insert(to + at, self.word(from + at));
            }
        }
        self.registers.insert(0, 0);
    }

    /// The lanes that a transfer has in a word, and the address behind it.
    fn transfer(&mut self) -> (u32, u32) {
        let (at, bytes) = (self.tar, 1 << (self.csw & 3));
        self.tar += bytes;
        (at & !3, (u32::MAX >> (32 - 8 * bytes)) << (8 * (at & 3)))
    }
}

impl RawDapAccess for Wires {
    fn raw_read_register(&mut self, address: RegisterAddress) -> Result<u32, ArmError> {
        let told = self.chip(|chip| match (address.is_ap(), address.lsb()) {
            (false, 0) => 0x2ba0_1477, // DPIDR of a Cortex-M4
            // what was asked to be powered is
            (false, CTRL) => chip.ctrl | (chip.ctrl & 0x5000_0000) << 1,
            (true, 0xfc) => 0x2477_0011, // IDR of its AHB-AP
            (true, CSW) => chip.csw,
            (true, TAR) => chip.tar,
            (true, DRW) => {
                let (at, _) = chip.transfer();
                chip.read(at)
            }
            _ => 0,
        });
        Ok(told?)
    }

    fn raw_write_register(&mut self, address: RegisterAddress, value: u32) -> Result<(), ArmError> {
        let told = self.chip(|chip| match (address.is_ap(), address.lsb()) {
            (false, CTRL) => chip.ctrl = value,
            (true, CSW) => chip.csw = value,
            (true, TAR) => chip.tar = value,
            (true, DRW) => {
                let (at, lanes) = chip.transfer();
                chip.write(at, chip.word(at) & !lanes | value & lanes);
            }
            _ => {}
        });
        Ok(told?)
    }

    fn jtag_sequence(&mut self, _: u8, _: bool, _: u64) -> Result<(), DebugProbeError> {
        Err(DebugProbeError::UnsupportedProtocol(WireProtocol::Jtag))
    }

    fn swj_sequence(&mut self, _: u8, _: u64) -> Result<(), DebugProbeError> {
        self.chip(|_| ())
    }

    fn swj_pins(&mut self, _: u32, _: u32, _: u32) -> Result<u32, DebugProbeError> {
        self.chip(|_| 0)
    }

    fn into_probe(self: Box<Self>) -> Box<dyn DebugProbe> {
        self
    }

    fn core_status_notification(&mut self, _: CoreStatus) -> Result<(), DebugProbeError> {
        self.chip(|_| ())
    }
}

impl DapProbe for Wires {}

impl DebugProbe for Wires {
    fn get_name(&self) -> &str {
        "loose wires"
    }

    fn speed_khz(&self) -> u32 {
        1000
    }

    fn set_speed(&mut self, speed: u32) -> Result<u32, DebugProbeError> {
        Ok(speed)
    }

    fn attach(&mut self) -> Result<(), DebugProbeError> {
        self.chip(|_| ())
    }

    fn detach(&mut self) -> Result<(), probe_rs::Error> {
        Ok(self.chip(|_| ())?)
    }

    fn target_reset(&mut self) -> Result<(), DebugProbeError> {
        self.chip(|_| ())
    }

    fn target_reset_assert(&mut self) -> Result<(), DebugProbeError> {
        self.chip(|_| ())
    }

    fn target_reset_deassert(&mut self) -> Result<(), DebugProbeError> {
        self.chip(|_| ())
    }

    fn select_protocol(&mut self, _: WireProtocol) -> Result<(), DebugProbeError> {
        self.chip(|_| ())
    }

    fn active_protocol(&self) -> Option<WireProtocol> {
        Some(WireProtocol::Swd)
    }

    fn has_arm_interface(&self) -> bool {
        true
    }

    fn try_get_arm_debug_interface<'probe>(
        self: Box<Self>,
        sequence: Arc<dyn ArmDebugSequence>,
    ) -> Result<Box<dyn ArmDebugInterface + 'probe>, (Box<dyn DebugProbe>, ArmError)> {
        Ok(ArmCommunicationInterface::create(self, sequence, false))
    }

    fn into_probe(self: Box<Self>) -> Box<dyn DebugProbe> {
        self
    }
}
