use jiff::civil::Date;

use crate::services::export_fulfilment::Reply;

/// Until when an accepted export must be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExportDeadline {
    /// The export declaration's number, if told.
    pub declaration: Option<String>,
    /// The last day for loading (적재의무기한); `None`: not told, or unreadable.
    pub deadline: Option<Date>,
    /// Whether loading is completed (선적완료여부); `None`: not told, or unreadable.
    pub is_loaded: Option<bool>,
}

/// Where an export stands against its deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoadingStatus {
    /// Loading is completed.
    Loaded,
    /// Not loaded; this many days are left, 0 on the last day.
    Due(i32),
    /// Not loaded, and the deadline passed this many days ago.
    Overdue(i32),
    /// The answer does not tell enough.
    Unknown,
}

impl ExportDeadline {
    /// Where it stands on a day in Korea.
    pub fn status_on(&self, today: Date) -> LoadingStatus {
        match (self.is_loaded, self.deadline) {
            (Some(true), _) => LoadingStatus::Loaded,
            (Some(false), Some(deadline)) => match today.duration_until(deadline).as_hours() / 24 {
                left if left < 0 => LoadingStatus::Overdue(clamped(-left)),
                left => LoadingStatus::Due(clamped(left)),
            },
            (Some(false) | None, _) => LoadingStatus::Unknown,
        }
    }
}

fn clamped(days: i64) -> i32 {
    i32::try_from(days).unwrap_or(i32::MAX)
}

/// The loading deadlines in an answer of API002: one by declaration number, one or several by B/L number. Empty records, which
/// mean "not found", tell none.
///
/// ```
/// use jiff::civil::date;
/// use unipass_client::helpers::{LoadingStatus, export_deadlines};
/// use unipass_client::services::export_fulfilment::{Reply, SERVICE};
/// use unipass_client::Decoder;
///
/// let xml = "<expDclrNoPrExpFfmnBrkdQryRtnVo><tCnt>1</tCnt><expDclrNoPrExpFfmnBrkdQryRsltVo><shpmCmplYn>N</shpmCmplYn>\
///            <loadDtyTmlm>20261130</loadDtyTmlm></expDclrNoPrExpFfmnBrkdQryRsltVo></expDclrNoPrExpFfmnBrkdQryRtnVo>";
/// let reply = Reply::from(Decoder::new(&SERVICE).decode(xml.as_bytes()));
/// let deadlines = export_deadlines(&reply);
/// assert_eq!(deadlines[0].status_on(date(2026, 11, 20)), LoadingStatus::Due(10));
/// ```
pub fn export_deadlines(reply: &Reply) -> Vec<ExportDeadline> {
    let by_number = reply
        .export_fulfilments()
        .filter(|row| !row.record().is_blank())
        .map(|row| ExportDeadline {
            declaration: row.export_declaration_number().map(str::to_owned),
            deadline: row.loading_deadline().get(),
            is_loaded: row.loading_completed().get(),
        });
    let by_bl = reply
        .export_fulfilment_by_bls()
        .filter(|row| !row.record().is_blank())
        .map(|row| ExportDeadline {
            declaration: row.export_declaration_number().map(str::to_owned),
            deadline: row.loading_deadline().get(),
            is_loaded: row.loading_completed().get(),
        });
    by_number.chain(by_bl).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::decode::Decoder;
    use crate::services::export_fulfilment::SERVICE;

    fn deadlines(records: &str) -> Vec<ExportDeadline> {
        let xml = format!(
            "<expDclrNoPrExpFfmnBrkdQryRtnVo><tCnt>1</tCnt>{records}</expDclrNoPrExpFfmnBrkdQryRtnVo>"
        );
        export_deadlines(&Reply::from(Decoder::new(&SERVICE).decode(xml.as_bytes())))
    }

    #[test]
    fn days_are_counted_to_the_last_day() {
        let due = ExportDeadline {
            declaration: None,
            deadline: Some(date(2026, 11, 30)),
            is_loaded: Some(false),
        };
        assert_eq!(due.status_on(date(2026, 11, 30)), LoadingStatus::Due(0));
        assert_eq!(due.status_on(date(2026, 12, 1)), LoadingStatus::Overdue(1));
        assert_eq!(due.status_on(date(2025, 11, 30)), LoadingStatus::Due(365));
        let loaded = ExportDeadline {
            is_loaded: Some(true),
            ..due.clone()
        };
        assert_eq!(loaded.status_on(date(2026, 12, 1)), LoadingStatus::Loaded);
        let unknown = ExportDeadline {
            is_loaded: None,
            ..due
        };
        assert_eq!(unknown.status_on(date(2026, 12, 1)), LoadingStatus::Unknown);
    }

    #[test]
    fn both_spellings_and_both_record_kinds_are_read() {
        let found = deadlines(
            "<expDclrNoPrExpFfmnBrkdBlNoQryRsltVo><expDclrNo>A</expDclrNo><loadDtyTmIm>20261130</loadDtyTmIm><shpmcmplYn>N</shpmcmplYn>\
             </expDclrNoPrExpFfmnBrkdBlNoQryRsltVo><expDclrNoPrExpFfmnBrkdBlNoQryRsltVo><expDclrNo>B</expDclrNo>\
             </expDclrNoPrExpFfmnBrkdBlNoQryRsltVo>",
        );
        let found: Vec<_> = found
            .iter()
            .map(|d| (d.declaration.as_deref(), d.deadline, d.is_loaded))
            .collect();
        assert_eq!(
            found,
            [
                (Some("A"), Some(date(2026, 11, 30)), Some(false)),
                (Some("B"), None, None)
            ]
        );
    }

    #[test]
    fn empty_records_tell_nothing() {
        assert_eq!(
            deadlines(
                "<expDclrNoPrExpFfmnBrkdQryRsltVo><loadDtyTmlm></loadDtyTmlm></expDclrNoPrExpFfmnBrkdQryRsltVo>"
            ),
            []
        );
    }
}
