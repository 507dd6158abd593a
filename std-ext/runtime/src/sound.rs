//! Features of sound on the desktop, by the front-end that devices have: the same bits.

use crate::bytes::Bytes;
use midge_core::signal::{FrontEnd, Recipe, Tables, Unfit};

/// A recipe's tables, as [`Tables::parse`] takes them.
///
/// # Errors
/// [`Unfit`] that says what of the recipe is out of range.
pub fn tables(recipe: &Recipe) -> Result<Bytes, Unfit> {
    let mut bytes = vec![0; recipe.size()];
    recipe.fill(&mut bytes)?;
    Ok(Bytes::aligned(&bytes))
}

/// The features of all whole windows of `samples`, frame by frame: [`Recipe::features`] numbers each.
///
/// # Errors
/// [`Unfit`] if `tables` are none.
pub fn features(tables: &[u8], mut samples: &[i16]) -> Result<Vec<i32>, Unfit> {
    type Largest<'a> = FrontEnd<'a, { Recipe::MOST_POINTS }, { Recipe::MOST_BANDS }>;
    let mut front = Largest::new(Tables::parse(tables)?)?;
    let mut features = Vec::new();
    while let Some(frame) = front.push(&mut samples) {
        features.extend(frame);
    }
    Ok(features)
}
