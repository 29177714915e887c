use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::services::exchange_rate::{Direction, Reply};

/// A customs exchange rate and the days it applies.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DayRate {
    /// The currency's code: `USD`.
    pub currency: String,
    /// KRW for **one** unit, the yen and the dong too. Never divide by 100.
    pub krw_per_unit: Decimal,
    /// The first day, a Sunday.
    pub first_day: Date,
    /// The last day, the Saturday after.
    pub last_day: Date,
}

/// Why there is no rate for the day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoRate {
    /// The currency is not listed.
    #[error("{currency} is not listed ({currency}은(는) 고시되지 않은 통화입니다)")]
    NotListed {
        /// The currency asked for.
        currency: String,
    },
    /// It is listed, but for other days: another week was asked, or the currency is no longer published.
    #[error(
        "{currency} is listed from {first_day} on, not for {day} ({day}에 적용되는 {currency} 환율이 아닙니다)"
    )]
    OtherDays {
        /// The currency asked for.
        currency: String,
        /// The day asked for.
        day: Date,
        /// The first day of the listed rate.
        first_day: Date,
    },
    /// It is listed without a readable rate or day.
    #[error("the rate of {currency} cannot be read ({currency} 환율을 읽을 수 없습니다)")]
    Unreadable {
        /// The currency asked for.
        currency: String,
    },
}

/// The rate of a currency that applies on a day, from the answer of API012 for any day of that week.
///
/// A rate applies from Sunday 00:00 to Saturday 24:00 KST; the answer tells the first day only, and also lists currencies that
/// are no longer published, with a first day years ago.
///
/// # Errors
/// [`NoRate`] when the answer holds no rate for that day.
///
/// ```
/// use jiff::civil::date;
/// use unipass_client::helpers::rate_on;
/// use unipass_client::services::exchange_rate::{Direction, Reply, SERVICE};
/// use unipass_client::Decoder;
///
/// let xml = "<trifFxrtInfoQryRtnVo><tCnt>1</tCnt><trifFxrtInfoQryRsltVo><currSgn>JPY</currSgn><fxrt>9.4</fxrt>\
///            <aplyBgnDt>20261115</aplyBgnDt><imexTp>2</imexTp></trifFxrtInfoQryRsltVo></trifFxrtInfoQryRtnVo>";
/// let reply = Reply::from(Decoder::new(&SERVICE).decode(xml.as_bytes()));
/// let rate = rate_on(&reply, "JPY", Direction::Import, date(2026, 11, 20))?;
/// assert_eq!(rate.krw_per_unit.to_string(), "9.4"); // for one yen
/// assert_eq!(rate.last_day, date(2026, 11, 21));
/// # Ok::<(), unipass_client::helpers::NoRate>(())
/// ```
pub fn rate_on(reply: &Reply, currency: &str, direction: Direction, day: Date) -> Result<DayRate, NoRate> {
    let currency = currency.trim().to_ascii_uppercase();
    let mut found = None;
    for row in reply.exchange_rates() {
        let is_other_direction = row
            .import_export_direction()
            .get()
            .is_some_and(|d| d != direction);
        if row.currency_code().map(str::trim) != Some(&currency) || is_other_direction {
            continue;
        }
        let (Some(krw_per_unit), Some(first_day)) =
            (row.rate_in_krw_per_unit().get(), row.applies_from().get())
        else {
            found.get_or_insert(NoRate::Unreadable {
                currency: currency.clone(),
            });
            continue;
        };
        let to_saturday = 6 - i64::from(first_day.weekday().to_sunday_zero_offset());
        let last_day = first_day.saturating_add(to_saturday.days());
        if (first_day..=last_day).contains(&day) {
            return Ok(DayRate {
                currency,
                krw_per_unit,
                first_day,
                last_day,
            });
        }
        found = Some(NoRate::OtherDays {
            currency: currency.clone(),
            day,
            first_day,
        });
    }
    Err(found.unwrap_or(NoRate::NotListed { currency }))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::decode::Decoder;
    use crate::services::exchange_rate::SERVICE;

    fn rate(currency: &str, day: Date) -> Result<String, NoRate> {
        let row = |currency: &str, rate: &str, first: &str, direction: &str| {
            format!(
                "<trifFxrtInfoQryRsltVo><currSgn>{currency}</currSgn><fxrt>{rate}</fxrt><aplyBgnDt>{first}</aplyBgnDt>\
                 <imexTp>{direction}</imexTp></trifFxrtInfoQryRsltVo>"
            )
        };
        let rows = [
            row("USD", "1300.5", "20261115", "1"),
            row("USD", "1402.31", "20261115", "2"),
            row("VND", "0.0509", "20261115", "2"),
            row("XEU", "1350", "19981227", "2"),
            row("KRW", "1", "20261115", "2"),
            row("CHF", "고시", "20261115", "2"),
        ]
        .concat();
        let xml = format!("<trifFxrtInfoQryRtnVo><tCnt>6</tCnt>{rows}</trifFxrtInfoQryRtnVo>");
        let reply = Reply::from(Decoder::new(&SERVICE).decode(xml.as_bytes()));
        rate_on(&reply, currency, Direction::Import, day).map(|r| r.krw_per_unit.to_string())
    }

    #[test]
    fn a_rate_is_per_one_unit_from_sunday_to_saturday() {
        for day in [date(2026, 11, 15), date(2026, 11, 18), date(2026, 11, 21)] {
            assert_eq!(rate("usd", day).as_deref(), Ok("1402.31"), "{day}");
        }
        assert_eq!(rate("VND", date(2026, 11, 15)).as_deref(), Ok("0.0509"));
        assert_eq!(rate("KRW", date(2026, 11, 15)).as_deref(), Ok("1"));
    }

    #[test]
    fn other_weeks_and_dead_currencies_have_none() {
        for day in [date(2026, 11, 14), date(2026, 11, 22)] {
            assert!(matches!(rate("USD", day), Err(NoRate::OtherDays { .. })), "{day}");
        }
        assert!(matches!(
            rate("XEU", date(2026, 11, 18)),
            Err(NoRate::OtherDays { .. })
        ));
        assert!(matches!(
            rate("EUR", date(2026, 11, 18)),
            Err(NoRate::NotListed { .. })
        ));
        assert!(matches!(
            rate("CHF", date(2026, 11, 18)),
            Err(NoRate::Unreadable { .. })
        ));
    }
}
