//! Pixels to draw charts on, with letters of 8 by 8 that come with the program.

use std::convert::Infallible;

use font8x8::{BASIC_FONTS, UnicodeFonts};
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{BackendColor, BackendCoord, BackendTextStyle, DrawingBackend, DrawingErrorKind};

/// Width and height of a letter.
const LETTER: i32 = 8;

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

/// Rows of red, green, blue.
pub(crate) struct Pixels<'a> {
    size: (u32, u32),
    bytes: &'a mut [u8],
}

impl<'a> Pixels<'a> {
    pub(crate) fn new(size: (u32, u32), bytes: &'a mut [u8]) -> Self {
        Pixels { size, bytes }
    }
}

/// Width and height of a line of letters.
fn extent(text: &str) -> (i32, i32) {
    (text.chars().count() as i32 * LETTER, LETTER)
}

impl DrawingBackend for Pixels<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Drawn {
        let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y)) else { return Ok(()) };
        if x < self.size.0 && y < self.size.1 {
            let at = (y * self.size.0 + x) as usize * 3;
            let (r, g, b) = color.rgb;
            for (old, new) in self.bytes[at..at + 3].iter_mut().zip([r, g, b]) {
                let mixed = f64::from(*old) * (1.0 - color.alpha) + f64::from(new) * color.alpha;
                *old = mixed.round() as u8;
            }
        }
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> Drawn {
        let (width, height) = extent(text);
        let left = match style.anchor().h_pos {
            HPos::Left => 0,
            HPos::Right => -width,
            HPos::Center => -width / 2,
        };
        let top = match style.anchor().v_pos {
            VPos::Top => 0,
            VPos::Center => -height / 2,
            VPos::Bottom => -height,
        };
        let turn = style.transform();
        for (place, letter) in text.chars().enumerate() {
            let rows = BASIC_FONTS.get(letter).unwrap_or_default();
            for (row, bits) in rows.into_iter().enumerate() {
                for column in (0..LETTER).filter(|column| bits >> column & 1 == 1) {
                    let x = left + place as i32 * LETTER + column;
                    let (x, y) = turn.transform(x, top + row as i32);
                    self.draw_pixel((at.0 + x, at.1 + y), style.color())?;
                }
            }
        }
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        _: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let (width, height) = extent(text);
        Ok((width.unsigned_abs(), height.unsigned_abs()))
    }
}
