//! The workloads by candle.

use candle_core::{D, DType, Device, Result, Tensor};
use candle_nn::{
    AdamW, Conv2d, Conv2dConfig, Embedding, Init, Linear, Module, Optimizer, ParamsAdamW, VarBuilder, VarMap,
    conv2d, embedding, linear, loss, ops,
};

use crate::{CONTEXT, VOCABULARY};

/// Steps in a second.
pub fn rate(workload: &str, seconds: f64) -> Result<f64> {
    let device = &Device::Cpu;
    let map = VarMap::new();
    let vars = VarBuilder::from_varmap(&map, DType::F32, device);
    let classes = |count: usize, of: usize| {
        Tensor::from_vec((0..count).map(|i| (i * 7 % of) as u32).collect(), count, device)
    };
    let (net, x, y): (Box<dyn Module>, Tensor, Tensor) = match workload {
        "mlp" => (Box::new(Mlp::new(&vars)?), Tensor::randn(0f32, 1., (64, 784), device)?, classes(64, 10)?),
        "cnn" => {
            (Box::new(Cnn::new(&vars)?), Tensor::randn(0f32, 1., (64, 1, 28, 28), device)?, classes(64, 10)?)
        }
        "transformer" => {
            let x = classes(16 * CONTEXT, VOCABULARY)?.reshape((16, CONTEXT))?;
            (Box::new(Characters::new(&vars)?), x, classes(16 * CONTEXT, VOCABULARY)?)
        }
        other => candle_core::bail!("unknown workload {other}"),
    };
    // Adam is AdamW without decay of weights
    let params = ParamsAdamW { lr: 1e-3, weight_decay: 0.0, ..ParamsAdamW::default() };
    let mut optimizer = AdamW::new(map.all_vars(), params)?;
    let loss = || {
        let logits = net.forward(&x)?;
        let count = logits.dim(D::Minus1)?;
        loss::cross_entropy(&logits.reshape(((), count))?, &y)
    };
    let gradients = loss()?.backward()?;
    if map.all_vars().iter().any(|var| gradients.get(var).is_none()) {
        candle_core::bail!("a weight has no gradient");
    }
    crate::rate(seconds, || optimizer.backward_step(&loss()?))
}

/// candle's own layer of this name computes no gradient, and cuts those of all before it.
struct LayerNorm {
    weight: Tensor,
    bias: Tensor,
}

impl LayerNorm {
    fn new(size: usize, vars: VarBuilder) -> Result<LayerNorm> {
        let one = vars.get_with_hints(size, "weight", Init::Const(1.0))?;
        Ok(LayerNorm { weight: one, bias: vars.get_with_hints(size, "bias", Init::Const(0.0))? })
    }
}

impl Module for LayerNorm {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        ops::layer_norm_slow(x, &self.weight, &self.bias, 1e-5)
    }
}

struct Mlp([Linear; 3]);

impl Mlp {
    fn new(vars: &VarBuilder) -> Result<Mlp> {
        Ok(Mlp([
            linear(784, 256, vars.pp("0"))?,
            linear(256, 128, vars.pp("1"))?,
            linear(128, 10, vars.pp("2"))?,
        ]))
    }
}

impl Module for Mlp {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let [first, second, head] = &self.0;
        head.forward(&second.forward(&first.forward(x)?.relu()?)?.relu()?)
    }
}

struct Cnn {
    first: Conv2d,
    second: Conv2d,
    head: Linear,
}

impl Cnn {
    fn new(vars: &VarBuilder) -> Result<Cnn> {
        let same = Conv2dConfig { padding: 1, ..Conv2dConfig::default() };
        Ok(Cnn {
            first: conv2d(1, 16, 3, same, vars.pp("first"))?,
            second: conv2d(16, 32, 3, same, vars.pp("second"))?,
            head: linear(32 * 7 * 7, 10, vars.pp("head"))?,
        })
    }
}

impl Module for Cnn {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let x = self.first.forward(x)?.relu()?.max_pool2d(2)?;
        let x = self.second.forward(&x)?.relu()?.max_pool2d(2)?;
        self.head.forward(&x.flatten_from(1)?)
    }
}

struct Block {
    norm1: LayerNorm,
    project: Linear,
    out: Linear,
    norm2: LayerNorm,
    up: Linear,
    down: Linear,
}

impl Block {
    fn new(vars: VarBuilder) -> Result<Block> {
        Ok(Block {
            norm1: LayerNorm::new(128, vars.pp("norm1"))?,
            project: linear(128, 3 * 128, vars.pp("project"))?,
            out: linear(128, 128, vars.pp("out"))?,
            norm2: LayerNorm::new(128, vars.pp("norm2"))?,
            up: linear(128, 512, vars.pp("up"))?,
            down: linear(512, 128, vars.pp("down"))?,
        })
    }

    /// `mask` is 0 where a place may look, and minus infinity elsewhere.
    fn forward(&self, x: &Tensor, mask: &Tensor) -> Result<Tensor> {
        let (b, t, d) = x.dims3()?;
        let parts = self.project.forward(&self.norm1.forward(x)?)?.reshape((b, t, 3, 4, d / 4))?;
        let part = |i: usize| parts.narrow(2, i, 1)?.squeeze(2)?.transpose(1, 2)?.contiguous();
        let (q, k, v) = (part(0)?, part(1)?, part(2)?);
        let scores =
            (q.matmul(&k.transpose(2, 3)?.contiguous()?)? * (1.0 / 32f64.sqrt()))?.broadcast_add(mask)?;
        let y = ops::softmax(&scores, D::Minus1)?.matmul(&v)?.transpose(1, 2)?.reshape((b, t, d))?;
        let x = (x + self.out.forward(&y)?)?;
        &x + self.down.forward(&self.up.forward(&self.norm2.forward(&x)?)?.gelu_erf()?)?
    }
}

struct Characters {
    tokens: Embedding,
    places: Embedding,
    blocks: Vec<Block>,
    norm: LayerNorm,
    head: Linear,
    mask: Tensor,
}

impl Characters {
    fn new(vars: &VarBuilder) -> Result<Characters> {
        let mask =
            (0..CONTEXT).flat_map(|i| (0..CONTEXT).map(move |j| if j > i { f32::NEG_INFINITY } else { 0.0 }));
        Ok(Characters {
            tokens: embedding(VOCABULARY, 128, vars.pp("tokens"))?,
            places: embedding(CONTEXT, 128, vars.pp("places"))?,
            blocks: (0..4).map(|i| Block::new(vars.pp(format!("block{i}")))).collect::<Result<_>>()?,
            norm: LayerNorm::new(128, vars.pp("norm"))?,
            head: linear(128, VOCABULARY, vars.pp("head"))?,
            mask: Tensor::from_vec(mask.collect::<Vec<f32>>(), (CONTEXT, CONTEXT), vars.device())?,
        })
    }
}

impl Module for Characters {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let mut x = self.tokens.forward(x)?.broadcast_add(self.places.embeddings())?;
        for block in &self.blocks {
            x = block.forward(&x, &self.mask)?;
        }
        self.head.forward(&self.norm.forward(&x)?)
    }
}
