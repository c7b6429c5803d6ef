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
    pub(crate) fn new(steps: usize) -> Self {
        let bar = ProgressBar::with_draw_target(Some(steps as u64), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos} of {len}") {
            bar.set_style(style);
        }
        Self { bar, start: Instant::now() }
    }

    pub(crate) fn step(&self) {
        // Standard error that is no terminal stays as it is.
        if self.bar.is_hidden() && self.start.elapsed() > MOMENT {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.inc(1);
    }

    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
