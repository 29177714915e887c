//! Typed values beside the raw text: nothing that came is lost, and a value of an unexpected form is no error.

use std::fmt;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use rust_decimal::Decimal;

/// The field of a record, typed. The raw text stays beside the value, since the service puts free text into typed fields.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Value<'a, T> {
    raw: Option<&'a str>,
    parsed: Option<T>,
}

impl<'a, T: FromWire> Value<'a, T> {
    /// Reads a raw text; `None`: the field is absent.
    pub fn read(raw: Option<&'a str>) -> Self {
        let parsed = raw
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .and_then(T::from_wire);
        Self { raw, parsed }
    }
}

impl<'a, T> Value<'a, T> {
    /// The text as it came; `None`: the field is absent.
    pub fn raw(&self) -> Option<&'a str> {
        self.raw
    }

    /// The value; `None`: absent, empty, or of another form.
    pub fn get(self) -> Option<T> {
        self.parsed
    }

    /// Whether there is text of another form than expected: read it from [`raw`](Self::raw).
    pub fn is_unreadable(&self) -> bool {
        self.parsed.is_none() && self.raw.is_some_and(|text| !text.trim().is_empty())
    }
}

impl<T: fmt::Debug> fmt::Debug for Value<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.parsed, self.raw) {
            (Some(value), _) => value.fmt(f),
            (None, Some(raw)) => write!(f, "unreadable({raw:?})"),
            (None, None) => f.write_str("absent"),
        }
    }
}

/// A type that reads the text of a field.
pub trait FromWire: Sized {
    /// The value of trimmed, non-empty text; `None`: another form.
    fn from_wire(text: &str) -> Option<Self>;
}

/// The day that means "no end": 2999-12-31.
pub const NO_END: Date = jiff::civil::date(2999, 12, 31);

/// `yyyyMMdd`, `yyyy-MM-dd`; also the day of a longer form.
impl FromWire for Date {
    fn from_wire(text: &str) -> Option<Self> {
        let digits = digits_of(text, "-")?;
        match digits.len() {
            8 => parse_date(&digits),
            12 | 14 => KstDateTime::from_wire(text).map(|at| at.civil.date()),
            _ => None,
        }
    }
}

/// A moment in Korean time. The service sends no offset; everything it says is KST (UTC+9, no daylight saving time).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KstDateTime {
    civil: DateTime,
}

impl KstDateTime {
    /// A moment by the Korean clock.
    pub fn new(civil: DateTime) -> Self {
        Self { civil }
    }

    /// The Korean wall clock.
    pub fn civil(self) -> DateTime {
        self.civil
    }

    /// The moment on the time line; `None` outside the range of timestamps.
    pub fn timestamp(self) -> Option<jiff::Timestamp> {
        kst().to_timestamp(self.civil).ok()
    }
}

impl fmt::Display for KstDateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+09:00", self.civil)
    }
}

/// Korean standard time.
pub fn kst() -> TimeZone {
    TimeZone::fixed(Offset::constant(9))
}

/// The day in Korea at this moment.
pub fn kst_day(at: jiff::Timestamp) -> Date {
    at.to_zoned(kst()).date()
}

/// `yyyyMMddHHmmss`, `yyyyMMddHHmm`, `yyyy-MM-dd HH:mm:ss`, `yyyy-MM-dd HH:mm`, with or without `T`; a day alone is midnight.
impl FromWire for KstDateTime {
    fn from_wire(text: &str) -> Option<Self> {
        let digits = digits_of(text, "-: T")?;
        let date = parse_date(digits.get(..8)?)?;
        let time = match digits.len() {
            8 => Time::midnight(),
            12 | 14 => parse_time(digits.get(8..)?)?,
            _ => return None,
        };
        Some(Self {
            civil: date.to_datetime(time),
        })
    }
}

/// `HHmmss`, `HHmm`, `HH:mm:ss`, `HH:mm`.
impl FromWire for Time {
    fn from_wire(text: &str) -> Option<Self> {
        parse_time(&digits_of(text, ":")?)
    }
}

/// With or without thousands separators.
impl FromWire for Decimal {
    fn from_wire(text: &str) -> Option<Self> {
        without_separators(text)?.parse().ok()
    }
}

/// With or without thousands separators.
impl FromWire for i64 {
    fn from_wire(text: &str) -> Option<Self> {
        without_separators(text)?.parse().ok()
    }
}

/// `Y` and `N`; also `사용` and `미사용`, which some services send instead.
impl FromWire for bool {
    fn from_wire(text: &str) -> Option<Self> {
        match text {
            "Y" | "y" | "사용" => Some(true),
            "N" | "n" | "미사용" => Some(false),
            _ => None,
        }
    }
}

/// The digits of a text that holds nothing else but these separators.
fn digits_of(text: &str, separators: &str) -> Option<String> {
    let fine = text.chars().all(|c| c.is_ascii_digit() || separators.contains(c));
    fine.then(|| text.chars().filter(char::is_ascii_digit).collect())
}

fn without_separators(text: &str) -> Option<String> {
    let fine = text
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, ',' | '.' | '-' | '+'));
    fine.then(|| text.replace(',', ""))
}

fn parse_date(digits: &str) -> Option<Date> {
    let number = |range| {
        digits
            .get::<std::ops::Range<usize>>(range)
            .and_then(|d| d.parse::<i16>().ok())
    };
    let (year, month, day) = (number(0..4)?, number(4..6)?, number(6..8)?);
    Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()
}

fn parse_time(digits: &str) -> Option<Time> {
    let number = |range| {
        digits
            .get::<std::ops::Range<usize>>(range)
            .and_then(|d| d.parse::<i8>().ok())
    };
    let second = match digits.len() {
        4 => 0,
        6 => number(4..6)?,
        _ => return None,
    };
    Time::new(number(0..2)?, number(2..4)?, second, 0).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;

    fn at(text: &str) -> Option<String> {
        KstDateTime::from_wire(text).map(|t| t.to_string())
    }

    #[test]
    fn every_form_of_date_and_time_is_read() {
        assert_eq!(at("20200607150515").as_deref(), Some("2020-06-07T15:05:15+09:00"));
        assert_eq!(at("202006071505").as_deref(), Some("2020-06-07T15:05:00+09:00"));
        assert_eq!(
            at("2020-06-07 15:05:15").as_deref(),
            Some("2020-06-07T15:05:15+09:00")
        );
        assert_eq!(
            at("2020-08-24 13:56").as_deref(),
            Some("2020-08-24T13:56:00+09:00")
        );
        assert_eq!(at("20200607").as_deref(), Some("2020-06-07T00:00:00+09:00"));
        assert_eq!(at("(도)03911095 동방창"), None);
        assert_eq!(at("20201307150515"), None);
        assert_eq!(Date::from_wire("2020-06-07"), Some(date(2020, 6, 7)));
        assert_eq!(Date::from_wire("20200607"), Some(date(2020, 6, 7)));
        assert_eq!(Date::from_wire("29991231"), Some(NO_END));
        assert_eq!(Date::from_wire("20200230"), None);
        assert_eq!(Time::from_wire("091502"), Some(time(9, 15, 2, 0)));
        assert_eq!(Time::from_wire("0915"), Some(time(9, 15, 0, 0)));
        assert_eq!(Time::from_wire("915"), None);
    }

    #[test]
    fn korean_time_is_nine_hours_ahead() {
        let noon = KstDateTime::from_wire("202006071200").and_then(KstDateTime::timestamp);
        assert_eq!(
            noon.map(|t| t.to_string()).as_deref(),
            Some("2020-06-07T03:00:00Z")
        );
        let late: jiff::Timestamp = "2020-12-31T15:00:00Z".parse().unwrap();
        assert_eq!(kst_day(late), date(2021, 1, 1));
    }

    #[test]
    fn numbers_and_flags() {
        assert_eq!(
            Decimal::from_wire("1,234.50").map(|d| d.to_string()).as_deref(),
            Some("1234.50")
        );
        assert_eq!(
            Decimal::from_wire("0.0509").map(|d| d.to_string()).as_deref(),
            Some("0.0509")
        );
        assert_eq!(Decimal::from_wire("한국인:91"), None);
        assert_eq!(i64::from_wire("1,211"), Some(1211));
        assert_eq!(bool::from_wire("사용"), Some(true));
        assert_eq!(bool::from_wire("해당없음"), None);
    }

    #[test]
    fn the_raw_text_stays() {
        let free: Value<'_, KstDateTime> = Value::read(Some("(도)03911095 동방창"));
        assert!(free.is_unreadable() && free.get().is_none());
        assert_eq!(free.raw(), Some("(도)03911095 동방창"));
        let empty: Value<'_, bool> = Value::read(Some(" "));
        assert!(!empty.is_unreadable() && empty.raw() == Some(" "));
        assert_eq!(Value::<Decimal>::read(None).raw(), None);
    }
}
