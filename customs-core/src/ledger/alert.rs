//! Alerts: raised in the ledger, sent afterwards.

use std::fmt::Debug;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{CompanyId, Episode, JobName, Result, RunId, korean_time};

/// Longer examples are cut: the whole text stands in the error row.
const LONGEST_EXAMPLE: usize = 400;
/// More alerts than this for the end of one run become one that says how many.
const MOST_AT_ONCE: usize = 10;

/// What an alert tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    /// An episode began, or came back.
    Opened,
    /// It has grown tenfold since it was last told.
    Grew,
    /// It is over.
    Recovered,
    /// Many episodes at once.
    Many,
}

impl AlertKind {
    /// The name used in tables, JSON and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Grew => "grew",
            Self::Recovered => "recovered",
            Self::Many => "many",
        }
    }
}

/// Something that people should be told now. Its texts hold no secret: they are made of error rows, which hold none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// The same alert sent again carries the same id.
    pub id: String,
    /// When it was raised.
    pub at: Timestamp,
    /// The company.
    pub company: CompanyId,
    /// The job.
    pub job: JobName,
    /// The run whose end raised it.
    pub run: RunId,
    /// What it tells.
    pub kind: AlertKind,
    /// The episode, if it is about one.
    pub episode: Option<u64>,
    /// In Korean.
    pub korean: String,
    /// In English.
    pub english: String,
    /// How often it was taken to be sent.
    pub attempts: u32,
}

impl Alert {
    /// An alert about an episode. `episode` is as it stands after what happened.
    pub fn about(kind: AlertKind, episode: &Episode, run: &RunId, at: Timestamp) -> Self {
        let (korean, english) = texts(kind, episode);
        Self {
            id: format!("{:032x}", fastrand::u128(..)),
            at,
            company: episode.company.clone(),
            job: episode.job.clone(),
            run: run.clone(),
            kind,
            episode: Some(episode.no),
            korean,
            english,
            attempts: 0,
        }
    }

    /// Alerts for the end of one run: when there are too many to read, the last ones become one that says how many.
    pub fn at_most_a_few(mut alerts: Vec<Self>) -> Vec<Self> {
        let Some(first) = alerts.first().filter(|_| alerts.len() > MOST_AT_ONCE) else {
            return alerts;
        };
        let more = alerts.len() + 1 - MOST_AT_ONCE;
        let place = format!("[{}/{}]", first.company, first.job);
        let rest = Self {
            id: format!("{:032x}", fastrand::u128(..)),
            kind: AlertKind::Many,
            episode: None,
            korean: format!("{place} 그 밖에 알림 {more}건이 더 있습니다. 목록: v_open_errors"),
            english: format!("{place} and {more} more alerts. The list: v_open_errors"),
            ..first.clone()
        };
        alerts.truncate(MOST_AT_ONCE - 1);
        alerts.push(rest);
        alerts
    }

    /// Both texts, Korean first.
    pub fn text(&self) -> String {
        format!("{}\n{}", self.korean, self.english)
    }
}

fn texts(kind: AlertKind, episode: &Episode) -> (String, String) {
    let Episode {
        no,
        company,
        job,
        example,
        count,
        records,
        first_seen,
        reopened,
        ..
    } = episode;
    let place = format!("[{company}/{job}] #{no}");
    let time = |at: Timestamp| at.to_zoned(korean_time()).strftime("%m-%d %H:%M").to_string();
    let (stage, code) = (example.stage.as_str(), example.code.as_str());
    let what: String = example.message.chars().take(LONGEST_EXAMPLE).collect();
    let numbers_ko = format!("{count}건, 관련 레코드 {records}건");
    let numbers_en = format!("{count} errors, {records} records");
    let since = time(*first_seen);
    match kind {
        AlertKind::Opened if *reopened > 0 => (
            format!("{place} 오류 재발({reopened}회째): {stage} {code} ({numbers_ko}) {what}"),
            format!("{place} error is back (time {reopened}): {stage} {code} ({numbers_en}) {what}"),
        ),
        AlertKind::Opened => (
            format!("{place} 새 오류: {stage} {code} ({numbers_ko}) {what}"),
            format!("{place} new error: {stage} {code} ({numbers_en}) {what}"),
        ),
        AlertKind::Grew => (
            format!("{place} 오류 급증: {stage} {code} ({numbers_ko}, {since}부터) {what}"),
            format!("{place} error grew tenfold: {stage} {code} ({numbers_en}, since {since} KST) {what}"),
        ),
        AlertKind::Recovered => (
            format!("{place} 오류 해소: {stage} {code} (총 {numbers_ko}, {since}부터)"),
            format!("{place} error is over: {stage} {code} ({numbers_en} in all, since {since} KST)"),
        ),
        AlertKind::Many => (format!("{place} {numbers_ko}"), format!("{place} {numbers_en}")),
    }
}

/// Keeps alerts from the moment they are raised until they are sent: closing a run raises them in its own transaction.
///
/// Contract:
/// - **one_alert_when_it_opens**: closing the run raises one alert for each episode that began, however many errors it counts.
/// - **one_alert_when_it_grows_tenfold**: one more when the count has grown tenfold since the last.
/// - **one_alert_when_it_recovers**: one when it is over, if its beginning was told.
/// - **an_alert_is_taken_by_one_at_a_time**: a taken alert is not taken again before `ttl` has passed.
/// - **an_alert_that_was_not_sent_comes_back**: after `ttl` it is taken again, under the same id.
/// - **a_sent_alert_never_comes_back**: once it is sent, it is not taken again.
#[async_trait]
pub trait AlertLedger: Debug + Send + Sync + 'static {
    /// Takes alerts to be sent, the oldest first.
    async fn take_alerts(&self, limit: u32, ttl: Duration) -> Result<Vec<Alert>>;

    /// These alerts are sent.
    async fn alerts_sent(&self, ids: &[String]) -> Result<()>;
}
