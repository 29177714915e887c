//! Where results go: standard output, buffered; complaints go to standard error in one line.

use std::io::{self, BufWriter, Stdout, Write};

use customs_core::{Cause, ClosedRun, Receipt, RunStatus};
use serde::Serialize;

use super::Format;

/// Standard output.
pub(crate) struct Output {
    out: BufWriter<Stdout>,
}

impl Output {
    pub(crate) fn new() -> Self {
        Self {
            out: BufWriter::new(io::stdout()),
        }
    }

    /// One line.
    pub(crate) fn line(&mut self, text: impl std::fmt::Display) -> anyhow::Result<()> {
        Ok(writeln!(self.out, "{text}")?)
    }

    /// One value as JSON, on one line.
    pub(crate) fn json(&mut self, value: &impl Serialize) -> anyhow::Result<()> {
        serde_json::to_writer(&mut self.out, value).map_err(io::Error::from)?;
        Ok(writeln!(self.out)?)
    }

    /// One value as JSON, for people to read and edit.
    pub(crate) fn pretty_json(&mut self, value: &impl Serialize) -> anyhow::Result<()> {
        serde_json::to_writer_pretty(&mut self.out, value).map_err(io::Error::from)?;
        Ok(writeln!(self.out)?)
    }

    /// Raw bytes.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        Ok(self.out.write_all(bytes)?)
    }

    pub(crate) fn flush(&mut self) -> anyhow::Result<()> {
        Ok(self.out.flush()?)
    }

    /// One line on standard error. If even that cannot be written there is nobody left to tell.
    pub(crate) fn complain(text: &str) {
        let _ = writeln!(io::stderr(), "customs: {text}");
    }

    /// A receipt, and its errors by cause.
    pub(crate) fn receipt(
        &mut self,
        receipt: &Receipt,
        causes: &[Cause],
        format: Format,
    ) -> anyhow::Result<()> {
        match format {
            Format::Json => self.json(receipt),
            Format::Text => self.receipt_text(receipt, causes),
        }
    }

    /// A run in one line.
    pub(crate) fn run_line(&mut self, run: &ClosedRun) -> anyhow::Result<()> {
        let Receipt {
            run_id,
            status,
            due,
            pushed,
            unchanged,
            not_found,
            failed,
            deferred,
            elapsed_ms,
            ..
        } = &run.receipt;
        let why = run
            .receipt
            .error
            .as_ref()
            .map(|e| format!(" ({e})"))
            .unwrap_or_default();
        self.line(format_args!(
            "{run_id} {}/{} {}{why}: {due} due, {pushed} pushed, {unchanged} unchanged, {not_found} not found, \
             {failed} failed, {deferred} deferred, {:.2} s",
            run.company,
            run.job,
            status.as_str(),
            *elapsed_ms as f64 / 1000.0
        ))
    }

    fn receipt_text(&mut self, receipt: &Receipt, causes: &[Cause]) -> anyhow::Result<()> {
        let Receipt {
            run_id,
            status,
            due,
            elapsed_ms,
            balanced,
            ..
        } = receipt;
        self.line(format_args!(
            "Run {run_id}: {} after {:.2} s",
            status.as_str(),
            *elapsed_ms as f64 / 1000.0
        ))?;
        if let Some(error) = &receipt.error {
            self.line(format_args!("  because: {error}"))?;
        }
        if *status == RunStatus::Skipped {
            return Ok(());
        }
        self.line(format_args!("  due       {due:>8}"))?;
        let rows = [
            ("pushed", receipt.pushed),
            ("unchanged", receipt.unchanged),
            ("not found", receipt.not_found),
            ("failed", receipt.failed),
            ("deferred", receipt.deferred),
        ];
        for (name, count) in rows {
            self.line(format_args!("  {name:<10}{count:>8}"))?;
        }
        self.line(format_args!(
            "  balanced  {:>8}",
            if *balanced { "yes" } else { "NO" }
        ))?;
        let Receipt {
            customs_calls,
            sap_reads,
            sap_writes,
            ..
        } = receipt;
        self.line(format_args!(
            "  calls: {customs_calls} to customs, {sap_reads} reads and {sap_writes} writes to SAP"
        ))?;
        if !receipt.reasons.deferred.is_empty() {
            let reasons: Vec<_> = receipt
                .reasons
                .deferred
                .iter()
                .map(|(reason, n)| format!("{reason} {n}"))
                .collect();
            self.line(format_args!("  deferred: {}", reasons.join(", ")))?;
        }
        if !causes.is_empty() {
            self.line("")?;
            self.line("Errors by cause:")?;
            for cause in causes {
                let example = &cause.example;
                let key = cause
                    .example_key
                    .as_ref()
                    .map(|k| format!(" (for example {k})"))
                    .unwrap_or_default();
                let head = format!(
                    "{:>6} × {} [{}]{key}",
                    cause.count,
                    example.stage.as_str(),
                    example.code
                );
                self.line(head)?;
                self.line(format_args!("         {}", example.message))?;
            }
        }
        Ok(())
    }
}
