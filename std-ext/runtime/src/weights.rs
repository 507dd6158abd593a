//! The weights of a step in canonical order, whatever arrangement the plan holds for its core.

use midge_core::ops::{
    self, conv, depthwise,
    fully_connected::FullyConnected,
    weighted::{Grouped, Weighted},
};
use midge_core::plan::{Plan, Step, region};
use midge_core::simd::{fours, lanes, nested, packed, pairs, planes, polynomial, quads, twos, windows};

/// Weights in the order of the canonical kernel: `[out][h][w][in]`, `[h][w][out]` for depthwise convolutions,
/// `[out][in]` for fully connected ones, as the plan has it for the kernels of other types. Biases and multipliers are left
/// out, and so is padding. None for steps without weights, for weights of 16 bits, whose scale is in no place of its own,
/// for those that are packed in words, and for records that do not suit their constants.
pub fn of(plan: &Plan<'_>, step: &Step<'_>) -> Option<Vec<i8>> {
    let mut constants = constants(plan, step);
    let bytes = constants.next()?;
    let product = |dims: &[u16]| dims.iter().try_fold(1usize, |n, d| n.checked_mul(usize::from(*d)));
    let at = |byte: usize| bytes.get(byte).map(|b| *b as i8);
    // every weight has a byte of its own, so that the first one outside ends the search
    let all = |outer: usize, inner: usize, at: &dyn Fn(usize, usize) -> Option<i8>| {
        if outer.checked_mul(inner)? > bytes.len() {
            return None;
        }
        (0..outer).flat_map(|o| (0..inner).map(move |k| at(o, k))).collect::<Option<Vec<i8>>>()
    };
    // of the two weights in a halfword the upper holds one less where the lower is below zero
    let nested = |layout: nested::Layout, outputs: usize, taps: usize| {
        let padded = taps.checked_next_multiple_of(nested::RUN).filter(|n| *n <= bytes.len())?;
        all(outputs, taps, &|o, k| {
            let low = 2 * layout.tap(padded, o / 2, k);
            let upper = || Some(at(low + 1)?.wrapping_add(i8::from(at(low)? < 0)));
            if o.is_multiple_of(2) { upper() } else { at(low) }
        })
    };
    // by name: nothing is chosen here, only read
    match ops::name(step.code())? {
        "CONV_2D_PAIRS" => {
            let w = conv::Pairs::read(step.params())?.window;
            let taps = product(&[w.k_h, w.k_w, w.in_c])?;
            let padded = taps.checked_next_multiple_of(4).filter(|n| *n <= bytes.len())?;
            all(w.out_c.into(), taps, &|o, k| at(pairs::tap(padded, o, k)))
        }
        "DEPTHWISE_CONV_2D_QUADS" => {
            let w = depthwise::Quads::read(step.params())?.window;
            let taps = product(&[w.k_h, w.k_w]).filter(|n| *n <= bytes.len())?;
            all(taps, w.out_c.into(), &|k, c| at(quads::tap(taps, c, k)))
        }
        name @ ("DEPTHWISE_CONV_2D_PLANES" | "DEPTHWISE_CONV_2D_PLANES_5") => {
            let w = depthwise::Planes::read(step.params())?.window;
            let (side, columns) = (if name.ends_with('5') { 5 } else { 3 }, usize::from(w.k_w).max(1));
            let tap = |k, c| planes::tap(side, c, k / columns, k % columns);
            all(product(&[w.k_h, w.k_w])?, w.out_c.into(), &|k, c| at(tap(k, c)))
        }
        "CONV_2D_NESTED" => {
            let w = conv::Halfwords::read(step.params())?.window;
            nested(nested::Layout::MATRIX, w.out_c.into(), product(&[w.k_h, w.k_w, w.in_c])?)
        }
        "CONV_2D_POLYNOMIAL" => {
            let w = ops::polynomial::Polynomial::read(step.params())?.window;
            let taps = product(&[w.k_h, w.k_w, w.in_c])?;
            let padded = taps.checked_next_multiple_of(polynomial::RUN).filter(|n| *n <= bytes.len())?;
            all(w.out_c.into(), taps, &|o, k| {
                let word = bytes.as_chunks().0.get(polynomial::weight(padded, o, k))?;
                let pair = polynomial::split(i32::from_le_bytes(*word));
                i8::try_from(pair[o % 2]).ok()
            })
        }
        "CONV_2D_FOURS" => {
            let w = ops::fours::Fours::read(step.params())?.window;
            let (outputs, taps) = (usize::from(w.out_c), usize::from(w.in_c));
            all(outputs, taps, &|o, k| {
                let block = o / fours::OUTPUTS;
                // the first two share a word, and the last two
                let place = o - fours::first(outputs, block);
                let word = fours::weight(taps, block, k) + place / 2;
                let pair = polynomial::split(i32::from_le_bytes(*bytes.as_chunks().0.get(word)?));
                i8::try_from(pair[place.min(1)]).ok()
            })
        }
        "CONV_2D_TWOS" => {
            let w = ops::twos::Twos::read(step.params())?.window;
            let channels = usize::from(w.in_c);
            let words = twos::words(channels);
            all(w.out_c.into(), 4 * channels, &|o, k| {
                let tap = k / channels;
                let word = bytes.as_chunks().0.get(o * words + k % channels * 2 + tap / 2)?;
                i8::try_from(twos::split(i32::from_le_bytes(*word))[tap % 2]).ok()
            })
        }
        "FULLY_CONNECTED_NESTED" => {
            let p = FullyConnected::read(step.params())?;
            nested(nested::Layout::ROW, p.out as usize, p.depth as usize)
        }
        "CONV_2D_LANES" => {
            let w = ops::lanes::Conv2d::read(step.params())?.window;
            let taps = product(&[w.k_h, w.k_w, w.in_c])?;
            all(w.out_c.into(), taps, &|o, k| at(lanes::tap(taps, w.out_c.into(), o, k)))
        }
        "FULLY_CONNECTED_LANES" => {
            let p = FullyConnected::read(step.params())?;
            all(p.out as usize, p.depth as usize, &|o, k| {
                at(lanes::tap(p.depth as usize, p.out as usize, o, k))
            })
        }
        "DEPTHWISE_CONV_2D_WINDOWS" => {
            let w = ops::windows::Depthwise::read(step.params())?.window;
            let (shape, columns) = (ops::windows::suited(&w)?, usize::from(w.k_w).max(1));
            let channels = usize::from(w.out_c);
            all(product(&[w.k_h, w.k_w])?, channels, &|k, c| {
                at(shape.tap(windows::place(channels, c), 0, k / columns, k % columns, 0)?)
            })
        }
        "FULLY_CONNECTED_PAIRS" => {
            let p = FullyConnected::read(step.params())?;
            let padded = (p.depth as usize).checked_next_multiple_of(4).filter(|n| *n <= bytes.len())?;
            all(p.out as usize, p.depth as usize, &|o, k| at(pairs::index(padded, o, k)))
        }
        "CONV_2D_PIXELS" => {
            let w = ops::packed::Packed::read(step.params())?.window;
            let taps = product(&[w.k_h, w.k_w, w.in_c])?;
            all(w.out_c.into(), taps, &|o, k| at(o * taps.next_multiple_of(2) + k))
        }
        "DEPTHWISE_CONV_2D_CHANNELS" | "DEPTHWISE_CONV_2D_HALVES" => {
            let w = ops::channelwise::Channelwise::read(step.params())?.window;
            let (layout, columns) = (ops::channelwise::Layout::new(&w)?, usize::from(w.k_w).max(1));
            let tap = |k, c| c * layout.taps() + layout.tap(k / columns, k % columns);
            all(product(&[w.k_h, w.k_w])?, w.out_c.into(), &|k, c| at(tap(k, c)))
        }
        "FULLY_CONNECTED_PACKED_BYTES" => {
            let p = ops::packed::Row::read(step.params())?;
            let (out, part) = (p.out as usize, p.part as usize);
            let filters = out.checked_next_multiple_of(4)?.checked_mul(part).filter(|n| *n <= bytes.len())?;
            all(out, p.depth as usize, &|o, k| {
                let first = k.checked_div(part)? * filters;
                Some(at(first + packed::Row::byte(part, o, k % part))? ^ -128)
            })
        }
        "CONV_2D" | "DEPTHWISE_CONV_2D" | "FULLY_CONNECTED" | "ADD_CONSTANT" | "MUL_CONSTANT" => {
            Some(bytes.iter().map(|b| *b as i8).collect())
        }
        "WEIGHTED_I8" | "WEIGHTED_I8_ONCE" | "WEIGHTED_I16" | "WEIGHTED_I16_WIDE" | "WEIGHTED_I16_LONG" => {
            Some(bytes.iter().map(|b| *b as i8).collect())
        }
        "WEIGHTED_I4" | "WEIGHTED_I4_ONCE" => {
            let p = Weighted::read(step.params())?.spread;
            let count = product(&[p.window.out_c, p.window.k_h, p.window.k_w, p.depth])?;
            let halves = bytes.iter().flat_map(|b| [(*b << 4) as i8 >> 4, *b as i8 >> 4]);
            (count.div_ceil(2) == bytes.len()).then(|| halves.take(count).collect())
        }
        // with the factors that the kernel multiplies sums with
        "WEIGHTED_I4_GROUPS" | "WEIGHTED_I4_GROUPS_ONCE" => {
            let Grouped { layer: Weighted { spread: p, .. }, group } = Grouped::read(step.params())?;
            let (factors, taps) = (constants.next()?, product(&[p.window.k_h, p.window.k_w, p.depth])?);
            let (group, outputs) = (usize::from(group).max(1), usize::from(p.window.out_c));
            let count = outputs.checked_mul(taps).filter(|n| n.div_ceil(2) == bytes.len())?;
            let half = |bytes: &[u8], i: usize| bytes.get(i / 2).map(|b| b >> (i % 2 * 4) & 15);
            let weight = |i: usize| {
                let factor = half(factors, i / taps * taps.div_ceil(group) + i % taps / group)?;
                Some(((half(bytes, i)? << 4) as i8 >> 4).wrapping_mul(factor.cast_signed()))
            };
            (0..count).map(weight).collect()
        }
        _ => None,
    }
}

/// The constants that a step reads: filters come before what belongs to channels.
fn constants<'a>(plan: &Plan<'a>, step: &Step<'_>) -> impl Iterator<Item = &'a [u8]> {
    let reads = (step.writes()..step.operands()).map(|i| plan.operand(step.id(i)));
    let constants = reads.filter(|o| plan.region(o.region).is_some_and(|r| r.kind == region::CONSTANTS));
    constants.filter_map(|operand| {
        let start = operand.offset as usize;
        plan.constants().get(start..start.checked_add(operand.len as usize)?)
    })
}
