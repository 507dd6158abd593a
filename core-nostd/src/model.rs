//! Running plans: the static door ([`Model`]) and the run-time door ([`Runtime`]) lead to the same [`Session`].

use core::cell::Cell;
use core::marker::PhantomData;

use crate::aligned::{self, Element};
use crate::arena::Arena;
use crate::claim::Claim;
use crate::error::{At, Error};
use crate::kernel::{Io, Kernel, Registered, Task};
use crate::ops;
use crate::plan::{Kind, Operand, Plan, region};
use crate::tensor::View;

/// Finds the kernel of a step.
pub trait Resolve {
    /// The kernel of step `index`, whose code is `code`.
    fn kernel(&self, index: usize, code: u16) -> Option<Kernel>;
}

/// Kernels chosen by the compiler, one for each step.
impl Resolve for &[Kernel] {
    fn kernel(&self, index: usize, _: u16) -> Option<Kernel> {
        self.get(index).copied()
    }
}

/// Kernels looked up beforehand, one for each step.
impl Resolve for &[Option<Kernel>] {
    fn kernel(&self, index: usize, _: u16) -> Option<Kernel> {
        self.get(index).copied().flatten()
    }
}

/// The kernels that plans loaded at run time may use.
#[derive(Clone, Copy, Debug)]
pub struct Kernels<'a>(pub &'a [Registered]);

impl Kernels<'static> {
    /// Every kernel of this crate.
    pub const ALL: Self = Kernels(ops::ALL);
}

impl Kernels<'_> {
    fn find(&self, code: u16) -> Option<&Registered> {
        self.0.iter().find(|k| k.code == code)
    }

    /// The first step of the plan whose kernel is not in the list, with its code.
    pub fn first_missing(&self, plan: &Plan<'_>) -> Option<(usize, u16)> {
        plan.steps().enumerate().map(|(i, s)| (i, s.code())).find(|(_, code)| self.find(*code).is_none())
    }
}

impl Resolve for Kernels<'_> {
    fn kernel(&self, _: usize, code: u16) -> Option<Kernel> {
        self.find(code).map(|k| k.eval)
    }
}

/// A plan loaded at run time.
#[derive(Clone, Copy, Debug)]
pub struct Runtime<'a> {
    plan: Plan<'a>,
    kernels: Kernels<'a>,
}

impl<'a> Runtime<'a> {
    /// Checks a plan against a list of kernels. `bytes` must start at a 16-byte boundary and stay in place.
    ///
    /// # Errors
    /// What is wrong with the plan, and in which step.
    pub fn load(bytes: &'a [u8], kernels: Kernels<'a>) -> Result<Self, At> {
        if !bytes.as_ptr().addr().is_multiple_of(16) {
            return Err(At::plan(Error::Misaligned));
        }
        let plan = Plan::parse(bytes)?;
        for (i, step) in plan.steps().enumerate() {
            let claim = Claim::new(plan, step);
            let checked = match kernels.find(step.code()) {
                Some(kernel) => (kernel.check)(&claim),
                None => Err(Error::UnknownKernel),
            };
            checked.map_err(|error| At { step: i as u16, error })?;
        }
        Ok(Runtime { plan, kernels })
    }

    /// The plan.
    pub fn plan(&self) -> &Plan<'a> {
        &self.plan
    }

    /// A session in `arena`, of which the part from the first 16-byte boundary is used.
    ///
    /// # Errors
    /// [`Error::ArenaTooSmall`].
    pub fn session<'s>(&'s self, arena: &'s mut [u8]) -> Result<Session<'s, Kernels<'a>>, Error> {
        Session::new(&self.plan, self.kernels, arena)
    }

    /// A session in an arena that one of this plan has worked in before: inputs, outputs and state are as they were.
    ///
    /// # Errors
    /// [`Error::ArenaTooSmall`].
    pub fn resume<'s>(&'s self, arena: &'s mut [u8]) -> Result<Session<'s, Kernels<'a>>, Error> {
        Session::resume(&self.plan, self.kernels, arena)
    }

    /// The plan with its kernels looked up once and for all, in room for `STEPS` of them.
    ///
    /// # Errors
    /// [`Error::TooManySteps`].
    pub fn bind<const STEPS: usize>(&self) -> Result<Bound<'a, STEPS>, Error> {
        if self.plan.step_count() > STEPS {
            return Err(Error::TooManySteps);
        }
        let mut kernels = [None; STEPS];
        for ((index, step), kernel) in self.plan.steps().enumerate().zip(&mut kernels) {
            *kernel = self.kernels.kernel(index, step.code());
        }
        Ok(Bound { plan: self.plan, kernels })
    }
}

/// A plan loaded at run time, of at most `STEPS` steps, whose runs do not search for kernels.
#[derive(Clone, Copy, Debug)]
pub struct Bound<'a, const STEPS: usize> {
    plan: Plan<'a>,
    kernels: [Option<Kernel>; STEPS],
}

impl<'a, const STEPS: usize> Bound<'a, STEPS> {
    /// The plan.
    pub fn plan(&self) -> &Plan<'a> {
        &self.plan
    }

    /// A session in `arena`, of which the part from the first 16-byte boundary is used.
    ///
    /// # Errors
    /// [`Error::ArenaTooSmall`].
    pub fn session<'s>(&'s self, arena: &'s mut [u8]) -> Result<Session<'s, &'s [Option<Kernel>]>, Error> {
        Session::new(&self.plan, &self.kernels, arena)
    }
}

/// A plan linked into the program by [`model!`](crate::model): its steps are already functions, and its only input
/// and output have the types `X` and `Y`.
#[derive(Debug)]
pub struct Model<const STEPS: usize, X: 'static, Y: 'static> {
    plan: Plan<'static>,
    kernels: [Kernel; STEPS],
    ports: PhantomData<fn(X) -> Y>,
}

impl<const STEPS: usize, X, Y> Model<STEPS, X, Y> {
    /// For [`model!`](crate::model), which has checked the plan.
    #[doc(hidden)]
    pub const fn new(plan: Plan<'static>, kernels: [Kernel; STEPS]) -> Self {
        Model { plan, kernels, ports: PhantomData }
    }

    /// The plan.
    pub const fn plan(&self) -> &Plan<'static> {
        &self.plan
    }

    /// Bytes that an arena needs.
    pub const fn arena_len(&self) -> usize {
        self.plan.arena_len()
    }

    /// A session, for models with several ports, persistent state or step hooks.
    ///
    /// # Errors
    /// [`Error::ArenaTooSmall`].
    pub fn session<'s, const N: usize>(
        &'s self,
        arena: &'s mut Arena<N>,
    ) -> Result<Session<'s, &'s [Kernel]>, Error> {
        Session::new(&self.plan, &self.kernels, arena.bytes())
    }
}

impl<const STEPS: usize, T: Element, U: Element, const A: usize, const B: usize>
    Model<STEPS, [T; A], [U; B]>
{
    /// Runs the model on one input and returns its output, which lies in the arena.
    ///
    /// # Errors
    /// [`Error::ArenaTooSmall`].
    pub fn run<'s, const N: usize>(
        &'s self,
        arena: &'s mut Arena<N>,
        input: &[T; A],
    ) -> Result<&'s [U; B], Error> {
        let mut session = self.session(arena)?;
        session.set_input(0, input)?;
        session.run()?;
        session.into_output(0)?.first_chunk().ok_or(Error::NoSuchPort)
    }
}

/// Whether an operand's elements are of a type; truth values are bytes.
fn holds<T: Element>(operand: &Operand) -> bool {
    operand.is(T::KIND) || operand.is(Kind::Bool) && matches!(T::KIND, Kind::U8)
}

/// A plan at work in an arena.
#[derive(Debug)]
pub struct Session<'a, R> {
    plan: &'a Plan<'a>,
    kernels: R,
    arena: &'a mut [u8],
}

/// What a hook sees after each step.
#[derive(Debug)]
pub struct Done<'a> {
    /// The step's index.
    pub index: usize,
    /// Its operator and variant.
    pub code: u16,
    io: Io<'a>,
}

impl Done<'_> {
    /// What the step wrote first: its output.
    pub fn output(&self) -> &[Cell<u8>] {
        self.io.work(0).unwrap_or(&[])
    }
}

impl<'a, R: Resolve> Session<'a, R> {
    fn new(plan: &'a Plan<'a>, kernels: R, arena: &'a mut [u8]) -> Result<Self, Error> {
        let mut session = Self::resume(plan, kernels, arena)?;
        session.reset();
        Ok(session)
    }

    fn resume(plan: &'a Plan<'a>, kernels: R, arena: &'a mut [u8]) -> Result<Self, Error> {
        let arena = aligned::trim(arena).get_mut(..plan.arena_len()).ok_or(Error::ArenaTooSmall)?;
        Ok(Session { plan, kernels, arena })
    }

    /// Restores the state that persists between runs.
    pub fn reset(&mut self) {
        let (mut i, mut initial) = (0, self.plan.state());
        while let Some(r) = self.plan.region(i) {
            if r.kind == region::STATE {
                let start = self.plan.region_start(i);
                if let Some(state) = self.arena.get_mut(start..start.wrapping_add(r.len as usize)) {
                    state.fill(0);
                    state.iter_mut().zip(initial).for_each(|(to, from)| *to = *from);
                    initial = initial.get(state.len()..).unwrap_or(&[]);
                }
            }
            i += 1;
        }
    }

    /// The bytes of the `index`-th input, to be filled in before a run, which may overwrite them.
    ///
    /// # Errors
    /// [`Error::NoSuchPort`].
    pub fn input_mut(&mut self, index: u8) -> Result<&mut [u8], Error> {
        let port = self.plan.side(false, index).ok_or(Error::NoSuchPort)?;
        self.arena.get_mut(self.plan.extent(port.operand)).ok_or(Error::NoSuchPort)
    }

    /// Copies elements into the `index`-th input.
    ///
    /// # Errors
    /// [`Error::NoSuchPort`], also for a wrong type or length.
    pub fn set_input<T: Element>(&mut self, index: u8, elements: &[T]) -> Result<(), Error> {
        let port = self.plan.side(false, index).ok_or(Error::NoSuchPort)?;
        let bytes = aligned::bytes(elements);
        let to = self.arena.get_mut(self.plan.extent(port.operand)).ok_or(Error::NoSuchPort)?;
        if to.len() != bytes.len() || !holds::<T>(&self.plan.operand(port.operand)) {
            return Err(Error::NoSuchPort);
        }
        to.copy_from_slice(bytes);
        Ok(())
    }

    /// The `index`-th output of the last run.
    ///
    /// # Errors
    /// [`Error::NoSuchPort`].
    pub fn output(&self, index: u8) -> Result<View<'_>, Error> {
        let port = self.plan.side(true, index).ok_or(Error::NoSuchPort)?;
        let bytes = self.arena.get(self.plan.extent(port.operand)).ok_or(Error::NoSuchPort)?;
        View::of(self.plan, &port, bytes)
    }

    /// The elements of the `index`-th output, for as long as the arena is borrowed.
    ///
    /// # Errors
    /// [`Error::NoSuchPort`], also for a wrong type.
    pub fn into_output<T: Element>(self, index: u8) -> Result<&'a [T], Error> {
        let port = self.plan.side(true, index).ok_or(Error::NoSuchPort)?;
        if !holds::<T>(&self.plan.operand(port.operand)) {
            return Err(Error::NoSuchPort);
        }
        let arena: &'a [u8] = self.arena;
        arena.get(self.plan.extent(port.operand)).and_then(aligned::slice).ok_or(Error::NoSuchPort)
    }

    /// Runs every step.
    ///
    /// # Errors
    /// What a kernel reports; a checked plan gives none.
    pub fn run(&mut self) -> Result<(), Error> {
        self.run_with(|_| {})
    }

    /// Runs every step and calls `after` behind each, for profiles and comparisons.
    ///
    /// # Errors
    /// What a kernel reports; a checked plan gives none.
    pub fn run_with(&mut self, mut after: impl FnMut(&Done<'_>)) -> Result<(), Error> {
        let memory = Cell::from_mut(&mut *self.arena).as_slice_of_cells();
        for (index, step) in self.plan.steps().enumerate() {
            let kernel = self.kernels.kernel(index, step.code()).ok_or(Error::UnknownKernel)?;
            let io = Io::new(self.plan, step, memory);
            kernel(&Task { params: step.params(), rows: 0..step.rows() }, &io)?;
            after(&Done { index, code: step.code(), io });
        }
        Ok(())
    }
}
