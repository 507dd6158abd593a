//! `cargo xtask chart`: the README's table of costs and its picture, from `tests/budget.snap`.

use crate::Outcome;
use crate::budget::{self, Line, SNAP};
use crate::shell::Shell;
use std::fmt::Write as _;
use std::fs;

const README: &str = "README.md";
const PICTURE: &str = "docs/budget.svg";

/// Around what this command writes in the README.
const MARKS: (&str, &str) = ("<!-- cargo xtask chart -->\n", "<!-- end -->");

/// What others take for a model.
struct Peer {
    model: &'static str,
    /// Instructions of TensorFlow Lite Micro on the M4, and of its ARMv6-M code. tflite-micro 90b983c2 with CMSIS-NN
    /// 4ab83cc3, gcc 12.2, the makefile's release flags; counted in QEMU, as here.
    tflm: [u64; 2],
    /// Its arena on the M4, bytes.
    arena: u64,
    /// Its flash there without the model, int8 kernels only, bytes; none that was measured.
    text: Option<u64>,
    /// Cycles on an M4 of the best closed submission to MLPerf Tiny, measured on silicon.
    best: Option<u64>,
}

const PEERS: [Peer; 5] = [
    Peer { model: "ad", tflm: [582_920, 1_762_680], arena: 2_580, text: Some(28_168), best: Some(486_000) },
    Peer {
        model: "kws",
        tflm: [7_701_400, 29_014_840],
        arena: 22_820,
        text: Some(53_328),
        best: Some(5_180_000),
    },
    Peer { model: "sww", tflm: [2_227_600, 9_548_120], arena: 16_596, text: None, best: None },
    Peer {
        model: "resnet",
        tflm: [29_863_920, 97_565_880],
        arena: 54_996,
        text: Some(51_136),
        best: Some(19_800_000),
    },
    Peer {
        model: "vww",
        tflm: [24_101_960, 86_885_880],
        arena: 100_708,
        text: Some(53_328),
        best: Some(10_700_000),
    },
];

pub(crate) fn command(shell: &Shell, _: &[String]) -> Outcome {
    let lines = budget::read(&fs::read_to_string(shell.root.join(SNAP))?);
    let path = shell.root.join(README);
    let readme = fs::read_to_string(&path)?;
    let put = put(&readme, &table(&lines)).ok_or("README.md has no place for the table")?;
    fs::write(&path, put)?;
    fs::write(shell.root.join(PICTURE), picture(&lines))?;
    println!("{README} and {PICTURE} hold what {SNAP} says");
    Ok(())
}

/// The text with a table between the marks.
fn put(text: &str, table: &str) -> Option<String> {
    let (before, rest) = text.split_once(MARKS.0)?;
    let (_, after) = rest.split_once(MARKS.1)?;
    Some(format!("{before}{}{table}{}{after}", MARKS.0, MARKS.1))
}

/// A figure of a model on a core.
fn figure(lines: &[Line], model: &str, core: &str, name: &str) -> Option<u64> {
    lines.iter().find(|line| line.model == model && line.core == core)?.figure(name)
}

fn table(lines: &[Line]) -> String {
    let mut text = String::from(
        "| | M4 instructions | of TFLM's | M4 cycles (model) | best published | M0 instructions | TFLM's | arena | TFLM's | code | TFLM's |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for Peer { model, tflm: [m4, m0], arena, text: code, best } in PEERS {
        let ours = |core, name| figure(lines, model, core, name);
        let cells = [
            ours("m4-speed", "instructions").map(millions),
            ours("m4-speed", "instructions").map(|ours| format!("{} %", ours * 100 / m4)),
            ours("m4-speed", "cycles").map(millions),
            best.map(millions),
            ours("m0", "instructions").map(millions),
            Some(millions(m0)),
            ours("m4-speed", "arena_bytes").map(|bytes| bytes.to_string()),
            Some(arena.to_string()),
            ours("m4-speed", "text_bytes").map(|bytes| bytes.to_string()),
            code.map(|bytes| bytes.to_string()),
        ];
        let cells = cells.map(Option::unwrap_or_default).join(" | ");
        // writing to a string does not fail
        let _ = writeln!(text, "| {model} | {cells} |");
    }
    text
}

fn millions(n: u64) -> String {
    format!("{}.{:02} M", n / 1_000_000, n % 1_000_000 / 10_000)
}

/// Bars of instructions on the M4, the peer's of each model as long as the picture is wide.
fn picture(lines: &[Line]) -> String {
    const BAR: u64 = 16;
    const GAP: u64 = 14;
    const LEFT: u64 = 80;
    const WIDTH: u64 = 480;
    let rows = [("TFLM", "#9aa4b2"), ("m4", "#6ea8d8"), ("m4-speed", "#1f6fb2")];
    let high = (BAR * rows.len() as u64 + GAP) * PEERS.len() as u64 + 2 * GAP;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{high}\" font-family=\"sans-serif\" font-size=\"12\">
<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
        LEFT + WIDTH + 180
    );
    let mut y = GAP;
    for peer in PEERS {
        let _ = writeln!(
            text,
            "<text x=\"10\" y=\"{}\" font-weight=\"bold\">{}</text>",
            y + BAR * 2 - 4,
            peer.model
        );
        for (core, colour) in rows {
            let ours = figure(lines, peer.model, core, "instructions");
            let Some(n) = (if core == "TFLM" { Some(peer.tflm[0]) } else { ours }) else { continue };
            let name = match core {
                "m4" => "Midge",
                "m4-speed" => "Midge, for speed",
                other => other,
            };
            let long = n * WIDTH / peer.tflm[0];
            let _ = writeln!(
                text,
                "<rect x=\"{LEFT}\" y=\"{y}\" width=\"{long}\" height=\"{}\" fill=\"{colour}\"/>",
                BAR - 2
            );
            let (x, below) = (LEFT + long + 6, y + BAR - 5);
            let _ = writeln!(text, "<text x=\"{x}\" y=\"{below}\">{name}: {}</text>", millions(n));
            y += BAR;
        }
        y += GAP;
    }
    let _ =
        writeln!(text, "<text x=\"{LEFT}\" y=\"{y}\">instructions of a run on a Cortex-M4</text>\n</svg>");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines() -> Vec<Line> {
        budget::read("kws m4-speed 15592 51984 16576 0 728 3850700 6067883\n")
    }

    #[test]
    fn a_row_has_ours_beside_theirs() {
        let table = table(&lines());
        let row = "| kws | 3.85 M | 50 % | 6.06 M | 5.18 M |  | 29.01 M | 16576 | 22820 | 15592 | 53328 |";
        assert!(table.contains(row), "{table}");
        assert!(table.contains("| sww |  |  |  |  |  | 9.54 M |"), "{table}");
    }

    #[test]
    fn only_what_is_between_the_marks_is_written() {
        let text = format!("a\n{}old\n{}\nb", MARKS.0, MARKS.1);
        assert_eq!(put(&text, "new\n").unwrap(), format!("a\n{}new\n{}\nb", MARKS.0, MARKS.1));
        assert_eq!(put("no marks", "new"), None);
    }

    #[test]
    fn a_bar_is_as_long_as_its_part_of_the_peers() {
        assert!(picture(&lines()).contains("width=\"240\" height=\"14\" fill=\"#1f6fb2\""));
    }
}
