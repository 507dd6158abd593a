//! How a filter or a pool moves over its image: the options of a TFLite operator, with the padding made explicit.

use super::call::Call;
use super::{Trouble, damaged, name_of, names};
use crate::graph::{Margins, Value, ValueId, Window};
use crate::import::ImportError;
use crate::shapes::reach;

/// The farthest that a window may reach, in rows or columns.
const WIDEST: usize = 1 << 15;

impl Call<'_, '_> {
    /// The window of a kernel over input `x`; SAME padding is as much as keeps one output per stride.
    pub(super) fn window(
        &self,
        x: ValueId,
        kernel: [usize; 2],
        padding: i8,
        stride: [i32; 2],
        dilation: [i32; 2],
    ) -> Result<Window, Trouble> {
        let stride = pair(stride, "stride")?;
        let dilation = pair(dilation, "dilation")?;
        let far = |i: usize| reach(kernel[i], dilation[i]).unwrap_or(usize::MAX);
        let widest = far(0).max(far(1));
        if widest > WIDEST {
            let what = format!("reaches over {widest} elements, and {WIDEST} are the limit");
            return Err(ImportError::Limits { place: "its window".into(), what }.into());
        }
        let same = match name_of(names::PADDING, padding.into()) {
            Some("SAME") => true,
            Some("VALID") => false,
            _ => return Err(damaged("its padding", format!("{padding} is not known")).into()),
        };
        let mut margins = Margins::default();
        if let (true, &[_, height, width, _]) = (same, self.value(x).shape.as_slice()) {
            [margins.top, margins.bottom] = around(height, kernel[0], stride[0], dilation[0]);
            [margins.left, margins.right] = around(width, kernel[1], stride[1], dilation[1]);
        }
        Ok(Window { stride, dilation, margins })
    }
}

/// Padding before and after, such that a window starts at every `stride`-th element; the odd one goes after.
fn around(size: usize, kernel: usize, stride: usize, dilation: usize) -> [usize; 2] {
    let last = size.div_ceil(stride).saturating_sub(1).saturating_mul(stride);
    let total = last.saturating_add(reach(kernel, dilation).unwrap_or(0)).saturating_sub(size);
    [total / 2, total - total / 2]
}

/// Height and width of a filter.
pub(super) fn taps(filter: &Value) -> Result<[usize; 2], Trouble> {
    match filter.shape[..] {
        [_, h, w, _] => Ok([h, w]),
        _ => Err(damaged("its weights", format!("need 4 dimensions, not {:?}", filter.shape)).into()),
    }
}

/// Two positive numbers of an operator's options.
pub(super) fn pair(numbers: [i32; 2], what: &str) -> Result<[usize; 2], Trouble> {
    match numbers.map(usize::try_from) {
        [Ok(h), Ok(w)] if h > 0 && w > 0 => Ok([h, w]),
        _ => Err(damaged(format!("its {what}"), format!("{numbers:?} is not positive")).into()),
    }
}
