//! A function of an int16 as a curve through 513 points, as LiteRT has it.

/// Points of a curve: one at every 128th input, and one behind the last for its slope.
pub const POINTS: u32 = 513;

/// The curve at `x`: between two points along a line, rounded.
#[inline(always)]
pub fn at(points: &[i16], x: i16) -> i16 {
    let index = (256 + (x as i32 >> 7)) as usize;
    let point = |i: usize| points.get(i).map_or(0, |p| i16::from_le(*p));
    let base = point(index);
    let slope = point(index.wrapping_add(1)).wrapping_sub(base) as i32;
    (base as i32).wrapping_add(slope.wrapping_mul(x as i32 & 127).wrapping_add(64) >> 7) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_straight_line_is_itself() {
        let points: std::vec::Vec<i16> = (0..=512i32).map(|i| ((i - 256) * 64) as i16).collect();
        for x in i16::MIN..=i16::MAX {
            assert_eq!(i32::from(at(&points, x)), (i32::from(x) * 64 + 64) >> 7, "{x}");
        }
    }
}
