//! No kernel without a case: the plans of all cases together use every code of the registry, or choose from it; the suite
//! runs all that there is to choose from.

use std::collections::BTreeSet;

use midge_compiler::convert;
use midge_core::{Kernels, Plan};
use midge_suite::{Choice, cases};

#[test]
fn every_kernel_is_used_by_a_case() {
    let mut unused: BTreeSet<_> = Kernels::ALL.0.iter().map(|kernel| kernel.code).collect();
    for case in cases().unwrap() {
        for choice in Choice::KINDS {
            let Ok(compiled) = convert(&case.model, &choice.options()) else {
                continue;
            };
            compiled.layers.iter().flat_map(|layer| &layer.ways).for_each(|way| {
                unused.remove(&way.code);
            });
            Plan::parse(&compiled.file).unwrap().steps().for_each(|step| {
                unused.remove(&step.code());
            });
        }
    }
    assert!(unused.is_empty(), "no case for {unused:x?}");
}
