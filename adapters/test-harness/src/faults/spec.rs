//! The `--faults` grammar: parsing, and nothing else.

use std::str::FromStr;
use std::time::Duration;

/// What goes wrong. The table in [`crate::faults`] says what a client meets.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// The port is closed.
    Refuse,
    /// No answer, or none after so many bytes of its body.
    Stall {
        /// Bytes of the body that still come; `None` stops ahead of the head.
        after_bytes: Option<usize>,
    },
    /// The connection is reset.
    Reset {
        /// Bytes of the answer, head included, that still come.
        after_bytes: usize,
    },
    /// The body comes in small pieces.
    Drip {
        /// Bytes in one piece.
        bytes: usize,
        /// The pause between two pieces.
        pause: Duration,
    },
    /// An HTTP server error with a gateway's page.
    ServerError {
        /// 500 to 599.
        status: u16,
    },
    /// HTTP 429.
    TooManyRequests {
        /// What the `Retry-After` header says, in seconds.
        retry_after: u64,
    },
    /// HTTP 200 with an HTML page.
    Html,
    /// The body ends early.
    Truncated {
        /// The share of the body that comes, in [0, 1).
        at: f64,
    },
    /// EUC-KR letters under a UTF-8 label.
    Charset,
    /// The answer comes late.
    Slow {
        /// How late.
        delay: Duration,
    },
    /// The request arrives twice.
    Duplicate,
    /// The connection closes with no answer.
    Lost {
        /// What was lost.
        part: LostPart,
    },
    /// A DTD in front of the answer.
    Dtd,
    /// HTTP 200 with no body.
    Empty,
}

impl Fault {
    /// The word of the grammar.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Stall { .. } => "stall",
            Self::Reset { .. } => "reset",
            Self::Drip { .. } => "drip",
            Self::ServerError { .. } => "5xx",
            Self::TooManyRequests { .. } => "429",
            Self::Html => "html",
            Self::Truncated { .. } => "truncated",
            Self::Charset => "charset",
            Self::Slow { .. } => "slow",
            Self::Duplicate => "duplicate",
            Self::Lost { .. } => "lost",
            Self::Dtd => "dtd",
            Self::Empty => "empty",
        }
    }
}

/// Which half of an exchange is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LostPart {
    /// The request never arrived: nothing was carried out.
    Request,
    /// The request was carried out, its answer is gone.
    Answer,
}

/// Which requests a clause hits; all that is set must agree.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Select {
    /// This share of the requests, in (0, 1].
    pub share: Option<f64>,
    /// Only so many.
    pub count: Option<u64>,
    /// Not the first so many.
    pub skip: u64,
    /// Requests that carry each part of this key.
    pub key: Option<String>,
    /// Requests to this service or operation.
    pub on: Option<String>,
    /// From this long after the start.
    pub after: Duration,
    /// For this long; `None` is for ever.
    pub lasts: Option<Duration>,
}

/// One fault and the requests it hits.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// What goes wrong.
    pub fault: Fault,
    /// For whom.
    pub select: Select,
}

/// A parsed `--faults` value: clauses in the order in which they are tried. The empty text is the empty list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FaultSpec {
    clauses: Vec<Clause>,
}

impl FaultSpec {
    /// The clauses, in order.
    #[must_use]
    pub fn clauses(&self) -> &[Clause] {
        &self.clauses
    }

    /// The kinds of faults that there are: the words of the grammar.
    pub fn kinds() -> impl Iterator<Item = &'static str> {
        KINDS.split(", ")
    }
}

/// A `--faults` value that does not follow the grammar: which clause, what was found, what was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("fault clause {number} (`{clause}`): {reason}")]
pub struct FaultSpecError {
    number: usize,
    clause: String,
    reason: String,
}

impl FromStr for FaultSpec {
    type Err = FaultSpecError;

    fn from_str(text: &str) -> Result<Self, FaultSpecError> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let clauses = text.split(';').enumerate().map(|(index, clause)| {
            parse_clause(clause).map_err(|reason| FaultSpecError {
                number: index + 1,
                clause: clause.trim().to_owned(),
                reason,
            })
        });
        Ok(Self {
            clauses: clauses.collect::<Result<_, _>>()?,
        })
    }
}

/// The options of one clause; what is taken out is known, what is left over is an error.
struct Options<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Options<'a> {
    fn parse(text: &'a str) -> Result<Self, String> {
        let mut options: Vec<(&str, &str)> = Vec::new();
        for option in text.split(',').map(str::trim) {
            let (name, value) = option
                .split_once('=')
                .ok_or_else(|| format!("`{option}` is no option, expected name=value"))?;
            let (name, value) = (name.trim(), value.trim());
            if options.iter().any(|(known, _)| *known == name) {
                return Err(format!("{name} stands twice"));
            }
            options.push((name, value));
        }
        Ok(Self(options))
    }

    fn take<T>(
        &mut self,
        name: &str,
        expected: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, String> {
        let Some(at) = self.0.iter().position(|(known, _)| *known == name) else {
            return Ok(None);
        };
        let (_, value) = self.0.remove(at);
        read(value)
            .map(Some)
            .ok_or_else(|| format!("{name} is `{value}`, expected {expected}"))
    }

    fn number<T: FromStr>(&mut self, name: &str) -> Result<Option<T>, String> {
        self.take(name, "a whole number", |text| text.parse().ok())
    }
}

const KINDS: &str =
    "refuse, stall, reset, drip, 5xx, 429, html, truncated, charset, slow, duplicate, lost, dtd, empty";

fn parse_clause(text: &str) -> Result<Clause, String> {
    let text = text.trim();
    let (kind, options) = match text.split_once(':') {
        Some((kind, options)) => (kind.trim(), Options::parse(options)?),
        None => (text, Options(Vec::new())),
    };
    let mut options = options;
    let fault = match kind {
        "refuse" => Fault::Refuse,
        "stall" => Fault::Stall {
            after_bytes: options.number("after_bytes")?,
        },
        "reset" => Fault::Reset {
            after_bytes: options.number("after_bytes")?.unwrap_or(0),
        },
        "drip" => Fault::Drip {
            bytes: options
                .take("bytes", "a number above 0", |text| {
                    text.parse().ok().filter(|bytes| *bytes > 0)
                })?
                .unwrap_or(1),
            pause: Duration::from_millis(options.number("ms")?.unwrap_or(20)),
        },
        "5xx" => Fault::ServerError {
            status: options
                .take("status", "500 to 599", |text| {
                    text.parse().ok().filter(|status| (500..600).contains(status))
                })?
                .unwrap_or(503),
        },
        "429" => Fault::TooManyRequests {
            retry_after: options.number("retry_after")?.unwrap_or(1),
        },
        "html" => Fault::Html,
        "truncated" => Fault::Truncated {
            at: options
                .take("at", "a number from 0, below 1", |text| {
                    text.parse().ok().filter(|at| (0.0..1.0).contains(at))
                })?
                .unwrap_or(0.5),
        },
        "charset" => Fault::Charset,
        "slow" => Fault::Slow {
            delay: Duration::from_millis(options.number("ms")?.unwrap_or(1000)),
        },
        "duplicate" => Fault::Duplicate,
        "lost" => Fault::Lost {
            part: options
                .take("part", "request or answer", |text| match text {
                    "request" => Some(LostPart::Request),
                    "answer" => Some(LostPart::Answer),
                    _ => None,
                })?
                .unwrap_or(LostPart::Answer),
        },
        "dtd" => Fault::Dtd,
        "empty" => Fault::Empty,
        other => return Err(format!("unknown kind `{other}`, expected one of {KINDS}")),
    };
    let select = parse_select(&mut options, &fault)?;
    match options.0.first() {
        None => Ok(Clause { fault, select }),
        Some((name, _)) => Err(format!("{kind} has no option `{name}`")),
    }
}

fn parse_select(options: &mut Options<'_>, fault: &Fault) -> Result<Select, String> {
    const DURATION: &str = "a duration such as 500ms, 10s or 2m";
    let time = Select {
        after: options
            .take("after", DURATION, parse_duration)?
            .unwrap_or_default(),
        lasts: options.take("for", DURATION, parse_duration)?,
        ..Select::default()
    };
    if *fault == Fault::Refuse {
        return Ok(time); // A closed port sees no request, so only time can select.
    }
    Ok(Select {
        share: options.take("share", "a number above 0, up to 1", |text| {
            text.parse()
                .ok()
                .filter(|share: &f64| *share > 0.0 && *share <= 1.0)
        })?,
        count: options.number("count")?,
        skip: options.number("skip")?.unwrap_or(0),
        key: options.take("key", "a key", |text| (!text.is_empty()).then(|| text.to_owned()))?,
        on: options.take("on", "a service or an operation", |text| {
            (!text.is_empty()).then(|| text.to_owned())
        })?,
        ..time
    })
}

fn parse_duration(text: &str) -> Option<Duration> {
    let digits = text.find(|letter: char| !letter.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().ok()?;
    match unit {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" => Some(Duration::from_secs(number.checked_mul(60)?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(text: &str) -> String {
        text.parse::<FaultSpec>().unwrap_err().to_string()
    }

    #[test]
    fn every_kind_is_read() {
        for kind in FaultSpec::kinds() {
            let spec: FaultSpec = kind.parse().unwrap();
            assert_eq!(spec.clauses()[0].fault.kind(), kind);
        }
    }

    #[test]
    fn options_and_selectors_are_read() {
        let spec: FaultSpec =
            " stall : key = 1000/0080000007 , after_bytes=9;429:retry_after=2,share=0.25,count=3,skip=1,on=API001,after=500ms,for=2m ; "
                .trim_end_matches(" ; ")
                .parse()
                .unwrap();
        assert_eq!(spec.clauses()[0].fault, Fault::Stall { after_bytes: Some(9) });
        assert_eq!(spec.clauses()[0].select.key.as_deref(), Some("1000/0080000007"));
        assert_eq!(spec.clauses()[1].fault, Fault::TooManyRequests { retry_after: 2 });
        let select = Select {
            share: Some(0.25),
            count: Some(3),
            skip: 1,
            key: None,
            on: Some("API001".to_owned()),
            after: Duration::from_millis(500),
            lasts: Some(Duration::from_secs(120)),
        };
        assert_eq!(spec.clauses()[1].select, select);
    }

    #[test]
    fn nothing_is_no_fault() {
        assert_eq!("  ".parse::<FaultSpec>().unwrap(), FaultSpec::default());
    }

    #[test]
    fn errors_say_what_was_found_and_expected() {
        assert!(
            reason("html;boom")
                .starts_with("fault clause 2 (`boom`): unknown kind `boom`, expected one of refuse")
        );
        assert!(reason("html;").contains("fault clause 2 (``): unknown kind"));
        assert!(reason("html:share=0").contains("share is `0`, expected a number above 0"));
        assert!(reason("html:share=nan").contains("share is `nan`"));
        assert!(reason("html:ms=5").contains("html has no option `ms`"));
        assert!(reason("refuse:share=0.5").contains("refuse has no option `share`"));
        assert!(reason("5xx:status=404").contains("status is `404`, expected 500 to 599"));
        assert!(reason("slow:ms=1,ms=2").contains("ms stands twice"));
        assert!(reason("slow:ms").contains("`ms` is no option, expected name=value"));
        assert!(reason("refuse:for=5").contains("for is `5`, expected a duration such as 500ms, 10s or 2m"));
        assert!(reason("lost:part=both").contains("part is `both`, expected request or answer"));
        assert!(reason("drip:bytes=0").contains("bytes is `0`, expected a number above 0"));
    }
}
