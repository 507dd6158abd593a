//! What a plan carries for sound: a front-end's tables, and how features become its input.

use super::recipe::{Recipe, Unfit};
use super::scale::{Real, Scale};
use super::tables::Tables;
use crate::plan::Kind;
use crate::wire::{cut, record, u16};

record! {
    /// What the bytes of [`Ears`] begin with.
    pub struct Head {
        /// The input's element type: 0, i8, with scales behind this; or 4, f32, with reals.
        kind: u16,
        /// How many of them: one for all features, or one for each.
        count: u16,
    }
}

/// How samples become a plan's input, as [`Plan::front_end`](crate::plan::Plan::front_end) has it: a [`Head`], then
/// [`Scale`]s or [`Real`]s, then a front-end's [`Tables`].
///
/// The input takes frames one behind the other. Where the samples end before the input is full, silence follows.
///
/// ```no_run
/// # use midge_core::{Runtime, Kernels};
/// # use midge_core::signal::{Ears, FrontEnd, Unfit};
/// # fn hear(plan: &[u8], arena: &mut [u8], mut samples: &[i16]) -> Option<()> {
/// let runtime = Runtime::load(plan, Kernels::ALL).ok()?;
/// let ears = Ears::parse(runtime.plan().front_end()).ok()?;
/// let mut front = FrontEnd::<256, 20>::new(*ears.tables()).ok()?;
/// let mut session = runtime.session(arena).ok()?;
/// for row in session.input_mut(0).ok()?.chunks_exact_mut(ears.row()) {
///     ears.fill(front.push(&mut samples)?, row);
/// }
/// session.run().ok()?;
/// # Some(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Ears<'a> {
    real: bool,
    scales: &'a [u8],
    tables: Tables<'a>,
}

impl<'a> Ears<'a> {
    /// Takes bytes apart that start at an even address. What they hold is not trusted: damaged ones give other inputs.
    ///
    /// # Errors
    /// [`Unfit`] if there is no front-end, or no scale for each of its features.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Unfit> {
        let head = Head::read(bytes).ok_or(Unfit::Tables)?;
        let real = head.kind == Kind::F32 as u16;
        if !real && head.kind != Kind::I8 as u16 {
            return Err(Unfit::Input);
        }
        let len = usize::from(head.count).wrapping_mul(if real { Real::LEN } else { Scale::LEN });
        let scales = cut(bytes, Head::LEN, len).ok_or(Unfit::Tables)?;
        let tables = bytes.get(Head::LEN.wrapping_add(len)..).ok_or(Unfit::Tables)?;
        let tables = Tables::parse(tables)?;
        if ![1, tables.recipe().features()].contains(&head.count.into()) {
            return Err(Unfit::Input);
        }
        Ok(Ears { real, scales, tables })
    }

    /// The recipe alone: in `const` it says how much room a [`FrontEnd`](super::FrontEnd) needs. None if there is no front-end.
    pub const fn recipe(bytes: &[u8]) -> Option<Recipe> {
        let Some(head) = Head::read(bytes) else { return None };
        let each = if head.kind == Kind::F32 as u16 { Real::LEN } else { Scale::LEN };
        match cut(bytes, Head::LEN + head.count as usize * each, Recipe::LEN) {
            Some(recipe) => Recipe::read(recipe),
            None => None,
        }
    }

    /// What the front-end looks up.
    pub const fn tables(&self) -> &Tables<'a> {
        &self.tables
    }

    /// The input's element type: [`Kind::I8`] or [`Kind::F32`].
    pub const fn kind(&self) -> Kind {
        if self.real { Kind::F32 } else { Kind::I8 }
    }

    /// Bytes of the input that a frame becomes.
    pub const fn row(&self) -> usize {
        self.tables.recipe().features() * if self.real { 4 } else { 1 }
    }

    /// Writes what a frame becomes: [`Ears::bytes`] or [`Ears::reals`], as the input is. A program that knows its plan calls
    /// one of them, and has no floating point if it need not.
    pub fn fill(&self, frame: &[i32], to: &mut [u8]) {
        if self.real { self.reals(frame, to) } else { self.bytes(frame, to) }
    }

    /// A frame as the bytes of an int8 input.
    pub fn bytes(&self, frame: &[i32], to: &mut [u8]) {
        let scales = self.scales.chunks_exact(Scale::LEN).cycle().filter_map(Scale::read);
        for ((to, feature), scale) in to.iter_mut().zip(frame).zip(scales) {
            *to = scale.byte(*feature).cast_unsigned();
        }
    }

    /// A frame as the bytes of a float input.
    pub fn reals(&self, frame: &[i32], to: &mut [u8]) {
        let reals = self.scales.chunks_exact(Real::LEN).cycle().filter_map(Real::read);
        for ((to, feature), real) in to.as_chunks_mut().0.iter_mut().zip(frame).zip(reals) {
            *to = real.number(*feature).to_le_bytes();
        }
    }
}
