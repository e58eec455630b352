//! A progress bar on a terminal, nothing anywhere else.

use std::io::{self, IsTerminal};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar on standard error that is gone once the work is done.
#[derive(Clone, Debug)]
pub(crate) struct Bar(ProgressBar);

impl Bar {
    /// A bar of so many `unit`s; more may become known later.
    pub(crate) fn new(total: u64, unit: &str) -> Self {
        let bar = if io::stderr().is_terminal() {
            ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr())
        } else {
            ProgressBar::hidden()
        };
        let template = format!(
            "{{spinner}} {{bar:32}} {{human_pos}}/{{human_len}} {unit} {{elapsed}} {{msg}}"
        );
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    /// So many are known by now.
    pub(crate) fn total(&self, total: u64) {
        self.0.set_length(total);
    }

    /// One more is done.
    pub(crate) fn advance(&self) {
        self.0.inc(1);
    }

    /// What is being done right now.
    pub(crate) fn doing(&self, what: &str) {
        self.0.set_message(what.to_owned());
    }

    /// A line that stays; in a pipe too, as it is meant to be read.
    pub(crate) fn note(&self, text: &str) {
        self.0.suspend(|| eprintln!("note: {text}"));
    }

    /// Takes the bar away.
    pub(crate) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

impl atrium_audit::Progress for Bar {
    fn total(&self, accounts: u64) {
        Bar::total(self, accounts);
    }

    fn advance(&self, account_id: &str) {
        self.doing(account_id);
        Bar::advance(self);
    }

    fn note(&self, text: &str) {
        Bar::note(self, text);
    }
}
