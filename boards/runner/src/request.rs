//! What the host asks for, a line a plan: `plan=BYTES [rows=N] [input=AT] [output=AT] [repeat=N] [dump=1] [keep=1]`.

use crate::failure::Failure;

/// A request for some runs of a plan.
#[derive(Debug, Default)]
pub(crate) struct Request {
    /// Length of the plan in bytes.
    pub(crate) plan: usize,
    /// Rows to read from `input.bin` and answer in `output.bin`.
    pub(crate) rows: usize,
    /// Where its rows start in `input.bin`.
    pub(crate) input: usize,
    /// Where they start in `output.bin`.
    pub(crate) output: usize,
    /// Counted runs of the first row.
    pub(crate) repeat: usize,
    /// Whether state goes on from row to row.
    pub(crate) keep: bool,
    /// Whether every step's outputs go to `dump.bin`.
    pub(crate) dump: bool,
}

impl Request {
    /// Reads a line.
    pub(crate) fn parse(line: &str) -> Result<Request, Failure> {
        let mut request = Request::default();
        for word in line.split_whitespace() {
            let (key, value) = word.split_once('=').ok_or(Failure::Request)?;
            let value: usize = value.parse().map_err(|_| Failure::Request)?;
            match key {
                "plan" => request.plan = value,
                "rows" => request.rows = value,
                "input" => request.input = value,
                "output" => request.output = value,
                "repeat" => request.repeat = value,
                "keep" => request.keep = value != 0,
                "dump" => request.dump = value != 0,
                _ => return Err(Failure::Request),
            }
        }
        Ok(request)
    }
}
