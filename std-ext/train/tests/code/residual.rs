//! The architecture of the midge train model, 865 parameters: written by `midge codegen model`, to be changed at will.

use std::path::Path;

use midge_train::checkpoint::{self, Safetensors};
use midge_train::nn::init::Init;
use midge_train::nn::{Conv2d, Linear, Module, Padding};
use midge_train::{Result, Rng, Tensor, Window, parts};

/// A network from `image` [n, 3, 10, 5] to `output` [n, 4].
#[derive(Debug)]
pub struct Residual {
    /// [n, 10, 5, 3] to [n, 5, 6, 6], as the model has them.
    pub norm: Conv2d,
    /// [n, 5, 6, 6] to [n, 5, 6, 6], as the model has them.
    pub inner: Conv2d,
    /// What MUL reads.
    pub scale: Tensor,
    /// [n, 2, 3, 6] to [n, 2, 3, 4], as the model has them.
    pub down: Conv2d,
    /// [n, 48] to [n, 7], as the model has them.
    pub head: Linear,
    /// [n, 7] to [n, 4], as the model has them.
    pub last: Linear,
}

impl Residual {
    /// With fresh weights.
    pub fn new(rng: &mut Rng) -> Result<Residual> {
        Ok(Residual {
            norm: Conv2d::new(3, 6, [3, 2], rng)?.stride([2, 1]).padding(Padding::Zeros([1, 1])),
            inner: Conv2d::grouped(6, 6, [3, 3], 2, rng)?.padding(Padding::Same),
            scale: Init::Constant(1.0).parameter([1, 6, 5, 6], rng)?,
            down: Conv2d::new(6, 4, [1, 1], rng)?,
            head: Linear::new(48, 7, rng)?,
            last: Linear::new(7, 4, rng)?,
        })
    }

    /// With the weights of a file of safetensors: those of the model are in the one beside this.
    pub fn load(path: &Path) -> checkpoint::Result<Residual> {
        let net = Residual::new(&mut Rng::new(0))?;
        net.load_state_dict(&Safetensors::read(path)?.tensors()?)?;
        Ok(net)
    }
}

impl Module for Residual {
    parts!(norm, inner, scale, down, head, last);

    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let conv1 = self.norm.forward(x)?.relu()?;
        let x = self.inner.forward(&conv1)?;
        let x = x.sigmoid()?;
        let x = conv1.add(&x)?;
        let x = x.mul(&self.scale)?;
        let x = x.avg_pool2d(Window { size: [3, 3], stride: [2, 2], padding: [[0, 1], [1, 1]], dilation: [1, 1] }, false)?;
        let conv2 = self.down.forward(&x)?;
        let x = conv2.tanh()?;
        let x = Tensor::cat(&[&x, &conv2], 1)?;
        let x = x.permute(&[0, 2, 3, 1])?.flatten(1)?;
        let x = self.head.forward(&x)?;
        let x = x.swish()?;
        let x = self.last.forward(&x)?;
        let x = x.softmax(-1)?;
        Ok(x)
    }
}
