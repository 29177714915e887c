//! What a dry run shows.

use std::process::ExitCode;

use customs_core::{LedgerReader as _, Pipeline, PlannedWrite, Receipt, RunStatus, Trigger};
use serde::Serialize;

use super::output::Output;
use super::table::{Side, Table};
use super::{Format, Result, progress};

#[derive(Debug, Serialize)]
struct DryReceipt<'a> {
    #[serde(flatten)]
    receipt: &'a Receipt,
    dry_run: bool,
    writes: &'a [PlannedWrite],
}

/// Runs a job without writing, and prints what it would have written. Exit code 1 if the run failed.
pub(super) async fn run(
    pipeline: &Pipeline,
    trigger: Trigger,
    format: Format,
    output: &mut Output,
) -> Result {
    let (pipeline, dry) = pipeline.dry_run();
    let receipt = progress::run(&pipeline, trigger, format).await;
    let writes = dry.planned();
    match format {
        Format::Json => output.json(&DryReceipt {
            receipt: &receipt,
            dry_run: true,
            writes: &writes,
        })?,
        Format::Text => {
            output.line("Dry run: nothing was written, neither to SAP nor to the ledger. \"pushed\" would be written.")?;
            let causes = dry.ledger().causes(&receipt.run_id).await?;
            output.receipt(&receipt, &causes, format)?;
            if !writes.is_empty() {
                output.line("")?;
                text(&writes, output)?;
            }
        }
    }
    if receipt.status != RunStatus::Failed {
        return Ok(ExitCode::SUCCESS);
    }
    output.flush()?;
    let why = receipt.error.as_deref().unwrap_or("it does not balance");
    Output::complain(&format!("dry run {} failed: {why}", receipt.run_id));
    Ok(ExitCode::FAILURE)
}

fn text(writes: &[PlannedWrite], output: &mut Output) -> anyhow::Result<()> {
    let mut table = Table::new([
        ("RECORD", Side::Left),
        ("COLUMN", Side::Left),
        ("SAP HOLDS", Side::Left),
        ("WOULD BE WRITTEN", Side::Left),
    ]);
    for write in writes {
        let mut key = write.key.to_string();
        if write.corrected {
            key.push_str(" (corrected)");
        }
        for (column, new) in write.new.iter() {
            let old = write.old.as_ref().and_then(|old| old.get(column));
            // A column that SAP tells and that stays as it is says nothing; one that SAP does not tell may change.
            if old.is_some_and(|old| old.trim_end() == new.trim_end()) {
                continue;
            }
            let old = old.map_or_else(|| "(not told)".to_owned(), |old| format!("{old:?}"));
            table.row([
                std::mem::take(&mut key),
                column.to_owned(),
                old,
                format!("{new:?}"),
            ]);
        }
    }
    table.print(output)
}
