//! Tensors: shapes over numbers of a device.

pub(crate) mod curve;
mod index;
mod linear;
mod map;
mod movement;
mod operators;
mod reduce;
mod softmax;
mod window;

pub(crate) use index::cross_entropy;
pub(crate) use map::map;

use std::fmt;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use crate::autograd::{Leaf, Source, backward};
use crate::cpu::Cpu;
use crate::device::{Buffer, Data, Device, Op, Ran, Type, View};
use crate::{Error, Layout, Result, Rng, Shape};

/// Numbers with a shape. Clones and views share the numbers; what computes them does not show in the type.
///
/// Every operation gives a new tensor, or an [`Error`] that names the operation and the shapes.
#[derive(Clone)]
pub struct Tensor(Arc<Inner>);

struct Inner {
    buffer: Buffer,
    layout: Layout,
    device: Arc<dyn Device>,
    source: Option<Source>,
}

static DEFAULT: LazyLock<RwLock<Arc<dyn Device>>> = LazyLock::new(|| RwLock::new(Arc::new(Cpu::new(0))));

/// The device that new tensors are on, unless they are told another.
pub fn default_device() -> Arc<dyn Device> {
    Arc::clone(&DEFAULT.read().unwrap_or_else(PoisonError::into_inner))
}

/// Puts tensors that are made from now on on `device`.
pub fn set_default_device(device: Arc<dyn Device>) {
    *DEFAULT.write().unwrap_or_else(PoisonError::into_inner) = device;
}

/// Numbers that a tensor can be made of and read as.
pub trait Number: Copy + private::Sealed {
    /// Wraps them.
    fn data(numbers: Vec<Self>) -> Data;

    /// Unwraps them, if they are of this type.
    fn of(data: Data) -> Option<Vec<Self>>;

    /// What they are.
    const KIND: Type;
}

mod private {
    pub trait Sealed {}
}

macro_rules! numbers {
    ($($type:ty => $kind:ident),+) => {$(
        impl private::Sealed for $type {}
        impl Number for $type {
            const KIND: Type = Type::$kind;
            fn data(numbers: Vec<Self>) -> Data {
                Data::$kind(numbers)
            }
            fn of(data: Data) -> Option<Vec<Self>> {
                match data {
                    Data::$kind(numbers) => Some(numbers),
                    _ => None,
                }
            }
        }
    )+};
}
numbers!(f32 => F32, half::f16 => F16, half::bf16 => Bf16, i64 => I64, u8 => U8);

/// What an operation makes of `reads`, in tensors of the given types and shapes.
pub(crate) fn compute<const N: usize>(
    op: &Op,
    reads: &[&Tensor],
    made: [(Type, Shape); N],
) -> Result<[Tensor; N]> {
    let device = reads[0].device();
    let mut outputs = Vec::with_capacity(N);
    for (kind, shape) in made {
        outputs.push(Tensor::empty(device, kind, shape)?);
    }
    run(op, reads, &outputs.iter().collect::<Vec<_>>())?;
    outputs.try_into().map_err(|_| Error::Argument { op: op.name(), why: "outputs were lost".into() })
}

/// [`compute`] of one tensor of f32.
pub(crate) fn compute_one(op: &Op, reads: &[&Tensor], shape: impl Into<Shape>) -> Result<Tensor> {
    let [output] = compute(op, reads, [(Type::F32, shape.into())])?;
    Ok(output)
}

/// Carries out an operation on the device of its operands.
pub(crate) fn run(op: &Op, reads: &[&Tensor], writes: &[&Tensor]) -> Result<()> {
    let first = writes[0].device();
    for tensor in reads.iter().chain(writes) {
        if !Arc::ptr_eq(first, tensor.device()) {
            return Err(Error::Devices { op: op.name(), left: first.name(), right: tensor.device().name() });
        }
    }
    let read: Vec<View<'_>> = reads.iter().map(|t| t.as_view()).collect();
    let written: Vec<View<'_>> = writes.iter().map(|t| t.as_view()).collect();
    match first.run(op, &read, &written)? {
        Ran::Done => {
            crate::trace::ran(op, reads, writes);
            Ok(())
        }
        Ran::Unsupported => Err(Error::Unsupported { device: first.name(), op: op.name() }),
    }
}

impl Tensor {
    fn new(device: Arc<dyn Device>, buffer: Buffer, layout: Layout, source: Option<Source>) -> Tensor {
        Tensor(Arc::new(Inner { buffer, layout, device, source }))
    }

    /// Numbers that are whatever they are.
    pub(crate) fn empty(device: &Arc<dyn Device>, kind: Type, shape: Shape) -> Result<Tensor> {
        let buffer = device.alloc(kind, shape.elements())?;
        Ok(Tensor::new(Arc::clone(device), buffer, Layout::dense(shape), None))
    }

    /// These numbers, the last axis running fastest.
    ///
    /// # Errors
    /// There are more or fewer numbers than the shape has elements.
    pub fn from_vec<T: Number>(numbers: Vec<T>, shape: impl Into<Shape>) -> Result<Tensor> {
        Tensor::from_vec_on(&default_device(), numbers, shape)
    }

    /// [`Tensor::from_vec`] on a device.
    ///
    /// # Errors
    /// As there, or the device has no memory left.
    pub fn from_vec_on<T: Number>(
        device: &Arc<dyn Device>,
        numbers: Vec<T>,
        shape: impl Into<Shape>,
    ) -> Result<Tensor> {
        let shape = shape.into();
        if shape.elements() != numbers.len() {
            return Err(shape
                .wrong("from_vec", format!("{} numbers for {} elements", numbers.len(), shape.elements())));
        }
        let buffer = device.upload(T::data(numbers))?;
        Ok(Tensor::new(Arc::clone(device), buffer, Layout::dense(shape), None))
    }

    /// [`Tensor::from_vec`] of a copy.
    ///
    /// # Errors
    /// As there.
    pub fn from_slice<T: Number>(numbers: &[T], shape: impl Into<Shape>) -> Result<Tensor> {
        Tensor::from_vec(numbers.to_vec(), shape)
    }

    /// One number everywhere.
    ///
    /// # Errors
    /// There is no memory left.
    pub fn full(shape: impl Into<Shape>, number: f32) -> Result<Tensor> {
        let shape = shape.into();
        Tensor::from_vec(vec![number; shape.elements()], shape)
    }

    /// Zeros.
    ///
    /// # Errors
    /// There is no memory left.
    pub fn zeros(shape: impl Into<Shape>) -> Result<Tensor> {
        Tensor::full(shape, 0.0)
    }

    /// Ones.
    ///
    /// # Errors
    /// There is no memory left.
    pub fn ones(shape: impl Into<Shape>) -> Result<Tensor> {
        Tensor::full(shape, 1.0)
    }

    pub(crate) fn zeros_on(device: &Arc<dyn Device>, shape: &Shape) -> Result<Tensor> {
        Tensor::from_vec_on(device, vec![0.0f32; shape.elements()], shape)
    }

    /// 0, 1, 2 and so on.
    ///
    /// # Errors
    /// There is no memory left.
    pub fn arange(count: usize) -> Result<Tensor> {
        Tensor::from_vec((0..count).map(|i| i as f32).collect(), count)
    }

    /// Ones on the diagonal, else zeros.
    ///
    /// # Errors
    /// There is no memory left.
    pub fn eye(size: usize) -> Result<Tensor> {
        let at = |i: usize| if i / size == i % size { 1.0f32 } else { 0.0 };
        Tensor::from_vec((0..size * size).map(at).collect(), [size, size])
    }

    /// Numbers of the normal distribution with mean 0 and variance 1.
    ///
    /// # Errors
    /// There is no memory left.
    pub fn randn(shape: impl Into<Shape>, rng: &mut Rng) -> Result<Tensor> {
        let shape = shape.into();
        Tensor::from_vec((0..shape.elements()).map(|_| rng.normal()).collect(), shape)
    }

    /// Numbers spread evenly from `low` (included) to `high` (not included).
    ///
    /// # Errors
    /// There is no memory left.
    pub fn uniform(shape: impl Into<Shape>, low: f32, high: f32, rng: &mut Rng) -> Result<Tensor> {
        let shape = shape.into();
        Tensor::from_vec((0..shape.elements()).map(|_| low + (high - low) * rng.uniform()).collect(), shape)
    }

    /// Sizes of its axes.
    pub fn shape(&self) -> &Shape {
        &self.0.layout.shape
    }

    /// Number of axes.
    pub fn rank(&self) -> usize {
        self.shape().len()
    }

    /// Number of elements.
    pub fn elements(&self) -> usize {
        self.shape().elements()
    }

    /// The type of its numbers.
    pub fn kind(&self) -> Type {
        self.0.buffer.kind()
    }

    /// What computes it.
    pub fn device(&self) -> &Arc<dyn Device> {
        &self.0.device
    }

    pub(crate) fn buffer(&self) -> &Buffer {
        &self.0.buffer
    }

    pub(crate) fn layout(&self) -> &Layout {
        &self.0.layout
    }

    fn as_view(&self) -> View<'_> {
        View { buffer: &self.0.buffer, layout: &self.0.layout }
    }

    /// The same numbers in another layout, without a past.
    pub(crate) fn seen_as(&self, layout: Layout) -> Tensor {
        Tensor::new(Arc::clone(&self.0.device), self.0.buffer.clone(), layout, None)
    }

    pub(crate) fn source(&self) -> Option<&Source> {
        self.0.source.as_ref()
    }

    pub(crate) fn made_by(self, source: Source) -> Tensor {
        let inner = &self.0;
        Tensor::new(Arc::clone(&inner.device), inner.buffer.clone(), inner.layout.clone(), Some(source))
    }

    /// Its numbers, the last axis running fastest.
    ///
    /// # Errors
    /// They are of another type.
    pub fn to_vec<T: Number>(&self) -> Result<Vec<T>> {
        crate::trace::read("to_vec", self)?;
        let data = self.0.device.download(self.as_view())?;
        let found = data.kind();
        T::of(data).ok_or(Error::Type { op: "to_vec", expected: T::KIND, found })
    }

    /// Its numbers, whatever their type.
    ///
    /// # Errors
    /// The device can't give them.
    pub fn data(&self) -> Result<Data> {
        crate::trace::read("data", self)?;
        self.0.device.download(self.as_view())
    }

    /// Its one number.
    ///
    /// # Errors
    /// It has more than one, or none, or of another type than f32.
    pub fn item(&self) -> Result<f32> {
        match self.to_vec()?[..] {
            [number] => Ok(number),
            _ => Err(self.shape().wrong("item", "only one element can be a number")),
        }
    }

    /// The same numbers without a past: nothing flows back through it.
    pub fn detach(&self) -> Tensor {
        self.seen_as(self.0.layout.clone())
    }

    /// The same numbers as a parameter: backward passes add up a gradient for it.
    pub fn requires_gradient(&self) -> Tensor {
        self.detach().made_by(Source::Leaf(Arc::new(Leaf::default())))
    }

    /// Whether backward passes reach a parameter through it.
    pub fn requires_grad(&self) -> bool {
        self.0.source.is_some()
    }

    /// What backward passes have added up, if it is a parameter and they have.
    pub fn grad(&self) -> Option<Tensor> {
        match self.source() {
            Some(Source::Leaf(leaf)) => leaf.gradient().clone(),
            _ => None,
        }
    }

    /// Puts `gradient` in the place of what backward passes have added up.
    pub fn set_grad(&self, gradient: Option<Tensor>) {
        if let Some(Source::Leaf(leaf)) = self.source() {
            *leaf.gradient() = gradient;
        }
    }

    /// Adds the gradient of this number to every parameter that had a part in it.
    ///
    /// # Errors
    /// It is not one number, no parameter had a part in it, a backward pass has been here, or a parameter was changed
    /// since.
    pub fn backward(&self) -> Result<()> {
        if self.elements() != 1 {
            return Err(self.shape().wrong("backward", "a loss is one number; take its mean or sum"));
        }
        backward(self, Tensor::from_vec_on(self.device(), vec![1.0f32], self.shape())?)
    }

    /// Backward from more than one number, whose own gradients are given.
    ///
    /// # Errors
    /// As [`Tensor::backward`]; or `gradient` has another shape.
    pub fn backward_with(&self, gradient: &Tensor) -> Result<()> {
        if gradient.shape() != self.shape() {
            let (left, right) = (self.shape().clone(), gradient.shape().clone());
            return Err(Error::Shapes {
                op: "backward",
                left,
                right,
                why: "a gradient has the shape of its tensor",
            });
        }
        backward(self, gradient.detach())
    }

    /// Puts other numbers in its place; all tensors that share its memory change.
    ///
    /// # Errors
    /// Shapes or types differ.
    pub fn assign(&self, other: &Tensor) -> Result<()> {
        if self.shape() != other.shape() {
            let (left, right) = (self.shape().clone(), other.shape().clone());
            return Err(Error::Shapes { op: "assign", left, right, why: "they must be equal" });
        }
        // A tensor can't be read and written at once.
        let other = if self.buffer().is(other.buffer()) { other.copy()? } else { other.clone() };
        run(&Op::Copy, &[&other], &[self])?;
        self.buffer().changed();
        Ok(())
    }

    /// An error unless its numbers are f32.
    fn float(&self, op: &'static str) -> Result<&Tensor> {
        match self.kind() {
            Type::F32 => Ok(self),
            found => Err(Error::Type { op, expected: Type::F32, found }),
        }
    }
}

impl fmt::Debug for Tensor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tensor({}, {})", self.shape(), self.kind())
    }
}

impl fmt::Display for Tensor {
    /// Its numbers; of many, the first.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 64;
        let data = self.data().map_err(|_| fmt::Error)?;
        let texts: Vec<String> = match &data {
            Data::F32(numbers) => numbers.iter().take(SHOWN).map(|x| format!("{x:.4}")).collect(),
            Data::F16(numbers) => numbers.iter().take(SHOWN).map(|x| format!("{:.4}", x.to_f32())).collect(),
            Data::Bf16(numbers) => numbers.iter().take(SHOWN).map(|x| format!("{:.4}", x.to_f32())).collect(),
            Data::I64(numbers) => numbers.iter().take(SHOWN).map(i64::to_string).collect(),
            Data::U8(numbers) => numbers.iter().take(SHOWN).map(u8::to_string).collect(),
        };
        let more = if data.len() > SHOWN { ", ..." } else { "" };
        write!(f, "{self:?} [{}{more}]", texts.join(", "))
    }
}
