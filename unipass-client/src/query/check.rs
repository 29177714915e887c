use std::fmt;

use jiff::civil::Date;
use jiff::{Span as JiffSpan, ToSpan};

use super::Query;
use crate::catalogue::{Condition, DateRange, Param, ParamForm, Service, Span};
use crate::value::FromWire;

/// Parameters that break rules of the catalogue. Nothing was sent.
///
/// It says what would be right and never what was given, which may be personal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub struct ParamError {
    /// The service asked.
    pub service: &'static str,
    /// Every rule that is broken.
    pub problems: Vec<Problem>,
}

impl fmt::Display for ParamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.service)?;
        for (i, problem) in self.problems.iter().enumerate() {
            let separator = if i == 0 { "" } else { "; " };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}

/// A broken rule, in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The parameters it is about, by wire name.
    pub params: Vec<String>,
    /// What would be right, in English.
    pub en: String,
    /// What would be right, in Korean.
    pub ko: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.en, self.ko)
    }
}

pub(super) fn check(query: &Query) -> Result<(), ParamError> {
    let mut checker = Checker {
        query,
        service: query.service(),
        problems: Vec::new(),
    };
    checker.names();
    checker.required();
    checker.values();
    checker.groups();
    for condition in checker.service.rules.when {
        checker.condition(condition);
    }
    if let Some(range) = checker.service.rules.range {
        checker.range(range);
    }
    if checker.problems.is_empty() {
        Ok(())
    } else {
        Err(ParamError {
            service: checker.service.id,
            problems: checker.problems,
        })
    }
}

struct Checker<'a> {
    query: &'a Query,
    service: &'static Service,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    fn add(&mut self, params: &[&str], en: String, ko: String) {
        self.problems.push(Problem {
            params: params.iter().map(|p| (*p).to_owned()).collect(),
            en,
            ko,
        });
    }

    fn is_given(&self, wire: &str) -> bool {
        self.query.get(wire).is_some()
    }

    fn names(&mut self) {
        let unknown: Vec<String> = self
            .query
            .params()
            .map(|(wire, _)| wire)
            .filter(|w| self.service.param(w).is_none())
            .map(str::to_owned)
            .collect();
        let known = self
            .service
            .params
            .iter()
            .map(|p| p.wire)
            .collect::<Vec<_>>()
            .join(", ");
        for wire in unknown {
            self.add(
                &[&wire],
                format!("unknown parameter {wire}, expected one of {known}"),
                format!("알 수 없는 파라미터 {wire}, 사용 가능: {known}"),
            );
        }
    }

    fn required(&mut self) {
        for param in self.service.params.iter().filter(|p| p.required) {
            if !self.is_given(param.wire) {
                let Param { wire, en, ko, .. } = param;
                self.add(
                    &[wire],
                    format!("{wire} ({en}) is required"),
                    format!("{wire}({ko})은(는) 필수입니다"),
                );
            }
        }
    }

    fn values(&mut self) {
        for param in self.service.params {
            let Some(value) = self.query.get(param.wire) else {
                continue;
            };
            let Param { wire, en, ko, .. } = param;
            if let Some((form_en, form_ko)) = broken_form(param.form, value) {
                self.add(
                    &[wire],
                    format!("{wire} ({en}) must be {form_en}"),
                    format!("{wire}({ko}): {form_ko}"),
                );
            }
            let len = value.chars().count();
            if !param.len.is_empty()
                && !param
                    .len
                    .iter()
                    .any(|(min, max)| (usize::from(*min)..=usize::from(*max)).contains(&len))
            {
                let allowed = lengths(param.len);
                self.add(
                    &[wire],
                    format!(
                        "{wire} ({en}) must have {} characters, it has {len}",
                        allowed.join(" or ")
                    ),
                    format!(
                        "{wire}({ko}): {}자여야 합니다(입력 {len}자)",
                        allowed.join(" 또는 ").replace(" to ", "~")
                    ),
                );
            }
        }
    }

    fn groups(&mut self) {
        let groups = self.service.rules.one_of;
        if groups.is_empty() {
            return;
        }
        let complete = groups
            .iter()
            .filter(|g| g.iter().all(|w| self.is_given(w)))
            .count();
        let touched = groups
            .iter()
            .filter(|g| g.iter().any(|w| self.is_given(w)))
            .count();
        let is_broken = complete == 0 || (self.service.rules.only_one && touched > 1);
        if is_broken {
            let names: Vec<&str> = groups.iter().copied().flatten().copied().collect();
            let list = groups.iter().map(|g| g.join(" + ")).collect::<Vec<_>>();
            let (only_en, only_ko) = match self.service.rules.only_one {
                true => ("exactly one", "한 가지만"),
                false => ("one", "한 가지는"),
            };
            self.add(
                &names,
                format!("{only_en} of these is required: {}", list.join(", or ")),
                format!("다음 중 {only_ko} 필수입니다: {}", list.join(" 또는 ")),
            );
        }
    }

    fn condition(&mut self, condition: &Condition) {
        let Condition {
            param,
            is,
            any_of,
            none_of,
            ..
        } = condition;
        if !self.query.get(param).is_some_and(|value| is.contains(&value)) {
            return;
        }
        let value = is.join(", ");
        if !any_of.is_empty() && !any_of.iter().any(|w| self.is_given(w)) {
            let names = any_of.join(" or ");
            self.add(
                any_of,
                format!("with {param} = {value}, {names} is required"),
                format!("{param} = {value}이면 {} 필수입니다", any_of.join(" 또는 ")),
            );
        }
        for wire in *none_of {
            if !self.is_given(wire) {
                continue;
            }
            self.add(
                &[wire],
                format!("with {param} = {value}, {wire} must be left out"),
                format!("{param} = {value}이면 {wire}을(를) 생략해야 합니다"),
            );
        }
    }

    fn range(&mut self, DateRange { from, to, max, .. }: DateRange) {
        let day = |wire| self.query.get(wire).and_then(Date::from_wire);
        let (Some(first), Some(last)) = (day(from), day(to)) else {
            return;
        };
        let (longest, en, ko) = match max {
            Span::Days(n) => (i64::from(n).days(), format!("{n} days"), format!("{n}일")),
            Span::Years(n) => (JiffSpan::new().years(n), format!("{n} year"), format!("{n}년")),
        };
        if last < first {
            self.add(
                &[from, to],
                format!("{from} must not be after {to}"),
                format!("{from}은(는) {to}보다 늦을 수 없습니다"),
            );
        } else if first.checked_add(longest).is_ok_and(|end| last > end) {
            self.add(
                &[from, to],
                format!("{from} to {to} must be at most {en}"),
                format!("{from}부터 {to}까지 최대 {ko}입니다"),
            );
        }
    }
}

/// What the form should be, when the value has another one.
fn broken_form(form: ParamForm, value: &str) -> Option<(String, String)> {
    let all_digits = || value.bytes().all(|b| b.is_ascii_digit());
    let (fine, en, ko) = match form {
        ParamForm::Text => return None,
        ParamForm::Digits => (
            all_digits(),
            "digits only".to_owned(),
            "숫자만 가능합니다".to_owned(),
        ),
        ParamForm::Number => (
            rust_decimal::Decimal::from_wire(value).is_some() && !value.contains(','),
            "a number such as 12.5".to_owned(),
            "12.5와 같은 숫자여야 합니다".to_owned(),
        ),
        ParamForm::Date => (
            all_digits() && value.len() == 8 && Date::from_wire(value).is_some(),
            "a date as yyyyMMdd".to_owned(),
            "yyyyMMdd 형식의 날짜여야 합니다".to_owned(),
        ),
        ParamForm::Year => (
            all_digits() && value.len() == 4,
            "a year of four digits".to_owned(),
            "네 자리 연도여야 합니다".to_owned(),
        ),
        ParamForm::Code(list) => {
            let codes = |name: fn(&crate::catalogue::Code) -> &'static str| {
                list.values
                    .iter()
                    .map(|c| format!("{} {}", c.code, name(c)))
                    .collect::<Vec<_>>()
                    .join(", ")
            };
            (
                list.values.iter().any(|c| c.code == value),
                format!("one of: {}", codes(|c| c.en)),
                format!("다음 중 하나여야 합니다: {}", codes(|c| c.ko)),
            )
        }
    };
    (!fine).then_some((en, ko))
}

fn lengths(ranges: &[(u16, u16)]) -> Vec<String> {
    ranges
        .iter()
        .map(|(min, max)| {
            if min == max {
                min.to_string()
            } else {
                format!("{min} to {max}")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services as s;

    fn problems(query: &Query) -> Vec<String> {
        query
            .check()
            .err()
            .map(|e| e.problems.iter().map(Problem::to_string).collect())
            .unwrap_or_default()
    }

    #[test]
    fn one_complete_group_is_enough() {
        let query = Query::new(&s::cargo_progress::SERVICE);
        let wanted = "one of these is required: cargMtNo, or mblNo + blYy, or hblNo + blYy \
                      (다음 중 한 가지는 필수입니다: cargMtNo 또는 mblNo + blYy 또는 hblNo + blYy)";
        assert_eq!(problems(&query), [wanted]);
        assert_eq!(problems(&query.clone().with("blYy", "2020")), [wanted]);
        assert_eq!(
            problems(&query.clone().with("mblNo", "1").with("blYy", "2020")),
            [""; 0]
        );
        assert_eq!(problems(&query.with("cargMtNo", "20OZ007835I00012577")), [""; 0]);
    }

    #[test]
    fn lengths_and_forms_say_what_would_be_right() {
        let query = Query::new(&s::cargo_progress::SERVICE)
            .with("cargMtNo", "20OZ")
            .with("blYy", "20");
        assert_eq!(
            problems(&query),
            [
                "cargMtNo (cargo management number) must have 15 to 19 characters, it has 4 \
                 (cargMtNo(화물관리번호): 15~19자여야 합니다(입력 4자))",
                "blYy (B/L year) must be a year of four digits (blYy(BL년도): 네 자리 연도여야 합니다)",
            ]
        );
        let query = Query::new(&s::exchange_rate::SERVICE)
            .with("qryYymmDd", "20260230")
            .with("imexTp", "I");
        assert_eq!(
            problems(&query),
            [
                "qryYymmDd (day asked for) must be a date as yyyyMMdd (qryYymmDd(조회년월일): yyyyMMdd 형식의 날짜여야 합니다)",
                "imexTp (import/export direction) must be one of: 1 export, 2 import \
                 (imexTp(수출입구분): 다음 중 하나여야 합니다: 1 수출, 2 수입)",
            ]
        );
    }

    #[test]
    fn only_one_group_where_the_service_says_so() {
        let query = Query::new(&s::sea_departure_permit::SERVICE)
            .with("ioprSbmtNo", "1")
            .with("tkofPermNo", "2");
        assert_eq!(problems(&query).len(), 1);
        assert!(problems(&query).concat().contains("exactly one"));
    }

    #[test]
    fn a_value_can_demand_or_forbid_others() {
        let query = Query::new(&s::correction_request::SERVICE)
            .with("dcshSbmtNo", "1")
            .with("mdfyRqstDgcnt", "1");
        let import = query.clone().with("imexTpcd", "I");
        assert!(problems(&import).concat().contains("mdfyRqstDt is required"));
        assert!(import.with("mdfyRqstDt", "20260101").check().is_ok());
        let export = query.with("imexTpcd", "E");
        assert!(export.check().is_ok());
        assert!(
            problems(&export.with("mdfyRqstDt", "20260101"))
                .concat()
                .contains("must be left out")
        );
    }

    #[test]
    fn periods_are_bounded() {
        let ask = |from: &str, to: &str| {
            let query = Query::new(&s::bonded_transport::SERVICE).with("frarSnarSgn", "03911095");
            problems(&query.with("qryStrtDt", from).with("qryEndDt", to)).concat()
        };
        assert_eq!(ask("20260101", "20260111"), "");
        assert!(ask("20260101", "20260112").contains("at most 10 days"));
        assert!(ask("20260102", "20260101").contains("must not be after"));
        let query = Query::new(&s::vehicle_export::SERVICE)
            .with("cbno", "KMH")
            .with("dclrStrDttm", "20250228");
        assert!(query.clone().with("dclrEndDttm", "20260228").check().is_ok());
        assert!(
            problems(&query.with("dclrEndDttm", "20260301"))
                .concat()
                .contains("at most 1 year")
        );
    }

    #[test]
    fn what_was_given_is_not_repeated() {
        let query = Query::new(&s::personal_code_check::SERVICE)
            .with("cralTelno", "010-CANARY")
            .with("pltxNm", "CANARY");
        let text = query.check().unwrap_err().to_string();
        assert!(
            !text.contains("CANARY") && text.contains("cralTelno") && text.contains("persEcm"),
            "{text}"
        );
    }

    #[test]
    fn unknown_parameters_are_named_with_the_known_ones() {
        let query = Query::new(&s::airline::SERVICE)
            .with("flcoSgn", "KE")
            .with("flco", "KE");
        assert!(
            problems(&query)
                .concat()
                .contains("unknown parameter flco, expected one of flcoSgn")
        );
    }
}
