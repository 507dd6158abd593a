//! `midge completions`: what a shell needs to complete commands.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::failure::Failure;
use crate::show::{Show, print};

/// Print completions for a shell
#[derive(clap::Args)]
#[command(after_help = "Example:
  midge completions bash > ~/.local/share/bash-completion/completions/midge")]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

pub(crate) fn run<T: CommandFactory>(args: &Args, _: &Show) -> Result<(), Failure> {
    let mut out = Vec::new();
    clap_complete::generate(args.shell, &mut T::command(), "midge", &mut out);
    print(&String::from_utf8_lossy(&out))
}
