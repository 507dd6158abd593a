//! Whether a model's smallest firmware fits a chip.

use std::collections::BTreeMap;

use midge_compiler::Target;
use midge_compiler::footprint::footprint;
use midge_core::Plan;
use midge_runtime::host::Names;
use serde::Serialize;

use crate::boards::boards;
use crate::chip::{Chip, chips};
use crate::predict::{Footing, Unpredicted, efforts, footing};

/// What a model needs on a core, predicted.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Need {
    /// The target that it is of.
    #[serde(skip)]
    pub target: Target,
    /// Bytes of flash without the model: vectors, code, constants.
    pub code_bytes: u64,
    /// The model's bytes in flash.
    pub model_bytes: u64,
    /// Work memory.
    pub arena_bytes: u64,
    /// The deepest stack of a run.
    pub stack_bytes: u64,
    /// Instructions of a run.
    pub instructions: u64,
    /// Cycles of a run, by the core's model.
    pub cycles: u64,
    /// The step at which most of the work memory is used.
    pub peak: Peak,
}

/// A step, and what it uses.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Peak {
    /// Its number.
    pub step: usize,
    /// The operator in the source, where that is known.
    pub op: String,
    /// Bytes of work memory in use at once.
    pub bytes: u64,
}

impl Need {
    /// What a plan needs.
    ///
    /// # Errors
    /// [`Unpredicted`].
    pub fn of(plan: &Plan<'_>, names: Option<&Names>, target: Target) -> Result<Need, Unpredicted> {
        let Footing { text, plan: model, arena, stack } = footing(plan, target)?;
        let efforts = efforts(plan, names, target)?;
        Ok(Need {
            target,
            code_bytes: text,
            model_bytes: model,
            arena_bytes: arena,
            stack_bytes: stack,
            instructions: efforts.iter().map(|effort| effort.instructions).sum::<f64>() as u64,
            cycles: efforts.iter().map(|effort| effort.cycles).sum::<f64>() as u64,
            peak: peak(plan, names),
        })
    }

    const fn flash(&self) -> u64 {
        self.code_bytes + self.model_bytes
    }

    const fn ram(&self) -> u64 {
        self.arena_bytes + self.stack_bytes
    }
}

fn peak(plan: &Plan<'_>, names: Option<&Names>) -> Peak {
    let tensors = footprint(plan, names).tensors;
    let used = |step: usize| {
        let live = tensors.iter().filter(|tensor| (tensor.first..=tensor.last).contains(&step));
        // what lies in place is there once
        let ends = live.map(|tensor| (tensor.offset, tensor.bytes)).collect::<BTreeMap<_, _>>();
        ends.values().sum::<u64>()
    };
    let most = (0..plan.step_count())
        .map(|step| (used(step), step))
        .max_by_key(|(bytes, step)| (*bytes, usize::MAX - step));
    let op = |step: usize| {
        names.and_then(|names| names.steps.get(step)).map_or_else(String::new, |name| name.op.clone())
    };
    most.map(|(bytes, step)| Peak { step, op: op(step), bytes }).unwrap_or_default()
}

/// What is needed of a memory, and what there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Room {
    /// Bytes.
    pub need: u64,
    /// Bytes.
    pub have: u64,
}

impl Room {
    const fn fits(&self) -> bool {
        self.need <= self.have
    }

    /// Bytes that are missing.
    pub const fn missing(&self) -> u64 {
        self.need.saturating_sub(self.have)
    }
}

/// A model on a chip.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fit {
    /// Whether there is room in both memories.
    pub fits: bool,
    /// Flash: code and model.
    pub flash: Room,
    /// RAM: work memory and stack.
    pub ram: Room,
    /// The clock that time is estimated with, where one is known or given.
    pub clock_mhz: Option<f64>,
    /// Estimated time of a run.
    pub latency_ms: Option<f64>,
    /// What it needs.
    #[serde(flatten)]
    pub need: Need,
    /// The chip.
    pub chip: Chip,
}

impl Fit {
    /// A model that needs `need` on a chip, at this clock or else at the chip's highest.
    pub fn new(need: Need, chip: Chip, mhz: Option<f64>) -> Fit {
        let flash = Room { need: need.flash(), have: chip.flash.bytes };
        let ram = Room { need: need.ram(), have: chip.ram.bytes };
        let clock_mhz = mhz.or(chip.mhz);
        let latency_ms = clock_mhz.map(|mhz| need.cycles as f64 / mhz / 1e3);
        Fit { fits: flash.fits() && ram.fits(), flash, ram, clock_mhz, latency_ms, need, chip }
    }
}

/// Chips with the same core and as much memory.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Class {
    /// The core.
    pub core: &'static str,
    /// Bytes of flash.
    pub flash_bytes: u64,
    /// Bytes of RAM.
    pub ram_bytes: u64,
    /// How many there are.
    pub chips: usize,
    /// Some of them.
    pub such_as: Vec<String>,
}

/// Names of chips that stand for a class.
const NAMED: usize = 3;

/// Classes of chips that the model fits, which needs so much on each target, those with the least memory first: most of a
/// chip's price is its memory.
pub fn classes(need: impl Fn(Target) -> Option<Need>) -> Vec<Class> {
    let mut needs: BTreeMap<Target, Option<Need>> = BTreeMap::new();
    let mut classes: BTreeMap<(u64, u64, &str), Vec<String>> = BTreeMap::new();
    let real = boards().into_iter().filter(|board| !board.name.starts_with("qemu-"));
    for chip in chips().into_iter().chain(real) {
        let (Some(target), Some(core)) = (chip.target(), chip.core) else { continue };
        let Some(need) = needs.entry(target).or_insert_with(|| need(target)).clone() else { continue };
        let fit = Fit::new(need, chip, None);
        if fit.fits {
            let key = (fit.flash.have + fit.ram.have, fit.ram.have, core);
            classes.entry(key).or_default().push(fit.chip.name);
        }
    }
    let class = |((both, ram_bytes, core), mut names): (_, Vec<String>)| {
        let chips = names.len();
        names.truncate(NAMED);
        Class { core, flash_bytes: both - ram_bytes, ram_bytes, chips, such_as: names }
    };
    classes.into_iter().map(class).collect()
}
