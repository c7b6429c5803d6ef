//! A bar on the terminal for what takes longer than a moment.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// What is done within this time shows no bar.
const MOMENT: Duration = Duration::from_millis(500);

pub(crate) struct Progress {
    bar: ProgressBar,
    start: Instant,
}

impl Progress {
    /// For a known number of steps.
    pub(crate) fn of_steps(steps: usize) -> Self {
        Self::new(Some(steps as u64), "{wide_bar} {pos} of {len}")
    }

    /// For the entries of `map`, whose number nobody knows.
    pub(crate) fn of_entries(map: String) -> Self {
        let progress = Self::new(None, "{msg}: {pos} entries looked at");
        progress.bar.set_message(map);
        progress
    }

    fn new(steps: Option<u64>, template: &str) -> Self {
        let bar = ProgressBar::with_draw_target(steps, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self { bar, start: Instant::now() }
    }

    pub(crate) fn step(&self) {
        self.show();
        self.bar.inc(1);
    }

    pub(crate) fn at(&self, position: u64) {
        self.show();
        self.bar.set_position(position);
    }

    /// Standard error that is no terminal stays as it is.
    fn show(&self) {
        if self.bar.is_hidden() && self.start.elapsed() > MOMENT {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
