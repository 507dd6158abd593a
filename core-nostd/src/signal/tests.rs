//! The front-end against the same in doubles, by the definitions.

use std::f64::consts::PI;
use std::vec::Vec;

use super::*;
use crate::Aligned;

/// For keywords at 16 kHz, as MLPerf Tiny has them.
const KEYWORDS: Recipe = Recipe {
    rate: 16000,
    window: 480,
    hop: 320,
    points: 512,
    shape: shape::HANN,
    mels: 40,
    low: 20,
    high: 4000,
    coefficients: 10,
};
/// For digits at 8 kHz.
const DIGITS: Recipe = Recipe {
    rate: 8000,
    window: 256,
    hop: 128,
    points: 256,
    shape: shape::HAMMING,
    mels: 20,
    low: 60,
    high: 4000,
    coefficients: 0,
};
const RECIPES: [Recipe; 4] = [
    KEYWORDS,
    DIGITS,
    Recipe { points: 64, window: 50, hop: 50, mels: 8, low: 300, high: 3400, coefficients: 8, ..DIGITS },
    Recipe {
        points: 1024,
        window: 1024,
        hop: 7,
        mels: 128,
        low: 900,
        high: 8000,
        coefficients: 0,
        ..KEYWORDS
    },
];

fn tables(recipe: &Recipe) -> Vec<u8> {
    let mut bytes = std::vec![0; recipe.size()];
    recipe.fill(&mut bytes).unwrap();
    bytes
}

/// All frames, samples given in pieces of these lengths over and over.
fn frames(bytes: &[u8], samples: &[i16], pieces: &[usize]) -> Vec<Vec<i32>> {
    // bytes of a vector may start anywhere
    let mut aligned = Aligned([0; 16 << 10]);
    aligned.0[..bytes.len()].copy_from_slice(bytes);
    let tables = Tables::parse(&aligned.0[..bytes.len()]).unwrap();
    let mut front = FrontEnd::<1024, 128>::new(tables).unwrap();
    let (mut rest, mut frames) = (samples, Vec::new());
    for n in pieces.iter().cycle() {
        let (mut piece, later) = rest.split_at(rest.len().min(*n));
        while let Some(frame) = front.push(&mut piece) {
            frames.push(frame.to_vec());
        }
        rest = later;
        if rest.is_empty() {
            break;
        }
    }
    frames
}

/// Numbers that look random, the same each time.
fn noise(seed: u64) -> impl FnMut() -> f64 {
    let mut s = seed;
    move || {
        s = s.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (s >> 33) as f64 / (1u64 << 30) as f64 - 1.0
    }
}

/// Sounds of 2500 samples, and their names.
fn sounds() -> Vec<(&'static str, Vec<i16>)> {
    let made = |of: &mut dyn FnMut(f64) -> f64| (0..2500).map(|n| of(f64::from(n)).round() as i16).collect();
    let mut loud = noise(1);
    let mut soft = noise(2);
    std::vec![
        ("silence", made(&mut |_| 0.0)),
        ("a click", made(&mut |n| if n == 1000.0 { -32768.0 } else { 0.0 })),
        ("full noise", made(&mut |_| 32767.0 * loud())),
        ("soft noise", made(&mut |_| 20.0 * soft())),
        ("a tone", made(&mut |n| 32767.0 * (n * 0.3).sin())),
        ("a soft tone", made(&mut |n| 100.0 * (n * 0.9).sin())),
        ("a square", made(&mut |n| if (n / 41.0) as i32 % 2 == 0 { 32767.0 } else { -32768.0 })),
        ("a sweep", made(&mut |n| 9000.0 * (n * n * 4e-4).sin() + 20.0 * (n * 2.0).cos())),
        ("the most", made(&mut |_| -32768.0)),
    ]
}

/// The bands of a frame in doubles, as base-2 logarithms of one more than their powers, and that of the loudest power.
fn reference(recipe: &Recipe, samples: &[i16]) -> (Vec<f64>, f64) {
    let points = f64::from(recipe.points);
    let windowed: Vec<f64> = samples
        .iter()
        .enumerate()
        .map(|(n, x)| {
            let cos = (2.0 * PI * n as f64 / f64::from(recipe.window)).cos();
            let weight = if recipe.shape == shape::HANN { 0.5 - 0.5 * cos } else { 0.54 - 0.46 * cos };
            weight * f64::from(*x)
        })
        .collect();
    let power = |k: usize| -> f64 {
        let angle = |n: usize| 2.0 * PI * k as f64 * n as f64 / points;
        let part =
            |of: fn(f64) -> f64| windowed.iter().enumerate().map(|(n, x)| x * of(angle(n))).sum::<f64>();
        part(f64::cos).powi(2) + part(f64::sin).powi(2)
    };
    let mel = |f: f64| 1127.0 * (1.0 + f / 700.0).ln();
    let (low, high) = (mel(recipe.low.into()), mel(recipe.high.into()));
    let step = (high - low) / f64::from(recipe.mels + 1);
    let mut bands = std::vec![1.0; recipe.mels.into()];
    for k in 1..usize::from(recipe.points) / 2 {
        let at = (mel(k as f64 * f64::from(recipe.rate) / points) - low) / step;
        let power = power(k);
        for (m, band) in bands.iter_mut().enumerate() {
            *band += power * (1.0 - (at - 1.0 - m as f64).abs()).max(0.0);
        }
    }
    let bands = bands.into_iter().map(f64::log2).collect();
    (bands, (0..usize::from(recipe.points) / 2).map(power).fold(1.0, f64::max).log2())
}

/// The cosine transform of bands, in their units.
fn transform(recipe: &Recipe, bands: &[i32]) -> Vec<f64> {
    let count = bands.len() as f64;
    let coefficient = |k: usize| {
        let norm = if k == 0 { (1.0 / count).sqrt() } else { (2.0 / count).sqrt() };
        let cos = |n: usize| (PI * k as f64 * (n as f64 + 0.5) / count).cos();
        bands.iter().enumerate().map(|(n, x)| norm * f64::from(*x) * cos(n)).sum()
    };
    (0..recipe.coefficients.into()).map(coefficient).collect()
}

/// Steps of the features, [`ONE`] a doubling, that one may be off by: whatever a tenth of that is from the loudest power of the
/// frame, in decibels.
const OFF: [f64; 7] = [4.0, 4.0, 4.0, 4.0, 8.0, 16.0, 64.0];
/// What a coefficient may be off by from the transform of the bands that were found.
const COEFFICIENT_OFF: f64 = 4.0;

#[test]
fn features_are_those_of_doubles() {
    for recipe in RECIPES {
        let plain = Recipe { coefficients: 0, ..recipe };
        for (name, samples) in sounds() {
            let bands = frames(&tables(&plain), &samples, &[usize::MAX]);
            let coefficients = frames(&tables(&recipe), &samples, &[usize::MAX]);
            let windows = samples.windows(recipe.window.into()).step_by(recipe.hop.into());
            assert_eq!((bands.len(), coefficients.len()), (windows.len(), windows.len()));
            let every = bands.len().div_ceil(if cfg!(miri) { 1 } else { 4 });
            let some = windows.zip(bands).zip(coefficients).step_by(every);
            for ((window, bands), coefficients) in some {
                let (wanted, top) = reference(&recipe, window);
                for (m, (got, want)) in bands.iter().zip(&wanted).enumerate() {
                    let decibels = (top - want).max(0.0) * 10.0 * 2f64.log10();
                    let off = (f64::from(*got) - want * f64::from(ONE)).abs();
                    let most = OFF.get((decibels / 10.0) as usize).copied().unwrap_or(f64::INFINITY);
                    assert!(off <= most, "{name}, band {m} of {recipe:?}: {got}, {want} of {top}");
                }
                for (got, want) in coefficients.iter().zip(transform(&recipe, &bands)) {
                    let off = (f64::from(*got) - want).abs();
                    assert!(off <= COEFFICIENT_OFF, "{name}, {recipe:?}: {got}, {want}");
                }
            }
        }
    }
}

#[test]
fn how_samples_are_cut_does_not_matter() {
    for recipe in RECIPES {
        let bytes = tables(&recipe);
        for (name, samples) in sounds().into_iter().skip(2).step_by(if cfg!(miri) { 6 } else { 1 }) {
            let whole = frames(&bytes, &samples, &[usize::MAX]);
            for pieces in [&[1][..], &[7, 0, 300, 1], &[1024]] {
                assert_eq!(frames(&bytes, &samples, pieces), whole, "{name} by {pieces:?} of {recipe:?}");
            }
        }
    }
}

#[test]
fn the_bits_are_these() {
    let (mut noise, mut at) = (noise(7), 0.0);
    let samples: Vec<i16> = (0..4000)
        .map(|n| {
            at += 0.001 * f64::from(n % 700);
            let loud = f64::from(n * 7 % 4000);
            ((loud * 4.0 * (at - f64::floor(at) - 0.5) + loud * noise()) * 2.0) as i16
        })
        .collect();
    let crc = |recipe: &Recipe| {
        let numbers = frames(&tables(recipe), &samples, &[1000]).concat();
        numbers.iter().fold(0, |crc, number| crate::crc32(crc, &number.to_le_bytes()))
    };
    assert_eq!(RECIPES.each_ref().map(crc), [3586166344, 2918857471, 4124105395, 3278721812]);
}

#[test]
fn what_the_compiler_makes_is_what_the_desktop_makes() {
    const N: usize = DIGITS.size();
    static MADE: Aligned<[u8; N]> = made(DIGITS.tables());
    assert_eq!(MADE.0, tables(&DIGITS)[..]);
    assert_eq!(Tables::parse(&MADE.0).unwrap().recipe(), &DIGITS);
}

#[test]
fn recipes_that_make_no_sense_are_refused() {
    let refused = [
        (Recipe { points: 2048, ..KEYWORDS }, Unfit::Points),
        (Recipe { points: 500, ..KEYWORDS }, Unfit::Points),
        (Recipe { window: 513, ..KEYWORDS }, Unfit::Window),
        (Recipe { window: 0, ..KEYWORDS }, Unfit::Window),
        (Recipe { hop: 481, ..KEYWORDS }, Unfit::Hop),
        (Recipe { hop: 0, ..KEYWORDS }, Unfit::Hop),
        (Recipe { shape: 2, ..KEYWORDS }, Unfit::Shape),
        (Recipe { mels: 0, coefficients: 0, ..KEYWORDS }, Unfit::Mels),
        (Recipe { mels: 129, ..KEYWORDS }, Unfit::Mels),
        (Recipe { low: 4000, ..KEYWORDS }, Unfit::Frequencies),
        (Recipe { high: 8001, ..KEYWORDS }, Unfit::Frequencies),
        (Recipe { coefficients: 41, ..KEYWORDS }, Unfit::Coefficients),
        (Recipe { mels: 128, ..KEYWORDS }, Unfit::Band),
    ];
    for (recipe, why) in refused {
        let mut bytes = std::vec![0; recipe.size()];
        assert_eq!(recipe.fill(&mut bytes), Err(why), "{recipe:?}");
    }
    assert_eq!(KEYWORDS.fill(&mut [0; 9]), Err(Unfit::Tables));
}

#[test]
fn damaged_tables_are_refused_or_give_numbers() {
    let sound = sounds().remove(2).1;
    for recipe in [DIGITS, RECIPES[2]] {
        let bytes = tables(&recipe);
        for len in 0..bytes.len() {
            assert!(Tables::parse(&bytes[..len]).is_err(), "{len}");
        }
        let mut noise = noise(3);
        for _ in 0..if cfg!(miri) { 5 } else { 2000 } {
            let mut damaged = Aligned([0; DIGITS.size()]);
            let damaged = &mut damaged.0[..bytes.len()];
            damaged.copy_from_slice(&bytes);
            for _ in 0..3 {
                let at = (noise().abs() * damaged.len() as f64) as usize;
                damaged[at] = (noise() * 127.0) as u8;
            }
            let Ok(tables) = Tables::parse(damaged) else { continue };
            let mut front = FrontEnd::<1024, 128>::new(tables).unwrap();
            assert!(front.push(&mut &sound[..]).is_some());
        }
    }
}

#[test]
fn a_front_end_has_room_or_is_none() {
    let bytes = made::<{ DIGITS.size() }>(DIGITS.tables());
    let tables = Tables::parse(&bytes.0).unwrap();
    assert_eq!(FrontEnd::<128, 20>::new(tables).unwrap_err(), Unfit::Capacity);
    assert_eq!(FrontEnd::<256, 19>::new(tables).unwrap_err(), Unfit::Capacity);
    let mut front = FrontEnd::<256, 20>::new(tables).unwrap();
    let first = front.push(&mut &[99; 256][..]).map(<[i32]>::to_vec);
    assert_eq!(front.push(&mut &[5; 127][..]), None);
    front.reset();
    assert_eq!(front.push(&mut &[5; 255][..]), None);
    front.reset();
    assert_eq!(front.push(&mut &[99; 256][..]).map(<[i32]>::to_vec), first);
}

#[test]
fn bytes_of_an_input_are_the_nearest() {
    let mut noise = noise(9);
    for power in -9..=11 {
        let exact = 2f32.powi(power);
        for scale in [exact, exact * 1.9999999, exact * (1.5 + 0.49 * noise() as f32)] {
            let zero = (noise() * 127.0) as i32;
            let made = Scale::new(scale.to_bits(), zero).unwrap();
            assert_eq!(Scale::normal(scale, zero, 0.0, 1.0).unwrap(), made);
            for _ in 0..if cfg!(miri) { 20 } else { 2000 } {
                let feature = (noise() * 200.0 * f64::from(scale) * 512.0).clamp(-4e5, 4e5) as i32;
                let steps = f64::from(feature) / 512.0 / f64::from(scale);
                let want = (steps.round() as i32 + zero).clamp(-128, 127);
                let tie = (steps.abs().fract() - 0.5).abs() < 1e-6 && scale != exact;
                assert!(tie || i32::from(made.byte(feature)) == want, "{feature} by {scale}: {want}");
            }
        }
    }
    assert!(Scale::new(2f32.powi(12).to_bits(), 127).is_ok());
    for (scale, zero) in
        [(0.0, 0), (0.001, 0), (4097.0, 0), (-1.0, 0), (f32::NAN, 0), (f32::INFINITY, 0), (1.0, 128)]
    {
        assert_eq!(Scale::new(scale.to_bits(), zero), Err(Unfit::Scale), "{scale} {zero}");
        assert_eq!(Scale::normal(scale, zero, 0.0, 1.0), Err(Unfit::Scale), "{scale} {zero}");
    }
    assert_eq!(Scale::normal(1.0, 0, 2049.0, 1.0), Err(Unfit::Scale));
}

#[test]
fn normal_features_are_less_a_mean_and_over_a_deviation() {
    let mut noise = noise(10);
    for _ in 0..if cfg!(miri) { 50 } else { 5000 } {
        let (scale, mean) = (0.02 + 0.05 * noise().abs() as f32, 300.0 * noise());
        let (std, zero) = (noise() * 30.0, (noise() * 127.0) as i32);
        let Ok(made) = Scale::normal(scale, zero, mean, std) else { continue };
        let feature = ((mean + 6.0 * std * noise()) * 512.0) as i32;
        let steps = (f64::from(feature) / 512.0 - mean) / std / f64::from(scale);
        let want = (steps.round() as i32 + zero).clamp(-128, 127);
        // the mean is known to 2^-18 of a doubling
        let tie = (steps.abs().fract() - 0.5).abs() < 4e-6 / (std * f64::from(scale)).abs();
        assert!(tie || i32::from(made.byte(feature)) == want, "{feature}, {mean}, {std}, {scale}: {want}");
        let real = Real::new(0.5, mean as f32, std as f32).number(feature);
        assert_eq!(real, (feature as f32 / 512.0 * 0.5 - mean as f32) / std as f32);
    }
}

/// A front-end for digits, whose features have scales or reals, these ones over and over.
fn ears(kind: u16, scales: &[Vec<u8>]) -> Vec<u8> {
    let head = Head { kind, count: scales.len() as u16 };
    [&head.bytes()[..], &scales.concat(), &tables(&DIGITS)].concat()
}

#[test]
fn ears_make_an_input_of_frames() {
    let frame: Vec<i32> = (0..20).map(|k| 512 * k).collect();
    let scale = |k: i32| Scale::new(2f32.to_bits(), k).unwrap().bytes().to_vec();
    let real = |k: i32| Real::new(1.0, k as f32, 4.0).bytes().to_vec();
    let mut aligned = Aligned([0; 4 << 10]);
    let mut told = |kind, scales: &[Vec<u8>], row: usize| {
        let bytes = ears(kind, scales);
        aligned.0[..bytes.len()].copy_from_slice(&bytes);
        let ears = Ears::parse(&aligned.0[..bytes.len()])?;
        assert_eq!((ears.row(), ears.tables().recipe()), (row, &DIGITS));
        let mut to = std::vec![0; row];
        ears.fill(&frame, &mut to);
        Ok(to)
    };
    let each: [Vec<u8>; 20] = std::array::from_fn(|k| scale(k as i32));
    let bytes = |all: &dyn Fn(i32) -> i32| Ok((0..20).map(|k| all(k) as u8).collect::<Vec<_>>());
    assert_eq!(told(0, &[scale(-9)], 20), bytes(&|k| (k + 1) / 2 - 9));
    assert_eq!(told(0, &each, 20), bytes(&|k| (k + 1) / 2 + k));
    let floats: Vec<u8> = (0..20).flat_map(|k| ((k as f32 - 3.0) / 4.0).to_le_bytes()).collect();
    assert_eq!(told(4, &[real(3)], 80), Ok(floats));
    assert_eq!(told(4, &each.map(|_| real(20)), 80).unwrap()[..4], (-5f32).to_le_bytes());
    assert_eq!(told(2, &[scale(0)], 0), Err(Unfit::Input));
    assert_eq!(told(0, &[scale(0), scale(0)], 0), Err(Unfit::Input));
}

#[test]
fn damaged_ears_are_refused_or_give_some_input() {
    let scale = Scale::new(2f32.to_bits(), 3).unwrap().bytes().to_vec();
    for (kind, scale) in [(0, scale), (4, Real::new(1.0, 2.0, 3.0).bytes().to_vec())] {
        let bytes = ears(kind, &[scale]);
        let mut aligned = Aligned([0; 4 << 10]);
        for len in 0..bytes.len() {
            aligned.0[..len].copy_from_slice(&bytes[..len]);
            assert!(Ears::parse(&aligned.0[..len]).is_err(), "{len}");
        }
        let mut noise = noise(4);
        for _ in 0..if cfg!(miri) { 20 } else { 5000 } {
            let damaged = &mut aligned.0[..bytes.len()];
            damaged.copy_from_slice(&bytes);
            for _ in 0..3 {
                // most of them before the tables
                let reach = if noise() > 0.0 { damaged.len() } else { 44 };
                damaged[(noise().abs() * reach as f64) as usize] = (noise() * 127.0) as u8;
            }
            let Ok(ears) = Ears::parse(damaged) else { continue };
            let mut to = std::vec![0; ears.row()];
            ears.fill(&[i32::MIN, -1, 0, 7, i32::MAX], &mut to);
        }
    }
}
