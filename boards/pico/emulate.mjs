// A Raspberry Pi Pico in rp2040js: node emulate.mjs RP2040JS FLASH SAMPLES LINES SECONDS
//
// FLASH is what is in flash from its first byte on. GP26 follows the samples, 16 bits with the low byte first, as the converter
// of 12 bits reads them. Prints LINES lines of the first serial port, and between them how GP25 switches; fails when they have not
// come within so many seconds of the chip's time. The package has no boot ROM: the firmware starts at its vector table, behind the
// 256 bytes that the ROM would run.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [module, flash, samples, lines, seconds] = process.argv.slice(2);
const { ConsoleLogger, GPIOPinState, LogLevel, RP2040 } = await import(pathToFileURL(module));

const chip = new RP2040();
chip.logger = new ConsoleLogger(LogLevel.Error);
chip.flash.set(readFileSync(flash));
const table = 0x10000100;
chip.core.VTOR = table;
chip.core.SP = chip.readUint32(table);
chip.core.PC = chip.readUint32(table + 4) & ~1;

const sound = readFileSync(samples);
let at = 0;
const convert = chip.adc.onADCRead;
chip.adc.onADCRead = (channel) => {
  const sample = at + 1 < sound.length ? sound.readInt16LE(at) : 0;
  at += 2;
  chip.adc.channelValues[channel] = (sample >> 4) + 2048;
  convert(channel);
};

let line = '';
let missing = Number(lines);
chip.uart[0].onByte = (byte) => {
  if (byte !== 10) {
    line += String.fromCharCode(byte);
    return;
  }
  console.log(line.trimEnd());
  line = '';
  missing -= 1;
};

chip.gpio[25].addListener((state) => console.log(`GP25: ${GPIOPinState[state]}`));

const { clock, core } = chip;
const cycle = 1e9 / chip.clkSys;
while (missing > 0) {
  if (clock.nanos > seconds * 1e9) {
    console.error(`${missing} lines have not come in ${seconds} s of the chip's time`);
    process.exit(1);
  }
  if (core.waiting && clock.nextAlarm === null) {
    console.error('the chip sleeps, and nothing will wake it');
    process.exit(1);
  }
  clock.tick(core.waiting ? clock.nanosToNextAlarm : core.executeInstruction() * cycle);
}
