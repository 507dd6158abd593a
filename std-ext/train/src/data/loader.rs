//! Batches, made ahead of their use.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use super::{DataError, Dataset, Result, Sample, Transform, Values};
use crate::{Rng, Tensor};

/// Samples put together.
#[derive(Clone, Debug)]
pub struct Batch {
    /// For each input of the network the samples' values, `[samples, ..]`.
    pub inputs: Vec<Tensor>,
    /// Their labels, if they have any: classes `[samples]`, or `[samples, ..]`.
    pub label: Option<Tensor>,
    /// Which samples of the data they are.
    pub indices: Vec<usize>,
}

/// Makes batches of a data set, epoch by epoch. What is in them depends on the seed and the number of the epoch, and not on
/// how many threads make them.
#[derive(Clone)]
pub struct Loader {
    data: Arc<dyn Dataset>,
    transforms: Vec<Arc<dyn Transform>>,
    batch: usize,
    shuffled: bool,
    seed: u64,
    whole: bool,
    workers: usize,
    ahead: usize,
}

/// What a source of random numbers is for; a number that is no sample's.
const ORDER: u64 = u64::MAX;

/// Random numbers of a purpose in an epoch.
fn random(seed: u64, epoch: u64, purpose: u64) -> Rng {
    let mut key = [0; 32];
    for (to, from) in key.chunks_exact_mut(8).zip([seed, epoch, purpose]) {
        to.copy_from_slice(&from.to_le_bytes());
    }
    Rng::restore((key, 0))
}

impl Loader {
    /// Batches of `batch` samples in the data's order, the last one perhaps shorter, made when they are asked for.
    ///
    /// # Errors
    /// `batch` is 0, or there is no sample.
    pub fn new(data: Arc<dyn Dataset>, batch: usize) -> Result<Loader> {
        if batch == 0 || data.is_empty() {
            return Err(DataError::Setting(format!(
                "batches of {batch} of {} samples: there are none",
                data.len()
            )));
        }
        let (transforms, seed) = (Vec::new(), 0);
        Ok(Loader { data, transforms, batch, shuffled: false, seed, whole: false, workers: 0, ahead: 2 })
    }

    /// In another order each epoch, which the seed decides; so does it for transforms.
    #[must_use]
    pub fn shuffle(mut self, seed: u64) -> Loader {
        (self.shuffled, self.seed) = (true, seed);
        self
    }

    /// In the data's order, with this seed for transforms.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Loader {
        self.seed = seed;
        self
    }

    /// Without a last batch that is shorter.
    #[must_use]
    pub fn drop_last(mut self) -> Loader {
        self.whole = true;
        self
    }

    /// Made by so many threads, each at most `ahead` batches ahead of their use. With 0 threads they are made when they are
    /// asked for.
    #[must_use]
    pub fn workers(mut self, workers: usize, ahead: usize) -> Loader {
        (self.workers, self.ahead) = (workers, ahead);
        self
    }

    /// With samples changed by one thing more, behind those that were there.
    #[must_use]
    pub fn transform(mut self, transform: impl Transform + 'static) -> Loader {
        self.transforms.push(Arc::new(transform));
        self
    }

    /// How many batches an epoch has.
    pub fn batches(&self) -> usize {
        if self.whole { self.data.len() / self.batch } else { self.data.len().div_ceil(self.batch) }
    }

    /// The data.
    pub fn data(&self) -> &Arc<dyn Dataset> {
        &self.data
    }

    /// The batches of an epoch.
    pub fn epoch(&self, epoch: u64) -> Epoch {
        self.epoch_from(epoch, 0)
    }

    /// The batches of an epoch from one on, the first one 0: what is left of it when training goes on.
    pub fn epoch_from(&self, epoch: u64, first: usize) -> Epoch {
        let mut order: Vec<usize> = (0..self.data.len()).collect();
        if self.shuffled {
            random(self.seed, epoch, ORDER).shuffle(&mut order);
        }
        let work = Arc::new(Work { loader: self.clone(), epoch, order });
        let (mut queues, mut threads) = (Vec::new(), Vec::new());
        // Each worker has a queue, so that batches come in their order however fast the workers are.
        for worker in 0..self.workers {
            let (to, from) = sync_channel(self.ahead);
            let (work, step) = (Arc::clone(&work), self.workers);
            queues.push(from);
            threads.push(thread::spawn(move || work.run(first + worker, step, &to)));
        }
        Epoch { work, first, next: first, queues, threads }
    }
}

/// What workers share.
struct Work {
    loader: Loader,
    epoch: u64,
    order: Vec<usize>,
}

impl Work {
    /// Makes every `step`-th batch, until nobody wants them any more.
    fn run(&self, first: usize, step: usize, to: &SyncSender<Result<Batch>>) {
        for number in (first..self.loader.batches()).step_by(step) {
            let batch = self.batch(number);
            let failed = batch.is_err();
            if to.send(batch).is_err() || failed {
                return;
            }
        }
    }

    fn batch(&self, number: usize) -> Result<Batch> {
        let start = number * self.loader.batch;
        let end = (start + self.loader.batch).min(self.order.len());
        let indices = self.order[start..end].to_vec();
        let samples = indices.iter().map(|&index| self.sample(index)).collect::<Result<Vec<_>>>()?;
        let name = |at: usize| self.loader.data.name(indices[at]);
        let stack = |of: &dyn Fn(&Sample) -> Option<Values>| {
            let all = samples.iter().enumerate().map(|(at, sample)| {
                let what = || "it has fewer inputs than the others, or no label where they have one".into();
                of(sample).ok_or_else(|| DataError::Sample { name: name(at), what: what() })
            });
            let all = all.collect::<Result<Vec<_>>>()?;
            Values::stack(&all.iter().collect::<Vec<_>>(), name)?.tensor()
        };
        let first = &samples[0];
        let inputs = (0..first.inputs.len()).map(|at| stack(&|sample| sample.inputs.get(at).cloned()));
        let inputs = inputs.collect::<Result<_>>()?;
        let label = first.label.is_some().then(|| stack(&|sample| sample.label.clone())).transpose()?;
        Ok(Batch { inputs, label, indices })
    }

    fn sample(&self, index: usize) -> Result<Sample> {
        let Loader { data, transforms, seed, .. } = &self.loader;
        let mut sample = data.get(index)?;
        let rng = &mut random(*seed, self.epoch, index as u64);
        for transform in transforms {
            sample = transform
                .apply(sample, rng)
                .map_err(|what| DataError::Sample { name: data.name(index), what })?;
        }
        Ok(sample)
    }
}

/// The batches of an epoch, in order. It ends behind the first error.
pub struct Epoch {
    work: Arc<Work>,
    first: usize,
    next: usize,
    queues: Vec<Receiver<Result<Batch>>>,
    threads: Vec<JoinHandle<()>>,
}

impl Iterator for Epoch {
    type Item = Result<Batch>;

    fn next(&mut self) -> Option<Result<Batch>> {
        let (number, all) = (self.next, self.work.loader.batches());
        if number >= all {
            return None;
        }
        let batch = match self.queues.len() {
            0 => self.work.batch(number),
            count => {
                let made = self.queues[(number - self.first) % count].recv();
                made.unwrap_or(Err(DataError::Worker(number)))
            }
        };
        self.next = if batch.is_ok() { number + 1 } else { all };
        Some(batch)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.work.loader.batches().saturating_sub(self.next);
        (0, Some(left))
    }
}

impl Drop for Epoch {
    fn drop(&mut self) {
        // Workers that wait for room in a queue see that it is gone, and end.
        self.queues.clear();
        for thread in self.threads.drain(..) {
            // A worker's panic has been told as the batch that is missing.
            let _ = thread.join();
        }
    }
}
