//! Curves as a table: a line for each epoch.

use crate::error::{Error, Result};
use crate::state::Row;

/// A column of numbers with its title. Where an epoch has none, there is NaN.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its title.
    pub title: String,
    /// A number for each epoch.
    pub numbers: Vec<f64>,
}

type Read = fn(&Row) -> Option<f64>;

/// What is told of epochs, apart from their number.
const COLUMNS: [(&str, Read); 8] = [
    ("step", |row| Some(row.step as f64)),
    ("rate", |row| row.rate.to_string().parse().ok()),
    ("loss", |row| Some(row.loss)),
    ("valid_loss", |row| Some(row.valid.as_ref()?.loss)),
    ("valid_accuracy", |row| row.valid.as_ref()?.accuracy),
    ("valid_f1", |row| row.valid.as_ref()?.f1),
    ("valid_auc", |row| row.valid.as_ref()?.auc),
    ("valid_r2", |row| row.valid.as_ref()?.r2),
];

/// The columns that rows have numbers for.
pub(crate) fn columns(rows: &[Row]) -> Vec<Column> {
    let column = |(title, read): &(&str, Read)| Column {
        title: (*title).into(),
        numbers: rows.iter().map(|row| read(row).unwrap_or(f64::NAN)).collect(),
    };
    COLUMNS.iter().map(column).filter(|column| column.numbers.iter().any(|x| x.is_finite())).collect()
}

/// A table of rows.
pub(crate) fn csv(rows: &[Row]) -> String {
    let columns = columns(rows);
    let titles = columns.iter().map(|column| column.title.as_str());
    let mut text = std::iter::once("epoch").chain(titles).collect::<Vec<_>>().join(",") + "\n";
    for (at, row) in rows.iter().enumerate() {
        let cell = |column: &Column| match column.numbers[at] {
            x if x.is_nan() => String::new(),
            x => x.to_string(),
        };
        text += &std::iter::once(row.epoch.to_string())
            .chain(columns.iter().map(cell))
            .collect::<Vec<_>>()
            .join(",");
        text.push('\n');
    }
    text
}

/// Reads a table of curves: titles, then numbers in each line. The first column counts the others.
///
/// # Errors
/// A line has another number of cells, or one that is no number.
pub fn read(text: &str) -> Result<Vec<Column>> {
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let titles = lines.next().map(|(_, line)| line.split(',').map(str::trim)).into_iter().flatten();
    let mut columns: Vec<Column> =
        titles.map(|title| Column { title: title.into(), numbers: Vec::new() }).collect();
    for (at, line) in lines {
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        if cells.len() != columns.len() {
            let what = format!("line {}: {} cells below {} titles", at + 1, cells.len(), columns.len());
            return Err(Error::Recipe(what));
        }
        for (column, cell) in columns.iter_mut().zip(cells) {
            let wrong = || {
                Error::Recipe(format!("line {}: {cell:?} in column {:?} is no number", at + 1, column.title))
            };
            column.numbers.push(if cell.is_empty() {
                f64::NAN
            } else {
                cell.parse().map_err(|_| wrong())?
            });
        }
    }
    match columns.first().is_some_and(|column| !column.numbers.is_empty()) {
        true => Ok(columns),
        false => Err(Error::Recipe("no line with numbers below titles".into())),
    }
}
