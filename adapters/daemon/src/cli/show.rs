//! How values look to people.

use jiff::Timestamp;

/// A time in Korea to the second: `2026-11-23 12:17:05`.
pub(crate) fn korean(at: Timestamp) -> String {
    at.to_zoned(customs_core::korean_time())
        .strftime("%Y-%m-%d %H:%M:%S")
        .to_string()
}

/// A number with commas between its thousands.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Milliseconds as people say them.
pub(crate) fn elapsed(ms: u64) -> String {
    let seconds = ms as f64 / 1000.0;
    if seconds < 120.0 {
        format!("{seconds:.1} s")
    } else {
        format!("{:.1} min", seconds / 60.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_look_as_people_write_them() {
        assert_eq!(
            korean("2026-11-23T15:17:05.123Z".parse().unwrap()),
            "2026-11-24 00:17:05"
        );
        assert_eq!(
            [0, 999, 1000, 8_640_000].map(grouped),
            ["0", "999", "1,000", "8,640,000"]
        );
        assert_eq!(
            [420, 119_000, 240_000].map(elapsed),
            ["0.4 s", "119.0 s", "4.0 min"]
        );
    }
}
