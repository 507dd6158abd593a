//! GELU, as exporters write it that lack the operator: `0.5 * x * (1 + erf(x / sqrt(2)))`, or with a hyperbolic tangent.

use super::Made;
use super::call::Call;
use crate::graph::{Binary, Node, Op, Unary, ValueId};

/// How many operators back its parts are looked for.
const NEAR: usize = 64;

/// The most factors that a product is taken apart into.
const MOST: usize = 16;

/// Numbers that are multiplied.
struct Product {
    /// Those that are known.
    number: f64,
    /// The others.
    factors: Vec<ValueId>,
}

impl Call<'_, '_> {
    /// A product, or the GELU that it completes.
    pub(super) fn multiplied(&mut self) -> Made {
        let made = self.two(Binary::Mul)?;
        match self.gelu(made[0]) {
            Some((x, approximate)) => Ok(vec![self.unary(Unary::Gelu { approximate }, x)?]),
            None => Ok(made),
        }
    }

    /// What a product is the GELU of, and whether with a hyperbolic tangent.
    fn gelu(&self, made: ValueId) -> Option<(ValueId, bool)> {
        let all = self.factors(made, None);
        let (x, approximate) = all.factors.iter().find_map(|id| self.share(*id))?;
        let Product { number, factors } = self.factors(made, Some(x));
        let [a, b] = factors[..] else { return None };
        let rest = if a == x { b } else { a };
        let whole = (a == x || b == x) && is(number, 0.5) && self.share(rest) == Some((x, approximate));
        (whole && self.shape(made) == self.shape(x)).then_some((x, approximate))
    }

    /// What `1 + erf(x / sqrt(2))` is made of, or `1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x * x * x))`, which is said too.
    fn share(&self, sum: ValueId) -> Option<(ValueId, bool)> {
        let inner = self.plus_one(sum)?;
        if let Some([_, wide]) = self.erfs.iter().find(|[erf, _]| *erf == inner) {
            let Product { number, factors } = self.scaled(*wide)?;
            let [x] = factors[..] else { return None };
            return is(number, std::f64::consts::FRAC_1_SQRT_2).then_some((x, false));
        }
        let Node { op: Op::Unary(Unary::Tanh), inputs, .. } = self.maker(inner)? else { return None };
        let Product { number, factors } = self.scaled(inputs[0])?;
        let ([sum], true) = (&factors[..], is(number, std::f64::consts::FRAC_2_PI.sqrt())) else {
            return None;
        };
        let [a, b] = self.pair(*sum, Binary::Add)?;
        [[a, b], [b, a]].into_iter().find_map(|[x, cube]| {
            let Product { number, factors } = self.factors(cube, Some(x));
            (factors == [x; 3] && is(number, 0.044_715)).then_some((x, true))
        })
    }

    /// What 1 is added to.
    fn plus_one(&self, sum: ValueId) -> Option<ValueId> {
        let [a, b] = self.pair(sum, Binary::Add)?;
        let one = |id| self.number(id) == Some(1.0);
        if one(b) { Some(a) } else { one(a).then_some(b) }
    }

    /// A product, or a quotient by a number, of one level.
    fn scaled(&self, x: ValueId) -> Option<Product> {
        let divided = self.pair(x, Binary::Div);
        let [a, b] = divided.or_else(|| self.pair(x, Binary::Mul))?;
        let (number, other) =
            self.number(b).map(|number| (number, a)).or_else(|| Some((self.number(a)?, b)))?;
        let number = match divided {
            Some(_) if other == a => 1.0 / number,
            Some(_) => return None,
            None => number,
        };
        Some(Product { number, factors: vec![other] })
    }

    /// All that is multiplied to give a value; `whole` is not taken apart.
    fn factors(&self, of: ValueId, whole: Option<ValueId>) -> Product {
        let mut product = Product { number: 1.0, factors: Vec::new() };
        let mut rest = vec![of];
        while let Some(id) = rest.pop() {
            let room = rest.len() + product.factors.len() < MOST && whole != Some(id);
            if let Some(number) = self.number(id) {
                product.number *= number;
            } else if let Some(pair) = self.pair(id, Binary::Mul).filter(|_| room) {
                rest.extend(pair);
            } else if let Some([base, power]) = self.pair(id, Binary::Pow).filter(|_| room)
                && self.number(power) == Some(3.0)
            {
                rest.extend([base; 3]);
            } else {
                product.factors.push(id);
            }
        }
        product
    }

    /// The operands of a function of two, if that is what makes a value.
    fn pair(&self, y: ValueId, wanted: Binary) -> Option<[ValueId; 2]> {
        match self.maker(y)? {
            Node { op: Op::Binary { op, .. }, inputs, .. } if *op == wanted => inputs[..].try_into().ok(),
            _ => None,
        }
    }

    /// The operator that makes a value, if it is near.
    fn maker(&self, y: ValueId) -> Option<&Node> {
        self.graph.nodes.iter().rev().take(NEAR).find(|node| node.outputs.contains(&y))
    }

    /// A constant of one number.
    fn number(&self, x: ValueId) -> Option<f64> {
        match self.known_floats(x)?[..] {
            [number] => Some(number.into()),
            _ => None,
        }
    }
}

/// Whether a number is another in single precision, or a few digits of it.
fn is(number: f64, wanted: f64) -> bool {
    (number / wanted - 1.0).abs() < 1e-5
}
