//! `midge profile`: where a run's instructions and cycles go, step by step, on an emulated core.

use std::path::PathBuf;

use midge_runtime::bench::{self, Report, StepCost};

use crate::bench::{row, share};
use crate::failure::Failure;
use crate::show::Show;
use crate::table::{Table, facts, grouped};

/// Characters of the longest bar.
const BAR: f64 = 20.0;

/// Show what each step of a run costs on an emulated core
#[derive(clap::Args)]
#[command(
    after_help = "Instructions, loads and stores are counted, exactly. Cycles are a model: what the core's manual says of each
instruction, and memory without wait states. Of the m7, which issues two instructions at a time, they are an upper bound;
for the m33 and m55, of which Arm publishes no table, they are assumptions; for aarch64 and armv7 there are none. Shares
and bars are of cycles, else of instructions.

Examples:
  midge profile kws.midge --on m4
  midge profile kws.midge --on m0 --input features.npy --format json"
)]
pub(crate) struct Args {
    /// The .midge file
    file: PathBuf,
    /// Which emulated core: m0, m3, m4, f405, m7, m33, m55, rv32, aarch64 or armv7
    #[arg(long, value_name = "CORE")]
    on: String,
    /// Arrays as for `midge run`, of which the first row is used; zeros if absent
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, show: &Show) -> Result<(), Failure> {
    let file = crate::model::plan(&args.file)?;
    let row = row(args.input.as_deref(), &file)?;
    let report = bench::profile(&args.on, &file, &row, 1, &mut |line| show.say(line))?;
    show.data(&report, || {
        let mut all = vec![("machine", report.machine.clone())];
        all.extend(counts(&report));
        format!("{}\n{}", steps(&report), facts(&all))
    })
}

/// What a whole run takes.
pub(crate) fn counts(report: &Report) -> Vec<(&'static str, String)> {
    let Some(instructions) = report.instructions else { return Vec::new() };
    let (loads, stores) = (report.load_instructions.unwrap_or(0), report.store_instructions.unwrap_or(0));
    let split =
        format!("{}, of which {} load and {} store", grouped(instructions), grouped(loads), grouped(stores));
    let cycles = report.cycles.map(|cycles| ("cycles", format!("{}, by the core's model", grouped(cycles))));
    [("instructions", split)].into_iter().chain(cycles).collect()
}

/// A row for each step, and one for what is between them.
pub(crate) fn steps(report: &Report) -> String {
    let sum = |of: fn(&StepCost) -> Option<u64>| report.steps.iter().filter_map(of).sum::<u64>();
    let rest = |all: Option<u64>, of| all.map(|all| all.saturating_sub(sum(of)));
    let between = StepCost {
        index: 0,
        op: "input and output".into(),
        kernel: String::new(),
        macs: None,
        instructions: rest(report.instructions, |step| step.instructions),
        load_instructions: rest(report.load_instructions, |step| step.load_instructions),
        store_instructions: rest(report.store_instructions, |step| step.store_instructions),
        cycles: rest(report.cycles, |step| step.cycles),
        us: None,
    };
    let cost = |step: &StepCost| step.cycles.or(step.instructions).unwrap_or(0) as f64;
    let all = report.cycles.or(report.instructions).unwrap_or(0) as f64;
    let most = report.steps.iter().map(cost).fold(1.0, f64::max);
    let titles = [
        "step",
        "operator",
        "kernel",
        "MACs",
        "instructions",
        "per MAC",
        "loads",
        "stores",
        "cycles",
        "share",
        "",
    ];
    let mut table = Table::new(&titles);
    let number = |number: Option<u64>| number.map(grouped).unwrap_or_default();
    for (i, step) in report.steps.iter().chain([&between]).enumerate() {
        let macs = step.macs.filter(|macs| *macs > 0);
        let per_mac = step.instructions.zip(macs).map(|(n, macs)| format!("{:.2}", n as f64 / macs as f64));
        table.row([
            if i < report.steps.len() { step.index.to_string() } else { String::new() },
            step.op.clone(),
            step.kernel.clone(),
            number(step.macs),
            number(step.instructions),
            per_mac.unwrap_or_default(),
            number(step.load_instructions),
            number(step.store_instructions),
            number(step.cycles),
            share(cost(step), all),
            "#".repeat((cost(step) / most * BAR).round() as usize),
        ]);
    }
    table.text()
}
