//! Which layers get weights of 16 bits, which are faster and take twice the flash.

use crate::graph::{Graph, Op};

/// What 16-bit weights do for a layer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offer {
    /// Index of the layer's node.
    pub(super) node: usize,
    /// Bytes of flash that they take more.
    pub(super) bytes: usize,
    /// Instructions that they save.
    pub(super) saved: u64,
}

/// The layers that get them, if all of them together may take `bytes` more: in the order of instructions saved for each
/// byte, those that still fit.
pub(super) fn taken(mut offers: Vec<Offer>, mut bytes: usize) -> Vec<usize> {
    let worth = |offer: &Offer| offer.saved as f64 / offer.bytes.max(1) as f64;
    offers.sort_by(|a, b| worth(b).total_cmp(&worth(a)));
    let fits = |offer: &Offer| match bytes.checked_sub(offer.bytes) {
        Some(left) => {
            bytes = left;
            true
        }
        None => false,
    };
    offers.into_iter().filter(fits).map(|offer| offer.node).collect()
}

/// Bytes of all weights of a graph, as they are.
pub(super) fn weights(graph: &Graph) -> usize {
    let weighted = graph.nodes.iter().filter(|node| {
        matches!(node.op, Op::Conv2d { .. } | Op::DepthwiseConv2d { .. } | Op::FullyConnected { .. })
    });
    let filters = weighted.filter_map(|node| graph.value(*node.inputs.get(1)?).data.as_ref());
    filters.map(Vec::len).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_for_their_bytes_are_taken_while_they_fit() {
        let offers = [(0, 100, 1000), (1, 10, 500), (2, 50, 900), (3, 60, 600), (4, 0, 1)];
        let offers = offers.map(|(node, bytes, saved)| Offer { node, bytes, saved }).to_vec();
        assert_eq!(taken(offers.clone(), 0), [4]);
        assert_eq!(taken(offers.clone(), 60), [1, 2, 4]);
        assert_eq!(taken(offers.clone(), 125), [1, 2, 3, 4]);
        assert_eq!(taken(offers, 1000), [1, 2, 0, 3, 4]);
    }
}
