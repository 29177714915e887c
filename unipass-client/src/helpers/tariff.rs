use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::services::tariff_rate::{Reply, TariffRate};

/// Type of the basic rate (기본세율).
const BASIC: &str = "A";
/// Type of the WTO rate (WTO협정세율).
const WTO: &str = "C";
/// First letter of the types of trade agreements (FTA협정세율).
const AGREEMENT: char = 'F';

/// The tariff rate that applies on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DayTariff {
    /// In percent of the value.
    pub percent: Decimal,
    /// Its type: `A`, `C`, or that of a trade agreement.
    pub type_code: String,
    /// Its type's name, if told.
    pub type_name: Option<String>,
    /// Types of rows that apply on that day and that this helper does not weigh: taxes per unit, and types such as provisional,
    /// quota or anti-dumping duties. When there are any, look at them before relying on the rate.
    pub not_weighed: Vec<String>,
}

/// Why there is no tariff rate for the day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no basic rate applies on {day} ({day}에 적용되는 기본세율이 없습니다)")]
#[non_exhaustive]
pub struct NoTariff {
    /// The day asked for.
    pub day: Date,
    /// Types of rows that apply on that day and could not be weighed.
    pub not_weighed: Vec<String>,
}

/// The tariff rate that applies on a day, from the answer of API030.
///
/// Rows outside their days are left out; an empty last day means no end. The basic rate counts unless the WTO rate is lower. A
/// rate of a trade agreement counts only when `proofs` names its type (`FUS1`), since it needs proof of origin, and only when
/// it is lower.
///
/// # Errors
/// [`NoTariff`] when no basic rate with a percentage applies on that day.
pub fn tariff_on(reply: &Reply, day: Date, proofs: &[&str]) -> Result<DayTariff, NoTariff> {
    let mut weighed: Vec<(Decimal, &str, TariffRate<'_>)> = Vec::new();
    let mut not_weighed = Vec::new();
    for row in reply.tariff_rates().filter(|row| applies(row, day)) {
        let code = row.tariff_rate_type().unwrap_or("").trim();
        if code.starts_with(AGREEMENT) && !proofs.contains(&code) {
            continue;
        }
        let is_known = code == BASIC || code == WTO || code.starts_with(AGREEMENT);
        let is_per_unit =
            row.tax_per_unit().is_unreadable() || row.tax_per_unit().get().is_some_and(|tax| !tax.is_zero());
        match row.tariff_rate_in_percent().get() {
            Some(percent) if is_known && !is_per_unit => weighed.push((percent, code, row)),
            _ => not_weighed.push(code.to_owned()),
        }
    }
    if !weighed.iter().any(|(_, code, _)| *code == BASIC) {
        return Err(NoTariff { day, not_weighed });
    }
    // Of equal rates the basic one is named.
    match weighed
        .into_iter()
        .min_by_key(|(percent, code, _)| (*percent, *code != BASIC))
    {
        Some((percent, code, row)) => Ok(DayTariff {
            percent,
            type_code: code.to_owned(),
            type_name: row.tariff_rate_type_name().map(str::to_owned),
            not_weighed,
        }),
        None => Err(NoTariff { day, not_weighed }),
    }
}

/// Whether the row is in force. A row whose first day cannot be read is not.
fn applies(row: &TariffRate<'_>, day: Date) -> bool {
    let (first, last) = (row.applies_from(), row.applies_until());
    first.get().is_some_and(|first| first <= day)
        && !last.is_unreadable()
        && last.get().is_none_or(|last| day <= last)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::decode::Decoder;
    use crate::services::tariff_rate::SERVICE;

    fn row(code: &str, percent: &str, first: &str, last: &str) -> String {
        format!(
            "<trrtQryRsltVo><trrtTpcd>{code}</trrtTpcd><trrt>{percent}</trrt><aplyStrtDt>{first}</aplyStrtDt>\
             <aplyEndDt>{last}</aplyEndDt></trrtQryRsltVo>"
        )
    }

    fn tariff(rows: &[String], proofs: &[&str]) -> Result<(String, String, Vec<String>), NoTariff> {
        let xml = format!(
            "<TrrtQryRtnVo><tCnt>{}</tCnt>{}</TrrtQryRtnVo>",
            rows.len(),
            rows.concat()
        );
        let reply = Reply::from(Decoder::new(&SERVICE).decode(xml.as_bytes()));
        tariff_on(&reply, date(2026, 11, 20), proofs)
            .map(|t| (t.percent.to_string(), t.type_code, t.not_weighed))
    }

    fn rate(percent: &str, code: &str) -> Result<(String, String, Vec<String>), NoTariff> {
        Ok((percent.into(), code.into(), Vec::new()))
    }

    #[test]
    fn the_wto_rate_counts_only_if_lower() {
        let basic = row("A", "8", "20260101", "20261231");
        assert_eq!(
            tariff(&[basic.clone(), row("C", "13", "20260101", "")], &[]),
            rate("8", "A")
        );
        assert_eq!(
            tariff(&[row("C", "6.5", "20260101", ""), basic.clone()], &[]),
            rate("6.5", "C")
        );
        assert_eq!(
            tariff(&[row("C", "8", "20260101", ""), basic], &[]),
            rate("8", "A")
        );
    }

    #[test]
    fn an_agreement_needs_proof() {
        let rows = [
            row("A", "8", "20260101", "20261231"),
            row("FUS1", "0", "20260101", "20261231"),
        ];
        assert_eq!(tariff(&rows, &[]), rate("8", "A"));
        assert_eq!(tariff(&rows, &["FEU1"]), rate("8", "A"));
        assert_eq!(tariff(&rows, &["FUS1"]), rate("0", "FUS1"));
    }

    #[test]
    fn rows_outside_their_days_do_not_count() {
        let rows = [
            row("A", "0", "20250101", "20251231"),
            row("A", "3", "20270101", "20271231"),
            row("A", "8", "20261120", "20261120"),
        ];
        assert_eq!(tariff(&rows, &[]), rate("8", "A"));
        assert_eq!(
            tariff(&rows[..2], &[]),
            Err(NoTariff {
                day: date(2026, 11, 20),
                not_weighed: Vec::new()
            })
        );
    }

    #[test]
    fn what_it_cannot_weigh_is_told() {
        let rows = [
            row("A", "8", "20260101", ""),
            row("P1", "0", "20260101", ""),
            row("C", "종량", "20260101", ""),
        ];
        assert_eq!(
            tariff(&rows, &[]),
            Ok(("8".into(), "A".into(), vec!["P1".into(), "C".into()]))
        );
        let per_unit = row("A", "8", "20260101", "").replace("</trrt>", "</trrt><prutXamt>1,000</prutXamt>");
        assert_eq!(
            tariff(&[per_unit], &[]).map_err(|e| e.not_weighed),
            Err(vec!["A".to_owned()])
        );
    }
}
