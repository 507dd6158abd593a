//! Weighted layers that the int8 kernels do not take: int16 activations, filters with a zero point or of 4 bits, and
//! transposed convolutions. All of them are the core's one convolution in general.

use super::conv::filter_scales;
use super::{Lowering, Slot, extent, label, name};
use crate::graph::{Activation, Grain, Node, Rounding, Type, Value, Window};
use crate::quant::{Channel, Multiplier, clamp_to, integers, narrow, prove, prove_long, reach_of};
use midge_core::ops::{
    self,
    spread::Spread,
    weighted::{Grouped, Weighted},
    window,
};
use midge_core::plan::Kind;
use midge_runtime::host::OperandName;
use std::ops::RangeInclusive;

/// A filter, as far as it can be made an ordinary one.
pub(super) struct Filter<'g> {
    /// The tensor.
    pub(super) value: &'g Value,
    /// Its elements, a byte each.
    pub(super) data: Vec<u8>,
    /// What is to be taken off each element.
    pub(super) zero: i8,
}

/// A layer as a convolution in general.
pub(super) struct Layer<'g> {
    /// Geometry.
    pub(super) spread: Spread,
    /// Its elements are `[out][h][w][depth]`.
    pub(super) filter: Filter<'g>,
    /// Rows of the output.
    pub(super) rows: usize,
    /// Fused clamp.
    pub(super) activation: Activation,
}

/// The geometry of a window over an image as it is; `depth` is that of the filter.
pub(super) fn whole(window: window::Window, depth: usize) -> Result<Spread, String> {
    Ok(Spread { window, up_h: 1, up_w: 1, depth: extent(depth, "the filter's depth")? })
}

impl Filter<'_> {
    /// Brings the element at `place(i)` to `i`, for each i.
    pub(super) fn arrange(&mut self, place: impl Fn(usize) -> usize) {
        let elements: Vec<&[u8]> = self.data.chunks_exact(self.value.repr.store().bytes()).collect();
        self.data = (0..elements.len()).flat_map(|i| elements[place(i)]).copied().collect();
    }
}

impl<'g> Lowering<'g> {
    /// The filter of a node. A zero point is taken off the elements where their type holds what is left.
    pub(super) fn filter(&self, node: &Node) -> Result<Filter<'g>, String> {
        let (value, data) = self.constant_input(node, 1)?;
        let zeros = value.repr.quant().map_or(&[][..], |q| &q.zero);
        let zero = match zeros {
            [zero] => {
                i8::try_from(*zero).map_err(|_| format!("{} has a zero point beyond int8", value.name))?
            }
            _ => 0,
        };
        let moved = data.iter().map(|w| less(value.repr.store(), w.cast_signed(), zero));
        Ok(match moved.collect() {
            Some(data) => Filter { value, data, zero: 0 },
            None => Filter { value, data: data.to_vec(), zero },
        })
    }

    /// Whether the int8 kernels take a node with this filter.
    pub(super) fn is_plain(&self, node: &Node, filter: &Filter<'_>) -> Result<bool, String> {
        let store = self.input(node, 0)?.1.repr.store();
        Ok(store != Type::I16
            && !store.is_float()
            && filter.zero == 0
            && filter.value.repr.store() == Type::I8)
    }

    pub(super) fn transpose_conv(
        &mut self,
        node: &Node,
        window: &Window,
        activation: Activation,
    ) -> Result<(), String> {
        if window.dilation != [1, 1] {
            return Err("spreads the taps of its filter, which no kernel of it does".into());
        }
        let forwards = self.window(node, window, None)?;
        let mut filter = self.filter(node)?;
        let [_, k_h, k_w, depth] = filter.value.shape[..] else {
            return Err("needs a filter of four dimensions".into());
        };
        let taps = k_h * k_w;
        // each filter is turned by 180 degrees
        let place = |i: usize| (i / taps / depth * taps + (taps - 1 - i / depth % taps)) * depth + i % depth;
        filter.arrange(place);
        let around = |k: usize, margin: usize| {
            k.checked_sub(margin + 1)
                .ok_or("pads more than its filter reaches")
                .map(|p| extent(p, "the padding"))
        };
        let window = window::Window {
            s_h: 1,
            s_w: 1,
            p_h: around(k_h, window.margins.top)??,
            p_w: around(k_w, window.margins.left)??,
            ..forwards
        };
        let spread = Spread { up_h: forwards.s_h, up_w: forwards.s_w, ..whole(window, depth)? };
        let rows = self.image_rows(node)?;
        self.weighted(node, Layer { spread, filter, rows, activation })
    }

    /// A layer in general.
    pub(super) fn weighted(&mut self, node: &Node, layer: Layer<'g>) -> Result<(), String> {
        let (x, y) = (self.input(node, 0)?.1, self.output(node)?.1);
        if x.repr.store().is_float() {
            return self.weighted_float(node, layer);
        }
        let ((x_store, x_scale, x_zero), (y_store, y_scale, y_zero)) = (integers(x)?, integers(y)?);
        let range = match (x_store, y_store) {
            (Type::I8, Type::I8) => -128..=127,
            (Type::I16, Type::I16) => i16::MIN..=i16::MAX,
            _ => return Err(format!("makes {y_store} of {x_store}; both must be of one type")),
        };
        if x_store == Type::I16 && (x_zero, y_zero) != (0, 0) {
            return Err("has int16 activations with a zero point, which LiteRT refuses too".into());
        }
        let (lo, hi) = clamp_to(layer.activation, y_scale, y_zero, range.clone());
        let Filter { value, data, zero } = layer.filter;
        let n = usize::from(layer.spread.window.out_c);
        let (bias, long) = self.long_bias(node, n)?;
        let [least, most] = [range.start(), range.end()].map(|end| i64::from(*end) - i64::from(x_zero));
        let inputs = least..=most;
        let filters = data.chunks_exact((data.len() / n.max(1)).max(1));
        let reach = filters.zip(&bias).map(|(filter, bias)| {
            reach_of(filter.iter().map(|w| i64::from(w.cast_signed()) - i64::from(zero)), *bias, &inputs)
        });
        let scales = filter_scales(value, n)?;
        let factors = scales.iter().map(|s| f64::from(x_scale) * f64::from(*s) / f64::from(y_scale));
        let sums = Sums { factors: factors.collect(), reach: reach.collect(), zero: y_zero, clamp: (lo, hi) };
        let four = x_store == Type::I8 && value.repr.store() == Type::I4;
        let size = value.repr.quant().and_then(|quant| match quant.grain {
            Grain::Groups { size, .. } if four => Some(size),
            _ => None,
        });
        // where a pass has left no groups, weights take a byte each
        let groups = size.and_then(|size| Some((factored(&data, data.len() / n.max(1), size)?, size)));
        let packed = four && size.is_some() == groups.is_some();
        let (code, multipliers, kind) = match (x_store, node.rounding == Rounding::LitertOnce, packed) {
            (Type::I8, false, false) => (ops::WEIGHTED_I8, sums.twice()?, Kind::I32),
            (Type::I8, false, true) => (ops::WEIGHTED_I4, sums.twice()?, Kind::I32),
            (Type::I8, true, false) => (ops::WEIGHTED_I8_ONCE, sums.once()?, Kind::I32),
            (Type::I8, true, true) => (ops::WEIGHTED_I4_ONCE, sums.once()?, Kind::I32),
            (_, false, _) if long => (ops::WEIGHTED_I16_WIDE, sums.wide()?, Kind::I64),
            (_, false, _) => (ops::WEIGHTED_I16, sums.twice()?, Kind::I32),
            (_, true, _) => (ops::WEIGHTED_I16_LONG, sums.long(long)?, Kind::I64),
        };
        let record = Weighted { spread: layer.spread, x_zero, y_zero, lo, hi, w_zero: zero };
        if let Some(((weights, factors), size)) = groups {
            let code =
                if code == ops::WEIGHTED_I4 { ops::WEIGHTED_I4_GROUPS } else { ops::WEIGHTED_I4_GROUPS_ONCE };
            let weights = self.constant(Kind::I4, nibbles(&weights), name(value));
            let factors =
                self.constant(Kind::U8, nibbles(&factors), label(&format!("{}: factors", value.name)));
            let blob = self.blob(kind, &bias, &multipliers, value);
            let (x, y) = (self.activation(node.inputs[0])?, self.activation(node.outputs[0])?);
            let record = Grouped { layer: record, group: extent(size, "the size of a group")? };
            return self.step(node, code, layer.rows, 1, vec![y, x, weights, factors, blob], &record.bytes());
        }
        let weights = match packed {
            true => self.constant(Kind::I4, nibbles(&data), name(value)),
            false => self.constant(Kind::I8, data, name(value)),
        };
        let blob = self.blob(kind, &bias, &multipliers, value);
        let (x, y) = (self.activation(node.inputs[0])?, self.activation(node.outputs[0])?);
        self.step(node, code, layer.rows, 1, vec![y, x, weights, blob], &record.bytes())
    }

    /// The biases of `n` channels, and whether sums have 64 bits: as LiteRT, unless the bias is int32.
    fn long_bias(&self, node: &Node, n: usize) -> Result<(Vec<i64>, bool), String> {
        match self.input(node, 2) {
            Ok((_, value)) if value.repr.store() == Type::I64 => {
                let (_, data) = self.constant_input(node, 2)?;
                let bias: Vec<i64> = data.as_chunks().0.iter().map(|b| i64::from_le_bytes(*b)).collect();
                match bias.len() == n {
                    true => Ok((bias, true)),
                    false => Err(format!("has {} biases for {n} channels", bias.len())),
                }
            }
            given => Ok((self.bias(node, n)?.into_iter().map(i64::from).collect(), given.is_err())),
        }
    }

    /// The constants of a layer's channels, as numbers of type `kind`.
    fn blob(&mut self, kind: Kind, bias: &[i64], multipliers: &[(i64, i32)], filter: &Value) -> Slot {
        let width = kind.bytes() as usize;
        let numbers = bias.iter().chain(multipliers.iter().map(|(value, _)| value));
        let mut bytes: Vec<u8> = numbers.flat_map(|n| n.to_le_bytes().into_iter().take(width)).collect();
        bytes.extend(multipliers.iter().flat_map(|(_, shift)| (*shift as i8).to_le_bytes()));
        bytes.resize(bytes.len().next_multiple_of(width), 0);
        let name = OperandName {
            name: format!("{}: biases and multipliers", filter.name),
            shape: vec![bias.len()],
            ..OperandName::default()
        };
        self.constant(kind, bytes, name)
    }
}

/// The sums of a layer, and how they become outputs: each way gives multipliers and shifts, one for each factor.
struct Sums {
    /// One for all channels, or one for each.
    factors: Vec<f64>,
    /// For each channel.
    reach: Vec<RangeInclusive<i64>>,
    /// Zero point of the output.
    zero: i16,
    /// Least and greatest output.
    clamp: (i16, i16),
}

/// The most that LiteRT's 64-bit scaling takes.
const WIDEST: i64 = 1 << 47;

impl Sums {
    fn twice(&self) -> Result<Vec<(i64, i32)>, String> {
        self.reach.iter().try_for_each(|reach| narrow(reach).map(drop))?;
        self.each(|factor, _| Multiplier::new(factor).map(|m| (m.value.into(), m.shift)))
    }

    fn once(&self) -> Result<Vec<(i64, i32)>, String> {
        let byte = |n: i16| n as i8;
        let (zero, clamp) = (byte(self.zero), (byte(self.clamp.0), byte(self.clamp.1)));
        self.each(|factor, reach| {
            prove(&Channel { factor, zero, clamp, reach }).map(|m| (m.value.into(), m.shift))
        })
    }

    fn wide(&self) -> Result<Vec<(i64, i32)>, String> {
        if self.reach.iter().any(|r| *r.start() < -WIDEST || *r.end() >= WIDEST) {
            return Err("its sums can leave 48 bits; make the layer smaller or its bias".into());
        }
        self.each(|factor, _| match Multiplier::new(factor)? {
            Multiplier { shift: 8.., .. } => {
                Err(format!("its scales give the factor {factor}, which is too large"))
            }
            m => Ok((m.value.into(), m.shift)),
        })
    }

    fn long(&self, long: bool) -> Result<Vec<(i64, i32)>, String> {
        if !long {
            self.reach.iter().try_for_each(|reach| narrow(reach).map(drop))?;
        }
        self.each(|factor, reach| prove_long(factor, self.clamp, &reach).map(|m| (m.value, m.shift)))
    }

    /// `scale` of each factor and the sums that it scales.
    fn each(
        &self,
        scale: impl Fn(f64, RangeInclusive<i64>) -> Result<(i64, i32), String>,
    ) -> Result<Vec<(i64, i32)>, String> {
        if let [factor] = self.factors[..] {
            let least = self.reach.iter().map(|r| *r.start()).min().unwrap_or(0);
            let most = self.reach.iter().map(|r| *r.end()).max().unwrap_or(0);
            return Ok(vec![scale(factor, least..=most)?]);
        }
        self.factors.iter().zip(&self.reach).map(|(factor, reach)| scale(*factor, reach.clone())).collect()
    }
}

/// A weight without its zero point, if the type holds that.
fn less(store: Type, w: i8, zero: i8) -> Option<u8> {
    let range = if store == Type::I4 { -8..=7 } else { i8::MIN..=i8::MAX };
    w.checked_sub(zero).filter(|left| range.contains(left)).map(i8::cast_unsigned)
}

/// Filters of `taps` weights as integers of 4 bits and the factors of their groups; none where they have no such factors.
fn factored(data: &[u8], taps: usize, size: usize) -> Option<(Vec<u8>, Vec<u8>)> {
    let (mut weights, mut factors) = (Vec::new(), Vec::new());
    let groups = data.chunks(taps.max(1)).flat_map(|filter| filter.chunks(size.max(1)));
    for group in groups {
        let apart = |w: u8, factor: i8| {
            let w = w.cast_signed();
            (w % factor == 0 && (-8..=7).contains(&(w / factor))).then(|| (w / factor).cast_unsigned())
        };
        let parts = |factor| group.iter().map(|w| apart(*w, factor)).collect::<Option<Vec<u8>>>();
        let (factor, parts) = (1..=15).find_map(|factor| Some((factor, parts(factor)?)))?;
        weights.extend(parts);
        factors.push(factor.cast_unsigned());
    }
    Some((weights, factors))
}

/// 4-bit integers, two in a byte, the first in its low half.
fn nibbles(data: &[u8]) -> Vec<u8> {
    data.chunks(2).map(|pair| pair.iter().rev().fold(0, |byte, w| byte << 4 | w & 15)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_a_weight_has_its_type() {
        assert_eq!([7, 4, -8].map(|w| less(Type::I4, w, -3)), [None, Some(7), Some(251)]);
        assert_eq!([127, 126, -128].map(|w| less(Type::I8, w, -1)), [None, Some(127), Some(129)]);
    }

    #[test]
    fn groups_have_the_least_factor_that_leaves_four_bits() {
        let bytes = |weights: &[i8]| weights.iter().map(|w| w.cast_unsigned()).collect::<Vec<_>>();
        // two filters of three weights
        let made = factored(&bytes(&[105, -45, 6, 0, 0, -8]), 3, 2);
        assert_eq!(made, Some((bytes(&[7, -3, 6, 0, 0, -8]), vec![15, 1, 1, 1])));
        assert_eq!(factored(&bytes(&[105, -44]), 2, 2), None);
        assert_eq!(factored(&bytes(&[-120, 127]), 2, 1), None);
    }

    #[test]
    fn the_first_nibble_is_low() {
        assert_eq!(nibbles(&[1, 0xff, 0xf8]), [0xf1, 0x08]);
    }
}
