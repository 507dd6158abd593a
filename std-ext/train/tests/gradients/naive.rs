//! Operations in f64 and in plain loops over indices: slow, and easy to believe.

use midge_train::{Tensor, Window};

/// Numbers with a shape, the last axis running fastest.
#[derive(Clone, Debug)]
pub(crate) struct Naive {
    pub(crate) shape: Vec<usize>,
    pub(crate) data: Vec<f64>,
}

impl Naive {
    pub(crate) fn of(tensor: &Tensor) -> Naive {
        let data = tensor.to_vec::<f32>().unwrap().iter().map(|&x| f64::from(x)).collect();
        Naive { shape: tensor.shape().to_vec(), data }
    }

    /// What `f` says for each index.
    pub(crate) fn build(shape: &[usize], f: impl Fn(&[usize]) -> f64) -> Naive {
        let mut data = Vec::new();
        let mut index = vec![0; shape.len()];
        for _ in 0..shape.iter().product() {
            data.push(f(&index));
            for axis in (0..shape.len()).rev() {
                index[axis] += 1;
                if index[axis] < shape[axis] {
                    break;
                }
                index[axis] = 0;
            }
        }
        Naive { shape: shape.to_vec(), data }
    }

    /// The element at an index; of an axis of size 1 the one there is, and axes too many in front are passed over.
    pub(crate) fn at(&self, index: &[usize]) -> f64 {
        let own = &index[index.len() - self.shape.len()..];
        let place = own.iter().zip(&self.shape).fold(0, |place, (&i, &size)| place * size + i.min(size - 1));
        self.data[place]
    }

    pub(crate) fn map(&self, f: impl Fn(f64) -> f64) -> Naive {
        Naive { shape: self.shape.clone(), data: self.data.iter().map(|&x| f(x)).collect() }
    }

    /// A function of pairs, broadcast.
    pub(crate) fn zip(&self, other: &Naive, f: impl Fn(f64, f64) -> f64) -> Naive {
        let rank = self.shape.len().max(other.shape.len());
        let size =
            |shape: &[usize], axis: usize| (axis + shape.len()).checked_sub(rank).map_or(1, |at| shape[at]);
        let shape: Vec<usize> =
            (0..rank).map(|axis| size(&self.shape, axis).max(size(&other.shape, axis))).collect();
        Naive::build(&shape, |i| f(self.at(i), other.at(i)))
    }

    pub(crate) fn add(&self, other: &Naive) -> Naive {
        self.zip(other, |a, b| a + b)
    }

    pub(crate) fn mul(&self, other: &Naive) -> Naive {
        self.zip(other, |a, b| a * b)
    }

    pub(crate) fn reshape(&self, shape: &[usize]) -> Naive {
        Naive { shape: shape.to_vec(), data: self.data.clone() }
    }

    pub(crate) fn permute(&self, order: &[usize]) -> Naive {
        let shape: Vec<usize> = order.iter().map(|&axis| self.shape[axis]).collect();
        Naive::build(&shape, |i| {
            let mut from = vec![0; i.len()];
            order.iter().zip(i).for_each(|(&axis, &i)| from[axis] = i);
            self.at(&from)
        })
    }

    pub(crate) fn narrow(&self, axis: usize, start: usize, len: usize) -> Naive {
        let mut shape = self.shape.clone();
        shape[axis] = len;
        Naive::build(&shape, |i| {
            let mut from = i.to_vec();
            from[axis] += start;
            self.at(&from)
        })
    }

    /// Behind another along an axis.
    pub(crate) fn cat(&self, other: &Naive, axis: usize) -> Naive {
        let (first, mut shape) = (self.shape[axis], self.shape.clone());
        shape[axis] += other.shape[axis];
        Naive::build(&shape, |i| match i[axis].checked_sub(first) {
            None => self.at(i),
            Some(at) => {
                let mut from = i.to_vec();
                from[axis] = at;
                other.at(&from)
            }
        })
    }

    /// What `f` makes of all elements along axes, which keep size 1.
    pub(crate) fn fold(&self, axes: &[usize], f: impl Fn(&[f64]) -> f64) -> Naive {
        let one = |axis: usize| axes.is_empty() || axes.contains(&axis);
        let sizes = |inner: bool| -> Vec<usize> {
            self.shape
                .iter()
                .enumerate()
                .map(|(axis, &size)| if one(axis) == inner { size } else { 1 })
                .collect()
        };
        Naive::build(&sizes(false), |i| {
            let along = Naive::build(&sizes(true), |j| {
                let at: Vec<usize> = i.iter().zip(j).map(|(i, j)| i + j).collect();
                self.at(&at)
            });
            f(&along.data)
        })
    }

    pub(crate) fn sum(&self, axes: &[usize]) -> Naive {
        self.fold(axes, |x| x.iter().sum())
    }

    pub(crate) fn mean(&self, axes: &[usize]) -> Naive {
        self.fold(axes, |x| x.iter().sum::<f64>() / x.len() as f64)
    }

    pub(crate) fn var(&self, axes: &[usize], correction: usize) -> Naive {
        self.fold(axes, |x| {
            let mean = x.iter().sum::<f64>() / x.len() as f64;
            x.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (x.len() - correction) as f64
        })
    }

    /// Mean 0 and variance 1 along axes.
    pub(crate) fn normalize(&self, axes: &[usize]) -> Naive {
        let off = self.zip(&self.mean(axes), |x, mean| x - mean);
        off.zip(&self.var(axes, 0), |x, var| x / (var + 1e-5).sqrt())
    }

    pub(crate) fn softmax(&self, axis: usize) -> Naive {
        let powers = self.zip(&self.max(&[axis]), |x, most| (x - most).exp());
        powers.zip(&powers.sum(&[axis]), |x, sum| x / sum)
    }

    pub(crate) fn max(&self, axes: &[usize]) -> Naive {
        self.fold(axes, |x| x.iter().copied().fold(f64::NEG_INFINITY, f64::max))
    }

    pub(crate) fn matmul(&self, other: &Naive) -> Naive {
        let (a, b) = (self.shape.len() - 2, other.shape.len() - 2);
        let rank = a.max(b);
        let size = |shape: &[usize], axis: usize| {
            (axis + shape.len()).checked_sub(rank + 2).map_or(1, |at| shape[at])
        };
        let mut shape: Vec<usize> =
            (0..rank).map(|axis| size(&self.shape, axis).max(size(&other.shape, axis))).collect();
        shape.extend([self.shape[a], other.shape[b + 1]]);
        Naive::build(&shape, |i| {
            let (before, last) = i.split_at(rank);
            (0..other.shape[b])
                .map(|k| {
                    self.at(&[before, &[last[0], k]].concat()) * other.at(&[before, &[k, last[1]]].concat())
                })
                .sum()
        })
    }

    /// Times the transpose of weights, and a bias.
    pub(crate) fn linear(&self, weight: &Naive, bias: &Naive) -> Naive {
        let turned = weight.permute(&[1, 0]);
        let rows = self.reshape(&[self.data.len() / weight.shape[1], weight.shape[1]]);
        let mut shape = self.shape.clone();
        *shape.last_mut().unwrap() = weight.shape[0];
        rows.matmul(&turned).add(bias).reshape(&shape)
    }

    pub(crate) fn conv2d(&self, filter: &Naive, bias: &Naive, w: Window, groups: usize) -> Naive {
        let size = [filter.shape[2], filter.shape[3]];
        let (each, outputs) = (filter.shape[1], filter.shape[0] / groups);
        let pixels = pixels(&self.shape, size, w);
        Naive::build(&[self.shape[0], filter.shape[0], pixels[0], pixels[1]], |i| {
            let mut sum = bias.data[i[1]];
            for (taps, at) in window(&self.shape, size, w, [i[2], i[3]]) {
                let Some(at) = at else { continue };
                for c in 0..each {
                    let channel = i[1] / outputs * each + c;
                    sum += self.at(&[i[0], channel, at[0], at[1]]) * filter.at(&[i[1], c, taps[0], taps[1]]);
                }
            }
            sum
        })
    }

    /// What `f` makes of the pixels of each window, and of how many places there are in it.
    pub(crate) fn pool(&self, w: Window, f: impl Fn(&[f64], usize) -> f64) -> Naive {
        let to = pixels(&self.shape, w.size, w);
        Naive::build(&[self.shape[0], self.shape[1], to[0], to[1]], |i| {
            let places = window(&self.shape, w.size, w, [i[2], i[3]]);
            let inside: Vec<f64> = places
                .iter()
                .filter_map(|(_, at)| at.map(|at| self.at(&[i[0], i[1], at[0], at[1]])))
                .collect();
            f(&inside, places.len())
        })
    }

    /// What `f` makes of windows from the floor of where a pixel starts to the ceiling of where it ends.
    pub(crate) fn adaptive(&self, to: [usize; 2], f: impl Fn(&[f64]) -> f64) -> Naive {
        let range = |axis: usize, i: usize| {
            let from = self.shape[axis + 2];
            i * from / to[axis]..((i + 1) * from).div_ceil(to[axis])
        };
        Naive::build(&[self.shape[0], self.shape[1], to[0], to[1]], |i| {
            let columns = range(1, i[3]);
            let row = |r: usize| columns.clone().map(move |c| self.at(&[i[0], i[1], r, c]));
            f(&range(0, i[2]).flat_map(row).collect::<Vec<_>>())
        })
    }
}

/// How many windows there are down and across.
fn pixels(shape: &[usize], size: [usize; 2], w: Window) -> [usize; 2] {
    [0, 1].map(|d| {
        let whole = shape[d + 2] + w.padding[d][0] + w.padding[d][1];
        (whole - (size[d] - 1) * w.dilation[d] - 1) / w.stride[d] + 1
    })
}

/// The taps of a window, and where in the image each is; none where that is padding.
fn window(
    shape: &[usize],
    size: [usize; 2],
    w: Window,
    to: [usize; 2],
) -> Vec<([usize; 2], Option<[usize; 2]>)> {
    let at = |d: usize, tap: usize| {
        let at = (to[d] * w.stride[d] + tap * w.dilation[d]).checked_sub(w.padding[d][0]);
        at.filter(|&at| at < shape[d + 2])
    };
    let taps = (0..size[0]).flat_map(|y| (0..size[1]).map(move |x| [y, x]));
    taps.map(|taps| (taps, at(0, taps[0]).zip(at(1, taps[1])).map(|(y, x)| [y, x]))).collect()
}
