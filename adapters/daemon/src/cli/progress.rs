//! A bar on a terminal's standard error that shows how far a run is.

use std::io::IsTerminal as _;
use std::time::Duration;

use customs_core::{Pipeline, Receipt, Trigger};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Format;

/// A bar for people who sit in front of it; nothing where output goes to a file, a pipe or a program.
pub(super) fn bar(format: Format, what: &str) -> ProgressBar {
    let shown = format == Format::Text && std::io::stderr().is_terminal();
    let target = if shown {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(Some(0), target);
    // A terminal that is narrow gets a short bar.
    if let Ok(style) =
        ProgressStyle::with_template(&format!("{{wide_bar}} {{pos}}/{{len}} {what}, {{elapsed}}"))
    {
        bar.set_style(style);
    }
    bar
}

/// Runs the job, and shows how far it is.
pub(super) async fn run(pipeline: &Pipeline, trigger: Trigger, format: Format) -> Receipt {
    let bar = bar(format, "records");
    let run = pipeline.run_once(trigger);
    tokio::pin!(run);
    let mut tick = tokio::time::interval(Duration::from_millis(100));
    let receipt = loop {
        tokio::select! {
            receipt = &mut run => break receipt,
            _ = tick.tick() => {
                bar.set_length(pipeline.progress().due());
                bar.set_position(pipeline.progress().done());
            }
        }
    };
    bar.finish_and_clear();
    receipt
}
