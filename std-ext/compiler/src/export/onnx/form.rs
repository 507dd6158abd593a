//! The tensors of the file that stand for a value of the graph: as it is stored and as real numbers, with its axes in the
//! graph's order or in ONNX's. Each is made when something asks for it, so transposes that would meet never arise.

use super::file::Attribute::{Int, Ints};
use super::{Attribute, Exporter};
use crate::graph::{Grain, Quant, Repr, Type, Value, ValueId};

/// Which axis of a value each axis of a tensor is; empty where they are the same.
pub(super) type Order = &'static [usize];

/// As the graph has it.
pub(super) const OWN: Order = &[];
/// Images with their channels before their rows, and filters with input channels before rows.
pub(super) const FIRST: Order = &[0, 3, 1, 2];
/// Filters with output channels first, from where they are last.
pub(super) const LAST_FIRST: Order = &[3, 0, 1, 2];

/// What stands for a value in some order of axes.
#[derive(Clone, Debug, Default)]
pub(super) struct Form {
    /// The elements as they are stored.
    pub(super) stored: Option<String>,
    /// The numbers that they stand for.
    pub(super) real: Option<String>,
}

impl Exporter<'_> {
    /// A value's elements as they are stored.
    pub(super) fn stored(&mut self, id: ValueId, order: Order) -> String {
        let found = self.forms.get(&(id, order)).and_then(|form| form.stored.clone());
        if let Some(name) = found {
            return name;
        }
        let value = self.value(id);
        let name = if let Some(data) = &value.data {
            let laid = permuted(value, order);
            let name = self.claim(id, order);
            self.file.constant(&name, value.repr.store(), &laid.shape, laid.data.as_ref().unwrap_or(data));
            name
        } else {
            let from = self.elsewhere(id, order);
            let from = from.map(|(order, perm)| (self.stored(id, order), perm));
            let wish = self.claim(id, order);
            match from {
                Some((from, perm)) => self.transpose(&from, &perm, &wish),
                // a node before was refused
                None => wish,
            }
        };
        self.forms.entry((id, order)).or_default().stored = Some(name.clone());
        name
    }

    /// The numbers that a value stands for: floats, or what has no scale as it is.
    pub(super) fn real(&mut self, id: ValueId, order: Order) -> String {
        let found = self.forms.get(&(id, order)).and_then(|form| form.real.clone());
        if let Some(name) = found {
            return name;
        }
        let value = self.value(id);
        let wish = format!("{}/real", self.names[id.0]);
        let name = match (&value.repr, self.elsewhere(id, order)) {
            // numbers are turned, not what they are stored as: the node at a port says what its integers stand for
            (Repr::Quant(_), Some((other, perm))) => {
                let (real, wish) = (self.real(id, other), self.file.fresh(&wish));
                self.transpose(&real, &perm, &wish)
            }
            _ => self.dequantized(id, order, &wish),
        };
        self.forms.entry((id, order)).or_default().real = Some(name.clone());
        name
    }

    fn dequantized(&mut self, id: ValueId, order: Order, wish: &str) -> String {
        let (stored, value) = (self.stored(id, order), self.value(id));
        match &value.repr {
            Repr::Plain(Type::F16) => self.cast(&stored, Type::F32),
            Repr::Plain(_) => stored,
            Repr::Quant(quant) => {
                let (scale, axis) = self.file.scale(&turned(quant, order, value), &self.names[id.0]);
                let inputs: Vec<&str> = std::iter::once(&stored).chain(&scale).map(String::as_str).collect();
                self.file.node("DequantizeLinear", &inputs, &axis, wish, 1).remove(0)
            }
        }
    }

    /// The order in which a tensor for a value is there, if none is in the order that is wanted, and how it is turned.
    fn elsewhere(&self, id: ValueId, order: Order) -> Option<(Order, Vec<usize>)> {
        if self.value(id).data.is_some() || self.made(id, order) {
            return None;
        }
        match order {
            OWN => {
                [FIRST, LAST_FIRST].into_iter().find(|own| self.made(id, own)).map(|own| (own, inverse(own)))
            }
            _ => Some((OWN, order.to_vec())),
        }
    }

    /// Says which real numbers a value stands for: they become what it is stored as.
    pub(super) fn write(&mut self, id: ValueId, order: Order, real: String) {
        let value = self.value(id);
        match &value.repr {
            Repr::Plain(Type::F16) => {
                let half = self.cast(&real, Type::F16);
                self.write_stored(id, order, half);
            }
            Repr::Plain(_) => self.write_stored(id, order, real),
            Repr::Quant(quant) => {
                let name = self.claim(id, order);
                let (scale, axis) = self.file.scale(&turned(quant, order, value), &self.names[id.0]);
                let inputs = [&real, &scale[0], &scale[1]].map(String::as_str);
                let made = self.file.node("QuantizeLinear", &inputs, &axis, &name, 1).remove(0);
                self.file.rename(&made, &name);
                self.forms.entry((id, order)).or_default().stored = Some(name);
            }
        }
    }

    /// Says what a value is stored as.
    pub(super) fn write_stored(&mut self, id: ValueId, order: Order, stored: String) {
        let known = self
            .forms
            .values()
            .any(|form| form.stored.as_ref() == Some(&stored) || form.real.as_ref() == Some(&stored));
        let mut name = stored;
        if !known {
            let claimed = self.claim(id, order);
            if self.file.rename(&name, &claimed) {
                name = claimed;
            }
        }
        self.forms.entry((id, order)).or_default().stored = Some(name);
    }

    /// Whether a tensor for this order is there.
    pub(super) fn made(&self, id: ValueId, order: Order) -> bool {
        self.forms.get(&(id, order)).is_some_and(|form| form.stored.is_some())
    }

    /// The order in which an operator computes element by element: that in which its images stand already, if the other
    /// values it reads are images, too, or constants.
    pub(super) fn order(&self, ids: &[ValueId], y: ValueId) -> Order {
        let image = |id: ValueId| self.value(id).shape.len() == 4;
        let turned = |id: &ValueId| image(*id) && self.made(*id, FIRST) && !self.made(*id, OWN);
        let joins = |id: &ValueId| {
            let value = self.value(*id);
            image(*id) || value.data.is_some() && value.shape.len() < 4
        };
        let first = image(y) && ids.iter().any(turned) && ids.iter().all(joins);
        if first { FIRST } else { OWN }
    }

    fn transpose(&mut self, from: &str, order: &[usize], name: &str) -> String {
        let perm = order.iter().map(|axis| *axis as i64).collect();
        let made = self.file.node("Transpose", &[from], &[Ints("perm", perm)], name, 1).remove(0);
        self.file.rename(&made, name);
        name.into()
    }

    pub(super) fn cast(&mut self, name: &str, store: Type) -> String {
        self.node("Cast", &[name], &[Int("to", super::file::number(store).into())])
    }

    /// The name of a value's tensor, once; a longer one for its other orders.
    fn claim(&mut self, id: ValueId, order: Order) -> String {
        let own = self.names[id.0].clone();
        if self.value(id).state && order == OWN {
            return self.file.fresh(&format!("{own}/next"));
        }
        let port = self.graph.inputs.contains(&id) || self.graph.outputs.contains(&id);
        if (order == OWN || !port) && self.claimed.insert(id) {
            return own;
        }
        self.file.fresh(&format!("{own}/{}", if order == OWN { "channels_last" } else { "channels_first" }))
    }

    /// Adds a node with one output.
    pub(super) fn node(&mut self, op: &str, inputs: &[&str], attributes: &[Attribute]) -> String {
        let wish = format!("{}/{}", self.here, op.to_lowercase());
        self.file.node(op, inputs, attributes, &wish, 1).remove(0)
    }
}

/// Where an axis of a value lies in this order.
pub(super) fn place(order: Order, axis: usize) -> usize {
    order.iter().position(|own| *own == axis).unwrap_or(axis)
}

/// The order that undoes one.
pub(super) fn inverse(order: &[usize]) -> Vec<usize> {
    (0..order.len()).map(|axis| order.iter().position(|own| *own == axis).unwrap_or(axis)).collect()
}

/// The quantization of a value in this order, which may have more axes in front.
fn turned(quant: &Quant, order: Order, value: &Value) -> Quant {
    let more = order.len().saturating_sub(value.shape.len());
    let grain = match quant.grain {
        Grain::Channel(axis) | Grain::Groups { axis, .. } => Grain::Channel(place(order, axis + more)),
        Grain::Tensor => Grain::Tensor,
    };
    Quant { grain, ..quant.clone() }
}

/// A constant with its axes in another order; those of fewer axes get more in front.
fn permuted(value: &Value, order: Order) -> Value {
    let (Some(data), false) = (&value.data, order.is_empty()) else { return value.clone() };
    let mut shape = vec![1; order.len().saturating_sub(value.shape.len())];
    shape.extend(&value.shape);
    let mut strides = vec![1; shape.len()];
    for axis in (1..shape.len()).rev() {
        strides[axis - 1] = strides[axis] * shape[axis];
    }
    let made: Vec<usize> = order.iter().map(|axis| shape[*axis]).collect();
    let width = value.repr.store().bytes();
    let mut moved = Vec::with_capacity(data.len());
    for mut at in 0..value.elements() {
        let mut from = 0;
        for (axis, extent) in order.iter().zip(&made).rev() {
            from += at % extent * strides[*axis];
            at /= extent;
        }
        moved.extend_from_slice(&data[from * width..(from + 1) * width]);
    }
    Value { shape: made, data: Some(moved), ..value.clone() }
}
