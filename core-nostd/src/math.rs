//! Functions of real numbers that kernels spend their time in: those of `libm`, within an ulp or two of the exact number;
//! with the feature `micromath` its shorter ones, within [`TOLERANCE`], which are as fast without floating-point hardware
//! as with it. What `micromath` does with less care (roots, logarithms, powers) stays with `libm`.

/// How far a result may be from the exact number, as a share of it or absolutely, whichever allows more: for exponentials
/// and what is made of them, sines and cosines of angles up to ten turns, with the feature `micromath`.
#[cfg(all(test, feature = "micromath"))]
const TOLERANCE: f64 = 2.5e-3;
/// The same with `libm`.
#[cfg(all(test, not(feature = "micromath")))]
const TOLERANCE: f64 = 3e-7;

#[cfg(not(feature = "micromath"))]
mod chosen {
    pub(crate) use libm::{cosf as cos, expf as exp, sinf as sin, tanhf as tanh};
}

#[cfg(feature = "micromath")]
mod chosen {
    use micromath::F32;

    /// Beyond these an exponential is 0 or infinite, which `micromath` does not look at.
    const LEAST: f32 = -87.0;
    const GREATEST: f32 = 88.0;

    pub(crate) fn exp(x: f32) -> f32 {
        match x {
            ..LEAST => 0.0,
            LEAST..=GREATEST => F32(x).exp().0,
            // NaN stays one
            _ => x + f32::INFINITY,
        }
    }

    pub(crate) fn tanh(x: f32) -> f32 {
        let small = x.abs() < 0.1;
        // its series where a difference of numbers near 1 would lose all
        if small { x - x * x * x / 3.0 } else { 1.0 - 2.0 / (exp(2.0 * x) + 1.0) }
    }

    pub(crate) fn sin(x: f32) -> f32 {
        F32(x).sin().0
    }

    pub(crate) fn cos(x: f32) -> f32 {
        F32(x).cos().0
    }
}

pub(crate) use chosen::{cos, exp, sin, tanh};

/// `1 / (1 + e^-x)`.
pub(crate) fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Real<T> = fn(T) -> T;

    #[test]
    fn numbers_are_within_the_tolerance() {
        let functions: [(Real<f32>, Real<f64>, f32); 5] = [
            (exp, f64::exp, 86.0),
            (tanh, f64::tanh, 20.0),
            (logistic, |x| 1.0 / (1.0 + (-x).exp()), 20.0),
            (sin, f64::sin, 62.0),
            (cos, f64::cos, 62.0),
        ];
        for (i, (function, exact, reach)) in functions.into_iter().enumerate() {
            for x in (-10_000..=10_000).map(|n| n as f32 / 10_000.0 * reach) {
                let (got, want) = (f64::from(function(x)), exact(f64::from(x)));
                let most = TOLERANCE * if i == 0 { want } else { want.abs().max(1.0) };
                assert!((got - want).abs() <= most, "function {i} of {x}: {got}, not {want}");
            }
        }
    }

    #[test]
    fn numbers_without_end_stay_what_they_are() {
        assert_eq!(
            (exp(f32::INFINITY), exp(f32::NEG_INFINITY), exp(200.0)),
            (f32::INFINITY, 0.0, f32::INFINITY)
        );
        assert_eq!((logistic(-1e9), logistic(1e9), tanh(-1e9), tanh(1e9)), (0.0, 1.0, -1.0, 1.0));
        assert!([exp, tanh, logistic, sin, cos].into_iter().all(|function| function(f32::NAN).is_nan()));
    }
}
