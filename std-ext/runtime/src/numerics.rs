//! What the numbers of a run are like, step by step: those that are none, and integers at the ends of their type.

use serde::Serialize;

use crate::array::{Arrays, Dtype};
use crate::diff::{DiffError, Tensor, tensors};
use crate::file::File;
use crate::host::Names;
use crate::ports::Ports;
use crate::rows::pack;
use crate::session::Session;

/// Share of a step's integers at the ends of their type from which a scale is likely too small.
const SATURATED: f64 = 0.01;
/// Operators whose results end where their functions do.
const BOUNDED: [&str; 4] = ["SOFTMAX", "LOG_SOFTMAX", "LOGISTIC", "TANH"];

/// What every step made of some rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Numerics {
    /// How many rows ran.
    pub rows: usize,
    /// Steps that write real numbers: floats, or integers with a scale.
    pub steps: Vec<Numbers>,
}

/// The numbers that a step wrote, over all rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Numbers {
    /// The step.
    pub step: usize,
    /// The operator in the source, or the kernel.
    pub op: String,
    /// The tensor that it writes.
    pub name: String,
    /// How many numbers.
    pub elements: usize,
    /// The least that is finite.
    pub least: Option<f64>,
    /// The greatest that is finite.
    pub most: Option<f64>,
    /// Floats that are infinite.
    pub infinite: usize,
    /// Floats that are no numbers.
    pub nan: usize,
    /// Integers at an end of their type. The lower end does not count where it stands for 0, as behind a ReLU.
    pub saturated: usize,
    /// What is wrong, in words; empty if nothing is.
    pub flag: &'static str,
}

impl Numerics {
    /// The first step that made what is not finite.
    pub fn first_not_finite(&self) -> Option<&Numbers> {
        self.steps.iter().find(|numbers| numbers.infinite + numbers.nan > 0)
    }
}

/// Runs every row and looks at what each step writes. `after` is called behind each with their number so far.
///
/// # Errors
/// Plans that do not run here, inputs that do not suit, and runs that did not happen.
pub fn numerics(file: &File, arrays: &Arrays, mut after: impl FnMut(usize)) -> Result<Numerics, DiffError> {
    let (plan, names, runtime) = (file.plan()?, file.names(), file.runtime()?);
    let rows = pack(arrays, &Ports::of(&plan, names))?;
    let tensors = tensors(&plan, names);
    let mut steps: Vec<Numbers> = tensors.iter().enumerate().map(|(i, t)| begin(i, t, names)).collect();
    let mut session = Session::new(&runtime)?;
    for row in 0..rows.count {
        for ((numbers, tensor), bytes) in steps.iter_mut().zip(&tensors).zip(session.dump(rows.row(row))?) {
            numbers.add(tensor, &bytes)?;
        }
        after(row + 1);
    }
    steps.iter_mut().for_each(Numbers::judge);
    let real = |numbers: &Numbers| tensors.get(numbers.step).is_some_and(is_real);
    steps.retain(real);
    Ok(Numerics { rows: rows.count, steps })
}

fn begin(step: usize, tensor: &Tensor, names: Option<&Names>) -> Numbers {
    let op = names.and_then(|names| names.steps.get(step)).map(|step| step.op.clone());
    let op = op.unwrap_or_else(|| tensor.kernel.clone());
    Numbers { step, op, name: tensor.name.clone(), ..Numbers::default() }
}

fn is_real(tensor: &Tensor) -> bool {
    tensor.scale.is_some() || tensor.dtype == Dtype::F32
}

impl Numbers {
    fn add(&mut self, tensor: &Tensor, bytes: &[u8]) -> Result<(), DiffError> {
        let (stored, real) = (tensor.floats(bytes, false)?, tensor.floats(bytes, true)?);
        self.elements += real.len();
        for x in &real {
            match x {
                x if x.is_nan() => self.nan += 1,
                x if x.is_infinite() => self.infinite += 1,
                x => {
                    self.least = Some(self.least.map_or(*x, |least| least.min(*x)));
                    self.most = Some(self.most.map_or(*x, |most| most.max(*x)));
                }
            }
        }
        let ends = match tensor.dtype {
            Dtype::I8 => (-128.0, 127.0),
            Dtype::U8 => (0.0, 255.0),
            Dtype::I16 => (-32768.0, 32767.0),
            _ => return Ok(()),
        };
        let Some((_, zero)) = tensor.scale else { return Ok(()) };
        let saturated = |x: &&f64| **x == ends.1 || **x == ends.0 && f64::from(zero) != ends.0;
        self.saturated += stored.iter().filter(saturated).count();
        Ok(())
    }

    /// Says what is wrong.
    fn judge(&mut self) {
        let many = self.saturated as f64 > SATURATED * self.elements as f64;
        self.flag = if self.nan > 0 {
            "makes what is no number"
        } else if self.infinite > 0 {
            "overflows"
        } else if many && !BOUNDED.contains(&self.op.as_str()) {
            "saturates"
        } else {
            ""
        };
    }
}
