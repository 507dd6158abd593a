//! Normalizations of an ONNX file, made of means and products.

use super::call::Call;
use super::{Made, refuse};
use crate::graph::{Binary, Reduce, Type, Unary, ValueId};

impl Call<'_, '_> {
    /// A tensor of one number a channel, to be joined with images of some rank.
    fn channels(&mut self, x: ValueId, rank: usize) -> Made<ValueId> {
        let n = self.graph.value(x).elements();
        let mut shape = vec![1; rank.max(2) - 1];
        shape[0] = n;
        self.reshape(x, &shape)
    }

    /// `x * scale + bias`, one of each for a channel; a constant is worked out here.
    pub(super) fn batch_norm(&mut self) -> Made {
        if self.flag("training_mode") {
            return refuse("is in training mode; export the model for inference");
        }
        let x = self.input(0)?;
        let rank = self.rank(x);
        let epsilon = self.float("epsilon", 1e-5).into();
        let variance = self.input(4)?;
        let variance = self.plus(variance, epsilon)?;
        let inverse = self.unary(Unary::Rsqrt, variance)?;
        let (scale, bias, mean) = (self.input(1)?, self.input(2)?, self.input(3)?);
        let scale = self.mul(scale, inverse)?;
        let shift = self.mul(mean, scale)?;
        let shift = self.sub(bias, shift)?;
        let (scale, shift) = (self.channels(scale, rank)?, self.channels(shift, rank)?);
        let y = self.mul(x, scale)?;
        Ok(vec![self.add(y, shift)?])
    }

    /// x without its mean, and one over its deviation.
    fn standard(&mut self, x: ValueId, axes: &[usize], epsilon: f64) -> Made<(ValueId, ValueId, ValueId)> {
        let mean = self.mean(x, axes)?;
        let centred = self.sub(x, mean)?;
        let square = self.mul(centred, centred)?;
        let variance = self.mean(square, axes)?;
        let variance = self.plus(variance, epsilon)?;
        Ok((mean, centred, self.unary(Unary::Rsqrt, variance)?))
    }

    pub(super) fn layer_norm(&mut self) -> Made {
        let x = self.input(0)?;
        let rank = self.rank(x);
        let axes: Vec<usize> = (self.own_axis(-1, rank)?..rank).collect();
        let epsilon = self.float("epsilon", 1e-5).into();
        let (mean, centred, inverse) = self.standard(x, &axes, epsilon)?;
        let y = self.mul(centred, inverse)?;
        let scale = self.input(1)?;
        let y = self.mul(y, scale)?;
        let y = self.plus_maybe(y, self.maybe(2))?;
        Ok(vec![y, mean, inverse])
    }

    pub(super) fn rms_norm(&mut self) -> Made {
        let x = self.input(0)?;
        let rank = self.rank(x);
        let axes: Vec<usize> = (self.own_axis(-1, rank)?..rank).collect();
        let epsilon = self.float("epsilon", 1e-5).into();
        let square = self.mul(x, x)?;
        let mean = self.mean(square, &axes)?;
        let mean = self.plus(mean, epsilon)?;
        let inverse = self.unary(Unary::Rsqrt, mean)?;
        let y = self.mul(x, inverse)?;
        let scale = self.input(1)?;
        Ok(vec![self.mul(y, scale)?])
    }

    pub(super) fn instance_norm(&mut self) -> Made {
        let x = self.input(0)?;
        let rank = self.rank(x);
        let axes: Vec<usize> = (2..rank).collect();
        let epsilon = self.float("epsilon", 1e-5).into();
        let (_, centred, inverse) = self.standard(x, &axes, epsilon)?;
        let y = self.mul(centred, inverse)?;
        let (scale, bias) = (self.input(1)?, self.input(2)?);
        let (scale, bias) = (self.channels(scale, rank)?, self.channels(bias, rank)?);
        let y = self.mul(y, scale)?;
        Ok(vec![self.add(y, bias)?])
    }

    pub(super) fn group_norm(&mut self) -> Made {
        let x = self.input(0)?;
        let shape = self.shape(x);
        let groups = self.int("num_groups").and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        if groups == 0 || shape.len() < 2 || !shape[1].is_multiple_of(groups) {
            return refuse(format!("has {groups} groups for {shape:?}"));
        }
        let each: usize = shape[1..].iter().product::<usize>() / groups;
        let epsilon = self.float("epsilon", 1e-5).into();
        let rows = self.reshape(x, &[shape[0], groups, each])?;
        let (_, centred, inverse) = self.standard(rows, &[2], epsilon)?;
        let y = self.mul(centred, inverse)?;
        let mut y = self.reshape(y, &shape)?;
        for (i, op) in [(1, Binary::Mul), (2, Binary::Add)] {
            let mut own = self.input(i)?;
            // before opset 21 there is one number a group
            if self.shape(own) == [groups] && groups != shape[1] {
                let column = self.reshape(own, &[groups, 1])?;
                let wide = self.broadcast(column, &[groups, shape[1] / groups])?;
                own = self.reshape(wide, &[shape[1]])?;
            }
            let own = self.channels(own, shape.len())?;
            y = self.binary(op, y, own)?;
        }
        Ok(vec![y])
    }

    pub(super) fn mean_variance(&mut self) -> Made {
        let x = self.input(0)?;
        let axes = self.axes(self.ints("axes").unwrap_or(&[0, 2, 3]), self.rank(x))?;
        let mean = self.mean(x, &axes)?;
        let centred = self.sub(x, mean)?;
        let square = self.mul(centred, centred)?;
        let variance = self.mean(square, &axes)?;
        let deviation = self.unary(Unary::Sqrt, variance)?;
        let deviation = self.plus(deviation, 1e-9)?;
        Ok(vec![self.div(centred, deviation)?])
    }

    pub(super) fn lp_norm(&mut self) -> Made {
        let x = self.input(0)?;
        let axis = self.own_axis(-1, self.rank(x))?;
        let norm = if self.int("p").unwrap_or(2) == 1 {
            let size = self.unary(Unary::Abs, x)?;
            self.reduce(Reduce::Sum, size, &[axis], true)?
        } else {
            let square = self.mul(x, x)?;
            let sum = self.reduce(Reduce::Sum, square, &[axis], true)?;
            self.unary(Unary::Sqrt, sum)?
        };
        // a row of zeros stays one
        let none = self.with(Binary::Equal, norm, 0.0)?;
        let one = self.like(norm, 1.0)?;
        let norm = self.select(none, one, norm)?;
        Ok(vec![self.div(x, norm)?])
    }

    /// Each element by the squares of its neighbours in the channels.
    pub(super) fn local_response(&mut self) -> Made {
        let x = self.input(0)?;
        let shape = self.shape(x);
        let size = self.int("size").and_then(|n| usize::try_from(n).ok()).unwrap_or(1).max(1);
        let (alpha, beta) = (f64::from(self.float("alpha", 1e-4)), f64::from(self.float("beta", 0.75)));
        let bias = self.float("bias", 1.0).into();
        if shape.len() < 2 || self.store(x) != Type::F32 || size > 1 << 10 {
            return refuse(format!("normalizes {shape:?} over {size} channels"));
        }
        let mut margins = vec![[0, 0]; shape.len()];
        margins[1] = [(size - 1) / 2, size / 2];
        let square = self.mul(x, x)?;
        let wide = self.pad(square, &margins, 0.0)?;
        let mut sum = self.along(wide, 1, 0, 1, shape[1])?;
        for i in 1..size {
            let next = self.along(wide, 1, i, 1, shape[1])?;
            sum = self.add(sum, next)?;
        }
        let sum = self.times(sum, alpha / size as f64)?;
        let sum = self.plus(sum, bias)?;
        let power = self.with(Binary::Pow, sum, beta)?;
        Ok(vec![self.div(x, power)?])
    }
}
