//! Curves as a picture: SVG, and PNG without any font of the system.

use plotters::prelude::*;

use crate::curve::Column;
use crate::error::{Error, Result};
use crate::pixels::Pixels;

/// Width and height of a picture.
const SIZE: (u32, u32) = (800, 480);
/// Height of letters: that of the pixel font, so that both pictures are alike.
const LETTERS: (&str, u32) = ("sans-serif", 16);

/// A picture of curves over the first column, as SVG. Columns of shares, from 0 to 1, are drawn like all others.
///
/// # Errors
/// There is nothing to draw.
pub fn svg(columns: &[Column]) -> Result<String> {
    let mut text = String::new();
    draw(SVGBackend::with_string(&mut text, SIZE), columns)?;
    Ok(text)
}

/// The same picture as PNG.
///
/// # Errors
/// As [`svg`].
pub fn png(columns: &[Column]) -> Result<Vec<u8>> {
    let mut pixels = vec![255; (SIZE.0 * SIZE.1 * 3) as usize];
    draw(Pixels::new(SIZE, &mut pixels), columns)?;
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, SIZE.0, SIZE.1);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&pixels));
    written.map_err(|error| Error::Recipe(format!("the picture can't be packed: {error}")))?;
    Ok(bytes)
}

/// What curves are worth drawing: losses and scores, not steps and rates.
fn drawn(columns: &[Column]) -> Vec<&Column> {
    let rest = columns.get(1..).unwrap_or_default().iter();
    rest.filter(|column| !["step", "rate"].contains(&column.title.as_str())).collect()
}

fn draw<B: DrawingBackend>(backend: B, columns: &[Column]) -> Result<()> {
    let failed = |error: &dyn std::fmt::Display| Error::Recipe(format!("the curves can't be drawn: {error}"));
    let (curves, first) = (drawn(columns), columns.first().ok_or_else(|| failed(&"no column"))?);
    let ends = |numbers: &mut dyn Iterator<Item = f64>| {
        let ends = numbers.filter(|x| x.is_finite()).fold(None, |ends: Option<(f64, f64)>, x| {
            Some(ends.map_or((x, x), |(low, high)| (low.min(x), high.max(x))))
        });
        // an axis has a length, also of one number
        ends.map(|(low, high)| if high > low { (low, high) } else { (low, low + 1.0) })
    };
    let across = ends(&mut first.numbers.iter().copied());
    let up = ends(&mut curves.iter().flat_map(|column| column.numbers.iter().copied()));
    let (Some(across), Some(up)) = (across, up) else { return Err(failed(&"no number")) };
    let area = backend.into_drawing_area();
    area.fill(&WHITE).map_err(|error| failed(&error))?;
    let mut chart = ChartBuilder::on(&area)
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(64)
        .build_cartesian_2d(across.0..across.1, up.0.min(0.0)..up.1 * 1.05)
        .map_err(|error| failed(&error))?;
    let mut mesh = chart.configure_mesh();
    let mesh =
        mesh.label_style(LETTERS).axis_desc_style(LETTERS).x_desc(&first.title).light_line_style(WHITE);
    mesh.draw().map_err(|error| failed(&error))?;
    for (at, column) in curves.iter().enumerate() {
        let color = Palette99::pick(at).to_rgba();
        let points = first.numbers.iter().copied().zip(column.numbers.iter().copied());
        let points = points.filter(|(x, y)| x.is_finite() && y.is_finite());
        let line = LineSeries::new(points, color.stroke_width(2));
        let named = chart.draw_series(line).map_err(|error| failed(&error))?.label(&column.title);
        named.legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], color.stroke_width(2)));
    }
    let mut names = chart.configure_series_labels();
    let names = names.label_font(LETTERS).background_style(WHITE.mix(0.8)).border_style(BLACK.mix(0.3));
    names.draw().map_err(|error| failed(&error))?;
    area.present().map_err(|error| failed(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<Column> {
        let column = |title: &str, numbers: &[f64]| Column { title: title.into(), numbers: numbers.to_vec() };
        vec![
            column("epoch", &[1.0, 2.0, 3.0]),
            column("step", &[9.0, 18.0, 27.0]),
            column("loss", &[2.0, 1.0, 0.5]),
            column("valid_loss", &[2.5, f64::NAN, 0.75]),
        ]
    }

    #[test]
    fn a_picture_has_its_curves_and_their_names() {
        let text = svg(&columns()).unwrap();
        assert!(text.starts_with("<svg") && text.trim_end().ends_with("</svg>"));
        assert!(text.contains("valid_loss") && text.contains("epoch") && !text.contains(">\nstep"));
        // a line for each curve, and one beside its name
        assert_eq!(text.matches("stroke-width=\"2\"").count(), 4);
        assert!(svg(&columns()[..2]).is_err() && svg(&[]).is_err());
    }

    #[test]
    fn the_same_picture_as_pixels() {
        let bytes = png(&columns()).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((info.width, info.height), SIZE);
        let curve = Palette99::pick(0).to_rgba();
        let colored = pixels.chunks_exact(3).filter(|x| x[..] == [curve.0, curve.1, curve.2]).count();
        let dark = pixels.chunks_exact(3).filter(|x| x.iter().all(|c| *c < 64)).count();
        assert!(colored > 300 && dark > 500, "{colored} of the curve, {dark} of axes and letters");
    }
}
