//! Reading `.npz` files as `make.py` writes them: zip entries that are stored, not compressed, each an `.npy` file.

use std::collections::BTreeMap;

/// An array of an `.npy` file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Array {
    /// NumPy's name for the element type (`|i1`, `<f4` ...).
    pub kind: String,
    /// Extents, outermost first.
    pub shape: Vec<usize>,
    /// The elements, row-major, little-endian.
    pub bytes: Vec<u8>,
}

impl Array {
    /// Bytes of one element, the number at the end of its type's name.
    pub fn element_bytes(&self) -> usize {
        self.kind.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(1)
    }

    /// Number of rows: the first extent.
    pub fn rows(&self) -> usize {
        self.shape.first().copied().unwrap_or(1)
    }

    /// The bytes of row `i`.
    pub fn row(&self, i: usize) -> &[u8] {
        let len = self.bytes.len() / self.rows().max(1);
        self.bytes.get(i * len..(i + 1) * len).unwrap_or(&[])
    }
}

/// Every array of an `.npz` file by name, without the `.npy` ending.
///
/// # Errors
/// What is wrong with the file, as a sentence fragment.
pub fn read(zip: &[u8]) -> Result<BTreeMap<String, Array>, String> {
    let mut arrays = BTreeMap::new();
    let mut at = 0;
    // local headers stand one behind the other, up to the central directory
    while zip.get(at..at + 4) == Some(b"PK\x03\x04") {
        let header = zip.get(at..at + 30).ok_or("the archive ends inside a header")?;
        let word = |i: usize| usize::from(u16::from_le_bytes([header[i], header[i + 1]]));
        if word(8) != 0 {
            return Err("an entry is compressed; make.py stores them".into());
        }
        let (size, name_len, extra) = (word(18) | word(20) << 16, word(26), word(28));
        let name_at = at + 30;
        let body_at = name_at + name_len + extra;
        let name = zip.get(name_at..name_at + name_len).ok_or("the archive ends inside a name")?;
        let name = String::from_utf8_lossy(name);
        let body =
            zip.get(body_at..body_at + size).ok_or_else(|| format!("the archive ends inside {name}"))?;
        let array = array(body).map_err(|e| format!("{name}: {e}"))?;
        arrays.insert(name.trim_end_matches(".npy").into(), array);
        at = body_at + size;
    }
    if arrays.is_empty() { Err("no archive, or an empty one".into()) } else { Ok(arrays) }
}

/// An `.npy` file of version 1.
///
/// # Errors
/// What is wrong with the file, as a sentence fragment.
pub fn array(npy: &[u8]) -> Result<Array, String> {
    let rest = npy.strip_prefix(b"\x93NUMPY\x01\x00").ok_or("not an .npy file of version 1")?;
    let (len, rest) = rest.split_first_chunk().ok_or("ends inside its header")?;
    let (header, bytes) =
        rest.split_at_checked(usize::from(u16::from_le_bytes(*len))).ok_or("ends inside its header")?;
    let header = String::from_utf8_lossy(header);
    if field(&header, "'fortran_order': ", ',') != Some("False") {
        return Err("in Fortran order".into());
    }
    let kind = field(&header, "'descr': '", '\'').ok_or("no element type")?.to_string();
    let shape = field(&header, "'shape': (", ')').ok_or("no shape")?;
    let extents = shape.split(',').map(str::trim).filter(|d| !d.is_empty());
    let shape = extents.map(str::parse).collect::<Result<_, _>>().map_err(|e| format!("shape: {e}"))?;
    Ok(Array { kind, shape, bytes: bytes.to_vec() })
}

/// The text between `before` and `after`.
fn field<'a>(header: &'a str, before: &str, after: char) -> Option<&'a str> {
    header.split_once(before)?.1.split_once(after).map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_1_array() {
        let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }\n";
        let mut npy = b"\x93NUMPY\x01\x00".to_vec();
        npy.extend((header.len() as u16).to_le_bytes());
        npy.extend(header.bytes());
        npy.extend([1, 2, 3, 4, 5, 6, 7, 8]);
        let a = array(&npy).unwrap();
        assert_eq!((a.kind.as_str(), &a.shape[..], a.element_bytes(), a.rows()), ("<f4", &[2, 1][..], 4, 2));
        assert_eq!(a.row(1), [5, 6, 7, 8]);
        assert!(array(&npy[..9]).is_err());
        assert!(read(b"PK\x05\x06").is_err());
    }
}
