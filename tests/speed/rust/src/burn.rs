//! The workloads by burn, on its own backend for processors.

use burn::module::Module;
use burn::nn::attention::generate_autoregressive_mask;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::loss::CrossEntropyLossConfig;
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::nn::transformer::{TransformerEncoder, TransformerEncoderConfig, TransformerEncoderInput};
use burn::nn::{
    Embedding, EmbeddingConfig, LayerNorm, LayerNormConfig, Linear, LinearConfig, PaddingConfig2d, Relu,
};
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::{Bool, Device, Distribution, Int, Tensor, TensorData};

use crate::{CONTEXT, VOCABULARY};

/// Steps in a second.
pub fn rate(workload: &str, seconds: f64) -> f64 {
    let device = &Device::flex().autodiff();
    match workload {
        "mlp" => {
            let x = Tensor::<2>::random([64, 784], Distribution::Default, device);
            train(Mlp::new(device), |net| net.forward(x.clone()), classes(64, 10, device), seconds)
        }
        "cnn" => {
            let x = Tensor::<4>::random([64, 1, 28, 28], Distribution::Default, device);
            train(Cnn::new(device), |net| net.forward(x.clone()), classes(64, 10, device), seconds)
        }
        _ => {
            let all = classes(16 * CONTEXT, VOCABULARY, device);
            let x = all.clone().reshape([16, CONTEXT]);
            let mask = generate_autoregressive_mask(16, CONTEXT, device);
            let forward = |net: &Characters| net.forward(x.clone(), mask.clone());
            train(Characters::new(device), forward, all, seconds)
        }
    }
}

fn classes(count: usize, of: usize, device: &Device) -> Tensor<1, Int> {
    let all: Vec<i32> = (0..count).map(|i| (i * 7 % of) as i32).collect();
    Tensor::from_data(TensorData::new(all, [count]), device)
}

/// Steps in a second of a network whose `forward` gives a row of logits for each class of `y`.
fn train<M: Module>(net: M, forward: impl Fn(&M) -> Tensor<2>, y: Tensor<1, Int>, seconds: f64) -> f64 {
    let mut optimizer = AdamConfig::new().init();
    let loss = CrossEntropyLossConfig::new().init(&y.device());
    let mut net = Some(net);
    let step = || {
        if let Some(now) = net.take() {
            let gradients = loss.forward(forward(&now), y.clone()).backward();
            let gradients = GradientsParams::from_grads(gradients, &now);
            net = Some(optimizer.step(1e-3, now, gradients));
        }
        Ok::<(), std::convert::Infallible>(())
    };
    match crate::rate(seconds, step) {
        Ok(rate) => rate,
        Err(never) => match never {},
    }
}

#[derive(Module, Debug)]
struct Mlp {
    first: Linear,
    second: Linear,
    head: Linear,
}

impl Mlp {
    fn new(device: &Device) -> Mlp {
        Mlp {
            first: LinearConfig::new(784, 256).init(device),
            second: LinearConfig::new(256, 128).init(device),
            head: LinearConfig::new(128, 10).init(device),
        }
    }

    fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let relu = Relu::new();
        self.head.forward(relu.forward(self.second.forward(relu.forward(self.first.forward(x)))))
    }
}

#[derive(Module, Debug)]
struct Cnn {
    first: Conv2d,
    second: Conv2d,
    pool: MaxPool2d,
    head: Linear,
}

impl Cnn {
    fn new(device: &Device) -> Cnn {
        let conv =
            |channels| Conv2dConfig::new(channels, [3, 3]).with_padding(PaddingConfig2d::Same).init(device);
        Cnn {
            first: conv([1, 16]),
            second: conv([16, 32]),
            pool: MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init(),
            head: LinearConfig::new(32 * 7 * 7, 10).init(device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<2> {
        let relu = Relu::new();
        let x = self.pool.forward(relu.forward(self.first.forward(x)));
        let x = self.pool.forward(relu.forward(self.second.forward(x)));
        self.head.forward(x.flatten(1, 3))
    }
}

#[derive(Module, Debug)]
struct Characters {
    tokens: Embedding,
    places: Embedding,
    blocks: TransformerEncoder,
    norm: LayerNorm,
    head: Linear,
}

impl Characters {
    fn new(device: &Device) -> Characters {
        let blocks = TransformerEncoderConfig::new(128, 512, 4, 4).with_dropout(0.0).with_norm_first(true);
        Characters {
            tokens: EmbeddingConfig::new(VOCABULARY, 128).init(device),
            places: EmbeddingConfig::new(CONTEXT, 128).init(device),
            blocks: blocks.init(device),
            norm: LayerNormConfig::new(128).init(device),
            head: LinearConfig::new(128, VOCABULARY).init(device),
        }
    }

    fn forward(&self, x: Tensor<2, Int>, mask: Tensor<3, Bool>) -> Tensor<2> {
        let x = self.tokens.forward(x) + self.places.weight.val().unsqueeze();
        let x = self.blocks.forward(TransformerEncoderInput::new(x).mask_attn(mask));
        self.head.forward(self.norm.forward(x)).reshape([16 * CONTEXT, VOCABULARY])
    }
}
