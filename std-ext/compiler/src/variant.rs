//! Kernels that the caller chooses, against the choice that lowering makes.

use crate::lower::Layer;
use midge_core::ops;
use std::collections::BTreeSet;
use std::str::FromStr;

/// A kernel for a step, or for every step that it can run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Index in the plan that is made without any; none stands for all that offer the kernel.
    pub step: Option<usize>,
    /// The kernel's name.
    pub kernel: String,
}

/// A text that names no variant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not STEP=NAME, a step's index or `all` and the name of a kernel")]
pub struct BadVariant(String);

/// Why a kernel was not forced.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VariantError {
    /// The step has no choice, or is none.
    #[error("step {step} has no choice of kernels; the steps that have: {}", list(.with))]
    Step {
        /// The step.
        step: usize,
        /// Those that have a choice.
        with: Vec<usize>,
    },
    /// The kernel does not run the step, or any.
    #[error("{kernel} does not run {}; there are {}", place(*.step), list(.ways))]
    Kernel {
        /// The step; all, if none.
        step: Option<usize>,
        /// The kernel.
        kernel: String,
        /// What does.
        ways: Vec<&'static str>,
    },
}

impl FromStr for Variant {
    type Err = BadVariant;

    fn from_str(s: &str) -> Result<Self, BadVariant> {
        let bad = || BadVariant(s.into());
        let (step, kernel) = s.split_once('=').ok_or_else(bad)?;
        let step = if step == "all" { None } else { Some(step.parse().map_err(|_| bad())?) };
        Ok(Variant { step, kernel: kernel.into() })
    }
}

/// Chooses kernels as asked for; `order` has the program's steps as the plan runs them.
pub(crate) fn force(variants: &[Variant], layers: &mut [Layer], order: &[usize]) -> Result<(), VariantError> {
    for Variant { step, kernel } in variants {
        let at = |layer: &Layer| order.iter().position(|of| *of == layer.step);
        let chosen = layers.iter_mut().filter(|layer| step.is_none() || at(layer) == *step);
        let (mut known, mut is_run) = (BTreeSet::new(), false);
        for layer in chosen {
            known.extend(layer.ways.iter().filter_map(|way| ops::name(way.code)));
            if let Some(way) = layer.ways.iter().find(|way| ops::name(way.code) == Some(kernel)) {
                (layer.code, is_run) = (way.code, true);
            }
        }
        match step {
            _ if is_run => {}
            Some(step) if known.is_empty() => {
                let mut with: Vec<usize> = layers.iter().filter_map(at).collect();
                with.sort();
                return Err(VariantError::Step { step: *step, with });
            }
            step => {
                let (kernel, ways) = (kernel.clone(), known.into_iter().collect());
                return Err(VariantError::Kernel { step: *step, kernel, ways });
            }
        }
    }
    Ok(())
}

fn place(step: Option<usize>) -> String {
    step.map_or_else(|| "any step".into(), |step| format!("step {step}"))
}

fn list<T: ToString>(of: &[T]) -> String {
    match of {
        [] => "none".into(),
        _ => of.iter().map(T::to_string).collect::<Vec<_>>().join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::{Offer, Work};

    fn layer(step: usize, codes: &[u16]) -> Layer {
        let offer = |code: &u16| Offer {
            code: *code,
            flash: 0,
            scratch: 0,
            instructions: 0,
            cycles: 0,
            cost: 0,
            work: Work::default(),
        };
        Layer { node: step, step, code: codes[0], plain: 0, ways: codes.iter().map(offer).collect() }
    }

    /// What layers run on once asked; the plan runs the second step first.
    fn forced(asked: &[&str]) -> Result<Vec<u16>, String> {
        let mut layers = [
            layer(0, &[ops::CONV_2D_PAIRS, ops::CONV_2D_HALFWORDS]),
            layer(1, &[ops::FULLY_CONNECTED]),
            layer(2, &[ops::CONV_2D_PAIRS]),
        ];
        let variants: Vec<Variant> = asked.iter().map(|text| text.parse().unwrap()).collect();
        let done = force(&variants, &mut layers, &[1, 0, 3, 2]);
        done.map(|()| layers.iter().map(|layer| layer.code).collect()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_kernel_is_forced_where_it_is_offered() {
        let chosen = |conv| Ok(vec![conv, ops::FULLY_CONNECTED, ops::CONV_2D_PAIRS]);
        assert_eq!(forced(&[]), chosen(ops::CONV_2D_PAIRS));
        assert_eq!(forced(&["1=CONV_2D_HALFWORDS"]), chosen(ops::CONV_2D_HALFWORDS));
        assert_eq!(forced(&["all=CONV_2D_HALFWORDS"]), chosen(ops::CONV_2D_HALFWORDS));
        assert_eq!(forced(&["all=CONV_2D_HALFWORDS", "1=CONV_2D_PAIRS"]), chosen(ops::CONV_2D_PAIRS));
    }

    #[test]
    fn what_there_is_not_is_told_with_what_there_is() {
        let said = |asked: &str| forced(&[asked]).unwrap_err();
        assert_eq!(said("2=CONV_2D"), "step 2 has no choice of kernels; the steps that have: 0, 1, 3");
        assert_eq!(
            said("3=CONV_2D_HALFWORDS"),
            "CONV_2D_HALFWORDS does not run step 3; there are CONV_2D_PAIRS"
        );
        let all = "X does not run any step; there are CONV_2D_HALFWORDS, CONV_2D_PAIRS, FULLY_CONNECTED";
        assert_eq!(said("all=X"), all);
        for bad in ["3", "x=CONV_2D", "=CONV_2D"] {
            assert!(bad.parse::<Variant>().unwrap_err().to_string().contains(bad));
        }
    }
}
