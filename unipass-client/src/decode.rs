//! Bytes of an answer → what it says. Pure: no I/O, no clock; one pass over the XML.
//!
//! Nothing is lost: unknown elements and fields are kept beside the known ones and counted as [`Drift`]. Nothing is guessed:
//! whatever is not clearly one of the known outcomes has the verdict [`Verdict::Error`].

mod body;
mod drift;
mod html;
mod plain;
mod scan;

use customs_http::redact;
use secrecy::SecretString;
use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use crate::catalogue::Service;
use crate::record::Records;
use crate::verdict::{ErrorKind, Judged, Verdict, VerdictTable};

pub use drift::{Drift, DriftItem};

/// How many characters of a strange body are shown.
const HEAD: usize = 160;

/// Bounds on an answer. The default: 64 MiB, 16 levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Largest body in bytes.
    pub max_bytes: usize,
    /// Deepest nesting of elements.
    pub max_depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 64 * 1024 * 1024,
            max_depth: 16,
        }
    }
}

/// Reads answers of one service. Cheap to make; holds references only.
///
/// ```
/// use unipass_client::{Decoder, Verdict, services};
///
/// let xml = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
/// <trifFxrtInfoQryRtnVo><ntceInfo></ntceInfo><tCnt>1</tCnt><trifFxrtInfoQryRsltVo>
/// <currSgn>JPY</currSgn><fxrt>9.4</fxrt></trifFxrtInfoQryRsltVo></trifFxrtInfoQryRtnVo>"#;
/// let answer = Decoder::new(&services::exchange_rate::SERVICE).decode(xml.as_bytes());
/// assert_eq!(answer.verdict(), Verdict::Found);
/// assert_eq!(answer.records().first().and_then(|r| r.get("currSgn")), Some("JPY"));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Decoder<'a> {
    service: &'static Service,
    table: &'a VerdictTable,
    secrets: &'a [&'a SecretString],
    limits: Limits,
}

impl<'a> Decoder<'a> {
    /// A decoder with the shipped verdict table and default bounds.
    pub fn new(service: &'static Service) -> Self {
        Self {
            service,
            table: VerdictTable::shipped(),
            secrets: &[],
            limits: Limits::default(),
        }
    }

    /// Judges with this table.
    #[must_use]
    pub fn table(mut self, table: &'a VerdictTable) -> Self {
        self.table = table;
        self
    }

    /// Takes these out of error messages; keys are taken out by their shape anyway, see [`redact`].
    #[must_use]
    pub fn secrets(mut self, secrets: &'a [&'a SecretString]) -> Self {
        self.secrets = secrets;
        self
    }

    /// Sets the bounds.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Reads an answer. Always gives a result: a body that is no answer has the verdict `Error` with a kind of its own.
    pub fn decode(&self, body: &[u8]) -> Decoded {
        match body::read(self.service, body, self.limits) {
            Ok(scanned) => self.judge(scanned),
            Err(kind) => Decoded {
                service: self.service,
                verdict: Verdict::Error(kind),
                notice: None,
                error: Some(AnswerError {
                    kind,
                    message: self.describe(kind, body),
                }),
                records: Records::default(),
                t_cnt: None,
                drift: Drift::default(),
            },
        }
    }

    fn judge(&self, scanned: scan::Scanned) -> Decoded {
        let root_known = self.service.knows_root(&scanned.root);
        let drift = drift::measure(self.service, &scanned);
        let Judged { verdict, message } =
            self.table
                .judge(self.service, &scanned.envelope(), root_known, &scanned.records);
        let error = match verdict {
            Verdict::Error(ErrorKind::UnknownRoot) => Some(AnswerError {
                kind: ErrorKind::UnknownRoot,
                message: redact::scrub(
                    &format!("{}: <{}>", ErrorKind::UnknownRoot, scanned.root),
                    self.secrets,
                ),
            }),
            Verdict::Error(kind) => Some(AnswerError {
                kind,
                message: redact::scrub(&message, self.secrets),
            }),
            Verdict::Found | Verdict::NotFound | Verdict::Many | Verdict::Mismatch => None,
        };
        let notice = scanned
            .notice
            .as_deref()
            .map(str::trim)
            .filter(|n| !n.is_empty() && error.is_none());
        Decoded {
            service: self.service,
            verdict,
            notice: notice.map(|text| match self.service.is_personal() {
                true => redact::scrub(text, self.secrets),
                false => text.to_owned(),
            }),
            error,
            t_cnt: scanned.count,
            records: scanned.records,
            drift,
        }
    }

    fn describe(&self, kind: ErrorKind, body: &[u8]) -> String {
        match redact::head(body.trim_ascii(), HEAD, self.secrets) {
            head if head.is_empty() => kind.to_string(),
            head => format!("{kind}: {head}"),
        }
    }
}

/// A decoded answer. `Debug` shows how many records there are, never their text.
///
/// As JSON: `{"service","verdict","notice","error":{"kind","message"},"records":[{"element","fields":{…}}]}`, with `null` for an
/// absent notice or error; several fields of one name in a record become a list.
pub struct Decoded {
    service: &'static Service,
    verdict: Verdict,
    notice: Option<String>,
    error: Option<AnswerError>,
    records: Records,
    t_cnt: Option<i64>,
    drift: Drift,
}

impl Decoded {
    /// The service that answered.
    pub fn service(&self) -> &'static Service {
        self.service
    }

    /// What the answer means.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// The text of `ntceInfo`, when there is one and it is no error.
    pub fn notice(&self) -> Option<&str> {
        self.notice.as_deref()
    }

    /// The error, exactly when the verdict is [`Verdict::Error`].
    pub fn error(&self) -> Option<&AnswerError> {
        self.error.as_ref()
    }

    /// The records in the order of the answer.
    pub fn records(&self) -> &Records {
        &self.records
    }

    #[cfg(feature = "pipeline")]
    pub(crate) fn into_records(self) -> Records {
        self.records
    }

    /// `tCnt` as it came; absent or no number: `None`. What it counts depends on the service.
    pub fn t_cnt(&self) -> Option<i64> {
        self.t_cnt
    }

    /// What the catalogue did not expect.
    pub fn drift(&self) -> &Drift {
        &self.drift
    }
}

impl std::fmt::Debug for Decoded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decoded")
            .field("service", &self.service.id)
            .field("verdict", &self.verdict)
            .field("error", &self.error)
            .field("t_cnt", &self.t_cnt)
            .field("records", &self.records)
            .field("drift", &self.drift.count())
            .finish_non_exhaustive()
    }
}

impl Serialize for Decoded {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut s = serializer.serialize_struct("Decoded", 5)?;
        s.serialize_field("service", self.service.id)?;
        s.serialize_field("verdict", self.verdict.as_str())?;
        s.serialize_field("notice", &self.notice)?;
        s.serialize_field("error", &self.error)?;
        s.serialize_field("records", &self.records)?;
        s.end()
    }
}

/// Why an answer is an error. The message is the service's own text or a redacted head of the body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AnswerError {
    /// The cause, with a stable code.
    pub kind: ErrorKind,
    /// For people; holds no secret.
    pub message: String,
}
