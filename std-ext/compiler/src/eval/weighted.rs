//! Layers with weights: a sum of products for each output, brought to the output's scale
//! (`kernels/internal/reference/integer_ops/{conv,depthwise_conv,fully_connected,transpose_conv}.h`, `batch_matmul.h`).

use super::number::{Affine, Factor};
use super::pool::{Tap, taps};
use super::tensor::{Tensor, image, places};
use super::{Call, Made, Trouble};
use crate::graph::{Activation, Rounding, Type, Window};

impl Call<'_> {
    /// Groups of channels, each with filters of its own.
    pub(super) fn conv(&self, window: &Window, activation: Activation) -> Made {
        let ([_, _, _, channels], [outputs, _, _, depth]) = (self.x()?.image()?, self.input(1)?.image()?);
        let per_group = outputs / (channels / depth);
        let filter = Filter { depth, first: &|o| o / per_group * depth, place: &|o, y, x, c| [o, y, x, c] };
        self.convolved(window, activation, &filter, &taps)
    }

    /// Each filter sees one channel.
    pub(super) fn depthwise(&self, window: &Window, multiplier: usize, activation: Activation) -> Made {
        let filter = Filter { depth: 1, first: &|o| o / multiplier, place: &|o, y, x, _| [0, y, x, o] };
        self.convolved(window, activation, &filter, &taps)
    }

    /// An output pixel sums what the window, as it moves over the output, multiplies it with.
    pub(super) fn transpose_conv(&self, window: &Window, activation: Activation) -> Made {
        let [.., depth] = self.input(1)?.image()?;
        let filter = Filter { depth, first: &|_| 0, place: &|o, y, x, c| [o, y, x, c] };
        self.convolved(window, activation, &filter, &|place, kernel, stride, dilation, before, size| {
            let reached = |tap: usize| {
                let from = (place + before).checked_sub(tap * dilation)?;
                (from % stride == 0 && from / stride < size).then_some((tap, from / stride))
            };
            (0..kernel).filter_map(reached).collect()
        })
    }

    fn convolved(
        &self,
        window: &Window,
        activation: Activation,
        filter: &Filter<'_>,
        taps: &Taps<'_>,
    ) -> Made {
        let (x, weights, y) = (self.x()?, self.input(1)?, self.y()?);
        let ([_, h, w, _], [_, kh, kw, _]) = (x.image()?, weights.image()?);
        let ([sh, sw], [dh, dw], m) = (window.stride, window.dilation, window.margins);
        let sums = self.sums(activation)?;
        let element = |place: Vec<usize>| {
            let [n, oy, ox, o] = image(&place)?;
            let mut sum = sums.start(o);
            for (ky, iy) in taps(oy, kh, sh, dh, m.top, h) {
                for (kx, ix) in taps(ox, kw, sw, dw, m.left, w) {
                    for c in 0..filter.depth {
                        let weight = weights.at(&(filter.place)(o, ky, kx, c));
                        sum += sums.product(o, x.at(&[n, iy, ix, (filter.first)(o) + c]), weight);
                    }
                }
            }
            sums.end(o, sum)
        };
        places(&y.shape).map(element).collect()
    }

    /// Rows times filters.
    pub(super) fn fully_connected(&self, activation: Activation) -> Made {
        let (x, weights) = (self.x()?, self.input(1)?);
        let &[outputs, depth] = weights.shape() else { return Err("needs a matrix as filter".into()) };
        let sums = self.sums(activation)?;
        let element = |(row, o): (usize, usize)| {
            let products =
                (0..depth).map(|c| sums.product(o, x.elements[row * depth + c], weights.at(&[o, c])));
            sums.end(o, sums.start(o) + products.sum::<i128>())
        };
        let rows = x.elements.len().checked_div(depth).unwrap_or(0);
        (0..rows).flat_map(|row| (0..outputs).map(move |o| (row, o))).map(element).collect()
    }

    /// How the node's sums of products are made.
    fn sums(&self, activation: Activation) -> Result<Sums<'_>, Trouble> {
        let (x, filter, y) = (self.x()?, self.input(1)?, self.y()?);
        let (x_store, store) = (x.store(), y.repr.store());
        let suits = matches!(x_store, Type::I8 | Type::I16) && x_store == store;
        let Some(weights) =
            filter.value.repr.quant().filter(|q| suits && matches!(q.store, Type::I8 | Type::I4))
        else {
            return Err(self.unknown());
        };
        let bias = self.inputs.get(2).copied();
        if bias.is_some_and(|bias| !matches!(bias.store(), Type::I32 | Type::I64)) {
            return Err(self.unknown());
        }
        let (x, y) = (Affine::of(x.value)?, Affine::of(y)?.within(activation));
        let real = |scale: &f32| f64::from(x.scale) * f64::from(*scale) / f64::from(y.scale);
        let way = match (store, self.node.rounding) {
            (_, Rounding::LitertOnce) => Way::Once,
            // LiteRT sums int16 layers in 64 bits, unless their bias has 32
            (Type::I16, _) if bias.is_none_or(|bias| bias.store() == Type::I64) => Way::Wide,
            _ => Way::Twice,
        };
        if weights.scale.is_empty() || weights.zero.is_empty() {
            return Err("has a filter without a scale".into());
        }
        let zeros = weights.zero.iter().map(|zero| i64::from(*zero)).collect();
        Ok(Sums { x, y, bias, zeros, reals: weights.scale.iter().map(real).collect(), way })
    }

    /// Matrices times matrices.
    pub(super) fn batch_matmul(&self, [turned_a, turned_b]: [bool; 2]) -> Made {
        let (a, b, y) = (self.x()?, self.input(1)?, self.y()?);
        let ([from_a, from_b], to) = ([Affine::of(a.value)?, Affine::of(b.value)?], Affine::of(y)?);
        let depth = match a.shape() {
            [.., rows, columns] => {
                if turned_a {
                    *rows
                } else {
                    *columns
                }
            }
            shape => return Err(format!("needs matrices, not {shape:?}").into()),
        };
        // LiteRT multiplies these scales in single precision
        let factor = Factor::new(f64::from(from_a.scale * from_b.scale) / f64::from(to.scale))?;
        let element = |mut place: Vec<usize>| {
            let (column, row) = (place.pop().unwrap_or(0), place.pop().unwrap_or(0));
            let at = |of: Tensor<'_>, swap: bool, i: usize, j: usize| {
                of.spread(&[&place[..], &if swap { [j, i] } else { [i, j] }].concat())
            };
            let product = |k: usize| {
                let (p, q) = (at(a, turned_a, row, k), at(b, turned_b, k, column));
                i128::from(p - from_a.zero) * i128::from(q - from_b.zero)
            };
            let sum: i128 = (0..depth).map(product).sum();
            let scaled =
                if y.repr.store() == Type::I16 { factor.wide(sum)? } else { factor.twice(sum as i64) };
            Ok(to.clamp(scaled + to.zero))
        };
        places(&y.shape).map(element).collect()
    }
}

/// How a filter lies in its tensor.
struct Filter<'a> {
    /// Channels that it sees.
    depth: usize,
    /// The first of them, for each output channel.
    first: &'a dyn Fn(usize) -> usize,
    /// The place of a weight: output channel, row, column, channel.
    place: &'a dyn Fn(usize, usize, usize, usize) -> [usize; 4],
}

/// Which taps of a window reach which elements; as [`taps`].
type Taps<'a> = dyn Fn(usize, usize, usize, usize, usize, usize) -> Vec<Tap> + 'a;

/// How sums of products are made, and become the elements of the output.
struct Sums<'a> {
    x: Affine,
    y: Affine,
    bias: Option<Tensor<'a>>,
    /// Zero points of the filter, one or one for each output channel.
    zeros: Vec<i64>,
    /// Factors from sums to outputs, as many.
    reals: Vec<f64>,
    way: Way,
}

/// How a sum is multiplied with a real factor.
enum Way {
    Twice,
    Once,
    Wide,
}

impl Sums<'_> {
    /// What is summed up before any product.
    fn start(&self, o: usize) -> i128 {
        self.bias.map_or(0, |bias| bias.elements[o].into())
    }

    fn product(&self, o: usize, x: i64, weight: i64) -> i128 {
        i128::from(x - self.x.zero) * i128::from(weight - self.zeros[o % self.zeros.len()])
    }

    /// The element of output channel `o` with this sum.
    fn end(&self, o: usize, sum: i128) -> Result<i64, Trouble> {
        let (real, sum) = (self.reals[o % self.reals.len()], sum as i64);
        let scaled = match self.way {
            Way::Twice => Factor::new(real)?.twice(sum),
            Way::Wide => Factor::new(real)?.wide(sum.into())?,
            Way::Once => (sum as f64 * real).round() as i64,
        };
        Ok(self.y.clamp(scaled.saturating_add(self.y.zero)))
    }
}
