//! A picture of buffers over steps, for a terminal.

use super::{BufferId, Kind, Layout, Problem, bound};
use std::fmt::Write;

/// Most columns of the bars; longer plans put several steps in one.
const COLUMNS: usize = 48;
/// Most buffers that are drawn; of more, the smallest are left out.
const ROWS: usize = 34;
/// Most characters of a name.
const NAME: usize = 20;

/// Draws a layout: for each buffer its name, first byte, bytes (not rounded), first and last position in the order,
/// and a bar over the steps; below, the steps in which most is live. At most 100 columns and 40 lines.
///
/// A bar is of `#`; of `=` where the buffer took over another's bytes in place, of `+` for scratch.
pub fn draw(problem: &Problem, layout: &Layout, name: impl Fn(BufferId) -> String) -> String {
    let steps = layout.order.len().max(1);
    let each = steps.div_ceil(COLUMNS);
    let columns = steps.div_ceil(each);
    let drawn = drawn(problem, layout);
    let names: Vec<String> = drawn.iter().map(|&b| short(&name(BufferId(b)))).collect();
    let width = names.iter().map(|n| n.chars().count()).max().unwrap_or(0).max("buffer".len());
    let mut text = String::new();
    line(&mut text, [&pad("buffer", width), "offset", "bytes", "steps"], &ruler(columns, each));
    for (&buffer, name) in drawn.iter().zip(&names) {
        let Some(life) = layout.lifetimes[buffer] else { continue };
        let mark = match (problem.buffers[buffer].kind, layout.aliases[buffer]) {
            (Kind::Scratch, _) => '+',
            (_, Some(_)) => '=',
            _ => '#',
        };
        let bar = (0..columns)
            .map(|c| if (life.first / each..=life.last / each).contains(&c) { mark } else { '-' });
        let offset = layout.offsets[buffer].to_string();
        let bytes = problem.buffers[buffer].bytes.to_string();
        let span = format!("{}-{}", life.first, life.last);
        line(
            &mut text,
            [&pad(name, width), &offset, &bytes, &span],
            &format!("|{}|", bar.collect::<String>()),
        );
    }
    let left = layout.lifetimes.iter().flatten().count() - drawn.len();
    if left > 0 {
        text.push_str(&format!("and {left} smaller\n"));
    }
    let live = bound::live(problem, &layout.order, &layout.aliases);
    let most = live.iter().copied().max().unwrap_or(0);
    let at_most = |c: usize| live.iter().skip(c * each).take(each).any(|&bytes| bytes == most);
    let marks: String = (0..columns).map(|c| if at_most(c) { '^' } else { ' ' }).collect();
    line(&mut text, [&pad("most live", width), "", &most.to_string(), ""], &format!("|{marks}|"));
    if each > 1 {
        text.push_str(&format!("one column is {each} steps\n"));
    }
    text
}

/// Buffers by the step in which they become live, then by offset; only the largest if there are too many.
fn drawn(problem: &Problem, layout: &Layout) -> Vec<usize> {
    let mut all: Vec<usize> = (0..problem.buffers.len()).filter(|&b| layout.lifetimes[b].is_some()).collect();
    all.sort_by_key(|&b| (std::cmp::Reverse(problem.buffers[b].bytes), b));
    all.truncate(ROWS);
    all.sort_by_key(|&b| (layout.lifetimes[b].map(|l| l.first), layout.offsets[b], b));
    all
}

fn line(text: &mut String, [name, offset, bytes, span]: [&str; 4], bar: &str) {
    let head = format!("{name} {offset:>8} {bytes:>8} {span:>9} {bar}");
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{}", head.trim_end());
}

/// Every tenth column with its step.
fn ruler(columns: usize, each: usize) -> String {
    let mut ruler = String::from(" ");
    for column in (0..columns).step_by(10) {
        ruler.push_str(&format!("{:<10}", column * each));
    }
    ruler
}

fn pad(name: &str, width: usize) -> String {
    format!("{name:<width$}")
}

/// A name without control characters; of a long one the end, which tells more than the beginning.
fn short(name: &str) -> String {
    let clean: Vec<char> = name.chars().map(|c| if c.is_control() { '?' } else { c }).collect();
    match clean.len().checked_sub(NAME) {
        None | Some(0) => clean.into_iter().collect(),
        Some(over) => std::iter::once('~').chain(clean.into_iter().skip(over + 1)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::plan;
    use super::super::tests::{chain, net, step};
    use super::*;

    #[test]
    fn a_small_plan() {
        let mut steps = vec![step(&[0], &[1]), step(&[1], &[2]), step(&[2], &[3])];
        steps[0].scratch.push(BufferId(4));
        steps[1].in_place.push((BufferId(1), BufferId(2)));
        let problem = net(
            &[
                (490, Kind::Input),
                (8000, Kind::Inner),
                (8000, Kind::Inner),
                (12, Kind::Output),
                (64, Kind::Scratch),
            ],
            steps,
        );
        let names = ["input", "kws/conv1", "a/very/long/name/of/a/tensor", "out", "scratch"];
        let picture = draw(&problem, &plan(&problem).unwrap(), |b| names[b.0].to_owned());
        let want = "\
buffer                 offset    bytes     steps  0
kws/conv1                   0     8000       0-1 |##-|
input                    8000      490       0-0 |#--|
scratch                  8496       64       0-0 |+--|
~ng/name/of/a/tensor        0     8000       1-2 |-==|
out                      8000       12       2-2 |--#|
most live                         8560           |^  |
";
        assert_eq!(picture, want, "{picture}");
    }

    #[test]
    fn a_large_plan_stays_on_the_screen() {
        let problem = chain(300);
        let picture = draw(&problem, &plan(&problem).unwrap(), |b| format!("layer/{}/\u{1b}[2Joutput", b.0));
        assert!(picture.lines().count() <= 40, "{picture}");
        assert!(picture.lines().all(|l| l.chars().count() <= 100), "{picture}");
        assert!(!picture.contains('\u{1b}'));
        assert!(picture.contains('^') && picture.contains("one column is"));
    }
}
