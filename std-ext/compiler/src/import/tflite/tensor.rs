//! Tensors of a TFLite file: shape, type, quantization and data of each become a [`Value`] when it is first used.

use planus::Vector;

use super::known::numbers;
use super::schema::tflite as fb;
use super::space::Spaced;
use super::subgraph::Subgraphs;
use super::{Budget, Trouble, broken, damaged, name_of, names, some};
use crate::graph::{Grain, Graph, Node, Op, Quant, Repr, Rounding, Type, Value, ValueId};
use crate::import::{ImportError, Refusal};
use crate::shapes::volume;

/// The largest tensor that is read.
const MOST_BYTES: usize = 1 << 31;
/// The most dimensions, as in a plan's ports.
const MOST_DIMENSIONS: usize = 6;

/// The tensors of one subgraph, and the graph as far as it is made.
pub(super) struct Tensors<'a> {
    pub(super) graph: Graph,
    pub(super) budget: Budget,
    /// Where operators stand: in the main subgraph, or in one that is being inlined.
    pub(super) scope: Scope<'a>,
    pub(super) subgraphs: Subgraphs,
    /// What the last SPACE_TO_BATCH_ND did.
    pub(super) spaced: Option<Spaced>,
    bytes: &'a [u8],
    buffers: Option<Vector<'a, planus::Result<fb::BufferRef<'a>>>>,
}

/// The tensors of a subgraph.
pub(super) struct Scope<'a> {
    /// The subgraph.
    pub(super) index: usize,
    pub(super) tensors: Vector<'a, planus::Result<fb::TensorRef<'a>>>,
    pub(super) slots: Vec<Slot>,
}

/// What is known of a tensor so far.
#[derive(Clone, Copy, Default)]
pub(super) struct Slot {
    pub(super) value: Option<ValueId>,
    /// An input of the graph, or written by an operator.
    pub(super) ready: bool,
    pub(super) input: bool,
    pub(super) output: bool,
    /// It is uint8 in the file, and int8 in the graph.
    pub(super) unsigned: bool,
    /// The variable that it is a handle of.
    pub(super) handle: Option<usize>,
}

impl<'a> Tensors<'a> {
    pub(super) fn new(
        bytes: &'a [u8],
        model: &fb::ModelRef<'a>,
        main: &fb::SubGraphRef<'a>,
    ) -> Result<Self, ImportError> {
        let tensors = some(main.tensors(), "tensors")?;
        Ok(Tensors {
            graph: Graph::default(),
            budget: Budget::new(bytes),
            scope: Scope { index: 0, tensors, slots: vec![Slot::default(); tensors.len()] },
            subgraphs: Subgraphs::default(),
            spaced: None,
            bytes,
            buffers: model.buffers().map_err(broken)?,
        })
    }

    /// Takes the graph's inputs.
    pub(super) fn inputs(
        &mut self,
        indices: impl Iterator<Item = i32>,
        refusals: &mut Vec<Refusal>,
    ) -> Result<(), ImportError> {
        for (i, index) in indices.enumerate() {
            let place = format!("input {i} of the model");
            let at = self.at(index, &place)?;
            if self.scope.slots[at].ready {
                return Err(damaged(place, format!("tensor {at} is listed twice")));
            }
            self.scope.slots[at].ready = true;
            self.scope.slots[at].input = true;
            match self.value(at) {
                Ok(id) if self.graph.value(id).data.is_some() => {
                    return Err(damaged(place, format!("tensor {at} is a constant")));
                }
                Ok(id) => {
                    let port = self.port(at, id);
                    if port != id {
                        self.convert(port, id);
                    }
                    self.graph.inputs.push(port);
                }
                Err(Trouble::Refused(reason)) => refusals.push(Refusal { index: None, name: place, reason }),
                Err(Trouble::Fatal(error)) => return Err(error),
            }
        }
        Ok(())
    }

    /// Takes the graph's outputs, which an operator must have written.
    pub(super) fn outputs(
        &mut self,
        indices: impl Iterator<Item = i32>,
        refusals: &mut Vec<Refusal>,
    ) -> Result<(), ImportError> {
        for (i, index) in indices.enumerate() {
            let place = format!("output {i} of the model");
            let at = self.at(index, &place)?;
            let slot = &mut self.scope.slots[at];
            if std::mem::replace(&mut slot.output, true) {
                return Err(damaged(place, format!("tensor {at} is listed twice")));
            }
            match *slot {
                Slot { ready: false, .. } => {
                    return Err(damaged(place, format!("no operator writes tensor {at}")));
                }
                Slot { input: true, .. } => {
                    let reason = format!("tensor {at} is also an input; no operator computes it");
                    refusals.push(Refusal { index: None, name: place, reason });
                }
                Slot { value: None, .. } => {}
                Slot { value: Some(id), .. } => {
                    let port = self.port(at, id);
                    if port != id {
                        self.convert(id, port);
                    }
                    self.graph.outputs.push(port);
                }
            }
        }
        if self.graph.outputs.is_empty() && refusals.is_empty() {
            return Err(damaged("model", "it has no outputs"));
        }
        Ok(())
    }

    /// What the caller sees of a value: itself, or for one that is uint8 in the file, that.
    fn port(&mut self, at: usize, id: ValueId) -> ValueId {
        if self.scope.slots[at].unsigned { self.as_unsigned(id) } else { id }
    }

    /// A value that stands for the same numbers in uint8.
    pub(super) fn as_unsigned(&mut self, id: ValueId) -> ValueId {
        let mut value = self.graph.value(id).clone();
        if let Repr::Quant(quant) = &mut value.repr {
            quant.store = Type::U8;
            quant.zero.iter_mut().for_each(|zero| *zero += UNSIGNED);
        }
        self.graph.add(value)
    }

    /// Whether a value is uint8 in the file.
    pub(super) fn unsigned(&self, id: ValueId) -> bool {
        self.scope.slots.iter().any(|slot| slot.unsigned && slot.value == Some(id))
    }

    /// From one representation to the other.
    pub(super) fn convert(&mut self, from: ValueId, to: ValueId) {
        let (inputs, outputs, origin) = (vec![from], vec![to], self.graph.nodes.len());
        let rounding = Rounding::LitertTwice;
        self.graph.nodes.push(Node { op: Op::Quantize, inputs, outputs, rounding, origin });
    }

    /// A tensor that an operator reads: a constant, an input, or one that an earlier operator wrote.
    pub(super) fn read(&mut self, index: i32) -> Result<ValueId, Trouble> {
        let at = self.at(index, "its inputs")?;
        let id = self.value(at)?;
        let Value { data, state, .. } = self.graph.value(id);
        if self.scope.slots[at].ready || *state || data.is_some() {
            return Ok(id);
        }
        Err(damaged("its inputs", format!("reads {}, which nothing wrote before", self.shown(id))).into())
    }

    /// A tensor that an operator will write, to look at its shape and quantization.
    pub(super) fn peek(&mut self, index: i32) -> Result<ValueId, Trouble> {
        let at = self.at(index, "its outputs")?;
        self.value(at)
    }

    /// Whether the file leaves an extent of a tensor open, the batch as a rule: its shape has 1 there, whatever it will be.
    pub(super) fn open(&self, index: i32) -> Result<bool, Trouble> {
        let at = self.at(index, "its outputs")?;
        Ok(self.tensor(at)?.shape_signature()?.is_some_and(|dims| dims.iter().any(|n| n < 0)))
    }

    /// A tensor that an operator writes, and nothing wrote before.
    pub(super) fn write(&mut self, index: i32) -> Result<ValueId, Trouble> {
        let at = self.at(index, "its outputs")?;
        let id = self.value(at)?;
        let what = match (self.scope.slots[at].ready, &self.graph.value(id).data) {
            _ if self.graph.value(id).state => "which is a variable",
            (true, _) => "which is an input of the model or was written before",
            (false, Some(_)) => "which is a constant",
            (false, None) => {
                self.scope.slots[at].ready = true;
                return Ok(id);
            }
        };
        Err(damaged("its outputs", format!("writes {}, {what}", self.shown(id))).into())
    }

    /// Notes that a refused operator would have written a tensor, so that its readers are not blamed.
    pub(super) fn lost(&mut self, index: i32) {
        let slot = usize::try_from(index).ok().and_then(|at| self.scope.slots.get_mut(at));
        slot.into_iter().for_each(|slot| slot.ready = true);
    }

    /// The elements of a constant operand of int32 or int64; the operand itself stays out of the graph.
    pub(super) fn integers(&mut self, index: i32, what: &str) -> Result<Vec<i64>, Trouble> {
        let at = self.at(index, "its inputs")?;
        let loaded;
        let value = match self.scope.slots[at] {
            Slot { value: Some(id), ready: true, .. } => self.graph.value(id),
            _ => {
                loaded = self.load(at)?;
                &loaded
            }
        };
        match (numbers(value), value.repr.store()) {
            (Some(numbers), Type::I32 | Type::I64) => Ok(numbers),
            (None, Type::I32 | Type::I64) => {
                Err(Trouble::Refused(format!("its {what} are computed at run time, and must be constant")))
            }
            (_, other) => {
                Err(Trouble::Refused(format!("its {what} are {other}, and must be int32 or int64")))
            }
        }
    }

    /// Scale and zero point of a tensor that only carries those.
    pub(super) fn scale(&self, index: i32) -> Result<Option<(f32, i32)>, Trouble> {
        let at = self.at(index, "its intermediates")?;
        let tensor = self.tensor(at)?;
        let Some(quantization) = tensor.quantization()? else { return Ok(None) };
        let scale = quantization.scale()?.and_then(|scales| scales.get(0));
        let zero = quantization.zero_point()?.and_then(|zeros| zeros.get(0)).unwrap_or(0);
        let sound = scale.filter(|scale| scale.is_finite() && *scale > 0.0);
        Ok(sound.zip(i32::try_from(zero).ok()))
    }

    /// A tensor, as messages name it.
    pub(super) fn shown(&self, id: ValueId) -> String {
        let value = self.graph.value(id);
        format!("tensor {} `{}`", value.origin.unwrap_or(id.0), short(&value.name))
    }

    /// A tensor as the file has it.
    fn tensor(&self, at: usize) -> Result<fb::TensorRef<'a>, Trouble> {
        let tensor = self.scope.tensors.get(at);
        Ok(tensor.ok_or_else(|| damaged("tensors", format!("{at} is missing")))??)
    }

    pub(super) fn at(&self, index: i32, place: &str) -> Result<usize, ImportError> {
        usize::try_from(index).ok().filter(|at| *at < self.scope.slots.len()).ok_or_else(|| {
            damaged(place, format!("tensor {index} does not exist; there are {}", self.scope.slots.len()))
        })
    }

    pub(super) fn value(&mut self, at: usize) -> Result<ValueId, Trouble> {
        if let Some(id) = self.scope.slots[at].value {
            return Ok(id);
        }
        let mut value = self.load(at)?;
        self.scope.slots[at].unsigned = sign(&mut value);
        let id = self.graph.add(value);
        self.scope.slots[at].value = Some(id);
        Ok(id)
    }

    fn load(&mut self, at: usize) -> Result<Value, Trouble> {
        let tensor = self.tensor(at)?;
        let name = match tensor.name()?.unwrap_or_default() {
            "" => format!("tensor{at}"),
            name => name.into(),
        };
        let place = format!("tensor {at} `{}`", short(&name));
        self.budget.spend(&place, name.len())?;
        let unsupported = |what: &str| Err(Trouble::Refused(format!("{place} {what}")));
        let state = tensor.is_variable()?;
        if tensor.sparsity()?.is_some() {
            return unsupported("is stored sparsely; export the model with dense weights");
        }
        if tensor.external_buffer()? != 0 {
            return unsupported("has its data in another file; export the model as one file");
        }
        let code = i32::from(tensor.type_()?);
        let store = match name_of(names::TENSOR_TYPE, code) {
            Some("FLOAT32") => Type::F32,
            Some("FLOAT16") => Type::F16,
            Some("INT8") => Type::I8,
            Some("INT16") => Type::I16,
            Some("INT32") => Type::I32,
            Some("INT64") => Type::I64,
            Some("UINT8") => Type::U8,
            Some("BOOL") => Type::Bool,
            Some("INT4") => Type::I4,
            Some(other) => {
                return unsupported(&format!("has elements of type {other}, which are not supported"));
            }
            None => return unsupported(&format!("has elements of type {code}, which is not known")),
        };
        let shape = shape(&tensor, &place)?;
        let size = volume(&shape).and_then(|n| n.checked_mul(store.bytes())).filter(|n| *n <= MOST_BYTES);
        let size = size.ok_or_else(|| ImportError::Limits {
            place: place.clone(),
            what: format!("its shape is {shape:?}, and {MOST_BYTES} bytes are the limit"),
        })?;
        let repr = match tensor.quantization()? {
            Some(quantization) => self.repr(&quantization, store, &shape, &place)?,
            None => Repr::Plain(store),
        };
        let data = self.data(tensor.buffer()?, &place)?;
        if state && data.is_some() {
            return unsupported("is a variable that holds data, which TFLite's own interpreter refuses");
        }
        let size = if store == Type::I4 { size.div_ceil(2) } else { size };
        if let Some(found) = data.map(<[u8]>::len).filter(|found| *found != size) {
            return Err(
                damaged(place, format!("holds {found} bytes of data, and its shape needs {size}")).into()
            );
        }
        self.budget.spend(&place, data.map_or(0, <[u8]>::len))?;
        let data = data.map(|data| match store {
            Type::I4 => unpacked(data, volume(&shape).unwrap_or(0)),
            _ => data.to_vec(),
        });
        Ok(Value { name, shape, repr, data, state, origin: Some(at) })
    }

    fn repr(
        &mut self,
        quantization: &fb::QuantizationParametersRef<'a>,
        store: Type,
        shape: &[usize],
        place: &str,
    ) -> Result<Repr, Trouble> {
        // The schema is cut: any member of the union reads as one that is not known.
        if !matches!(quantization.details(), Ok(None)) {
            return Err(Trouble::Refused(format!("{place} is quantized in blocks, which is not supported")));
        }
        let Some(range) = range(store) else { return Ok(Repr::Plain(store)) };
        let scales = quantization.scale()?;
        let count = scales.map_or(0, |s| s.len());
        if count == 0 {
            return Ok(Repr::Plain(store));
        }
        let wrong = |what: String| Err(damaged(place, what).into());
        self.budget.spend(place, count.saturating_mul(8))?;
        let grain = match usize::try_from(quantization.quantized_dimension()?) {
            _ if count == 1 => Grain::Tensor,
            Ok(axis) if shape.get(axis) == Some(&count) => Grain::Channel(axis),
            _ => {
                let axis = quantization.quantized_dimension()?;
                return wrong(format!("has {count} scales along dimension {axis} of {shape:?}"));
            }
        };
        let scale: Vec<f32> = scales.into_iter().flatten().collect();
        if let Some(scale) = scale.iter().find(|s| !s.is_finite() || **s <= 0.0) {
            return wrong(format!("has a scale of {scale}"));
        }
        let zeros = quantization.zero_point()?;
        let mut zero = Vec::with_capacity(count);
        match zeros.map_or(0, |z| z.len()) {
            0 => zero.resize(count, 0),
            n if n == 1 || n == count => {
                for point in zeros.into_iter().flatten() {
                    match i32::try_from(point) {
                        Ok(point) if range.contains(&point) => zero.push(point),
                        _ => return wrong(format!("has a zero point of {point}, outside of {store}")),
                    }
                }
                zero.resize(count, zero[0]);
            }
            n => return wrong(format!("has {count} scales and {n} zero points")),
        }
        Ok(Repr::Quant(Quant { store, scale, zero, grain }))
    }

    /// A tensor's data: inside the flatbuffer, or behind it in files that were too large for one.
    fn data(&self, index: u32, place: &str) -> Result<Option<&'a [u8]>, ImportError> {
        let Some(buffers) = self.buffers else { return Ok(None) };
        let buffer = usize::try_from(index).ok().and_then(|at| buffers.get(at)).ok_or_else(|| {
            damaged(place, format!("its data is buffer {index}, and there are {}", buffers.len()))
        })?;
        let buffer = buffer.map_err(broken)?;
        let (offset, size) = (buffer.offset().map_err(broken)?, buffer.size().map_err(broken)?);
        if offset <= 1 {
            return Ok(buffer.data().map_err(broken)?.filter(|data| !data.is_empty()));
        }
        let slice = usize::try_from(offset).ok().and_then(|offset| {
            let end = offset.checked_add(usize::try_from(size).ok()?)?;
            self.bytes.get(offset..end)
        });
        let what = || format!("its data is {size} bytes at {offset}, beyond the end of the file");
        slice.map(Some).ok_or_else(|| damaged(place, what()))
    }
}

fn shape(tensor: &fb::TensorRef<'_>, place: &str) -> Result<Vec<usize>, Trouble> {
    let dims = tensor.shape()?;
    let rank = dims.map_or(0, |d| d.len());
    if rank > MOST_DIMENSIONS {
        let what = format!("it has {rank} dimensions, and {MOST_DIMENSIONS} are the limit");
        return Err(ImportError::Limits { place: place.into(), what }.into());
    }
    let signature = tensor.shape_signature()?.map_or(0, |s| s.len());
    let dims: Vec<i32> = dims.into_iter().flatten().collect();
    if dims.iter().any(|d| *d < 0) || (rank == 0 && signature > 0) {
        let what = "has a shape that is only known at run time; export the model with fixed shapes";
        return Err(Trouble::Refused(format!("{place} {what}")));
    }
    if dims.contains(&0) {
        return Err(Trouble::Refused(format!("{place} is empty: its shape is {dims:?}")));
    }
    Ok(dims.into_iter().filter_map(|d| usize::try_from(d).ok()).collect())
}

/// What a uint8 element is more than the int8 one that stands for the same number.
const UNSIGNED: i32 = 128;

/// Makes a quantized uint8 tensor int8, which stands for the same numbers; false for all others.
fn sign(value: &mut Value) -> bool {
    let Repr::Quant(quant) = &mut value.repr else { return false };
    if quant.store != Type::U8 {
        return false;
    }
    quant.store = Type::I8;
    quant.zero.iter_mut().for_each(|zero| *zero -= UNSIGNED);
    value.data.iter_mut().flatten().for_each(|byte| *byte ^= 0x80);
    true
}

/// The elements of packed 4-bit integers, the first of two in the low half of a byte.
fn unpacked(data: &[u8], elements: usize) -> Vec<u8> {
    let halves = data.iter().flat_map(|byte| [byte << 4, *byte]);
    halves.map(|high| (high.cast_signed() >> 4).cast_unsigned()).take(elements).collect()
}

/// The zero points that a quantized type may have; none for types that are not quantized.
fn range(store: Type) -> Option<std::ops::RangeInclusive<i32>> {
    match store {
        Type::I8 => Some(-128..=127),
        Type::U8 => Some(0..=255),
        Type::I16 => Some(-32768..=32767),
        Type::I32 => Some(i32::MIN..=i32::MAX),
        Type::F32 | Type::F16 | Type::I64 | Type::Bool => None,
        Type::I4 => Some(-8..=7),
    }
}

/// A name cut to what fits into a message.
fn short(name: &str) -> String {
    match name.char_indices().nth(60) {
        Some((end, _)) => format!("{}..", &name[..end]),
        None => name.into(),
    }
}
