//! Whole models on the host: golden outputs, and what the core promises of every plan.

use midge_compiler::convert;
use midge_core::plan::Kind;
use midge_core::{Done, Error, Kernels, Plan, Registered, Runtime as Door, ops};
use midge_suite::edit::Edit;
use midge_suite::models::{float_models, logits, models};
use midge_suite::{Buffer, Case, Choice, Host, Runtime, compare, on_host};

fn pack(model: &Case, choice: Choice) -> Vec<u8> {
    convert(&model.model, &choice.options()).map(|compiled| compiled.file).unwrap_or_default()
}

#[test]
fn golden_outputs() {
    for choice in Choice::KINDS {
        for model in models().unwrap() {
            let got = Host { choice }.run(&model).unwrap();
            let difference = compare(&model.outputs, &got).map(|d| d.to_string());
            assert_eq!(difference, None, "{} packed for {choice}", model.name);
        }
    }
}

#[test]
fn golden_outputs_of_floats() {
    for model in float_models().unwrap() {
        let got = Host { choice: Choice::PORTABLE }.run(&model).unwrap();
        let difference = compare(&model.outputs, &got).map(|d| d.to_string());
        assert_eq!(difference, None, "{}", model.name);
    }
}

#[test]
fn golden_logits() {
    let mut compared = 0;
    for choice in Choice::KINDS {
        for model in models().unwrap() {
            let Some(want) = logits(&model).unwrap() else { continue };
            let plan = Buffer::new(&pack(&model, choice));
            let runtime = Door::load(plan.bytes(), Kernels::ALL).unwrap();
            let softmax = runtime.plan().steps().position(|step| step.code() == ops::SOFTMAX).unwrap();
            let mut arena = Buffer::new(&vec![0; runtime.plan().arena_len()]);
            let mut session = runtime.session(arena.bytes_mut()).unwrap();
            let mut got = Vec::new();
            for row in 0..model.rows() {
                session.reset();
                session.input_mut(0).unwrap().copy_from_slice(model.inputs[0].row(row));
                let before = |done: &Done<'_>| {
                    if done.index + 1 == softmax {
                        got.extend(done.output().iter().map(|byte| byte.get()));
                    }
                };
                session.run_with(before).unwrap();
            }
            let difference = compare(&[want], &[got]).map(|d| d.to_string());
            assert_eq!(difference, None, "{} packed for {choice}", model.name);
            compared += 1;
        }
    }
    assert!(compared >= 2, "not even digits has logits");
}

#[test]
fn a_flipped_weight_byte_changes_the_output() {
    for model in models().unwrap() {
        let rows: Vec<_> = (0..model.rows().min(8)).map(|row| model.only(row)).collect();
        let sound = pack(&model, Choice::PORTABLE);
        let plan = Plan::parse(&sound).unwrap();
        let all = (0..plan.operand_count()).map(|i| plan.operand(i as u16));
        let filters: Vec<_> = all.filter(|o| o.region == 0 && o.is(Kind::I8) && o.len > 0).collect();
        let changes = |at: usize| {
            let file = Edit::new(&sound).negate(at).seal();
            rows.iter().any(|row| compare(&row.outputs, &on_host(&file, row).unwrap()).is_some())
        };
        // the middle byte of a filter; where a channel is clamped away it may do nothing, so one must be found
        let found = filters.iter().map(|o| (o.offset + o.len / 2) as usize).find(|&at| changes(at));
        assert!(found.is_some(), "{}: none of {} flipped bytes matters", model.name, filters.len());
    }
}

#[test]
fn an_arena_one_byte_short_is_too_small() {
    for model in models().unwrap() {
        let plan = Buffer::new(&pack(&model, Choice::KINDS[2]));
        let runtime = Door::load(plan.bytes(), Kernels::ALL).unwrap();
        let mut arena = Buffer::new(&vec![0; runtime.plan().arena_len()]);
        assert!(runtime.session(arena.bytes_mut()).is_ok());
        let (_, short) = arena.bytes_mut().split_last_mut().unwrap();
        assert_eq!(runtime.session(short).err(), Some(Error::ArenaTooSmall), "{}", model.name);
    }
}

mod spy {
    //! A kernel that computes nothing and notes where its constants lie.

    use std::cell::Cell;
    use std::ops::Range;

    use midge_core::{Error, Io, Task};

    thread_local! {
        /// Addresses of the file, and constants seen inside and outside of it.
        pub(crate) static SEEN: Cell<(usize, usize, usize, usize)> = const { Cell::new((0, 0, 0, 0)) };
    }

    pub(crate) fn start(file: Range<usize>) {
        SEEN.set((file.start, file.end, 0, 0));
    }

    pub(crate) fn kernel(_: &Task<'_>, io: &Io<'_>) -> Result<(), Error> {
        for constant in (0..io.operands()).filter_map(|i| io.constant(i).ok()) {
            let at = constant.as_ptr().addr();
            let (start, end, inside, outside) = SEEN.get();
            let within = start <= at && at + constant.len() <= end;
            SEEN.set((start, end, inside + usize::from(within), outside + usize::from(!within)));
        }
        Ok(())
    }
}

#[test]
fn kernels_read_weights_in_the_file_itself() {
    let spies: Vec<_> = Kernels::ALL.0.iter().map(|k| Registered { eval: spy::kernel, ..*k }).collect();
    for model in models().unwrap() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.midge");
        std::fs::write(&path, pack(&model, Choice::KINDS[2])).unwrap();
        let file = midge_runtime::file::File::open(&path).unwrap();
        let bytes = file.bytes().as_ptr_range();
        let runtime = Door::load(file.bytes(), Kernels(&spies)).unwrap();
        let mut arena = Buffer::new(&vec![0; runtime.plan().arena_len()]);
        spy::start(bytes.start.addr()..bytes.end.addr());
        runtime.session(arena.bytes_mut()).unwrap().run().unwrap();
        let (_, _, inside, outside) = spy::SEEN.get();
        assert!(inside > 0 && outside == 0, "{}: {inside} inside, {outside} outside", model.name);
    }
}
