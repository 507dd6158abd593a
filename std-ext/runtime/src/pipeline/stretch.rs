//! Images made smaller or larger along one axis.

/// Numbers of shape `[outer, from, inner]` as `[outer, to, inner]`. Each new one is a mean of old ones by triangles: linear
/// between neighbours when there become more, over all that it covers when there become fewer.
pub(super) fn stretch(numbers: &[f32], from: usize, inner: usize, to: usize) -> Vec<f32> {
    let ratio = from as f32 / to as f32;
    let reach = ratio.max(1.0);
    let mut stretched = Vec::with_capacity(numbers.len() / from * to);
    let weights: Vec<(usize, Vec<f32>)> = (0..to)
        .map(|at| {
            let center = (at as f32 + 0.5) * ratio - 0.5;
            let first = (center - reach).floor().max(0.0) as usize;
            let last = ((center + reach).ceil() as usize).min(from - 1);
            let weights = (first..=last).map(|old| (1.0 - (old as f32 - center).abs() / reach).max(0.0));
            let weights: Vec<f32> = weights.collect();
            let sum: f32 = weights.iter().sum();
            (first, weights.into_iter().map(|weight| weight / sum).collect())
        })
        .collect();
    for plane in numbers.chunks_exact(from * inner) {
        for (first, weights) in &weights {
            let start = stretched.len();
            stretched.resize(start + inner, 0.0);
            let sums = &mut stretched[start..];
            for (old, weight) in plane[first * inner..].chunks_exact(inner).zip(weights) {
                sums.iter_mut().zip(old).for_each(|(sum, old)| *sum += old * weight);
            }
        }
    }
    stretched
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_become_many_and_many_few() {
        assert_eq!(stretch(&[0.0, 1.0], 2, 1, 4), [0.0, 0.25, 0.75, 1.0]);
        // each covers two, and half of the two beside them
        let fewer = stretch(&[0.0, 1.0, 2.0, 3.0], 4, 1, 2);
        assert!((fewer[0] - 5.0 / 7.0).abs() < 1e-6 && (fewer[1] - 16.0 / 7.0).abs() < 1e-6, "{fewer:?}");
        // rows of an image with two channels
        assert_eq!(stretch(&[1.0, 5.0, 3.0, 7.0], 2, 2, 1), [2.0, 6.0]);
        assert_eq!(stretch(&[1.0, 2.0, 3.0], 3, 1, 3), [1.0, 2.0, 3.0]);
        assert_eq!(stretch(&[4.0, 6.0], 1, 1, 3), [4.0, 4.0, 4.0, 6.0, 6.0, 6.0]);
    }
}
