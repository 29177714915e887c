//! What waits: due, resting and quarantined records, a page at a time.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use customs_core::{Waiting, WaitingFilter, WaitingPlace, WaitingRecord};
use jiff::Timestamp;
use serde::Deserialize;

use super::session::Session;
use super::view::maybe;
use super::words::Words;
use super::{Answer, Guest, show};
use crate::setup::Shared;

/// Records on a page.
const PAGE: u32 = 50;

/// Which page.
#[derive(Debug, Deserialize)]
pub(super) struct Which {
    #[serde(default)]
    what: Option<Waiting>,
    /// Where the page before ended.
    until: Option<Timestamp>,
    company: Option<String>,
    job: Option<String>,
    key: Option<String>,
}

impl Which {
    fn place(self) -> Option<WaitingPlace> {
        Some(WaitingPlace {
            until: self.until,
            company: self.company?.into(),
            job: self.job?.into(),
            key: self.key?.into(),
        })
    }
}

#[derive(Template)]
#[template(path = "records.html")]
struct RecordsPage<'a> {
    w: &'a Words,
    session: Option<&'a Session>,
    heading: &'a str,
    /// Each list by its name in the address, its name for people, and whether it is shown.
    lists: [(&'static str, &'static str, bool); 3],
    what: &'static str,
    is_first: bool,
    rows: Vec<Row>,
    /// Where the next page begins.
    next: Option<Next>,
}

struct Row {
    job: String,
    key: String,
    until: String,
    status: String,
    outcome: String,
    failures: u32,
}

struct Next {
    until: Option<String>,
    company: String,
    job: String,
    key: String,
}

impl From<&WaitingRecord> for Row {
    fn from(record: &WaitingRecord) -> Self {
        let place = &record.place;
        let reason = record.reason.as_deref().map(|r| format!(": {r}"));
        Self {
            job: format!("{}/{}", place.company, place.job),
            key: place.key.to_string(),
            until: maybe(place.until),
            status: record.status.clone().unwrap_or_default(),
            outcome: format!("{}{}", record.outcome, reason.unwrap_or_default()),
            failures: record.failures,
        }
    }
}

pub(super) async fn records(
    State(shared): State<Shared>,
    guest: Guest,
    which: Result<Query<Which>, axum::extract::rejection::QueryRejection>,
) -> Answer {
    let Query(which) = which.map_err(|e| guest.refuse(StatusCode::BAD_REQUEST, &e.body_text()))?;
    let what = which.what.unwrap_or(Waiting::Quarantined);
    let filter = WaitingFilter {
        what,
        now: shared.setup.clock.now(),
        after: which.place(),
        // One more shows that there is another page.
        limit: PAGE + 1,
    };
    let mut rows = shared
        .setup
        .reader
        .waiting_records(&filter)
        .await
        .map_err(|e| guest.failed(&e))?;
    let is_more = rows.len() > PAGE as usize;
    rows.truncate(PAGE as usize);
    let last = rows.last().filter(|_| is_more);
    let w = guest.words;
    let name = |what| match what {
        Waiting::Due => w.due_now,
        Waiting::Resting => w.resting,
        Waiting::Quarantined => w.quarantined,
    };
    Ok(show(&RecordsPage {
        w,
        session: Some(&guest.session),
        heading: name(what),
        lists: Waiting::ALL.map(|each| (each.as_str(), name(each), each == what)),
        what: what.as_str(),
        is_first: filter.after.is_none(),
        next: last.map(|record| Next {
            until: record.place.until.map(|t| t.to_string()),
            company: record.place.company.to_string(),
            job: record.place.job.to_string(),
            key: record.place.key.to_string(),
        }),
        rows: rows.iter().map(Row::from).collect(),
    }))
}
