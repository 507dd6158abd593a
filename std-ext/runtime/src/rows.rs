//! Arrays to the bytes that a plan reads, and the bytes that it leaves to arrays, wherever it runs.
//!
//! A row is one run's input: all input ports back to back in their order. Outputs are laid out alike.

use crate::array::{Array, Arrays, Dtype};
use crate::ports::{Port, Ports};

/// Rows for a plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// How many.
    pub count: usize,
    /// Whether the arrays held one input without an axis for rows; outputs have none either then.
    pub single: bool,
    /// `count` times the bytes of all inputs.
    pub bytes: Vec<u8>,
}

impl Rows {
    /// The first rows, `most` of them if there are as many.
    pub fn first(&self, most: usize) -> Rows {
        let count = self.count.min(most);
        let len = self.bytes.len() / self.count.max(1);
        Rows { count, single: self.single, bytes: self.bytes.get(..count * len).unwrap_or_default().into() }
    }

    /// The bytes of a row; none past the last.
    pub fn row(&self, index: usize) -> &[u8] {
        let len = self.bytes.len() / self.count.max(1);
        self.bytes.get(index * len..(index + 1) * len).unwrap_or_default()
    }
}

/// Why arrays do not suit a plan's inputs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowsError {
    /// No array with a port's name.
    #[error("no array is named {name:?}; the file has {found}, the model reads {wanted}")]
    Name {
        /// The port.
        name: String,
        /// Names in the file.
        found: String,
        /// Names of all inputs.
        wanted: String,
    },
    /// One array for a model with several inputs.
    #[error("the model reads {0}; give a .npz file with an array for each")]
    Several(String),
    /// A shape that does not suit.
    #[error("input {name:?}: shape {found:?} is neither {shape:?} nor rows of it, {rows}")]
    Shape {
        /// The port.
        name: String,
        /// The array's shape.
        found: Vec<usize>,
        /// The port's shape.
        shape: Vec<usize>,
        /// Shapes of several rows.
        rows: String,
    },
    /// A type that does not suit.
    #[error("input {name:?} is {dtype}, the array is {found}; convert it with astype({dtype:?}){floats}",
        dtype = .dtype.name(), floats = if *.scaled { ", or give float32 real values" } else { "" })]
    Type {
        /// The port.
        name: String,
        /// The port's type.
        dtype: Dtype,
        /// The array's type.
        found: Dtype,
        /// Whether the port has a scale.
        scaled: bool,
    },
    /// A stored number that the port's type does not hold.
    #[error(
        "input {name:?}: {number} at row {row} does not fit {dtype}; write real values with a decimal point"
    )]
    Range {
        /// The port.
        name: String,
        /// The number.
        number: i64,
        /// The row.
        row: usize,
        /// The port's type.
        dtype: Dtype,
    },
    /// Inputs that differ in their number of rows.
    #[error("input {name:?} has {found} rows, the inputs before it have {rows}")]
    Count {
        /// The port.
        name: String,
        /// Its rows.
        found: usize,
        /// The others' rows.
        rows: usize,
    },
    /// An array without a row.
    #[error("input {0:?} holds no rows")]
    Empty(String),
}

/// Lays arrays out as rows of the plan's inputs.
///
/// With a port of shape S an array has shape S (one row), `[N] + S`, or `[N] + S[1:]` where `S[0]` is 1; a table
/// may also have the elements of S in each line. Its elements have the port's type, or are float32 or float64 and are
/// quantized by the port's scale, or int64, which is what text gives: then they are stored numbers and must fit.
///
/// # Errors
/// [`RowsError`].
pub fn pack(arrays: &Arrays, ports: &Ports) -> Result<Rows, RowsError> {
    let mut parts = Vec::new();
    let (mut count, mut single) = (None, true);
    for port in &ports.inputs {
        let (array, table) = find(arrays, port, ports)?;
        let (rows, one) = shape(array, port, table)?;
        match count {
            _ if rows == 0 => return Err(RowsError::Empty(port.name.clone())),
            Some(count) if count != rows => {
                return Err(RowsError::Count { name: port.name.clone(), found: rows, rows: count });
            }
            _ => count = Some(rows),
        }
        single &= one;
        parts.push((convert(array, port)?, port.bytes()));
    }
    // a model without inputs runs once
    let count = count.unwrap_or(1);
    let bytes = match &mut parts[..] {
        [(bytes, _)] => std::mem::take(bytes),
        parts => (0..count)
            .flat_map(|row| parts.iter().map(move |(bytes, len)| bytes.get(row * len..(row + 1) * len)))
            .flatten()
            .flatten()
            .copied()
            .collect(),
    };
    Ok(Rows { count, single, bytes })
}

/// Arrays from the outputs of `rows`, by name: `[N]` and the port's shape, or the port's shape alone for one input
/// without an axis for rows. With `float` they are real numbers, `scale * (stored - zero)`.
///
/// Bytes that are missing are missing in the arrays, which then have fewer rows.
pub fn unpack(outputs: &[u8], rows: &Rows, ports: &Ports, float: bool) -> Vec<(String, Array)> {
    let stride = ports.output_bytes().max(1);
    let mut at = 0;
    let mut named = Vec::new();
    for port in &ports.outputs {
        let range = at..at + port.bytes();
        at = range.end;
        let pieces = outputs.chunks_exact(stride).filter_map(|row| row.get(range.clone()));
        let bytes = pieces.collect::<Vec<_>>().concat();
        let count = bytes.len().checked_div(port.bytes()).unwrap_or(0);
        let lead: &[usize] = if rows.single && count == 1 { &[] } else { &[count] };
        let shape = [lead, &port.shape].concat();
        let stored = Array::from_bytes(port.dtype, &shape, bytes);
        let array = match stored {
            Ok(array) if float => dequantize(&array, port),
            other => other,
        };
        named.extend(array.ok().map(|array| (port.name.clone(), array)));
    }
    named
}

/// The real numbers that a port's elements stand for, as float32.
///
/// # Errors
/// None for an array of the port's type.
pub fn dequantize(array: &Array, port: &Port) -> Result<Array, crate::array::ArrayError> {
    let (scale, zero) = (port.scale, port.zero.unwrap_or(0));
    let real = |x: f64| match scale {
        Some(scale) => scale * (x as i32).wrapping_sub(zero) as f32,
        None => x as f32,
    };
    let reals: Vec<f32> = array.floats().into_iter().map(real).collect();
    Array::new(array.shape(), &reals)
}

/// `round(x / scale) + zero` in the range of `lo..=hi`, halves away from zero; NaN counts as 0. As the core's
/// QUANTIZE does it for int8.
pub fn quantize(x: f32, scale: f32, zero: i32, lo: i32, hi: i32) -> i32 {
    ((x / scale).round() as i32).saturating_add(zero).clamp(lo, hi)
}

fn names<'a>(all: impl Iterator<Item = &'a str>) -> String {
    all.map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ")
}

/// The array for a port, and whether it is a table.
fn find<'a>(arrays: &'a Arrays, port: &Port, ports: &Ports) -> Result<(&'a Array, bool), RowsError> {
    let wanted = || names(ports.inputs.iter().map(|p| p.name.as_str()));
    match arrays {
        Arrays::One(_) | Arrays::Table(_) if ports.inputs.len() > 1 => Err(RowsError::Several(wanted())),
        Arrays::One(array) => Ok((array, false)),
        Arrays::Table(array) => Ok((array, true)),
        Arrays::Named(named) => {
            let known = named.iter().find(|(name, _)| *name == port.name);
            let only = || named.first().filter(|_| named.len() == 1 && ports.inputs.len() == 1);
            known.or_else(only).map(|(_, array)| (array, false)).ok_or_else(|| RowsError::Name {
                name: port.name.clone(),
                found: names(named.iter().map(|(name, _)| name.as_str())),
                wanted: wanted(),
            })
        }
    }
}

/// Number of rows, and whether it is one row without an axis for rows.
fn shape(array: &Array, port: &Port, table: bool) -> Result<(usize, bool), RowsError> {
    let (found, shape) = (array.shape(), &port.shape[..]);
    if found == shape {
        return Ok((1, true));
    }
    if let [rows, rest @ ..] = found {
        let folded = match shape {
            [1, inner @ ..] => rest == inner,
            _ => false,
        };
        if rest == shape || folded {
            return Ok((*rows, false));
        }
        if table && rest == [port.elements()] {
            return Ok((*rows, *rows == 1));
        }
    }
    let mut rows = format!("[N, {}]", list(shape));
    if let [1, inner @ ..] = shape {
        rows = format!("{rows} or [N, {}]", list(inner)).replace(", ]", "]");
    }
    Err(RowsError::Shape { name: port.name.clone(), found: found.into(), shape: shape.into(), rows })
}

fn list(shape: &[usize]) -> String {
    shape.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")
}

/// The array's elements as the port stores them.
fn convert(array: &Array, port: &Port) -> Result<Vec<u8>, RowsError> {
    if array.dtype() == port.dtype {
        return Ok(array.bytes().into());
    }
    let refused = || RowsError::Type {
        name: port.name.clone(),
        dtype: port.dtype,
        found: array.dtype(),
        scaled: port.scale.is_some(),
    };
    let (lo, hi) = match port.dtype {
        Dtype::I8 => (i8::MIN.into(), i8::MAX.into()),
        Dtype::U8 => (0, u8::MAX.into()),
        Dtype::I16 => (i16::MIN.into(), i16::MAX.into()),
        Dtype::I32 => (i32::MIN, i32::MAX),
        _ => (0, 0),
    };
    let mut bytes = Vec::with_capacity(array.len() * port.dtype.bytes());
    let mut put = |x: i32| bytes.extend(x.to_le_bytes().iter().take(port.dtype.bytes()));
    match (array.dtype(), port.dtype, port.scale) {
        (Dtype::F16 | Dtype::F64 | Dtype::I64, Dtype::F32, _) => {
            return Ok(array.floats().iter().flat_map(|x| (*x as f32).to_le_bytes()).collect());
        }
        (
            Dtype::F16 | Dtype::F32 | Dtype::F64,
            Dtype::I8 | Dtype::U8 | Dtype::I16 | Dtype::I32,
            Some(scale),
        ) => {
            let zero = port.zero.unwrap_or(0);
            array.floats().iter().for_each(|x| put(quantize(*x as f32, scale, zero, lo, hi)));
        }
        (Dtype::I64, Dtype::I8 | Dtype::U8 | Dtype::I16 | Dtype::I32, _) => {
            for (at, number) in array.elements::<i64>().unwrap_or_default().into_iter().enumerate() {
                match i32::try_from(number) {
                    Ok(x) if (lo..=hi).contains(&x) => put(x),
                    _ => {
                        let row = at.checked_div(port.elements()).unwrap_or(0);
                        let (name, dtype) = (port.name.clone(), port.dtype);
                        return Err(RowsError::Range { name, number, row, dtype });
                    }
                }
            }
        }
        _ => return Err(refused()),
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(name: &str, shape: &[usize], scale: Option<f32>) -> Port {
        let dtype = if scale.is_some() { Dtype::I8 } else { Dtype::F32 };
        Port { name: name.into(), shape: shape.into(), dtype, scale, zero: scale.map(|_| 3) }
    }

    fn one(shape: &[usize], scale: Option<f32>) -> Ports {
        Ports { inputs: vec![port("x", shape, scale)], outputs: vec![port("y", &[1, 2], scale)] }
    }

    fn array(shape: &[usize]) -> Arrays {
        Arrays::One(Array::new(shape, &vec![1i8; shape.iter().product()]).unwrap())
    }

    #[test]
    fn shapes_of_one_row_and_of_several() {
        type Case = (&'static [usize], &'static [usize], Option<(usize, bool)>);
        let cases: [Case; 13] = [
            (&[1, 4, 2], &[1, 4, 2], Some((1, true))),
            (&[1, 4, 2], &[5, 1, 4, 2], Some((5, false))),
            (&[1, 4, 2], &[1, 1, 4, 2], Some((1, false))),
            (&[1, 4, 2], &[5, 4, 2], Some((5, false))),
            (&[1, 4, 2], &[4, 2], None),
            (&[1, 4, 2], &[8], None),
            (&[2, 4], &[7, 2, 4], Some((7, false))),
            (&[2, 4], &[7, 4], None),
            (&[2, 4], &[2, 2, 4], Some((2, false))),
            (&[1], &[9], Some((9, false))),
            (&[], &[9], Some((9, false))),
            (&[], &[], Some((1, true))),
            (&[1, 1], &[3, 1], Some((3, false))),
        ];
        for (shape, found, want) in cases {
            let rows = pack(&array(found), &one(shape, Some(0.5)));
            assert_eq!(rows.clone().ok().map(|r| (r.count, r.single)), want, "{shape:?} {found:?} {rows:?}");
        }
        assert!(matches!(pack(&array(&[0, 4]), &one(&[4], Some(0.5))), Err(RowsError::Empty(_))));
        let error = pack(&array(&[9, 9]), &one(&[1, 4, 2], Some(0.5))).unwrap_err().to_string();
        assert!(error.contains("[N, 1, 4, 2] or [N, 4, 2]"), "{error}");
    }

    #[test]
    fn a_table_has_a_row_in_each_line() {
        let table = |shape: &[usize]| Arrays::Table(Array::new(shape, &[1i64, -128, 127, 0]).unwrap());
        let rows = pack(&table(&[2, 2]), &one(&[1, 2, 1], Some(0.5))).unwrap();
        assert_eq!((rows.count, rows.single, rows.bytes), (2, false, vec![1, 128, 127, 0]));
        let rows = pack(&table(&[1, 4]), &one(&[1, 2, 2], Some(0.5))).unwrap();
        assert!(rows.single);
        let rows = pack(&table(&[2, 2]), &one(&[2, 2], Some(0.5))).unwrap();
        assert!(rows.single);
    }

    #[test]
    fn floats_are_quantized_as_the_core_does_it() {
        for i in -4000..4000 {
            let x = i as f32 * 0.03125;
            for scale in [0.25, 0.1, 0.003_921_569] {
                let core: i8 = midge_core::ops::convert::quantize(x, scale, 3);
                assert_eq!(quantize(x, scale, 3, -128, 127), i32::from(core), "{x} / {scale}");
            }
        }
        for x in [f32::NAN, f32::INFINITY, -1e30] {
            let core: i8 = midge_core::ops::convert::quantize(x, 0.5, 3);
            assert_eq!(quantize(x, 0.5, 3, -128, 127), i32::from(core));
        }
        let reals = Arrays::One(Array::new(&[1, 2], &[0.25f64, -0.75]).unwrap());
        let ports = one(&[1, 2], Some(0.5));
        let rows = pack(&reals, &ports).unwrap();
        assert_eq!(rows.bytes, [4, 1]); // 0.5 and -1.5 round away from zero
        let outputs = unpack(&rows.bytes, &rows, &ports, true);
        assert_eq!(outputs[0].1, Array::new(&[1, 2], &[0.5f32, -1.0]).unwrap());
    }

    #[test]
    fn types_that_do_not_suit_are_refused() {
        let ports = one(&[2], Some(0.5));
        let bytes = Arrays::One(Array::new(&[2], &[1u8, 2]).unwrap());
        assert!(pack(&bytes, &ports).unwrap_err().to_string().contains("float32"));
        let large = Arrays::One(Array::new(&[2, 2], &[1i64, 2, 3, 200]).unwrap());
        let error = pack(&large, &ports).unwrap_err();
        assert!(error.to_string().contains("200 at row 1"), "{error}");
        assert!(pack(&bytes, &one(&[2], None)).is_err());
    }

    #[test]
    fn several_ports_interleave_by_row() {
        let scale = Some(0.5);
        let ports = Ports {
            inputs: vec![port("a", &[2], scale), port("b", &[1], scale)],
            outputs: vec![port("c", &[1], scale), port("d", &[2], scale)],
        };
        let a = ("a".to_string(), Array::new(&[2, 2], &[1i8, 2, 3, 4]).unwrap());
        let b = ("b".to_string(), Array::new(&[2, 1], &[8i8, 9]).unwrap());
        let rows = pack(&Arrays::Named(vec![b.clone(), a.clone()]), &ports).unwrap();
        assert_eq!(rows.bytes, [1, 2, 8, 3, 4, 9]);
        let outputs = unpack(&rows.bytes, &rows, &ports, false);
        assert_eq!(outputs[0].1.elements::<i8>().unwrap(), [1, 3]);
        assert_eq!(outputs[1].1, Array::new(&[2, 2], &[2i8, 8, 4, 9]).unwrap());
        assert!(matches!(pack(&Arrays::Named(vec![a.clone()]), &ports), Err(RowsError::Name { .. })));
        assert!(matches!(pack(&Arrays::One(a.1.clone()), &ports), Err(RowsError::Several(_))));
        let short = ("b".to_string(), Array::new(&[3, 1], &[8i8, 9, 1]).unwrap());
        assert!(matches!(pack(&Arrays::Named(vec![a, short]), &ports), Err(RowsError::Count { .. })));
    }
}
