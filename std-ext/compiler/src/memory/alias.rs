//! Which steps write over what they read.
//!
//! A pair in place saves the bytes of the written buffer in its step and costs nothing later, so the most is saved
//! step by step, each on its own. Where one write could take over one of several reads the choice changes no live set,
//! but it may decide whether the offsets fit; hence the [`Rule`]s.

use super::flow::{Flow, Walk};
use super::matching::matching;

/// Which of the pairs that save the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// Prefer the smallest read that is large enough, then the first that the step names.
    Tight,
    /// Prefer the largest, then the last that the step names.
    Wide,
    /// As `Tight`, but only where the live set needs it: fewer buffers are tied together.
    Needed,
}

impl Rule {
    /// Every rule, in the order in which they are tried.
    pub(super) const ALL: [Rule; 3] = [Rule::Tight, Rule::Wide, Rule::Needed];
}

/// For each buffer the first of the chain whose bytes it takes over, if it takes over any.
/// `enough` is the live set that need not be undercut.
pub(super) fn choose(flow: &Flow, order: &[usize], rule: Rule, enough: u64) -> Vec<Option<usize>> {
    let mut roots: Vec<Option<usize>> = vec![None; flow.sizes.len()];
    let mut walk = Walk::new(flow);
    for &step in order {
        let mut pairs = walk.pairs(step);
        match rule {
            Rule::Needed if walk.gross(step) <= enough => pairs.clear(),
            Rule::Tight | Rule::Needed => pairs.sort_by_key(|&(read, _)| flow.sizes[read]),
            Rule::Wide => {
                pairs.sort_by_key(|&(read, _)| flow.sizes[read]);
                pairs.reverse();
            }
        }
        for (read, write) in matching(&pairs, &flow.sizes) {
            roots[write] = Some(roots[read].unwrap_or(read));
        }
        walk.apply(step);
    }
    roots
}
