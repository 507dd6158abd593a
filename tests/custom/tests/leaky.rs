//! The operator from the model to numbers: converted, then run through both doors.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::{Path, PathBuf};

use midge_compiler::{ConvertError, Options, Target, convert, convert_with};
use midge_core::{Aligned, Arena, At, Error, Kernels, Runtime};
use midge_custom::desktop::CUSTOM;
use midge_custom::kernels;
use midge_runtime::array::Arrays;

midge_core::model! { static LEAKY = "../model/leaky.midge"; with kernels; }

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("model").join(name)
}

/// The rows of an array and what `model/make.py` computed for them.
fn goldens() -> Vec<(LEAKY::Input, LEAKY::Output)> {
    let elements = |name: &str| match Arrays::read(&file(name)).unwrap() {
        Arrays::One(array) => array.bytes().iter().map(|byte| byte.cast_signed()).collect::<Vec<_>>(),
        _ => vec![],
    };
    let (inputs, outputs) = (elements("inputs.npy"), elements("outputs.npy"));
    let rows: Vec<_> =
        inputs.as_chunks().0.iter().copied().zip(outputs.as_chunks().0.iter().copied()).collect();
    assert_eq!(rows.len(), 8);
    rows
}

#[test]
fn the_static_door_links_it() {
    let mut arena = Arena::<{ LEAKY::ARENA }>::new();
    for (x, y) in goldens() {
        assert_eq!(LEAKY.run(&mut arena, &x), Ok(&y));
    }
}

#[test]
fn the_run_time_door_loads_it() {
    let model = fs::read(file("leaky.tflite")).unwrap();
    for target in [Target::Portable, Target::M4] {
        let options = Options { target, ..Options::default() };
        let plan = plan(&convert_with(&model, &options, &CUSTOM).unwrap().file);
        let runtime = Runtime::load(&plan.0, Kernels(kernels::ALL)).unwrap();
        let mut arena = vec![0; runtime.plan().arena_len() + 15];
        for (x, y) in goldens() {
            let mut session = runtime.session(&mut arena).unwrap();
            session.set_input(0, &x).unwrap();
            session.run().unwrap();
            assert_eq!(session.output(0).unwrap().elements::<i8>(), Ok(&y[..]), "{target}");
        }
    }
}

#[test]
fn without_it_the_model_is_refused_by_name() {
    let model = fs::read(file("leaky.tflite")).unwrap();
    let error = convert(&model, &Options::default()).unwrap_err();
    assert!(matches!(error, ConvertError::Import(_)));
    assert!(error.to_string().contains("op 0 LeakyIntegrator: is a custom operator"), "{error}");
}

#[test]
fn without_its_kernel_the_plan_is_refused() {
    let plan = plan(&fs::read(file("leaky.midge")).unwrap());
    let refused = Runtime::load(&plan.0, Kernels::ALL).map(|_| ()).unwrap_err();
    assert_eq!(refused, At { step: 0, error: Error::UnknownKernel });
    let code = Kernels::ALL.first_missing(&midge_core::Plan::parse(&plan.0).unwrap());
    assert_eq!(code, Some((0, kernels::LEAKY_INTEGRATOR)));
}

#[test]
fn what_it_cannot_do_is_refused_with_its_reason() {
    let mut model = fs::read(file("leaky.tflite")).unwrap();
    let decay = 0.8125f32.to_le_bytes();
    let at = model.windows(4).position(|bytes| bytes == decay).unwrap();
    model[at..at + 4].copy_from_slice(&1.5f32.to_le_bytes());
    let error = convert_with(&model, &Options::default(), &CUSTOM).unwrap_err().to_string();
    assert!(error.contains("LeakyIntegrator needs a decay from 0 to 1"), "{error}");
}

/// The file at a 16-byte boundary.
fn plan(file: &[u8]) -> Aligned<[u8; 4096]> {
    let mut plan = Aligned([0; 4096]);
    plan.0[..file.len()].copy_from_slice(file);
    plan
}
