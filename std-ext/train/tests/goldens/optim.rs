//! Ten steps of each optimizer, learning rates of schedules, and gradients that are clipped.

use midge_train::optim::{
    Adagrad, Adam, AdamW, Method, Optimizer, Plateau, RmsProp, Schedule, Sgd, clip_grad_norm,
};
use midge_train::{Shape, Tensor};

use crate::case::{Cases, TOLERANCE, numbers};

/// Parameters are at most about 1, and may be off by this.
const STEPS: f64 = 1e-6;

#[test]
fn ten_steps_of_every_optimizer() {
    let sgd = Sgd::default();
    let methods: [(&str, f32, Method); 13] = [
        ("Sgd", 0.125, sgd.into()),
        ("Sgd decay", 0.125, Sgd { weight_decay: 0.25, ..sgd }.into()),
        ("Sgd momentum", 0.0625, Sgd { momentum: 0.875, weight_decay: 0.0625, ..sgd }.into()),
        ("Sgd dampening", 0.0625, Sgd { momentum: 0.9, dampening: 0.25, ..sgd }.into()),
        ("Sgd nesterov", 0.0625, Sgd { momentum: 0.9, nesterov: true, weight_decay: 0.0625, ..sgd }.into()),
        ("Adam", 0.01, Adam::default().into()),
        ("Adam decay", 0.01, Adam { betas: [0.8, 0.95], epsilon: 1e-6, weight_decay: 0.0625 }.into()),
        ("AdamW", 0.01, AdamW::default().into()),
        ("AdamW decay", 0.01, AdamW { betas: [0.8, 0.95], epsilon: 1e-6, weight_decay: 0.25 }.into()),
        ("RmsProp", 0.01, RmsProp::default().into()),
        (
            "RmsProp momentum",
            0.005,
            RmsProp { alpha: 0.9, epsilon: 1e-6, momentum: 0.875, weight_decay: 0.0625 }.into(),
        ),
        ("Adagrad", 0.05, Adagrad::default().into()),
        ("Adagrad decay", 0.05, Adagrad { rate_decay: 0.25, epsilon: 1e-6, weight_decay: 0.0625 }.into()),
    ];
    let mut cases = Cases::read("optim");
    for (name, rate, method) in methods {
        let case = cases.take(name);
        let inputs = case.inputs();
        let parameter = inputs[0].requires_gradient();
        let mut optimizer = Optimizer::new(method, rate, vec![parameter.clone()]).unwrap();
        let mut after = Vec::new();
        for step in 0..inputs[1].shape()[0] {
            parameter.set_grad(Some(inputs[1].at(0, step).unwrap()));
            optimizer.step().unwrap();
            after.push(parameter.detach().copy().unwrap());
        }
        let found = Tensor::stack(&after.iter().collect::<Vec<_>>(), 0).unwrap();
        case.check("parameters", &case.0["output"], &found, STEPS);
    }
    schedules(cases);
}

/// The rest of the same file.
fn schedules(mut cases: Cases) {
    let cosine = |steps, floor| Schedule::Cosine { steps, floor };
    let warm = |steps, then| Schedule::WarmUp { steps, then: Box::new(then) };
    for (name, schedule) in [
        ("StepLR", Schedule::Step { every: 7, gamma: 0.5 }),
        ("CosineAnnealingLR", cosine(39, 0.1)),
        ("LambdaLR", warm(12, Schedule::Constant)),
        ("LambdaLR cosine", warm(8, cosine(31, 0.0))),
        ("OneCycleLR", Schedule::OneCycle { steps: 40, rise: 0.3 }),
        ("OneCycleLR early", Schedule::OneCycle { steps: 40, rise: 0.1 }),
    ] {
        let case = cases.take(name);
        let rates: Vec<f32> = (0..40).map(|step| 0.5 * schedule.factor(step)).collect();
        case.check("rates", &case.0["output"], &Tensor::from_vec(rates, 40).unwrap(), 1e-7);
    }

    let case = cases.take("ReduceLROnPlateau");
    let mut plateau = Plateau::default();
    (plateau.factor, plateau.patience, plateau.threshold, plateau.floor) = (0.5, 2, 0.0625, 0.1);
    let (mut rate, mut rates) = (0.5, Vec::new());
    for loss in numbers(&case.0["inputs"][0]) {
        rate = plateau.rate(rate, loss as f32);
        rates.push(rate);
    }
    let count = rates.len();
    case.check("rates", &case.0["output"], &Tensor::from_vec(rates, count).unwrap(), 1e-7);

    for (name, limit) in [("clip_grad_norm 1", 1.0), ("clip_grad_norm 100", 100.0)] {
        let case = cases.take(name);
        let parameters: Vec<Tensor> = case.inputs().iter().map(Tensor::requires_gradient).collect();
        parameters.iter().for_each(|p| p.set_grad(Some(p.detach())));
        let norm = clip_grad_norm(&parameters, limit).unwrap();
        case.check(
            "the norm",
            &case.0["output"],
            &Tensor::from_vec(vec![norm], Shape::default()).unwrap(),
            TOLERANCE,
        );
        for (i, parameter) in parameters.iter().enumerate() {
            let found = parameter.grad().unwrap();
            case.check("a gradient", &case.0["gradients"][i], &found, TOLERANCE);
        }
    }
    cases.finish();
}
