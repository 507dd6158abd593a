//! One array: `\x93NUMPY`, version, a Python dictionary with type, order and shape, then the elements.
//! <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>

use super::{Array, Dtype, LIMIT, byte_len};
use std::io::Read;

pub(super) const MAGIC: &[u8] = b"\x93NUMPY";
/// Longest header that is read; NumPy itself stops at 10,000 bytes.
const HEADER_LIMIT: usize = 10_000;
/// Most dimensions, as in NumPy.
const RANK_LIMIT: usize = 64;

/// Reads a file's content, up to its end. Memory grows with what is there, not with what the header claims.
pub(super) fn read(mut from: impl Read) -> Result<Array, String> {
    let mut start = [0; 8];
    fill(&mut from, &mut start)?;
    if !start.starts_with(MAGIC) {
        return Err("no .npy data".into());
    }
    let header_len = match start[6] {
        1 => {
            let mut len = [0; 2];
            fill(&mut from, &mut len)?;
            usize::from(u16::from_le_bytes(len))
        }
        2 | 3 => {
            let mut len = [0; 4];
            fill(&mut from, &mut len)?;
            u32::from_le_bytes(len) as usize
        }
        version => return Err(format!("version {version} of .npy is not known")),
    };
    if header_len > HEADER_LIMIT {
        return Err(format!("a header of {header_len} bytes is no array's"));
    }
    let mut header = vec![0; header_len];
    fill(&mut from, &mut header)?;
    let Header { dtype, big, fortran, shape } = parse(&String::from_utf8_lossy(&header))?;
    let len = byte_len(dtype, &shape).ok_or_else(|| format!("the shape {shape:?} is too large"))?;
    let mut bytes = Vec::new();
    from.take(LIMIT + 1).take(len + 1).read_to_end(&mut bytes).map_err(|e| e.to_string())?;
    if bytes.len() as u64 != len {
        let found = if bytes.len() as u64 > len { "more".to_string() } else { bytes.len().to_string() };
        return Err(format!("the shape {shape:?} of {dtype} needs {len} bytes, the file has {found}"));
    }
    if big {
        bytes.chunks_exact_mut(dtype.bytes()).for_each(<[u8]>::reverse);
    }
    if dtype == Dtype::Bool && bytes.iter().any(|b| *b > 1) {
        return Err("a bool is neither 0 nor 1".into());
    }
    if fortran {
        bytes = row_major(&bytes, dtype.bytes(), &shape);
    }
    Array::from_bytes(dtype, &shape, bytes).map_err(|e| e.to_string())
}

/// The content of a file, version 1.0.
pub(super) fn write(array: &Array) -> Vec<u8> {
    let kind = match array.dtype {
        Dtype::I8 => "|i1",
        Dtype::U8 => "|u1",
        Dtype::I16 => "<i2",
        Dtype::I32 => "<i4",
        Dtype::I64 => "<i8",
        Dtype::F32 => "<f4",
        Dtype::F16 => "<f2",
        Dtype::F64 => "<f8",
        Dtype::Bool => "|b1",
    };
    let extents: String = array.shape.iter().map(|d| format!("{d}, ")).collect();
    // a tuple of one keeps its comma, longer ones drop the last
    let extents = if array.shape.len() == 1 { extents.trim_end() } else { extents.trim_end_matches(", ") };
    let mut header = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': ({extents}), }}");
    let unpadded = MAGIC.len() + 4 + header.len() + 1;
    header.extend(std::iter::repeat_n(' ', unpadded.next_multiple_of(64) - unpadded));
    header.push('\n');
    let mut out = Vec::with_capacity(unpadded + 64 + array.bytes.len());
    out.extend(MAGIC);
    out.extend([1, 0]);
    out.extend((header.len() as u16).to_le_bytes());
    out.extend(header.as_bytes());
    out.extend(&array.bytes);
    out
}

fn fill(from: &mut impl Read, to: &mut [u8]) -> Result<(), String> {
    from.read_exact(to).map_err(|_| "the file ends inside its header".to_string())
}

struct Header {
    dtype: Dtype,
    big: bool,
    fortran: bool,
    shape: Vec<usize>,
}

/// Reads `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`, keys in any order.
fn parse(text: &str) -> Result<Header, String> {
    let wrong = || format!("the header {:?} is not understood", text.trim_end());
    let (mut kind, mut fortran, mut shape) = (None, None, None);
    let mut rest = text.trim_start().strip_prefix('{').ok_or_else(wrong)?;
    loop {
        rest = rest.trim_start();
        if let Some(end) = rest.strip_prefix('}') {
            if !end.trim().is_empty() {
                return Err(wrong());
            }
            break;
        }
        let (key, value) = quoted(rest).ok_or_else(wrong)?;
        let value = value.trim_start().strip_prefix(':').ok_or_else(wrong)?.trim_start();
        rest = match key {
            "descr" if value.starts_with('[') => {
                return Err("arrays of records are not supported; save one field of it".into());
            }
            "descr" => {
                let (name, after) = quoted(value).ok_or_else(wrong)?;
                kind = Some(dtype(name)?);
                after
            }
            "fortran_order" => {
                let word = if value.starts_with("True") { "True" } else { "False" };
                fortran = Some(word == "True");
                value.strip_prefix(word).ok_or_else(wrong)?
            }
            "shape" => {
                let (inner, after) =
                    value.strip_prefix('(').and_then(|v| v.split_once(')')).ok_or_else(wrong)?;
                let extents = inner.split(',').map(str::trim).filter(|d| !d.is_empty());
                shape =
                    Some(extents.map(str::parse).collect::<Result<Vec<usize>, _>>().map_err(|_| wrong())?);
                after
            }
            _ => return Err(wrong()),
        };
        rest = rest.trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest);
    }
    let ((dtype, big), Some(fortran), Some(shape)) = (kind.ok_or_else(wrong)?, fortran, shape) else {
        return Err(wrong());
    };
    if shape.len() > RANK_LIMIT {
        return Err(format!("{} dimensions are too many", shape.len()));
    }
    Ok(Header { dtype, big, fortran, shape })
}

/// A quoted word and what follows it.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix('\'');
    match rest {
        Some(rest) => rest.split_once('\''),
        None => text.strip_prefix('"')?.split_once('"'),
    }
}

/// The type, and whether it is big-endian.
fn dtype(name: &str) -> Result<(Dtype, bool), String> {
    let big = name.starts_with('>');
    let dtype = match name.trim_start_matches(['<', '>', '|', '=']) {
        "i1" => Dtype::I8,
        "u1" => Dtype::U8,
        "i2" => Dtype::I16,
        "i4" => Dtype::I32,
        "i8" => Dtype::I64,
        "f2" => Dtype::F16,
        "f4" => Dtype::F32,
        "f8" => Dtype::F64,
        "b1" => Dtype::Bool,
        _ => return Err(format!("elements of type {name:?} are not supported; convert them with astype()")),
    };
    Ok((dtype, big))
}

/// From the first index fastest to the last index fastest.
fn row_major(bytes: &[u8], size: usize, shape: &[usize]) -> Vec<u8> {
    let mut strides = Vec::with_capacity(shape.len());
    let mut step = 1;
    for d in shape {
        strides.push(step);
        step *= d;
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut index = vec![0; shape.len()];
    while out.len() < bytes.len() {
        let flat: usize = index.iter().zip(&strides).map(|(i, s)| i * s).sum();
        out.extend(bytes.get(flat * size..(flat + 1) * size).unwrap_or_default());
        for (i, d) in index.iter_mut().zip(shape).rev() {
            *i += 1;
            if *i < *d {
                break;
            }
            *i = 0;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(version: u8, header: &str, data: &[u8]) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend([version, 0]);
        match version {
            1 => out.extend((header.len() as u16).to_le_bytes()),
            _ => out.extend((header.len() as u32).to_le_bytes()),
        }
        out.extend(header.as_bytes());
        out.extend(data);
        out
    }

    #[test]
    fn headers_are_aligned_and_read_back() {
        for shape in [&[][..], &[4], &[2, 2], &[1, 2, 1, 2], &[0, 9]] {
            let n = shape.iter().product();
            let a = Array::new(shape, &vec![7i32; n]).unwrap();
            let bytes = write(&a);
            assert_eq!((bytes.len() - a.bytes().len()) % 64, 0);
            assert_eq!(read(&bytes[..]).unwrap(), a);
        }
    }

    #[test]
    fn other_writers_are_understood() {
        let data: Vec<u8> = (0..6i16).flat_map(i16::to_be_bytes).collect();
        let header = "{'shape':(2,3),\"fortran_order\": True,'descr':'>i2'}";
        let a = read(&file(2, header, &data)[..]).unwrap();
        assert_eq!(a.elements::<i16>().unwrap(), [0, 2, 4, 1, 3, 5]);
    }

    #[test]
    fn damage_is_refused() {
        let d = "'descr': '<f4', 'fortran_order': False, 'shape': ";
        let cases = [
            (file(9, "{}", b""), "version 9"),
            (file(1, "{}", b""), "not understood"),
            (file(1, &format!("{{{d}(2, )}}"), b"1234"), "needs 8 bytes, the file has 4"),
            (file(1, &format!("{{{d}(1, )}}"), b"12345"), "has more"),
            (file(1, &format!("{{{d}(4000000000, 4000000000, 4000000000)}}"), b""), "too large"),
            (file(1, &format!("{{{d}(1000000000, )}}"), b""), "the file has 0"),
            (file(1, &format!("{{{d}(-1, )}}"), b""), "not understood"),
            (file(1, &format!("{{{d}(1, )"), b"1234"), "not understood"),
            (file(1, &format!("{{{d}{}", "(".repeat(9000)), b""), "not understood"),
            (file(1, &format!("{{{d}({})}}", "1,".repeat(99)), b"1234"), "dimensions"),
            (file(1, "{'descr': [('a', '<f4')], }", b""), "records"),
            (file(1, "{'descr': '<c8', }", b""), "astype"),
            (file(2, &" ".repeat(20_000), b""), "no array's"),
            (file(1, "{'descr': '|b1', 'fortran_order': False, 'shape': ()}", &[2]), "neither"),
            (b"\x93NUMPY\x01".to_vec(), "ends inside"),
            (b"\x93NUMPY\x01\0\xff\x0f{".to_vec(), "ends inside"),
        ];
        for (bytes, what) in cases {
            let error = read(&bytes[..]).unwrap_err();
            assert!(error.contains(what), "{error:?} has no {what:?}");
        }
    }
}
