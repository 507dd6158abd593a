//! One of the workloads of `cargo xtask bench-train`: from given weights and a given batch, the losses of 50 steps, and
//! then how many samples or tokens a second it trains.
//!
//! `speed WORKLOAD GIVEN.npz THREADS SECONDS` prints a line of JSON.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use midge_runtime::array::{Array, Arrays, Dtype};
use midge_train::nn::{
    Conv2d, Embedding, Flatten, LayerNorm, Linear, MaxPool2d, Module, Padding, Relu, Sequential,
    TransformerBlock,
};
use midge_train::optim::{Adam, Optimizer};
use midge_train::{Cpu, Result, Rng, Tensor, loss, parts, set_default_device};

fn mlp(rng: &mut Rng) -> Result<Sequential> {
    let net = Sequential::new()
        .add(Linear::new(784, 256, rng)?)
        .add(Relu)
        .add(Linear::new(256, 128, rng)?)
        .add(Relu);
    Ok(net.add(Linear::new(128, 10, rng)?))
}

fn cnn(rng: &mut Rng) -> Result<Sequential> {
    let net = Sequential::new().add(Conv2d::new(1, 16, [3, 3], rng)?.padding(Padding::Same)).add(Relu);
    let net = net
        .add(MaxPool2d::new([2, 2]))
        .add(Conv2d::new(16, 32, [3, 3], rng)?.padding(Padding::Same))
        .add(Relu);
    Ok(net.add(MaxPool2d::new([2, 2])).add(Flatten).add(Linear::new(32 * 7 * 7, 10, rng)?))
}

/// A transformer over characters.
struct Characters {
    tokens: Embedding,
    places: Embedding,
    blocks: Vec<TransformerBlock>,
    norm: LayerNorm,
    head: Linear,
}

impl Characters {
    const CONTEXT: usize = 128;

    fn new(vocabulary: usize, rng: &mut Rng) -> Result<Characters> {
        let block = |_| TransformerBlock::new(128, 4, 512, true, 0.0, rng);
        let blocks = (0..4).map(block).collect::<Result<_>>()?;
        Ok(Characters {
            tokens: Embedding::new(vocabulary, 128, rng)?,
            places: Embedding::new(Characters::CONTEXT, 128, rng)?,
            blocks,
            norm: LayerNorm::new(128)?,
            head: Linear::new(128, vocabulary, rng)?,
        })
    }
}

impl Module for Characters {
    parts!(tokens, places, blocks, norm, head);

    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let mut x = self.tokens.forward(x)?.add(&self.places.weight)?;
        for block in &self.blocks {
            x = block.forward(&x)?;
        }
        self.head.forward(&self.norm.forward(&x)?)
    }
}

fn tensor(array: &Array) -> std::result::Result<Tensor, Box<dyn Error>> {
    let shape = array.shape().to_vec();
    Ok(match array.dtype() {
        Dtype::I64 => Tensor::from_vec(array.elements::<i64>().ok_or("not int64")?, shape)?,
        _ => Tensor::from_vec(array.elements::<f32>().ok_or("not float32")?, shape)?,
    })
}

/// Bytes of main memory that this process has.
fn resident() -> std::result::Result<i64, Box<dyn Error>> {
    let pages = std::fs::read_to_string("/proc/self/statm")?;
    Ok(4096 * pages.split(' ').nth(1).ok_or("statm is not as expected")?.parse::<i64>()?)
}

fn main() -> std::result::Result<(), Box<dyn Error>> {
    let [_, workload, given, threads, seconds] =
        <[String; 5]>::try_from(std::env::args().collect::<Vec<_>>())
            .map_err(|_| "usage: speed mlp|cnn|transformer GIVEN.npz THREADS SECONDS")?;
    let idle = resident()?;
    set_default_device(Arc::new(Cpu::new(threads.parse()?)));
    let rng = &mut Rng::new(0);
    let net: Box<dyn Module> = match workload.as_str() {
        "mlp" => Box::new(mlp(rng)?),
        "cnn" => Box::new(cnn(rng)?),
        "transformer" => Box::new(Characters::new(65, rng)?),
        other => return Err(format!("unknown workload {other}; use mlp, cnn or transformer").into()),
    };
    let Arrays::Named(given) = Arrays::read(given.as_ref())? else {
        return Err("GIVEN.npz has no names".into());
    };
    let mut tensors = BTreeMap::new();
    for (name, array) in &given {
        tensors.insert(name.clone(), tensor(array)?);
    }
    let (Some(x), Some(y)) = (tensors.remove("x"), tensors.remove("y")) else {
        return Err("GIVEN.npz has no x and y".into());
    };
    net.load_state_dict(&tensors)?;

    let mut optimizer = Optimizer::new(Adam::default(), 1e-3, net.parameters())?;
    let mut step = || -> Result<Tensor> {
        optimizer.zero_grad();
        let loss = loss::cross_entropy(&net.forward(&x)?, &y)?;
        loss.backward()?;
        optimizer.step()?;
        Ok(loss)
    };
    let losses = (0..50).map(|_| step()?.item()).collect::<Result<Vec<f32>>>()?;
    let (limit, start, mut steps) = (Duration::from_secs_f64(seconds.parse()?), Instant::now(), 0);
    while start.elapsed() < limit {
        step()?;
        steps += 1;
    }
    let rate = (steps * y.elements()) as f64 / start.elapsed().as_secs_f64();
    let grown = resident()? - idle;
    println!("{{\"rate\": {rate:.1}, \"losses\": {losses:?}, \"grown\": {grown}}}");
    Ok(())
}
