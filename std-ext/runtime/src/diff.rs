//! Two plans on the same rows, step by step: where their numbers part.

use std::collections::{HashMap, VecDeque};

use midge_core::Plan;
use serde::Serialize;

use crate::array::{Array, ArrayError, Arrays, Dtype};
use crate::file::{File, FileError};
use crate::host::Names;
use crate::layers;
use crate::ports::{Port, Ports};
use crate::rows::{RowsError, pack};
use crate::session::{RunError, Session};

/// What both plans compute, and how far apart.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Diff {
    /// How many rows ran.
    pub rows: usize,
    /// Whether nothing that both compute differs by more than the tolerance.
    pub same: bool,
    /// The first step of `a` that differs.
    pub first: Option<usize>,
    /// Steps that write the same tensor, in the order of `a`.
    pub steps: Vec<Pair>,
    /// Outputs by their place.
    pub outputs: Vec<Pair>,
    /// Steps of `a` alone.
    pub only_a: Vec<usize>,
    /// Steps of `b` alone.
    pub only_b: Vec<usize>,
}

/// A tensor that both plans compute. Differences are between real numbers where both sides have a scale or none, and
/// are counted over all rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pair {
    /// The tensor, as `a` calls it.
    pub name: String,
    /// The step of `a` that writes it; none for an output.
    pub a: Option<usize>,
    /// The step of `b`.
    pub b: Option<usize>,
    /// Their kernels.
    pub kernels: Option<[String; 2]>,
    /// Number of elements.
    pub elements: usize,
    /// How many are the same: bit by bit, or the same real number in two representations.
    pub equal: usize,
    /// The greatest difference; none where it is not finite.
    pub max_error: Option<f64>,
    /// Power of `a` over that of the difference, in decibels; none where either is zero or not finite.
    pub snr_db: Option<f64>,
    /// Whether it differs by more than the tolerance.
    pub differs: bool,
}

/// Why two plans were not compared.
#[derive(Debug, thiserror::Error)]
pub enum DiffError {
    /// A plan that does not run here.
    #[error(transparent)]
    File(#[from] FileError),
    /// Inputs that do not suit one of the plans.
    #[error(transparent)]
    Rows(#[from] RowsError),
    /// A run that did not happen.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A tensor that is not what its plan says.
    #[error(transparent)]
    Array(#[from] ArrayError),
    /// Other outputs.
    #[error("the models have different outputs: {0} and {1}")]
    Outputs(String, String),
}

/// Runs every row through both and compares what steps write. Steps belong together when they write tensors of the
/// same name and size, or have the same number where one of the plans has no names. A difference beyond `tolerance`
/// counts; of 0, any other bit does. `after` is called behind each row with their number so far.
///
/// # Errors
/// [`DiffError`].
pub fn diff(
    a: &File,
    b: &File,
    arrays: &Arrays,
    tolerance: f64,
    mut after: impl FnMut(usize),
) -> Result<Diff, DiffError> {
    let runtimes = (a.runtime()?, b.runtime()?);
    let ports = (Ports::of(&a.plan()?, a.names()), Ports::of(&b.plan()?, b.names()));
    let rows = (pack(arrays, &ports.0)?, pack(arrays, &ports.1)?);
    let tensors = match (a.names(), b.names()) {
        (Some(_), Some(_)) => (tensors(&a.plan()?, a.names()), tensors(&b.plan()?, b.names())),
        _ => (tensors(&a.plan()?, None), tensors(&b.plan()?, None)),
    };
    let outputs = |ports: &Ports| ports.outputs.iter().map(Tensor::of).collect::<Vec<_>>();
    let outputs = (outputs(&ports.0), outputs(&ports.1));
    let sizes = |side: &[Tensor]| side.iter().map(|t| t.elements).collect::<Vec<_>>();
    if sizes(&outputs.0) != sizes(&outputs.1) {
        let shapes = |p: &Ports| format!("{:?}", p.outputs.iter().map(|o| &o.shape).collect::<Vec<_>>());
        return Err(DiffError::Outputs(shapes(&ports.0), shapes(&ports.1)));
    }
    let pairs = matched(&tensors.0, &tensors.1);
    let mut steps = vec![Sums::default(); pairs.len()];
    let mut ends = vec![Sums::default(); outputs.0.len()];
    let mut sessions = (Session::new(&runtimes.0)?, Session::new(&runtimes.1)?);
    for row in 0..rows.0.count {
        let mut answers = (Vec::new(), Vec::new());
        let wrote = (
            sessions.0.steps(rows.0.row(row), &mut answers.0)?,
            sessions.1.steps(rows.1.row(row), &mut answers.1)?,
        );
        for (sums, (i, j)) in steps.iter_mut().zip(&pairs) {
            sums.add((&tensors.0[*i], &wrote.0[*i]), (&tensors.1[*j], &wrote.1[*j]))?;
        }
        let mut rest = (answers.0.as_slice(), answers.1.as_slice());
        for (sums, (x, y)) in ends.iter_mut().zip(outputs.0.iter().zip(&outputs.1)) {
            let (left, right) = (x.cut(&mut rest.0), y.cut(&mut rest.1));
            sums.add((x, left), (y, right))?;
        }
        after(row + 1);
    }
    let steps: Vec<Pair> = pairs
        .iter()
        .zip(&steps)
        .map(|((i, j), sums)| Pair {
            a: Some(*i),
            b: Some(*j),
            kernels: Some([tensors.0[*i].kernel.clone(), tensors.1[*j].kernel.clone()]),
            ..sums.pair(&tensors.0[*i], tolerance)
        })
        .collect();
    let outputs: Vec<Pair> = outputs.0.iter().zip(&ends).map(|(x, sums)| sums.pair(x, tolerance)).collect();
    let alone = |count: usize, has: &dyn Fn(usize) -> bool| (0..count).filter(|i| !has(*i)).collect();
    Ok(Diff {
        rows: rows.0.count,
        same: steps.iter().chain(&outputs).all(|pair| !pair.differs),
        first: steps.iter().find(|pair| pair.differs).and_then(|pair| pair.a),
        only_a: alone(tensors.0.len(), &|i| pairs.iter().any(|(a, _)| *a == i)),
        only_b: alone(tensors.1.len(), &|i| pairs.iter().any(|(_, b)| *b == i)),
        steps,
        outputs,
    })
}

/// How the bytes of a tensor are read.
pub(crate) struct Tensor {
    pub(crate) name: String,
    pub(crate) kernel: String,
    pub(crate) dtype: Dtype,
    pub(crate) scale: Option<(f32, i32)>,
    elements: usize,
}

impl Tensor {
    fn of(port: &Port) -> Self {
        Tensor {
            name: port.name.clone(),
            kernel: String::new(),
            dtype: port.dtype,
            scale: port.scale.zip(port.zero),
            elements: port.elements(),
        }
    }

    /// Its bytes, taken from the front.
    fn cut<'a>(&self, rest: &mut &'a [u8]) -> &'a [u8] {
        let (mine, others) = rest.split_at_checked(self.elements * self.dtype.bytes()).unwrap_or((rest, &[]));
        *rest = others;
        mine
    }

    /// Stored numbers, or real ones.
    pub(crate) fn floats(&self, bytes: &[u8], real: bool) -> Result<Vec<f64>, ArrayError> {
        let mut numbers = Array::from_bytes(self.dtype, &[self.elements], bytes.to_vec())?.floats();
        if let Some((scale, zero)) = self.scale.filter(|_| real) {
            numbers.iter_mut().for_each(|x| *x = f64::from(scale) * (*x - f64::from(zero)));
        }
        Ok(numbers)
    }
}

/// What each step writes first.
pub(crate) fn tensors(plan: &Plan<'_>, names: Option<&Names>) -> Vec<Tensor> {
    let tensor = |(index, step): (usize, midge_core::plan::Step<'_>)| {
        let operand = plan.operand(step.id(0));
        let dtype = operand.element().map_or(Dtype::U8, Dtype::from);
        let known = names.and_then(|n| n.operands.get(usize::from(step.id(0))));
        Tensor {
            name: known.map_or_else(|| format!("step {index}"), |k| k.name.clone()),
            kernel: layers::kernel(step.code()),
            dtype,
            scale: known.and_then(|k| k.scale.zip(k.zero)),
            elements: operand.len as usize / dtype.bytes(),
        }
    };
    plan.steps().enumerate().map(tensor).collect()
}

/// Indices of tensors with the same name and size; of several, the first with the first, and so on.
fn matched(a: &[Tensor], b: &[Tensor]) -> Vec<(usize, usize)> {
    let key = |t: &Tensor| (t.name.clone(), t.elements);
    let mut there = HashMap::<_, VecDeque<usize>>::new();
    for (j, tensor) in b.iter().enumerate() {
        there.entry(key(tensor)).or_default().push_back(j);
    }
    let partner = |(i, t)| Some((i, there.get_mut(&key(t))?.pop_front()?));
    a.iter().enumerate().filter_map(partner).collect()
}

/// What rows add up to.
#[derive(Clone, Default)]
struct Sums {
    elements: usize,
    equal: usize,
    most: f64,
    power: f64,
    noise: f64,
}

impl Sums {
    fn add(&mut self, a: (&Tensor, &[u8]), b: (&Tensor, &[u8])) -> Result<(), ArrayError> {
        self.elements += a.0.elements;
        let alike = a.0.dtype == b.0.dtype && a.0.scale == b.0.scale;
        let real = alike || a.0.scale.is_some() || b.0.scale.is_some();
        let (x, y) = (a.0.floats(a.1, real)?, b.0.floats(b.1, real)?);
        let size = a.0.dtype.bytes();
        for (i, (x, y)) in x.iter().zip(&y).enumerate() {
            let bits = |bytes: &'_ [u8]| bytes.get(i * size..(i + 1) * size).map(<[u8]>::to_vec);
            let equal = if alike { bits(a.1) == bits(b.1) } else { x == y };
            self.power += x * x;
            if equal {
                self.equal += 1;
                continue;
            }
            let error = (x - y).abs();
            // `max` alone would pass over what is no number
            self.most = self.most.max(if error.is_nan() { f64::INFINITY } else { error });
            self.noise += error * error;
        }
        Ok(())
    }

    fn pair(&self, tensor: &Tensor, tolerance: f64) -> Pair {
        let snr = 10.0 * (self.power / self.noise).log10();
        Pair {
            name: tensor.name.clone(),
            a: None,
            b: None,
            kernels: None,
            elements: self.elements,
            equal: self.equal,
            max_error: Some(self.most).filter(|e| e.is_finite()),
            snr_db: Some(snr).filter(|db| db.is_finite()),
            differs: self.equal < self.elements && !(tolerance > 0.0 && self.most <= tolerance),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    /// The fixture's plan, with another answer for the number 5.
    fn with(answer: u8) -> File {
        let mut bytes = fixture::plan(&fixture::double(), 256);
        let table = crate::sections::sections(&bytes).find(|s| s.name() == "constants").unwrap();
        let at = table.entry.offset as usize * 16 + 128 + 5;
        bytes[at] = answer;
        File::from_bytes(&bytes).unwrap()
    }

    fn input() -> Arrays {
        Arrays::One(Array::new(&[2, 1, 4, 4], &(0..32).collect::<Vec<i8>>()).unwrap())
    }

    #[test]
    fn the_step_that_differs_is_found_and_measured() {
        let (sound, other) = (with(10), with(16));
        let mut rows = 0;
        let told = diff(&sound, &other, &input(), 0.0, |n| rows = n).unwrap();
        assert_eq!((told.same, told.first, rows), (false, Some(0), 2));
        for pair in told.steps.iter().chain(&told.outputs) {
            assert_eq!((pair.elements, pair.equal, pair.name.as_str()), (32, 31, "y"));
            assert_eq!(pair.max_error, Some(3.0));
        }
        let power: f64 = (0..32).map(|x| f64::from(2 * x - 3) / 2.0).map(|x| x * x).sum();
        assert_eq!(told.steps[0].snr_db, Some(10.0 * (power / 9.0).log10()));
        assert!(diff(&sound, &other, &input(), 3.0, |_| ()).unwrap().same);
        assert!(!diff(&sound, &other, &input(), 2.9, |_| ()).unwrap().same);
        let same = diff(&sound, &sound, &input(), 0.0, |_| ()).unwrap();
        assert_eq!((same.same, same.first, same.steps[0].snr_db), (true, None, None));
    }

    #[test]
    fn without_names_steps_belong_together_by_number() {
        let sound = with(10);
        let device = sound.plan().unwrap().device_len();
        let stripped = File::from_bytes(&sound.bytes()[..device]).unwrap();
        let told = diff(&stripped, &sound, &input(), 0.0, |_| ()).unwrap();
        assert!(told.same && told.only_a.is_empty() && told.only_b.is_empty());
        assert_eq!((told.steps[0].name.as_str(), told.steps[0].equal), ("step 0", 32));
    }

    #[test]
    fn tensors_of_one_name_are_taken_in_turn() {
        let tensor = |name: &str, elements| Tensor {
            name: name.into(),
            kernel: String::new(),
            dtype: Dtype::I8,
            scale: None,
            elements,
        };
        let a = [tensor("x", 4), tensor("y", 4), tensor("x", 4), tensor("z", 2)];
        let b = [tensor("x", 4), tensor("z", 3), tensor("x", 4), tensor("y", 4)];
        assert_eq!(matched(&a, &b), [(0, 0), (1, 3), (2, 2)]);
    }

    #[test]
    fn what_is_no_number_differs() {
        let float = Tensor {
            name: String::new(),
            kernel: String::new(),
            dtype: Dtype::F32,
            scale: None,
            elements: 2,
        };
        let bytes = |x: [f32; 2]| x.map(f32::to_le_bytes).concat();
        let mut sums = Sums::default();
        sums.add((&float, &bytes([f32::NAN, 1.0])), (&float, &bytes([f32::NAN, 1.0]))).unwrap();
        assert!(!sums.pair(&float, 0.0).differs);
        sums.add((&float, &bytes([f32::NAN, 1.0])), (&float, &bytes([0.0, 1.5]))).unwrap();
        let pair = sums.pair(&float, 1.0);
        assert_eq!((pair.differs, pair.equal, pair.max_error, pair.snr_db), (true, 2, None, None));
    }
}
