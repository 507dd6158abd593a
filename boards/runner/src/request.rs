//! What the host asks for, on the command line: `runner plan=BYTES [rows=N] [repeat=N] [dump=1]`.

use crate::failure::Failure;

/// A request for some runs of the plan beside the image.
#[derive(Debug, Default)]
pub(crate) struct Request {
    /// Length of the plan in bytes.
    pub(crate) plan: usize,
    /// Rows to read from `input.bin` and answer in `output.bin`.
    pub(crate) rows: usize,
    /// Counted runs of the first row.
    pub(crate) repeat: usize,
    /// Whether every step's outputs go to `dump.bin`.
    pub(crate) dump: bool,
}

impl Request {
    /// Reads a command line; its first word is the program's name.
    pub(crate) fn parse(line: &str) -> Result<Request, Failure> {
        let mut request = Request::default();
        for word in line.trim_matches(['\0', ' ']).split(' ').skip(1) {
            let (key, value) = word.split_once('=').ok_or(Failure::Arguments)?;
            let value: usize = value.parse().map_err(|_| Failure::Arguments)?;
            match key {
                "plan" => request.plan = value,
                "rows" => request.rows = value,
                "repeat" => request.repeat = value,
                "dump" => request.dump = value != 0,
                _ => return Err(Failure::Arguments),
            }
        }
        Ok(request)
    }
}
