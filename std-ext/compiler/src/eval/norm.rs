//! LAYER_NORM of integers, as docs/FORMAT.md defines it: LiteRT has none.

use super::number::Affine;
use super::{Call, Made};
use crate::graph::Type;

impl Call<'_> {
    pub(super) fn layer_norm(&self, epsilon: f32, centred: bool) -> Made {
        let (x, y) = (self.x()?, self.y()?);
        let bits = match (x.store(), y.repr.store()) {
            (Type::I8, Type::I8) => 16,
            (Type::I16, Type::I16) => 0,
            _ => return Err(self.unknown()),
        };
        let (weights, biases) = (self.input(1)?, self.input(2)?);
        if [weights, biases].iter().any(|x| x.store() != Type::F32) {
            return Err(self.unknown());
        }
        let [weights, biases] =
            [weights, biases].map(|x| x.elements.iter().map(|bits| f32::from_bits(*bits as u32)));
        let (from, to) = (Affine::of(x.value)?, Affine::of(y)?);
        let depth = weights.len().max(1);
        if depth > 1 << 15 {
            return Err("normalizes more than 32768 numbers together".into());
        }
        let weights: Vec<f64> = weights.map(|w| f64::from(w) / f64::from(to.scale)).collect();
        let shifted = |b: f32| f64::from(b) / f64::from(to.scale) + to.zero as f64 + 0.5;
        let biases: Vec<f64> = biases.map(shifted).collect();
        let room = |fraction: &i32| {
            weights.iter().all(|w| w.abs() * 2f64.powi(fraction + 10) < 2f64.powi(31) - 1.0)
                && biases.iter().all(|b| b.abs() * 2f64.powi(*fraction) < 2f64.powi(30))
        };
        let Some(fraction) = (0..=20).rev().find(room) else {
            return Err("has weights or biases too large for its output's scale".into());
        };
        let fixed = |x: f64, bits: i32| (x * 2f64.powi(bits)).round() as i128;
        let channels: Vec<[i128; 2]> = weights
            .iter()
            .zip(&biases)
            .map(|(w, b)| [fixed(*w, fraction + 10), fixed(*b, fraction)])
            .collect();
        let epsilon = f64::from(epsilon) * (depth as f64 / f64::from(from.scale)).powi(2) * 2f64.powi(bits);
        if epsilon >= 2f64.powi(62) {
            return Err("adds more to its squares than integers hold; its input's scale is too small".into());
        }
        // 32 bits of it count
        let unit = (0..).map(|bits| 2f64.powi(bits)).find(|unit| (epsilon / unit).round() < 2f64.powi(32));
        let epsilon = unit.map_or(0, |unit| (epsilon / unit).round() as i128 * unit as i128);
        let row = |row: &[i64]| {
            let numbers: Vec<i128> = row.iter().map(|x| i128::from(x - from.zero)).collect();
            let n = depth as i128;
            let sum = if centred { numbers.iter().sum() } else { 0i128 };
            let square = n * numbers.iter().map(|x| x * x).sum::<i128>() - sum * sum;
            let (root, shift) = one_over_root((square << bits) + epsilon);
            let shift = shift - 22 - bits / 2;
            let made = numbers.iter().zip(&channels).map(|(x, [weight, bias])| {
                let centred = n * x - sum;
                // a row of zeros may have no shift
                let normal = if centred == 0 { 0 } else { (centred * root + (1 << (shift - 1))) >> shift };
                to.clamp((((bias << 32) + normal * weight) >> (32 + fraction)) as i64)
            });
            made.collect::<Vec<i64>>()
        };
        Ok(x.elements.chunks_exact(depth).flat_map(row).collect())
    }
}

/// One over the root of a number of 63 bits, that of 1 for that of 0, and how far it is to be shifted right: four steps of
/// Newton's, rounded down, with 29 bits.
fn one_over_root(x: i128) -> (i128, i32) {
    let (mut x, mut shift) = (x.max(1), 61);
    while x < 1 << 62 {
        (x, shift) = (x * 4, shift - 1);
    }
    let x = x >> 32;
    let mut y = 1_145_038_000 - ((x * 654_285_000) >> 32);
    for _ in 0..4 {
        let product = (((y * y) >> 29) * x) >> 32;
        y = (y * ((3 << 29) - product)) >> 30;
    }
    (y, shift)
}
