//! Sound into a model's input, by the front-end that a plan carries.

use core::ffi::c_void;
use core::mem::{align_of, size_of};
use core::slice;

use midge::Plan;
use midge::signal::{Ears, FrontEnd, Recipe};

use crate::model::{Loaded, midge_model};
use crate::status::{MIDGE_NO_FRONT_END, MIDGE_OK, midge_status, status};

/// A front-end at work: memory of the caller's, 7.3 KB. Its content is private; it is not copied while it is used.
#[repr(C)]
pub struct midge_ears {
    opaque: [u64; 912],
}

/// What a `midge_ears` holds.
struct Listening {
    ears: Ears<'static>,
    front: FrontEnd<'static, { Recipe::MOST_POINTS }, { Recipe::MOST_BANDS }>,
}

const _: () = assert!(size_of::<Option<Listening>>() <= size_of::<midge_ears>());
const _: () = assert!(align_of::<Option<Listening>>() <= align_of::<midge_ears>());

/// What a front-end makes of what. The model's first input holds frames one behind the other.
#[repr(C)]
pub struct midge_sound {
    /// Samples a second.
    pub rate: u32,
    /// Samples that a frame is made of.
    pub window: u32,
    /// Samples from one frame to the next.
    pub hop: u32,
    /// Length of a frame in bytes.
    pub frame: u32,
}

/// Makes a front-end that has heard nothing, by the plan of a model, whose bytes it reads as long as it is used. That takes
/// about 14 KB of stack. `MIDGE_NO_FRONT_END` where the plan has none; then `midge_hear` takes samples and makes no frames.
///
/// # Safety
/// `ears` points to memory for a `midge_ears`, `sound` to memory for a `midge_sound`, initialized or not, that nothing else
/// uses during the call; `model` to a model that `midge_load` has filled in.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn midge_listen(
    ears: *mut midge_ears,
    model: *const midge_model,
    sound: *mut midge_sound,
) -> midge_status {
    // SAFETY: the caller's promise; see `midge_load`.
    let loaded = unsafe { &*model.cast::<Loaded>() };
    let listening = match &loaded.runtime {
        Ok(runtime) => listening(runtime.plan()),
        Err(at) => return status(Err(*at)),
    };
    let told = match &listening {
        Some(Listening { ears, .. }) => {
            let recipe = ears.tables().recipe();
            let (window, hop) = (recipe.window.into(), recipe.hop.into());
            let sound_of = midge_sound { rate: recipe.rate, window, hop, frame: ears.row() as u32 };
            // SAFETY: the caller gives memory for a midge_sound.
            unsafe { sound.write(sound_of) };
            MIDGE_OK
        }
        None => MIDGE_NO_FRONT_END,
    };
    // SAFETY: the caller gives memory for a midge_ears, which is large and aligned enough (asserted above).
    unsafe { ears.cast::<Option<Listening>>().write(listening) };
    told
}

fn listening(plan: &Plan<'static>) -> Option<Listening> {
    let ears = Ears::parse(plan.front_end()).ok()?;
    let input = plan.operand(plan.side(false, 0)?.operand);
    if !(input.len as usize).is_multiple_of(ears.row()) {
        return None;
    }
    Some(Listening { ears, front: FrontEnd::new(*ears.tables()).ok()? })
}

/// Takes samples from the front of `len`, up to the end of the next frame, and writes that frame, as bytes of the model's
/// input, to `frame`; `*whole` says whether it did. How many it took: all where there were too few for a frame, and the next
/// call goes on. How sound is cut into calls does not matter.
///
/// # Safety
/// `ears` points to memory that `midge_listen` has filled in, `samples` to `len` samples, or it is null, `frame` to as many
/// bytes as `midge_listen` said, `whole` to a bool. Nothing else uses `ears`, `frame` or `whole` during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn midge_hear(
    ears: *mut midge_ears,
    samples: *const i16,
    len: usize,
    frame: *mut c_void,
    whole: *mut bool,
) -> usize {
    let given = match samples.is_null() {
        true => &[],
        // SAFETY: the caller's promise.
        false => unsafe { slice::from_raw_parts(samples, len) },
    };
    let mut rest = given;
    // SAFETY: the caller's promise; see `midge_listen`.
    let listening = unsafe { &mut *ears.cast::<Option<Listening>>() };
    let heard = match listening {
        Some(Listening { ears, front }) => front.push(&mut rest).map(|features| (ears, features)),
        None => {
            rest = &[];
            None
        }
    };
    // SAFETY: the caller's promise.
    unsafe { whole.write(heard.is_some()) };
    if let Some((ears, features)) = heard {
        // SAFETY: the caller gives as many bytes as `midge_listen` said; u8 needs no alignment.
        ears.fill(features, unsafe { slice::from_raw_parts_mut(frame.cast(), ears.row()) });
    }
    given.len() - rest.len()
}
