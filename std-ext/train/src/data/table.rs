//! Rows of text: CSV.
//!
//! The reader of plain numbers in `midge_runtime::array` refuses a whole file for one bad cell; here titles, classes as words
//! and empty cells are data too, and each row is judged for itself.

use std::collections::BTreeSet;
use std::path::Path;

use super::error::{bytes, file};
use super::{DataError, Dataset, Result, Sample, Values, within};

/// What is to be learned of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Classes, in the column of that title, or the last one.
    Class(Option<String>),
    /// Numbers, in the column of that title, or the last one.
    Number(Option<String>),
    /// Nothing: every column is an input.
    None,
}

/// Rows of numbers, a column of which may be what is to be learned.
#[derive(Clone, Debug)]
pub struct Table {
    name: String,
    titles: Vec<String>,
    classes: Vec<String>,
    rows: Vec<(usize, std::result::Result<Row, Fault>)>,
}

#[derive(Clone, Debug)]
struct Row {
    numbers: Vec<f32>,
    label: Option<Values>,
}

/// Why a row is no sample.
#[derive(Clone, Debug)]
enum Fault {
    /// Columns without a value.
    Missing(Vec<String>),
    Other(String),
}

impl Table {
    /// Reads a file of lines with commas between cells, which may stand in quotes. A first line without a number holds
    /// titles. Classes that are whole numbers are their own numbers; words are numbered in their order. Rows that are not
    /// right are kept, and refused when they are asked for: [`validate`](super::validate) lists them.
    ///
    /// # Errors
    /// The file can't be read, is not UTF-8, has no row, or no column of that title.
    pub fn read(path: &Path, target: &Target) -> Result<Table> {
        let text = String::from_utf8(bytes(path)?).map_err(|error| {
            file(path, format!("not UTF-8 from byte {} on", error.utf8_error().valid_up_to()))
        })?;
        let mut lines = lines(text.trim_start_matches('\u{feff}')).map_err(|what| file(path, what))?;
        let Some((_, first)) = lines.first() else { return Err(file(path, "no line with numbers")) };
        let titles = match first.iter().all(|cell| cell.parse::<f32>().is_err()) {
            true => lines.remove(0).1,
            false => (0..first.len()).map(|column| format!("column {}", column + 1)).collect(),
        };
        if lines.is_empty() {
            return Err(file(path, "no line below its titles"));
        }
        let place = match target {
            Target::None => None,
            Target::Class(None) | Target::Number(None) => Some(titles.len() - 1),
            Target::Class(Some(title)) | Target::Number(Some(title)) => {
                let place = titles.iter().position(|own| own == title);
                let none = || file(path, format!("no column {title:?}; there are {}", titles.join(", ")));
                Some(place.ok_or_else(none)?)
            }
        };
        let classes = match (target, place) {
            (Target::Class(_), Some(place)) => {
                let cells = lines.iter().filter(|(_, cells)| cells.len() == titles.len());
                let cells = cells.map(|(_, cells)| cells[place].as_str()).filter(|cell| !is_missing(cell));
                classes(&cells.collect())
            }
            _ => Vec::new(),
        };
        let rows = lines.iter().map(|(line, cells)| (*line, row(cells, &titles, place, &classes))).collect();
        let titles = titles.iter().enumerate().filter(|(at, _)| Some(*at) != place);
        let titles = titles.map(|(_, title)| title.clone()).collect();
        Ok(Table { name: path.display().to_string(), titles, classes, rows })
    }

    /// Titles of the columns that are inputs.
    pub fn titles(&self) -> &[String] {
        &self.titles
    }
}

impl Dataset for Table {
    fn len(&self) -> usize {
        self.rows.len()
    }

    fn get(&self, index: usize) -> Result<Sample> {
        within(index, self.len())?;
        match &self.rows[index].1 {
            Ok(row) => {
                let inputs = vec![Values::floats(row.numbers.len(), row.numbers.clone())?];
                Ok(Sample { inputs, label: row.label.clone() })
            }
            Err(Fault::Missing(columns)) => {
                Err(DataError::Missing { name: self.name(index), columns: columns.clone() })
            }
            Err(Fault::Other(what)) => Err(DataError::Sample { name: self.name(index), what: what.clone() }),
        }
    }

    fn name(&self, index: usize) -> String {
        format!("{}, line {}", self.name, self.rows.get(index).map_or(0, |row| row.0))
    }

    fn classes(&self) -> &[String] {
        &self.classes
    }
}

/// What people write where there is no value.
fn is_missing(cell: &str) -> bool {
    ["", "?", "na", "n/a", "nan", "null"].contains(&cell.to_ascii_lowercase().as_str())
}

/// Names of classes by number.
fn classes(cells: &BTreeSet<&str>) -> Vec<String> {
    const MOST: usize = 1 << 16;
    let numbers: Option<Vec<usize>> =
        cells.iter().map(|cell| cell.parse().ok().filter(|n| *n < MOST)).collect();
    match numbers {
        Some(numbers) => (0..=numbers.into_iter().max().unwrap_or(0)).map(|n| n.to_string()).collect(),
        None => cells.iter().map(|cell| cell.to_string()).collect(),
    }
}

fn row(
    cells: &[String],
    titles: &[String],
    place: Option<usize>,
    classes: &[String],
) -> std::result::Result<Row, Fault> {
    if cells.len() != titles.len() {
        return Err(Fault::Other(format!("{} cells, and there are {} columns", cells.len(), titles.len())));
    }
    let empty: Vec<_> = cells.iter().zip(titles).filter(|(cell, _)| is_missing(cell)).collect();
    if !empty.is_empty() {
        return Err(Fault::Missing(empty.into_iter().map(|(_, title)| title.clone()).collect()));
    }
    let number = |at: usize| match cells[at].parse::<f32>() {
        Ok(number) if number.is_finite() => Ok(number),
        _ => Err(Fault::Other(format!(
            "{:?} in column {:?} is no number; write numbers for words, or take the column out",
            cells[at], titles[at]
        ))),
    };
    let inputs = (0..cells.len()).filter(|at| Some(*at) != place);
    let numbers = inputs.map(number).collect::<std::result::Result<_, _>>()?;
    let fault = |error: DataError| Fault::Other(error.to_string());
    let label = match place {
        None => None,
        Some(at) if classes.is_empty() => Some(Values::floats(1, vec![number(at)?]).map_err(fault)?),
        Some(at) => {
            let class = cells[at]
                .parse::<usize>()
                .ok()
                .filter(|class| classes.get(*class) == Some(&class.to_string()));
            let class = class.or_else(|| classes.iter().position(|class| *class == cells[at]));
            let none = || Fault::Other(format!("{:?} in column {:?} is no class", cells[at], titles[at]));
            Some(Values::class(class.ok_or_else(none)?))
        }
    };
    Ok(Row { numbers, label })
}

/// Lines that are not empty, with their numbers from 1, and their cells. In quotes stand commas, ends of lines, and quotes
/// doubled.
fn lines(text: &str) -> std::result::Result<Vec<(usize, Vec<String>)>, String> {
    let mut lines = Vec::new();
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let (mut line, mut start) = (1, 1);
    let mut chars = text.chars().peekable();
    loop {
        match chars.next() {
            Some('"') if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            Some('"') if quoted || cell.trim().is_empty() => quoted = !quoted,
            Some(',') if !quoted => cells.push(std::mem::take(&mut cell).trim().to_owned()),
            None if quoted => return Err(format!("line {start}: a quote is never closed")),
            end @ (Some('\n') | None) if !quoted => {
                cells.push(std::mem::take(&mut cell).trim().to_owned());
                if cells.iter().any(|cell| !cell.is_empty()) {
                    lines.push((start, std::mem::take(&mut cells)));
                }
                cells.clear();
                line += 1;
                start = line;
                if end.is_none() {
                    return Ok(lines);
                }
            }
            Some(char) => {
                line += usize::from(char == '\n');
                cell.push(char);
            }
            None => return Ok(lines),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_commas_and_ends_of_lines() {
        let found = lines("a, \"b, \"\"c\"\"\"\r\n\n1,\"two\nlines\"\n3,4").unwrap();
        let cells = |cells: [&str; 2]| cells.map(String::from).to_vec();
        assert_eq!(
            found,
            [(1, cells(["a", "b, \"c\""])), (3, cells(["1", "two\nlines"])), (5, cells(["3", "4"]))]
        );
        assert_eq!(lines("1,2\n\"x,3\n"), Err("line 2: a quote is never closed".into()));
    }
}
