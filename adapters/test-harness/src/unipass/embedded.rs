//! The scenario files that are part of the program.

/// Service id and file.
pub(super) const SCENARIOS: [(&str, &str); 2] = [
    ("API001", include_str!("scenarios/API001.scenario")),
    ("API002", include_str!("scenarios/API002.scenario")),
];
