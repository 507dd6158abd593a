//! A front-end's tables, as they lie in a file or in flash.

use super::fft::Factor;
use super::recipe::{Recipe, Unfit};
use crate::aligned::{self, Element};

/// What a front-end looks up: its recipe, then numbers of 16 bits, little-endian. These are
///
/// - the window: a number for each of its samples, 32768 for one (32767 where it is one);
/// - factors of the transform, a quarter as many as it has points: cosine and sine of `2 pi k / points`, as those of the window;
/// - the first bin of the transform behind each corner of the mel bands: two more than there are bands;
/// - for each bin between the first and the last of these, how much of it counts for the band that rises there, 4096 for all;
/// - for each coefficient its cosines, one for each band, 32768 for one.
#[derive(Clone, Copy, Debug)]
pub struct Tables<'a> {
    recipe: Recipe,
    window: &'a [i16],
    factors: &'a [Factor],
    edges: &'a [i16],
    rises: &'a [i16],
    cosines: &'a [i16],
}

impl<'a> Tables<'a> {
    /// Takes bytes apart that start at an even address. What tables hold is not trusted: damaged ones give other features.
    ///
    /// # Errors
    /// [`Unfit`] if the recipe is none, or the tables are not as long as it says.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Unfit> {
        let recipe = Recipe::read(bytes).ok_or(Unfit::Tables)?;
        recipe.check()?;
        let numbers = bytes.get(Recipe::LEN..).and_then(aligned::slice::<i16>);
        let mut rest = numbers.ok_or(Unfit::Tables)?;
        let mut cut = |n: usize| {
            let (part, tail) = rest.split_at_checked(n).ok_or(Unfit::Tables)?;
            rest = tail;
            Ok(part)
        };
        let (bands, points) = (usize::from(recipe.mels), usize::from(recipe.points));
        let window = cut(recipe.window.into())?;
        let factors = cut(points / 2)?.as_chunks().0;
        let edges = cut(bands.wrapping_add(2))?;
        let mut last = 1;
        for edge in edges {
            let edge = number(edge);
            if edge < last || usize::from(edge.unsigned_abs()) > points / 2 {
                return Err(Unfit::Tables);
            }
            last = edge;
        }
        let first = edges.first().map_or(last, number);
        let rises = cut(last.wrapping_sub(first).unsigned_abs().into())?;
        let cosines = cut(usize::from(recipe.coefficients).wrapping_mul(bands))?;
        if !rest.is_empty() {
            return Err(Unfit::Tables);
        }
        Ok(Tables { recipe, window, factors, edges, rises, cosines })
    }

    /// What they were made from.
    pub const fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    pub(super) const fn window(&self) -> &'a [i16] {
        self.window
    }

    pub(super) const fn factors(&self) -> &'a [Factor] {
        self.factors
    }

    pub(super) fn edges(&self) -> impl Iterator<Item = usize> + use<'a> {
        self.edges.iter().map(|edge| number(edge).cast_unsigned().into())
    }

    pub(super) fn rises(&self) -> impl Iterator<Item = u16> + use<'a> {
        self.rises.iter().map(|rise| number(rise).cast_unsigned())
    }

    /// A row of them for each coefficient.
    pub(super) fn cosines(&self) -> impl Iterator<Item = &'a [i16]> + use<'a> {
        self.cosines.chunks_exact(usize::from(self.recipe.mels).max(1))
    }
}

/// A number of the tables.
#[inline(always)]
pub(super) fn number(stored: &i16) -> i16 {
    Element::le(*stored)
}
