//! What trainings do.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use midge_recipe::recipe::Qat;
use midge_recipe::{Ended, Folder, Run, Training, recipe_of, weights};
use midge_train::checkpoint::Checkpoint;
use midge_train::data::Values;
use midge_train::nn::Module;

use crate::{CNN, MLP, digits, recipe, run, training};

#[test]
fn a_network_learns_and_its_best_weights_are_kept() {
    let recipe = recipe("epochs = 25", MLP, "[optimizer]\nrate = 0.01");
    let mut training = training(&recipe, 1);
    let done = run(&mut training, None).unwrap();
    training.finish().unwrap();
    let splits = training.splits().clone();
    let test = training.score(&splits.test.unwrap()).unwrap();
    println!("digits: {:.1}% of {} rows", test.accuracy.unwrap() * 100.0, test.rows);
    assert!(done.ended == Ended::Done && test.rows == 72 && test.accuracy.unwrap() >= 0.85, "{test:?}");
    let best = training.rows().iter().map(|row| row.valid.as_ref().unwrap().loss).fold(f64::MAX, f64::min);
    let valid = training.score(&splits.valid.unwrap()).unwrap();
    assert!((valid.loss - best).abs() < 1e-6);
    for file in ["metrics.csv", "curves.svg", "curves.png", "best.midge"] {
        assert!(done.folder.path().join(file).exists(), "{file}");
    }
    let best = weights(&done.folder.path().join("best.midge")).unwrap();
    let own = training.net().state_dict();
    assert!(best.iter().all(|(name, tensor)| tensor.data().unwrap() == own[name].data().unwrap()));
}

#[test]
fn a_training_goes_on_as_if_it_had_never_stopped() {
    let recipe = recipe(
        "epochs = 3\nclip = 0.5\naccumulate = 2\nema = 0.9\nsave_every = 1",
        CNN,
        "[schedule]\nkind = \"plateau\"\npatience = 0\n[[augment]]\ncrop = 1",
    );
    let straight = run(&mut training(&recipe, 1), None).unwrap().last();
    for steps in [1, 4, 5, 8, 10, 14] {
        let first = run(&mut training(&recipe, 1), Some(steps)).unwrap();
        let kept = Checkpoint::load(&first.folder.path().join("last.midge")).unwrap();
        assert_eq!(kept.steps, Some(steps));
        let mut second = training(&recipe, 1);
        second.resume(kept).unwrap();
        assert!(run(&mut second, None).unwrap().last() == straight, "stopped behind step {steps}");
    }
}

#[test]
fn workers_do_not_change_what_comes_out_and_seeds_do() {
    let of = |seed, threads| {
        let recipe = recipe(&format!("epochs = 2\nsave_every = 7\n# {seed}"), CNN, "[[augment]]\nrotate = 5");
        let recipe = midge_recipe::Recipe { seed, ..recipe };
        run(&mut training(&recipe, threads), None).unwrap().last()
    };
    assert!(of(7, 1) == of(7, 2) && of(7, 1) == of(7, 1));
    assert!(of(7, 1) != of(8, 1));
}

#[test]
fn divergence_is_rolled_back() {
    let recipe = recipe("epochs = 2", MLP, "[optimizer]\nmethod = \"sgd\"\nrate = 1e6");
    let mut diverging = training(&recipe, 1);
    let error = run(&mut diverging, None).err().unwrap().to_string();
    assert!(error.contains("the loss is") && error.contains("also with a rate of"), "{error}");
    let recipe = midge_recipe::Recipe { epochs: 8, ..recipe };
    let recipe = midge_recipe::Recipe {
        optimizer: midge_recipe::recipe::Optimizer { rate: 3e3, ..recipe.optimizer.clone() },
        ..recipe
    };
    let mut training = training(&recipe, 1);
    let done = run(&mut training, None).unwrap();
    assert!(
        !done.rolled.is_empty() && done.rolled.windows(2).all(|rates| rates[1] < rates[0]),
        "{:?}",
        done.rolled
    );
    let state = training.net().state_dict();
    assert!(state.values().all(|tensor| tensor.to_vec::<f32>().unwrap().iter().all(|x| x.is_finite())));
    assert!(training.rows().iter().all(|row| row.loss.is_finite()));
}

#[test]
fn patience_ends_a_training() {
    let end = "[optimizer]\nmethod = \"sgd\"\nrate = 1e-12";
    let recipe = recipe("epochs = 50\npatience = 3", MLP, end);
    let mut training = training(&recipe, 1);
    assert_eq!(run(&mut training, None).unwrap().ended, Ended::Early);
    assert!(training.rows().len() < 50);
}

#[test]
fn batches_that_are_gathered_are_one_batch() {
    let of = |batch, accumulate| {
        let recipe = recipe("epochs = 1", MLP, "");
        let recipe = midge_recipe::Recipe { batch, accumulate, ..recipe };
        let mut training = training(&recipe, 1);
        // whole batches only, so that means are of as many samples
        run(&mut training, Some(2)).unwrap();
        let state = training.net().state_dict();
        state.values().flat_map(|tensor| tensor.to_vec::<f32>().unwrap()).collect::<Vec<_>>()
    };
    let (once, gathered) = (of(64, 1), of(16, 4));
    let most = once.iter().zip(&gathered).map(|(x, y)| (x - y).abs()).fold(0.0, f32::max);
    // Adam's steps have the size of the rate wherever a gradient is small
    assert!(most < 1e-4, "{most}");
}

#[test]
fn weights_of_another_network_are_taken_over_and_stay() {
    let base = recipe("epochs = 4", CNN, "[optimizer]\nrate = 0.01");
    let done = run(&mut training(&base, 1), None).unwrap();
    let from = weights(&done.folder.path().join("best.midge")).unwrap();
    let mut fine = recipe("epochs = 2", &CNN.replace("linear = 10", "linear = 12"), "");
    fine.model.freeze = vec!["conv*".into(), "batch_norm*".into()];
    let splits = fine.data.open(&digits(), 0).unwrap();
    let mut training = Training::new(&fine, splits, Some(&from), 1).unwrap();
    run(&mut training, None).unwrap();
    let state = training.net().state_dict();
    for (name, tensor) in &state {
        let same =
            from[name].shape() == tensor.shape() && from[name].data().unwrap() == tensor.data().unwrap();
        assert_eq!(same, !name.starts_with("linear"), "{name}");
    }
    fine.model.freeze = vec!["cnv*".into()];
    let splits = fine.data.open(&digits(), 0).unwrap();
    let error = Training::new(&fine, splits, None, 1).err().unwrap().to_string();
    assert!(error.contains("\"cnv*\" names no weights; there are conv1.weight"), "{error}");
}

#[test]
fn a_checkpoint_of_another_recipe_is_refused() {
    let one = recipe("epochs = 1", MLP, "");
    let done = run(&mut training(&one, 1), None).unwrap();
    let kept = Checkpoint::load(&done.folder.path().join("last.midge")).unwrap();
    assert_eq!(recipe_of(&kept).unwrap(), one);
    assert_eq!(kept.curve("valid_accuracy").len(), 1);
    let other = recipe("epochs = 2\nclip = 1.0", MLP, "[optimizer]\nrate = 0.5");
    let error = training(&other, 1).resume(kept).unwrap_err().to_string();
    assert!(error.contains("another recipe: clip, optimizer differ"), "{error}");
}

#[test]
fn schedules_give_the_rates_they_should() {
    let rates = |schedule: &str| {
        let recipe = recipe("epochs = 4", MLP, &format!("[optimizer]\nrate = 0.1\n[schedule]\n{schedule}"));
        let mut training = training(&recipe, 1);
        run(&mut training, None).unwrap();
        training.rows().iter().map(|row| row.rate).collect::<Vec<_>>()
    };
    // 9 batches an epoch; the last one of an epoch has number 9 n - 1
    let cosine = |step: f64| (0.1 * 0.5 * (1.0 + (std::f64::consts::PI * step / 36.0).cos())) as f32;
    for (rate, step) in rates("kind = \"cosine\"").into_iter().zip([8.0, 17.0, 26.0, 35.0]) {
        assert!((rate - cosine(step)).abs() < 1e-6, "{rate} {step}");
    }
    let close = |rates: Vec<f32>, wanted: [f32; 4]| {
        assert!(rates.iter().zip(wanted).all(|(x, y)| (x - y).abs() < 1e-7), "{rates:?} {wanted:?}");
    };
    close(rates("kind = \"step\"\nevery = 2\nfactor = 0.5"), [0.1, 0.1, 0.05, 0.05]);
    close(rates("warm_up = 2"), [0.05, 0.1, 0.1, 0.1]);
}

#[test]
fn a_pretrained_start_is_better_than_none() {
    let base = recipe("epochs = 12", CNN, "[optimizer]\nrate = 0.01");
    let done = run(&mut training(&base, 1), None).unwrap();
    let from = weights(&done.folder.path().join("best.midge")).unwrap();
    // a new head, two epochs
    let mut fine =
        recipe("epochs = 2", &CNN.replace("linear = 10", "linear = 12"), "[optimizer]\nrate = 0.01");
    let mut accuracy = |from, freeze: &[&str]| {
        fine.model.freeze = freeze.iter().map(|&pattern| pattern.into()).collect();
        let splits = fine.data.open(&digits(), 0).unwrap();
        let mut training = Training::new(&fine, splits.clone(), from, 1).unwrap();
        run(&mut training, None).unwrap();
        training.finish().unwrap();
        training.score(&splits.test.unwrap()).unwrap().accuracy.unwrap()
    };
    let (scratch, pretrained) = (accuracy(None, &[]), accuracy(Some(&from), &["conv*", "batch_norm*"]));
    println!(
        "two epochs: {scratch:.3} from scratch, {pretrained:.3} on frozen layers that were trained before"
    );
    assert!(pretrained > scratch + 0.05, "{pretrained} {scratch}");
}

/// Weights in integers behind each of three epochs, by their names.
fn in_integers(top: &str, end: &str, freeze: &[&str]) -> Vec<BTreeMap<String, Values>> {
    let mut recipe = recipe(&format!("epochs = 2\n{top}"), CNN, &format!("{end}\n[qat]\nrate = 1.0"));
    recipe.model.freeze = freeze.iter().map(|&pattern| pattern.into()).collect();
    let mut training = training(&recipe, 1);
    let done = run(&mut training, None).unwrap();
    training.finish().unwrap();
    let (place, never) = (Folder::new(done.folder.path()).unwrap(), AtomicBool::new(false));
    let run = Run { folder: &place, stop: &never, steps: None };
    let qat = Qat { epochs: 3, ..recipe.qat.clone().unwrap() };
    let mut all = Vec::new();
    let graph = training.quantized(&qat, run, &mut |_| {
        let kept = Checkpoint::load(&place.last()).unwrap();
        let own = kept.values.into_iter();
        all.push(
            own.filter_map(|(name, values)| Some((name.strip_prefix("qat/model/")?.into(), values)))
                .collect(),
        );
    });
    assert!(graph.unwrap().is_some() && all.len() == 3);
    all
}

#[test]
fn what_is_frozen_stays_in_integers() {
    let moved = |freeze: &[&str]| -> Vec<String> {
        let all = in_integers("", "[optimizer]\nrate = 0.01", freeze);
        let names = all[0].keys().filter(|name| !name.starts_with("quantized"));
        names.filter(|name| all[0][*name] != all[2][*name]).cloned().collect()
    };
    // two weights and two biases: batch normalization is part of the convolution
    assert_eq!(moved(&[]).len(), 4);
    assert_eq!(moved(&["conv*", "batch_norm*"]), ["linear1.bias", "linear1.weight"]);
    assert_eq!(moved(&["conv*"]).len(), 4, "normalization is left to learn");
    assert_eq!(moved(&["linear1.weight"]).len(), 3);
}

#[test]
fn groups_have_their_rates_in_integers() {
    let slow = |weights| format!("{{ weights = \"{weights}\", factor = 1e-9 }}");
    let end = format!(
        "[optimizer]\nmethod = \"sgd\"\nrate = 0.01\ngroups = [{}, {}]",
        slow("conv*"),
        slow("batch_norm*")
    );
    let all = in_integers("", &end, &[]);
    let names = all[0].keys().filter(|name| !name.starts_with("quantized"));
    let moved: Vec<_> = names.filter(|name| all[0][*name] != all[2][*name]).collect();
    assert_eq!(moved, ["linear1.bias", "linear1.weight"]);
}

#[test]
fn gradients_are_clipped_in_integers() {
    let sgd = "[optimizer]\nmethod = \"sgd\"\nrate = 0.1";
    let most = |top: &str| {
        let all = in_integers(top, sgd, &[]);
        let [first, last] = [0, 2].map(|epoch| all[epoch]["linear1.weight"].as_floats().unwrap().to_vec());
        first.iter().zip(last).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
    };
    let (free, clipped) = (most(""), most("clip = 1e-6"));
    // two epochs of nine steps of the rate times the limit at most
    assert!(free > 1e-3 && clipped < 18.0 * 1e-7 + 1e-6, "{free} {clipped}");
}
