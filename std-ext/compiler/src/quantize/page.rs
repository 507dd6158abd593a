//! The report as one page that needs nothing beside it.

use super::mixed::Point;
use super::report::{Layer, Report, Spread};
use midge_runtime::score::Score;
use std::fmt::Write;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:62em;margin:2em auto;padding:0 1em;color:#222}
table{border-collapse:collapse;margin:.5em 0}td,th{padding:.15em .8em .15em 0;text-align:left;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}svg{display:block}figure{display:inline-block;margin:0 1em 1em 0}
figcaption{font-size:12px;max-width:220px;overflow-wrap:anywhere}h2{margin-top:1.6em}.bar{fill:#4a7ab5}.low{fill:#c0504d}";

/// A report as HTML.
pub fn page(report: &Report) -> String {
    let name = escape(&report.name);
    let mut out = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{name}, quantized</title><style>{STYLE}</style>\
         <h1>{name}, quantized</h1>"
    );
    out += &summary(report);
    if let Some(scores) = &report.scores {
        let by = if scores.agreement { "the float model's own answers" } else { "the labels" };
        let _ = write!(out, "<h2>Answers, by {by}</h2>");
        out += &table(
            &["", "rows", "accuracy", "loss"],
            [("float", &scores.float), ("quantized", &scores.quantized)].map(|(model, score)| {
                let accuracy = score.accuracy.map_or("-".into(), |share| format!("{:.2}%", share * 100.0));
                vec![model.into(), score.rows.to_string(), accuracy, format!("{:.4}", score.loss)]
            }),
        );
        out += &confusion(&scores.quantized);
    }
    if !report.frontier.is_empty() {
        out += "<h2>Precisions that were tried</h2><p>Those that no other beats in everything.</p>";
        out += &table(
            &["lost, points", "16 bits", "int4 weights", "bytes", "work memory", "instructions", "fits"],
            report.frontier.iter().map(cells),
        );
    }
    out += "<h2>How far layers are from the float model</h2><p>Signal over noise in decibels, over the calibration rows; the worst are red.</p>";
    let worst: Vec<usize> = report.worst().iter().take(3).map(|layer| layer.index).collect();
    out += &bars(&report.layers, |layer| layer.snr_db, |layer| worst.contains(&layer.index));
    for (title, of) in [
        ("Bytes of constants", (|layer| Some(layer.const_bytes as f64)) as fn(&Layer) -> Option<f64>),
        ("Bytes of outputs", |layer| Some(layer.output_bytes as f64)),
        ("Multiply-accumulates", |layer| Some(layer.macs as f64)),
        ("Estimated instructions", |layer| layer.instructions.map(|n| n as f64)),
    ] {
        if report.layers.iter().any(|layer| of(layer).is_some_and(|x| x > 0.0)) {
            let _ = write!(out, "<h2>{title}</h2>");
            out += &bars(&report.layers, of, |_| false);
        }
    }
    out +=
        "<h2>Ranges</h2><p>How often numbers were observed; what lies outside of the lines is clamped.</p>";
    out.extend(report.ranges.iter().map(histogram));
    out += "<h2>What was rewritten before</h2>";
    out += &list(report.passes.iter().map(|(pass, count)| format!("{pass}: {count}")));
    out += "<h2>What stays float</h2>";
    out += &list(report.floats.iter().cloned());
    out + "</html>\n"
}

fn summary(report: &Report) -> String {
    let both = |what: &str, before: u64, after: u64| {
        let share = format!("{:.0}%", after as f64 / before.max(1) as f64 * 100.0);
        vec![what.into(), before.to_string(), after.to_string(), share]
    };
    let mut rows = vec![
        both("bytes of the file", report.float_bytes, report.bytes),
        both("bytes of constants", report.float_const_bytes, report.const_bytes),
        both("bytes of work memory", report.float_arena_bytes, report.arena_bytes),
    ];
    let mut fact =
        |what: &str, fact: String| rows.push(vec![what.into(), String::new(), fact, String::new()]);
    fact("multiply-accumulates", report.macs.to_string());
    if let Some(instructions) = report.instructions {
        fact(&format!("estimated instructions on {}", report.target), instructions.to_string());
    }
    if let Some(snr) = report.snr_db {
        fact("outputs, signal over noise", format!("{snr:.1} dB"));
    }
    fact("rows that ranges come from", report.rows.to_string());
    table(&["", "float", "quantized", ""], rows)
}

/// A model of a search.
fn cells(point: &Point) -> Vec<String> {
    let fits = if point.fits { "yes" } else { "no" };
    vec![
        format!("{:.2}", point.drop),
        point.wide.to_string(),
        point.int4.to_string(),
        point.bytes.to_string(),
        point.arena_bytes.to_string(),
        point.instructions.map_or("-".into(), |n| n.to_string()),
        fits.into(),
    ]
}

/// A table whose columns but the first are numbers.
fn table(titles: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let cell = |tag: &str, i: usize, text: &str| {
        format!("<{tag}{}>{}</{tag}>", if i > 0 { " class=\"n\"" } else { "" }, escape(text))
    };
    let row = |tag: &str, cells: &mut dyn Iterator<Item = &str>| {
        format!("<tr>{}</tr>", cells.enumerate().map(|(i, text)| cell(tag, i, text)).collect::<String>())
    };
    let mut out = format!("<table>{}", row("th", &mut titles.iter().copied()));
    out.extend(rows.into_iter().map(|cells| row("td", &mut cells.iter().map(String::as_str))));
    out + "</table>"
}

fn confusion(score: &Score) -> String {
    let Some(rows) = &score.confusion else { return String::new() };
    let titles: Vec<String> =
        std::iter::once("class".into()).chain((0..rows.len()).map(|class| class.to_string())).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let row = |(class, row): (usize, &Vec<u64>)| {
        std::iter::once(class.to_string()).chain(row.iter().map(u64::to_string)).collect()
    };
    let counts = table(&titles, rows.iter().enumerate().map(row));
    format!("<p>Rows of each class, by what the quantized model says.</p>{counts}")
}

/// A bar for each layer that has a number.
fn bars(layers: &[Layer], of: impl Fn(&Layer) -> Option<f64>, is_low: impl Fn(&Layer) -> bool) -> String {
    let known: Vec<(&Layer, f64)> = layers.iter().filter_map(|layer| Some((layer, of(layer)?))).collect();
    let most = known.iter().map(|(_, x)| *x).fold(f64::MIN_POSITIVE, f64::max);
    let mut out = format!("<svg width=\"900\" height=\"{}\" font-size=\"12\">", known.len() * 20 + 4);
    for (i, (layer, x)) in known.iter().enumerate() {
        let (y, width) = (i * 20, x.max(0.0) / most * 420.0);
        let class = if is_low(layer) { "bar low" } else { "bar" };
        let number = if x.fract() == 0.0 { x.to_string() } else { format!("{x:.1}") };
        let _ = write!(
            out,
            "<text x=\"0\" y=\"{}\">{} {}</text><rect class=\"{class}\" x=\"330\" y=\"{}\" width=\"{width:.1}\" height=\"14\"/>\
             <text x=\"{:.1}\" y=\"{}\">{number}</text><title>{}</title>",
            y + 14,
            layer.index,
            escape(&layer.kernel),
            y + 3,
            width + 336.0,
            y + 14,
            escape(&layer.name)
        );
    }
    out + "</svg>"
}

/// A picture of a value's numbers, on a logarithmic scale, and of what integers cover.
fn histogram(spread: &Spread) -> String {
    let (least, most) = (spread.min.min(spread.covers[0]), spread.max.max(spread.covers[1]));
    let x = |real: f32| f64::from(real - least) / f64::from(most - least).max(f64::MIN_POSITIVE) * 220.0;
    let width = (spread.max - spread.min) / spread.histogram.len().max(1) as f32;
    let height = |count: u64| (count as f64 + 1.0).ln();
    let tallest = spread.histogram.iter().map(|count| height(*count)).fold(f64::MIN_POSITIVE, f64::max);
    let mut out = String::from("<figure><svg width=\"220\" height=\"70\">");
    for (i, count) in spread.histogram.iter().enumerate().filter(|(_, count)| **count > 0) {
        let (from, high) = (x(spread.min + i as f32 * width), height(*count) / tallest * 66.0);
        let wide = x(spread.min + (i + 1) as f32 * width) - from;
        let _ = write!(
            out,
            "<rect class=\"bar\" x=\"{from:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{high:.1}\"/>",
            70.0 - high,
            wide.max(0.5)
        );
    }
    for end in spread.covers {
        let at = x(end).clamp(0.5, 219.5);
        let _ = write!(out, "<path d=\"M{at:.1} 0V70\" stroke=\"#c0504d\"/>");
    }
    let _ = write!(
        out,
        "</svg><figcaption>{}: {:.4} to {:.4}<br>{} from {:.4} to {:.4} in steps of {:.3e}</figcaption></figure>",
        escape(&spread.name),
        spread.min,
        spread.max,
        spread.dtype,
        spread.covers[0],
        spread.covers[1],
        spread.scale
    );
    out
}

fn list(lines: impl Iterator<Item = String>) -> String {
    let lines: String = lines.map(|line| format!("<li>{}</li>", escape(&line))).collect();
    if lines.is_empty() { "<p>Nothing.</p>".into() } else { format!("<ul>{lines}</ul>") }
}

/// Text from a model, which may hold anything.
fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            c if c.is_control() => out.extend(c.escape_default()),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_leave_their_place() {
        assert_eq!(escape("<b a=\"1\">&\u{1b}"), "&lt;b a=&quot;1&quot;&gt;&amp;\\u{1b}");
    }
}
