//! Columns of text.

/// Rows of cells below titles. Columns whose cells all are numbers stand to the right.
pub(crate) struct Table {
    titles: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(titles: &[&'static str]) -> Self {
        Table { titles: titles.into(), rows: Vec::new() }
    }

    /// Adds a row. What files say may hold anything; here it is one line without control characters.
    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.iter().map(|cell| clean(cell)).collect());
    }

    pub(crate) fn text(&self) -> String {
        let widths: Vec<usize> =
            (0..self.titles.len()).map(|c| self.column(c).map(width).max().unwrap_or(0)).collect();
        let right: Vec<bool> =
            (0..self.titles.len()).map(|c| self.column(c).skip(1).all(is_number)).collect();
        let titles: Vec<String> = self.titles.iter().map(|t| t.to_string()).collect();
        let mut out = String::new();
        for row in std::iter::once(&titles).chain(&self.rows) {
            let mut line = String::new();
            for ((cell, wide), right) in row.iter().zip(&widths).zip(&right) {
                let gap = " ".repeat(wide.saturating_sub(width(cell)));
                let (before, after) = if *right { (gap.as_str(), "") } else { ("", gap.as_str()) };
                line += &format!("{before}{cell}{after}  ");
            }
            out += line.trim_end();
            out.push('\n');
        }
        out
    }

    fn column(&self, index: usize) -> impl Iterator<Item = &str> {
        let title = self.titles.get(index).copied();
        title.into_iter().chain(self.rows.iter().filter_map(move |row| row.get(index)).map(String::as_str))
    }
}

/// `name  value` lines.
pub(crate) fn facts(facts: &[(&str, String)]) -> String {
    let widest = facts.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
    facts.iter().map(|(name, value)| format!("{name:widest$}  {}\n", clean(value))).collect()
}

/// Text from a file without what would move a terminal's cursor.
pub(crate) fn clean(text: &str) -> String {
    text.chars()
        .flat_map(|c| if c.is_control() { c.escape_default().collect::<Vec<_>>() } else { vec![c] })
        .collect()
}

/// The end of a long name, which tells more than its start.
pub(crate) fn short(name: &str) -> String {
    const LONGEST: usize = 40;
    let skip = name.chars().count().saturating_sub(LONGEST);
    if skip == 0 { name.into() } else { std::iter::once('~').chain(name.chars().skip(skip + 1)).collect() }
}

/// A number with a comma before every third digit.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn is_number(cell: &str) -> bool {
    cell.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '%' | 'e'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_and_lines_stay_lines() {
        let mut table = Table::new(&["name", "bytes"]);
        table.row(["a\u{1b}[2J\n".into(), "5".into()]);
        table.row(["longer".into(), "12,345".into()]);
        assert_eq!(table.text(), "name           bytes\na\\u{1b}[2J\\n       5\nlonger        12,345\n");
    }

    #[test]
    fn long_names_keep_their_end() {
        assert_eq!(short("net/conv"), "net/conv");
        let name = short(&"x".repeat(100));
        assert!(name.starts_with("~x") && name.chars().count() == 40);
    }

    #[test]
    fn numbers_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }
}
