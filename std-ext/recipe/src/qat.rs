//! Quantization-aware training: behind the training in floats, epochs that see the integers of the model.
//!
//! They begin with the weights that the training in floats ends with. Behind each, where they are is kept in the checkpoint
//! beside the training in floats, which forgets it as soon as it makes a step itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use midge_compiler::graph::Graph;
use midge_compiler::quantize::Settings;
use midge_train::checkpoint::Checkpoint;
use midge_train::data::Values;
use midge_train::nn::{Module, matches};
use midge_train::optim::{Ema, Optimizer};
use midge_train::{Network, Quantized, Tensor, trace};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::events::Events;
use crate::keep::{keep_averages, keep_curves, restore_averages};
use crate::recipe::Qat;
use crate::start::optimizer;
use crate::state::Row;
use crate::training::{Run, Training, follow, weights_of};

/// What the names of their numbers begin with in a checkpoint.
const OWN: &str = "qat/";

impl Training {
    /// Trains the network as [`Training::finish`] left it in integers, and gives the graph of the best epoch with all epochs,
    /// those in floats first; none if it was asked to stop. `watch` is told each one. A training that goes on with a checkpoint
    /// from within these epochs begins with the next.
    ///
    /// # Errors
    /// The network does what can't be trained so, its loss is no number, or data can't be read.
    pub fn quantized(
        &self,
        qat: &Qat,
        run: Run<'_>,
        watch: &mut dyn FnMut(&Row),
    ) -> Result<Option<(Graph, Vec<Row>)>> {
        let mut integers = Integers::new(self, qat)?;
        let mut events = Events::new(run.folder.path(), self.steps() + integers.optimizer.steps())?;
        while integers.epochs() < qat.epochs {
            let Some(loss) = integers.epoch(run.stop)? else { return Ok(None) };
            let row = integers.end_epoch(loss)?;
            events.epoch(&row)?;
            integers.at.rows.push(row.clone());
            run.folder.keep_metrics(&integers.rows())?;
            run.folder.keep(&integers.keep()?)?;
            watch(&row);
        }
        let rows = integers.rows();
        run.folder.draw(&rows)?;
        Ok(Some((integers.finish()?, rows)))
    }
}

/// Where the epochs in integers are.
#[derive(Serialize, Deserialize)]
struct At {
    rate: f32,
    /// The best loss on samples that are kept to choose.
    best: Option<f64>,
    /// Epochs that are done, numbered on from those in floats.
    rows: Vec<Row>,
}

/// The epochs in integers.
struct Integers<'a> {
    training: &'a Training,
    net: Quantized,
    optimizer: Optimizer,
    trained: Vec<Tensor>,
    ema: Option<Ema>,
    at: At,
    /// Weights of the best epoch.
    best: BTreeMap<String, Values>,
}

impl<'a> Integers<'a> {
    /// At their beginning, or where the training's checkpoint has them.
    fn new(training: &'a Training, qat: &Qat) -> Result<Integers<'a>> {
        let network = traced(training)?;
        let recipe = &training.recipe;
        let parts = Parts { training, all: network.named_parameters() };
        let groups =
            recipe.optimizer.groups.iter().map(|group| parts.of(&|name| matches(&group.weights, name)));
        let groups = groups.collect::<Result<Vec<_>>>()?;
        let left = match recipe.model.freeze.is_empty() {
            true => parts.all,
            false => {
                let moving = parts.of(&|name| !recipe.model.freezes(name))?;
                parts.all.into_iter().filter(|(name, _)| moving.contains(name)).collect()
            }
        };
        let net = Quantized::new(network, Settings::default())?;
        let rate = recipe.optimizer.rate * qat.rate;
        let (mut optimizer, trained) =
            optimizer(recipe, left, rate, &|group, name| groups[group].contains(name))?;
        let ema = recipe.ema.map(|decay| Ema::new(&net, decay)).transpose()?;
        let (mut at, mut best) = (At { rate, best: None, rows: Vec::new() }, BTreeMap::new());
        let kept = training.good.config.get("qat").and_then(|kept| At::deserialize(kept).ok());
        if let Some(kept) = kept.filter(|kept| kept.rate == rate) {
            let own = training.good.values.iter();
            let own =
                own.filter_map(|(name, values)| Some((name.strip_prefix(OWN)?.to_owned(), values.clone())));
            let steps = kept.rows.last().map_or(0, |row| row.step - training.steps());
            let own = Checkpoint { values: own.collect(), steps: Some(steps), ..Checkpoint::default() };
            own.restore_module(&net)?;
            own.restore_optimizer(&mut optimizer)?;
            (at, best) = (kept, restore_averages(&own, ema.as_ref())?);
        }
        Ok(Integers { training, net, optimizer, trained, ema, at, best })
    }

    /// Epochs that are done.
    fn epochs(&self) -> u64 {
        self.at.rows.len() as u64
    }

    /// All epochs, those in floats first.
    fn rows(&self) -> Vec<Row> {
        [self.training.rows(), &self.at.rows].concat()
    }

    /// An epoch: its mean loss, or none if it was asked to stop.
    fn epoch(&mut self, stop: &AtomicBool) -> Result<Option<f64>> {
        let Training { recipe, train, splits, objective, .. } = self.training;
        self.net.set_training(true);
        if self.epochs() > 0 {
            // which operators stay float is found out anew: a run that goes on here knows no more
            self.net.graph()?;
        }
        let batches = train.batches();
        let (mut sum, mut seen, mut gathered) = (0.0, 0, 0);
        for (number, batch) in train.epoch(recipe.epochs + self.epochs()).enumerate() {
            let batch = batch?;
            let loss = objective.loss(&self.net.forward(&batch.inputs[0])?, &batch, &*splits.train)?;
            loss.backward()?;
            sum += f64::from(loss.item()?) * batch.indices.len() as f64;
            seen += batch.indices.len();
            gathered += 1;
            if gathered == recipe.accumulate || number + 1 == batches {
                follow(&mut self.optimizer, &self.trained, recipe.clip, gathered)?;
                self.net.zero_grad();
                self.ema.as_ref().map_or(Ok(()), |ema| ema.update(&self.net))?;
                gathered = 0;
            }
            if stop.load(Ordering::Relaxed) {
                return Ok(None);
            }
        }
        // ranges are known by now, and weights learn to live with them
        self.net.freeze()?;
        Ok(Some(sum / seen.max(1) as f64))
    }

    /// Scores an epoch, and chooses.
    fn end_epoch(&mut self, loss: f64) -> Result<Row> {
        let swap = || self.ema.as_ref().map_or(Ok(()), |ema| ema.swap(&self.net));
        swap()?;
        let valid = self.training.splits.valid.clone();
        let valid = valid.map(|data| self.training.score_of(&self.net, &data)).transpose();
        let weights = weights_of(&self.net);
        swap()?;
        let (valid, weights) = (valid?, weights?);
        let chosen = valid.as_ref().map_or(loss, |valid| valid.loss);
        let epoch = self.training.rows().len() as u64 + self.epochs() + 1;
        if !(loss.is_finite() && chosen.is_finite()) {
            let batch = self.training.train.batches() as u64;
            return Err(Error::Diverged { epoch, batch, loss: loss as f32, rate: self.at.rate });
        }
        if valid.is_none() || self.at.best.is_none_or(|best| chosen < best) {
            (self.at.best, self.best) = (Some(chosen), weights);
        }
        let step = self.training.steps() + self.optimizer.steps();
        Ok(Row { epoch, step, rate: self.optimizer.rate(), loss, valid })
    }

    /// The training's checkpoint, with everything that these epochs need to go on.
    fn keep(&self) -> Result<Checkpoint> {
        let mut own = Checkpoint::default();
        own.keep_module(&self.net)?;
        own.keep_optimizer(&self.optimizer)?;
        keep_averages(&mut own, self.ema.as_ref(), &self.best)?;
        let mut kept = self.training.good.clone();
        kept.values.retain(|name, _| !name.starts_with(OWN) && !name.starts_with("curve/"));
        kept.values.extend(own.values.into_iter().map(|(name, values)| (format!("{OWN}{name}"), values)));
        let rows = self.rows();
        kept.epoch = rows.len() as u64;
        keep_curves(&mut kept, &rows);
        if let Some(config) = kept.config.as_object_mut() {
            config.insert("qat".into(), serde_json::to_value(&self.at).unwrap_or_default());
        }
        Ok(kept)
    }

    /// The graph of the best epoch.
    fn finish(self) -> Result<Graph> {
        let best = self.best.into_iter().map(|(name, values)| Ok((name, values.tensor()?)));
        self.net.load_state_dict(&best.collect::<Result<_>>()?)?;
        self.net.set_training(false);
        Ok(self.net.graph()?)
    }
}

/// The network as it will be packed.
fn traced(training: &Training) -> Result<Network> {
    Ok(Network::new(trace::trace(training.net(), &[("input", training.sample())])?)?)
}

/// Weights of a traced network by their names, told from those that were traced.
struct Parts<'a> {
    training: &'a Training,
    all: Vec<(String, Tensor)>,
}

impl Parts<'_> {
    /// Names of those that the named weights have a part in. Their own names don't say so: layers are one with the
    /// normalization behind them. So the named ones are moved for once.
    fn of(&self, named: &dyn Fn(&str) -> bool) -> Result<BTreeSet<String>> {
        let net = &self.training.net;
        let before = weights_of(net)?.into_iter().map(|(name, values)| Ok((name, values.tensor()?)));
        let before = before.collect::<Result<_>>()?;
        for (_, weights) in net.named_parameters().iter().filter(|(name, _)| named(name)) {
            weights.assign(&weights.detach().map(|x| x + 1.0)?)?;
        }
        let moved = traced(self.training);
        net.load_state_dict(&before)?;
        let moved = moved?.named_parameters();
        if moved.len() != self.all.len() {
            let what = "model: freeze, or optimizer: groups: which weights are meant can't be told in integers; leave them \
                        or qat out";
            return Err(Error::Recipe(what.into()));
        }
        let mut touched = BTreeSet::new();
        for ((name, own), (_, other)) in self.all.iter().zip(moved) {
            if own.shape() != other.shape() || own.data()? != other.data()? {
                touched.insert(name.clone());
            }
        }
        Ok(touched)
    }
}
