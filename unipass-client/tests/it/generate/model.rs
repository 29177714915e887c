//! The catalogue's files, as they are written.

use std::fs;
use std::path::Path;

use serde::Deserialize;

pub(crate) fn read(file: &Path) -> Service {
    let text = fs::read_to_string(file).unwrap();
    let service: Service = toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    assert_eq!(file.file_stem().unwrap().to_str().unwrap(), service.id);
    service
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Service {
    pub(crate) id: String,
    pub(crate) slug: String,
    pub(crate) ko: String,
    pub(crate) en: String,
    pub(crate) answers: String,
    pub(crate) path: String,
    pub(crate) evidence: String,
    pub(crate) roots: Vec<String>,
    pub(crate) t_cnt: String,
    #[serde(default)]
    pub(crate) echo_empty: bool,
    pub(crate) cache: String,
    #[serde(default)]
    pub(crate) unplaced: Vec<String>,
    #[serde(default)]
    pub(crate) notes: Vec<String>,
    #[serde(default)]
    pub(crate) rules: Rules,
    #[serde(default)]
    pub(crate) params: Vec<Param>,
    #[serde(default)]
    pub(crate) records: Vec<Record>,
    #[serde(default)]
    pub(crate) codes: Vec<Codes>,
    #[serde(default)]
    pub(crate) tracking: Vec<Tracking>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rules {
    #[serde(default)]
    pub(crate) one_of: Vec<Vec<String>>,
    #[serde(default)]
    pub(crate) only_one: bool,
    pub(crate) range: Option<Range>,
    #[serde(default)]
    pub(crate) when: Vec<When>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Range {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) max: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct When {
    pub(crate) param: String,
    pub(crate) is: Vec<String>,
    #[serde(default)]
    pub(crate) any_of: Vec<String>,
    #[serde(default)]
    pub(crate) none_of: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Param {
    pub(crate) wire: String,
    pub(crate) ko: String,
    pub(crate) en: String,
    pub(crate) form: String,
    #[serde(rename = "type")]
    pub(crate) code_type: Option<String>,
    #[serde(default)]
    pub(crate) len: Vec<(u16, u16)>,
    #[serde(default)]
    pub(crate) required: bool,
    #[serde(default)]
    pub(crate) personal: bool,
    #[serde(default)]
    pub(crate) turn_of_year: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    pub(crate) element: String,
    pub(crate) rust: String,
    #[serde(default)]
    pub(crate) root: bool,
    #[serde(default)]
    pub(crate) when: String,
    pub(crate) fields: Vec<Field>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Field {
    pub(crate) wire: String,
    pub(crate) ko: String,
    pub(crate) en: String,
    pub(crate) form: String,
    #[serde(rename = "type")]
    pub(crate) code_type: Option<String>,
    #[serde(default)]
    pub(crate) alt: Vec<String>,
    #[serde(default)]
    pub(crate) personal: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Codes {
    #[serde(rename = "type")]
    pub(crate) rust: String,
    pub(crate) values: Vec<Code>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Code {
    pub(crate) code: String,
    pub(crate) rust: String,
    pub(crate) ko: String,
    pub(crate) en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tracking {
    pub(crate) record: String,
    pub(crate) states: Vec<String>,
    pub(crate) as_of: Option<String>,
    pub(crate) pick: String,
    #[serde(default, rename = "final")]
    pub(crate) finals: Vec<Final>,
    #[serde(default)]
    pub(crate) slow_tail_days: u16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Final {
    pub(crate) record: Option<String>,
    pub(crate) field: String,
    pub(crate) is: Option<String>,
    pub(crate) starts_with: Option<String>,
    #[serde(default)]
    pub(crate) present: bool,
    pub(crate) unless: Option<Unless>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Unless {
    pub(crate) field: String,
    pub(crate) empty_or_contains: String,
}
