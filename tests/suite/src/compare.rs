//! Where an answer differs from what is wanted.

use crate::archive::Array;
use std::fmt;

/// How far an element of a float output may be off, as a part of the largest magnitude that is wanted in its row.
pub const TOLERANCE: f32 = 1e-5;

/// Where an answer differs from what is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Index of the output.
    pub output: usize,
    /// Row of inputs, then the element's index along each axis.
    pub at: Vec<usize>,
    /// The element that is wanted, in words.
    pub want: String,
    /// The one that came.
    pub got: String,
    /// How many elements of this output differ.
    pub count: usize,
    /// How many elements it has.
    pub of: usize,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference { output, at, want, got, count, of } = self;
        write!(f, "output {output} at {at:?}: {got} instead of {want} ({count} of {of} elements differ)")
    }
}

/// The first element of `got`, the bytes of each output's rows, that is not as wanted. Floats may be off by
/// [`TOLERANCE`]; everything else must be the same bytes.
pub fn compare(want: &[Array], got: &[Vec<u8>]) -> Option<Difference> {
    within(TOLERANCE, want, got)
}

/// The same with another tolerance.
pub fn within(tolerance: f32, want: &[Array], got: &[Vec<u8>]) -> Option<Difference> {
    want.iter().enumerate().find_map(|(output, want)| {
        let got = got.get(output).map_or(&[][..], Vec::as_slice);
        let size = want.element_bytes().max(1);
        let elements = want.bytes.len().max(got.len()).div_ceil(size);
        let piece = |bytes: &'_ [u8], i: usize| bytes.get(i * size..(i + 1) * size).unwrap_or(&[]).to_vec();
        let margins = margins(want, tolerance);
        let row = (want.bytes.len() / size / want.rows().max(1)).max(1);
        let differs = |i: &usize| {
            let (want, got) = (piece(&want.bytes, *i), piece(got, *i));
            want != got && !margins.get(i / row).is_some_and(|margin| near(&want, &got, *margin))
        };
        let first = (0..elements).find(differs)?;
        let (mut at, mut flat) = (Vec::new(), first);
        for extent in want.shape.iter().rev() {
            at.insert(0, flat % extent.max(&1));
            flat /= extent.max(&1);
        }
        Some(Difference {
            output,
            at,
            want: number(&want.kind, &piece(&want.bytes, first)),
            got: number(&want.kind, &piece(got, first)),
            count: (0..elements).filter(differs).count(),
            of: want.bytes.len() / size,
        })
    })
}

/// How far the elements of each row may be off; nothing for what must be exact.
fn margins(want: &Array, tolerance: f32) -> Vec<f32> {
    if want.kind != "<f4" {
        return Vec::new();
    }
    let largest = |row: usize| {
        let floats = want.row(row).chunks_exact(4).filter_map(float).filter(|x| x.is_finite());
        floats.fold(0.0f32, |largest, x| largest.max(x.abs()))
    };
    (0..want.rows()).map(|row| largest(row) * tolerance).collect()
}

/// Whether both are floats, and not further apart than `margin`. Every NaN is near every other.
fn near(want: &[u8], got: &[u8], margin: f32) -> bool {
    match (float(want), float(got)) {
        (Some(want), Some(got)) => (want - got).abs() <= margin || want.is_nan() && got.is_nan(),
        _ => false,
    }
}

fn float(bytes: &[u8]) -> Option<f32> {
    bytes.try_into().ok().map(f32::from_le_bytes)
}

/// An element in words, by NumPy's name of its type.
fn number(kind: &str, bytes: &[u8]) -> String {
    match (kind, bytes) {
        (_, []) => "nothing".into(),
        ("|i1", [byte]) => byte.cast_signed().to_string(),
        ("|u1" | "|b1", [byte]) => byte.to_string(),
        ("<i2", &[a, b]) => i16::from_le_bytes([a, b]).to_string(),
        ("<i4", &[a, b, c, d]) => i32::from_le_bytes([a, b, c, d]).to_string(),
        ("<f4", bytes) => float(bytes).map_or_else(|| format!("{bytes:?}"), |x| format!("{x:?}")),
        ("<i8", &[a, b, c, d, e, f, g, h]) => i64::from_le_bytes([a, b, c, d, e, f, g, h]).to_string(),
        _ => format!("{bytes:?}"),
    }
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

    #[test]
    fn floats_may_be_off_by_a_part_of_their_rows_largest() {
        let bytes = |floats: &[f32]| floats.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>();
        let nan = f32::NAN;
        let array = |floats: &[f32]| Array { kind: "<f4".into(), shape: vec![2, 2], bytes: bytes(floats) };
        let first = |want: &[f32], got: &[f32]| compare(&[array(want)], &[bytes(got)]).map(|found| found.at);
        assert_eq!(first(&[1000.0, 0.0, 1.0, 0.0], &[1000.0, 0.0099, 1.0, 0.0]), None);
        assert_eq!(first(&[1000.0, 0.0, 1.0, 0.0], &[1000.0, 0.0101, 1.0, 0.0]), Some(vec![0, 1]));
        assert_eq!(first(&[1000.0, 0.0, 1.0, 0.0], &[1000.0, 0.0, 1.0, 0.0099]), Some(vec![1, 1]));
        let extremes = [f32::INFINITY, nan, -0.0, f32::NEG_INFINITY];
        assert_eq!(first(&extremes, &[f32::INFINITY, -nan, 0.0, f32::NEG_INFINITY]), None);
        assert_eq!(first(&extremes, &[f32::NEG_INFINITY, nan, 0.0, f32::NEG_INFINITY]), Some(vec![0, 0]));
        assert_eq!(first(&[1.0, 0.0, 0.0, 0.0], &[1.0, nan, 0.0, 0.0]), Some(vec![0, 1]));
        let integers = Array { kind: "<i4".into(), ..array(&[1.0, 1.0, 1.0, 1.0]) };
        assert!(compare(&[integers], &[bytes(&[1.0, 1.0, 1.0, 1.000_001])]).is_some());
    }
}
