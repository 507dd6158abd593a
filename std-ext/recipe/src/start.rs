//! How a training starts: a network, its optimizer, and weights of another.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use midge_train::checkpoint::{Checkpoint, Safetensors};
use midge_train::data::{Batch, Loader, Vocabulary};
use midge_train::nn::{Module, matches};
use midge_train::optim::{Ema, Optimizer, Plateau};
use midge_train::{Rng, Tensor, no_grad};

use crate::error::{Error, Result};
use crate::layer::Layers;
use crate::objective::Objective;
use crate::recipe::{Course, Recipe};
use crate::source::Splits;
use crate::state::State;
use crate::training::Training;

impl Training {
    /// A training that has not begun. `from` has weights to start with, for the recipe's `model.from`. With more than one
    /// thread one more makes batches; neither changes a bit of what comes out.
    ///
    /// # Errors
    /// Data, layers, loss and patterns of the recipe do not go together.
    pub fn new(
        recipe: &Recipe,
        splits: Splits,
        from: Option<&BTreeMap<String, Tensor>>,
        threads: usize,
    ) -> Result<Training> {
        let objective = Objective::of(recipe, &*splits.train)?;
        let sample = first(&splits)?;
        let vocabulary = splits.vocabulary.as_ref().map_or(0, Vocabulary::len);
        let rng = &mut Rng::new(recipe.seed);
        let (net, _) = Layers::build(&recipe.model.layers, &sample.inputs[0], vocabulary, rng)?;
        if let Some(from) = from {
            take_over(&net, from)?;
        }
        net.set_training(false);
        objective.loss(&no_grad(|| net.forward(&sample.inputs[0]))?, &sample, &*splits.train)?;
        let mut train = Loader::new(Arc::clone(&splits.train), recipe.batch)?.shuffle(recipe.seed);
        for augment in &recipe.augment {
            train = train.transform(augment.clone());
        }
        if threads > 1 {
            train = train.workers(1, 2);
        }
        check_patterns(recipe, &net)?;
        let left = net.named_parameters().into_iter().filter(|(name, _)| !recipe.model.freezes(name));
        let groups = &recipe.optimizer.groups;
        let within = |group: usize, name: &str| matches(&groups[group].weights, name);
        let (optimizer, trained) = optimizer(recipe, left.collect(), recipe.optimizer.rate, &within)?;
        let each = (train.batches() as u64).div_ceil(recipe.accumulate);
        let course = &recipe.schedule;
        let mut plateau = Plateau::default();
        (plateau.factor, plateau.patience) = (course.factor, course.patience);
        let mut training = Training {
            factors: course.factors(recipe.epochs, each),
            plateau: (course.kind == Course::Plateau).then_some(plateau),
            ema: recipe.ema.map(|decay| Ema::new(&net, decay)).transpose()?,
            state: State::new(recipe.optimizer.rate),
            best: BTreeMap::new(),
            good: Default::default(),
            recipe: recipe.clone(),
            net,
            objective,
            train,
            splits,
            sample,
            optimizer,
            trained,
        };
        training.good = training.keep()?;
        Ok(training)
    }
}

/// The weights of a checkpoint, or of a file of safetensors.
///
/// # Errors
/// It can't be read, or is something else.
pub fn weights(path: &Path) -> Result<BTreeMap<String, Tensor>> {
    match path.extension().is_some_and(|extension| extension == "safetensors") {
        true => Ok(Safetensors::read(path)?.tensors()?),
        false => Ok(Checkpoint::load(path)?.weights()?),
    }
}

/// The first sample, as a batch.
fn first(splits: &Splits) -> Result<Batch> {
    let one = Loader::new(Arc::clone(&splits.train), 1)?.epoch(0).next();
    let one = one.ok_or_else(|| Error::Recipe("data: there is no sample to train on".into()))??;
    match one.inputs.len() {
        1 => Ok(one),
        count => {
            Err(Error::Recipe(format!("data: samples have {count} inputs; a recipe's network reads one")))
        }
    }
}

/// Refuses patterns that name no weights.
fn check_patterns(recipe: &Recipe, net: &Layers) -> Result<()> {
    let all: Vec<String> = net.named_parameters().into_iter().map(|(name, _)| name).collect();
    let groups = recipe.optimizer.groups.iter().map(|group| &group.weights);
    let mut patterns = recipe.model.freeze.iter().chain(groups);
    match patterns.find(|pattern| !all.iter().any(|name| matches(pattern, name))) {
        None => Ok(()),
        Some(pattern) => {
            Err(Error::Recipe(format!("{pattern:?} names no weights; there are {}", all.join(", "))))
        }
    }
}

/// The optimizer of weights by their names, and what it changes. `within` knows which group of the recipe, the first one 0, a
/// weight is in.
pub(crate) fn optimizer(
    recipe: &Recipe,
    mut left: Vec<(String, Tensor)>,
    rate: f32,
    within: &dyn Fn(usize, &str) -> bool,
) -> Result<(Optimizer, Vec<Tensor>)> {
    let mut groups = Vec::new();
    for (at, group) in recipe.optimizer.groups.iter().enumerate() {
        let (own, others) = left.into_iter().partition(|(name, _)| within(at, name));
        left = others;
        groups.push((own, group.factor));
    }
    let plain =
        |named: Vec<(String, Tensor)>| named.into_iter().map(|(_, tensor)| tensor).collect::<Vec<_>>();
    let mut optimizer = Optimizer::new(recipe.optimizer.method(), rate, plain(left))?;
    for (own, factor) in groups {
        optimizer.add_group(plain(own), factor)?;
    }
    let trained = optimizer.parameters();
    match trained.is_empty() {
        true => Err(Error::Recipe("model: all weights are frozen; nothing is left to train".into())),
        false => Ok((optimizer, trained)),
    }
}

/// Takes over weights where names and shapes agree: a new head keeps what it was drawn.
fn take_over(net: &Layers, from: &BTreeMap<String, Tensor>) -> Result<()> {
    let mut taken = 0;
    for (name, own) in net.state_dict() {
        if let Some(other) = from.get(&name).filter(|other| other.shape() == own.shape()) {
            own.assign(other)?;
            taken += 1;
        }
    }
    if taken > 0 {
        return Ok(());
    }
    let names = |state: &BTreeMap<String, Tensor>| {
        state.iter().map(|(name, tensor)| format!("{name} {}", tensor.shape())).collect::<Vec<_>>().join(", ")
    };
    Err(Error::Recipe(format!(
        "model: from: nothing in it has the name and shape of a weight here; there: {}; here: {}",
        names(from),
        names(&net.state_dict())
    )))
}
