//! Fault injection: what goes wrong between a client and a server, on demand and repeatable.
//!
//! # The grammar
//! ```text
//! SPEC    = CLAUSE { ";" CLAUSE }
//! CLAUSE  = KIND [ ":" OPTION { "," OPTION } ]
//! OPTION  = NAME "=" VALUE
//! ```
//! Blanks around any part are ignored. Clauses are tried from left to right for each request; the first whose
//! selectors all agree decides, so a narrow clause stands before a wide one. Anything unknown is an error.
//!
//! | kind | what the client meets | own options |
//! |---|---|---|
//! | `refuse` | the port is closed (`ECONNREFUSED`), open connections are cut | only `after` and `for` select |
//! | `stall` | the request is taken and no answer comes, or it stops after n bytes of the body; the connection stays open | `after_bytes` |
//! | `reset` | the request is carried out, the connection is reset (`RST`) after n bytes of the answer, head included | `after_bytes` (0) |
//! | `drip` | the body comes in small pieces | `bytes` (1), `ms` (20) |
//! | `5xx` | an HTTP error with the HTML page of a gateway; the request is not carried out | `status` (503) |
//! | `429` | Too Many Requests; the request is not carried out | `retry_after` in seconds (1) |
//! | `html` | HTTP 200 with an HTML page where XML should be; the request is not carried out | |
//! | `truncated` | the request is carried out, the body ends early inside a well-formed HTTP answer | `at` as a share of the body (0.5) |
//! | `charset` | the body claims UTF-8 and holds the two-byte letters of EUC-KR | |
//! | `slow` | the answer comes late, and is right | `ms` (1000) |
//! | `duplicate` | the request arrives twice, as from a proxy that repeats; the client sees the second answer | |
//! | `lost` | the connection closes with no answer: the request was carried out (`part=answer`) or never arrived (`part=request`) | `part` (`answer`) |
//! | `dtd` | the answer has a DTD in front, whose entities multiply | |
//! | `empty` | HTTP 200 with no body; the request is not carried out | |
//!
//! | selector | a request is hit when |
//! |---|---|
//! | `share=0.1` | its number falls into that share: spread evenly, and the same at each run with one seed |
//! | `count=3` | it is among the first three that the clause's other selectors agree on |
//! | `skip=3` | three that the clause's other selectors agree on went before (counted ahead of `count` and `share`) |
//! | `key=1000/0080000007` | each part between the slashes is the whole value of one of its parameters or elements |
//! | `on=API001` | it goes to that service (UNI-PASS) or operation (SAP) |
//! | `after=10s` | that long after the start, or after the faults were set |
//! | `for=5s` | no longer than that after `after` |
//!
//! Durations are a number with `ms`, `s` or `m`.
//!
//! ```
//! use customs_test_harness::faults::FaultSpec;
//!
//! let spec: FaultSpec = "html:share=0.1; truncated:count=3; refuse:after=10s,for=5s".parse()?;
//! assert_eq!(spec.clauses().len(), 3);
//!
//! let error = "html:share=2".parse::<FaultSpec>().unwrap_err();
//! assert_eq!(error.to_string(), "fault clause 1 (`html:share=2`): share is `2`, expected a number above 0, up to 1");
//! # Ok::<(), customs_test_harness::faults::FaultSpecError>(())
//! ```

mod answer;
mod layer;
mod plan;
mod socket;
mod spec;

pub use plan::FaultSwitch;

/// The grammar for people at a command line, as plain text.
pub const HELP: &str = include_str!("faults/help.txt");
pub use spec::{Clause, Fault, FaultSpec, FaultSpecError, LostPart, Select};

pub(crate) use layer::{GoesTo, Injector, inject};
pub(crate) use socket::{FaultListener, Wire};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_and_selector_is_documented_wherever_the_grammar_is_explained() {
        let reference = include_str!("faults.rs");
        let readme = include_str!("../README.md");
        let selectors = ["share", "count", "skip", "key", "on", "after", "for"];
        for word in FaultSpec::kinds() {
            assert!(
                reference.contains(&format!("//! | `{word}` |")),
                "{word} in faults.rs"
            );
            assert!(readme.contains(&format!("| `{word}` |")), "{word} in README.md");
            assert!(HELP.contains(&format!("\n  {word} ")), "{word} in help.txt");
        }
        for word in selectors {
            assert!(
                reference.contains(&format!("//! | `{word}=")),
                "{word} in faults.rs"
            );
            assert!(readme.contains(&format!("`{word}=")), "{word} in README.md");
            assert!(HELP.contains(&format!("{word}=")), "{word} in help.txt");
        }
    }
}
