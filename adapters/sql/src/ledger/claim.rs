//! Reading records, and claiming them for a chunk.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use customs_core::{
    CallContext, Claim, ClaimRequest, Claimed, RecordKey, RecordLedger, RecordState, SettleReport,
    SettleRequest,
};

use super::state::{HOLDER, Held, STATE, read_held, read_state};
use super::{Result, SqlLedger};
use crate::db::{Json, Tx, args};
use crate::dialect::{Dialect, Listing, Sql};
use crate::text::{key_list, later, listed_keys};

pub(super) struct Statements {
    load: Listing,
    held: Listing,
    claim: Sql,
    settled_keys: Sql,
}

impl Statements {
    pub(super) fn new(d: Dialect) -> Self {
        let keys = d.keys();
        let from_keys = format!(
            "FROM {keys} AS k {join} record \
             ON record.company = ? AND record.job = ? AND record.record_key = k.record_key",
            join = d.join()
        );
        Self {
            load: d.listing("record", STATE, &from_keys),
            held: d.listing(
                "record",
                STATE.into_iter().chain(HOLDER),
                &format!("{from_keys}{}", d.lock("record", "record_key")),
            ),
            claim: d.sql(format!(
                "INSERT INTO record (company, job, record_key, claim_owner, claim_run_id, claim_chunk, claim_until) \
                 SELECT ?, ?, k.record_key, ?, ?, ?, ? FROM {keys} AS k WHERE 1 = 1 {}",
                d.or_claim()
            )),
            settled_keys: d.sql("SELECT settled_keys FROM chunk WHERE run_id = ? AND chunk = ?"),
        }
    }
}

#[async_trait]
impl RecordLedger for SqlLedger {
    async fn load(&self, cx: &CallContext, keys: &[RecordKey]) -> customs_core::Result<Vec<RecordState>> {
        self.bounded("load", async {
            let args = args![Json(key_list(keys.iter())?), cx.company.as_str(), cx.job.as_str()];
            let mut tx = self.db.read().await?;
            let states = tx.listed(&self.sql.claim.load, args, read_state).await?;
            let known: HashMap<RecordKey, RecordState> =
                states.into_iter().map(|s| (s.key.clone(), s)).collect();
            let state = |key: &RecordKey| {
                known
                    .get(key)
                    .cloned()
                    .unwrap_or_else(|| RecordState::new(key.clone()))
            };
            Ok(keys.iter().map(state).collect())
        })
        .await
    }

    async fn claim(&self, cx: &CallContext, request: ClaimRequest<'_>) -> customs_core::Result<Vec<Claimed>> {
        self.bounded("claim", self.claim_records(cx, request)).await
    }

    async fn settle(
        &self,
        cx: &CallContext,
        request: SettleRequest<'_>,
    ) -> customs_core::Result<SettleReport> {
        self.bounded("settle", self.settle_records(cx, request)).await
    }
}

impl SqlLedger {
    async fn claim_records(&self, cx: &CallContext, request: ClaimRequest<'_>) -> Result<Vec<Claimed>> {
        let ClaimRequest {
            chunk,
            fence,
            owner,
            keys,
            ttl,
        } = request;
        let mut tx = self.db.write().await?;
        // The records of a closed run are counted already, as undelivered: a late chunk finds nothing left to do.
        let too_late = self.own_run(&mut tx, cx, fence).await?.is_closed();
        let done = if too_late {
            keys.iter().cloned().collect()
        } else {
            self.settled_keys(&mut tx, cx, chunk).await?
        };
        let now = self.now(&mut tx).await?;
        let args = args![
            cx.company.as_str(),
            cx.job.as_str(),
            owner,
            cx.run.as_str(),
            chunk,
            later(now, ttl),
            Json(key_list(keys.iter().filter(|key| !done.contains(key)))?),
            now,
        ];
        tx.execute(&self.sql.claim.claim, args).await?;
        let held = self.held(&mut tx, cx, keys).await?;
        tx.commit().await?;
        let claimed = |key: &RecordKey| {
            let held = held.get(key);
            let claim = match held.and_then(|h| h.holder.as_ref()) {
                _ if done.contains(key) => Claim::Duplicate,
                Some(holder) if holder.owner == owner => Claim::Granted,
                Some(holder) if holder.run == cx.run && holder.chunk == u64::from(chunk) => Claim::Duplicate,
                _ => Claim::Held,
            };
            Claimed {
                claim,
                state: held.map_or_else(|| RecordState::new(key.clone()), |h| h.state.clone()),
            }
        };
        Ok(keys.iter().map(claimed).collect())
    }

    /// The records of a chunk that are settled already.
    pub(super) async fn settled_keys(
        &self,
        tx: &mut Tx,
        cx: &CallContext,
        chunk: u32,
    ) -> Result<HashSet<RecordKey>> {
        let args = args![cx.run.as_str(), chunk];
        let list = tx
            .row(&self.sql.claim.settled_keys, args, |row| row.json("settled_keys"))
            .await?;
        Ok(list.as_deref().map(listed_keys).transpose()?.unwrap_or_default())
    }

    /// What is stored for these records, locked.
    pub(super) async fn held<'a>(
        &self,
        tx: &mut Tx,
        cx: &CallContext,
        keys: impl IntoIterator<Item = &'a RecordKey>,
    ) -> Result<HashMap<RecordKey, Held>> {
        let args = args![
            Json(key_list(keys.into_iter())?),
            cx.company.as_str(),
            cx.job.as_str()
        ];
        Ok(tx
            .listed(&self.sql.claim.held, args, read_held)
            .await?
            .into_iter()
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Read the other way round, a chunk costs as much as the whole table times the chunk.
    #[tokio::test]
    async fn sqlite_finds_each_record_by_its_key() {
        let ledger = SqlLedger::open("sqlite::memory:").await.unwrap();
        ledger.migrate().await.unwrap();
        let mut tx = ledger.db.write().await.unwrap();
        for listing in [&ledger.sql.claim.load, &ledger.sql.claim.held] {
            let explain = format!("EXPLAIN QUERY PLAN {}", listing.sql.text().as_str());
            let explain = Dialect::Sqlite.sql(explain);
            let plan = tx
                .rows(&explain, args!["[]", "", ""], |row| row.text("detail"))
                .await
                .unwrap();
            assert!(
                plan.iter()
                    .any(|line| line.starts_with("SEARCH record USING PRIMARY KEY")),
                "{plan:?}"
            );
        }
    }
}
