//! Goldens: inputs, the outputs that are due to the last bit, and Rust tests of them.

use crate::array::Dtype;
use crate::embed::line;
use crate::file::{File, FileError};
use crate::ports::Ports;
use crate::session::{RunError, Session};

/// Rows of inputs and outputs. A row is all ports one behind the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Golden {
    /// The inputs.
    pub inputs: Vec<u8>,
    /// What a model makes of them, here.
    pub outputs: Vec<u8>,
    /// How many there are.
    pub rows: usize,
}

/// Why there is no golden.
#[derive(Debug, thiserror::Error)]
pub enum GoldenError {
    /// The model is not fit to run.
    #[error(transparent)]
    Model(#[from] FileError),
    /// A run fails.
    #[error(transparent)]
    Run(#[from] RunError),
    /// Nothing could be wrong.
    #[error("the model has no input or no output")]
    NoPorts,
    /// As little.
    #[error("there are no rows of input")]
    NoRows,
}

impl Golden {
    /// What a model makes of inputs that look like noise, the same for all models of a shape.
    ///
    /// # Errors
    /// [`GoldenError`].
    pub fn of(model: &File, rows: usize) -> Result<Golden, GoldenError> {
        let ports = Ports::of(&model.plan()?, model.names());
        let mut state = 0x6d69_6467;
        let inputs = (0..rows).flat_map(|_| noise(&ports, &mut state)).collect();
        Golden::made(model, inputs)
    }

    /// What a model makes of these rows.
    ///
    /// # Errors
    /// [`GoldenError`].
    pub fn made(model: &File, inputs: Vec<u8>) -> Result<Golden, GoldenError> {
        let ports = Ports::of(&model.plan()?, model.names());
        if ports.input_bytes() == 0 || ports.output_bytes() == 0 {
            return Err(GoldenError::NoPorts);
        }
        let runtime = model.runtime()?;
        let (mut session, mut outputs, mut rows) = (Session::new(&runtime)?, Vec::new(), 0);
        for row in inputs.chunks_exact(ports.input_bytes()) {
            session.run(row, &mut outputs)?;
            rows += 1;
        }
        if rows == 0 {
            return Err(GoldenError::NoRows);
        }
        Ok(Golden { inputs, outputs, rows })
    }

    /// The text of a Rust test that a plan gives these outputs: an integration test of a crate with midge-core. `stem` is how the
    /// names of its files start: of the plan `.midge`, of rows `.input.bin` and `.output.bin`.
    pub fn test(&self, ports: &Ports, stem: &str, model: &str) -> String {
        let (model, [input, output]) = (line(model), [ports.input_bytes(), ports.output_bytes()]);
        let [plan, x, y] = ["midge", "input.bin", "output.bin"].map(|end| format!("{stem}.{end}"));
        format!(
            "//! {model} gives its goldens: made by `midge codegen test`; do not edit.\n\
             \n\
             midge_core::model! {{\n    /// {model}.\n    pub static MODEL = {plan:?};\n}}\n\
             \n\
             /// Rows of all inputs and of all outputs, one port behind the other.\n\
             static INPUTS: &[[u8; {input}]] = include_bytes!({x:?}).as_chunks().0;\n\
             static OUTPUTS: &[[u8; {output}]] = include_bytes!({y:?}).as_chunks().0;\n\
             \n\
             #[test]\n\
             fn goldens_are_met_bit_for_bit() {{\n\
             \x20   assert_eq!((INPUTS.len(), OUTPUTS.len()), ({rows}, {rows}));\n\
             \x20   let mut arena = midge_core::Arena::<{{ MODEL::ARENA }}>::new();\n\
             \x20   for (row, (input, due)) in INPUTS.iter().zip(OUTPUTS).enumerate() {{\n\
             \x20       let mut session = MODEL.session(&mut arena).unwrap();\n\
             \x20       let mut rest = input.as_slice();\n\
             \x20       for index in 0..{inputs} {{\n\
             \x20           let port = session.input_mut(index).unwrap();\n\
             \x20           let (piece, tail) = rest.split_at(port.len());\n\
             \x20           port.copy_from_slice(piece);\n\
             \x20           rest = tail;\n\
             \x20       }}\n\
             \x20       session.run().unwrap();\n\
             \x20       let made = (0..{outputs}).map(|index| session.output(index).unwrap().bytes().to_vec());\n\
             \x20       assert_eq!(made.collect::<Vec<_>>().concat(), due, \"row {{row}}\");\n\
             \x20   }}\n\
             }}\n",
            rows = self.rows,
            inputs = ports.inputs.len(),
            outputs = ports.outputs.len(),
        )
    }
}

/// A row that looks like noise: floats between -1 and 1, and nothing but zeros where elements are wide, which may be indices.
fn noise(ports: &Ports, state: &mut u32) -> Vec<u8> {
    let mut byte = || {
        *state ^= *state << 13;
        *state ^= *state >> 17;
        *state ^= *state << 5;
        (*state >> 24) as u8
    };
    let mut row = Vec::with_capacity(ports.input_bytes());
    for port in &ports.inputs {
        for _ in 0..port.elements() {
            match port.dtype {
                Dtype::F32 => row.extend((f32::from(byte().cast_signed()) / 128.0).to_le_bytes()),
                Dtype::I32 | Dtype::I64 => row.extend(vec![0; port.dtype.bytes()]),
                _ => row.extend((0..port.dtype.bytes()).map(|_| byte())),
            }
        }
    }
    row
}
