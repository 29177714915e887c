//! Scenario files: the services, and what each answers when.
//!
//! ```text
//! # a comment
//! service: trifFxrtInfoQry/retrieveTrifFxrtInfo      the path below /ext/rest/
//! root: trifFxrtInfoQryRtnVo                         the root of answers about the key
//! world: cargo                                       how a shipment is found by the parameters: cargo or export; optional
//! private: pltxNm cralTelno                          parameters whose values are in no log; optional
//!
//! === name of the scenario
//! when: imexTp=2 qryYymmDd=2026*                     all terms must agree; without it, always
//! status: 500                                        the HTTP status; 200 unless given
//! <xml>…</xml>                                       the body; its lines are trimmed and joined
//! ```
//! The first scenario whose terms agree answers. A term is `name=pattern` with `*` for any text and `?` for one letter (an
//! empty pattern agrees with an empty or missing parameter), `name!=pattern`, `name.len<15` or `name.len>15` in letters.
//! A name is a parameter, or a fact of the world such as `world` or `shipped`.

use std::path::Path;
use std::{fs, io};

use http::StatusCode;

use super::template::Template;
use super::view::{Lookup, is_placeholder};
use crate::error::StartError;

/// A service with its scenarios.
#[derive(Debug)]
pub(super) struct Service {
    /// `API001` and so on: the name of the file.
    pub(super) id: String,
    /// `service/operation`.
    pub(super) path: String,
    /// The root element of answers about the key.
    pub(super) root: String,
    pub(super) lookup: Option<Lookup>,
    pub(super) private: Vec<String>,
    pub(super) scenarios: Vec<Scenario>,
}

/// One answer and when it is given.
#[derive(Debug)]
pub(super) struct Scenario {
    pub(super) name: String,
    pub(super) when: Vec<Term>,
    pub(super) status: StatusCode,
    pub(super) body: Template,
}

/// One condition.
#[derive(Debug, PartialEq)]
pub(super) struct Term {
    name: String,
    test: Test,
}

#[derive(Debug, PartialEq)]
enum Test {
    Is(String),
    IsNot(String),
    ShorterThan(usize),
    LongerThan(usize),
}

impl Term {
    /// Whether the value that `value` knows under the term's name agrees.
    pub(super) fn agrees<'v>(&self, value: impl FnOnce(&str) -> std::borrow::Cow<'v, str>) -> bool {
        let value = value(&self.name);
        match &self.test {
            Test::Is(pattern) => matches_glob(pattern, &value),
            Test::IsNot(pattern) => !matches_glob(pattern, &value),
            Test::ShorterThan(length) => value.chars().count() < *length,
            Test::LongerThan(length) => value.chars().count() > *length,
        }
    }

    fn parse(text: &str) -> Result<Self, String> {
        let length = |text: &str| text.parse().map_err(|_| format!("`{text}` is no length"));
        let (name, test) = if let Some((name, number)) = text.split_once(".len<") {
            (name, Test::ShorterThan(length(number)?))
        } else if let Some((name, number)) = text.split_once(".len>") {
            (name, Test::LongerThan(length(number)?))
        } else if let Some((name, pattern)) = text.split_once("!=") {
            (name, Test::IsNot(pattern.to_owned()))
        } else if let Some((name, pattern)) = text.split_once('=') {
            (name, Test::Is(pattern.to_owned()))
        } else {
            return Err(format!("`{text}` is no term, expected name=pattern"));
        };
        Ok(Self {
            name: name.to_owned(),
            test,
        })
    }
}

/// `*` stands for any text, `?` for one letter.
fn matches_glob(pattern: &str, text: &str) -> bool {
    match pattern.chars().next() {
        None => text.is_empty(),
        Some('*') => {
            let rest = &pattern[1..];
            text.char_indices()
                .map(|(at, _)| at)
                .chain([text.len()])
                .any(|at| matches_glob(rest, &text[at..]))
        }
        Some(wanted) => {
            let mut letters = text.chars();
            letters
                .next()
                .is_some_and(|letter| wanted == '?' || wanted == letter)
                && matches_glob(&pattern[wanted.len_utf8()..], letters.as_str())
        }
    }
}

/// All services: the embedded ones, each replaced by the file of its name in `dir`.
pub(super) fn load(dir: Option<&Path>) -> Result<Vec<Service>, StartError> {
    let content = |path: &Path| {
        let path = path.to_owned();
        move |(line, reason)| StartError::Content { path, line, reason }
    };
    let mut services = Vec::new();
    for (id, text) in super::embedded::SCENARIOS {
        let path = Path::new("scenarios").join(format!("{id}.scenario"));
        services.push(parse(id, text).map_err(content(&path))?);
    }
    let Some(dir) = dir else { return Ok(services) };
    let files = fs::read_dir(dir)
        .and_then(Iterator::collect::<io::Result<Vec<_>>>)
        .map_err(StartError::file(dir))?;
    for path in files.into_iter().map(|file| file.path()) {
        let Some(id) = path
            .file_name()
            .and_then(|name| name.to_str()?.strip_suffix(".scenario"))
        else {
            continue;
        };
        let text = fs::read_to_string(&path).map_err(StartError::file(&path))?;
        let service = parse(id, &text).map_err(content(&path))?;
        services.retain(|known| known.id != service.id);
        services.push(service);
    }
    Ok(services)
}

/// Reads one file; an error comes with its line.
fn parse(id: &str, text: &str) -> Result<Service, (usize, String)> {
    let mut service = Service {
        id: id.to_owned(),
        path: String::new(),
        root: String::new(),
        lookup: None,
        private: Vec::new(),
        scenarios: Vec::new(),
    };
    let mut draft: Option<Draft> = None;
    for (index, line) in text.lines().map(str::trim).enumerate() {
        let number = index + 1;
        if let Some(name) = line.strip_prefix("===") {
            finish(&mut service, draft.take())?;
            draft = Some(Draft {
                line: number,
                name: name.trim().to_owned(),
                ..Draft::default()
            });
        } else if let Some(draft) = &mut draft {
            draft.read(line).map_err(|reason| (number, reason))?;
        } else if !line.is_empty() && !line.starts_with('#') {
            read_header(&mut service, line).map_err(|reason| (number, reason))?;
        }
    }
    finish(&mut service, draft)?;
    for (name, value) in [("service", &service.path), ("root", &service.root)] {
        if value.is_empty() {
            return Err((1, format!("`{name}:` is missing")));
        }
    }
    Ok(service)
}

fn read_header(service: &mut Service, line: &str) -> Result<(), String> {
    let (name, value) = line
        .split_once(':')
        .ok_or_else(|| format!("`{line}` is no header, expected name: value"))?;
    let value = value.trim();
    match name {
        "service" => value.clone_into(&mut service.path),
        "root" => value.clone_into(&mut service.root),
        "world" => {
            service.lookup = Some(
                Lookup::parse(value)
                    .ok_or_else(|| format!("world is `{value}`, expected cargo or export"))?,
            );
        }
        "private" => service.private = value.split_whitespace().map(str::to_owned).collect(),
        _ => {
            return Err(format!(
                "unknown header `{name}`, expected service, root, world or private"
            ));
        }
    }
    Ok(())
}

/// A scenario whose end has not been seen.
#[derive(Default)]
struct Draft {
    line: usize,
    name: String,
    when: Vec<Term>,
    status: StatusCode,
    body: String,
}

impl Draft {
    fn read(&mut self, line: &str) -> Result<(), String> {
        if self.body.is_empty() {
            if let Some(terms) = line.strip_prefix("when:") {
                self.when = terms
                    .split_whitespace()
                    .map(Term::parse)
                    .collect::<Result<_, _>>()?;
                return Ok(());
            }
            if let Some(status) = line.strip_prefix("status:") {
                let status = status.trim();
                self.status = status
                    .parse()
                    .map_err(|_| format!("`{status}` is no HTTP status"))?;
                return Ok(());
            }
        }
        self.body.push_str(line);
        Ok(())
    }
}

fn finish(service: &mut Service, draft: Option<Draft>) -> Result<(), (usize, String)> {
    let Some(Draft {
        line,
        name,
        when,
        status,
        body,
    }) = draft
    else {
        return Ok(());
    };
    let body = Template::parse(&body, is_placeholder).map_err(|reason| (line, reason))?;
    service.scenarios.push(Scenario {
        name,
        when,
        status,
        body,
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs() {
        for (pattern, text) in [
            ("", ""),
            ("*", ""),
            ("20*", "2026"),
            ("*26", "2026"),
            ("?*", "관"),
            ("a*b*c", "a1b2c"),
            ("관?", "관세"),
        ] {
            assert!(matches_glob(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("", "a"),
            ("?*", ""),
            ("20*", "1926"),
            ("a*b*c", "a1c"),
            ("관", "관세"),
        ] {
            assert!(!matches_glob(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn terms() {
        let agrees = |term: &str, value: &str| Term::parse(term).unwrap().agrees(|_| value.into());
        assert!(agrees("a=", "") && !agrees("a=", "1"));
        assert!(agrees("a!=1", "2") && !agrees("a!=1", "1"));
        assert!(agrees("a.len<3", "관세") && !agrees("a.len<3", "관세청"));
        assert!(agrees("a.len>2", "관세청") && !agrees("a.len>2", "관세"));
        assert!(Term::parse("a").is_err() && Term::parse("a.len<b").is_err());
    }

    #[test]
    fn a_file_is_read() {
        let text = "# c\nservice: s/o\nroot: R\nworld: cargo\nprivate: a b\n\n=== one\nwhen: a=1 b=*\nstatus: 500\n<R>\n  <x/>\n</R>\n=== two\n<R/>\n";
        let service = parse("API999", text).unwrap();
        assert_eq!((service.path.as_str(), service.root.as_str()), ("s/o", "R"));
        assert_eq!(service.private, ["a", "b"]);
        let one = &service.scenarios[0];
        assert_eq!(
            (one.name.as_str(), one.when.len(), one.status.as_u16()),
            ("one", 2, 500)
        );
        assert_eq!(one.body, Template::parse("<R><x/></R>", |_| true).unwrap());
        assert_eq!(service.scenarios[1].status, StatusCode::OK);
    }

    #[test]
    fn errors_name_the_line() {
        for (text, line, reason) in [
            ("service: s/o\n", 1, "`root:` is missing"),
            ("service: s/o\nrot: R\n", 2, "unknown header `rot`"),
            ("service", 1, "`service` is no header"),
            ("world: moon", 1, "world is `moon`"),
            ("root: R\n=== a\nwhen: x\n", 3, "`x` is no term"),
            ("root: R\n=== a\nstatus: 99\n", 3, "`99` is no HTTP status"),
            (
                "root: R\n=== a\n<a>{{nonsense}}</a>",
                2,
                "{{nonsense}} is no known placeholder",
            ),
        ] {
            let (found_line, found) = parse("API999", text).unwrap_err();
            assert_eq!(found_line, line, "{text}");
            assert!(found.starts_with(reason), "{found}");
        }
    }
}
