//! Files of safetensors, which other tools exchange weights in.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use midge_runtime::atomic;
use safetensors::{Dtype, SafeTensors, View};

use super::{CheckpointError, Result, bytes};
use crate::data::Values;
use crate::{Tensor, Type};

/// Tensors by name, and what else stands in such a file. With one entry of metadata or none, the same tensors give the same
/// bytes, those that Python's package writes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Safetensors {
    /// Numbers by name.
    pub values: BTreeMap<String, Values>,
    /// Texts by name, such as `format`.
    pub metadata: BTreeMap<String, String>,
}

/// Types here and there.
const TYPES: [(Type, Dtype); 5] = [
    (Type::F32, Dtype::F32),
    (Type::F16, Dtype::F16),
    (Type::Bf16, Dtype::BF16),
    (Type::I64, Dtype::I64),
    (Type::U8, Dtype::U8),
];

struct Written<'a>(Dtype, &'a Values);

impl View for Written<'_> {
    fn dtype(&self) -> Dtype {
        self.0
    }

    fn shape(&self) -> &[usize] {
        self.1.shape()
    }

    fn data(&self) -> Cow<'_, [u8]> {
        bytes::write(self.1.data()).into()
    }

    fn data_len(&self) -> usize {
        self.1.data().len() * bytes::size(self.1.data().kind())
    }
}

impl Safetensors {
    /// The tensors of a [`state_dict`](crate::nn::Module::state_dict).
    ///
    /// # Errors
    /// A device does not give its numbers.
    pub fn of(state: &BTreeMap<String, Tensor>) -> Result<Safetensors> {
        let values = state.iter().map(|(name, t)| Ok((name.clone(), Values::new(t.shape(), t.data()?)?)));
        Ok(Safetensors { values: values.collect::<Result<_>>()?, metadata: BTreeMap::new() })
    }

    /// Its tensors, as [`load_state_dict`](crate::nn::Module::load_state_dict) takes them.
    ///
    /// # Errors
    /// There is no memory left.
    pub fn tensors(&self) -> Result<BTreeMap<String, Tensor>> {
        self.values.iter().map(|(name, values)| Ok((name.clone(), values.clone().tensor()?))).collect()
    }

    /// Reads a file.
    ///
    /// # Errors
    /// It can't be read, is damaged, or has a tensor of another type than [`Type`] lists.
    pub fn read(path: &Path) -> Result<Safetensors> {
        let failed = |source| CheckpointError::Io { verb: "read", path: path.into(), source };
        Safetensors::parse(&std::fs::read(path).map_err(failed)?, path)
    }

    /// Reads the content of a file; `path` is what errors call it.
    ///
    /// # Errors
    /// As [`Safetensors::read`].
    pub fn parse(content: &[u8], path: &Path) -> Result<Safetensors> {
        let damaged = |error: safetensors::SafeTensorError| CheckpointError::Damaged {
            path: path.into(),
            what: error.to_string(),
        };
        let (_, header) = SafeTensors::read_metadata(content).map_err(damaged)?;
        let metadata = header.metadata().iter().flatten().map(|(name, text)| (name.clone(), text.clone()));
        let file = SafeTensors::deserialize(content).map_err(damaged)?;
        let values = file.iter().map(|(name, tensor)| {
            let kind = TYPES.iter().find(|(_, dtype)| *dtype == tensor.dtype()).map(|(kind, _)| *kind);
            let other = || CheckpointError::Type {
                path: path.into(),
                name: name.into(),
                kind: format!("{:?}", tensor.dtype()),
            };
            Ok((name.to_owned(), bytes::read(kind.ok_or_else(other)?, tensor.shape(), tensor.data())?))
        });
        Ok(Safetensors { values: values.collect::<Result<_>>()?, metadata: metadata.collect() })
    }

    /// The content of a file.
    ///
    /// # Errors
    /// The header would be larger than 100 MB; `path` is what the error calls the file.
    pub fn bytes(&self, path: &Path) -> Result<Vec<u8>> {
        let written = self.values.iter().map(|(name, values)| {
            let kind = values.data().kind();
            let dtype = TYPES.iter().find(|(own, _)| *own == kind).map_or(Dtype::U8, |(_, dtype)| *dtype);
            (name, Written(dtype, values))
        });
        let metadata = (!self.metadata.is_empty()).then(|| self.metadata.clone().into_iter().collect());
        safetensors::serialize(written, metadata).map_err(|error| CheckpointError::Io {
            verb: "write",
            path: path.into(),
            source: std::io::Error::other(error),
        })
    }

    /// Writes a file, whole or not at all.
    ///
    /// # Errors
    /// The operating system refuses.
    pub fn write(&self, path: &Path) -> Result<()> {
        let failed = |source| CheckpointError::Io { verb: "write", path: path.into(), source };
        atomic::write(path, &self.bytes(path)?).map_err(failed)
    }
}
