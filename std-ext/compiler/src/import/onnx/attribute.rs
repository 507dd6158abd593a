//! A node's attributes.

use super::call::Call;
use super::{Made, damaged, pb};

impl<'a> Call<'a, '_> {
    pub(super) fn attribute(&self, name: &str) -> Option<&'a pb::AttributeProto> {
        self.node.attribute.iter().find(|attribute| attribute.name() == name)
    }

    pub(super) fn int(&self, name: &str) -> Option<i64> {
        self.attribute(name)?.i
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.int(name).unwrap_or(0) != 0
    }

    pub(super) fn float(&self, name: &str, default: f32) -> f32 {
        self.attribute(name).and_then(|attribute| attribute.f).unwrap_or(default)
    }

    pub(super) fn ints(&self, name: &str) -> Option<&'a [i64]> {
        self.attribute(name).map(|attribute| attribute.ints.as_slice())
    }

    pub(super) fn text(&self, name: &str, default: &'static str) -> String {
        let bytes = self.attribute(name).and_then(|attribute| attribute.s.as_deref());
        String::from_utf8_lossy(bytes.unwrap_or(default.as_bytes())).into()
    }

    /// Whole positive numbers, `n` of them.
    pub(super) fn sizes(&self, name: &str, n: usize, default: usize) -> Made<Vec<usize>> {
        let Some(ints) = self.ints(name) else { return Ok(vec![default; n]) };
        let sizes: Vec<usize> = ints
            .iter()
            .filter_map(|i| usize::try_from(*i).ok().filter(|i| (1..1 << 20).contains(i)))
            .collect();
        if sizes.len() == n && ints.len() == n {
            return Ok(sizes);
        }
        Err(damaged(format!("its {name}"), format!("{ints:?} is not {n} positive numbers")).into())
    }
}
