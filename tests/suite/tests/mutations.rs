//! A short, fixed fuzzing of plans and models, and a replay of everything that long ones have found.

use std::fs;

use midge_compiler::custom::Custom;
use midge_compiler::graph::{Repr, Type};
use midge_compiler::import::import;
use midge_compiler::{ConvertError, Options, Target, compile, convert, shapes};
use midge_core::Kernels;
use midge_core::plan::section;
use midge_runtime::file::File;
use midge_suite::noise::Noise;
use midge_suite::variants::variants;
use midge_suite::{Case, attempt, cases, folder};

/// Changes a few bytes in the first `reach`: flips, extremes, words, copies.
fn mutate(noise: &mut Noise, bytes: &mut [u8], reach: usize) {
    let reach = reach.min(bytes.len());
    for _ in 0..1 + noise.below(4) {
        let (at, from) = (noise.below(reach), noise.below(reach));
        match noise.below(5) {
            0 => bytes[at] ^= 1 << noise.below(8),
            1 => bytes[at] = [0, 1, 127, 128, 254, 255][noise.below(6)],
            2 => bytes[at..reach.min(at + 4)].fill([0, 255][noise.below(2)]),
            3 => bytes[at] = bytes[at].wrapping_add(1),
            _ => bytes[at] = bytes[from],
        }
    }
}

/// Few cases of each operator.
fn some() -> Vec<Case> {
    cases().unwrap_or_default().into_iter().step_by(23).collect()
}

#[test]
fn mutated_plans_are_refused_or_run() {
    let mut noise = Noise(0x9e37_79b9_7f4a_7c15);
    for (i, case) in some().into_iter().enumerate() {
        let target = if i % 2 == 0 { Target::M4 } else { Target::Portable };
        let Ok(compiled) = convert(&case.model, &Options { target, ..Options::default() }) else { continue };
        for round in 0..60 {
            let mut bytes = compiled.file.clone();
            // header, tables and records come first
            mutate(&mut noise, &mut bytes, 700);
            assert_eq!(attempt::plan(&bytes), Ok(()), "{} in round {round}", case.path());
        }
    }
}

#[test]
fn mutated_front_ends_are_refused_or_hear() {
    let model = include_bytes!("../../../tests/digits/digits.tflite");
    let steps = "rate 8000, length 1152, mfcc 256/128/256 20 100-4000 8, mean 1 2 3 4 5 6 7 8, std 0.5";
    let options = Options { preprocess: Some(steps.parse().unwrap()), ..Options::default() };
    let sound = convert(model, &options).unwrap().file;
    let file = File::from_bytes(&sound).unwrap();
    let entry = file.sections().find(|part| part.entry.kind == section::FRONT_END).unwrap().entry;
    let (at, len, mut noise) = (entry.offset as usize * 16, entry.len as usize, Noise(0x0123_4567_89ab_cdef));
    for round in 0..1000 {
        let mut bytes = sound.clone();
        mutate(&mut noise, &mut bytes[at..], if round % 2 == 0 { 160 } else { len });
        assert_eq!(attempt::plan(&bytes), Ok(()), "round {round}");
    }
}

#[test]
fn mutated_models_are_refused_or_run() {
    let mut noise = Noise(0x2545_f491_4f6c_dd1d);
    for case in some() {
        for round in 0..60 {
            let mut bytes = case.model.clone();
            let reach = bytes.len();
            mutate(&mut noise, &mut bytes, reach);
            assert_eq!(attempt::model(&bytes), Ok(()), "{} in round {round}", case.path());
        }
    }
}

#[test]
fn mutated_models_are_refused_or_quantized() {
    let mut noise = Noise(0x2545_f491_4f6c_dd1d);
    let floats = cases().unwrap_or_default().into_iter().filter(|case| case.path().contains("float32"));
    for case in floats.step_by(11) {
        for round in 0..24u8 {
            let mut bytes = case.model.clone();
            let reach = bytes.len();
            if round > 3 {
                mutate(&mut noise, &mut bytes, reach);
            }
            bytes.extend([round, noise.word() as u8]);
            assert_eq!(attempt::quantized(&bytes), Ok(()), "{} in round {round}", case.path());
        }
    }
}

/// What an operator makes of one type, it need not make of another; but it must say so.
#[test]
fn models_of_other_types_are_refused_or_packed() {
    for case in cases().unwrap_or_default().into_iter().step_by(17) {
        let Ok(graph) = import(&case.model) else { continue };
        for (i, other) in (0..graph.values.len()).flat_map(|i| TYPES.map(|other| (i, other))) {
            let mut graph = graph.clone();
            let value = &mut graph.values[i];
            if value.data.is_some() || value.repr.store() == other {
                continue;
            }
            match &mut value.repr {
                Repr::Plain(store) => *store = other,
                Repr::Quant(quant) => quant.store = other,
            }
            if shapes::check(&graph).is_ok()
                && let Err(error @ ConvertError::Pack(_)) =
                    compile(graph, &Options::default(), &Custom::default())
            {
                panic!("{} with value {i} as {other}: {error}", case.path());
            }
        }
    }
}

const TYPES: [Type; 7] = [Type::F32, Type::I8, Type::I16, Type::I32, Type::I64, Type::U8, Type::Bool];

#[test]
fn what_fuzzers_found_stays_mended() {
    let compare = |bytes: &[u8]| variants(bytes, Kernels::ALL).map(drop);
    for (kind, attempt) in [
        ("parse", attempt::plan as fn(&[u8]) -> _),
        ("import", attempt::model),
        ("quantize", attempt::quantized),
        ("variants", compare),
    ] {
        // nothing was found where there is no such folder
        for entry in fs::read_dir(folder().join("found").join(kind)).into_iter().flatten() {
            let path = entry.unwrap().path();
            assert_eq!(attempt(&fs::read(&path).unwrap()), Ok(()), "{}", path.display());
        }
    }
}
