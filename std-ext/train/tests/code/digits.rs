//! The architecture of the tflite model `main`, 2154 parameters: written by `midge codegen model`, to be changed at will.

use std::path::Path;

use midge_train::checkpoint::{self, Safetensors};
use midge_train::nn::{Conv2d, Linear, Module, Padding};
use midge_train::{Result, Rng, Tensor, Window, parts};

/// A network from `serving_default_image:0` [n, 8, 8, 1] to `StatefulPartitionedCall_1:0` [n, 10].
#[derive(Debug)]
pub struct Digits {
    /// [n, 8, 8, 1] to [n, 8, 8, 16], as the model has them.
    pub conv_relu_1: Conv2d,
    /// [n, 8, 8, 16] to [n, 4, 4, 16], as the model has them.
    pub depthwise_relu_1: Conv2d,
    /// [n, 4, 4, 16] to [n, 4, 4, 32], as the model has them.
    pub pointwise_relu_1: Conv2d,
    /// [n, 128] to [n, 10], as the model has them.
    pub dense_1: Linear,
}

impl Digits {
    /// With fresh weights.
    pub fn new(rng: &mut Rng) -> Result<Digits> {
        Ok(Digits {
            conv_relu_1: Conv2d::new(1, 16, [3, 3], rng)?.padding(Padding::Same),
            depthwise_relu_1: Conv2d::depthwise(16, [3, 3], rng)?.stride([2, 2]).padding(Padding::Same),
            pointwise_relu_1: Conv2d::new(16, 32, [1, 1], rng)?,
            dense_1: Linear::new(128, 10, rng)?,
        })
    }

    /// With the weights of a file of safetensors: those of the model are in the one beside this.
    pub fn load(path: &Path) -> checkpoint::Result<Digits> {
        let net = Digits::new(&mut Rng::new(0))?;
        net.load_state_dict(&Safetensors::read(path)?.tensors()?)?;
        Ok(net)
    }
}

impl Module for Digits {
    parts!(conv_relu_1, depthwise_relu_1, pointwise_relu_1, dense_1);

    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let x = self.conv_relu_1.forward(&x.permute(&[0, 3, 1, 2])?)?.relu()?;
        let x = self.depthwise_relu_1.forward(&x)?.relu()?;
        let x = self.pointwise_relu_1.forward(&x)?.relu()?;
        let x = x.max_pool2d(Window { size: [2, 2], stride: [2, 2], padding: [[0, 0], [0, 0]], dilation: [1, 1] })?;
        let x = x.permute(&[0, 2, 3, 1])?.flatten(1)?;
        let x = self.dense_1.forward(&x)?;
        let x = x.softmax(-1)?;
        Ok(x)
    }
}
