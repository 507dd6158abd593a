//! The one source of random numbers: for first weights, shuffling, dropout and augmentation.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// Random numbers from a seed: the same on every machine, and each [`Rng::fork`] its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Rng(ChaCha8Rng);

impl Rng {
    /// The numbers of a seed.
    pub fn new(seed: u64) -> Rng {
        Rng(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Another source, which depends on this one and what it has given so far.
    pub fn fork(&mut self) -> Rng {
        Rng::new(self.0.next_u64())
    }

    /// Any number of 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// From 0 (included) to 1 (not included), evenly.
    pub fn uniform(&mut self) -> f32 {
        (self.0.next_u32() >> 8) as f32 * (1.0 / (1 << 24) as f32)
    }

    /// From 0 to `end` (not included), evenly; 0 if that is 0.
    pub fn below(&mut self, end: usize) -> usize {
        // The bias of a product of 64 bits is under end / 2^64.
        ((u128::from(self.0.next_u64()) * end as u128) >> 64) as usize
    }

    /// The normal distribution with mean 0 and variance 1 (Box and Muller).
    pub fn normal(&mut self) -> f32 {
        let radius = libm::sqrt(-2.0 * libm::log(1.0 - f64::from(self.uniform())));
        (radius * libm::cos(std::f64::consts::TAU * f64::from(self.uniform()))) as f32
    }

    /// Puts `items` in any order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }

    /// Where it is: seed and position, to go on from later.
    pub fn state(&self) -> ([u8; 32], u128) {
        (self.0.get_seed(), self.0.get_word_pos())
    }

    /// Goes on where [`Rng::state`] was.
    pub fn restore((seed, position): ([u8; 32], u128)) -> Rng {
        let mut rng = ChaCha8Rng::from_seed(seed);
        rng.set_word_pos(position);
        Rng(rng)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restored_source_goes_on() {
        let mut rng = Rng::new(7);
        (0..13).for_each(|_| {
            rng.normal();
        });
        let mut again = Rng::restore(rng.state());
        assert_eq!(again.bits(), rng.bits());
    }

    #[test]
    fn numbers_are_spread_as_they_should_be() {
        let mut rng = Rng::new(1);
        let normal: Vec<f64> = (0..40_000).map(|_| f64::from(rng.normal())).collect();
        let mean = normal.iter().sum::<f64>() / 4e4;
        let variance = normal.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 4e4;
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.03, "{mean} {variance}");
        let mut order: Vec<usize> = (0..100).collect();
        rng.shuffle(&mut order);
        assert_ne!(order, (0..100).collect::<Vec<_>>());
        order.sort_unstable();
        assert_eq!(order, (0..100).collect::<Vec<_>>());
        assert!((0..1000).all(|_| rng.below(3) < 3));
    }
}
