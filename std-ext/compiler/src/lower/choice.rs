//! Which of several kernels a layer gets.
//!
//! A layer says in which ways it can be run; each is built, and measured: bytes of constants, bytes of scratch, and what
//! the core's cost table says of its instructions. Then the bytes that may be spent are spent where they save most.

use super::Lowering;
use super::costs::{Work, estimate};
use crate::graph::{Graph, Node, Op};
use crate::optimize::Optimize;

/// A way to run the layer at hand. Its activations have their work memory already.
pub(super) struct Way<'a, 'g> {
    /// The kernel.
    pub(super) code: u16,
    /// What it does, counted.
    pub(super) work: Work,
    /// Appends its step, constants and scratch.
    pub(super) build: Build<'a, 'g>,
}

type Build<'a, 'g> = Box<dyn Fn(&mut Lowering<'g>) -> Result<(), String> + 'a>;

/// A way as measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The kernel.
    pub code: u16,
    /// Bytes of constants.
    pub flash: usize,
    /// Bytes of scratch.
    pub scratch: usize,
    /// Estimated; 0 where the target has no table.
    pub instructions: u64,
    /// Estimated, by the core's model; 0 where there is none.
    pub cycles: u64,
    /// What the estimates are made of.
    pub work: Work,
}

/// A layer that has a choice, or could have one.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Index in the graph's nodes.
    pub node: usize,
    /// Index of its step: of the program, or of the plan once that is packed.
    pub step: usize,
    /// The kernel that runs it.
    pub code: u16,
    /// What there is to choose from.
    pub ways: Vec<Offer>,
}

impl<'g> Lowering<'g> {
    /// Runs the node at hand in the way that was picked; where none was yet, measures all and takes the first.
    pub(super) fn choose(&mut self, ways: &[Way<'_, 'g>]) -> Result<(), String> {
        let (code, offers) = match self.picks.remove(&self.node) {
            Some(layer) => (Some(layer.code), layer.ways),
            None => (None, ways.iter().map(|way| self.measure(way)).collect::<Result<_, _>>()?),
        };
        let picked = ways.iter().find(|way| Some(way.code) == code);
        let way = picked.or(ways.first()).ok_or("no kernel runs it")?;
        (way.build)(self)?;
        let step = self.program.steps.len().saturating_sub(1);
        self.program.layers.push(Layer { node: self.node, step, code: way.code, ways: offers });
        Ok(())
    }

    /// Builds a way and takes it back.
    fn measure(&mut self, way: &Way<'_, 'g>) -> Result<Offer, String> {
        let program = &self.program;
        let (steps, tensors, constants) =
            (program.steps.len(), program.tensors.len(), program.constants.len());
        (way.build)(self)?;
        let program = &mut self.program;
        let (instructions, cycles) = estimate(self.target, way.code, &way.work);
        let offer = Offer {
            code: way.code,
            flash: program.constants.drain(constants..).map(|constant| constant.bytes.len()).sum(),
            scratch: program.tensors.drain(tensors..).map(|tensor| tensor.bytes as usize).sum(),
            instructions,
            cycles,
            work: way.work,
        };
        program.steps.truncate(steps);
        Ok(offer)
    }
}

/// Chooses the kernel of each layer, if all of them together may take `room` bytes of constants more than the smallest:
/// step by step what saves the most instructions for its bytes, of what still fits.
pub(super) fn pick(layers: &mut [Layer], mut room: usize) {
    let least = |layer: &Layer| layer.ways.iter().min_by_key(|way| (way.flash, way.instructions)).copied();
    let mut picked: Vec<Option<Offer>> = layers.iter().map(least).collect();
    loop {
        let better =
            layers.iter().zip(&picked).enumerate().flat_map(|(i, (layer, now))| {
                layer.ways.iter().filter_map(move |way| Some((i, (*now)?, *way)))
            });
        let fits = |(_, now, way): &(usize, Offer, Offer)| {
            way.instructions < now.instructions && way.flash.saturating_sub(now.flash) <= room
        };
        let worth = |(_, now, way): &(usize, Offer, Offer)| {
            (now.instructions - way.instructions) as f64 / way.flash.saturating_sub(now.flash).max(1) as f64
        };
        let Some((i, now, way)) = better.filter(fits).max_by(|a, b| worth(a).total_cmp(&worth(b))) else {
            break;
        };
        room = (room + now.flash).saturating_sub(way.flash);
        picked[i] = Some(way);
    }
    for (layer, way) in layers.iter_mut().zip(picked) {
        layer.code = way.map_or(layer.code, |way| way.code);
    }
}

impl Optimize {
    /// Bytes that the weights of a graph may take more than the least.
    pub(super) fn room(self, graph: &Graph) -> usize {
        match self {
            Optimize::Speed => usize::MAX / 2,
            Optimize::Balanced => weights(graph) / 2,
            Optimize::Size => weights(graph) / 10,
        }
    }
}

/// Bytes of all weights of a graph, as they are.
fn weights(graph: &Graph) -> usize {
    let is_weighted = |node: &&Node| {
        matches!(node.op, Op::Conv2d { .. } | Op::DepthwiseConv2d { .. } | Op::FullyConnected { .. })
    };
    let weighted = graph.nodes.iter().filter(is_weighted);
    let filters = weighted.filter_map(|node| graph.value(*node.inputs.get(1)?).data.as_ref());
    filters.map(Vec::len).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(code: u16, flash: usize, instructions: u64) -> Offer {
        Offer { code, flash, scratch: 0, instructions, cycles: 0, work: Work::default() }
    }

    /// The kernels of layers with these offers.
    fn picks(offers: &[&[Offer]], room: usize) -> Vec<u16> {
        let layer = |ways: &&[Offer]| Layer { node: 0, step: 0, code: 0, ways: ways.to_vec() };
        let mut layers: Vec<_> = offers.iter().map(layer).collect();
        pick(&mut layers, room);
        layers.iter().map(|layer| layer.code).collect()
    }

    #[test]
    fn bytes_go_where_they_save_most() {
        let picks = |room| {
            let layers: [&[Offer]; 4] = [
                &[offer(1, 100, 2000), offer(2, 200, 1000)],
                &[offer(1, 100, 2000), offer(2, 110, 1500), offer(3, 400, 100)],
                &[offer(1, 100, 2000), offer(2, 150, 1100)],
                &[offer(5, 100, 2000)],
            ];
            picks(&layers, room)
        };
        assert_eq!(picks(0), [1, 1, 1, 5]);
        assert_eq!(picks(60), [1, 2, 2, 5]);
        assert_eq!(picks(160), [2, 2, 2, 5]);
        assert_eq!(picks(450), [2, 3, 2, 5]);
        assert_eq!(picks(usize::MAX / 2), [2, 3, 2, 5]);
    }

    #[test]
    fn what_is_smaller_and_faster_is_always_taken() {
        let ways = [offer(1, 100, 500), offer(2, 60, 700), offer(3, 60, 400)];
        assert_eq!(picks(&[&ways], 0), [3]);
        assert_eq!(picks(&[&ways], 1000), [3]);
    }
}
