//! What the weights of a layer meet in the data, and integers for them by which the layer's sums change least.

use super::Correct;
use crate::graph::{Graph, Margins, Node, Op, Window};

/// Patches of a layer's input that are looked at, about.
const SAMPLE: usize = 4096;
/// Most weights of an output channel for which products are kept, too.
const WIDEST: usize = 1024;

/// Sums over patches of a layer's input: what its filter lies on for one output.
#[derive(Clone, Debug)]
pub(super) struct Patches {
    /// Rows, columns and channels of the input.
    shape: [usize; 3],
    /// Rows and columns of the filter.
    taps: [usize; 2],
    window: Window,
    /// Images, and rows and columns of the output.
    outputs: [usize; 3],
    /// How many patches there were.
    seen: usize,
    /// One for all output channels; in a depthwise layer one for each channel of the input.
    sums: Vec<Sums>,
}

#[derive(Clone, Debug)]
struct Sums {
    /// Of what each weight meets.
    first: Vec<f64>,
    /// Of products of what two weights meet, the lower triangle; empty if there are too many weights.
    second: Vec<f64>,
}

impl Patches {
    /// None yet, for a layer whose weights meet a patch; else nothing.
    pub(super) fn new(graph: &Graph, node: &Node) -> Option<Self> {
        let shape = |ids: &[_], at: usize| ids.get(at).map(|id| graph.value(*id).shape.clone());
        let (x, filter) = (shape(&node.inputs, 0)?, shape(&node.inputs, 1)?);
        let y = shape(&node.outputs, 0)?;
        let (window, depthwise) = match &node.op {
            Op::Conv2d { window, .. } => (*window, false),
            Op::DepthwiseConv2d { window, .. } => (*window, true),
            Op::FullyConnected { .. } => {
                let window = Window { stride: [1, 1], dilation: [1, 1], margins: Margins::default() };
                let [_, inputs] = filter[..] else { return None };
                let batch = x.iter().product::<usize>() / inputs.max(1);
                return Some(Self::over([1, 1, inputs], [1, 1], window, [batch, 1, 1], false));
            }
            _ => return None,
        };
        let ([_, h, w, c], [_, rows, columns, inputs], [n, out_h, out_w, _]) = (&x[..], &filter[..], &y[..])
        else {
            return None;
        };
        (depthwise || inputs == c)
            .then(|| Self::over([*h, *w, *c], [*rows, *columns], window, [*n, *out_h, *out_w], depthwise))
    }

    fn over(
        shape: [usize; 3],
        taps: [usize; 2],
        window: Window,
        outputs: [usize; 3],
        depthwise: bool,
    ) -> Self {
        let (weights, count) = match depthwise {
            true => (taps[0] * taps[1], shape[2]),
            false => (taps[0] * taps[1] * shape[2], 1),
        };
        let products = if weights > WIDEST { 0 } else { weights * weights };
        let sums = vec![Sums { first: vec![0.0; weights], second: vec![0.0; products] }; count];
        Patches { shape, taps, window, outputs, seen: 0, sums }
    }

    /// Looks at the input of one of `rows` rows.
    pub(super) fn add(&mut self, x: &[f32], rows: usize) {
        let places: usize = self.outputs.iter().product();
        let count = SAMPLE.div_ceil(rows.max(1)).min(places);
        let groups = self.sums.len();
        for at in 0..count {
            // where not all are taken, the golden ratio spreads them over the places, and over rows
            let spread = (self.seen as f64 * 0.618_033_988_75).fract() * places as f64;
            let patch = self.patch(x, if count < places { spread as usize } else { at });
            for (group, sums) in self.sums.iter_mut().enumerate() {
                let own = || patch.iter().skip(group).step_by(groups);
                for (i, a) in own().enumerate().filter(|(_, a)| **a != 0.0) {
                    sums.first[i] += a;
                    if !sums.second.is_empty() {
                        let row = &mut sums.second[i * sums.first.len()..][..=i];
                        row.iter_mut().zip(own()).for_each(|(sum, b)| *sum += a * b);
                    }
                }
            }
            self.seen += 1;
        }
    }

    /// Takes in what the same filter met in another layer, of the same kind.
    pub(super) fn join(&mut self, other: &Patches) {
        if self.sums.len() != other.sums.len() {
            return;
        }
        self.seen += other.seen;
        for (sums, others) in self.sums.iter_mut().zip(&other.sums) {
            sums.first.iter_mut().zip(&others.first).for_each(|(sum, other)| *sum += other);
            sums.second.iter_mut().zip(&others.second).for_each(|(sum, other)| *sum += other);
        }
    }

    /// What the filter lies on for one output; padding is 0.
    fn patch(&self, x: &[f32], place: usize) -> Vec<f64> {
        let ([h, w, c], [_, out_h, out_w]) = (self.shape, self.outputs);
        let (image, y, x_out) = (place / out_w / out_h, place / out_w % out_h, place % out_w);
        let Window { stride, dilation, margins } = self.window;
        let mut patch = Vec::with_capacity(self.taps[0] * self.taps[1] * c);
        for tap in 0..self.taps[0] * self.taps[1] {
            let row = y * stride[0] + tap / self.taps[1] * dilation[0];
            let column = x_out * stride[1] + tap % self.taps[1] * dilation[1];
            let inside = row.checked_sub(margins.top).filter(|row| *row < h);
            let inside = inside.zip(column.checked_sub(margins.left).filter(|column| *column < w));
            let pixel =
                inside.and_then(|(row, column)| x.get(((image * h + row) * w + column) * c..)?.get(..c));
            match pixel {
                Some(pixel) => patch.extend(pixel.iter().map(|x| f64::from(*x))),
                None => patch.resize(patch.len() + c, 0.0),
            }
        }
        patch
    }

    /// What is to be known to correct a layer's weights, for each output channel or all. A layer that `has_bias` can make up
    /// for a change of its mean.
    pub(super) fn errors(&self, correct: Correct, has_bias: bool) -> Vec<Errors> {
        let count = self.seen.max(1) as f64;
        let errors = |sums: &Sums| {
            let means: Vec<f64> = sums.first.iter().map(|sum| sum / count).collect();
            let len = means.len();
            let mut products = Vec::new();
            if correct == Correct::Rounding && !sums.second.is_empty() {
                products = vec![0.0; len * len];
                for (i, j) in (0..len).flat_map(|i| (0..=i).map(move |j| (i, j))) {
                    let mean = if has_bias { means[i] * means[j] } else { 0.0 };
                    let product = sums.second[i * len + j] / count - mean;
                    (products[i * len + j], products[j * len + i]) = (product, product);
                }
                // a little of what is the same for all: the data are a sample
                let damp = (0..len).map(|i| products[i * len + i]).sum::<f64>() / len as f64 * 0.01;
                (0..len).for_each(|i| products[i * len + i] += damp);
            }
            Errors { means: if has_bias { means } else { Vec::new() }, products }
        };
        match correct {
            Correct::None => Vec::new(),
            _ if self.seen == 0 => Vec::new(),
            _ => self.sums.iter().map(errors).collect(),
        }
    }
}

/// What an error of a weight does to the sums of its output channel.
#[derive(Clone, Debug, Default)]
pub(super) struct Errors {
    /// To their mean; empty where nothing makes up for that.
    means: Vec<f64>,
    /// To the mean of their square, together with another's; empty where it is not known.
    products: Vec<f64>,
}

impl Errors {
    /// Changes integers that stand for `weights`, each in its steps, one at a time, as long as the square of what they do to
    /// the sums shrinks.
    pub(super) fn settle(&self, weights: &[f32], steps: &[f32], most: f32, integers: &mut [f32]) {
        const SWEEPS: usize = 20;
        let len = weights.len();
        if self.products.len() != len * len {
            return;
        }
        let row = |i: usize| &self.products[i * len..][..len];
        let errors: Vec<f64> = errors(weights, steps, integers).collect();
        let mut slopes: Vec<f64> =
            (0..len).map(|i| row(i).iter().zip(&errors).map(|(p, e)| p * e).sum()).collect();
        for _ in 0..SWEEPS {
            let mut changed = false;
            for (i, (integer, step)) in integers.iter_mut().zip(steps).enumerate() {
                let curve = row(i)[i] * f64::from(*step);
                if curve <= 0.0 {
                    continue;
                }
                let best = (*integer - (slopes[i] / curve) as f32).round().clamp(-most, most);
                let by = f64::from((best - *integer) * step);
                if by != 0.0 {
                    slopes.iter_mut().zip(row(i)).for_each(|(slope, p)| *slope += p * by);
                    (*integer, changed) = (best, true);
                }
            }
            if !changed {
                return;
            }
        }
    }

    /// How far `integers` move the mean of the sums.
    pub(super) fn shift(&self, weights: &[f32], steps: &[f32], integers: &[f32]) -> f64 {
        self.means.iter().zip(errors(weights, steps, integers)).map(|(mean, error)| mean * error).sum()
    }
}

/// What integers stand for less what they should.
fn errors(weights: &[f32], steps: &[f32], integers: &[f32]) -> impl Iterator<Item = f64> {
    let error = |((w, step), i): ((&f32, &f32), &f32)| f64::from(i * step) - f64::from(*w);
    weights.iter().zip(steps).zip(integers).map(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_is_what_the_filter_lies_on() {
        let margins = Margins { top: 1, left: 1, bottom: 0, right: 0 };
        let window = Window { stride: [2, 2], dilation: [1, 1], margins };
        let patches = Patches::over([3, 3, 2], [2, 2], window, [1, 2, 2], true);
        let x: Vec<f32> = (1..=18).map(|i| i as f32).collect();
        assert_eq!(patches.patch(&x, 0), [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0]);
        assert_eq!(patches.patch(&x, 3), [9.0, 10.0, 11.0, 12.0, 15.0, 16.0, 17.0, 18.0]);
    }

    #[test]
    fn errors_of_weights_that_meet_the_same_cancel() {
        let window = Window { stride: [1, 1], dilation: [1, 1], margins: Margins::default() };
        let mut patches = Patches::over([1, 1, 2], [1, 1], window, [1, 1, 1], false);
        for i in 0..8 {
            patches.add(&[i as f32, i as f32 + 0.01 * (i % 2) as f32], 8);
        }
        let (weights, mut integers) = ([0.4, 0.4], [0.0, 0.0]);
        let errors = patches.errors(Correct::Rounding, false);
        errors[0].settle(&weights, &[1.0; 2], 7.0, &mut integers);
        assert_eq!(integers.iter().sum::<f32>(), 1.0);
        assert_eq!(errors[0].shift(&weights, &[1.0; 2], &integers), 0.0);
        let shift = patches.errors(Correct::Bias, true)[0].shift(&weights, &[1.0; 2], &[0.0, 0.0]);
        assert!((shift + 0.8 * 3.5).abs() < 0.01, "{shift}");
        assert!(patches.errors(Correct::None, true).is_empty());
    }
}
