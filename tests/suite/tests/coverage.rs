//! No kernel without a case: the plans of all cases together use every code of the registry, those of float cases in half
//! precision and those of random networks, which have types that LiteRT has not, among them.

use std::collections::BTreeSet;

use midge_compiler::convert;
use midge_core::{Kernels, Plan};
use midge_suite::halves::{self, halved};
use midge_suite::nets::Net;
use midge_suite::{Choice, cases, packed};

#[test]
fn every_kernel_is_used_by_a_case() {
    let mut unused: BTreeSet<_> = Kernels::ALL.0.iter().map(|kernel| kernel.code).collect();
    let used = |unused: &mut BTreeSet<_>, file: &[u8]| {
        Plan::parse(file).unwrap().steps().for_each(|step| {
            unused.remove(&step.code());
        });
    };
    for case in cases().unwrap() {
        for choice in Choice::KINDS {
            let Ok(compiled) = convert(&case.model, &choice.options()) else {
                continue;
            };
            // what is on offer but not chosen runs too
            let offers: BTreeSet<_> =
                compiled.layers.iter().flat_map(|l| &l.ways).map(|way| way.code).collect();
            let others: Vec<_> = offers.intersection(&unused).copied().collect();
            let forced = others.into_iter().filter_map(|kernel| {
                let choice = Choice { kernel: Some(kernel), ..choice };
                Some(convert(&case.model, &choice.options()).ok()?.file)
            });
            for file in forced.chain([compiled.file]) {
                used(&mut unused, &file);
            }
        }
        if let Some(file) = halved(&case) {
            used(&mut unused, &file);
        }
    }
    for net in (0..300).flat_map(|seed| [Net::new(seed), Net::real(seed)]) {
        if unused.is_empty() {
            break;
        }
        for plan in packed::plans(&net.graph).unwrap().unwrap_or_default() {
            used(&mut unused, &plan.file);
        }
        if let Some(file) = halves::plan(net.graph) {
            used(&mut unused, &file);
        }
    }
    assert!(unused.is_empty(), "no case for {unused:x?}");
}
