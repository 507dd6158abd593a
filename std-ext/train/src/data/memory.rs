//! Data that is held in memory whole.

use std::path::{Path, PathBuf};

use midge_runtime::array::{Array, Arrays, Dtype};
use midge_runtime::pipeline::{self, Pipeline};
use midge_runtime::ports::Ports;

use super::error::file;
use super::{DataError, Dataset, Result, Sample, Values, binary, within};
use crate::device::Data;

/// Arrays whose first axis counts the samples.
#[derive(Clone, Debug)]
pub struct Memory {
    name: String,
    inputs: Vec<Values>,
    label: Option<Values>,
    classes: Vec<String>,
    pipeline: Option<Pipeline>,
}

impl Memory {
    /// Arrays `[samples, ..]` for the inputs, and for labels: classes `[samples]` (i64), or anything `[samples, ..]`.
    /// `name` is what errors call it.
    ///
    /// # Errors
    /// There is no input; or they differ in the number of samples.
    pub fn new(name: impl Into<String>, inputs: Vec<Values>, label: Option<Values>) -> Result<Memory> {
        let name = name.into();
        let mut rows = inputs.iter().chain(&label).map(|values| values.shape().first().copied());
        let wrong = |what: String| DataError::Sample { name: name.clone(), what };
        let Some(Some(count)) = rows.next().filter(|_| !inputs.is_empty()) else {
            return Err(wrong("no input has an axis that counts samples".into()));
        };
        if let Some(other) = rows.find(|rows| *rows != Some(count)) {
            let other = other.unwrap_or_default();
            return Err(wrong(format!("{count} samples in the first array, {other} in another")));
        }
        Ok(Memory { name, inputs, label, classes: Vec::new(), pipeline: None })
    }

    /// A `.npy` file with inputs, and another with labels if one is given; or a `.npz` file, whose array `y` or `labels`
    /// holds labels and every other an input. Arrays of i32 and i64 stay whole numbers; all others become floats, except for
    /// labels of whole numbers, which are classes.
    ///
    /// # Errors
    /// A file can't be read, is damaged, or is a table, which [`Table`](super::Table) reads.
    pub fn arrays(path: &Path, labels: Option<&Path>) -> Result<Memory> {
        let one = |path: &Path| match Arrays::read(path)? {
            Arrays::One(array) => Ok(array),
            _ => Err(file(path, "labels are one array, in a .npy file")),
        };
        let (inputs, label) = match Arrays::read(path)? {
            Arrays::Table(_) => return Err(file(path, "lines of text; read it as a table")),
            Arrays::One(array) => (vec![array], labels.map(one).transpose()?),
            named => {
                let data = midge_runtime::data::Data::split(named, &Ports::default());
                let Arrays::Named(named) = data.inputs else { return Err(file(path, "no arrays")) };
                let given = labels.map(one).transpose()?;
                (named.into_iter().map(|(_, array)| array).collect(), given.or(data.labels))
            }
        };
        let inputs = inputs.iter().map(|array| values(array, false)).collect::<Result<_>>()?;
        Memory::new(path.display().to_string(), inputs, label.map(|l| values(&l, true)).transpose()?)
    }

    /// Two IDX files, images or other inputs and their classes, as MNIST comes in. Bytes become floats from 0 to 255; images
    /// have one channel, `[samples, 1, height, width]`.
    ///
    /// # Errors
    /// A file can't be read, or is damaged.
    pub fn idx(images: &Path, labels: &Path) -> Result<Memory> {
        let mut inputs = binary::idx(images)?;
        if let [count, height, width] = inputs.shape()[..] {
            inputs = inputs.reshape([count, 1, height, width])?;
        }
        let label = binary::idx(labels)?;
        let label = match label.data() {
            Data::U8(classes) => {
                Values::indices(label.shape(), classes.iter().map(|&class| class.into()).collect())?
            }
            _ => label,
        };
        Memory::new(images.display().to_string(), vec![inputs], Some(label))
    }

    /// Binary files of CIFAR-10 behind one another: images `[3, 32, 32]` from 0 to 255 and their classes.
    ///
    /// # Errors
    /// A file can't be read, or is damaged.
    pub fn cifar10(paths: &[PathBuf]) -> Result<Memory> {
        let (images, label) = binary::cifar10(paths)?;
        let name = paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" and ");
        Memory::new(name, vec![images], Some(label)).map(|memory| memory.with_classes(binary::CIFAR10))
    }

    /// With names for its classes.
    #[must_use]
    pub fn with_classes(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Memory {
        self.classes = names.into_iter().map(Into::into).collect();
        self
    }

    /// With steps that each sample's first input goes through, which is an image `[channels, height, width]` or
    /// `[height, width]`, or plain numbers.
    #[must_use]
    pub fn with_pipeline(mut self, pipeline: Pipeline) -> Memory {
        self.pipeline = Some(pipeline);
        self
    }

    fn prepared(&self, index: usize, values: Values, pipeline: &Pipeline) -> Result<Values> {
        let wrong = |what: String| DataError::Sample { name: self.name(index), what };
        let floats = values.as_floats().ok_or_else(|| wrong("whole numbers go through no steps".into()))?;
        let shape = values.shape();
        let (channels, height, width) = match shape[..] {
            [channels, height, width] => (channels, height, width),
            [height, width] => (1, height, width),
            _ => (1, 1, shape.elements()),
        };
        let place = |at: usize| (0..channels).map(move |channel| floats[channel * height * width + at]);
        let numbers = (0..height * width).flat_map(place).collect();
        let image = pipeline::Sample::image(width, height, channels, numbers)
            .ok_or_else(|| wrong("there is nothing to prepare".into()))?;
        let (made, numbers) = pipeline.run(image).map_err(|error| wrong(error.to_string()))?.planes();
        let plain = shape.len() != 3 && made[0] == 1;
        match plain {
            true if shape.len() == 2 => Values::floats(&made[1..], numbers),
            true if numbers.len() == shape.elements() => Values::floats(shape, numbers),
            _ => Values::floats(made, numbers),
        }
    }
}

impl Dataset for Memory {
    fn len(&self) -> usize {
        self.inputs[0].shape()[0]
    }

    fn get(&self, index: usize) -> Result<Sample> {
        within(index, self.len())?;
        let mut inputs = self.inputs.iter().map(|all| all.row(index)).collect::<Result<Vec<_>>>()?;
        if let (Some(pipeline), Some(first)) = (&self.pipeline, inputs.first_mut()) {
            *first = self.prepared(index, first.clone(), pipeline)?;
        }
        Ok(Sample { inputs, label: self.label.as_ref().map(|all| all.row(index)).transpose()? })
    }

    fn name(&self, index: usize) -> String {
        format!("{}, row {index}", self.name)
    }

    fn classes(&self) -> &[String] {
        &self.classes
    }
}

/// The numbers of an array.
fn values(array: &Array, label: bool) -> Result<Values> {
    let whole = matches!(array.dtype(), Dtype::I32 | Dtype::I64);
    let class = label && !matches!(array.dtype(), Dtype::F32 | Dtype::F64);
    let data = match array.dtype() {
        Dtype::U8 if !label => Data::U8(array.bytes().to_vec()),
        Dtype::I64 => Data::I64(array.elements().unwrap_or_default()),
        _ if whole || class => Data::I64(array.floats().into_iter().map(|x| x as i64).collect()),
        _ => Data::F32(array.floats().into_iter().map(|x| x as f32).collect()),
    };
    Values::new(array.shape(), data)
}
