//! A training: from a recipe and data to weights, in steps that can be kept, undone, and gone on with.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use midge_train::checkpoint::Checkpoint;
use midge_train::data::{Batch, Dataset, Loader, Values, validate};
use midge_train::nn::Module;
use midge_train::optim::{Ema, Optimizer, Plateau, Schedule, clip_grad_norm};
use midge_train::{Tensor, no_grad};

use crate::error::{Error, Result};
use crate::events::Events;
use crate::folder::Folder;
use crate::keep::is_sound;
use crate::layer::Layers;
use crate::objective::{Objective, Score, Tally};
use crate::recipe::Recipe;
use crate::source::Splits;
use crate::state::{Row, State};

/// What each roll back multiplies the learning rate by, and how often in a row that is tried.
const SLOWER: f32 = 0.1;
const TRIES: u64 = 4;

/// How many times the loss of the first batch is divergence.
const WORSE: f32 = 1e4;

/// What happens while training goes on.
#[derive(Debug)]
pub enum Event<'a> {
    /// A step was made.
    Step {
        /// The epoch, the first one 1.
        epoch: u64,
        /// Batches of it that are done.
        batch: u64,
        /// Batches that it has.
        batches: u64,
        /// Samples of it that were seen.
        seen: u64,
        /// The mean loss of the epoch so far.
        loss: f64,
    },
    /// An epoch is done.
    Epoch {
        /// What came of it.
        row: &'a Row,
        /// Whether it is the best so far.
        best: bool,
    },
    /// Numbers were no numbers any more: training goes on from the last good state, more slowly.
    RolledBack {
        /// The loss that was seen.
        loss: f32,
        /// The epoch where it goes on, the first one 1.
        epoch: u64,
        /// The rate from there.
        rate: f32,
    },
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// All epochs are done.
    Done,
    /// The loss did not fall any more.
    Early,
    /// As many steps as were asked for are made.
    Steps,
    /// Someone asked it to stop.
    Stopped,
}

/// What a run is told besides its recipe.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// Where checkpoints and curves are written.
    pub folder: &'a Folder,
    /// Ends the run behind the step at hand, as soon as it is true.
    pub stop: &'a AtomicBool,
    /// Ends the run behind so many steps of the optimizer.
    pub steps: Option<u64>,
}

/// How an epoch ended.
enum Went {
    Through,
    Ended(Ended),
    Diverged(f32),
}

/// A training.
pub struct Training {
    pub(crate) recipe: Recipe,
    pub(crate) net: Layers,
    pub(crate) objective: Objective,
    pub(crate) train: Loader,
    pub(crate) splits: Splits,
    /// A sample that the network reads.
    pub(crate) sample: Batch,
    pub(crate) optimizer: Optimizer,
    /// What the optimizer changes.
    pub(crate) trained: Vec<Tensor>,
    pub(crate) factors: Schedule,
    pub(crate) plateau: Option<Plateau>,
    pub(crate) ema: Option<Ema>,
    pub(crate) state: State,
    /// Weights of the best epoch.
    pub(crate) best: BTreeMap<String, Values>,
    /// The last state that was whole.
    pub(crate) good: Checkpoint,
}

impl Training {
    /// Trains until the recipe's end, or another. `watch` is told of every step and epoch.
    ///
    /// # Errors
    /// Data can't be read, checkpoints can't be written, or the loss grows beyond all bounds at any rate.
    pub fn run(&mut self, run: Run<'_>, watch: &mut dyn FnMut(&Event<'_>)) -> Result<Ended> {
        self.check_tests()?;
        let mut events = Events::new(run.folder.path(), self.optimizer.steps())?;
        let ended = self.epochs(run, &mut events, watch)?;
        run.folder.draw(&self.state.rows)?;
        Ok(ended)
    }

    /// Refuses samples to test with that can't be read, before the first epoch and not behind the last.
    fn check_tests(&self) -> Result<()> {
        let Some(test) = self.splits.test.as_ref().filter(|_| self.optimizer.steps() == 0) else {
            return Ok(());
        };
        let broken = validate(&**test);
        let Some(first) = broken.first() else { return Ok(()) };
        let (all, why) = (test.len(), &first.why);
        let what = format!("data: {} of {all} samples to test with are broken: {why}", broken.len());
        Err(Error::Recipe(if broken.len() > 1 { what + ", .." } else { what }))
    }

    fn epochs(
        &mut self,
        run: Run<'_>,
        events: &mut Events,
        watch: &mut dyn FnMut(&Event<'_>),
    ) -> Result<Ended> {
        loop {
            if self.recipe.patience.is_some_and(|patience| self.state.waited >= patience) {
                return Ok(Ended::Early);
            }
            if self.state.epoch >= self.recipe.epochs {
                return Ok(Ended::Done);
            }
            if run.steps.is_some_and(|most| self.optimizer.steps() >= most) {
                self.save(run.folder)?;
                return Ok(Ended::Steps);
            }
            let went = match self.epoch(run, watch)? {
                Went::Through => self.end_epoch(run.folder, events, watch)?,
                other => other,
            };
            match went {
                Went::Through => {}
                Went::Ended(ended) => return Ok(ended),
                Went::Diverged(loss) => self.roll_back(loss, watch)?,
            }
        }
    }

    /// The rest of an epoch.
    fn epoch(&mut self, run: Run<'_>, watch: &mut dyn FnMut(&Event<'_>)) -> Result<Went> {
        self.net.start_training(|name| self.recipe.model.freezes(name));
        self.net.zero_grad();
        let batches = self.train.batches() as u64;
        let mut gathered = 0;
        for batch in self.train.epoch_from(self.state.epoch, self.state.batch as usize) {
            let batch = batch?;
            let loss =
                self.objective.loss(&self.net.forward(&batch.inputs[0])?, &batch, &*self.splits.train)?;
            let value = loss.item()?;
            let first = *self.state.first.get_or_insert(value);
            if !value.is_finite() || value > first.max(1e-3) * WORSE {
                return Ok(Went::Diverged(value));
            }
            loss.backward()?;
            self.state.batch += 1;
            self.state.loss += f64::from(value) * batch.indices.len() as f64;
            self.state.seen += batch.indices.len() as u64;
            gathered += 1;
            if gathered < self.recipe.accumulate && self.state.batch < batches {
                continue;
            }
            self.step(gathered)?;
            gathered = 0;
            let State { epoch, batch, seen, loss, .. } = self.state;
            watch(&Event::Step { epoch: epoch + 1, batch, batches, seen, loss: loss / seen as f64 });
            let steps = self.optimizer.steps();
            let end = match run.steps {
                Some(most) if steps >= most => Some(Ended::Steps),
                _ => run.stop.load(Ordering::Relaxed).then_some(Ended::Stopped),
            };
            let due = self.recipe.save_every.is_some_and(|every| steps.is_multiple_of(every));
            if (due && batch < batches || end.is_some()) && !self.save(run.folder)? {
                return Ok(Went::Diverged(value));
            }
            if let Some(end) = end {
                return Ok(Went::Ended(end));
            }
        }
        Ok(Went::Through)
    }

    /// A step along gradients of so many batches.
    fn step(&mut self, batches: u64) -> Result<()> {
        let factor = self.factors.factor(self.optimizer.steps());
        self.optimizer.set_rate(self.state.rate * factor);
        follow(&mut self.optimizer, &self.trained, self.recipe.clip, batches)?;
        self.net.zero_grad();
        if let Some(ema) = &self.ema {
            ema.update(&self.net)?;
        }
        Ok(())
    }

    /// Scores the epoch, chooses, and writes everything down.
    fn end_epoch(
        &mut self,
        folder: &Folder,
        events: &mut Events,
        watch: &mut dyn FnMut(&Event<'_>),
    ) -> Result<Went> {
        self.swap()?;
        let valid = self.splits.valid.clone().map(|data| self.score(&data)).transpose();
        let averaged = weights_of(&self.net);
        self.swap()?;
        let (valid, averaged) = (valid?, averaged?);
        let mean = self.state.loss / self.state.seen.max(1) as f64;
        let loss = valid.as_ref().map_or(mean, |valid| valid.loss);
        if !loss.is_finite() {
            return Ok(Went::Diverged(loss as f32));
        }
        let best = valid.is_some() && self.state.best.is_none_or(|best| loss < best);
        if best {
            (self.state.best, self.best) = (Some(loss), averaged);
        }
        self.state.waited = if best || valid.is_none() { 0 } else { self.state.waited + 1 };
        let row = Row {
            epoch: self.state.epoch + 1,
            step: self.optimizer.steps(),
            rate: self.optimizer.rate(),
            loss: mean,
            valid,
        };
        if let Some(plateau) = &mut self.plateau {
            self.state.rate = plateau.rate(self.state.rate, loss as f32);
            self.state.plateau = Some(plateau.state());
        }
        watch(&Event::Epoch { row: &row, best });
        events.epoch(&row)?;
        self.state.rows.push(row);
        (self.state.batch, self.state.loss, self.state.seen) = (0, 0.0, 0);
        self.state.epoch += 1;
        self.state.rollbacks = 0;
        // the checkpoint to go on from is the last to be written: whatever is missing beside it is made again
        folder.keep_metrics(&self.state.rows)?;
        if best {
            folder.keep_best(&self.keep_best()?)?;
        }
        Ok(if self.save(folder)? { Went::Through } else { Went::Diverged(loss as f32) })
    }

    /// Writes the present state, if its weights are numbers; false if they are not.
    fn save(&mut self, folder: &Folder) -> Result<bool> {
        let kept = self.keep()?;
        let sound = is_sound(&kept);
        if sound {
            folder.keep(&kept)?;
            self.good = kept;
        }
        Ok(sound)
    }

    /// Back to the last good state, with a lower rate.
    fn roll_back(&mut self, loss: f32, watch: &mut dyn FnMut(&Event<'_>)) -> Result<()> {
        let State { epoch, batch, rate, rollbacks, .. } = self.state;
        if rollbacks >= TRIES {
            return Err(Error::Diverged { epoch: epoch + 1, batch: batch + 1, loss, rate });
        }
        let good = std::mem::take(&mut self.good);
        let restored = self.restore(&good);
        self.good = good;
        restored?;
        self.state.rate = rate * SLOWER;
        self.state.rollbacks = rollbacks + 1;
        watch(&Event::RolledBack { loss, epoch: self.state.epoch + 1, rate: self.state.rate });
        Ok(())
    }

    /// Exchanges weights and their averages, if there are any.
    fn swap(&self) -> Result<()> {
        Ok(self.ema.as_ref().map_or(Ok(()), |ema| ema.swap(&self.net))?)
    }

    /// Puts the weights in place that are the model: those of the best epoch, or the last ones, or their averages. What was
    /// trained can't go on from here.
    ///
    /// # Errors
    /// A device fails.
    pub fn finish(&self) -> Result<()> {
        match self.best.is_empty() {
            true => self.swap()?,
            false => {
                let best =
                    self.best.iter().map(|(name, values)| Ok((name.clone(), values.clone().tensor()?)));
                self.net.load_state_dict(&best.collect::<Result<_>>()?)?;
            }
        }
        self.net.set_training(false);
        Ok(())
    }

    /// The score of the network as it is.
    ///
    /// # Errors
    /// Samples can't be read.
    pub fn score(&self, data: &Arc<dyn Dataset>) -> Result<Score> {
        self.score_of(&self.net, data)
    }

    /// The score of another network for the same data.
    pub(crate) fn score_of(&self, net: &dyn Module, data: &Arc<dyn Dataset>) -> Result<Score> {
        net.set_training(false);
        let mut tally = Tally::new(self.objective, &**data);
        for batch in Loader::new(Arc::clone(data), self.recipe.batch.max(64))?.epoch(0) {
            let batch = batch?;
            tally.add(&no_grad(|| net.forward(&batch.inputs[0]))?, &batch)?;
        }
        tally.score()
    }

    /// The network.
    pub fn net(&self) -> &Layers {
        &self.net
    }

    /// A sample that the network reads, as a batch of one.
    pub fn sample(&self) -> &Tensor {
        &self.sample.inputs[0]
    }

    /// What it is trained for.
    pub fn objective(&self) -> Objective {
        self.objective
    }

    /// Its data.
    pub fn splits(&self) -> &Splits {
        &self.splits
    }

    /// The epochs that are done.
    pub fn rows(&self) -> &[Row] {
        &self.state.rows
    }

    /// Steps that the optimizer has made.
    pub fn steps(&self) -> u64 {
        self.optimizer.steps()
    }

    /// How many numbers the network has to learn.
    pub fn parameters(&self) -> usize {
        self.net.parameter_count()
    }

    /// Batches of an epoch.
    pub fn batches(&self) -> usize {
        self.train.batches()
    }
}

/// A step along gradients of so many batches: sums, while the limit is for their mean.
pub(crate) fn follow(
    optimizer: &mut Optimizer,
    trained: &[Tensor],
    clip: Option<f32>,
    batches: u64,
) -> Result<()> {
    if let Some(clip) = clip {
        clip_grad_norm(trained, clip * batches as f32)?;
    }
    Ok(optimizer.step_scaled(1.0 / batches as f32)?)
}

/// All weights of a network, on the host.
pub(crate) fn weights_of(net: &dyn Module) -> Result<BTreeMap<String, Values>> {
    let all = net.state_dict().into_iter();
    all.map(|(name, tensor)| Ok((name, Values::new(tensor.shape(), tensor.data()?)?))).collect()
}
