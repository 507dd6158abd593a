//! `midge fit`: whether a model fits a chip, and how long it runs there, predicted.

use std::path::PathBuf;

use midge_compiler::{Optimize, Target};
use midge_probe::{Chip, Class, Fit, Need, Room, classes};
use midge_runtime::file::File;
use serde::Serialize;

use crate::chips;
use crate::convert::Choice;
use crate::failure::Failure;
use crate::model::is_plan;
use crate::show::Show;
use crate::table::{Table, facts, grouped};

/// Tell whether a model fits a chip, and about how long it runs there
#[derive(clap::Args)]
#[command(
    after_help = "Nothing is built or run: flash is that of the smallest firmware with the model, RAM its work memory and stack. A
model that is no .midge file is packed for the chip's core. Time is that of the core's model at its highest clock, memory
without wait states. Exit code 1 means that it does not fit.

Examples:
  midge fit kws.midge --chip nrf52840-dk
  midge fit kws.tflite --chip stm32f405rg --clock 84 --format json
  midge fit kws.tflite --all-chips"
)]
pub(crate) struct Args {
    /// A .midge file, or a model to convert in memory
    model: PathBuf,
    /// A chip or board, or the start of its name (`midge chips` lists them); qemu-m4 and the like are emulated
    #[arg(long, visible_alias = "board", value_name = "NAME", required_unless_present = "all_chips")]
    chip: Option<String>,
    /// Which classes of chips it fits, those with the least memory first
    #[arg(long, conflicts_with_all = ["chip", "clock"])]
    all_chips: bool,
    /// The core's clock in MHz; else its highest
    #[arg(long, value_name = "MHZ", value_parser = mhz)]
    clock: Option<f64>,
    #[command(flatten)]
    choice: Choice,
}

fn mhz(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|mhz| (0.001..=10_000.0).contains(mhz))
        .ok_or("a clock is a number of MHz".into())
}

#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    fit: Fit,
    /// What would make it fit.
    advice: Vec<String>,
}

#[derive(Serialize)]
struct All {
    classes: Vec<Class>,
}

/// Most classes in a table.
const ROWS: usize = 12;

pub(crate) fn run(args: &Args, show: &Show) -> Result<(), Failure> {
    if let Some(target) = args.choice.target {
        return Err(Failure::usage(format!("--target {target} is said by the chip"))
            .hint("leave --target out, or convert the model first"));
    }
    let Some(name) = &args.chip else { return all(args, show) };
    let chip = chips::named(name)?;
    let target = chip.target().ok_or_else(|| {
        Failure::usage(format!("midge has no firmware for the core of {}", chip.name))
            .hint("there is one for Cortex-M and for 32-bit RISC-V with a multiplier")
    })?;
    let fit = Fit::new(need(args, target, None)?, chip, args.clock);
    let advice = if fit.fits { Vec::new() } else { advice(args, &fit)? };
    let report = Report { fit, advice };
    show.data(&report, || table(&report))?;
    let Fit { fits, flash, ram, chip, .. } = &report.fit;
    if *fits {
        return Ok(());
    }
    let missing = [("flash", flash), ("RAM", ram)].map(|(memory, room)| (memory, room.missing()));
    let missing = missing.iter().filter(|(_, bytes)| *bytes > 0);
    let missing: Vec<_> = missing
        .map(|(memory, bytes)| format!("{} bytes more {memory} than {} has", grouped(*bytes), chip.name))
        .collect();
    let failure = Failure::check(format!("the model takes {}", missing.join(", and ")));
    Err(failure.hint(report.advice.join("; ")))
}

/// What the model needs, packed for the core if it can be.
fn need(args: &Args, target: Target, optimize: Option<Optimize>) -> Result<Need, Failure> {
    let file = packed(args, target, optimize)?;
    Need::of(&file.plan()?, file.names(), target).map_err(|unknown| {
        Failure::input(unknown)
            .hint("`midge size` and `midge bench --on CORE` build and run a firmware instead")
    })
}

fn packed(args: &Args, target: Target, optimize: Option<Optimize>) -> Result<File, Failure> {
    if is_plan(&args.model)? {
        return Ok(crate::model::plan_for(&args.model, &args.choice)?.0);
    }
    let choice =
        Choice { target: Some(target), optimize: optimize.or(args.choice.optimize), ..args.choice.clone() };
    Ok(crate::model::plan_for(&args.model, &choice)?.0)
}

/// What would make it fit, with figures.
fn advice(args: &Args, fit: &Fit) -> Result<Vec<String>, Failure> {
    let mut lines = Vec::new();
    if is_plan(&args.model)? {
        lines.push(
            "`midge fit` of the model that the file was made from says what kernels of least flash take"
                .into(),
        );
    } else if args.choice.optimize != Some(Optimize::Size) {
        let small =
            Fit::new(need(args, fit.need.target, Some(Optimize::Size))?, fit.chip.clone(), args.clock);
        let (flash, ram) = (grouped(small.flash.need), grouped(small.ram.need));
        if small.fits || small.flash.need < fit.flash.need || small.ram.need < fit.ram.need {
            let fits = if small.fits { ", which fits" } else { "" };
            lines
                .push(format!("with --optimize size it takes {flash} bytes of flash and {ram} of RAM{fits}"));
        }
    }
    if fit.flash.missing() > 0 {
        lines.push(format!(
            "the model is {} bytes of the flash; `midge quantize --weights int4` of a float model makes its weights half as large",
            grouped(fit.need.model_bytes)
        ));
    }
    if fit.ram.missing() > 0 {
        let peak = &fit.need.peak;
        lines.push(format!(
            "step {} ({}) uses most of the RAM, {} bytes at once: a smaller input or fewer channels there",
            peak.step,
            peak.op,
            grouped(peak.bytes)
        ));
    }
    lines.push("`midge fit MODEL --all-chips` lists what has room".into());
    Ok(lines)
}

fn all(args: &Args, show: &Show) -> Result<(), Failure> {
    // what cannot be read is said once
    packed(args, Target::M4, None)?;
    let report = All { classes: classes(|target| need(args, target, None).ok()) };
    show.data(&report, || {
        let mut table = Table::new(&["core", "flash", "RAM", "chips", "such as"]);
        for class in report.classes.iter().take(ROWS) {
            table.row([
                class.core.into(),
                grouped(class.flash_bytes),
                grouped(class.ram_bytes),
                class.chips.to_string(),
                class.such_as.join(", "),
            ]);
        }
        let rest = report.classes.len().saturating_sub(ROWS);
        let rest = if rest > 0 { format!("and {rest} classes with more memory\n") } else { String::new() };
        table.text() + &rest
    })?;
    if report.classes.is_empty() {
        return Err(Failure::check("no chip that is known has room for the model"));
    }
    Ok(())
}

fn table(report: &Report) -> String {
    let Fit { flash, ram, clock_mhz, latency_ms, need, chip, fits } = &report.fit;
    let of = |room: &Room| {
        let percent = room.need as f64 / room.have.max(1) as f64 * 100.0;
        format!("{} of {} ({percent:.1}%)", grouped(room.need), grouped(room.have))
    };
    let parts =
        |a: (u64, &str), b: (u64, &str)| format!("{} {}, {} {}", grouped(a.0), a.1, grouped(b.0), b.1);
    let about = |chip: &Chip| match &*chip.note {
        "" => chip.name.clone(),
        note => format!("{} ({note})", chip.name),
    };
    let time = latency_ms.map(|ms| format!("about {ms:.3} ms")).unwrap_or_else(|| "--clock MHZ tells".into());
    let clock = clock_mhz.map(|mhz| format!(" at {mhz} MHz")).unwrap_or_default();
    facts(&[
        ("chip", about(chip)),
        ("core", chip.core.unwrap_or_default().into()),
        ("fits", if *fits { "yes" } else { "no" }.into()),
        ("flash", of(flash)),
        ("", parts((need.code_bytes, "code"), (need.model_bytes, "model"))),
        ("RAM", of(ram)),
        ("", parts((need.arena_bytes, "arena"), (need.stack_bytes, "stack"))),
        (
            "peak",
            format!("step {}, {}: {} bytes at once", need.peak.step, need.peak.op, grouped(need.peak.bytes)),
        ),
        ("instructions", format!("about {}", grouped(need.instructions))),
        ("cycles", format!("about {}, by the core's model", grouped(need.cycles))),
        ("a run", format!("{time}{clock}")),
    ])
}
