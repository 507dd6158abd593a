//! What a firmware of a plan takes on a core, without linking or running it: flash, RAM, instructions, cycles.
//!
//! `cargo xtask predict` takes the runner's firmware apart, which has every kernel: what can be reached from a kernel is what it
//! brings, and what two share is linked once. What others could share and one alone has is compiled into that, and smaller for
//! what is known there: how much is seen in firmware with no other kernel. Stacks are those of runs on the emulated cores, and what
//! steps cost is fitted to such runs.

mod lanes;
mod packed;
mod pixels;
mod planes;
mod work;

use std::collections::BTreeMap;

use midge_compiler::Target;
use midge_core::plan::{Step, region};
use midge_core::{Plan, ops};
use midge_runtime::host::Names;
use midge_runtime::layers;

/// Bytes that a plan takes in the smallest firmware that runs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Footing {
    /// Vectors, code and constants, without the plan.
    pub text: u64,
    /// The plan.
    pub plan: u64,
    /// Work memory.
    pub arena: u64,
    /// The deepest stack of a run, from the frame that starts it.
    pub stack: u64,
}

impl Footing {
    /// Bytes of flash.
    pub const fn flash(&self) -> u64 {
        self.text + self.plan
    }

    /// Bytes of RAM.
    pub const fn ram(&self) -> u64 {
        self.arena + self.stack
    }
}

/// Why nothing can be said about a plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unpredicted {
    /// A target whose firmware was not measured.
    #[error("nothing was measured on {0}")]
    Target(Target),
    /// A kernel that is not in the table: a user's own.
    #[error("{0} was not measured")]
    Kernel(String),
}

/// What a run takes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Effort {
    /// Instructions.
    pub instructions: f64,
    /// Cycles by the core's model; 0 where there is none.
    pub cycles: f64,
}

/// What a step's instructions are in proportion to.
pub type Counts = Vec<f64>;

/// The row of what lies between the steps of a run: it copies the input, and calls steps.
pub const BETWEEN: &str = "RUN";

/// What a plan takes in a target's firmware.
///
/// # Errors
/// [`Unpredicted`].
pub fn footing(plan: &Plan<'_>, target: Target) -> Result<Footing, Unpredicted> {
    let table = Table::of(target)?;
    let (mut kernels, mut stack) = (BTreeMap::new(), 0);
    for (step, counts) in plan.steps().zip(counts(plan, None)) {
        let kernel = name(step.code());
        kernels.insert(kernel, table.row("kernel", kernel)?);
        stack = table.row("stack", kernel).map_or(STACK, |depths| deepest(&depths, &counts)).max(stack);
    }
    // the static door has an address for each step
    let text = table.text(&kernels) + 4 * plan.step_count() as u64;
    Ok(Footing { text, plan: plan.device_len() as u64, arena: plan.arena_len() as u64, stack })
}

/// What a run of a plan takes on a target, for each step, and at last for what lies between them.
///
/// # Errors
/// [`Unpredicted`].
pub fn efforts(plan: &Plan<'_>, names: Option<&Names>, target: Target) -> Result<Vec<Effort>, Unpredicted> {
    let table = Table::of(target)?;
    let codes = plan.steps().map(|step| name(step.code())).chain([BETWEEN]);
    let effort = |(kernel, counts): (&str, Counts)| {
        let row = table.row("cost", &row(kernel, &counts)).or_else(|_| table.row("cost", kernel))?;
        let costs: Vec<f64> = row.iter().filter_map(|cost| cost.parse().ok()).collect();
        let (instructions, cycles) = costs.split_at_checked(counts.len()).unwrap_or_default();
        let sum = |costs: &[f64]| costs.iter().zip(&counts).map(|(cost, count)| cost * count).sum();
        Ok(Effort { instructions: sum(instructions), cycles: sum(cycles) })
    };
    codes.zip(counts(plan, names)).map(effort).collect()
}

/// What each step of a plan has to do, and at last what lies between them.
pub fn counts(plan: &Plan<'_>, names: Option<&Names>) -> Vec<Counts> {
    let step = |(index, step): (usize, Step<'_>)| {
        work::counts(plan, &step).unwrap_or_else(|| sizes(plan, index, &step, names))
    };
    let port = |output| {
        let ports = (0..).map_while(|i| plan.side(output, i)).map(|port| plan.operand(port.operand));
        ports.map(|operand| f64::from(operand.len)).sum()
    };
    // steps are counted with the calls around them, which are in the whole only once
    let between = vec![1.0, -(plan.step_count() as f64), port(true), port(false)];
    plan.steps().enumerate().map(step).chain([between]).collect()
}

/// The sizes of a step of whose loops nothing else is known.
fn sizes(plan: &Plan<'_>, index: usize, step: &Step<'_>, names: Option<&Names>) -> Counts {
    let shape = layers::shape(&plan.operand(step.id(0)), step.id(0), names);
    let macs = names.and_then(|names| names.steps.get(index)).map_or(0, |name| name.macs) as f64;
    let outputs = shape.iter().product::<usize>() as f64;
    let channels = shape.last().copied().unwrap_or(1).max(1) as f64;
    let rows = shape.iter().rev().nth(2).copied().unwrap_or(1) as f64;
    let bytes = |constant: bool| {
        let operands = (step.writes()..step.operands()).map(|i| plan.operand(step.id(i)));
        let is = |region: u8| plan.region(region).is_some_and(|r| (r.kind == region::CONSTANTS) == constant);
        operands.filter(|operand| is(operand.region)).map(|operand| f64::from(operand.len)).sum::<f64>()
    };
    let (pixels, taps, read) = (outputs / channels, macs / channels, bytes(false));
    let streamed = bytes(true) * pixels;
    vec![1.0, rows, pixels, outputs, read, taps, macs, streamed, channels, channels * rows, read / rows]
}

/// The row of the costs of a kernel's step. Where only its sizes are counted, layers whose taps are what they read have loops of
/// their own, and depthwise ones that skip pixels.
pub fn row(kernel: &str, counts: &[f64]) -> String {
    let &[_, _, _, outputs, read, taps, products, _, _, _, _] = counts else { return kernel.into() };
    let way = match kernel.starts_with("DEPTHWISE") {
        true if read > 1.3 * outputs => "/apart",
        false if products > 0.0 && read == taps => "/points",
        _ => "",
    };
    format!("{kernel}{way}")
}

/// The deepest stack of the loops that run. Rows end where all that follow are as the first.
fn deepest(depths: &[&str], counts: &[f64]) -> u64 {
    let depth = |i| depths.get(i).or(depths.first())?.parse().ok();
    let runs = counts.iter().enumerate().filter(|(_, count)| **count != 0.0);
    runs.filter_map(|(i, _)| depth(i)).max().unwrap_or(STACK)
}

/// Stack of a kernel that no measured plan has: what none may take more of.
const STACK: u64 = 1024;

fn name(code: u16) -> &'static str {
    ops::name(code).unwrap_or("a kernel from outside")
}

/// What was measured on a core: lines of words.
struct Table(&'static str);

impl Table {
    fn of(target: Target) -> Result<Table, Unpredicted> {
        Ok(Table(match target {
            Target::M0 => include_str!("predict/m0.txt"),
            Target::M3 => include_str!("predict/m3.txt"),
            // one instruction set
            Target::M4 | Target::M7 => include_str!("predict/m4.txt"),
            Target::M33 => include_str!("predict/m33.txt"),
            Target::M55 => include_str!("predict/m55.txt"),
            Target::Rv32 => include_str!("predict/rv32.txt"),
            _ => return Err(Unpredicted::Target(target)),
        }))
    }

    fn rows(&self) -> impl Iterator<Item = Vec<&'static str>> {
        self.0.lines().map(|line| line.split(' ').collect())
    }

    /// Bytes of flash of a firmware with these kernels, which have these parts.
    fn text(&self, kernels: &BTreeMap<&str, Vec<&str>>) -> u64 {
        let number = |word: Option<&&str>| word.and_then(|word| word.parse().ok()).unwrap_or(0_i64);
        let mut users: BTreeMap<&str, usize> = BTreeMap::new();
        kernels.values().flatten().for_each(|part| *users.entry(part).or_default() += 1);
        let parts = self.rows().filter(|row| row[0] == "part");
        let parts: BTreeMap<_, _> = parts.map(|row| (row[1], number(row.get(2)))).collect();
        let bytes = |part: &&str| parts.get(part).copied().unwrap_or(0);
        let linked: i64 = users.keys().map(bytes).sum();
        let saved = |(kernel, mine): (&&str, &Vec<&str>)| {
            let row = self.row("alone", kernel).unwrap_or_default();
            let [fewer, shared] = [0, 1].map(|i| number(row.get(i)));
            let others: i64 = mine.iter().filter(|part| users[**part] > 1).map(bytes).sum();
            // of what others could share so much is compiled into the kernel
            fewer * (shared - others) / shared.max(1)
        };
        let base = self.rows().find(|row| row[0] == "base").map_or(0, |row| number(row.get(1)));
        let text = base + linked - kernels.iter().map(saved).sum::<i64>();
        u64::try_from(text).unwrap_or(0)
    }

    /// What stands behind the two words that a row begins with.
    fn row(&self, kind: &str, kernel: &str) -> Result<Vec<&'static str>, Unpredicted> {
        let mut row = self.rows().find(|row| row.starts_with(&[kind, kernel]));
        row.as_mut().map(|row| row.split_off(2)).ok_or_else(|| Unpredicted::Kernel(kernel.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_other_kernel_of_a_plan_has_is_as_small_as_alone() {
        let table =
            Table("base 100\npart 0 50\npart 1 30\npart 2 20\nkernel A 0 1 2\nkernel B 2\nalone A 10 40");
        let text = |kernels: &[&'static str]| {
            let row = |kernel: &&'static str| (*kernel, table.row("kernel", kernel).unwrap_or_default());
            table.text(&kernels.iter().map(row).collect())
        };
        assert_eq!([text(&[]), text(&["B"])], [100, 120]);
        // half of what A shares is B's, too
        assert_eq!([text(&["A"]), text(&["A", "B"])], [190, 195]);
    }
}
