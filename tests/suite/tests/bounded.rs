//! Plans whose fields promise more work than their operands hold: refused, or done at once.

use midge_compiler::{Options, Target, convert};
use midge_core::{At, Error, Kernels, Runtime};
use midge_suite::edit::Edit;
use midge_suite::{Buffer, cases};

/// A case packed portably, all its inputs empty, and 32-bit parameters of its first step changed.
fn emptied(path: &str, parameters: &[(usize, u32)]) -> Vec<u8> {
    let case = cases().unwrap_or_default().into_iter().find(|case| case.path() == path).unwrap_or_default();
    let file =
        convert(&case.model, &Options { target: Target::Portable, ..Options::default() }).map(|c| c.file);
    let mut edit = Edit::new(&file.unwrap_or_default());
    for port in 0..case.inputs.len() {
        let mut operand = 0;
        edit = edit.port(port, |p| {
            operand = usize::from(p.operand);
            p.dims[0] = 0;
        });
        edit = edit.operand(operand, |o| o.len = 0);
    }
    for &(at, value) in parameters {
        edit = edit.parameter(0, at, value as u16).parameter(0, at + 2, (value >> 16) as u16);
    }
    edit.seal()
}

#[test]
fn empty_operands_cannot_ask_for_endless_loops() {
    let most = u32::MAX;
    for (path, parameters) in [
        // r0, k1, r1, k2: no taps in rows without end
        ("mean/int8_rank_2_axes_0", vec![(0, most), (8, 0)]),
        ("mean/int8_rank_2_axes_0", vec![(0, 0), (8, most)]),
    ] {
        let plan = Buffer::new(&emptied(path, &parameters));
        let loaded = Runtime::load(plan.bytes(), Kernels::ALL).map(|_| ());
        assert_eq!(loaded, Err(At { step: 0, error: Error::Shape }), "{path} {parameters:?}");
    }
}
