//! Which of several kernels a layer gets.
//!
//! A layer says in which ways it can be run; each is built, and measured: bytes of constants, bytes of scratch, and what
//! the core's cost table says of its instructions. Then the bytes that may be spent are spent where they save most.

use super::Lowering;
use super::costs::{Work, instructions};
use crate::graph::{Graph, Node, Op};
use crate::optimize::Optimize;
use std::collections::BTreeMap;

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
pub(super) struct Offer {
    /// The kernel.
    pub(super) code: u16,
    /// Bytes of constants.
    pub(super) flash: usize,
    /// Bytes of scratch.
    pub(super) scratch: usize,
    /// Estimated.
    pub(super) instructions: u64,
}

/// What is offered for each node that has a choice or could have one, by the node's index.
pub(super) type Offers = BTreeMap<usize, Vec<Offer>>;

impl<'g> Lowering<'g> {
    /// Runs the node at hand in the way that was picked; where none was yet, measures all and takes the first.
    pub(super) fn choose(&mut self, ways: &[Way<'_, 'g>]) -> Result<(), String> {
        if let Some(code) = self.picks.get(&self.node)
            && let Some(way) = ways.iter().find(|way| way.code == *code)
        {
            return (way.build)(self);
        }
        for way in ways.iter().rev() {
            let offer = self.measure(way)?;
            self.offers.entry(self.node).or_default().insert(0, offer);
        }
        ways.first().map_or(Ok(()), |way| (way.build)(self))
    }

    /// Builds a way and takes it back.
    fn measure(&mut self, way: &Way<'_, 'g>) -> Result<Offer, String> {
        let program = &self.program;
        let (steps, tensors, constants) =
            (program.steps.len(), program.tensors.len(), program.constants.len());
        (way.build)(self)?;
        let program = &mut self.program;
        let offer = Offer {
            code: way.code,
            flash: program.constants.drain(constants..).map(|constant| constant.bytes.len()).sum(),
            scratch: program.tensors.drain(tensors..).map(|tensor| tensor.bytes as usize).sum(),
            instructions: instructions(self.target, way.code, &way.work),
        };
        program.steps.truncate(steps);
        Ok(offer)
    }
}

/// The kernel of each node, if all of them together may take `room` bytes of constants more than the smallest: step by
/// step what saves the most instructions for its bytes, of what still fits.
pub(super) fn pick(offers: &Offers, mut room: usize) -> BTreeMap<usize, u16> {
    let least = |ways: &Vec<Offer>| ways.iter().min_by_key(|way| (way.flash, way.instructions)).copied();
    let mut picked: BTreeMap<usize, Offer> =
        offers.iter().filter_map(|(node, ways)| Some((*node, least(ways)?))).collect();
    loop {
        let better = offers.iter().flat_map(|(node, ways)| {
            let now = picked.get(node);
            ways.iter().filter_map(move |way| Some((*node, *now?, *way)))
        });
        let fits = |(_, now, way): &(usize, Offer, Offer)| {
            way.instructions < now.instructions && way.flash.saturating_sub(now.flash) <= room
        };
        let worth = |(_, now, way): &(usize, Offer, Offer)| {
            (now.instructions - way.instructions) as f64 / way.flash.saturating_sub(now.flash).max(1) as f64
        };
        let Some((node, now, way)) = better.filter(fits).max_by(|a, b| worth(a).total_cmp(&worth(b))) else {
            return picked.into_iter().map(|(node, way)| (node, way.code)).collect();
        };
        room = (room + now.flash).saturating_sub(way.flash);
        picked.insert(node, way);
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
        Offer { code, flash, scratch: 0, instructions }
    }

    #[test]
    fn bytes_go_where_they_save_most() {
        let offers = Offers::from([
            (0, vec![offer(1, 100, 2000), offer(2, 200, 1000)]),
            (1, vec![offer(1, 100, 2000), offer(2, 110, 1500), offer(3, 400, 100)]),
            (2, vec![offer(1, 100, 2000), offer(2, 150, 1100)]),
            (3, vec![offer(5, 100, 2000)]),
        ]);
        let picks = |room| pick(&offers, room).into_values().collect::<Vec<_>>();
        assert_eq!(picks(0), [1, 1, 1, 5]);
        assert_eq!(picks(60), [1, 2, 2, 5]);
        assert_eq!(picks(160), [2, 2, 2, 5]);
        assert_eq!(picks(450), [2, 3, 2, 5]);
        assert_eq!(picks(usize::MAX / 2), [2, 3, 2, 5]);
    }

    #[test]
    fn what_is_smaller_and_faster_is_always_taken() {
        let offers = Offers::from([(0, vec![offer(1, 100, 500), offer(2, 60, 700), offer(3, 60, 400)])]);
        assert_eq!(pick(&offers, 0), BTreeMap::from([(0, 3)]));
        assert_eq!(pick(&offers, 1000), BTreeMap::from([(0, 3)]));
    }
}
