//! What a model remembers: forgotten before each row, or kept for a sequence.

use midge_compiler::{Options, convert};
use midge_core::Kernels;
use midge_runtime::rows::Rows;
use midge_runtime::session;
use midge_suite::{Buffer, cases};

#[test]
fn rows_are_alone_or_a_sequence() {
    let mut seen = 0;
    for case in cases().unwrap().iter().filter(|case| case.path() == "svdf/int8_one_run") {
        let plan = Buffer::new(&convert(&case.model, &Options::default()).unwrap().file);
        let runtime = midge_core::Runtime::load(plan.bytes(), Kernels::ALL).unwrap();
        // the same row again and again
        let rows = Rows { count: 3, single: false, bytes: case.inputs[0].row(3).repeat(3) };
        let [alone, kept] = [false, true].map(|keep| session::run(&runtime, &rows, keep, |_| {}).unwrap());
        let (first, rest) = alone.split_at(alone.len() / 3);
        assert_eq!(rest, first.repeat(2));
        assert_eq!(&kept[..first.len()], first);
        assert_ne!(kept[first.len()..], *rest);
        seen += 1;
    }
    assert_eq!(seen, 1);
}
