//! ATTENTION of an ONNX file: products of matrices around a softmax, its masks made of constants where they are known.

use super::call::Call;
use super::{Made, refuse};
use crate::graph::{Binary, Op, Reduce, Type, Unary, ValueId};

/// What is added to a score that does not count. The device has no use for infinities: after any score, its
/// exponential is 0.
const NEVER: f32 = -1e30;

impl Call<'_, '_> {
    pub(super) fn attention(&mut self) -> Made {
        let (q, k, v) = (self.input(0)?, self.input(1)?, self.input(2)?);
        if self.store(q) != Type::F32
            || self.has_output(3) && self.int("qk_matmul_output_mode").unwrap_or(0) == 3
        {
            // rows in which nothing counts are 0 there
            return refuse(format!("works on {}, or shows what its softmax makes", self.store(q)));
        }
        let flat = self.rank(q) == 3;
        let heads = |call: &mut Self, x, name: &str| match flat {
            true => {
                let n = call.int(name).and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
                call.heads(x, n)
            }
            false => Ok(x),
        };
        let q = heads(self, q, "q_num_heads")?;
        let (mut k, mut v) = (heads(self, k, "kv_num_heads")?, heads(self, v, "kv_num_heads")?);
        let mut past = 0;
        if let (Some(before_k), Some(before_v)) = (self.maybe(4), self.maybe(5)) {
            past = self.shape(before_k).get(2).copied().unwrap_or(0);
            (k, v) = (self.concat(&[before_k, k], 2)?, self.concat(&[before_v, v], 2)?);
        }
        let (present_k, present_v) = (k, v);
        let [_, q_heads, rows, depth] = self.shape(q)[..] else { return refuse("needs 3 or 4 axes") };
        let [_, kv_heads, columns, _] = self.shape(k)[..] else { return refuse("needs 3 or 4 axes") };
        if kv_heads == 0 || q_heads % kv_heads != 0 {
            return refuse(format!("has {q_heads} heads over {kv_heads}"));
        }
        if q_heads != kv_heads {
            let places: Vec<usize> = (0..q_heads).map(|head| head * kv_heads / q_heads).collect();
            (k, v) = (self.pick(k, 1, &places)?, self.pick(v, 1, &places)?);
        }
        let scale = f64::from(self.float("scale", 1.0 / (depth as f32).sqrt()));
        let q = self.times(q, scale)?;
        let mut scores = self.matmul(q, k, [false, true])?;
        let mut shown = scores;
        let mode = self.int("qk_matmul_output_mode").unwrap_or(0);
        let cap = f64::from(self.float("softcap", 0.0));
        if cap > 0.0 {
            let inner = self.times(scores, 1.0 / cap)?;
            let inner = self.unary(Unary::Tanh, inner)?;
            scores = self.times(inner, cap)?;
        }
        if mode == 1 {
            shown = scores;
        }
        let (bias, blank) = self.bias(rows, columns, past)?;
        if let Some(bias) = bias {
            scores = self.add(scores, bias)?;
        }
        if mode == 2 {
            shown = scores;
        }
        let mut shares = self.softmax(scores, 3)?;
        if let Some(blank) = blank {
            shares = self.mul(shares, blank)?;
        }
        let mut y = self.matmul(shares, v, [false, false])?;
        if flat {
            y = self.transpose(y, &[0, 2, 1, 3])?;
            let [n, rows, heads, depth] = self.shape(y)[..] else { return refuse("needs 3 or 4 axes") };
            y = self.reshape(y, &[n, rows, heads * depth])?;
        }
        Ok(vec![y, present_k, present_v, shown])
    }

    /// `[batch, rows, heads * depth]` as `[batch, heads, rows, depth]`.
    fn heads(&mut self, x: ValueId, heads: usize) -> Made<ValueId> {
        let [n, rows, wide] = self.shape(x)[..] else { return refuse("needs 3 or 4 axes") };
        if heads == 0 || wide % heads != 0 {
            return refuse(format!("splits {wide} numbers into {heads} heads"));
        }
        let x = self.reshape(x, &[n, rows, heads, wide / heads])?;
        self.transpose(x, &[0, 2, 1, 3])
    }

    /// What is added to the scores, and which rows have anything that counts.
    fn bias(&mut self, rows: usize, columns: usize, past: usize) -> Made<(Option<ValueId>, Option<ValueId>)> {
        let lengths = self.numbers(6, "number of valid keys")?;
        let causal = self.flag("is_causal");
        let (left, right) =
            (self.int("left_window_size").unwrap_or(-1), self.int("right_window_size").unwrap_or(-1));
        let mut bias = match self.maybe(3) {
            Some(mask) => Some(self.mask(mask, columns)?),
            None => None,
        };
        if causal || left >= 0 || right >= 0 || lengths.is_some() {
            let batches = lengths.as_ref().map_or(1, Vec::len);
            let mut known = Vec::new();
            for (batch, row) in (0..batches).flat_map(|batch| (0..rows).map(move |row| (batch, row))) {
                let length = lengths.as_ref().map(|all| all[batch]);
                let offset = length.map_or(past as i64, |length| length - rows as i64);
                for column in 0..columns as i64 {
                    let ahead = column - (row as i64 + offset);
                    let hidden = causal && ahead > 0
                        || left >= 0 && -ahead > left
                        || right >= 0 && ahead > right
                        || length.is_some_and(|length| column >= length);
                    known.push(if hidden { NEVER } else { 0.0 });
                }
            }
            let known = self.floats(&[batches, 1, rows, columns], &known);
            bias = Some(match bias {
                Some(mask) => self.add(mask, known)?,
                None => known,
            });
        }
        let Some(bias) = bias else { return Ok((None, None)) };
        let last = self.rank(bias) - 1;
        let best = self.reduce(Reduce::Max, bias, &[last], true)?;
        let counts = self.with(Binary::Greater, best, f64::from(NEVER) / 2.0)?;
        let counts = self.cast(counts, Type::F32)?;
        let all = self.known_floats(counts).is_some_and(|all| all.iter().all(|x| *x == 1.0));
        Ok((Some(bias), Some(counts).filter(|_| !all)))
    }

    /// A mask of truth values or of numbers to add, as wide as there are keys.
    fn mask(&mut self, mask: ValueId, columns: usize) -> Made<ValueId> {
        let mask = match self.store(mask) {
            Type::Bool => {
                let zero = self.floats(&[], &[0.0]);
                let never = self.floats(&[], &[NEVER]);
                self.select(mask, zero, never)?
            }
            Type::F32 => self.with(Binary::Maximum, mask, NEVER.into())?,
            other => return refuse(format!("has a mask of {other}")),
        };
        let Some(n) = self.shape(mask).last().copied() else { return refuse("has one number as its mask") };
        let rank = self.rank(mask);
        if n == 1 || n >= columns {
            return Ok(mask);
        }
        let mut margins = vec![[0, 0]; rank];
        margins[rank - 1] = [0, columns - n];
        self.pad(mask, &margins, NEVER.into())
    }

    /// Pairs of numbers that are turned by angles which follow from the position.
    pub(super) fn rotary(&mut self) -> Made {
        let x = self.input(0)?;
        let flat = self.rank(x) == 3;
        let x = if flat {
            let n = self.int("num_heads").and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
            self.heads(x, n)?
        } else {
            x
        };
        let [n, heads, rows, depth] = self.shape(x)[..] else { return refuse("needs 3 or 4 axes") };
        let turned = match self.int("rotary_embedding_dim").and_then(|n| usize::try_from(n).ok()) {
            Some(dim) if dim > 0 => dim,
            _ => depth,
        };
        if turned > depth || turned % 2 != 0 {
            return refuse(format!("turns {turned} of {depth} numbers"));
        }
        let half = turned / 2;
        let angle = |call: &mut Self, i: usize| {
            let mut cache = call.input(i)?;
            if let Some(places) = call.maybe(3) {
                cache = call.op(Op::Gather { axis: 0, batch: 0 }, &[cache, places])?;
            }
            let [batch, rows, half] = call.shape(cache)[..] else {
                return refuse("has angles of another shape");
            };
            call.reshape(cache, &[batch, 1, rows, half])
        };
        let (cos, sin) = (angle(self, 1)?, angle(self, 2)?);
        let (first, second) = match self.flag("interleaved") {
            true => (self.along(x, 3, 0, 2, half)?, self.along(x, 3, 1, 2, half)?),
            false => (self.along(x, 3, 0, 1, half)?, self.along(x, 3, half, 1, half)?),
        };
        let (a, b) = (self.mul(first, cos)?, self.mul(second, sin)?);
        let real = self.sub(a, b)?;
        let (a, b) = (self.mul(first, sin)?, self.mul(second, cos)?);
        let imaginary = self.add(a, b)?;
        let mut parts = match self.flag("interleaved") {
            true => {
                let both = self.stack(&[real, imaginary], 4)?;
                vec![self.reshape(both, &[n, heads, rows, turned])?]
            }
            false => vec![real, imaginary],
        };
        if turned < depth {
            parts.push(self.along(x, 3, turned, 1, depth - turned)?);
        }
        let mut y = self.concat(&parts, 3)?;
        if flat {
            y = self.transpose(y, &[0, 2, 1, 3])?;
            y = self.reshape(y, &[n, rows, heads * depth])?;
        }
        Ok(vec![y])
    }

    /// A depthwise convolution over time that sees the past only, and what the next call must see of it.
    pub(super) fn causal_conv(&mut self) -> Made {
        let (x, filter) = (self.input(0)?, self.input(1)?);
        let filter = self.fixed(filter, "filter")?;
        let (&[n, channels, length], &[_, _, taps]) = (&self.shape(x)[..], &self.shape(filter)[..]) else {
            return refuse("needs 3 axes");
        };
        let bias = match self.maybe(2) {
            Some(bias) => Some(self.fixed(bias, "bias")?),
            None => None,
        };
        let past = match self.maybe(3) {
            Some(past) => past,
            None if taps > 1 => self.full(x, &[n, channels, taps - 1], 0.0)?,
            None => return refuse("has one tap, and so no past"),
        };
        if taps < 2 {
            return refuse("has one tap, and so no past");
        }
        let all = self.concat(&[past, x], 2)?;
        let moves = super::window::Moves {
            kernel: vec![taps],
            stride: vec![1],
            dilation: vec![1],
            pads: vec![[0, 0]],
        };
        let mut y = self.convolve(all, filter, bias, moves, channels)?;
        if self.text("activation", "none") != "none" {
            y = self.swish(y, 1.0)?;
        }
        Ok(vec![y, self.along(all, 2, length, 1, taps - 1)?])
    }

    /// A state that each token changes and is asked of, token after token.
    pub(super) fn linear_attention(&mut self) -> Made {
        let number = |name: &str| self.int(name).and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        let (q_heads, kv_heads) = (number("q_num_heads"), number("kv_num_heads"));
        if kv_heads == 0 || q_heads % kv_heads != 0 {
            return refuse(format!("has {q_heads} heads over {kv_heads}"));
        }
        let mut parts = Vec::new();
        for (i, heads) in [(0, q_heads), (1, kv_heads), (2, kv_heads)] {
            let x = self.input(i)?;
            parts.push(self.heads(x, heads)?);
        }
        let [n, _, rows, depth] = self.shape(parts[0])[..] else { return refuse("needs 3 axes") };
        let made = self.shape(parts[2])[3];
        let mut state = match self.maybe(3) {
            Some(state) => state,
            None => self.full(parts[0], &[n, kv_heads, depth, made], 0.0)?,
        };
        let rule = self.text("update_rule", "gated_delta");
        let decay = match self.maybe(4) {
            Some(decay) if rule.starts_with("gated") => {
                let decay = self.heads(decay, kv_heads)?;
                Some(self.unary(Unary::Exp, decay)?)
            }
            _ => None,
        };
        let rate = match self.maybe(5) {
            Some(rate) if rule.ends_with("delta") => {
                let wide = self.shape(rate).last().copied().unwrap_or(0);
                Some(self.heads(rate, wide)?)
            }
            _ => None,
        };
        let scale = match self.float("scale", 0.0) {
            0.0 => 1.0 / (depth as f64).sqrt(),
            scale => scale.into(),
        };
        let places: Vec<usize> = (0..q_heads).map(|head| head * kv_heads / q_heads).collect();
        let mut outputs = Vec::new();
        for t in 0..rows {
            let q = self.along(parts[0], 2, t, 1, 1)?;
            let k = self.along(parts[1], 2, t, 1, 1)?;
            let mut v = self.along(parts[2], 2, t, 1, 1)?;
            let column = self.flip(k)?;
            if let Some(decay) = decay {
                let now = self.along(decay, 2, t, 1, 1)?;
                let now = self.flip(now)?;
                state = self.mul(state, now)?;
            }
            if let Some(rate) = rate {
                let known = self.matmul(k, state, [false, false])?;
                let news = self.sub(v, known)?;
                let now = self.along(rate, 2, t, 1, 1)?;
                v = self.mul(news, now)?;
            }
            let news = self.mul(column, v)?;
            state = self.add(state, news)?;
            let seen = self.pick(state, 1, &places)?;
            outputs.push(self.matmul(q, seen, [false, false])?);
        }
        let y = self.concat(&outputs, 2)?;
        let y = self.times(y, scale)?;
        let y = self.transpose(y, &[0, 2, 1, 3])?;
        Ok(vec![self.reshape(y, &[n, rows, q_heads * made])?, state])
    }
}
