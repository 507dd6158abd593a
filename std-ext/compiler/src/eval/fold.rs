//! Axes that are folded, or walked along (`kernels/{reduce,arg_min_max,cumsum,topk_v2}.cc`).

use super::number::{Affine, Factor};
use super::tensor::{Tensor, index, places, wrapped};
use super::{Call, Made, Trouble};
use crate::graph::{Reduce, Repr, Type};

impl Call<'_> {
    pub(super) fn reduce(&self, op: Reduce, axes: &[usize]) -> Made {
        let (x, y) = (self.x()?, self.y()?);
        let store = x.store();
        if matches!(store, Type::F32 | Type::F16 | Type::U8 | Type::I4) || y.repr.store() != store {
            return Err(self.unknown());
        }
        let n: usize = axes.iter().map(|axis| x.shape()[*axis]).product();
        if n == 0 {
            return Err("folds no elements".into());
        }
        let scaled = matches!(x.value.repr, Repr::Quant(_));
        let fold: Fold = match op {
            Reduce::Max | Reduce::Any => Box::new(|xs| Ok(xs.iter().copied().fold(i64::MIN, i64::max))),
            Reduce::Min | Reduce::All => Box::new(|xs| Ok(xs.iter().copied().fold(i64::MAX, i64::min))),
            Reduce::Mean | Reduce::Sum if scaled => {
                let (from, to) = (Affine::of(x.value)?, Affine::of(y)?);
                let factor = Factor::new(f64::from(from.scale) / f64::from(to.scale))?;
                let factor = if op == Reduce::Mean { factor.shared(n)? } else { factor };
                Box::new(move |xs| {
                    let sum = xs.iter().map(|x| x - from.zero).sum();
                    Ok(to.clamp(factor.twice(sum) + to.zero))
                })
            }
            Reduce::Prod if scaled => {
                let (from, to) = (Affine::of(x.value)?, Affine::of(y)?);
                // the output's scale is spread over the factors
                let share = f64::from(to.scale).powf(1.0 / n as f64);
                let factor = Factor::new(f64::from(from.scale) / share)?;
                Box::new(move |xs| {
                    let mut product: Option<i128> = None;
                    for x in xs.iter().map(|x| i128::from(x - from.zero)) {
                        product = Some(match product {
                            None => x,
                            Some(before) => factor.wide(before * x)?.into(),
                        });
                    }
                    Ok(to.clamp(factor.wide(product.unwrap_or(0))? + to.zero))
                })
            }
            // of truth values, the sum is whether any holds, the product whether all do
            Reduce::Sum if store == Type::Bool => Box::new(|xs| Ok(xs.iter().any(|x| *x != 0).into())),
            Reduce::Prod if store == Type::Bool => Box::new(|xs| Ok(xs.iter().all(|x| *x != 0).into())),
            Reduce::Sum => Box::new(move |xs| Ok(wrapped(store, sum(xs)))),
            Reduce::Prod => Box::new(move |xs| {
                Ok(xs.iter().fold(1, |product, x| wrapped(store, i128::from(product) * i128::from(*x))))
            }),
            Reduce::Mean => Box::new(move |xs| Ok(wrapped(store, sum(xs) / xs.len() as i128))),
        };
        folded(x, axes).iter().map(|xs| fold(xs)).collect()
    }

    /// Index of the first extreme element.
    pub(super) fn arg(&self, axis: usize, greatest: bool) -> Made {
        let x = self.x()?;
        if matches!(x.store(), Type::F32 | Type::F16) {
            return Err(self.unknown());
        }
        let first = |xs: &Vec<i64>| {
            let extreme = if greatest { xs.iter().max() } else { xs.iter().min() };
            let at = xs.iter().position(|x| Some(x) == extreme).ok_or("has an axis without elements")?;
            Ok(at as i64)
        };
        folded(x, &[axis]).iter().map(first).collect()
    }

    /// Sums of the elements so far.
    pub(super) fn cumsum(&self, axis: usize, exclusive: bool, reverse: bool) -> Made {
        let x = self.x()?;
        if !matches!(x.store(), Type::I32 | Type::I64) {
            return Err(self.unknown());
        }
        let n = *x.shape().get(axis).ok_or("has no such axis")?;
        let so_far = |place: Vec<usize>| {
            let here = place[axis];
            let counts = |i: usize| (i != here || !exclusive) && if reverse { i >= here } else { i <= here };
            let at = |i: usize| x.at(&[&place[..axis], &[i], &place[axis + 1..]].concat());
            let seen: Vec<i64> = (0..n).filter(|i| counts(*i)).map(at).collect();
            wrapped(x.store(), sum(&seen))
        };
        Ok(places(x.shape()).map(so_far).collect())
    }

    /// The greatest elements of each row, of equals the first before the others, and where they are.
    pub(super) fn top_k(&self, k: usize) -> Result<Vec<Vec<i64>>, Trouble> {
        let x = self.x()?;
        if matches!(x.store(), Type::F32 | Type::F16) {
            return Err(self.unknown());
        }
        let depth = x.shape().last().copied().unwrap_or(1).max(1);
        let (mut values, mut indices) = (Vec::new(), Vec::new());
        for row in x.elements.chunks_exact(depth) {
            let mut order: Vec<usize> = (0..depth).collect();
            order.sort_by_key(|i| std::cmp::Reverse(row[*i]));
            values.extend(order.iter().take(k).map(|i| row[*i]));
            indices.extend(order.iter().take(k).map(|i| *i as i64));
        }
        Ok(vec![values, indices])
    }
}

impl Factor {
    /// The factor divided by `n`, in as many bits as LiteRT keeps of it (`QuantizedMeanOrSum`).
    fn shared(self, n: usize) -> Result<Self, Trouble> {
        let bits = (n as u64).ilog2() as i32;
        let room = bits.min(32).min(31 + self.exponent);
        let mantissa = (i64::from(self.mantissa) << room) / n as i64;
        match self.exponent - room {
            exponent @ -31.. => Ok(Factor { mantissa: mantissa as i32, exponent }),
            _ => Err("has scales that differ too much".into()),
        }
    }
}

/// What elements become together.
type Fold = Box<dyn Fn(&[i64]) -> Result<i64, Trouble>>;

fn sum(xs: &[i64]) -> i128 {
    xs.iter().map(|x| i128::from(*x)).sum()
}

/// For each place of the axes that stay, the elements along the others.
fn folded(x: Tensor<'_>, axes: &[usize]) -> Vec<Vec<i64>> {
    let kept: Vec<usize> = (0..x.shape().len()).filter(|axis| !axes.contains(axis)).collect();
    let shape: Vec<usize> = kept.iter().map(|axis| x.shape()[*axis]).collect();
    let mut seen = vec![Vec::new(); shape.iter().product()];
    for (place, element) in places(x.shape()).zip(x.elements) {
        let outer: Vec<usize> = kept.iter().map(|axis| place[*axis]).collect();
        seen[index(&shape, &outer)].push(*element);
    }
    seen
}
