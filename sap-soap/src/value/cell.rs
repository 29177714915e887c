//! What a field's text means, by ABAP type. Nothing here panics, rounds or drops.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use rust_decimal::Decimal;

/// A field that does not hold what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found {found}")]
pub struct ValueError {
    expected: &'static str,
    found: String,
}

impl ValueError {
    /// How much of a field's text an error shows.
    const SHOWN: usize = 40;

    pub(crate) fn new(expected: &'static str, text: &str) -> Self {
        let mut shown: String = text.chars().take(Self::SHOWN).collect();
        if shown.len() < text.len() {
            shown.push('…');
        }
        Self {
            expected,
            found: format!("{shown:?}"),
        }
    }

    pub(crate) fn not_a_field(expected: &'static str) -> Self {
        Self {
            expected,
            found: "a structure or a table".to_owned(),
        }
    }
}

/// A time of day as ABAP has it: `00:00:00` to `24:00:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time {
    seconds: u32,
}

impl Time {
    /// Hour, minute and second; `None` if that is no time. `24:00:00` is one.
    pub fn new(hour: u8, minute: u8, second: u8) -> Option<Self> {
        let seconds = u32::from(hour) * 3600 + u32::from(minute) * 60 + u32::from(second);
        (minute < 60 && second < 60 && seconds <= 86_400).then_some(Self { seconds })
    }

    /// Seconds since midnight, 0 to 86400.
    pub fn seconds(self) -> u32 {
        self.seconds
    }

    /// As the calendar has it; `None` for `24:00:00`, which is the next day's midnight.
    pub fn to_civil(self) -> Option<jiff::civil::Time> {
        let at = |n: u32| i8::try_from(n).ok();
        jiff::civil::Time::new(
            at(self.seconds / 3600)?,
            at(self.seconds / 60 % 60)?,
            at(self.seconds % 60)?,
            0,
        )
        .ok()
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:02}:{:02}:{:02}",
            self.seconds / 3600,
            self.seconds / 60 % 60,
            self.seconds % 60
        )
    }
}

impl FromStr for Time {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        time(text)?.ok_or_else(|| ValueError::new("a time", text))
    }
}

pub(crate) fn is_initial(text: &str) -> bool {
    // Zeros with what dates, times, timestamps and numbers put between them; or nothing but blanks.
    let mut zero = false;
    for byte in text.bytes() {
        match byte {
            b'0' => zero = true,
            b' ' | b'-' | b':' | b'.' | b'T' | b'Z' => {}
            _ => return false,
        }
    }
    zero || text.bytes().all(|b| b == b' ')
}

/// The digits of `text`, after taking out `separator` at the positions where a date or a time has it.
fn digits<const N: usize>(text: &str, separator: u8, at: [usize; 2]) -> Option<[u8; N]> {
    let mut out = [0; N];
    let mut n = 0;
    let separated = text.len() == N + 2;
    if !separated && text.len() != N {
        return None;
    }
    for (i, byte) in text.bytes().enumerate() {
        if separated && at.contains(&i) {
            if byte != separator {
                return None;
            }
        } else {
            *out.get_mut(n)? = byte.is_ascii_digit().then(|| byte - b'0')?;
            n += 1;
        }
    }
    Some(out)
}

pub(crate) fn date(text: &str) -> Result<Option<jiff::civil::Date>, ValueError> {
    let trimmed = text.trim();
    if is_initial(trimmed) {
        return Ok(None);
    }
    let error = || ValueError::new("a date (YYYY-MM-DD)", text);
    let [y1, y2, y3, y4, m1, m2, d1, d2] = digits::<8>(trimmed, b'-', [4, 7]).ok_or_else(error)?;
    let year = i16::from(y1) * 1000 + i16::from(y2) * 100 + i16::from(y3) * 10 + i16::from(y4);
    let two = |a: u8, b: u8| i8::try_from(a * 10 + b).unwrap_or(i8::MAX);
    jiff::civil::Date::new(year, two(m1, m2), two(d1, d2))
        .map(Some)
        .map_err(|_| error())
}

pub(crate) fn time(text: &str) -> Result<Option<Time>, ValueError> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Ok(None);
    }
    digits::<6>(trimmed, b':', [2, 5])
        .and_then(|[h1, h2, m1, m2, s1, s2]| Time::new(h1 * 10 + h2, m1 * 10 + m2, s1 * 10 + s2))
        .map(Some)
        .ok_or_else(|| ValueError::new("a time (HH:MM:SS)", text))
}

pub(crate) fn timestamp(text: &str) -> Result<Option<jiff::Timestamp>, ValueError> {
    let trimmed = text.trim();
    if is_initial(trimmed) {
        return Ok(None);
    }
    let error = || ValueError::new("a timestamp", text);
    let (whole, fraction) = trimmed.split_once('.').unwrap_or((trimmed, ""));
    if whole.len() == 14 && whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        let (day, clock) = whole.split_at(8);
        let point = if fraction.is_empty() { "" } else { "." };
        let iso = format!("{day}T{clock}{point}{fraction}Z");
        return iso.parse().map(Some).map_err(|_| error());
    }
    trimmed.parse().map(Some).map_err(|_| error())
}

/// A number's text in the plain form: sign in front, no blanks, no exponent (`12.5-` is `-12.5`, `1.23E+3` is `1230`).
/// Digits are kept as they are, in any number.
///
/// # Errors
/// Text that is no number, or an exponent beyond ±6144, DECFLOAT34's own bound.
pub fn decimal_text(text: &str) -> Result<Cow<'_, str>, ValueError> {
    let error = || ValueError::new("a number", text);
    let mut rest = text.trim();
    let mut negative = false;
    let mut signs = 0;
    if let Some(cut) = rest.strip_suffix(['-', '+']) {
        negative = rest.ends_with('-');
        signs += 1;
        rest = cut.trim_end();
    }
    if let Some(cut) = rest.strip_prefix(['-', '+']) {
        negative = rest.starts_with('-');
        signs += 1;
        rest = cut.trim_start();
    }
    let (mantissa, exponent) = match rest.split_once(['E', 'e']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| error())?),
        None => (rest, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all_digits = whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit());
    if signs > 1 || !all_digits || (whole.is_empty() && fraction.is_empty()) || exponent.abs() > 6144 {
        return Err(error());
    }
    if exponent == 0 && !whole.is_empty() && !mantissa.ends_with('.') {
        // The usual case: nothing to move, perhaps a sign or blanks.
        return Ok(match (negative, rest.len() == text.len()) {
            (false, true) => Cow::Borrowed(text),
            (false, false) => Cow::Owned(rest.to_owned()),
            (true, _) if text.len() == rest.len() + 1 && text.starts_with('-') => Cow::Borrowed(text),
            (true, _) => Cow::Owned(format!("-{rest}")),
        });
    }
    Ok(Cow::Owned(moved(negative, whole, fraction, exponent)))
}

/// Moves the decimal point by `exponent` places.
fn moved(negative: bool, whole: &str, fraction: &str, exponent: i32) -> String {
    let places = usize::try_from(exponent.unsigned_abs()).unwrap_or(0);
    let (mut left, mut right) = (whole.to_owned(), fraction.to_owned());
    if exponent > 0 {
        let taken = places.min(right.len());
        left.push_str(&right[..taken]);
        left.extend(std::iter::repeat_n('0', places - taken));
        right.drain(..taken);
    } else if exponent < 0 {
        let taken = places.min(left.len());
        let tail = left.split_off(left.len() - taken);
        right = format!("{}{tail}{right}", "0".repeat(places - taken));
    }
    let kept = left.trim_start_matches('0');
    let sign = if negative { "-" } else { "" };
    let left = if kept.is_empty() { "0" } else { kept };
    if right.is_empty() {
        format!("{sign}{left}")
    } else {
        format!("{sign}{left}.{right}")
    }
}

pub(crate) fn decimal(text: &str) -> Result<Option<Decimal>, ValueError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let plain = decimal_text(text)?;
    Decimal::from_str_exact(&plain)
        .map(Some)
        .map_err(|_| ValueError::new("a number of at most 28 digits", text))
}

pub(crate) fn integer(text: &str) -> Result<Option<i64>, ValueError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let error = || ValueError::new("a whole number", text);
    let plain = decimal_text(text).map_err(|_| error())?;
    // A decimal field may be read as a whole number as long as nothing stands after its point.
    let whole = plain.split_once('.').map_or(&*plain, |(whole, zeros)| {
        if zeros.bytes().all(|b| b == b'0') {
            whole
        } else {
            ""
        }
    });
    whole.parse().map(Some).map_err(|_| error())
}

pub(crate) fn numc(text: &str) -> Result<&str, ValueError> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    digits
        .then_some(text)
        .ok_or_else(|| ValueError::new("digits", text))
}

pub(crate) fn flag(text: &str) -> Result<bool, ValueError> {
    match text.trim() {
        "X" | "x" | "true" | "1" => Ok(true),
        "" | "false" | "0" | "-" => Ok(false),
        _ => Err(ValueError::new("a flag (X or empty, true or false)", text)),
    }
}

/// Padding may be missing, as XSD's base64 of other systems has it.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

pub(crate) fn raw(text: &str) -> Result<Vec<u8>, ValueError> {
    let error = || ValueError::new("base64", text);
    if text.bytes().any(|b| b.is_ascii_whitespace()) {
        let packed: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
        return LENIENT.decode(packed).map_err(|_| error());
    }
    LENIENT.decode(text).map_err(|_| error())
}

pub(crate) fn raw_text(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Fills digits with leading zeros to the length of a NUMC field: `pad_numc("42", 6)` is `000042`. Text that is longer or
/// holds anything but digits comes back as it is.
pub fn pad_numc(text: &str, length: usize) -> String {
    if text.len() >= length || !text.bytes().all(|b| b.is_ascii_digit()) {
        return text.to_owned();
    }
    format!("{text:0>length$}")
}

/// What ABAP's ALPHA conversion does on the way in: a key of only digits gets leading zeros, any other key stays
/// (`alpha_in("3746352", 18)` is `000000000003746352`, `alpha_in("AB-1", 18)` is `AB-1`). SOAP runs no conversion exits, so
/// keys like MATNR, KUNNR and VBELN must be sent in this form.
pub fn alpha_in(text: &str, length: usize) -> String {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        String::new()
    } else {
        pad_numc(trimmed, length)
    }
}

/// What ABAP's ALPHA conversion does on the way out: a key of only digits loses its leading zeros.
pub fn alpha_out(text: &str) -> &str {
    if text.bytes().all(|b| b.is_ascii_digit()) {
        text.trim_start_matches('0')
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_every_spelling() {
        let day = |y, m, d| Ok(Some(jiff::civil::Date::new(y, m, d).unwrap()));
        assert_eq!(date("2024-05-17"), day(2024, 5, 17));
        assert_eq!(date("20240517"), day(2024, 5, 17));
        assert_eq!(date("9999-12-31"), day(9999, 12, 31));
        for initial in ["", "0000-00-00", "00000000", "        "] {
            assert_eq!(date(initial), Ok(None), "{initial:?}");
        }
        for wrong in [
            "2024-02-30",
            "2024-13-01",
            "17.05.2024",
            "2024-05-1",
            "2024/05/17",
            "äöü1234567",
            "20240517x",
        ] {
            assert!(date(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn midnight_and_the_end_of_the_day_differ() {
        assert_eq!(time("08:15:30").unwrap().unwrap().seconds(), 29_730);
        assert_eq!(time("081530").unwrap().unwrap().to_string(), "08:15:30");
        let end = time("24:00:00").unwrap().unwrap();
        assert_eq!(
            (end.seconds(), end.to_civil(), end.to_string()),
            (86_400, None, "24:00:00".to_owned())
        );
        assert_eq!(
            time("00:00:00").unwrap().unwrap().to_civil(),
            Some(jiff::civil::Time::midnight())
        );
        assert_eq!(time(""), Ok(None));
        for wrong in ["24:00:01", "12:60:00", "8:15:30", "99:99:99"] {
            assert!(time(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn timestamps_of_both_kinds() {
        let at = "2021-05-05T19:07:05Z".parse().unwrap();
        for same in [
            "2021-05-05T19:07:05Z",
            "2021-05-05T21:07:05+02:00",
            "20210505190705",
            "20210505190705.0000000",
        ] {
            assert_eq!(timestamp(same), Ok(Some(at)), "{same}");
        }
        for initial in ["", "0", "0000-00-00T00:00:00", "0000-00-00T00:00:00Z"] {
            assert_eq!(timestamp(initial), Ok(None), "{initial}");
        }
        assert!(
            timestamp("2021-05-05T19:07:05").is_err(),
            "no offset: which instant is unknown"
        );
    }

    #[test]
    fn numbers_keep_their_digits() {
        for (text, plain) in [
            ("12.5-", "-12.5"),
            ("-1.23", "-1.23"),
            (" 12.50 ", "12.50"),
            ("0.0", "0.0"),
            ("1.23E+3", "1230"),
            ("-3.14E2", "-314"),
            ("1.5E-3", "0.0015"),
            ("12345.6E-2", "123.456"),
            ("5.", "5"),
            (".5", "0.5"),
            (
                "1234567890123456789012345678901234",
                "1234567890123456789012345678901234",
            ),
        ] {
            assert_eq!(decimal_text(text).unwrap(), plain, "{text}");
        }
        for wrong in [
            "", "-", "1,5", "--1", "-1-", "1E", "1E99999", "0x10", "1.2.3", ".",
        ] {
            assert!(decimal_text(wrong).is_err(), "{wrong}");
        }
        assert_eq!(decimal("12.5-").unwrap().unwrap().to_string(), "-12.5");
        assert_eq!(decimal("90.560").unwrap().unwrap().to_string(), "90.560");
        assert_eq!(decimal("  "), Ok(None));
        assert!(
            decimal("1234567890123456789012345678901234").is_err(),
            "never rounded"
        );
    }

    #[test]
    fn whole_numbers_flags_digits_and_bytes() {
        assert_eq!(integer("0042"), Ok(Some(42)));
        assert_eq!(integer("42-"), Ok(Some(-42)));
        assert_eq!(integer("5.000"), Ok(Some(5)));
        assert_eq!(integer(""), Ok(None));
        assert!(integer("5.5").is_err());
        assert!(integer("99999999999999999999").is_err());
        assert_eq!(
            (flag("X"), flag("true"), flag(""), flag(" "), flag("false")),
            (Ok(true), Ok(true), Ok(false), Ok(false), Ok(false))
        );
        assert!(flag("J").is_err());
        assert_eq!(numc("000123"), Ok("000123"));
        assert!(numc("12a").is_err());
        assert_eq!(raw("AAAAAAAAAAAAAAAAAAAAAA=="), Ok(vec![0; 16]));
        assert_eq!(raw("/w"), Ok(vec![255]));
        assert_eq!(raw("AAEC\r\nAwQF"), Ok(vec![0, 1, 2, 3, 4, 5]));
        assert!(raw("ä").is_err());
    }

    #[test]
    fn initial_is_recognised_in_every_type() {
        for initial in [
            "",
            "   ",
            "0",
            "0000",
            "0.00",
            "0000-00-00",
            "00:00:00",
            "0000-00-00T00:00:00",
        ] {
            assert!(is_initial(initial), "{initial:?}");
        }
        for filled in ["X", "1", "-", "2024-05-17", "24:00:00", "T"] {
            assert!(!is_initial(filled), "{filled:?}");
        }
    }

    #[test]
    fn keys_get_and_lose_their_zeros() {
        assert_eq!(alpha_in("3746352", 18), "000000000003746352");
        assert_eq!(alpha_in("AB-1", 18), "AB-1");
        assert_eq!(alpha_in(" ", 10), "");
        assert_eq!(alpha_out("0080001234"), "80001234");
        assert_eq!(alpha_out("00A"), "00A");
        assert_eq!(pad_numc("1234567", 4), "1234567");
    }

    #[test]
    fn an_error_shows_little_of_the_text() {
        let error = date(&"y".repeat(500)).unwrap_err().to_string();
        assert!(error.len() < 120, "{error}");
    }
}
