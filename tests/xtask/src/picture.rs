//! Small grey images as text.

/// From paper to ink.
const SHADES: &[u8] = b" .:-=+*#%@";

/// Square int8 images of `pixels` each in one row, and a caption under each. A pixel is two characters wide, which
/// makes it about square.
pub(crate) fn side_by_side(images: &[i8], pixels: usize, captions: &[String]) -> String {
    let side = pixels.isqrt().max(1);
    let mut text = String::new();
    for y in 0..side {
        for image in images.chunks(pixels.max(1)) {
            let row = image.iter().skip(y * side).take(side);
            row.for_each(|pixel| text.extend([shade(*pixel); 2]));
            text.push_str("   ");
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    for caption in captions {
        text.push_str(&format!("{caption:<width$}   ", width = 2 * side));
    }
    text.truncate(text.trim_end().len());
    text
}

fn shade(pixel: i8) -> char {
    let level = (i32::from(pixel) + 128) as usize * (SHADES.len() - 1) / 255;
    SHADES.get(level).copied().unwrap_or(b'?').into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_images_stand_side_by_side() {
        let images = [-128, 127, 127, -128, 127, 127, -128, -128];
        let text = side_by_side(&images, 4, &["a".into(), "b".into()]);
        assert_eq!(text, "  @@   @@@@\n@@\na      b");
    }
}
