//! Shapes of operators that remember something.

use super::volume;
use crate::graph::Lstm;

/// x `[time, batch, inputs]`, the first two in either order, or `[batch, inputs]`; as many outputs for each.
pub(super) fn lstm(lstm: &Lstm, inputs: &[&[usize]]) -> Result<Vec<usize>, String> {
    let operand = |number| lstm.position(number).and_then(|at| inputs.get(at)).copied();
    let needed = |number| operand(number).ok_or_else(|| format!("has no input {number}"));
    let x = needed(0)?;
    let (batch, width) = match *x {
        [batch, width] => (batch, width),
        [_, batch, width] if lstm.time_major => (batch, width),
        [batch, _, width] => (batch, width),
        _ => return Err(format!("needs an input of 2 or 3 dimensions, not {x:?}")),
    };
    let &[cells, outputs] = needed(8)? else { return Err("needs matrices as weights".into()) };
    // input, forget, cell, output: the first is not there where it is coupled to the second
    let coupled = operand(1).is_none();
    let gates = |numbers: [u32; 4], shape: &[usize]| {
        numbers.into_iter().enumerate().try_for_each(|(gate, number)| match operand(number) {
            None if gate == 0 && coupled => Ok(()),
            Some(found) if found == shape && !(gate == 0 && coupled) => Ok(()),
            found => Err(format!("input {number} is {found:?} where {shape:?} is needed")),
        })
    };
    gates([1, 2, 3, 4], &[cells, width])?;
    gates([5, 6, 7, 8], &[cells, outputs])?;
    gates([12, 13, 14, 15], &[cells])?;
    // the cell's own gate does not look at the cell
    if [9, 10, 11].into_iter().any(|number| operand(number).is_some()) {
        gates([9, 10, 11, 11], &[cells])?;
    }
    if (20..24).any(|number| operand(number).is_some()) {
        gates([20, 21, 22, 23], &[cells])?;
    }
    match operand(16) {
        Some(found) if found != [outputs, cells] => {
            return Err(format!("a projection of {found:?} does not make {outputs} of {cells} cells"));
        }
        None if outputs != cells => return Err(format!("has {outputs} outputs of {cells} cells")),
        _ => {}
    }
    if operand(17).is_some_and(|found| found != [outputs]) {
        return Err("has a bias of its projection that does not fit".into());
    }
    for (number, size) in [(18, outputs), (19, cells)] {
        if volume(needed(number)?) != batch.checked_mul(size) {
            return Err(format!("input {number} does not hold {size} numbers for each of {batch} sequences"));
        }
    }
    let (_, outer) = x.split_last().unwrap_or((&0, &[]));
    Ok([outer, &[outputs]].concat())
}

/// x `[batch, inputs]`, feature weights `[units * rank, inputs]`, time weights `[units * rank, memory]`, optionally a bias
/// `[units]`, and the state, `memory` for each filter and sequence.
pub(super) fn svdf(rank: usize, inputs: &[&[usize]]) -> Result<Vec<usize>, String> {
    let (&[x, feature, time], rest) = inputs.split_first_chunk::<3>().ok_or("has too few inputs")?;
    let (&[batch, width], &[filters, deep], &[many, memory]) = (x, feature, time) else {
        return Err(format!("needs matrices, not {x:?}, {feature:?} and {time:?}"));
    };
    let units = filters.checked_div(rank).filter(|units| units.checked_mul(rank) == Some(filters));
    let Some(units) = units.filter(|_| width == deep && filters == many) else {
        return Err(format!("filters of {feature:?} and {time:?} with rank {rank} do not fit {x:?}"));
    };
    let (state, bias) = rest.split_last().ok_or("has no state")?;
    if volume(state) != volume(&[batch, filters, memory]) || bias.iter().any(|bias| **bias != [units]) {
        return Err(format!("a state of {state:?} or a bias does not fit {filters} filters"));
    }
    Ok(vec![batch, units])
}
