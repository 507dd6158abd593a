//! EINSUM of an ONNX file, where it is one product of matrices: sums over what one operand alone has come first.

use super::call::Call;
use super::{Made, refuse};
use crate::graph::{Reduce, ValueId};

impl Call<'_, '_> {
    pub(super) fn einsum(&mut self) -> Made {
        let text: String = self.text("equation", "").chars().filter(|c| !c.is_whitespace()).collect();
        let operands = self.all()?;
        let (left, right) = match text.split_once("->") {
            Some((left, right)) => (left.to_string(), Some(right.to_string())),
            None => (text, None),
        };
        let terms: Vec<&str> = left.split(',').collect();
        if terms.len() != operands.len() || terms.len() > 2 {
            return refuse(format!("joins {} operands; one or two are supported", operands.len()));
        }
        // an ellipsis stands for digits, aligned at the right
        let hidden = |(term, x): (&&str, &ValueId)| {
            let named = term.replace("...", "").chars().count();
            if term.contains("...") { self.rank(*x).saturating_sub(named) } else { 0 }
        };
        let widest = terms.iter().zip(&operands).map(hidden).max().unwrap_or(0);
        let digits: String = (0..widest).filter_map(|i| char::from_digit(i as u32, 36)).collect();
        let digits = digits.to_uppercase().replace(|c: char| c.is_ascii_alphabetic(), "");
        if digits.len() != widest {
            return refuse("has an ellipsis of too many axes");
        }
        let spelled = |(term, x): (&&str, &ValueId)| -> Vec<char> {
            let own = hidden((term, x));
            term.replace("...", &digits[widest - own..]).chars().collect()
        };
        let labels: Vec<Vec<char>> = terms.iter().zip(&operands).map(spelled).collect();
        for (label, x) in labels.iter().zip(&operands) {
            let twice = label.iter().any(|c| label.iter().filter(|d| *d == c).count() > 1);
            if label.len() != self.rank(*x) || twice {
                return refuse("takes a diagonal, which is not supported");
            }
        }
        let made: Vec<char> = match right {
            Some(right) => right.replace("...", &digits).chars().collect(),
            None => {
                let all: Vec<char> = labels.concat();
                let mut once: Vec<char> =
                    all.iter().copied().filter(|c| all.iter().filter(|d| *d == c).count() == 1).collect();
                once.retain(|c| !c.is_ascii_digit());
                once.sort_unstable();
                digits.chars().chain(once).collect()
            }
        };
        let mut known = Vec::new();
        for (i, (label, x)) in labels.iter().zip(&operands).enumerate() {
            let others = |c: &char| labels.iter().enumerate().any(|(j, other)| i != j && other.contains(c));
            let gone: Vec<usize> =
                (0..label.len()).filter(|at| !made.contains(&label[*at]) && !others(&label[*at])).collect();
            let x = self.reduce(Reduce::Sum, *x, &gone, false)?;
            let left: Vec<char> =
                label.iter().enumerate().filter(|(at, _)| !gone.contains(at)).map(|(_, c)| *c).collect();
            known.push((x, left));
        }
        let (y, labels) = match &known[..] {
            [(x, labels)] => (*x, labels.clone()),
            [(a, left), (b, right)] => self.product(*a, left, *b, right, &made)?,
            _ => return refuse("joins no operands"),
        };
        let order: Option<Vec<usize>> = made.iter().map(|c| labels.iter().position(|d| d == c)).collect();
        match order {
            Some(order) if order.len() == labels.len() => Ok(vec![self.transpose(y, &order)?]),
            _ => refuse("has an output that its operands do not make"),
        }
    }

    /// Both operands as batches of matrices, and their product.
    fn product(
        &mut self,
        a: ValueId,
        left: &[char],
        b: ValueId,
        right: &[char],
        made: &[char],
    ) -> Made<(ValueId, Vec<char>)> {
        let pick = |from: &[char], test: &dyn Fn(&char) -> bool| {
            from.iter().copied().filter(|c| test(c)).collect::<Vec<char>>()
        };
        let shared = pick(left, &|c| right.contains(c) && made.contains(c));
        let summed = pick(left, &|c| right.contains(c) && !made.contains(c));
        let (rows, columns) = (pick(left, &|c| !right.contains(c)), pick(right, &|c| !left.contains(c)));
        let sizes = |call: &Self, x: ValueId, own: &[char], labels: &[char]| -> Vec<usize> {
            let shape = call.shape(x);
            labels.iter().filter_map(|c| own.iter().position(|d| d == c)).map(|at| shape[at]).collect()
        };
        let matrices = |call: &mut Self, x: ValueId, own: &[char], groups: [&[char]; 3]| {
            let order: Vec<usize> =
                groups.concat().iter().filter_map(|c| own.iter().position(|d| d == c)).collect();
            let [batch, rows, columns] = groups.map(|group| sizes(call, x, own, group));
            let x = call.transpose(x, &order)?;
            let shape = [batch, vec![rows.iter().product()], vec![columns.iter().product()]].concat();
            call.reshape(x, &shape)
        };
        let (m, n) = (sizes(self, a, left, &rows), sizes(self, b, right, &columns));
        let (first, second) = (sizes(self, a, left, &shared), sizes(self, b, right, &shared));
        let batch: Vec<usize> = first.iter().zip(&second).map(|(a, b)| *a.max(b)).collect();
        let a = matrices(self, a, left, [&shared, &rows, &summed])?;
        let b = matrices(self, b, right, [&shared, &summed, &columns])?;
        let y = self.matmul(a, b, [false, false])?;
        let y = self.reshape(y, &[batch, m, n].concat())?;
        Ok((y, [shared, rows, columns].concat()))
    }
}
