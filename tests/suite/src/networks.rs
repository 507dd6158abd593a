//! Convolution networks that no kernel was made for, drawn from numbers: what packing saves on them must be what it saves
//! on the models that kernels are measured with. `cargo xtask networks` compares.

use midge_compiler::custom::Custom;
use midge_compiler::graph::{Activation, Grain, Graph, Margins, Op, Window};
use midge_compiler::{Optimize, Target, compile};
use midge_runtime::emulated::{self, EmulatedError, Request};

use crate::choice::Choice;
use crate::layers::Layers;
use crate::noise::Noise;

/// Most products of a layer, and of a network: counting takes seconds for more.
const LAYER: usize = 1_500_000;
const NETWORK: usize = 5_000_000;

/// The network with this number: a convolution of a picture or a spectrogram, then convolutions, and depthwise ones with
/// those of pixels behind them; in the end a pool and a classifier.
pub fn network(seed: u64) -> Graph {
    // neighbours begin far apart, and none at 0
    let mut noise = Noise(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let image = [17 + noise.below(40), 11 + noise.below(46), [1, 3][noise.below(2)]];
    let [h, w, channels] = image;
    let layers = Layers::new(&[1, h, w, channels], Noise(noise.word() | 1));
    let mut growing = Growing { layers, noise, image, left: NETWORK };
    let (size, width) = ([3 + growing.noise.below(3), 3], 8 + growing.noise.below(25));
    growing.conv(size, 2, width);
    (0..12).for_each(|_| growing.block());
    growing.end(&format!("network {seed}"))
}

struct Growing {
    layers: Layers,
    noise: Noise,
    /// Height, width and channels of what was made last.
    image: [usize; 3],
    /// Products that later layers may take.
    left: usize,
}

impl Growing {
    fn block(&mut self) {
        let [.., channels] = self.image;
        let stride = 1 + self.noise.below(5) / 4;
        // wider, and mostly by fours
        let width = (channels + self.noise.below(channels + 1)).min(256);
        let width = if self.noise.below(4) == 0 { width } else { width.next_multiple_of(4) };
        if self.noise.below(3) == 0 {
            let k = 1 + self.noise.below(5);
            self.conv([k, k], stride, width);
        } else {
            let k = [3, 3, 3, 5][self.noise.below(4)];
            self.depthwise(k, stride);
            self.conv([1, 1], 1, width);
        }
    }

    fn conv(&mut self, size: [usize; 2], stride: usize, width: usize) {
        let Some((window, y)) = self.window(size, stride, width, self.image[2] * width) else { return };
        let op = Op::Conv2d { window, activation: Activation::Relu };
        self.layers.weighted(op, &[width, size[0], size[1], self.image[2]], &y, Grain::Channel(0));
        self.image = [y[1], y[2], width];
    }

    fn depthwise(&mut self, k: usize, stride: usize) {
        let [.., channels] = self.image;
        let Some((window, y)) = self.window([k, k], stride, channels, channels) else { return };
        let op = Op::DepthwiseConv2d { window, multiplier: 1, activation: Activation::Relu };
        self.layers.weighted(op, &[1, k, k, channels], &y, Grain::Channel(3));
        self.image = [y[1], y[2], channels];
    }

    /// A window with SAME padding and the shape that it makes, if there are products left; `tap` of them for each of its
    /// pixels.
    fn window(
        &mut self,
        [kh, kw]: [usize; 2],
        stride: usize,
        width: usize,
        tap: usize,
    ) -> Option<(Window, [usize; 4])> {
        let same = |n: usize, k: usize| {
            let out = n.div_ceil(stride);
            let all = ((out - 1) * stride + k).saturating_sub(n);
            (out, all / 2, all - all / 2)
        };
        let [(h, top, bottom), (w, left, right)] = [same(self.image[0], kh), same(self.image[1], kw)];
        let products = tap * kh * kw * h * w;
        self.left = self.left.checked_sub(products).filter(|_| products <= LAYER)?;
        let margins = Margins { top, bottom, left, right };
        Some((Window { stride: [stride; 2], dilation: [1, 1], margins }, [1, h, w, width]))
    }

    fn end(mut self, name: &str) -> Graph {
        let [h, w, channels] = self.image;
        let window = Window { stride: [h, w], dilation: [1, 1], margins: Margins::default() };
        let pool = Op::AveragePool2d { size: [h, w], window, activation: Activation::None };
        self.layers.plain(pool, &[1, 1, 1, channels]);
        let dense = Op::FullyConnected { activation: Activation::None };
        self.layers.weighted(dense, &[10, channels], &[1, 10], Grain::Tensor);
        self.layers.end(name)
    }
}

/// Instructions of one run of each graph on the target's emulated core, packed portably and for the core.
///
/// # Errors
/// What failed.
pub fn compare(target: Target, optimize: Optimize, graphs: &[Graph]) -> Result<Vec<[u64; 2]>, EmulatedError> {
    let mut plans = Vec::new();
    for graph in graphs {
        let input: usize = graph.inputs.iter().map(|id| graph.value(*id).bytes()).sum();
        for choice in [Choice::PORTABLE, Choice { target, optimize, kernel: None }] {
            let compiled = compile(graph.clone(), &choice.options(), &Custom::default());
            let file = compiled.map_err(|error| EmulatedError::Failed(error.to_string()))?.file;
            plans.push((file, vec![0; input]));
        }
    }
    let requests: Vec<_> = plans.iter().map(|(plan, input)| Request::once(plan, input)).collect();
    let replies = emulated::run_all(&target.to_string(), &requests, &mut |line| eprintln!("{line}"))?;
    let instructions = |reply: emulated::Reply| {
        let steps = reply.counts.unwrap_or_default().steps;
        steps.iter().map(|step| step.instructions).sum()
    };
    let counts = replies.into_iter().map(|reply| reply.map(instructions)).collect::<Result<Vec<_>, _>>()?;
    Ok(counts.as_chunks().0.to_vec())
}
