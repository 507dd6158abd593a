//! A window of an accelerometer's readings.

use embedded_hal_async::i2c::I2c;
use lsm303agr::interface::I2cInterface;
use lsm303agr::{Lsm303agr, mode};

/// The last `N` readings of three axes, in thousandths of the acceleration of gravity, the oldest first.
#[derive(Clone, Debug)]
pub struct Window<const N: usize> {
    readings: heapless::Deque<[i16; 3], N>,
}

impl<const N: usize> Default for Window<N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const N: usize> Window<N> {
    /// One without readings.
    pub const fn new() -> Self {
        Window { readings: heapless::Deque::new() }
    }

    /// Takes a reading for the oldest one, and says whether the window is full.
    pub fn push(&mut self, reading: [i16; 3]) -> bool {
        if self.readings.is_full() {
            self.readings.pop_front();
        }
        // there is room
        let _ = self.readings.push_back(reading);
        self.readings.is_full()
    }

    /// Writes the window as a model's int8 input `[N, 3]`, whose real values are multiples of gravity.
    pub fn fill(&self, input: &mut [i8], scale: f32, zero: i32) {
        let numbers = self.readings.iter().flatten().map(|milli| f32::from(*milli) / 1000.0);
        input.iter_mut().zip(numbers).for_each(|(to, real)| *to = crate::byte(real, scale, zero));
    }

    /// Writes the window as a model's float input.
    pub fn reals(&self, input: &mut [f32]) {
        let numbers = self.readings.iter().flatten().map(|milli| f32::from(*milli) / 1000.0);
        input.iter_mut().zip(numbers).for_each(|(to, real)| *to = real);
    }
}

/// A reading of an LSM303AGR on an I2C bus, as the micro:bit v2 has it; its driver sets it up.
///
/// # Errors
/// The bus's.
pub async fn reading<I: I2c>(
    sensor: &mut Lsm303agr<I2cInterface<I>, mode::MagOneShot>,
) -> Result<[i16; 3], lsm303agr::Error<I::Error>> {
    let (x, y, z) = sensor.acceleration().await?.xyz_mg();
    Ok([x, y, z].map(|milli| milli.clamp(i16::MIN.into(), i16::MAX.into()) as i16))
}
