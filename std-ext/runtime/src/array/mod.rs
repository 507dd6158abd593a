//! Arrays of numbers in files: `.npy`, `.npz` and `.csv`.

mod csv;
mod npy;
mod npz;

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};

use midge_core::half::F16;

use crate::atomic;
use crate::bytes::Bytes;

/// Most bytes of one array: 4 GiB.
const LIMIT: u64 = 1 << 32;

/// Numbers of one type in a shape, row-major and little-endian.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

/// Type of an array's elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dtype {
    /// Signed bytes.
    I8,
    /// Unsigned bytes.
    U8,
    /// 16-bit integers.
    I16,
    /// 32-bit integers.
    I32,
    /// 64-bit integers.
    I64,
    /// Half-precision floats.
    F16,
    /// Single-precision floats.
    F32,
    /// Double-precision floats.
    F64,
    /// Truth values, a byte each.
    Bool,
}

/// What a file of arrays holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Arrays {
    /// One array without a name: `.npy`.
    One(Array),
    /// Arrays by name: `.npz`.
    Named(Vec<(String, Array)>),
    /// Lines of numbers, `[lines, numbers in a line]`: `.csv`. Whole numbers throughout are int64, else float64.
    Table(Array),
}

/// Why arrays were not read or written.
#[derive(Debug, thiserror::Error)]
pub enum ArrayError {
    /// The operating system refused.
    #[error("cannot {verb} {}: {source}", path.display())]
    Io {
        /// `read` or `write`.
        verb: &'static str,
        /// The file.
        path: PathBuf,
        /// Its reason.
        source: std::io::Error,
    },
    /// The content is not what its format asks for.
    #[error("{}: {what}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        what: String,
    },
    /// The shape asks for another number of elements.
    #[error("the shape {shape:?} does not hold {elements} elements")]
    Shape {
        /// The shape.
        shape: Vec<usize>,
        /// How many elements there are.
        elements: usize,
    },
    /// The file's name says no format, or one that cannot hold this.
    #[error("cannot write {}: {what}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// Why, and what to do.
        what: String,
    },
}

mod sealed {
    pub trait Sealed {}
}

/// A type of element. Sealed: [`Dtype`] lists them all.
pub trait Number: Copy + PartialEq + fmt::Debug + sealed::Sealed {
    /// Its name at run time.
    const DTYPE: Dtype;

    /// From its little-endian bytes, as many as the type has.
    fn read(bytes: &[u8]) -> Option<Self>;

    /// Appends its little-endian bytes.
    fn write(self, to: &mut Vec<u8>);
}

macro_rules! numbers {
    ($($type:ty = $dtype:ident,)*) => { $(
        impl sealed::Sealed for $type {}
        impl Number for $type {
            const DTYPE: Dtype = Dtype::$dtype;

            fn read(bytes: &[u8]) -> Option<Self> {
                Some(<$type>::from_le_bytes(bytes.try_into().ok()?))
            }

            fn write(self, to: &mut Vec<u8>) {
                to.extend(self.to_le_bytes());
            }
        }
    )* };
}
numbers! { i8 = I8, u8 = U8, i16 = I16, i32 = I32, i64 = I64, f32 = F32, f64 = F64, }

impl sealed::Sealed for F16 {}
impl Number for F16 {
    const DTYPE: Dtype = Dtype::F16;

    fn read(bytes: &[u8]) -> Option<Self> {
        Some(F16(u16::from_le_bytes(bytes.try_into().ok()?)))
    }

    fn write(self, to: &mut Vec<u8>) {
        to.extend(self.0.to_le_bytes());
    }
}

impl sealed::Sealed for bool {}
impl Number for bool {
    const DTYPE: Dtype = Dtype::Bool;

    fn read(bytes: &[u8]) -> Option<Self> {
        bytes.first().map(|b| *b != 0)
    }

    fn write(self, to: &mut Vec<u8>) {
        to.push(self.into());
    }
}

impl Dtype {
    /// Bytes of one element.
    pub const fn bytes(self) -> usize {
        match self {
            Dtype::I8 | Dtype::U8 | Dtype::Bool => 1,
            Dtype::I16 | Dtype::F16 => 2,
            Dtype::I32 | Dtype::F32 => 4,
            Dtype::I64 | Dtype::F64 => 8,
        }
    }

    /// NumPy's name.
    pub const fn name(self) -> &'static str {
        match self {
            Dtype::I8 => "int8",
            Dtype::U8 => "uint8",
            Dtype::I16 => "int16",
            Dtype::I32 => "int32",
            Dtype::I64 => "int64",
            Dtype::F16 => "float16",
            Dtype::F32 => "float32",
            Dtype::F64 => "float64",
            Dtype::Bool => "bool",
        }
    }
}

impl fmt::Display for Dtype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl serde::Serialize for Dtype {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.name())
    }
}

impl Array {
    /// Elements in a shape.
    ///
    /// # Errors
    /// [`ArrayError::Shape`] if their number is another.
    pub fn new<T: Number>(shape: &[usize], elements: &[T]) -> Result<Self, ArrayError> {
        let column = Self::column(elements);
        Self::from_bytes(column.dtype, shape, column.bytes)
    }

    /// Elements one behind the other, in one dimension.
    pub fn column<T: Number>(elements: &[T]) -> Self {
        let mut bytes = Vec::with_capacity(size_of_val(elements));
        elements.iter().for_each(|e| e.write(&mut bytes));
        Array { dtype: T::DTYPE, shape: vec![elements.len()], bytes }
    }

    /// Little-endian elements in a shape.
    ///
    /// # Errors
    /// [`ArrayError::Shape`] if their number is another.
    pub fn from_bytes(dtype: Dtype, shape: &[usize], bytes: Vec<u8>) -> Result<Self, ArrayError> {
        match byte_len(dtype, shape) {
            Some(len) if len == bytes.len() as u64 => Ok(Array { dtype, shape: shape.into(), bytes }),
            _ => Err(ArrayError::Shape { shape: shape.into(), elements: bytes.len() / dtype.bytes() }),
        }
    }

    /// Element type.
    pub fn dtype(&self) -> Dtype {
        self.dtype
    }

    /// Extents, outermost first; none for a single number.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The elements, little-endian.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        self.bytes.len() / self.dtype.bytes()
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The elements, if they are of this type.
    pub fn elements<T: Number>(&self) -> Option<Vec<T>> {
        (T::DTYPE == self.dtype)
            .then(|| self.bytes.chunks_exact(self.dtype.bytes()).filter_map(T::read).collect())
    }

    /// The elements as floats; an int64 beyond 2^53 is rounded.
    pub fn floats(&self) -> Vec<f64> {
        fn all<T: Number>(array: &Array, float: impl Fn(T) -> f64) -> Vec<f64> {
            array.bytes.chunks_exact(array.dtype.bytes()).filter_map(T::read).map(float).collect()
        }
        match self.dtype {
            Dtype::I8 => all::<i8>(self, f64::from),
            Dtype::U8 => all::<u8>(self, f64::from),
            Dtype::I16 => all::<i16>(self, f64::from),
            Dtype::I32 => all::<i32>(self, f64::from),
            Dtype::I64 => all::<i64>(self, |x| x as f64),
            Dtype::F16 => all::<F16>(self, |x| x.widened().into()),
            Dtype::F32 => all::<f32>(self, f64::from),
            Dtype::F64 => all::<f64>(self, |x| x),
            Dtype::Bool => all::<bool>(self, f64::from),
        }
    }

    /// The elements as text, each as short as it can be without losing a bit.
    pub fn texts(&self) -> Vec<String> {
        fn all<T: Number>(array: &Array) -> Vec<String> {
            let elements = array.bytes.chunks_exact(array.dtype.bytes()).filter_map(T::read);
            elements.map(|x| format!("{x:?}")).collect()
        }
        match self.dtype {
            Dtype::I8 => all::<i8>(self),
            Dtype::U8 => all::<u8>(self),
            Dtype::I16 => all::<i16>(self),
            Dtype::I32 => all::<i32>(self),
            Dtype::I64 => all::<i64>(self),
            Dtype::F16 => self.floats().iter().map(|x| format!("{x:?}")).collect(),
            Dtype::F32 => all::<f32>(self),
            Dtype::F64 => all::<f64>(self),
            Dtype::Bool => all::<bool>(self),
        }
    }

    /// The same elements in another shape.
    ///
    /// # Errors
    /// [`ArrayError::Shape`] if it holds another number of them.
    pub fn reshape(self, shape: &[usize]) -> Result<Self, ArrayError> {
        Self::from_bytes(self.dtype, shape, self.bytes)
    }

    /// The array as the content of a `.npy` file.
    pub fn npy(&self) -> Vec<u8> {
        npy::write(self)
    }
}

impl Arrays {
    /// Reads a file; its content says which format it has. `-` is standard input.
    ///
    /// # Errors
    /// [`ArrayError::Io`] and [`ArrayError::Damaged`].
    pub fn read(path: &Path) -> Result<Self, ArrayError> {
        let failed = |source| ArrayError::Io { verb: "read", path: path.into(), source };
        if path == Path::new("-") {
            let mut bytes = Vec::new();
            std::io::stdin().lock().take(LIMIT).read_to_end(&mut bytes).map_err(failed)?;
            return Self::parse(&bytes).map_err(|what| damaged(Path::new("standard input"), what));
        }
        let bytes = Bytes::open(path).map_err(|error| failed(error.source))?;
        Self::parse(bytes.as_slice()).map_err(|what| damaged(path, what))
    }

    /// Reads the content of a file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        if bytes.starts_with(npy::MAGIC) {
            npy::read(bytes).map(Arrays::One)
        } else if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
            npz::read(bytes).map(Arrays::Named)
        } else {
            csv::read(bytes).map(Arrays::Table)
        }
    }

    /// Writes named arrays in the format of the path's extension: `.npy` and `.csv` for one, `.npz` for any number.
    /// Each array holds `rows` rows, which are the lines of a `.csv`.
    ///
    /// # Errors
    /// [`ArrayError::Io`] and [`ArrayError::Format`]; the path is then as it was.
    pub fn write(path: &Path, named: &[(String, Array)], rows: usize) -> Result<(), ArrayError> {
        let bytes = match Container::of(path, named.len())? {
            Container::Npy => named.first().map(|(_, array)| npy::write(array)),
            Container::Csv => named.first().map(|(_, array)| csv::write(array, rows).into_bytes()),
            Container::Npz => Some(npz::write(named).map_err(|what| damaged(path, what))?),
        };
        save(path, &bytes.unwrap_or_default())
    }
}

/// A file format to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// One array.
    Npy,
    /// Named arrays.
    Npz,
    /// One array as text.
    Csv,
}

impl Container {
    /// The format that a file name asks for, if it can hold this many arrays. Call it before the work starts.
    ///
    /// # Errors
    /// [`ArrayError::Format`].
    pub fn of(path: &Path, arrays: usize) -> Result<Self, ArrayError> {
        let extension = path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
        let refused = |what: &str| ArrayError::Format { path: path.into(), what: what.into() };
        match extension.as_deref() {
            Some("npz") => Ok(Container::Npz),
            Some("npy" | "csv") if arrays != 1 => {
                Err(refused("the model has several outputs; give a file that ends in .npz"))
            }
            Some("npy") => Ok(Container::Npy),
            Some("csv") => Ok(Container::Csv),
            _ => Err(refused("the name must end in .npy, .npz or .csv")),
        }
    }
}

/// Writes a file whole.
pub(crate) fn save(path: &Path, bytes: &[u8]) -> Result<(), ArrayError> {
    atomic::write(path, bytes).map_err(|source| ArrayError::Io { verb: "write", path: path.into(), source })
}

fn damaged(path: &Path, what: String) -> ArrayError {
    ArrayError::Damaged { path: path.into(), what }
}

/// Bytes that a shape asks for, if there can be so many.
fn byte_len(dtype: Dtype, shape: &[usize]) -> Option<u64> {
    if shape.contains(&0) {
        return Some(0);
    }
    let count = shape.iter().try_fold(dtype.bytes() as u64, |n, d| n.checked_mul(*d as u64))?;
    (count <= LIMIT).then_some(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_hold_what_their_shape_says() {
        let a = Array::new(&[2, 3], &[1i16, -2, 3, 4, 5, 6]).unwrap();
        assert_eq!(a.elements::<i16>().unwrap(), [1, -2, 3, 4, 5, 6]);
        assert_eq!(a.elements::<i32>(), None);
        assert_eq!(a.floats()[1], -2.0);
        assert_eq!(a.texts()[1], "-2");
        assert!(Array::new(&[2, 2], &[1i8]).is_err());
        assert!(Array::new(&[usize::MAX, usize::MAX], &[1i8]).is_err());
        assert!(a.reshape(&[7]).is_err());
        assert_eq!(Array::new(&[0, usize::MAX], &[0i8; 0]).unwrap().len(), 0);
        assert_eq!(Array::new(&[], &[true]).unwrap().floats(), [1.0]);
    }

    #[test]
    fn files_go_there_and_back() {
        let folder = tempfile::tempdir().unwrap();
        let a = Array::new(&[2, 2], &[0.1f32, -1e-30, 3.0, f32::MAX]).unwrap();
        let b = Array::new(&[3], &[i8::MIN, 0, i8::MAX]).unwrap();
        let named = vec![("a:0".to_string(), a.clone()), ("b/c".to_string(), b)];
        let path = folder.path().join("x.npz");
        Arrays::write(&path, &named, 1).unwrap();
        assert_eq!(Arrays::read(&path).unwrap(), Arrays::Named(named.clone()));
        let path = folder.path().join("x.npy");
        Arrays::write(&path, &named[..1], 1).unwrap();
        assert_eq!(Arrays::read(&path).unwrap(), Arrays::One(a.clone()));
        let path = folder.path().join("x.CSV");
        Arrays::write(&path, &named[..1], 2).unwrap();
        let Arrays::Table(table) = Arrays::read(&path).unwrap() else { panic!("no table") };
        assert_eq!(
            table.floats().iter().map(|x| *x as f32).collect::<Vec<_>>(),
            a.elements::<f32>().unwrap()
        );
    }

    #[test]
    fn a_format_that_does_not_suit_is_refused_before_work_starts() {
        assert!(Container::of(Path::new("y.npy"), 2).unwrap_err().to_string().contains(".npz"));
        assert!(Container::of(Path::new("y.txt"), 1).is_err());
        assert!(Container::of(Path::new("y"), 1).is_err());
    }
}
