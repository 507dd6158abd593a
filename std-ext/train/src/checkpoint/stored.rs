//! Checkpoints as bytes: a `.midge` file without steps, whose host sections hold the training.

use std::collections::BTreeMap;
use std::path::Path;

use midge_core::plan::section;
use midge_runtime::assemble;
use midge_runtime::file::File;
use serde::{Deserialize, Serialize};

use super::{Checkpoint, CheckpointError, Result, bytes};
use crate::data::Vocabulary;
use crate::{Rng, Type};

/// The section *training*.
#[derive(Serialize, Deserialize)]
struct Training {
    config: serde_json::Value,
    epoch: u64,
    batch: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    steps: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    vocabulary: Option<Vocabulary>,
    random: BTreeMap<String, Random>,
    values: Vec<Place>,
}

/// Where a source of random numbers is.
#[derive(Serialize, Deserialize)]
struct Random {
    seed: [u8; 32],
    /// A decimal number of up to 68 bits, which JSON's readers do not all keep as a number.
    position: String,
}

/// Where values lie.
#[derive(Serialize, Deserialize)]
struct Place {
    name: String,
    kind: String,
    shape: Vec<usize>,
    offset: usize,
}

const KINDS: [Type; 5] = [Type::F32, Type::F16, Type::Bf16, Type::I64, Type::U8];

impl Checkpoint {
    /// The content of a file.
    ///
    /// # Errors
    /// There is more than a file can hold.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        let mut all = Vec::new();
        let mut values = Vec::new();
        for (name, value) in &self.values {
            let (kind, shape) = (value.data().kind().to_string(), value.shape().to_vec());
            values.push(Place { name: name.clone(), kind, shape, offset: all.len() });
            all.extend(bytes::write(value.data()));
        }
        let random = self.random.iter().map(|(name, rng)| {
            let (seed, position) = rng.state();
            (name.clone(), Random { seed, position: position.to_string() })
        });
        let training = Training {
            config: self.config.clone(),
            epoch: self.epoch,
            batch: self.batch,
            steps: self.steps,
            vocabulary: self.vocabulary.clone(),
            random: random.collect(),
            values,
        };
        // strings for keys throughout, so this cannot fail
        let training = serde_json::to_vec(&training).unwrap_or_default();
        Ok(assemble::without_plan("checkpoint", &[(section::TRAINING, training), (section::VALUES, all)])?)
    }

    /// Reads the content of a file; `path` is what errors call it.
    ///
    /// # Errors
    /// As [`Checkpoint::load`].
    pub fn from_bytes(content: &[u8], path: &Path) -> Result<Checkpoint> {
        let file = File::from_bytes(content)
            .map_err(|source| CheckpointError::File { path: path.into(), source })?;
        let damaged = |what: String| CheckpointError::Damaged { path: path.into(), what };
        if let Some(fault) = file.verify().first() {
            return Err(damaged(fault.to_string()));
        }
        let part = |kind: u16| {
            let part = file.sections().find(|part| part.entry.kind == kind);
            let part = part.ok_or_else(|| CheckpointError::Model(path.into()))?;
            part.bytes.ok_or_else(|| damaged("it was stripped, and ends before its numbers".into()))
        };
        let training: Training = serde_json::from_slice(part(section::TRAINING)?)
            .map_err(|error| damaged(format!("section training: {error}")))?;
        let all = part(section::VALUES)?;
        let values = training.values.into_iter().map(|Place { name, kind, shape, offset }| {
            let wrong = |what: &str| damaged(format!("values {name}: {what}"));
            let kind = KINDS.into_iter().find(|own| own.to_string() == kind);
            let kind = kind.ok_or_else(|| wrong("their type is unknown; a newer version may read them"))?;
            let len = shape.iter().try_fold(bytes::size(kind), |len: usize, &size| len.checked_mul(size));
            let end = len.and_then(|len| offset.checked_add(len));
            let bytes = end.and_then(|end| all.get(offset..end));
            let bytes = bytes.ok_or_else(|| wrong("they lie outside the section"))?;
            Ok((name.clone(), bytes::read(kind, &shape, bytes)?))
        });
        let random = training.random.into_iter().map(|(name, Random { seed, position })| {
            let what = || damaged(format!("random numbers {name}: {position:?} is no position"));
            Ok((name.clone(), Rng::restore((seed, position.parse().map_err(|_| what())?))))
        });
        Ok(Checkpoint {
            config: training.config,
            epoch: training.epoch,
            batch: training.batch,
            vocabulary: training.vocabulary,
            values: values.collect::<Result<_>>()?,
            random: random.collect::<Result<_>>()?,
            steps: training.steps,
        })
    }
}
