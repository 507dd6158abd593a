//! How results reach the user: data on standard output, everything else on standard error.

use std::cell::RefCell;
use std::fmt::Display;
use std::io::{ErrorKind, IsTerminal, Write};
use std::time::{Duration, Instant};

use clap::{ArgAction, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::failure::Failure;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// How data is printed
    #[arg(long, global = true, value_enum, default_value = "table")]
    format: Format,
    /// Say nothing but data and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say more about what is done
    #[arg(short, long, global = true, action = ArgAction::Count)]
    verbose: u8,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// For scripts
    Json,
    /// For scripts and people
    Yaml,
}

/// Where results go, and how.
pub(crate) struct Show {
    format: Format,
    quiet: bool,
    verbose: bool,
    /// Turns while something takes long.
    spinner: RefCell<Option<ProgressBar>>,
}

impl Show {
    pub(crate) fn new(args: &Args) -> Self {
        Show {
            format: args.format,
            quiet: args.quiet,
            verbose: args.verbose > 0,
            spinner: RefCell::new(None),
        }
    }

    /// Prints data: for people as `table` makes it, for scripts all of it.
    pub(crate) fn data<T: Serialize>(&self, data: &T, table: impl FnOnce() -> String) -> Result<(), Failure> {
        self.stop();
        match self.format {
            Format::Table => print(&table()),
            Format::Json => {
                let text = serde_json::to_string_pretty(data).map_err(Failure::input)?;
                print(&(text + "\n"))
            }
            Format::Yaml => print(&serde_saphyr::to_string(data).map_err(Failure::input)?),
        }
    }

    /// A line for people, on standard error.
    pub(crate) fn say(&self, text: impl Display) {
        if !self.quiet {
            match &*self.spinner.borrow() {
                Some(spinner) => spinner.suspend(|| note(text)),
                None => note(text),
            }
        }
    }

    /// Whether nothing but data and errors is said.
    #[cfg(feature = "train")]
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Turns on a terminal, until data is printed or [`Show::stop`] is called.
    pub(crate) fn spin(&self, what: &'static str) {
        if !self.quiet && std::io::stderr().is_terminal() {
            let spinner = ProgressBar::new_spinner().with_message(what);
            spinner.enable_steady_tick(Duration::from_millis(100));
            self.spinner.replace(Some(spinner));
        }
    }

    /// Leaves the terminal as it was.
    pub(crate) fn stop(&self) {
        if let Some(spinner) = self.spinner.take() {
            spinner.finish_and_clear();
        }
    }

    /// A line for people who asked for more.
    pub(crate) fn detail(&self, text: impl Display) {
        if self.verbose {
            self.say(text);
        }
    }

    /// Progress towards `len` of something, shown once it takes over a second.
    pub(crate) fn progress(&self, what: &'static str, len: usize) -> Progress {
        Progress { what, len: len as u64, start: Instant::now(), said: 0, quiet: self.quiet, bar: None }
    }
}

/// Text on standard output. A reader that went away ends the program quietly.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Failure::quiet()),
        Err(error) => Err(Failure::usage(format!("cannot write to standard output: {error}"))),
    }
}

fn note(text: impl Display) {
    // a closed standard error is no reason to stop
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// A bar on a terminal, now and then a line elsewhere.
pub(crate) struct Progress {
    what: &'static str,
    len: u64,
    start: Instant,
    said: u64,
    quiet: bool,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// `done` of all are done.
    pub(crate) fn at(&mut self, done: usize) {
        let took = self.start.elapsed();
        if self.quiet || took < Duration::from_secs(1) {
            return;
        }
        if std::io::stderr().is_terminal() {
            let bar = self.bar.get_or_insert_with(|| bar(self.what, self.len));
            bar.set_position(done as u64);
        } else if took.as_secs() / 5 >= self.said {
            note(format!("{}: {done} of {}", self.what, self.len));
            self.said = took.as_secs() / 5 + 1;
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar(what: &'static str, len: u64) -> ProgressBar {
    // the template is a constant; if it were wrong, the default is a bar, too
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos} of {len}, {eta} left");
    let bar = ProgressBar::new(len).with_message(what);
    if let Ok(style) = style { bar.with_style(style) } else { bar }
}
