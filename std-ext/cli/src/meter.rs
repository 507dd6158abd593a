//! How far a training is: a bar on a terminal, lines elsewhere.

use std::fmt::Display;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::show::Show;

/// Time between two lines about an epoch, where there is no terminal.
const PAUSE: Duration = Duration::from_secs(10);

/// Tells of steps and epochs.
pub(crate) struct Meter<'a> {
    show: &'a Show,
    bar: Option<ProgressBar>,
    start: Instant,
    told: Instant,
    /// Steps that were there when it began.
    begun: Option<u64>,
}

impl<'a> Meter<'a> {
    /// For `len` steps in all.
    pub(crate) fn new(show: &'a Show, len: u64) -> Self {
        let bar = (!show.is_quiet() && std::io::stderr().is_terminal()).then(|| bar(len));
        Meter { show, bar, start: Instant::now(), told: Instant::now(), begun: None }
    }

    /// `done` steps are done; `text` says more.
    pub(crate) fn at(&mut self, done: u64, text: impl FnOnce() -> String) {
        let begun = *self.begun.get_or_insert(done.saturating_sub(1));
        if let Some(bar) = &self.bar {
            if begun + 1 == done {
                bar.set_position(begun);
                bar.reset_eta();
            }
            bar.set_position(done);
            bar.set_message(text());
        } else if self.told.elapsed() > PAUSE {
            self.told = Instant::now();
            let rate = (done - begun) as f64 / self.start.elapsed().as_secs_f64();
            self.show.say(format!("{}, {rate:.1} batches a second", text()));
        }
    }

    /// A line that stays.
    pub(crate) fn line(&mut self, text: impl Display) {
        self.told = Instant::now();
        match &self.bar {
            Some(bar) => bar.suspend(|| self.show.say(text)),
            None => self.show.say(text),
        }
    }
}

impl Drop for Meter<'_> {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar(len: u64) -> ProgressBar {
    // the template is a constant; if it were wrong, the default is a bar, too
    let style = ProgressStyle::with_template("{wide_bar} {msg}, {per_sec}, {eta} left");
    let bar = ProgressBar::new(len);
    if let Ok(style) = style { bar.with_style(style) } else { bar }
}
