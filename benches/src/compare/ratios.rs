use std::collections::BTreeMap;

use serde_json::{Value, json};

/// The ratios, what each must come to, and what it is.
pub const KEYS: [(&str, Bar, &str); 12] = [
    (
        "sap_read_vs_zeep",
        Bar::AtLeast(80.0),
        "rows read into structs per CPU second, ours / zeep's",
    ),
    (
        "sap_read_vs_quick_xml",
        Bar::AtLeast(2.0),
        "the same, ours / quick-xml's bare event loop",
    ),
    (
        "sap_read_peak_mib",
        Bar::AtMost(16.0),
        "peak memory of reading 500,000 rows, MiB",
    ),
    (
        "sap_write_vs_zeep",
        Bar::AtLeast(40.0),
        "rows written per CPU second, ours / zeep's",
    ),
    (
        "sap_write_peak_mib",
        Bar::AtMost(16.0),
        "peak memory of writing 500,000 rows, MiB",
    ),
    (
        "wsdl_load_vs_zeep",
        Bar::AtMost(0.1),
        "CPU time of loading the largest WSDL, ours / zeep's",
    ),
    (
        "pipeline_over_bare_c10",
        Bar::AtMost(1.05),
        "wall time, whole pipeline / bare loop of lookups, 10 in flight",
    ),
    (
        "pipeline_over_bare_c50",
        Bar::AtMost(1.05),
        "the same with 50 in flight",
    ),
    (
        "cpu_vs_aiohttp",
        Bar::AtMost(0.5),
        "CPU per record, whole pipeline / aiohttp's bare loop",
    ),
    (
        "cpu_vs_pool",
        Bar::AtMost(1.0 / 15.0),
        "CPU per record, whole pipeline / process pool",
    ),
    (
        "peak_mib_c50",
        Bar::AtMost(24.0),
        "peak memory of the pipeline with 50 in flight, MiB",
    ),
    (
        "peak_growth_100k",
        Bar::AtMost(1.25),
        "peak memory, 100,000 records / 5,000 records",
    ),
];

/// What a ratio must come to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bar {
    /// Higher is better.
    AtLeast(f64),
    /// Lower is better.
    AtMost(f64),
}

impl Bar {
    fn met_by(self, value: f64) -> bool {
        match self {
            Self::AtLeast(bar) => value >= bar,
            Self::AtMost(bar) => value <= bar,
        }
    }

    fn text(self) -> String {
        match self {
            Self::AtLeast(bar) => format!("≥ {bar:.3}"),
            Self::AtMost(bar) => format!("≤ {bar:.3}"),
        }
    }
}

/// The median of some rounds, with the smallest and the largest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The median.
    pub median: f64,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
}

impl Spread {
    /// `None` of no rounds.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let (min, max) = (*values.first()?, *values.last()?);
        let half = values.len() / 2;
        let median = if values.len() % 2 == 1 {
            values[half]
        } else {
            f64::midpoint(values[half - 1], values[half])
        };
        Some(Self { median, min, max })
    }
}

/// What the comparison came to.
#[derive(Debug, Default)]
pub struct Ratios {
    found: BTreeMap<&'static str, Spread>,
    left_out: Vec<String>,
}

impl Ratios {
    pub(super) fn set(&mut self, key: &'static str, values: impl IntoIterator<Item = f64>) {
        if let Some(spread) = Spread::of(values) {
            self.found.insert(key, spread);
        }
    }

    pub(super) fn leave_out(&mut self, what: impl Into<String>) {
        self.left_out.push(what.into());
    }

    /// The ratio of this name, unless it was left out.
    pub fn get(&self, key: &str) -> Option<Spread> {
        self.found.get(key).copied()
    }

    /// The table for people.
    pub fn table(&self) -> String {
        let mut text = format!(
            "{:<24} {:>9} {:>20}  {:<9} {:<6} what\n",
            "ratio", "median", "spread", "bar", ""
        );
        for (key, bar, what) in KEYS {
            let line = match self.get(key) {
                Some(Spread { median, min, max }) => format!(
                    "{key:<24} {median:>9.3} {:>20}  {:<9} {:<6} {what}\n",
                    format!("{min:.3} – {max:.3}"),
                    bar.text(),
                    if bar.met_by(median) { "met" } else { "MISSED" }
                ),
                None => format!(
                    "{key:<24} {:>9} {:>20}  {:<9} {:<6} {what}\n",
                    "-",
                    "",
                    bar.text(),
                    "out"
                ),
            };
            text.push_str(&line);
        }
        for what in &self.left_out {
            text.push_str(&format!("left out: {what}\n"));
        }
        text
    }

    /// For programs: `ratios` holds every key, null for what was left out.
    pub fn json(&self) -> Value {
        let each = |value: &dyn Fn(Spread) -> Value| -> Value {
            KEYS.iter()
                .map(|(key, _, _)| ((*key).to_owned(), self.get(key).map_or(Value::Null, value)))
                .collect::<serde_json::Map<_, _>>()
                .into()
        };
        json!({
            "ratios": each(&|spread| json!(spread.median)),
            "spreads": each(&|spread| json!([spread.min, spread.max])),
            "left_out": self.left_out,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_in_the_json_and_what_was_left_out_is_null() {
        let mut ratios = Ratios::default();
        ratios.set("cpu_vs_pool", [0.3, 0.1, 0.2]);
        ratios.set("cpu_vs_aiohttp", []);
        ratios.leave_out("zeep: no pip");
        let json = ratios.json();
        assert_eq!(json["ratios"].as_object().unwrap().len(), 12);
        assert_eq!(json["ratios"]["cpu_vs_pool"], 0.2);
        assert_eq!(json["spreads"]["cpu_vs_pool"], json!([0.1, 0.3]));
        assert!(json["ratios"]["cpu_vs_aiohttp"].is_null());
        assert_eq!(json["left_out"], json!(["zeep: no pip"]));
    }

    #[test]
    fn a_missed_bar_is_called_missed() {
        let mut ratios = Ratios::default();
        ratios.set("peak_mib_c50", [24.5]);
        ratios.set("sap_read_vs_zeep", [80.0]);
        let table = ratios.table();
        let line = |key: &str| table.lines().find(|l| l.starts_with(key)).unwrap().to_owned();
        assert!(line("peak_mib_c50").contains("MISSED"));
        assert!(line("sap_read_vs_zeep").contains(" met "));
        assert!(line("cpu_vs_pool").contains(" out "));
    }

    #[test]
    fn the_median_of_an_even_number_lies_between() {
        let spread = Spread::of([4.0, 1.0, 2.0, 3.0]).unwrap();
        assert_eq!((spread.median, spread.min, spread.max), (2.5, 1.0, 4.0));
        assert_eq!(Spread::of([]), None);
    }
}
