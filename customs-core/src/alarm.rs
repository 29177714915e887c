//! Alarms about a due list that is possible, and not to be believed without a look.

use std::time::Duration;

use crate::{Error, ErrorKind, ErrorRow, Stage};

/// What is compared with: at most so many runs.
pub(crate) const RUNS: u32 = 10;
/// None older than this: a level that lasts a week is the new normal.
pub(crate) const WITHIN: Duration = Duration::from_secs(7 * 24 * 3600);

/// When a full run's due list raises an alarm. It is compared with the median of the last ten good runs of the last week
/// that raised none. The run goes on: the alarm is an error row of its own, with an episode and its alerts.
#[derive(Debug, Clone, PartialEq)]
pub struct Alarms {
    /// Nothing is due although there usually is. Default true. Needs three runs to compare with.
    pub zero_records: bool,
    /// Fewer records are due than this share of what is usual. Default 0.5; 0 never raises it. Needs five runs to compare
    /// with.
    pub sudden_drop: f64,
    /// Smaller due lists rise and fall by themselves: below this usual size a drop raises no alarm. Default 20.
    pub least: u64,
}

impl Default for Alarms {
    fn default() -> Self {
        Self {
            zero_records: true,
            sudden_drop: 0.5,
            least: 20,
        }
    }
}

impl Alarms {
    /// The alarm that a due list raises, if it does. `usual` is what was due in good runs.
    pub fn raised(&self, due: u64, usual: &[u64]) -> Option<ErrorRow> {
        let median = median(usual)?;
        let code = if due == 0 {
            (self.zero_records && median > 0 && usual.len() >= 3).then_some("zero_records")
        } else {
            let few = (due as f64) < median as f64 * self.sudden_drop;
            (few && median >= self.least && usual.len() >= 5).then_some("sudden_drop")
        }?;
        let text = format!("{due} records are due, usual are {median}");
        let error = Error::new(ErrorKind::Suspicious, text).code(code);
        Some(ErrorRow::new(Stage::Fetch, &error))
    }
}

/// The lower one of two in the middle.
fn median(counts: &[u64]) -> Option<u64> {
    let mut sorted = counts.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len().checked_sub(1)? / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(due: u64, usual: &[u64]) -> Option<String> {
        Alarms::default().raised(due, usual).map(|row| row.code)
    }

    #[test]
    fn nothing_due_is_an_alarm_where_something_usually_is() {
        assert_eq!(code(0, &[812, 790, 5]).as_deref(), Some("zero_records"));
        assert_eq!(code(0, &[812, 790]), None);
        assert_eq!(code(0, &[0, 0, 812]), None);
        assert_eq!(code(0, &[]), None);
    }

    #[test]
    fn a_sudden_drop_is_an_alarm_and_a_small_list_may_halve() {
        let usual = [812, 790, 801, 0, 815];
        assert_eq!(code(400, &usual).as_deref(), Some("sudden_drop"));
        assert_eq!(code(401, &usual), None);
        assert_eq!(code(2000, &usual), None);
        assert_eq!(code(400, &usual[..4]), None);
        assert_eq!(code(1, &[19; 5]), None);
        assert_eq!(code(1, &[20; 5]).as_deref(), Some("sudden_drop"));
    }

    #[test]
    fn what_is_switched_off_raises_nothing() {
        let off = Alarms {
            zero_records: false,
            sudden_drop: 0.0,
            ..Alarms::default()
        };
        assert_eq!((off.raised(0, &[900; 9]), off.raised(1, &[900; 9])), (None, None));
    }
}
