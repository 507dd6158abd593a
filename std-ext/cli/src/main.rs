//! The `midge` command: one verb a file, and nothing in it but arguments, calls and printing.

mod failure;
#[cfg(feature = "convert")]
mod given;
#[cfg(feature = "train")]
mod gradcheck;
mod show;
mod table;

mod analyze;
#[cfg(feature = "emulate")]
mod bench;
#[cfg(feature = "train")]
mod by_recipe;
#[cfg(feature = "train")]
mod checkpoint;
#[cfg(feature = "probe")]
mod chips;
#[cfg(feature = "convert")]
mod codegen;
#[cfg(feature = "complete")]
mod completions;
#[cfg(feature = "convert")]
mod convert;
mod data;
#[cfg(feature = "train")]
mod dataset;
mod diff;
#[cfg(feature = "convert")]
mod embed;
mod eval;
#[cfg(feature = "convert")]
mod export;
#[cfg(feature = "probe")]
mod fit;
#[cfg(feature = "probe")]
mod flash;
mod inspect;
#[cfg(feature = "train")]
mod meter;
mod model;
#[cfg(feature = "probe")]
mod new;
#[cfg(feature = "convert")]
mod optimize;
#[cfg(feature = "convert")]
mod plan;
#[cfg(feature = "train")]
mod plot;
#[cfg(feature = "emulate")]
mod profile;
#[cfg(feature = "convert")]
mod quantize;
mod run;
#[cfg(feature = "emulate")]
mod size;
#[cfg(feature = "system")]
mod sysinfo;
#[cfg(feature = "train")]
mod train;
mod validate;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::failure::Failure;
use crate::show::Show;

/// Neural networks to microcontrollers: converts models to compact .midge files, runs and measures them.
///
/// Exit codes: 0 fine; 1 a check that was asked for failed; 2 wrong usage; 3 bad or unsupported input; 4 a tool or
/// device is missing.
#[derive(Parser)]
#[command(version, propagate_version = true, after_help = EXAMPLES)]
struct Midge {
    #[command(flatten)]
    show: show::Args,
    #[command(subcommand)]
    verb: Verb,
}

const EXAMPLES: &str = "Examples:
  midge convert kws.tflite -o kws.midge --target m4
  midge quantize kws_float.tflite --calibrate features.npy -o kws.midge
  midge inspect kws.midge
  midge run kws.midge --input features.npy --output scores.npy";

#[derive(Subcommand)]
enum Verb {
    #[cfg(feature = "convert")]
    Convert(convert::Args),
    #[cfg(feature = "convert")]
    Quantize(Box<quantize::Args>),
    Validate(validate::Args),
    Inspect(inspect::Args),
    #[cfg(feature = "convert")]
    Optimize(optimize::Args),
    #[cfg(feature = "convert")]
    Plan(plan::Args),
    Run(run::Args),
    Eval(eval::Args),
    Diff(diff::Args),
    Analyze(analyze::Args),
    #[cfg(feature = "emulate")]
    Bench(bench::Args),
    #[cfg(feature = "emulate")]
    Profile(profile::Args),
    #[cfg(feature = "emulate")]
    Size(size::Args),
    #[cfg(feature = "convert")]
    Embed(embed::Args),
    #[cfg(feature = "convert")]
    Codegen(codegen::Args),
    #[cfg(feature = "probe")]
    Chips(chips::Args),
    #[cfg(feature = "probe")]
    Fit(Box<fit::Args>),
    #[cfg(feature = "probe")]
    New(new::Args),
    #[cfg(feature = "probe")]
    Flash(flash::Args),
    #[cfg(feature = "train")]
    Train(Box<train::Args>),
    #[cfg(feature = "train")]
    Checkpoint(checkpoint::Args),
    #[cfg(feature = "train")]
    Dataset(dataset::Args),
    #[cfg(feature = "train")]
    Plot(plot::Args),
    #[cfg(feature = "train")]
    Gradcheck(gradcheck::Args),
    #[cfg(feature = "system")]
    Sysinfo(sysinfo::Args),
    #[cfg(feature = "complete")]
    Completions(completions::Args),

    /// Not in this build: comes with the feature `convert`
    #[cfg(not(feature = "convert"))]
    Convert(Absent),
    /// Not in this build: comes with the feature `convert`
    #[cfg(not(feature = "convert"))]
    Optimize(Absent),
    /// Not in this build: comes with the feature `convert`
    #[cfg(not(feature = "convert"))]
    Quantize(Absent),
    /// Not in this build: comes with the feature `convert`
    #[cfg(not(feature = "convert"))]
    Plan(Absent),
    /// Not in this build: comes with the feature `convert`
    #[cfg(not(feature = "convert"))]
    Embed(Absent),
    /// Not in this build: comes with the feature `convert`
    #[cfg(not(feature = "convert"))]
    Codegen(Absent),
    /// Not in this build: comes with the feature `emulate`
    #[cfg(not(feature = "emulate"))]
    Bench(Absent),
    /// Not in this build: comes with the feature `emulate`
    #[cfg(not(feature = "emulate"))]
    Profile(Absent),
    /// Not in this build: comes with the feature `emulate`
    #[cfg(not(feature = "emulate"))]
    Size(Absent),
    /// Not in this build: comes with the feature `probe`
    #[cfg(not(feature = "probe"))]
    Chips(Absent),
    /// Not in this build: comes with the feature `probe`
    #[cfg(not(feature = "probe"))]
    Fit(Absent),
    /// Not in this build: comes with the feature `probe`
    #[cfg(not(feature = "probe"))]
    New(Absent),
    /// Not in this build: comes with the feature `probe`
    #[cfg(not(feature = "probe"))]
    Flash(Absent),
    /// Not in this build: comes with the feature `train`
    #[cfg(not(feature = "train"))]
    Train(Absent),
    /// Not in this build: comes with the feature `train`
    #[cfg(not(feature = "train"))]
    Checkpoint(Absent),
    /// Not in this build: comes with the feature `train`
    #[cfg(not(feature = "train"))]
    Dataset(Absent),
    /// Not in this build: comes with the feature `train`
    #[cfg(not(feature = "train"))]
    Plot(Absent),
    /// Not in this build: comes with the feature `train`
    #[cfg(not(feature = "train"))]
    Gradcheck(Absent),
    /// Not in this build: comes with the feature `system`
    #[cfg(not(feature = "system"))]
    Sysinfo(Absent),
    /// Not in this build: comes with the feature `complete`
    #[cfg(not(feature = "complete"))]
    Completions(Absent),
}

/// Whatever follows a verb that this build does not have.
#[derive(clap::Args)]
struct Absent {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    rest: Vec<OsString>,
}

fn main() -> ExitCode {
    let Midge { show, verb } = Midge::parse();
    let show = Show::new(&show);
    let done = dispatch(verb, &show);
    show.stop();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn dispatch(verb: Verb, show: &Show) -> Result<(), Failure> {
    match verb {
        #[cfg(feature = "convert")]
        Verb::Convert(args) => convert::run(&args, show),
        #[cfg(feature = "convert")]
        Verb::Quantize(args) => quantize::run(&args, show),
        Verb::Validate(args) => validate::run(&args, show),
        Verb::Inspect(args) => inspect::run(&args, show),
        #[cfg(feature = "convert")]
        Verb::Optimize(args) => optimize::run(&args, show),
        #[cfg(feature = "convert")]
        Verb::Plan(args) => plan::run(&args, show),
        Verb::Run(args) => run::run(&args, show),
        Verb::Eval(args) => eval::run(&args, show),
        Verb::Diff(args) => {
            show.spin("comparing");
            diff::run(&args, show)
        }
        Verb::Analyze(args) => {
            show.spin("looking");
            analyze::run(&args, show)
        }
        #[cfg(feature = "emulate")]
        Verb::Bench(args) => {
            show.spin("measuring");
            bench::run(&args, show)
        }
        #[cfg(feature = "emulate")]
        Verb::Profile(args) => {
            show.spin("counting");
            profile::run(&args, show)
        }
        #[cfg(feature = "emulate")]
        Verb::Size(args) => {
            show.spin("measuring");
            size::run(&args, show)
        }
        #[cfg(feature = "convert")]
        Verb::Embed(args) => embed::run(&args, show),
        #[cfg(feature = "convert")]
        Verb::Codegen(args) => codegen::run(&args, show),
        #[cfg(feature = "probe")]
        Verb::Chips(args) => chips::run(&args, show),
        #[cfg(feature = "probe")]
        Verb::Fit(args) => {
            show.spin("looking");
            fit::run(&args, show)
        }
        #[cfg(feature = "probe")]
        Verb::New(args) => new::run(&args, show),
        #[cfg(feature = "probe")]
        Verb::Flash(args) => flash::run(&args, show),
        #[cfg(feature = "train")]
        Verb::Train(args) => train::run(&args, show),
        #[cfg(feature = "train")]
        Verb::Checkpoint(args) => checkpoint::run(&args, show),
        #[cfg(feature = "train")]
        Verb::Dataset(args) => dataset::run(&args, show),
        #[cfg(feature = "train")]
        Verb::Plot(args) => plot::run(&args, show),
        #[cfg(feature = "train")]
        Verb::Gradcheck(args) => gradcheck::run(&args, show),
        #[cfg(feature = "system")]
        Verb::Sysinfo(args) => {
            show.spin("looking");
            sysinfo::run(&args, show)
        }
        #[cfg(feature = "complete")]
        Verb::Completions(args) => completions::run::<Midge>(&args, show),

        #[cfg(not(feature = "convert"))]
        Verb::Convert(_)
        | Verb::Quantize(_)
        | Verb::Optimize(_)
        | Verb::Plan(_)
        | Verb::Embed(_)
        | Verb::Codegen(_) => Err(Failure::absent("convert")),
        #[cfg(not(feature = "emulate"))]
        Verb::Bench(_) | Verb::Profile(_) | Verb::Size(_) => Err(Failure::absent("emulate")),
        #[cfg(not(feature = "probe"))]
        Verb::Chips(_) | Verb::Fit(_) | Verb::New(_) | Verb::Flash(_) => Err(Failure::absent("probe")),
        #[cfg(not(feature = "train"))]
        Verb::Train(_) | Verb::Checkpoint(_) | Verb::Dataset(_) | Verb::Plot(_) | Verb::Gradcheck(_) => {
            Err(Failure::absent("train"))
        }
        #[cfg(not(feature = "system"))]
        Verb::Sysinfo(_) => Err(Failure::absent("system")),
        #[cfg(not(feature = "complete"))]
        Verb::Completions(_) => Err(Failure::absent("complete")),
    }
}
