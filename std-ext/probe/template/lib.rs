//! {title}, linked in.
#![no_std]

use midge_core::{Arena, Error};

midge_core::model! {
    /// The model.
    pub static MODEL = "../model.midge";
}

/// What a run works in.
pub type Memory = Arena<{ MODEL::ARENA }>;

/// Rows of all inputs, one input behind the other, and of all outputs.
pub const INPUT: usize = {input};
/// As [`INPUT`].
pub const OUTPUT: usize = {output};

/// The kernel of each step.
pub static KERNELS: [&str; {steps}] = [{kernels}];

/// An input, and the output that the tool computed for it: the same bits are due here.
pub static GOLDEN: ([u8; INPUT], [u8; OUTPUT]) =
    (*include_bytes!("../golden/input.bin"), *include_bytes!("../golden/output.bin"));

/// Runs the model on a row.
///
/// # Errors
/// None with rows of this model.
pub fn run(memory: &mut Memory, row: &[u8; INPUT]) -> Result<[u8; OUTPUT], Error> {
    run_with(memory, row, |_| {})
}

/// As [`run`], and calls `after` with the index of each step behind it.
///
/// # Errors
/// None with rows of this model.
pub fn run_with(
    memory: &mut Memory,
    row: &[u8; INPUT],
    mut after: impl FnMut(usize),
) -> Result<[u8; OUTPUT], Error> {
    let mut session = MODEL.session(memory)?;
    let (mut rest, mut index) = (row.as_slice(), 0);
    while let Ok(port) = session.input_mut(index) {
        let (piece, tail) = rest.split_at_checked(port.len()).ok_or(Error::NoSuchPort)?;
        port.copy_from_slice(piece);
        (rest, index) = (tail, index + 1);
    }
    session.run_with(|step| after(step.index))?;
    let mut output = [0; OUTPUT];
    let mut bytes = output.iter_mut();
    let mut index = 0;
    while let Ok(port) = session.output(index) {
        bytes.by_ref().zip(port.bytes()).for_each(|(to, from)| *to = *from);
        index += 1;
    }
    Ok(output)
}

/// The index of the first output's highest score, or of several the first.
pub fn highest(output: &[u8; OUTPUT]) -> usize {
    let scores = output.{scores};
    let highest = scores.enumerate().reduce(|a, b| if b.1 > a.1 { b } else { a });
    highest.map_or(0, |(index, _)| index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_golden_is_met_bit_for_bit() {
        assert_eq!(run(&mut Memory::new(), &GOLDEN.0), Ok(GOLDEN.1));
    }
}
