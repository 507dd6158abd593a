//! Layers with their parameters.

use std::collections::BTreeMap;

use midge_train::nn::{self, Cell, Module, Padding, Recurrent};
use midge_train::{Rng, Tensor};

use crate::case::{Cases, TOLERANCE, tensor};

/// What Midge calls a parameter of a layer that PyTorch calls `name`.
fn renamed(name: &str) -> String {
    let mut name = name.replace("_l0", "");
    for (theirs, ours) in
        [("in_proj_", "in_proj."), ("self_attn.", "attention."), ("linear1.", "up."), ("linear2.", "down.")]
    {
        name = name.replace(theirs, ours);
    }
    name
}

fn layers() -> Vec<(&'static str, Box<dyn Module>)> {
    let mut source = Rng::new(0);
    let rng = &mut source;
    let conv = |size, rng: &mut Rng| nn::Conv2d::new(4, 3, size, rng).unwrap();
    let recurrent = |cell, rng: &mut Rng| Box::new(Recurrent::new(cell, 6, 4, rng).unwrap());
    let attention =
        |heads, causal, rng: &mut Rng| Box::new(nn::MultiHeadAttention::new(6, heads, causal, rng).unwrap());
    let zeros = nn::init::Init::Constant(0.0);
    let evaluated = nn::BatchNorm::new(4).unwrap();
    evaluated.set_training(false);
    vec![
        ("Linear", Box::new(nn::Linear::new(6, 3, rng).unwrap())),
        ("Linear without bias", Box::new(nn::Linear::without_bias(6, 3, zeros, rng).unwrap())),
        ("Conv2d", Box::new(conv([3, 2], rng))),
        (
            "Conv2d odd",
            Box::new(
                nn::Conv2d::grouped(4, 6, [3, 2], 2, rng)
                    .unwrap()
                    .stride([2, 1])
                    .padding(Padding::Zeros([2, 1]))
                    .dilation([2, 1]),
            ),
        ),
        ("Conv2d same", Box::new(conv([3, 2], rng).padding(Padding::Same))),
        ("Conv2d without bias", Box::new(conv([3, 3], rng).no_bias())),
        (
            "depthwise",
            Box::new(nn::Conv2d::depthwise(4, [3, 3], rng).unwrap().padding(Padding::Zeros([1, 1]))),
        ),
        (
            "Conv1d",
            Box::new(
                nn::Conv1d::new(4, 3, 3, rng).unwrap().stride(2).padding(Padding::Zeros([0, 1])).dilation(2),
            ),
        ),
        ("BatchNorm", Box::new(nn::BatchNorm::new(4).unwrap())),
        ("BatchNorm of rows", Box::new(nn::BatchNorm::new(6).unwrap())),
        ("BatchNorm in evaluation", Box::new(evaluated)),
        ("LayerNorm", Box::new(nn::LayerNorm::new(6).unwrap())),
        ("GroupNorm", Box::new(nn::GroupNorm::new(2, 4).unwrap())),
        ("InstanceNorm", Box::new(nn::GroupNorm::new(4, 4).unwrap())),
        ("MaxPool2d", Box::new(nn::MaxPool2d::new([3, 2]).stride([2, 1]).padding([1, 1]))),
        ("AvgPool2d", Box::new(nn::AvgPool2d::new([3, 2]).stride([2, 1]).padding([1, 1]))),
        ("AdaptiveAvgPool2d", Box::new(nn::AdaptiveAvgPool2d([3, 2]))),
        ("AdaptiveMaxPool2d", Box::new(nn::AdaptiveMaxPool2d([4, 2]))),
        ("MaxPool1d", Box::new(nn::MaxPool1d::new(3).stride(2).padding(1))),
        ("AvgPool1d", Box::new(nn::AvgPool1d::new(3).stride(2).padding(1))),
        ("AdaptiveAvgPool1d", Box::new(nn::AdaptiveAvgPool1d(4))),
        ("ReLU", Box::new(nn::Relu)),
        ("Sigmoid", Box::new(nn::Sigmoid)),
        ("Tanh", Box::new(nn::Tanh)),
        ("GELU", Box::new(nn::Gelu)),
        ("SiLU", Box::new(nn::Swish)),
        ("Softmax", Box::new(nn::Softmax)),
        ("LogSoftmax", Box::new(nn::LogSoftmax)),
        ("Flatten", Box::new(nn::Flatten)),
        ("LeakyReLU", Box::new(nn::LeakyRelu(0.25))),
        ("ELU", Box::new(nn::Elu(0.75))),
        ("Embedding", Box::new(nn::Embedding::new(5, 3, rng).unwrap())),
        ("MultiheadAttention", attention(2, false, rng)),
        ("MultiheadAttention causal", attention(3, true, rng)),
        ("TransformerEncoderLayer", Box::new(nn::TransformerBlock::new(6, 3, 12, true, 0.0, rng).unwrap())),
        ("RNN", recurrent(Cell::Rnn, rng)),
        ("GRU", recurrent(Cell::Gru, rng)),
        ("LSTM", recurrent(Cell::Lstm, rng)),
    ]
}

#[test]
fn layers_with_their_parameters() {
    let mut cases = Cases::read("layer");
    for (name, module) in layers() {
        let case = cases.take(name);
        let state = case.state().iter().map(|(key, value)| (renamed(key), tensor(value).unwrap())).collect();
        module.load_state_dict(&state).unwrap_or_else(|error| panic!("{name}: {error}"));
        case.run(|x| module.forward(&x[0]));
        let parameters: BTreeMap<String, Tensor> = module.named_parameters().into_iter().collect();
        for (key, expected) in case.0["state_gradients"].as_object().unwrap() {
            let found = parameters[&renamed(key)].grad().unwrap_or_else(|| panic!("{name}: {key}"));
            case.check(&format!("the gradient of {key}"), expected, &found, TOLERANCE);
            let zero = found.to_vec::<f32>().unwrap().iter().all(|&g| g == 0.0);
            assert!(!zero, "{name}: the gradient of {key} is zero");
        }
        assert_eq!(parameters.len(), case.0["state_gradients"].as_object().unwrap().len(), "{name}");
        let after = module.state_dict();
        for (key, expected) in case.0["after"].as_object().unwrap() {
            case.check(key, expected, &after[key], TOLERANCE);
        }
    }
    cases.finish();
}
