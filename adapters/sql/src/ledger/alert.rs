//! Alerts that wait to be sent.

use std::time::Duration;

use async_trait::async_trait;
use customs_core::{Alert, AlertKind, AlertLedger};

use super::reader::word;
use super::{Result, SqlLedger};
use crate::db::{Json, Row, Tx, args};
use crate::dialect::{Dialect, Sql};
use crate::lines::line;
use crate::text::{later, stored, time};

pub(super) struct Statements {
    raise: Sql,
    waiting: Sql,
    take: Sql,
    sent: Sql,
}

impl Statements {
    pub(super) fn new(d: Dialect) -> Self {
        Self {
            raise: d.sql(d.insert_rows("alert", &[], Line::COLUMNS)),
            waiting: d.sql(format!(
                "SELECT * FROM alert WHERE sent_at IS NULL AND (taken_until IS NULL OR taken_until <= ?) \
                 ORDER BY alert_no LIMIT ?{}",
                d.for_update()
            )),
            take: d.sql("UPDATE alert SET taken_until = ?, attempts = attempts + 1 WHERE alert_id = ?"),
            sent: d.sql(
                "UPDATE alert SET sent_at = ?, taken_until = NULL WHERE alert_id = ? AND sent_at IS NULL",
            ),
        }
    }
}

line! {
    /// One row of `alert` as it is raised. Texts are escaped already.
    struct Line {
        alert_id: String,
        raised_at: String,
        company: String,
        job: String,
        run_id: String,
        kind: &'static str,
        episode_no: Option<u64>,
        text_ko: String,
        text_en: String,
    }
}

impl Line {
    fn new(alert: &Alert) -> Self {
        let text = |text: &str| stored(text).into_owned();
        Self {
            alert_id: text(&alert.id),
            raised_at: time(alert.at),
            company: text(alert.company.as_str()),
            job: text(alert.job.as_str()),
            run_id: text(alert.run.as_str()),
            kind: alert.kind.as_str(),
            episode_no: alert.episode,
            text_ko: text(&alert.korean),
            text_en: text(&alert.english),
        }
    }
}

fn read_alert(row: &Row<'_>) -> Result<Alert> {
    Ok(Alert {
        id: row.text("alert_id")?,
        at: row.time("raised_at")?,
        company: row.text("company")?.into(),
        job: row.text("job")?.into(),
        run: row.text("run_id")?.into(),
        kind: row.parsed("kind", "a kind of alert", word::<AlertKind>)?,
        episode: row.opt_int("episode_no")?.and_then(|no| u64::try_from(no).ok()),
        korean: row.text("text_ko")?,
        english: row.text("text_en")?,
        attempts: u32::try_from(row.count("attempts")?).unwrap_or(u32::MAX),
    })
}

impl SqlLedger {
    /// Writes alerts into the transaction that raises them.
    pub(super) async fn raise(&self, tx: &mut Tx, alerts: &[Alert]) -> Result<()> {
        if !alerts.is_empty() {
            let lines: Vec<Line> = alerts.iter().map(Line::new).collect();
            let lines = Json(serde_json::to_string(&lines)?);
            tx.execute(&self.sql.alert.raise, args![lines]).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl AlertLedger for SqlLedger {
    async fn take_alerts(&self, limit: u32, ttl: Duration) -> customs_core::Result<Vec<Alert>> {
        self.bounded("take_alerts", async {
            let mut tx = self.db.write().await?;
            let now = self.now(&mut tx).await?;
            let mut alerts = tx
                .rows(&self.sql.alert.waiting, args![now, limit], read_alert)
                .await?;
            for alert in &mut alerts {
                alert.attempts += 1;
                let args = args![later(now, ttl), alert.id.as_str()];
                tx.execute(&self.sql.alert.take, args).await?;
            }
            tx.commit().await?;
            Ok(alerts)
        })
        .await
    }

    async fn alerts_sent(&self, ids: &[String]) -> customs_core::Result<()> {
        self.bounded("alerts_sent", async {
            let mut tx = self.db.write().await?;
            let now = self.now(&mut tx).await?;
            for id in ids {
                tx.execute(&self.sql.alert.sent, args![now, id.as_str()]).await?;
            }
            tx.commit().await
        })
        .await
    }
}
