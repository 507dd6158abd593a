//! Which of several kernels a layer gets.
//!
//! A layer says in which ways it can be run; each is built, and measured: bytes of constants, bytes of scratch, and what
//! the core's cost table says of its instructions, or cycles. Then the bytes that may be spent are spent such that they save
//! most.

use std::collections::BTreeSet;

use super::Lowering;
use super::costs::{Estimate, Work, estimate};
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
    /// That of both which kernels are chosen by.
    pub cost: u64,
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
    /// Bytes of constants of the canonical kernel.
    pub plain: usize,
    /// What there is to choose from.
    pub ways: Vec<Offer>,
}

impl Layer {
    /// The fewest bytes that a way takes.
    fn least(&self) -> usize {
        self.ways.iter().map(|way| way.flash).min().unwrap_or(0)
    }

    /// How much more a way takes, in units of so many bytes.
    fn more(&self, way: &Offer, unit: usize) -> usize {
        (way.flash - self.least()).div_ceil(unit)
    }

    /// The most that any takes more.
    fn most(&self, unit: usize) -> usize {
        self.ways.iter().map(|way| self.more(way, unit)).max().unwrap_or(0)
    }
}

impl<'g> Lowering<'g> {
    /// Runs the node at hand in the way that was picked; where none was yet, measures all and takes the first. The canonical
    /// kernel has `plain` bytes of constants.
    pub(super) fn choose(&mut self, ways: &[Way<'_, 'g>], plain: usize) -> Result<(), String> {
        let (code, offers) = match self.picks.remove(&self.node) {
            Some(layer) => (Some(layer.code), layer.ways),
            None => (None, ways.iter().map(|way| self.measure(way)).collect::<Result<_, _>>()?),
        };
        let picked = ways.iter().find(|way| Some(way.code) == code);
        let way = picked.or(ways.first()).ok_or("no kernel runs it")?;
        (way.build)(self)?;
        let step = self.program.steps.len().saturating_sub(1);
        self.program.layers.push(Layer { node: self.node, step, code: way.code, plain, ways: offers });
        Ok(())
    }

    /// Builds a way and takes it back.
    fn measure(&mut self, way: &Way<'_, 'g>) -> Result<Offer, String> {
        let program = &self.program;
        let (steps, tensors, constants) =
            (program.steps.len(), program.tensors.len(), program.constants.len());
        (way.build)(self)?;
        let program = &mut self.program;
        let Estimate { instructions, cycles, cost } = estimate(self.target, way.code, &way.work);
        let offer = Offer {
            code: way.code,
            flash: program.constants.drain(constants..).map(|constant| constant.bytes.len()).sum(),
            scratch: program.tensors.drain(tensors..).map(|tensor| tensor.bytes as usize).sum(),
            instructions,
            cycles,
            cost,
            work: way.work,
        };
        program.steps.truncate(steps);
        Ok(offer)
    }
}

/// Steps in which bytes are counted, at most.
const UNITS: usize = 1 << 13;

/// Chooses the kernel of each layer: the least cost, if the constants of all of them together may take `room` bytes more than
/// those of the canonical kernels; where that is less than any way takes, the fewest bytes. A kernel without which they cost at
/// most so many thousandths more is left out of the firmware.
pub(super) fn pick(layers: &mut [Layer], room: usize, thousandths: u64) {
    let best = assign(layers, room, &[]).unwrap_or(0);
    let mut without = Vec::new();
    loop {
        let used = kernels(layers);
        let cost = |code: &u16| {
            let now = assign(layers, room, &[&without[..], &[*code]].concat())?;
            // another in its place saves no code
            (kernels(layers).len() < used.len()).then_some((now, *code))
        };
        match used.iter().filter_map(cost).min() {
            Some((now, code)) if now.saturating_sub(best) * 1000 <= best * thousandths => without.push(code),
            _ => break,
        }
        assign(layers, room, &without);
    }
    assign(layers, room, &without);
}

fn kernels(layers: &[Layer]) -> BTreeSet<u16> {
    layers.iter().map(|layer| layer.code).collect()
}

/// Chooses among the kernels that are not left out and says what all cost; does nothing if there is a layer that no other runs.
///
/// A knapsack: for each layer, what is best for so many bytes, of what is best for the layers before with the bytes that a
/// way leaves.
fn assign(layers: &mut [Layer], room: usize, without: &[u16]) -> Option<u64> {
    let runs = |way: &&Offer| !without.contains(&way.code);
    if !layers.iter().all(|layer| layer.ways.iter().any(|way| runs(&way))) {
        return None;
    }
    let sum = |of: &dyn Fn(&Layer) -> usize| layers.iter().map(of).sum::<usize>();
    let spare = sum(&|layer| layer.plain).saturating_add(room).saturating_sub(sum(&Layer::least));
    let unit = spare.min(sum(&|layer| layer.most(1))).div_ceil(UNITS).max(1);
    let units = (spare / unit).min(sum(&|layer| layer.most(unit)));
    // cost and bytes, for each number of units; none where the ways left take more
    let mut best = vec![Some((0, 0)); units + 1];
    let mut picks = Vec::new();
    for layer in layers.iter() {
        let pick = |units: usize| {
            let ways = layer.ways.iter().filter(runs).filter_map(|way| {
                let rest = units.checked_sub(layer.more(way, unit))?;
                let (cost, bytes) = best[rest]?;
                Some(((cost + way.cost, bytes + way.flash), (way.code, rest)))
            });
            ways.min_by_key(|(cost, _)| *cost).unzip()
        };
        let (costs, codes): (Vec<_>, Vec<_>) = (0..best.len()).map(pick).unzip();
        best = costs;
        picks.push(codes);
    }
    let (cost, _) = best[units]?;
    let mut units = units;
    for (layer, picks) in layers.iter_mut().zip(&picks).rev() {
        if let Some(pick) = picks[units] {
            (layer.code, units) = pick;
        }
    }
    Some(cost)
}

impl Optimize {
    /// Thousandths of instructions, or cycles, that a kernel must save to be worth its own code.
    pub(super) const fn thousandths(self) -> u64 {
        match self {
            Optimize::Speed => 1,
            Optimize::Balanced | Optimize::Size => 20,
        }
    }

    /// Bytes that the layers of a graph may take more than with canonical kernels.
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

    fn offer(code: u16, flash: usize, cost: u64) -> Offer {
        Offer { code, flash, scratch: 0, instructions: 0, cycles: 0, cost, work: Work::default() }
    }

    /// The kernels of layers with these offers.
    fn picks(offers: &[&[Offer]], room: usize) -> Vec<u16> {
        let plain = |ways: &[Offer]| ways.iter().map(|way| way.flash).min().unwrap_or(0);
        let layer =
            |ways: &&[Offer]| Layer { node: 0, step: 0, code: 0, plain: plain(ways), ways: ways.to_vec() };
        let mut layers: Vec<_> = offers.iter().map(layer).collect();
        pick(&mut layers, room, 0);
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
    fn what_saves_most_for_each_byte_may_stand_in_the_way() {
        let small: &[Offer] = &[offer(1, 100, 2000), offer(2, 110, 1500)];
        let large: &[Offer] = &[offer(1, 100, 9000), offer(2, 200, 5000)];
        assert_eq!(picks(&[small, large], 100), [1, 2]);
        assert_eq!(picks(&[small, large], 110), [2, 2]);
    }

    #[test]
    fn bytes_are_counted_from_the_canonical_kernels_on() {
        let ways = vec![offer(1, 100, 2000), offer(2, 110, 1500)];
        let picked = |plain, room| {
            let mut layers = [Layer { node: 0, step: 0, code: 0, plain, ways: ways.clone() }];
            pick(&mut layers, room, 0);
            layers[0].code
        };
        assert_eq!((picked(95, 15), picked(95, 14), picked(95, 0)), (2, 1, 1));
        assert_eq!(picked(110, 0), 2);
    }

    #[test]
    fn a_kernel_that_saves_little_is_left_out() {
        let ways = |slow| vec![offer(1, 100, slow), offer(2, 100, 1000)];
        let picked = |slow, thousandths| {
            let layer = |ways| Layer { node: 0, step: 0, code: 0, plain: 100, ways };
            let mut layers =
                [layer(vec![offer(1, 100, 1000)]), layer(ways(slow)), layer(vec![offer(3, 9, 1)])];
            pick(&mut layers, 0, thousandths);
            layers.map(|layer| layer.code)
        };
        assert_eq!(picked(1020, 20), [1, 1, 3]);
        assert_eq!(picked(1020, 0), [1, 2, 3]);
        assert_eq!(picked(1100, 20), [1, 2, 3]);
    }

    #[test]
    fn a_kernel_is_not_left_out_for_two_others() {
        // 20 bytes: the second layer is better off with 2, unless the first takes them
        let ways = [[offer(1, 100, 1000), offer(2, 105, 990)], [offer(3, 100, 1000), offer(2, 120, 900)]];
        let mut layers = ways.map(|ways| Layer { node: 0, step: 0, code: 0, plain: 100, ways: ways.into() });
        pick(&mut layers, 20, 200);
        assert_eq!(layers.map(|layer| layer.code), [1, 2]);
    }

    #[test]
    fn many_bytes_are_counted_in_larger_steps() {
        let ways = [offer(1, 1_000_000, 2000), offer(2, 1_900_001, 1500), offer(3, 9_000_000, 100)];
        assert_eq!(picks(&[&ways, &ways], 8_901_000), [3, 2]);
        assert_eq!(picks(&[&ways, &ways], 1_900_000), [2, 2]);
        assert_eq!(picks(&[&ways, &ways], 900_000), [1, 1]);
        assert_eq!(picks(&[&ways, &ways, &ways], usize::MAX / 2), [3, 3, 3]);
    }

    #[test]
    fn what_is_smaller_and_faster_is_always_taken() {
        let ways = [offer(1, 100, 500), offer(2, 60, 700), offer(3, 60, 400)];
        assert_eq!(picks(&[&ways], 0), [3]);
        assert_eq!(picks(&[&ways], 1000), [3]);
    }
}
