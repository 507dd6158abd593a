//! From samples to how unwell a machine is.

use midge_core::signal::{Ears, FrontEnd, Recipe};
use midge_core::{Aligned, Arena};

midge_core::model! {
    /// The autoencoder of `models/anomaly`.
    static MODEL = "../../../models/anomaly/anomaly.midge";
}

/// Hundredths beyond which a machine is not well: above all of the 200 recordings of a well one that the model was tested with,
/// of which the greatest has 54, and below most of the faulty, 294 in the median.
pub(crate) const LIMIT: u32 = 60;

const RECIPE: Recipe = match Ears::recipe(MODEL::HEAD.front_end()) {
    Some(recipe) => recipe,
    None => panic!("the model carries no front-end"),
};
/// Samples of a window.
pub(crate) const SAMPLES: usize =
    RECIPE.samples(size_of::<MODEL::Input>() / size_of::<f32>() / RECIPE.features());
const POINTS: usize = RECIPE.points as usize;
const BANDS: usize = RECIPE.mels as usize;

/// What the model works in.
pub(crate) struct Watch {
    arena: Arena<{ MODEL::ARENA }>,
    front: Option<FrontEnd<'static, POINTS, BANDS>>,
    /// Features of a window.
    heard: Aligned<[u8; size_of::<MODEL::Input>()]>,
}

impl Watch {
    pub(crate) const fn new() -> Watch {
        Watch { arena: Arena::new(), front: None, heard: Aligned([0; size_of::<MODEL::Input>()]) }
    }

    /// How far the model's picture of the next window is from the window, squared, in the mean: hundredths. `None` if the
    /// plan does not run, which is known before it gets here.
    pub(crate) fn window(&mut self, mut sample: impl FnMut() -> i16) -> Option<u32> {
        let ears = Ears::parse(MODEL.plan().front_end()).ok()?;
        if self.front.is_none() {
            self.front = FrontEnd::new(*ears.tables()).ok();
        }
        let front = self.front.as_mut()?;
        front.reset();
        for row in self.heard.0.chunks_exact_mut(ears.row()) {
            let frame = loop {
                if let Some(frame) = front.push(&mut &[sample()][..]) {
                    break frame;
                }
            };
            ears.reals(frame, row);
        }
        let mut session = MODEL.session(&mut self.arena).ok()?;
        session.input_mut(0).ok()?.copy_from_slice(&self.heard.0);
        session.run().ok()?;
        let made = session.output(0).ok()?.elements::<f32>().ok()?;
        let (heard, _) = self.heard.0.as_chunks();
        let squares = made.iter().zip(heard).map(|(made, heard)| {
            let off = made - f32::from_le_bytes(*heard);
            off * off
        });
        Some((squares.sum::<f32>() / made.len() as f32 * 100.0) as u32)
    }
}
