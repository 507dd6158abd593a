//! Quantization-aware training: behind the training in floats, epochs that see the integers of the model.
//!
//! It begins with the weights that the training in floats ends with, and depends on nothing else: a run that is killed within
//! it does it again when it goes on, to the same bits.

use std::sync::atomic::{AtomicBool, Ordering};

use midge_compiler::graph::Graph;
use midge_compiler::quantize::Settings;
use midge_train::nn::Module;
use midge_train::optim::Optimizer;
use midge_train::{Network, Quantized, trace};

use crate::error::Result;
use crate::objective::Score;
use crate::recipe::Qat;
use crate::training::Training;

impl Training {
    /// Trains the network as [`Training::finish`] left it in integers, and gives the graph of the best epoch; none if it was
    /// asked to stop. `watch` is told each epoch, the first one 1, with its mean loss and its score on samples kept to choose.
    ///
    /// # Errors
    /// The network does what can't be trained so, or data can't be read.
    pub fn quantized(
        &self,
        qat: &Qat,
        stop: &AtomicBool,
        watch: &mut dyn FnMut(u64, f64, Option<&Score>),
    ) -> Result<Option<Graph>> {
        let graph = trace::trace(self.net(), &[("input", self.sample())])?;
        let net = Quantized::new(Network::new(graph)?, Settings::default())?;
        let rate = self.recipe.optimizer.rate * qat.rate;
        let mut optimizer = Optimizer::new(self.recipe.optimizer.method(), rate, net.parameters())?;
        let mut best = None;
        for epoch in 0..qat.epochs {
            net.set_training(true);
            let (mut sum, mut seen) = (0.0, 0);
            for batch in self.train.epoch(self.recipe.epochs + epoch) {
                let batch = batch?;
                let loss = self.objective.loss(&net.forward(&batch.inputs[0])?, &batch)?;
                loss.backward()?;
                optimizer.step()?;
                optimizer.zero_grad();
                sum += f64::from(loss.item()?) * batch.indices.len() as f64;
                seen += batch.indices.len();
                if stop.load(Ordering::Relaxed) {
                    return Ok(None);
                }
            }
            // ranges are known by now, and weights learn to live with them
            net.freeze()?;
            let valid = self.splits.valid.clone().map(|data| self.score_of(&net, &data)).transpose()?;
            let mean = sum / seen.max(1) as f64;
            watch(epoch + 1, mean, valid.as_ref());
            let loss = valid.map_or(-(epoch as f64), |valid| valid.loss);
            if best.as_ref().is_none_or(|(least, _)| loss < *least) {
                let state = net.state_dict().into_iter().map(|(name, tensor)| Ok((name, tensor.copy()?)));
                best = Some((loss, state.collect::<Result<_>>()?));
            }
        }
        if let Some((_, state)) = &best {
            net.load_state_dict(state)?;
        }
        net.set_training(false);
        Ok(Some(net.graph()?))
    }
}
