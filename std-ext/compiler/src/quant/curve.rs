//! Functions of an int16 as curves through 513 points, as LiteRT makes its tables.

macro_rules! curves {
    ($($(#[$doc:meta])* $name:ident: $real:ty;)*) => { $(
        $(#[$doc])*
        pub fn $name(
            (x_scale, x_zero): ($real, i32),
            (y_scale, y_zero): ($real, i32),
            f: impl Fn($real) -> $real,
        ) -> Vec<i16> {
            let (least, greatest) = (i32::from(i16::MIN), i32::from(i16::MAX));
            let (x_min, x_max) =
                (x_scale * (least - x_zero) as $real, x_scale * (greatest - x_zero) as $real);
            let (y_min, y_max) =
                (y_scale * (least - y_zero) as $real, y_scale * (greatest - y_zero) as $real);
            let step = (x_max - x_min) / STEPS as $real;
            let scale = (greatest - least + 1) as $real / (y_max - y_min);
            let clamped = |y: $real| y.max(least as $real).min(greatest as $real) as i16;
            let mut points: Vec<i16> = (0..STEPS)
                .map(|i| {
                    let x = x_min + i as $real * step;
                    let (here, middle, next) = (f(x), f(x + step / 2.0), f(x_min + (i + 1) as $real * step));
                    let sample = (here * scale).round();
                    let straight = ((next * scale + sample) / 2.0).round();
                    // half of what a line misses in the middle is moved to its ends
                    clamped(sample - ((straight - (middle * scale).round()) / 2.0).round())
                })
                .collect();
            points.push(clamped((f(x_max) * scale).round()));
            points
        }
    )* };
}
curves! {
    /// The points of `f` between tensors of these scales and zero points, in single precision.
    curve32: f32;
    /// The same in double precision.
    curve64: f64;
}

/// Lines of a curve.
const STEPS: i32 = 512;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_line() {
        let points = curve64((1.0, 0), (1.0, 0), |x| x);
        assert_eq!(points.len(), 513);
        // 512 lines over 65,535 steps: the middle point lies half a step below 0
        assert_eq!((points[0], points[256], points[512]), (-32768, -1, 32767));
        let single = curve32((1.0, 0), (1.0, 0), |x| x);
        assert!(points.iter().zip(single).all(|(a, b)| a.abs_diff(b) <= 1));
    }
}
