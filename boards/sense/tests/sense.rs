//! Sensors and pins by mocks, on the desktop.
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use embassy_futures::block_on;
use embedded_hal_mock::eh1::delay::NoopDelay;
use embedded_hal_mock::eh1::digital::{Mock as Pin, State, Transaction as Set};
use embedded_hal_mock::eh1::i2c::{Mock as Bus, Transaction as Talk};
use embedded_hal_mock::eh1::pwm::{Mock as Channel, Transaction as Duty};
use lsm303agr::{AccelMode, AccelOutputDataRate, Lsm303agr};
use midge_core::Aligned;
use midge_core::signal::{FrontEnd, Recipe, Tables, made, shape};
use midge_sense::event::{Event, Events, Rule};
use midge_sense::motion;
use midge_sense::out::{Lamp, dim, line};
use midge_sense::picture::{Cut, Greys, Picture};
use midge_sense::reading::Centered;
use midge_sense::sound::Window;
use midge_sense::source::Samples;

#[test]
fn bytes_of_any_pieces_become_samples() {
    let wanted: Vec<i16> = (0..300i32).map(|i| (i * 211 % 60_000 - 30_000) as i16).collect();
    let bytes: Vec<u8> = wanted.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    // a reader that gives three bytes at most: samples come in halves
    struct Three<'a>(&'a [u8]);
    impl embedded_io::ErrorType for Three<'_> {
        type Error = core::convert::Infallible;
    }
    impl embedded_io::Read for Three<'_> {
        fn read(&mut self, to: &mut [u8]) -> Result<usize, Self::Error> {
            let len = to.len().min(3);
            embedded_io::Read::read(&mut self.0, &mut to[..len]).map_err(|error| match error {})
        }
    }
    impl embedded_io_async::Read for Three<'_> {
        async fn read(&mut self, to: &mut [u8]) -> Result<usize, Self::Error> {
            embedded_io::Read::read(self, to)
        }
    }
    let mut blocking = Samples::new(Three(&bytes));
    let mut waiting = Samples::new(Three(&bytes));
    let (mut came, mut later) = (Vec::new(), Vec::new());
    let mut room = [0; 7];
    loop {
        let count = blocking.read(&mut room).unwrap();
        came.extend_from_slice(&room[..count]);
        if count == 0 {
            break;
        }
        let count = block_on(waiting.read_async(&mut room)).unwrap();
        later.extend_from_slice(&room[..count]);
    }
    assert_eq!((came, later), (wanted.clone(), wanted));
}

#[test]
fn an_offset_is_followed_and_taken_away() {
    let mut centered = Centered::new(12, 6);
    let wave = |i: u32| if i % 16 < 8 { 100 } else { -100 };
    let samples: Vec<i16> = (0..2000).map(|i| centered.sample((1800 + wave(i)) as u16)).collect();
    let late = &samples[1500..1500 + 160];
    let mean = late.iter().map(|x| i64::from(*x)).sum::<i64>() / 160;
    assert!(mean.abs() < 32, "{mean}");
    assert!(late.iter().all(|x| (1300..1900).contains(&i32::from(*x).abs())), "{late:?}");
    // steps from end to end stay in range
    let mut wide = Centered::new(16, 15);
    assert_eq!((wide.sample(0), wide.sample(u16::MAX)), (0, i16::MAX));
}

const RECIPE: Recipe = Recipe {
    rate: 8000,
    window: 64,
    hop: 32,
    points: 64,
    shape: shape::HANN,
    mels: 8,
    low: 100,
    high: 4000,
    coefficients: 0,
};
static TABLES: Aligned<[u8; RECIPE.size()]> = made(RECIPE.tables());

/// What a plan with this front-end and an int8 input carries.
fn carried() -> Vec<u8> {
    let scale = midge_core::signal::Scale::new(0.25f32.to_bits(), -100).unwrap();
    let mut bytes = vec![0, 0, 1, 0];
    bytes.extend(scale.bytes());
    bytes.extend(TABLES.0);
    bytes
}

#[test]
fn windows_slide_over_sound() {
    let sound: Vec<i16> = (0..1000i32).map(|i| (i * i % 6000 - 3000) as i16).collect();
    let mut front = FrontEnd::<64, 8>::new(Tables::parse(&TABLES.0).unwrap()).unwrap();
    let (mut rest, mut frames) = (&sound[..], Vec::new());
    while let Some(frame) = front.push(&mut rest) {
        frames.push(frame.to_vec());
    }
    let carried = carried();
    let mut window = Window::<64, 8, 40>::new(&carried, 2).unwrap();
    let ears = midge_core::signal::Ears::parse(&carried).unwrap();
    let mut windows = Vec::new();
    for mut piece in sound.chunks(45) {
        while let Some(input) = window.push(&mut piece) {
            windows.push((*input, window.heard()));
        }
    }
    // five frames each, the first behind the fifth, then every second one
    assert_eq!(windows.len(), (frames.len() - 5) / 2 + 1);
    for (number, (input, heard)) in windows.iter().enumerate() {
        let mut wanted = [0; 40];
        for (frame, to) in frames[2 * number..].iter().zip(wanted.chunks_exact_mut(8)) {
            ears.fill(frame, to);
        }
        assert_eq!((input, *heard), (&wanted, (64 + 32 * (4 + 2 * number)) as u64), "window {number}");
    }
    assert!(Window::<64, 8, 41>::new(&carried, 1).is_err(), "41 bytes are no frames of 8");
    assert!(Window::<64, 8, 40>::new(&[], 1).is_err());
}

#[test]
fn an_accelerometer_is_read_by_its_driver() {
    // x, y, z as the sensor has them, high byte second: 10 bits above 6, of 4 thousandths
    let answer = vec![0x40, 0x00, 0x80, 0x00, 0x00, 0xc0];
    let mut bus = Bus::new(&[
        Talk::write(0x19, vec![0x23, 0x00]),
        Talk::write(0x19, vec![0x20, 0x57]),
        Talk::write_read(0x19, vec![0x28 | 0x80], answer),
    ]);
    let mut sensor = Lsm303agr::new_with_i2c(bus.clone());
    let (mode, rate) = (AccelMode::Normal, AccelOutputDataRate::Hz100);
    block_on(sensor.set_accel_mode_and_odr(&mut NoopDelay, mode, rate)).unwrap();
    assert_eq!(block_on(motion::reading(&mut sensor)).unwrap(), [4, 8, -1024]);
    bus.done();

    let mut window = motion::Window::<2>::new();
    assert!(!window.push([9, 9, 9]) && window.push([1000, -500, 0]) && window.push([2000, 500, -4000]));
    let (mut bytes, mut reals) = ([0; 6], [0.0; 6]);
    window.fill(&mut bytes, 1.0 / 64.0, 3);
    window.reals(&mut reals);
    assert_eq!(bytes, [67, -29, 3, 127, 35, -128]);
    assert_eq!(reals, [1.0, -0.5, 0.0, 2.0, 0.5, -4.0]);
}

#[test]
fn pictures_are_cut_and_resized_as_on_the_desktop() {
    let bytes: Vec<u8> = (0..24u32 * 20).map(|i| (i * i % 251) as u8).collect();
    let whole = Picture::new(&bytes, 24).unwrap();
    let greys = Greys::new(1.0 / 255.0, 1.0 / 255.0, -128);
    // the same size: the same greys
    let mut input = vec![0; bytes.len()];
    whole.fill(&mut input, 24, &greys);
    assert!(input.iter().zip(&bytes).all(|(to, grey)| i32::from(*to) + 128 == i32::from(*grey)));
    for [width, height] in [[8, 8], [7, 5], [30, 31]] {
        let mut input = vec![0; width * height];
        whole.square().fill(&mut input, width, &greys);
        let cut: Vec<f32> =
            bytes.chunks_exact(24).flat_map(|line| line[2..22].iter().map(|grey| f32::from(*grey))).collect();
        let wanted = resized(&cut, [20, 20], [width, height]);
        let off = |(to, wanted): (&i8, f32)| (f32::from(*to) + 128.0 - wanted).abs();
        assert!(input.iter().zip(wanted).map(off).all(|off| off <= 0.51), "{width}x{height}");
    }
    assert!(Picture::new(&bytes, 23).is_none() && Picture::new(&[], 0).is_none());
    assert!(whole.cut(Cut { at: [20, 0], size: [5, 5] }).is_none(), "beyond the right edge");
    let corner = whole.cut(Cut { at: [22, 18], size: [2, 2] }).unwrap();
    let mut last = [0; 4];
    corner.fill(&mut last, 2, &greys);
    assert_eq!(last.map(|to| (i32::from(to) + 128) as u8), [bytes[454], bytes[455], bytes[478], bytes[479]]);
}

/// Means by triangles, in floats.
fn resized(from: &[f32], [w, h]: [usize; 2], [width, height]: [usize; 2]) -> Vec<f32> {
    let weights = |at: usize, from: usize, to: usize| -> Vec<f32> {
        let ratio = from as f32 / to as f32;
        let centre = (at as f32 + 0.5) * ratio - 0.5;
        (0..from).map(|old| (1.0 - (old as f32 - centre).abs() / ratio.max(1.0)).max(0.0)).collect()
    };
    let mut all = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let (lines, columns) = (weights(y, h, height), weights(x, w, width));
            let (mut sum, mut total) = (0.0, 0.0);
            for (i, line) in lines.iter().enumerate() {
                for (j, column) in columns.iter().enumerate() {
                    sum += line * column * from[i * w + j];
                    total += line * column;
                }
            }
            all.push(sum / total);
        }
    }
    all
}

#[test]
fn events_need_a_majority_two_thresholds_and_quiet() {
    let rule = Rule { on: 50, off: 20, votes: 2, quiet: 100 };
    let mut events = Events::<3>::new(rule);
    let mut tell = |scores: [i8; 2], at| events.push(&scores, at);
    assert_eq!(tell([60, 0], 0), None, "one vote");
    assert_eq!(tell([10, 40], 10), None, "no class is sure");
    assert_eq!(tell([60, 0], 20), Some(Event { class: 0, at: 20 }));
    assert_eq!(tell([70, 0], 30), None, "it is there already");
    assert_eq!(tell([30, 0], 40), None, "enough to stay");
    assert_eq!(tell([30, 0], 50), None);
    // it goes, and another comes, which has to wait
    assert_eq!(tell([0, 90], 60), None);
    assert_eq!(tell([0, 90], 70), None, "quiet until 120");
    assert_eq!(tell([0, 90], 119), None);
    assert_eq!(tell([0, 90], 120), Some(Event { class: 1, at: 120 }));
    assert_eq!(events.there(), Some(1));
    for at in [130, 140] {
        events.push(&[0i8, 0], at);
    }
    assert_eq!(events.there(), None);
}

#[test]
fn events_go_to_pins_and_lines() {
    let mut pin = Pin::new(&[Set::set(State::High), Set::set(State::Low)]);
    let mut lamp = Lamp::new(pin.clone(), 3);
    lamp.show(Some(3)).unwrap();
    lamp.show(Some(2)).unwrap();
    pin.done();
    let mut channel = Channel::new(&[
        Duty::max_duty_cycle(1000),
        Duty::set_duty_cycle(0),
        Duty::max_duty_cycle(1000),
        Duty::set_duty_cycle(1000),
    ]);
    dim(&mut channel, -128).unwrap();
    dim(&mut channel, 127).unwrap();
    channel.done();
    let mut port = String::new();
    line(&mut port, Event { class: 1, at: 800 }, &["zero", "one"]).unwrap();
    line(&mut port, Event { class: 2, at: 900 }, &["zero", "one"]).unwrap();
    assert_eq!(port, "800 one\r\n900 2\r\n");
}
