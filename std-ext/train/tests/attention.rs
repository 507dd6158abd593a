//! Attention, which works in blocks of rows, against the operations that it stands for.

#![expect(clippy::unwrap_used, reason = "helpers of tests, which may panic")]

use midge_train::{Rng, Tensor};

/// The same by products, a mask and a softmax.
fn by_parts(x: &Tensor, heads: usize, causal: bool) -> Tensor {
    let [batch, length, three] = x.shape()[..] else { return x.clone() };
    let each = three / 3 / heads;
    let all = x.reshape([batch, length, 3, heads, each]).unwrap();
    let part = |i: usize| all.at(2, i).unwrap().permute(&[0, 2, 1, 3]).unwrap();
    let scores = part(0).matmul(&part(1).transpose(-1, -2).unwrap()).unwrap();
    let scores = (&scores * (1.0 / (each as f32).sqrt())).unwrap();
    let hidden = |i: usize| if causal && i % length > i / length { -1e9 } else { 0.0f32 };
    let mask = Tensor::from_vec((0..length * length).map(hidden).collect(), [length, length]).unwrap();
    let made = scores.add(&mask).unwrap().softmax(-1).unwrap().matmul(&part(2)).unwrap();
    made.permute(&[0, 2, 1, 3]).unwrap().reshape([batch, length, three / 3]).unwrap()
}

#[test]
fn blocks_of_rows_are_the_whole() {
    for (length, causal) in [(1, true), (64, true), (150, true), (150, false)] {
        let x = Tensor::randn([2, length, 24], &mut Rng::new(5)).unwrap();
        let weights = Tensor::randn([2, length, 8], &mut Rng::new(6)).unwrap();
        let of = |f: &dyn Fn(&Tensor) -> Tensor| {
            let leaf = x.requires_gradient();
            let y = f(&leaf);
            y.mul(&weights).unwrap().sum(&[], false).unwrap().backward().unwrap();
            [y.to_vec::<f32>().unwrap(), leaf.grad().unwrap().to_vec().unwrap()]
        };
        let blocks = of(&|x| x.attention(2, causal).unwrap());
        let parts = of(&|x| by_parts(x, 2, causal));
        for (a, b) in blocks.iter().flatten().zip(parts.iter().flatten()) {
            assert!((a - b).abs() < 2e-5, "{length} rows, causal {causal}: {a} and {b}");
        }
    }
}
