//! Features of sound on the desktop, by the front-end that devices have: the same bits.

use crate::array::Dtype;
use crate::bytes::Bytes;
use midge_core::plan::Kind;
use midge_core::signal::{Ears, FrontEnd, Head, Real, Recipe, Scale, Tables, Unfit};

/// A front-end of any recipe.
type Largest<'a> = FrontEnd<'a, { Recipe::MOST_POINTS }, { Recipe::MOST_BANDS }>;

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
    let mut front = Largest::new(Tables::parse(tables)?)?;
    let mut features = Vec::new();
    while let Some(frame) = front.push(&mut samples) {
        features.extend(frame);
    }
    Ok(features)
}

/// What features go through on their way to an input: each is multiplied, then something is subtracted, then it is divided,
/// by one number for all or one for each.
#[derive(Clone, Debug, PartialEq)]
pub struct Normal {
    /// What they are multiplied by.
    pub by: f32,
    /// What is subtracted.
    pub mean: Vec<f32>,
    /// What they are divided by.
    pub std: Vec<f32>,
}

impl Normal {
    /// The numbers for each feature, or for all.
    fn each(&self) -> impl Iterator<Item = (f32, f32)> {
        let count = self.mean.len().max(self.std.len());
        self.mean.iter().copied().cycle().zip(self.std.iter().copied().cycle()).take(count)
    }
}

/// A plan's front-end, as [`Ears::parse`] takes it, for an input of a type and, if it is int8, a scale and a zero point.
///
/// # Errors
/// [`Unfit`] that says what of the recipe is out of range, or why the input is none.
pub fn ears(
    recipe: &Recipe,
    normal: &Normal,
    dtype: Dtype,
    quant: Option<(f32, i32)>,
) -> Result<Vec<u8>, Unfit> {
    let fits = |numbers: &[f32]| [1, recipe.features()].contains(&numbers.len());
    if !fits(&normal.mean) || !fits(&normal.std) {
        return Err(Unfit::Input);
    }
    let byte = |scale: f32, zero, (mean, std)| {
        let (by, mean, std) = (f64::from(normal.by), f64::from(mean), f64::from(std));
        Scale::normal(scale, zero, mean / by, std / by).map(|scale| scale.bytes().to_vec())
    };
    let scales: Vec<Vec<u8>> = match (dtype, quant) {
        (Dtype::I8, Some((scale, zero))) => {
            normal.each().map(|each| byte(scale, zero, each)).collect::<Result<_, _>>()?
        }
        (Dtype::F32, _) => {
            normal.each().map(|(mean, std)| Real::new(normal.by, mean, std).bytes().into()).collect()
        }
        _ => return Err(Unfit::Input),
    };
    let kind = if dtype == Dtype::F32 { Kind::F32 } else { Kind::I8 };
    let head = Head { kind: kind as u16, count: scales.len() as u16 };
    let bytes = [&head.bytes()[..], &scales.concat(), tables(recipe)?.as_slice()].concat();
    Ears::parse(Bytes::aligned(&bytes).as_slice())?;
    Ok(bytes)
}

/// The bytes of an input that a plan's front-end makes of samples: as many frames as it takes, with silence behind the last
/// sample.
///
/// # Errors
/// [`Unfit`] if `ears` are none, or the input does not take whole frames.
pub fn input(ears: &[u8], samples: &[i16], len: usize) -> Result<Vec<u8>, Unfit> {
    let ears = Ears::parse(ears)?;
    let mut front = Largest::new(*ears.tables())?;
    if !len.is_multiple_of(ears.row()) {
        return Err(Unfit::Input);
    }
    let (mut input, mut heard) = (vec![0; len], samples.to_vec());
    heard.resize(ears.tables().recipe().samples(len / ears.row()), 0);
    let mut heard = &heard[..];
    for row in input.chunks_exact_mut(ears.row()) {
        ears.fill(front.push(&mut heard).unwrap_or_default(), row);
    }
    Ok(input)
}
