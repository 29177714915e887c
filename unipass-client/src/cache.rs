use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::catalogue::CacheLifetime;
use crate::query::Query;
use crate::value::{FromWire, kst, kst_day};
use crate::verdict::Verdict;

impl Query {
    /// Until when an answer of this verdict to this question, given at `asked_at`, may be kept and used instead of asking again;
    /// `None`: not at all.
    ///
    /// Only what was found is kept. Code tables are kept for days. Exchange rates are kept until the week asked for ends; those
    /// of a past week no longer change and are kept for a week. States, checks and personal data are never kept.
    pub fn keep_until(&self, verdict: Verdict, asked_at: Timestamp) -> Option<Timestamp> {
        if verdict != Verdict::Found {
            return None;
        }
        let after_days = |days: u16| {
            asked_at
                .checked_add(SignedDuration::from_hours(24 * i64::from(days)))
                .ok()
        };
        match self.service().cache {
            CacheLifetime::Never => None,
            CacheLifetime::Days(days) => after_days(days),
            CacheLifetime::Week => {
                let day = self
                    .params()
                    .find_map(|(_, value)| Date::from_wire(value))
                    .unwrap_or_else(|| kst_day(asked_at));
                let to_sunday = 7 - i64::from(day.weekday().to_sunday_zero_offset());
                let end = day
                    .checked_add(to_sunday.days())
                    .ok()?
                    .to_zoned(kst())
                    .ok()?
                    .timestamp();
                if end > asked_at { Some(end) } else { after_days(7) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services as s;
    use crate::verdict::ErrorKind;

    fn kept(query: &Query, verdict: Verdict) -> Option<String> {
        // Friday noon in Korea.
        let asked_at = "2026-11-20T03:00:00Z".parse().unwrap();
        query.keep_until(verdict, asked_at).map(|t| t.to_string())
    }

    #[test]
    fn exchange_rates_are_kept_until_their_week_ends_in_korea() {
        let rates = |day: &str| {
            Query::new(&s::exchange_rate::SERVICE)
                .with("imexTp", "2")
                .with("qryYymmDd", day)
        };
        for (day, until) in [
            ("20261115", "2026-11-21T15:00:00Z"),
            ("20261121", "2026-11-21T15:00:00Z"),
            ("20261122", "2026-11-28T15:00:00Z"),
            ("20200101", "2026-11-27T03:00:00Z"),
        ] {
            assert_eq!(kept(&rates(day), Verdict::Found).as_deref(), Some(until), "{day}");
        }
    }

    #[test]
    fn only_what_was_found_is_kept() {
        let areas = Query::new(&s::bonded_area::SERVICE);
        assert_eq!(
            kept(&areas, Verdict::Found).as_deref(),
            Some("2026-11-27T03:00:00Z")
        );
        for verdict in [
            Verdict::NotFound,
            Verdict::Many,
            Verdict::Mismatch,
            Verdict::Error(ErrorKind::Unclassified),
        ] {
            assert_eq!(kept(&areas, verdict), None, "{verdict}");
        }
        assert_eq!(
            kept(&Query::new(&s::cargo_progress::SERVICE), Verdict::Found),
            None
        );
        assert_eq!(
            kept(&Query::new(&s::personal_code_check::SERVICE), Verdict::Found),
            None
        );
    }
}
