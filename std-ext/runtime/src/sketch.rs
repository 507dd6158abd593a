//! A graph drawn in text, from the top down: a column for each value that is still needed.

/// A box of the drawing. Nodes stand in an order in which each reads only earlier ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What marks its place: `*` for a step, `o` for an input or output.
    pub mark: char,
    /// What stands beside it.
    pub label: String,
    /// Indices of the nodes that it reads.
    pub reads: Vec<usize>,
}

impl Node {
    /// An input (which reads nothing) or output.
    pub fn port(name: &str, shape: &[usize], dtype: &str, reads: Vec<usize>) -> Self {
        Node { mark: 'o', label: format!("{name} {shape:?} {dtype}"), reads }
    }

    /// A step.
    pub fn step(index: usize, name: &str, shape: &[usize], reads: Vec<usize>) -> Self {
        Node { mark: '*', label: format!("{index} {name} {shape:?}"), reads }
    }
}

/// Draws the nodes, one a line, with lines between where columns branch (`.`) and join (`'`).
pub fn draw(nodes: &[Node]) -> String {
    let mut last = vec![None; nodes.len()];
    for (at, node) in nodes.iter().enumerate() {
        for read in node.reads.iter().filter(|read| **read < at) {
            if let Some(last) = last.get_mut(*read) {
                *last = Some(at);
            }
        }
    }
    let mut out = String::new();
    // which node's value each column carries
    let mut columns: Vec<Option<usize>> = Vec::new();
    for (at, node) in nodes.iter().enumerate() {
        let is_read = |v: &Option<usize>| v.is_some_and(|v| node.reads.contains(&v));
        let reads: Vec<usize> = (0..columns.len()).filter(|c| columns.get(*c).is_some_and(is_read)).collect();
        let is_last = |v: &Option<usize>| v.is_some_and(|v| last.get(v) == Some(&Some(at)));
        let ends: Vec<bool> = columns.iter().map(is_last).collect();
        let ends = |c: usize| ends.get(c) == Some(&true);
        let free = || columns.iter().position(Option::is_none).unwrap_or(columns.len());
        let place = reads.iter().copied().find(|c| ends(*c)).unwrap_or_else(free);
        if reads.iter().any(|c| *c != place) {
            out += &link(&columns, &reads, place, ends);
        }
        if place == columns.len() {
            columns.push(None);
        }
        for (c, value) in columns.iter_mut().enumerate() {
            if c == place {
                *value = Some(at);
            } else if ends(c) {
                *value = None;
            }
        }
        let cells = columns.iter().enumerate().map(|(c, v)| match v {
            _ if c == place => node.mark,
            Some(_) => '|',
            None => ' ',
        });
        let row: String = cells.flat_map(|cell| [cell, ' ']).collect();
        out += &format!("{} {}\n", row.trim_end(), node.label);
        // a value that nobody reads ends here
        if last.get(at) == Some(&None)
            && let Some(value) = columns.get_mut(place)
        {
            *value = None;
        }
        while columns.last() == Some(&None) {
            columns.pop();
        }
    }
    out
}

/// The line above a node that reads from other columns than its own.
fn link(columns: &[Option<usize>], reads: &[usize], place: usize, ends: impl Fn(usize) -> bool) -> String {
    let first = reads.iter().copied().fold(place, usize::min);
    let end = reads.iter().copied().fold(place, usize::max);
    let width = columns.len().max(place + 1);
    let mut row = String::new();
    for c in 0..width {
        let alive = columns.get(c).is_some_and(Option::is_some);
        row.push(match (reads.contains(&c), c == place) {
            (true, true) => '+',
            (true, false) if ends(c) => '\'',
            (true, false) => '+',
            (false, true) => '.',
            _ if alive => '|',
            _ if (first..end).contains(&c) => '-',
            _ => ' ',
        });
        row.push(if (first..end).contains(&c) { '-' } else { ' ' });
    }
    row.truncate(row.trim_end().len());
    row + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(label: &str, reads: &[usize]) -> Node {
        Node { mark: '*', label: label.into(), reads: reads.into() }
    }

    #[test]
    fn a_chain_is_one_column() {
        assert_eq!(draw(&[node("a", &[]), node("b", &[0])]), "* a\n* b\n");
    }

    #[test]
    fn branches_and_joins_show() {
        let residual = [node("x", &[]), node("conv", &[0]), node("conv", &[1]), node("add", &[0, 2])];
        assert_eq!(draw(&residual), "* x\n+-.\n| * conv\n| * conv\n+-'\n* add\n");
        let three =
            [node("x", &[]), node("a", &[0]), node("b", &[0]), node("c", &[0]), node("cat", &[1, 2, 3])];
        let want = "* x\n+-.\n| * a\n+-|-.\n| | * b\n* | | c\n+-'-'\n* cat\n";
        assert_eq!(draw(&three), want);
    }

    #[test]
    fn several_inputs_and_dead_ends() {
        let nodes = [node("a", &[]), node("b", &[]), node("unused", &[0]), node("sum", &[0, 1])];
        assert_eq!(draw(&nodes), "* a\n| * b\n+-|-.\n| | * unused\n+-'\n* sum\n");
        assert_eq!(draw(&[node("odd", &[7, 0])]), "* odd\n");
        assert_eq!(draw(&[]), "");
    }
}
