//! Reading the few kinds of NumPy file that xtask meets.

use crate::Outcome;
use std::fs;
use std::path::Path;

/// An array of signed bytes.
pub(crate) struct Bytes {
    /// Elements after the first axis, multiplied.
    pub(crate) row: usize,
    pub(crate) data: Vec<i8>,
}

/// Reads an int8 array with at least one axis.
pub(crate) fn read(path: &Path) -> Outcome<Bytes> {
    let file = fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    parse(&file).ok_or_else(|| format!("{} is no int8 array", path.display()).into())
}

/// Version 1 of the format: ten bytes, whose last two say how long the header is; the header is a Python dict.
fn parse(file: &[u8]) -> Option<Bytes> {
    let rest = file.strip_prefix(b"\x93NUMPY\x01\x00")?;
    let (len, rest) = rest.split_first_chunk()?;
    let (header, data) = rest.split_at_checked(u16::from_le_bytes(*len).into())?;
    let header = std::str::from_utf8(header).ok()?;
    if !header.contains("'|i1'") || header.contains("'fortran_order': True") {
        return None;
    }
    let shape = header.split_once("'shape': (")?.1.split_once(')')?.0;
    let axes = shape.split(',').map(str::trim).filter(|axis| !axis.is_empty());
    let axes: Vec<usize> = axes.map(|axis| axis.parse().ok()).collect::<Option<_>>()?;
    let (rows, row) = (axes.first()?, axes.iter().skip(1).product::<usize>());
    let data: Vec<i8> = data.iter().map(|byte| byte.cast_signed()).collect();
    (data.len() == rows.checked_mul(row)?).then_some(Bytes { row, data })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(kind: &str, shape: &str, data: &[u8]) -> Vec<u8> {
        let header = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}\n");
        let len = u16::try_from(header.len()).unwrap().to_le_bytes();
        [b"\x93NUMPY\x01\x00", &len[..], header.as_bytes(), data].concat()
    }

    #[test]
    fn rows_are_read() {
        let array = parse(&file("|i1", "(2, 1, 3)", &[1, 2, 3, 4, 5, 255])).unwrap();
        assert_eq!((array.row, array.data.as_slice()), (3, &[1, 2, 3, 4, 5, -1][..]));
    }

    #[test]
    fn other_arrays_are_refused() {
        assert!(parse(&file("<f4", "(1,)", &[0; 4])).is_none());
        assert!(parse(&file("|i1", "(2, 3)", &[0; 5])).is_none());
        assert!(parse(b"\x93NUMPY\x01\x00\xff\xff").is_none());
    }
}
