//! What a file is, told by its content.

/// A file format that models or their data come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A packed plan of ours.
    Midge,
    /// TensorFlow Lite, now LiteRT.
    Tflite,
    /// ONNX.
    Onnx,
    /// A PyTorch archive.
    PyTorch,
    /// Hugging Face's tensor files.
    Safetensors,
    /// One NumPy array.
    Npy,
    /// An archive of NumPy arrays.
    Npz,
    /// llama.cpp's model files.
    Gguf,
    /// Python's pickle, as joblib and scikit-learn write it.
    Pickle,
    /// HDF5, as older Keras writes it.
    Hdf5,
    /// A `.keras` archive.
    Keras,
    /// A TensorFlow SavedModel's graph.
    SavedModel,
}

impl Format {
    /// The format's usual name.
    pub const fn name(self) -> &'static str {
        match self {
            Format::Midge => "Midge",
            Format::Tflite => "TFLite",
            Format::Onnx => "ONNX",
            Format::PyTorch => "PyTorch",
            Format::Safetensors => "safetensors",
            Format::Npy => "NumPy .npy",
            Format::Npz => "NumPy .npz",
            Format::Gguf => "GGUF",
            Format::Pickle => "pickle",
            Format::Hdf5 => "HDF5",
            Format::Keras => "Keras",
            Format::SavedModel => "TensorFlow SavedModel",
        }
    }

    /// What to do with such a file; continues "this is a .. file, which".
    pub(crate) const fn hint(self) -> &'static str {
        match self {
            Format::Midge => "is converted already; run or inspect it as it is",
            Format::Tflite | Format::Onnx => "can be imported",
            Format::Npy | Format::Npz => "holds arrays and no model; use it as an input",
            Format::Pickle => {
                "can run any code when it is read, so midge does not; export the model to .tflite or .onnx"
            }
            Format::Safetensors | Format::Gguf => {
                "midge cannot import yet; export the model to .tflite or .onnx"
            }
            _ => "midge cannot import yet; convert it to .tflite or .onnx first",
        }
    }
}

/// The format that the content says it is, or none that is known.
pub fn detect(bytes: &[u8]) -> Option<Format> {
    const MAGIC: [(usize, &[u8], Format); 8] = [
        (0, b"MIDGE\x1a\r\n", Format::Midge),
        (4, b"TFL3", Format::Tflite),
        (0, b"\x93NUMPY", Format::Npy),
        (0, b"GGUF", Format::Gguf),
        (0, b"\x89HDF\r\n\x1a\n", Format::Hdf5),
        (0, b"\x80\x02", Format::Pickle),
        (0, b"\x80\x04\x95", Format::Pickle),
        (0, b"\x80\x05\x95", Format::Pickle),
    ];
    let known = MAGIC.iter().find(|(at, magic, _)| bytes.get(*at..).is_some_and(|b| b.starts_with(magic)));
    if let Some((_, _, format)) = known {
        return Some(*format);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return archive(bytes);
    }
    if safetensors(bytes) {
        return Some(Format::Safetensors);
    }
    protobuf(bytes)
}

/// Zip archives differ by the names of their members, which stand as plain text in the local headers.
fn archive(bytes: &[u8]) -> Option<Format> {
    let name_len = usize::from(u16::from_le_bytes(bytes.get(26..28)?.try_into().ok()?));
    let first = bytes.get(30..30 + name_len)?;
    let holds = |name: &[u8]| bytes.windows(name.len()).any(|w| w == name);
    if first.ends_with(b".npy") {
        Some(Format::Npz)
    } else if first.ends_with(b"data.pkl") || holds(b"/data.pkl") {
        Some(Format::PyTorch)
    } else if holds(b"model.weights.h5") && holds(b"config.json") {
        Some(Format::Keras)
    } else {
        None
    }
}

/// A length, then that much JSON.
fn safetensors(bytes: &[u8]) -> bool {
    let Some((head, rest)) = bytes.split_first_chunk::<8>() else { return false };
    let len = u64::from_le_bytes(*head);
    rest.first() == Some(&b'{') && len >= 2 && usize::try_from(len).is_ok_and(|len| len <= rest.len())
}

/// ONNX and SavedModel files carry no magic number: the first few fields have to look like theirs.
///
/// An ONNX model starts with its version (field 1, a small number) and goes on with a producer (2), an opset (8) or
/// a graph (7); a SavedModel with its version 1 and a metagraph (2).
fn protobuf(bytes: &[u8]) -> Option<Format> {
    let [0x08, version, tag, rest @ ..] = bytes else { return None };
    if *version == 0 || *version > 30 {
        return None;
    }
    let len = varint(rest)?;
    if len > rest.len() as u64 {
        return None;
    }
    match tag {
        0x12 if *version == 1 && len > 1 << 10 => Some(Format::SavedModel),
        0x12 | 0x1a | 0x22 | 0x32 | 0x3a | 0x42 => Some(Format::Onnx),
        _ => None,
    }
}

fn varint(bytes: &[u8]) -> Option<u64> {
    let mut value = 0;
    for (i, byte) in bytes.iter().take(9).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zip(name: &str, rest: &[u8]) -> Vec<u8> {
        let mut bytes = b"PK\x03\x04".to_vec();
        bytes.resize(26, 0);
        bytes.extend((name.len() as u16).to_le_bytes());
        bytes.extend([0, 0]);
        bytes.extend(name.as_bytes());
        bytes.extend(rest);
        bytes
    }

    #[test]
    fn content_decides() {
        let cases: [(&[u8], Option<Format>); 17] = [
            (b"MIDGE\x1a\r\n\0\0", Some(Format::Midge)),
            (b"\x1c\0\0\0TFL3\0\0", Some(Format::Tflite)),
            (b"\x93NUMPY\x01\0", Some(Format::Npy)),
            (b"GGUF\x03\0\0\0", Some(Format::Gguf)),
            (b"\x89HDF\r\n\x1a\n\0", Some(Format::Hdf5)),
            (b"\x80\x04\x95\x10\0", Some(Format::Pickle)),
            (&zip("a.npy", b""), Some(Format::Npz)),
            (&zip("net/data.pkl", b""), Some(Format::PyTorch)),
            (&zip("metadata.json", b"config.json model.weights.h5"), Some(Format::Keras)),
            (&zip("letter.txt", b"dear all"), None),
            (b"\x10\0\0\0\0\0\0\0{\"a\":{        }}  ", Some(Format::Safetensors)),
            (b"\x08\x08\x12\x07pytorch\x3a", Some(Format::Onnx)),
            (b"\x08\x08\x12\x7fshort", None),
            (b"MIDGE\r\n", None),
            (b"TFL3", None),
            (b"\n\n\n", None),
            (b"", None),
        ];
        for (bytes, format) in cases {
            assert_eq!(detect(bytes), format, "{:?}", String::from_utf8_lossy(bytes));
        }
    }
}
