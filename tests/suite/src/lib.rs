//! Problems times runtimes: every case of the suite must give the same bytes wherever a plan can run.
//!
//! A [`Case`] is a tiny model, rows of inputs, and what LiteRT's reference kernels answer; `make.py` wrote them all.
//! A [`Runtime`] takes a case the whole way, from the `.tflite` file to output bytes. [`compare`] says where an answer
//! first differs.

pub mod archive;
pub mod attempt;
mod case;
pub mod damage;
pub mod edit;
pub mod models;
pub mod runtime;

pub use archive::Array;
pub use case::{Case, Refused, cases, folder, refused};
pub use runtime::{Buffer, Emulated, Failure, Host, Runtime, on_host};

use std::fmt;

/// Where an answer differs from what is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Index of the output.
    pub output: usize,
    /// Row of inputs, then the element's index along each axis.
    pub at: Vec<usize>,
    /// The bytes of the element that are wanted.
    pub want: Vec<u8>,
    /// The bytes that came.
    pub got: Vec<u8>,
    /// How many elements of this output differ.
    pub count: usize,
    /// How many elements it has.
    pub of: usize,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference { output, at, count, of, .. } = self;
        write!(f, "output {output} at {at:?}: ")?;
        write!(f, "{} instead of {}", number(&self.got), number(&self.want))?;
        write!(f, " ({count} of {of} elements differ)")
    }
}

/// An int8 or float32 element in words.
fn number(bytes: &[u8]) -> String {
    match bytes {
        [byte] => byte.cast_signed().to_string(),
        [a, b, c, d] => format!("{:?}", f32::from_le_bytes([*a, *b, *c, *d])),
        [] => "nothing".into(),
        other => format!("{other:?}"),
    }
}

/// The first element of `got`, the bytes of each output's rows, that is not as wanted.
pub fn compare(want: &[Array], got: &[Vec<u8>]) -> Option<Difference> {
    want.iter().enumerate().find_map(|(output, want)| {
        let size = want.element_bytes().max(1);
        let got = got.get(output).map_or(&[][..], Vec::as_slice);
        let elements = || (0..want.bytes.len().max(got.len())).step_by(size);
        let piece = |bytes: &[u8], at: usize| bytes.get(at..at + size).unwrap_or(&[]).to_vec();
        let differs = |at: &usize| piece(&want.bytes, *at) != piece(got, *at);
        let first = elements().find(differs)?;
        let (mut at, mut flat) = (Vec::new(), first / size);
        for extent in want.shape.iter().rev() {
            at.insert(0, flat % extent.max(&1));
            flat /= extent.max(&1);
        }
        Some(Difference {
            output,
            at,
            want: piece(&want.bytes, first),
            got: piece(got, first),
            count: elements().filter(differs).count(),
            of: want.bytes.len() / size,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_found_and_placed() {
        let want = Array { kind: "|i1".into(), shape: vec![2, 3], bytes: vec![1, 2, 3, 4, 5, 6] };
        assert_eq!(compare(std::slice::from_ref(&want), &[vec![1, 2, 3, 4, 5, 6]]), None);
        let found = compare(std::slice::from_ref(&want), &[vec![1, 2, 3, 4, 255, 7]]).unwrap();
        assert_eq!(found.to_string(), "output 0 at [1, 1]: -1 instead of 5 (2 of 6 elements differ)");
        // a missing or short answer differs too
        assert_eq!(compare(std::slice::from_ref(&want), &[]).unwrap().count, 6);
        assert_eq!(compare(&[want], &[vec![1, 2, 3, 4, 5]]).unwrap().at, [1, 2]);
    }
}
