//! Operations between tensors, and losses.

use midge_train::{Result, Rng, Tensor, Window, loss};

use crate::naive::Naive;
use crate::{check, positive, random};

/// How many shapes are drawn for an operation.
const SHAPES: u64 = 4;

type Unary = (fn(&Tensor) -> Result<Tensor>, fn(f64) -> f64);
type Binary = (fn(&Tensor, &Tensor) -> Result<Tensor>, fn(f64, f64) -> f64);

/// Sizes of axes, from 1 on.
fn sizes<const N: usize>(rng: &mut Rng) -> [usize; N] {
    std::array::from_fn(|_| 1 + rng.below(5))
}

fn one(x: &Tensor) -> &[Tensor] {
    std::slice::from_ref(x)
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[test]
fn elementwise() {
    let unary: [(&str, Unary); 16] = [
        ("neg", (Tensor::neg, |x| -x)),
        ("abs", (Tensor::abs, f64::abs)),
        ("exp", (Tensor::exp, f64::exp)),
        ("tanh", (Tensor::tanh, f64::tanh)),
        ("sigmoid", (Tensor::sigmoid, sigmoid)),
        ("erf", (Tensor::erf, libm::erf)),
        ("sin", (Tensor::sin, f64::sin)),
        ("cos", (Tensor::cos, f64::cos)),
        ("relu", (Tensor::relu, |x| x.max(0.0))),
        ("gelu", (Tensor::gelu, |x| 0.5 * x * (1.0 + libm::erf(x / 2.0f64.sqrt())))),
        ("swish", (Tensor::swish, |x| x * sigmoid(x))),
        ("elu", (|x| x.elu(0.75), |x| if x > 0.0 { x } else { 0.75 * x.exp_m1() })),
        ("leaky_relu", (|x| x.leaky_relu(0.25), |x| if x > 0.0 { x } else { 0.25 * x })),
        ("clamp", (|x| x.clamp(-1.0, 0.5), |x| x.clamp(-1.0, 0.5))),
        ("powf 3", (|x| x.powf(3.0), |x| x * x * x)),
        ("recip", (|x| x.map(|x| (x.clone() * x + 1.0).recip()), |x| 1.0 / (x * x + 1.0))),
    ];
    let positives: [(&str, Unary); 3] = [
        ("log", (Tensor::log, f64::ln)),
        ("sqrt", (Tensor::sqrt, f64::sqrt)),
        ("powf 1.75", (|x| x.powf(1.75), |x| x.powf(1.75))),
    ];
    let binary: [(&str, Binary); 7] = [
        ("add", (Tensor::add, |a, b| a + b)),
        ("sub", (Tensor::sub, |a, b| a - b)),
        ("mul", (Tensor::mul, |a, b| a * b)),
        ("div", (Tensor::div, |a, b| a / b)),
        ("maximum", (Tensor::maximum, f64::max)),
        ("minimum", (Tensor::minimum, f64::min)),
        ("pow", (Tensor::pow, f64::powf)),
    ];
    for seed in 0..SHAPES {
        let rng = &mut Rng::new(seed);
        let shape: [usize; 3] = sizes(rng);
        let (x, p) = (random(shape, rng), positive(shape, rng));
        for (name, (f, exact)) in unary {
            check(name, one(&x), |x| f(&x[0]), |x| x[0].map(exact));
        }
        for (name, (f, exact)) in positives {
            check(name, one(&p), |x| f(&x[0]), |x| x[0].map(exact));
        }
        let [_, rows, columns] = shape;
        for (name, (f, exact)) in binary {
            for other in [positive([columns], rng), positive([rows, 1], rng).reshape([1, rows, 1]).unwrap()] {
                let inputs = [p.clone(), other];
                check(name, &inputs, |x| f(&x[0], &x[1]), |x| x[0].zip(&x[1], exact));
            }
        }
        let condition = x.greater(&Tensor::zeros([1]).unwrap()).unwrap();
        let chosen = Naive::of(&condition);
        let inputs = [p, random([rows, 1], rng)];
        check(
            "select",
            &inputs,
            |x| condition.select(&x[0], &x[1]),
            |x| chosen.mul(&x[0]).add(&chosen.map(|c| 1.0 - c).mul(&x[1])),
        );
    }
}

#[test]
fn movement_and_reductions() {
    for seed in 0..SHAPES {
        let rng = &mut Rng::new(100 + seed);
        let shape @ [a, b, c]: [usize; 3] = sizes(rng);
        let x = &random(shape, rng);
        check("permute", one(x), |x| x[0].permute(&[2, 0, 1]), |x| x[0].permute(&[2, 0, 1]));
        check(
            "reshape",
            one(x),
            |x| x[0].permute(&[1, 0, 2])?.reshape([a * b, c]),
            |x| x[0].permute(&[1, 0, 2]).reshape(&[a * b, c]),
        );
        check(
            "expand",
            &[random([b, 1], rng)],
            |x| x[0].expand([a, b, c]),
            |x| Naive::build(&[a, b, c], |i| x[0].at(i)),
        );
        let (start, len) = (rng.below(b), 1);
        check("narrow", one(x), |x| x[0].narrow(1, start, len), |x| x[0].narrow(1, start, len));
        let more = random([a, 2, c], rng);
        check(
            "cat",
            &[x.clone(), more],
            |x| Tensor::cat(&[&x[0], &x[1], &x[0]], 1),
            |x| x[0].cat(&x[1], 1).cat(&x[0], 1),
        );
        check(
            "pad",
            one(x),
            |x| x[0].pad(2, 1, 2),
            |x| {
                let zeros = |len| Naive::build(&[a, b, len], |_| 0.0);
                zeros(1).cat(&x[0], 2).cat(&zeros(2), 2)
            },
        );
        for axes in [&[][..], &[0], &[1], &[2], &[0, 2], &[1, 2]] {
            let signed: Vec<isize> = axes.iter().map(|&axis| axis as isize).collect();
            check("sum", one(x), |x| x[0].sum(&signed, true), |x| x[0].sum(axes));
            check("mean", one(x), |x| x[0].mean(&signed, true), |x| x[0].mean(axes));
            check("var", one(x), |x| x[0].var(&signed, 0, true), |x| x[0].var(axes, 0));
            check("amax", one(x), |x| x[0].amax(&signed, true), |x| x[0].max(axes));
            check("amin", one(x), |x| x[0].amin(&signed, true), |x| x[0].map(|x| -x).max(axes).map(|x| -x));
        }
        for axis in [0, 1, 2] {
            check("softmax", one(x), |x| x[0].softmax(axis), |x| x[0].softmax(axis as usize));
            check(
                "log_softmax",
                one(x),
                |x| x[0].log_softmax(axis),
                |x| x[0].softmax(axis as usize).map(f64::ln),
            );
        }
        let indices: Vec<usize> = (0..a * 2 * c).map(|_| rng.below(b)).collect();
        let all = indices.iter().map(|&i| i as i64).collect();
        let places = Tensor::from_vec(all, [a, 2, c]).unwrap();
        let place = |i: &[usize]| indices[(i[0] * 2 + i[1]) * c + i[2]];
        check(
            "gather",
            one(x),
            |x| x[0].gather(1, &places),
            |x| Naive::build(&[a, 2, c], |i| x[0].at(&[i[0], place(i), i[2]])),
        );
        let values = random([a, 2, c], rng);
        check(
            "scatter_add",
            &[x.clone(), values],
            |x| x[0].scatter_add(1, &places, &x[1]),
            |x| {
                Naive::build(&[a, b, c], |i| {
                    let given = (0..2).map(|k| [i[0], k, i[2]]).filter(|k| place(k) == i[1]);
                    x[0].at(i) + given.map(|k| x[1].at(&k)).sum::<f64>()
                })
            },
        );
        let rows = Tensor::classes(&indices[..c]).unwrap();
        check(
            "index_select",
            one(x),
            |x| x[0].index_select(1, &rows),
            |x| Naive::build(&[a, c, c], |i| x[0].at(&[i[0], indices[i[1]], i[2]])),
        );
    }
}

#[test]
fn products_and_windows() {
    for seed in 0..SHAPES {
        let rng = &mut Rng::new(200 + seed);
        let [n, m, k, o]: [usize; 4] = sizes(rng);
        let right = [random([n, k, o], rng), random([k, o], rng).reshape([1, k, o]).unwrap()];
        for b in right {
            let inputs = [random([n, m, k], rng), b];
            check("matmul", &inputs, |x| x[0].matmul(&x[1]), |x| x[0].matmul(&x[1]));
        }
        let inputs = [random([n, m, k], rng), random([o, k], rng), random([o], rng)];
        check("linear", &inputs, |x| x[0].linear(&x[1], Some(&x[2])), |x| x[0].linear(&x[1], &x[2]));

        let groups = [1, 2, 4][rng.below(3)];
        let window = Window {
            size: [1 + rng.below(3), 1 + rng.below(3)],
            stride: [1 + rng.below(2), 1 + rng.below(3)],
            padding: [[rng.below(2), rng.below(2)], [rng.below(2), 1]],
            dilation: [1 + rng.below(2), 1],
        };
        let [height, width] = [5 + rng.below(3), 4 + rng.below(4)];
        let filter = [4 * (1 + rng.below(2)), 4 / groups, window.size[0], window.size[1]];
        let inputs = [random([2, 4, height, width], rng), random(filter, rng), random([filter[0]], rng)];
        check(
            "conv2d",
            &inputs,
            |x| x[0].conv2d(&x[1], Some(&x[2]), window, groups),
            |x| x[0].conv2d(&x[1], &x[2], window, groups),
        );

        // Padding is at most half a window.
        let window = Window { size: window.size.map(|s| s + 1), ..window };
        let image = &inputs[0];
        check(
            "max_pool2d",
            one(image),
            |x| x[0].max_pool2d(window),
            |x| x[0].pool(window, |pixels, _| pixels.iter().copied().fold(f64::NEG_INFINITY, f64::max)),
        );
        let window = Window { dilation: [1, 1], ..window };
        for padded in [true, false] {
            check(
                "avg_pool2d",
                one(image),
                |x| x[0].avg_pool2d(window, padded),
                |x| {
                    x[0].pool(window, |pixels, all| {
                        pixels.iter().sum::<f64>() / if padded { all } else { pixels.len() } as f64
                    })
                },
            );
        }
        let to = [1 + rng.below(4), 1 + rng.below(4)];
        let mean = |pixels: &[f64]| pixels.iter().sum::<f64>() / pixels.len() as f64;
        let most = |pixels: &[f64]| pixels.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        check(
            "adaptive_avg_pool2d",
            one(image),
            |x| x[0].adaptive_avg_pool2d(to),
            |x| x[0].adaptive(to, mean),
        );
        check(
            "adaptive_max_pool2d",
            one(image),
            |x| x[0].adaptive_max_pool2d(to),
            |x| x[0].adaptive(to, most),
        );

        let signal = random([2, 3, 6 + rng.below(5)], rng);
        let (size, stride, padding) = (2 + rng.below(3), 1 + rng.below(3), rng.below(2));
        let window = Window {
            size: [1, size],
            stride: [1, stride],
            padding: [[0, 0], [padding; 2]],
            dilation: [1, 1],
        };
        let wide = |x: &Naive| x.reshape(&[x.shape[0], x.shape[1], 1, x.shape[2]]);
        let flat = |x: Naive| x.reshape(&[x.shape[0], x.shape[1], x.shape[3]]);
        check(
            "max_pool1d",
            one(&signal),
            |x| x[0].max_pool1d(size, stride, padding),
            |x| flat(wide(&x[0]).pool(window, |places, _| most(places))),
        );
        for padded in [true, false] {
            check(
                "avg_pool1d",
                one(&signal),
                |x| x[0].avg_pool1d(size, stride, padding, padded),
                |x| {
                    flat(wide(&x[0]).pool(window, |places, all| {
                        places.iter().sum::<f64>() / if padded { all } else { places.len() } as f64
                    }))
                },
            );
        }
        check(
            "adaptive_avg_pool1d",
            one(&signal),
            |x| x[0].adaptive_avg_pool1d(size),
            |x| flat(wide(&x[0]).adaptive([1, size], mean)),
        );
    }
}

#[test]
fn losses() {
    for seed in 0..SHAPES {
        let rng = &mut Rng::new(300 + seed);
        let [rows, classes]: [usize; 2] = sizes(rng);
        let shape = [rows, classes];
        let mut probability = || Tensor::uniform(shape, 0.125, 0.875, rng).unwrap();
        let (p, q) = (probability(), probability());
        let (x, y) = (random(shape, rng), random(shape, rng));
        let pairs = |name,
                     of: fn(&Tensor, &Tensor) -> Result<Tensor>,
                     x: &Tensor,
                     y: &Tensor,
                     exact: fn(f64, f64) -> f64| {
            check(
                name,
                &[x.clone(), y.clone()],
                |x| of(&x[0], &x[1]),
                |x| x[0].zip(&x[1], exact).mean(&[]).reshape(&[]),
            );
        };
        pairs("mse", loss::mse, &x, &y, |x, y| (x - y) * (x - y));
        pairs("l1", loss::l1, &x, &y, |x, y| (x - y).abs());
        pairs("hinge", loss::hinge, &x, &y, |x, y| (1.0 - x * y).max(0.0));
        pairs(
            "huber",
            |x, y| loss::huber(x, y, 0.75),
            &x,
            &y,
            |x, y| match (x - y).abs() {
                off if off > 0.75 => 0.75 * (off - 0.375),
                off => 0.5 * off * off,
            },
        );
        pairs("bce", loss::bce, &p, &q, |p, y| -(y * p.ln() + (1.0 - y) * (1.0 - p).ln()));
        pairs("bce_with_logits", loss::bce_with_logits, &x, &q, |x, y| {
            let p = sigmoid(x);
            -(y * p.ln() + (1.0 - y) * (1.0 - p).ln())
        });
        check(
            "kl_div",
            &[x.clone(), q],
            |x| loss::kl_div(&x[0], &x[1]),
            |x| {
                let all = x[0].zip(&x[1], |x, y| y * (y.ln() - x));
                all.sum(&[]).map(|sum| sum / rows as f64).reshape(&[])
            },
        );
        let labels: Vec<usize> = (0..rows).map(|_| rng.below(classes)).collect();
        let said = Tensor::classes(&labels).unwrap();
        for smoothing in [0.0, 0.25] {
            let name = "cross_entropy";
            check(
                name,
                one(&x),
                |x| loss::cross_entropy_smooth(&x[0], &said, smoothing),
                |x| {
                    let s = f64::from(smoothing);
                    let logs = x[0].softmax(1).map(f64::ln);
                    let hit = |row: usize| (1.0 - s) * logs.at(&[row, labels[row]]);
                    let hits: f64 = (0..rows).map(hit).sum();
                    let spread = s / classes as f64 * logs.data.iter().sum::<f64>();
                    Naive { shape: Vec::new(), data: vec![-(hits + spread) / rows as f64] }
                },
            );
        }
        check(
            "nll",
            one(&x),
            |x| loss::nll(&x[0], &said),
            |x| {
                let sum: f64 = (0..rows).map(|row| x[0].at(&[row, labels[row]])).sum();
                Naive { shape: Vec::new(), data: vec![-sum / rows as f64] }
            },
        );
    }
}
