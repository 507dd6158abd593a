//! Cross-entropy of logits with classes, and its gradient in the same pass.

use super::softmax::row;
use super::{In, Workers, function, widest};
use crate::{Error, Result};

/// Losses of rows, and gradients of these by the logits.
pub(super) fn entropy(
    w: &Workers,
    smoothing: f32,
    x: In<'_>,
    classes: In<'_, i64>,
    losses: &mut [f32],
    gradients: &mut [f32],
) -> Result<()> {
    let n = x.size(1);
    let (data, classes) = (x.dense(), classes.dense());
    if let Some(&index) = classes.iter().find(|&&class| class >= n as i64) {
        return Err(Error::Index { op: "cross_entropy", index, size: n });
    }
    let rows = (4096 / n.max(1)).max(1);
    w.pairs((losses, rows), (gradients, rows * n), 16 * data.len(), |i, losses, gradients| {
        widest(
            #[inline(always)]
            || {
                for (r, (loss, gradient)) in losses.iter_mut().zip(gradients.chunks_mut(n.max(1))).enumerate()
                {
                    let r = i * rows + r;
                    let Ok(class) = usize::try_from(classes[r]) else {
                        *loss = 0.0;
                        gradient.fill(0.0);
                        continue;
                    };
                    let x = &data[r * n..(r + 1) * n];
                    row(true, x, gradient);
                    let (hit, spread) = (1.0 - smoothing, smoothing / n as f32);
                    *loss = -hit * gradient[class];
                    if smoothing > 0.0 {
                        *loss -= spread * gradient.iter().sum::<f32>();
                    }
                    for g in gradient.iter_mut() {
                        *g = function::exp(*g) - spread;
                    }
                    gradient[class] -= hit;
                }
            },
        );
    });
    Ok(())
}
