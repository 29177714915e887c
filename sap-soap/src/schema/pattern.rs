use std::fmt;
use std::sync::{Arc, OnceLock};

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Class, Hir, HirKind};

/// Bytes that a compiled pattern may take; a pattern beyond it is not checked.
const SIZE_LIMIT: usize = 1 << 20;
/// Steps that [`Pattern::example`] may take: nested counts multiply.
const EXAMPLE_STEPS: u32 = 20_000;

/// A pattern of XML Schema. It must match the whole value.
///
/// Patterns are compiled when they are first needed. One that cannot be (blocks such as `\p{IsGreek}`, sizes beyond
/// reason) matches everything: the receiver is left to judge.
#[derive(Clone)]
pub struct Pattern(Arc<Inner>);

struct Inner {
    source: Arc<str>,
    shape: Option<Shape>,
    compiled: OnceLock<Option<Regex>>,
}

/// The two forms that nearly all patterns of ABAP have, matched without a regular expression.
enum Shape {
    /// `\d*`, `\d+`: the smallest number of digits.
    Digits(usize),
    /// `\d\d\d\d-\d\d-\d\d`, `....-..-..`, `[0-9]{2}:[0-9]{2}:[0-9]{2}`: one entry for each character.
    Fixed(Vec<Place>),
}

#[derive(Clone, Copy)]
enum Place {
    Digit,
    Any,
    Literal(u8),
}

impl Pattern {
    pub(crate) fn new(source: Arc<str>) -> Self {
        let shape = Shape::of(&source);
        Self(Arc::new(Inner {
            source,
            shape,
            compiled: OnceLock::new(),
        }))
    }

    /// As the schema writes it.
    pub fn as_str(&self) -> &str {
        &self.0.source
    }

    /// Does the whole text match?
    pub fn matches(&self, text: &str) -> bool {
        if self
            .0
            .shape
            .as_ref()
            .is_some_and(|shape| shape.matches(text.as_bytes()))
        {
            return true;
        }
        let compiled = self.0.compiled.get_or_init(|| {
            let source = format!(r"\A(?:{})\z", translate(&self.0.source)?);
            RegexBuilder::new(&source)
                .size_limit(SIZE_LIMIT)
                .nest_limit(64)
                .build()
                .ok()
        });
        compiled.as_ref().is_none_or(|regex| regex.is_match(text))
    }

    /// Only digits, as many as the length allows: the pattern of an ABAP NUMC field.
    pub(crate) fn is_digits(&self) -> bool {
        matches!(self.0.shape, Some(Shape::Digits(_)))
    }

    /// A short text that matches, with optional parts repeated `repeat` times where that is allowed. Zeros where a zero is
    /// allowed.
    pub(crate) fn example(&self, repeat: u32) -> Option<String> {
        let translated = translate(&self.0.source)?;
        let hir = regex_syntax::ParserBuilder::new()
            .nest_limit(64)
            .build()
            .parse(&translated)
            .ok()?;
        let mut out = String::new();
        generate(&hir, repeat, &mut { EXAMPLE_STEPS }, &mut out)?;
        Some(out)
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pattern({:?})", self.as_str())
    }
}

impl Shape {
    fn of(source: &str) -> Option<Self> {
        match source {
            r"\d*" | "[0-9]*" => return Some(Self::Digits(0)),
            r"\d+" | "[0-9]+" => return Some(Self::Digits(1)),
            _ => {}
        }
        let mut places = Vec::new();
        let mut rest = source;
        while !rest.is_empty() {
            let (place, after) =
                if let Some(after) = rest.strip_prefix(r"\d").or_else(|| rest.strip_prefix("[0-9]")) {
                    (Place::Digit, after)
                } else if let Some(after) = rest.strip_prefix('.') {
                    (Place::Any, after)
                } else {
                    let literal = *rest.as_bytes().first()?;
                    if !(literal.is_ascii_alphanumeric() || matches!(literal, b'-' | b':' | b' ')) {
                        return None;
                    }
                    (Place::Literal(literal), &rest[1..])
                };
            let (count, after) = match after.strip_prefix('{') {
                Some(counted) => {
                    let (count, after) = counted.split_once('}')?;
                    (count.parse::<usize>().ok().filter(|c| *c <= 64)?, after)
                }
                None => (1, after),
            };
            places.extend(std::iter::repeat_n(place, count));
            if places.len() > 256 {
                return None;
            }
            rest = after;
        }
        Some(Self::Fixed(places))
    }

    /// `true` is certain; on `false` the regular expression decides (digits of other scripts).
    fn matches(&self, text: &[u8]) -> bool {
        match self {
            Self::Digits(min) => text.len() >= *min && text.iter().all(u8::is_ascii_digit),
            Self::Fixed(places) => {
                text.len() == places.len()
                    && places.iter().zip(text).all(|(place, byte)| match place {
                        Place::Digit => byte.is_ascii_digit(),
                        Place::Any => matches!(byte, 0x20..=0x7E),
                        Place::Literal(literal) => byte == literal,
                    })
            }
        }
    }
}

/// XML Schema's regular expressions in the syntax of the `regex` crate. `None`: not expressible.
fn translate(source: &str) -> Option<String> {
    let mut out = String::with_capacity(source.len() + 16);
    let mut chars = source.chars().peekable();
    let mut class_depth = 0_usize;
    while let Some(c) = chars.next() {
        match c {
            '\\' => escape(&mut chars, class_depth > 0, &mut out)?,
            '[' if class_depth == 0 => {
                class_depth = 1;
                out.push('[');
                if chars.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
            }
            // Subtraction: `[a-z-[aeiou]]`.
            '-' if class_depth > 0 && chars.peek() == Some(&'[') => {
                chars.next();
                class_depth += 1;
                out.push_str("--[");
                if chars.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
            }
            '[' => out.push_str(r"\["),
            ']' => {
                class_depth = class_depth.saturating_sub(1);
                out.push(']');
            }
            '&' | '~' if class_depth > 0 => {
                out.push('\\');
                out.push(c);
            }
            '^' | '$' if class_depth == 0 => {
                out.push('\\');
                out.push(c);
            }
            '.' if class_depth == 0 => out.push_str(r"[^\n\r]"),
            '(' if chars.peek() == Some(&'?') => return None,
            _ => out.push(c),
        }
    }
    Some(out)
}

fn escape(
    chars: &mut std::iter::Peekable<std::str::Chars<'_>>,
    in_class: bool,
    out: &mut String,
) -> Option<()> {
    let class = |out: &mut String, negated: bool, members: &str| {
        out.push_str(if negated { "[^" } else { "[" });
        out.push_str(members);
        out.push(']');
    };
    match chars.next()? {
        'd' => out.push_str(r"\p{Nd}"),
        'D' => out.push_str(r"\P{Nd}"),
        's' => class(out, false, r" \t\n\r"),
        'S' => class(out, true, r" \t\n\r"),
        'w' => class(out, true, r"\p{P}\p{Z}\p{C}"),
        'W' => class(out, false, r"\p{P}\p{Z}\p{C}"),
        'i' => class(out, false, r"_:\p{L}"),
        'I' => class(out, true, r"_:\p{L}"),
        'c' => class(out, false, r"\-._:\p{L}\p{Nd}\p{M}"),
        'C' => class(out, true, r"\-._:\p{L}\p{Nd}\p{M}"),
        kind @ ('p' | 'P') => {
            chars.next_if_eq(&'{')?;
            let name: String = chars.by_ref().take_while(|c| *c != '}').collect();
            match name.as_str() {
                "IsBasicLatin" => class(out, kind == 'P', r"\x00-\x7F"),
                "IsLatin-1Supplement" => class(out, kind == 'P', r"\x{80}-\x{FF}"),
                block if block.starts_with("Is") => return None,
                category => out.extend(['\\', kind, '{'].into_iter().chain(category.chars()).chain(['}'])),
            }
        }
        c if c.is_ascii_punctuation() || matches!(c, 'n' | 'r' | 't') => out.extend(['\\', c]),
        c if in_class || !c.is_ascii() => out.push(c),
        _ => return None,
    }
    Some(())
}

fn generate(hir: &Hir, repeat: u32, steps: &mut u32, out: &mut String) -> Option<()> {
    *steps = steps.checked_sub(1)?;
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(Class::Unicode(class)) => {
            let has = |c: char| class.ranges().iter().any(|r| (r.start()..=r.end()).contains(&c));
            let preferred = ['0', 'A', 'a', '-', ' '].into_iter().find(|c| has(*c));
            out.push(preferred.or_else(|| class.ranges().iter().map(|r| r.start()).find(|c| *c > ' '))?);
        }
        HirKind::Class(Class::Bytes(_)) => return None,
        HirKind::Repetition(repetition) => {
            let times = repeat.min(repetition.max.unwrap_or(u32::MAX)).max(repetition.min);
            for _ in 0..times {
                generate(&repetition.sub, repeat, steps, out)?;
            }
        }
        HirKind::Capture(capture) => generate(&capture.sub, repeat, steps, out)?,
        HirKind::Concat(parts) => {
            for part in parts {
                generate(part, repeat, steps, out)?;
            }
        }
        HirKind::Alternation(branches) => generate(branches.first()?, repeat, steps, out)?,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(source: &str) -> Pattern {
        Pattern::new(source.into())
    }

    #[test]
    fn the_whole_text_must_match() {
        assert!(pattern(r"\d+").matches("0012"));
        assert!(!pattern(r"\d+").matches(""));
        assert!(!pattern(r"\d+").matches("12a"));
        assert!(pattern(r"\d*").matches("٣"), "a digit of another script");
        assert!(pattern(r"\d\d\d\d-\d\d-\d\d").matches("0000-00-00"));
        assert!(!pattern(r"\d\d\d\d-\d\d-\d\d").matches("0000-00-0"));
        assert!(pattern("....-..-..").matches("ä123-01-02"));
        assert!(pattern("[0-9]{2}:[0-9]{2}").matches("24:00"));
    }

    #[test]
    fn the_syntax_of_xml_schema() {
        assert!(pattern("a^b$").matches("a^b$"));
        assert!(pattern("[a-z-[aeiou]]+").matches("xyz"));
        assert!(!pattern("[a-z-[aeiou]]+").matches("xaz"));
        assert!(pattern("[A-Z,Ñ,&]{3,4}").matches("A&Ñ"));
        assert!(pattern(r"\i\c*").matches("_a-1"));
        assert!(!pattern(r"\i\c*").matches("1a"));
        assert!(pattern(r"\p{IsBasicLatin}*").matches("abc"));
        assert!(!pattern(r"\p{IsBasicLatin}*").matches("ä"));
        assert!(pattern(r"\p{IsGreek}").matches("not checked"));
        assert!(pattern("((a{999}){999}){999}").matches("not checked"));
    }

    #[test]
    fn examples_match() {
        for source in [
            r"\d+",
            r"[-P0-9D]{1,20}",
            "[0-9]{20}",
            ".{1,20}",
            r"[A-Za-z_]+([\-+.][a-z]+)*@[a-z]+\.[a-z]+",
            "(b|c)d?",
        ] {
            let pattern = pattern(source);
            let example = pattern.example(0).unwrap();
            assert!(pattern.matches(&example), "{source}: {example}");
        }
        assert_eq!(
            pattern("[0-9a-f]{4}-[0-9]{2}").example(0).as_deref(),
            Some("0000-00")
        );
        assert_eq!(pattern(r"\d*").example(3).as_deref(), Some("000"));
        assert_eq!(pattern("(a{999}){999}").example(0), None);
    }
}
