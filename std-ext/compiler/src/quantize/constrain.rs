//! Scales of activations, under what operators ask of them: the one home of such constraints.

use super::histogram::Histogram;
use super::operators::{activations, fixed, is_float, is_tied, seen_through};
use super::{Observed, Precision, Settings};
use crate::graph::{Graph, Quant, Type, ValueId};
use std::collections::{BTreeMap, BTreeSet};

/// A value in the type in which nodes read and write it.
pub(super) type Key = (ValueId, Type);

/// The scale and zero point of each activation, in each type that it is needed in.
pub(super) struct Scales(BTreeMap<Key, Quant>);

impl Scales {
    /// Chooses them. `given` says in what each node computes; none for one that stays float.
    ///
    /// Values that operators tie to each other share what was observed of all of them, and so do those that stand for one
    /// in the passes of a loop. Where all that such a set comes from is fixed alike, the set is; else what is fixed
    /// differently has to be brought to the set's scale.
    pub(super) fn new(
        graph: &Graph,
        given: &[Option<Precision>],
        observed: &Observed,
        settings: &Settings,
    ) -> Self {
        let (mut sets, mut passed, mut fixes) = (Sets::default(), BTreeSet::new(), BTreeMap::new());
        for (node, precision) in graph.nodes.iter().zip(given) {
            let Some(Precision { store, .. }) = *precision else { continue };
            let keys = |ids: &[ValueId]| -> Vec<Key> {
                ids.iter().filter(|id| is_float(graph, **id)).map(|id| (*id, store)).collect()
            };
            let (read, written) = (keys(activations(node)), keys(&node.outputs));
            let tied = is_tied(node).then(|| read.first().copied()).flatten();
            read.iter().chain(&written).for_each(|key| sets.join(*key, tied.unwrap_or(*key)));
            if tied.is_some() {
                passed.extend(written);
            } else if let Some(quant) = fixed(&node.op, store) {
                fixes.extend(written.into_iter().map(|key| (key, quant.clone())));
            }
        }
        for store in [Type::I8, Type::I16] {
            let pairs = graph.alike.iter().map(|pair| pair.map(|id| (id, store)));
            for pair in pairs {
                if pair.iter().all(|key| sets.0.contains_key(key)) {
                    sets.join(pair[0], pair[1]);
                }
            }
        }
        let mut members = BTreeMap::<Key, Vec<Key>>::new();
        for key in sets.0.keys() {
            members.entry(sets.find(*key)).or_default().push(*key);
        }
        let mut quants = BTreeMap::new();
        for ((_, store), members) in members {
            let sources = || members.iter().filter(|key| !passed.contains(key)).map(|key| fixes.get(key));
            let alike = sources().next().flatten().filter(|fix| sources().all(|other| other == Some(*fix)));
            let quant = alike.cloned().unwrap_or_else(|| {
                let mut numbers = Histogram::default();
                members.iter().filter_map(|(id, _)| observed.of(*id)).for_each(|one| numbers.merge(one));
                match members[..] {
                    [(id, Type::I8)] => settings.range.seen(&numbers, seen_through(graph, id)),
                    _ => settings.range.quant(&numbers, store),
                }
            });
            quants.extend(members.into_iter().map(|key| (key, quant.clone())));
        }
        Scales(quants)
    }

    /// All of them.
    pub(super) fn all(self) -> Vec<(Key, Quant)> {
        self.0.into_iter().collect()
    }

    /// Those of a value.
    pub(super) fn of(&self, key: Key) -> Option<&Quant> {
        self.0.get(&key)
    }
}

/// Disjoint sets of keys: each points to another of its set, or to itself.
#[derive(Default)]
struct Sets(BTreeMap<Key, Key>);

impl Sets {
    fn find(&self, mut key: Key) -> Key {
        while let Some(next) = self.0.get(&key).filter(|next| **next != key) {
            key = *next;
        }
        key
    }

    fn join(&mut self, a: Key, b: Key) {
        let (a, b) = (self.find(a), self.find(b));
        self.0.extend([(a, b), (b, b)]);
    }
}
