//! Operations between tensors.
//!
//! Where Midge has another meaning than PyTorch there is no case: of equal numbers `maximum` and `minimum` give the whole
//! gradient to the first, and PyTorch half to each; a number at a bound of `clamp` gets the gradient, and PyTorch's not; 0 to a
//! negative power has no gradient by the exponent.

use midge_train::{Result, Tensor, Window};

use crate::case::Cases;

type Unary = fn(&Tensor) -> Result<Tensor>;
type Binary = fn(&Tensor, &Tensor) -> Result<Tensor>;

fn unary() -> Vec<(&'static str, Unary)> {
    vec![
        ("neg", Tensor::neg),
        ("abs", Tensor::abs),
        ("sign", Tensor::sign),
        ("exp", Tensor::exp),
        ("tanh", Tensor::tanh),
        ("sigmoid", Tensor::sigmoid),
        ("erf", Tensor::erf),
        ("sin", Tensor::sin),
        ("cos", Tensor::cos),
        ("relu", Tensor::relu),
        ("floor", Tensor::floor),
        ("round", Tensor::round),
        ("gelu", Tensor::gelu),
        ("swish", Tensor::swish),
        ("leaky_relu", |x| x.leaky_relu(0.25)),
        ("elu", |x| x.elu(0.75)),
        ("clamp", |x| x.clamp(-0.5, 1.25)),
        ("powf 2", |x| x.powf(2.0)),
        ("powf 3", |x| x.powf(3.0)),
        ("powf -1", |x| x.powf(-1.0)),
        ("powf 0", |x| x.powf(0.0)),
        ("powf 1.75", |x| x.powf(1.75)),
        ("recip", Tensor::recip),
        ("log", Tensor::log),
        ("sqrt", Tensor::sqrt),
    ]
}

#[test]
fn elementwise_operations() {
    let mut cases = Cases::read("tensor");
    let names = cases.names();
    for (name, function) in unary() {
        for behind in ["", " edge", " far"] {
            let name = format!("{name}{behind}");
            if behind.is_empty() || names.contains(&name) {
                cases.run(&name, |x| function(&x[0]));
            }
        }
    }
    let binary: [(&str, Binary); 6] = [
        ("add", Tensor::add),
        ("sub", Tensor::sub),
        ("mul", Tensor::mul),
        ("div", Tensor::div),
        ("maximum", Tensor::maximum),
        ("minimum", Tensor::minimum),
    ];
    for (name, function) in binary {
        cases.run(name, |x| function(&x[0], &x[1]));
        cases.run(&format!("{name} row"), |x| function(&x[0], &x[1]));
    }
    cases.run("greater", |x| x[0].greater(&x[1]));
    cases.run("greater_equal", |x| x[0].greater_equal(&x[1]));
    cases.run("equal", |x| x[0].equal(&x[1]));
    cases.run("pow", |x| x[0].pow(&x[1]));
    cases.run("pow edge", |x| x[0].pow(&x[1]));
    let condition = Tensor::from_slice(&[1.0f32, 0.0, -2.0, 0.0], [4]).unwrap();
    cases.run("select", |x| condition.select(&x[0], &x[1]));
    others(cases);
}

/// The other operations of the same file.
fn others(mut cases: Cases) {
    let all: [(&str, &[isize]); 5] = [("all", &[]), ("0", &[0]), ("1", &[1]), ("2", &[-1]), ("0 2", &[0, 2])];
    for (label, axes) in all {
        cases.run(&format!("sum {label}"), |x| x[0].sum(axes, false));
        cases.run(&format!("mean {label}"), |x| x[0].mean(axes, true));
        cases.run(&format!("var {label}"), |x| x[0].var(axes, 1, false));
        cases.run(&format!("amax {label}"), |x| x[0].amax(axes, false));
        cases.run(&format!("amin {label}"), |x| x[0].amin(axes, true));
    }
    cases.run("var biased", |x| x[0].var(&[1], 0, true));
    cases.run("amax ties", |x| x[0].amax(&[1], false));
    cases.run("amin ties", |x| x[0].amin(&[1], false));
    for axis in [0, 1, 2] {
        cases.run(&format!("softmax {axis}"), |x| x[0].softmax(axis));
        cases.run(&format!("log_softmax {axis}"), |x| x[0].log_softmax(axis));
        cases.run(&format!("argmax {axis}"), |x| x[0].argmax(axis));
    }
    cases.run("softmax far", |x| x[0].softmax(0));
    cases.run("log_softmax far", |x| x[0].log_softmax(0));

    cases.run("reshape", |x| x[0].reshape([4, usize::MAX]));
    cases.run("flatten", |x| x[0].flatten(1));
    cases.run("permute", |x| x[0].permute(&[2, 0, 1]));
    cases.run("transpose", |x| x[0].transpose(0, -1));
    cases.run("unsqueeze", |x| x[0].unsqueeze(1));
    cases.run("squeeze", |x| x[0].squeeze(1));
    cases.run("expand", |x| x[0].expand([2, 3, 4]));
    cases.run("narrow", |x| x[0].narrow(1, 1, 2));
    cases.run("at", |x| x[0].at(2, 3));
    cases.run("chunk", |x| {
        let parts = x[0].chunk(2, 2)?;
        parts[0].mul(&parts[1])
    });
    cases.run("cat", |x| Tensor::cat(&[&x[0], &x[1], &x[0]], 1));
    cases.run("stack", |x| Tensor::stack(&[&x[0], &x[1]], 1));
    cases.run("pad", |x| x[0].pad(2, 1, 2));

    cases.run("index_select", |x| x[0].index_select(1, &x[1]));
    cases.run("embedding", |x| x[0].embedding(&x[1]));
    cases.run("gather", |x| x[0].gather(1, &x[1]));
    cases.run("scatter_add", |x| x[0].scatter_add(1, &x[1], &x[2]));
    cases.run("one_hot", |x| x[0].one_hot(5));

    for label in ["plain", "batched", "one right", "one left", "broadcast", "long"] {
        cases.run(&format!("matmul {label}"), |x| x[0].matmul(&x[1]));
    }
    cases.run("matmul turned", |x| x[0].matmul(&x[0].transpose(1, 2)?));
    cases.run("linear", |x| x[0].linear(&x[1], Some(&x[2])));
    cases.run("linear without bias", |x| x[0].linear(&x[1], None));

    // A convolution takes the size of its window from the filter.
    let window = |size, stride, padding: [usize; 2], dilation| Window {
        size,
        stride,
        padding: padding.map(|p| [p, p]),
        dilation,
    };
    let plain = window([0, 0], [1, 1], [1, 1], [1, 1]);
    for (label, window) in [("plain", plain), ("odd", window([0, 0], [2, 3], [2, 1], [2, 1]))] {
        for groups in [1, 2, 4] {
            let name = format!("conv2d {label} {groups}");
            cases.run(&name, |x| x[0].conv2d(&x[1], Some(&x[2]), window, groups));
        }
    }
    let uneven = Window { padding: [[0, 2], [1, 0]], ..plain };
    cases.run("conv2d uneven", |x| x[0].conv2d(&x[1], None, uneven, 1));
    let bare = Window { padding: [[0, 0]; 2], ..plain };
    cases.run("conv2d pointwise", |x| x[0].conv2d(&x[1], None, bare, 1));
    cases.run("conv1d", |x| x[0].conv1d(&x[1], Some(&x[2]), 2, [1, 1], 2, 1));
    let two = window([2, 2], [2, 2], [0, 0], [1, 1]);
    cases.run("max_pool2d", |x| x[0].max_pool2d(two));
    cases.run("max_pool2d odd", |x| x[0].max_pool2d(window([3, 2], [2, 1], [1, 1], [1, 2])));
    cases.run("max_pool2d ties", |x| x[0].max_pool2d(two));
    let odd = window([3, 2], [2, 1], [1, 1], [1, 1]);
    cases.run("avg_pool2d padded", |x| x[0].avg_pool2d(odd, true));
    cases.run("avg_pool2d unpadded", |x| x[0].avg_pool2d(odd, false));
    cases.run("adaptive_avg_pool2d", |x| x[0].adaptive_avg_pool2d([4, 2]));
    cases.run("adaptive_avg_pool2d one", |x| x[0].adaptive_avg_pool2d([1, 1]));
    for (label, size) in [("", [4, 2]), (" even", [3, 5]), (" one", [1, 1])] {
        cases.run(&format!("adaptive_max_pool2d{label}"), |x| x[0].adaptive_max_pool2d(size));
    }
    cases.run("max_pool1d", |x| x[0].max_pool1d(3, 2, 1));
    cases.run("avg_pool1d", |x| x[0].avg_pool1d(3, 2, 1, true));
    cases.run("avg_pool1d unpadded", |x| x[0].avg_pool1d(3, 2, 1, false));
    cases.run("adaptive_avg_pool1d", |x| x[0].adaptive_avg_pool1d(4));
    cases.finish();
}
