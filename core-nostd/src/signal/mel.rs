//! From a spectrum to logarithms of the power in bands, and to their cosine transform.

use super::fft::Complex;
use super::make::LOGARITHMS;
use super::tables::{Tables, number};

/// A doubling of power, in features.
pub const ONE: i32 = 1 << 9;

/// Bits of a band's weights.
pub(super) const WEIGHT: u32 = 12;
/// Bits that powers lose before they are weighted.
const LOST: u32 = 10;

/// The logarithm of each band's power. A bin lies between the middles of two bands: what part of it does not count for the
/// upper one counts for the lower. The spectrum has `below` bits below a sample's least step.
pub(super) fn bands(tables: &Tables<'_>, spectrum: &[Complex], below: u32, out: &mut [i16]) {
    let point = (WEIGHT + 2 * below).saturating_sub(LOST);
    let first = tables.edges().next().unwrap_or(0);
    let mut bins = spectrum.get(first..).unwrap_or_default().iter().zip(tables.rises());
    let (mut start, mut rising) = (first, 0u64);
    // before the first band there is none to fall
    let mut bands = [None].into_iter().chain(out.iter_mut().map(Some));
    for end in tables.edges().skip(1) {
        let (mut rise, mut all) = (0u64, 0u64);
        for (bin, weight) in bins.by_ref().take(end.wrapping_sub(start)) {
            let power = power(*bin);
            rise = rise.wrapping_add(power.wrapping_mul(u64::from(weight)));
            all = all.wrapping_add(power);
        }
        let fall = (all << WEIGHT).wrapping_sub(rise);
        if let Some(Some(band)) = bands.next() {
            *band = logarithm(rising.wrapping_add(fall), point);
        }
        (start, rising) = (end, rise);
    }
}

/// Below 2^50, and the sum of a whole spectrum's too.
#[inline(always)]
fn power([re, im]: Complex) -> u64 {
    let square = |x: i32| i64::from(x).wrapping_mul(i64::from(x));
    square(re).wrapping_add(square(im)).cast_unsigned() >> LOST
}

/// The logarithm of one more than `power`, which has `point` bits below the point: at most 51 [`ONE`].
fn logarithm(power: u64, point: u32) -> i16 {
    let power = power.wrapping_add(1u64.wrapping_shl(point));
    let zeros = power.leading_zeros();
    // a one, then 16 bits: a place in the table, and how far to the next
    let fraction = (power.wrapping_shl(zeros) >> 47) as u32;
    let (place, far) = ((fraction >> 11 & 31) as usize, fraction & 0x7ff);
    let here = LOGARITHMS.get(place).copied().map_or(0, u32::from);
    let next = LOGARITHMS.get(place.wrapping_add(1)).copied().map_or(0, u32::from);
    let fraction = here.wrapping_add(next.wrapping_sub(here).wrapping_mul(far) >> 11);
    let whole = (63u32.wrapping_sub(point)).wrapping_sub(zeros) << 9;
    whole.wrapping_add(fraction.wrapping_add(32) >> 6) as i16
}

/// The bands' cosine transform, or the bands as they are.
pub(super) fn features(tables: &Tables<'_>, bands: &[i16], out: &mut [i32]) {
    if tables.recipe().coefficients == 0 {
        for (to, from) in out.iter_mut().zip(bands) {
            *to = (*from).into();
        }
    }
    for (to, row) in out.iter_mut().zip(tables.cosines()) {
        let products =
            row.iter().zip(bands).map(|(w, x)| i64::from(i32::from(number(w)).wrapping_mul((*x).into())));
        *to = (products.fold(1 << 14, i64::wrapping_add) >> 15) as i32;
    }
}
