//! The lexical forms of XML Schema's own types.

use std::cmp::Ordering;

use super::Builtin;

/// `None`: the text is a value of the type. Otherwise what was expected.
pub(super) fn expected(builtin: Builtin, text: &str) -> Option<&'static str> {
    let (fits, expected) = match builtin {
        Builtin::Any | Builtin::String | Builtin::NormalizedString | Builtin::Token | Builtin::AnyUri => {
            return None;
        }
        Builtin::Language => (is_language(text), "a language tag"),
        Builtin::Name => (is_name(text), "a name without blanks"),
        Builtin::Names => (!text.is_empty(), "at least one name"),
        Builtin::Boolean => (matches!(text, "true" | "false" | "1" | "0"), "true or false"),
        Builtin::Decimal => (Decimal::parse(text).is_some(), "a decimal number"),
        Builtin::PrecisionDecimal => {
            let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
            (
                Decimal::parse(mantissa).is_some() && is_float(text),
                "a decimal number",
            )
        }
        Builtin::Float | Builtin::Double => (is_float(text), "a number"),
        Builtin::Date => (is_date(text), "a date like 2024-05-17"),
        Builtin::Time => (is_time(text), "a time like 08:15:30"),
        Builtin::DateTime => (is_date_time(text), "a date and time like 2024-05-17T08:15:30Z"),
        Builtin::Duration => (is_duration(text), "a duration like P1DT2H"),
        Builtin::GYear => (is_shape(strip_zone(text), "dddd"), "a year like 2024"),
        Builtin::GYearMonth => (is_shape(strip_zone(text), "dddd-dd"), "a month like 2024-05"),
        Builtin::GMonthDay => (is_shape(strip_zone(text), "--dd-dd"), "a day like --05-17"),
        Builtin::GDay => (is_shape(strip_zone(text), "---dd"), "a day like ---17"),
        Builtin::GMonth => (is_shape(strip_zone(text), "--dd"), "a month like --05"),
        Builtin::HexBinary => (
            text.len().is_multiple_of(2) && text.bytes().all(|b| b.is_ascii_hexdigit()),
            "an even number of hexadecimal digits",
        ),
        Builtin::Base64Binary => (is_base64(text), "base64"),
        integer => (is_integer(integer, text), integer_name(integer)),
    };
    (!fits).then_some(expected)
}

/// The order of two values; `None` where they cannot be compared.
pub(super) fn compare(builtin: Builtin, a: &str, b: &str) -> Option<Ordering> {
    match builtin {
        Builtin::Float | Builtin::Double | Builtin::PrecisionDecimal => {
            a.parse::<f64>().ok()?.partial_cmp(&b.parse().ok()?)
        }
        Builtin::Date | Builtin::Time | Builtin::DateTime | Builtin::GYear | Builtin::GYearMonth => {
            (a.len() == b.len()).then(|| a.cmp(b))
        }
        _ => Some(Decimal::parse(a)?.cmp(&Decimal::parse(b)?)),
    }
}

/// A decimal number in parts, zeros that do not count taken off: exact, however long.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decimal<'a> {
    negative: bool,
    pub(super) whole: &'a str,
    pub(super) fraction: &'a str,
}

impl<'a> Decimal<'a> {
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let whole = whole.trim_start_matches('0');
        let fraction = fraction.trim_end_matches('0');
        let negative = negative && !(whole.is_empty() && fraction.is_empty());
        Some(Self {
            negative,
            whole,
            fraction,
        })
    }

    fn cmp(&self, other: &Self) -> Ordering {
        let size = |d: &Self| (d.whole.len(), d.whole.to_owned(), d.fraction.to_owned());
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => size(self).cmp(&size(other)),
            (true, true) => size(other).cmp(&size(self)),
        }
    }
}

fn is_integer(builtin: Builtin, text: &str) -> bool {
    let Some((min, max)) = builtin.integer_range() else {
        return true;
    };
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    match text.parse::<i128>() {
        Ok(number) => min.is_none_or(|m| number >= m) && max.is_none_or(|m| number <= m),
        // Beyond 38 digits only the open end counts.
        Err(_) => {
            if text.starts_with('-') {
                min.is_none()
            } else {
                max.is_none()
            }
        }
    }
}

fn integer_name(builtin: Builtin) -> &'static str {
    match builtin {
        Builtin::Long => "a whole number of 64 bits",
        Builtin::Int => "a whole number between -2147483648 and 2147483647",
        Builtin::Short => "a whole number between -32768 and 32767",
        Builtin::Byte => "a whole number between -128 and 127",
        Builtin::UnsignedLong => "a whole number of 64 bits without sign",
        Builtin::UnsignedInt => "a whole number between 0 and 4294967295",
        Builtin::UnsignedShort => "a whole number between 0 and 65535",
        Builtin::UnsignedByte => "a whole number between 0 and 255",
        Builtin::NonNegativeInteger => "a whole number, 0 or more",
        Builtin::PositiveInteger => "a whole number, 1 or more",
        Builtin::NonPositiveInteger => "a whole number, 0 or less",
        Builtin::NegativeInteger => "a whole number, -1 or less",
        _ => "a whole number",
    }
}

fn is_float(text: &str) -> bool {
    matches!(text, "INF" | "-INF" | "NaN")
        || (text.parse::<f64>().is_ok()
            && text
                .bytes()
                .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E')))
}

fn is_language(text: &str) -> bool {
    text.split('-').enumerate().all(|(i, part)| {
        (1..=8).contains(&part.len())
            && part
                .bytes()
                .all(|b| b.is_ascii_alphabetic() || (i > 0 && b.is_ascii_digit()))
    })
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(super::check::is_blank)
}

/// `d` stands for a digit.
fn is_shape(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text
            .bytes()
            .zip(shape.bytes())
            .all(|(t, s)| if s == b'd' { t.is_ascii_digit() } else { t == s })
}

fn strip_zone(text: &str) -> &str {
    if let Some(text) = text.strip_suffix('Z') {
        return text;
    }
    match text.len().checked_sub(6).and_then(|at| text.split_at_checked(at)) {
        Some((rest, zone)) if is_shape(zone, "+dd:dd") || is_shape(zone, "-dd:dd") => rest,
        _ => text,
    }
}

fn is_date(text: &str) -> bool {
    let text = strip_zone(text);
    if !is_shape(text, "dddd-dd-dd") {
        return false;
    }
    let number = |range: std::ops::Range<usize>| text[range].parse::<u32>().unwrap_or(0);
    let (year, month, day) = (number(0..4), number(5..7), number(8..10));
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => 0,
    };
    // ABAP's initial date is no date, but it is what ABAP reads and writes.
    (year, month, day) == (0, 0, 0) || (1..=days).contains(&day)
}

fn is_time(text: &str) -> bool {
    let text = strip_zone(text);
    let (clock, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if !is_shape(clock, "dd:dd:dd") || fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    clock == "24:00:00" || (&clock[..2] < "24" && &clock[3..5] < "60" && &clock[6..] < "60")
}

fn is_date_time(text: &str) -> bool {
    text.split_once('T')
        .is_some_and(|(date, time)| is_shape(date, "dddd-dd-dd") && is_date(date) && is_time(time))
}

fn is_duration(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('-').unwrap_or(text).strip_prefix('P') else {
        return false;
    };
    let (date, time) = match rest.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (rest, None),
    };
    let parts = |mut text: &str, units: &str| {
        let mut allowed = units.chars();
        while !text.is_empty() {
            let Some(end) = text.find(|c: char| !c.is_ascii_digit() && c != '.') else {
                return false;
            };
            let Some(unit) = text[end..].chars().next() else {
                return false;
            };
            if end == 0 || !allowed.any(|u| u == unit) {
                return false;
            }
            text = &text[end + unit.len_utf8()..];
        }
        true
    };
    !rest.is_empty() && time != Some("") && parts(date, "YMD") && parts(time.unwrap_or(""), "HMS")
}

fn is_base64(text: &str) -> bool {
    let mut data = 0_usize;
    let mut padding = 0_usize;
    for byte in text.bytes().filter(|b| !b.is_ascii_whitespace()) {
        match byte {
            b'=' => padding += 1,
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' if padding == 0 => data += 1,
            _ => return false,
        }
    }
    (data + padding).is_multiple_of(4) && padding <= 2 && data % 4 != 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let yes = [
            (Builtin::Date, "2024-02-29"),
            (Builtin::Date, "0000-00-00"),
            (Builtin::Date, "2024-05-17+09:00"),
            (Builtin::Time, "24:00:00"),
            (Builtin::Time, "08:15:30.123Z"),
            (Builtin::DateTime, "2024-05-17T08:15:30Z"),
            (Builtin::Int, "-2147483648"),
            (Builtin::UnsignedByte, "255"),
            (Builtin::Integer, "123456789012345678901234567890123456789012345"),
            (Builtin::Double, "-3.14E2"),
            (Builtin::PrecisionDecimal, "1.23E+3"),
            (Builtin::Duration, "-P1Y2M3DT4H5M6.7S"),
            (Builtin::Base64Binary, "AAAAAAAAAAAAAAAAAAAAAA=="),
            (Builtin::Base64Binary, ""),
            (Builtin::GMonthDay, "--05-17"),
        ];
        for (builtin, text) in yes {
            assert_eq!(expected(builtin, text), None, "{builtin:?} {text}");
        }
        let no = [
            (Builtin::Date, "2023-02-29"),
            (Builtin::Date, "20240517"),
            (Builtin::Date, ""),
            (Builtin::Time, "24:00:01"),
            (Builtin::DateTime, "2024-05-17"),
            (Builtin::Int, "2147483648"),
            (Builtin::Int, "1.0"),
            (Builtin::UnsignedByte, "-1"),
            (Builtin::Decimal, ""),
            (Builtin::Decimal, "1,5"),
            (Builtin::Double, "inf"),
            (Builtin::Boolean, "X"),
            (Builtin::Duration, "P"),
            (Builtin::Duration, "P1DT"),
            (Builtin::Base64Binary, "AAA"),
            (Builtin::HexBinary, "ABC"),
        ];
        for (builtin, text) in no {
            assert!(expected(builtin, text).is_some(), "{builtin:?} {text}");
        }
    }

    #[test]
    fn order_is_that_of_numbers() {
        assert_eq!(compare(Builtin::Decimal, "10", "9.5"), Some(Ordering::Greater));
        assert_eq!(compare(Builtin::Decimal, "-10", "-9.5"), Some(Ordering::Less));
        assert_eq!(compare(Builtin::Decimal, "0.10", "+00.1"), Some(Ordering::Equal));
        assert_eq!(compare(Builtin::Decimal, "0.09", "0.1"), Some(Ordering::Less));
        assert_eq!(compare(Builtin::Decimal, "-0", "0"), Some(Ordering::Equal));
    }
}
