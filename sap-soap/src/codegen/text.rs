//! Simple types in Rust, and in words.

use std::fmt::Write as _;

use crate::schema::{Builtin, Simple, SimpleKind};

/// Digits that a `Decimal` holds.
const DECIMAL_DIGITS: u32 = 28;

/// The Rust type of a text, and how serde reads it.
pub(super) struct RustText {
    pub(super) ty: &'static str,
    /// `with = "…"`.
    pub(super) with: Option<&'static str>,
}

impl RustText {
    pub(super) fn plain(ty: &'static str) -> Self {
        Self { ty, with: None }
    }

    pub(super) fn of(simple: &Simple) -> Self {
        let with = |ty, with| Self { ty, with: Some(with) };
        let SimpleKind::Atomic(builtin) = &simple.kind else {
            return Self::plain("String");
        };
        match (builtin, shape(simple)) {
            (Builtin::Date, _) | (Builtin::String, Some(Shape::Date)) => with(
                "Option<sap_soap::jiff::civil::Date>",
                "with = \"sap_soap::value::with::date\"",
            ),
            (Builtin::Time, _) | (Builtin::String, Some(Shape::Time)) => with(
                "Option<sap_soap::value::Time>",
                "with = \"sap_soap::value::with::time\"",
            ),
            (Builtin::Decimal, _) if simple.facets.total_digits.is_none_or(|d| d <= DECIMAL_DIGITS) => with(
                "Option<sap_soap::rust_decimal::Decimal>",
                "with = \"sap_soap::value::with::decimal\"",
            ),
            (Builtin::Base64Binary, _) => with("Vec<u8>", "with = \"sap_soap::value::with::raw\""),
            (Builtin::Boolean, _) => Self::plain("bool"),
            (Builtin::Float | Builtin::Double, _) => Self::plain("f64"),
            (Builtin::Byte, _) => Self::plain("i8"),
            (Builtin::Short, _) => Self::plain("i16"),
            (Builtin::Int, _) => Self::plain("i32"),
            (Builtin::Long, _) => Self::plain("i64"),
            (Builtin::UnsignedByte, _) => Self::plain("u8"),
            (Builtin::UnsignedShort, _) => Self::plain("u16"),
            (Builtin::UnsignedInt, _) => Self::plain("u32"),
            (Builtin::UnsignedLong, _) => Self::plain("u64"),
            _ => Self::plain("String"),
        }
    }
}

enum Shape {
    Date,
    Time,
}

/// Dates and times that ABAP describes as text with a pattern.
fn shape(simple: &Simple) -> Option<Shape> {
    let [patterns] = &*simple.facets.patterns else {
        return None;
    };
    let [pattern] = &***patterns else { return None };
    match pattern.as_str() {
        r"\d\d\d\d-\d\d-\d\d" | "....-..-.." | "[0-9]{4}-[0-9]{2}-[0-9]{2}" => Some(Shape::Date),
        r"\d\d:\d\d:\d\d" | "..:..:.." | "[0-9]{2}:[0-9]{2}:[0-9]{2}" => Some(Shape::Time),
        _ => None,
    }
}

/// The type in ABAP's words, the schema's name of it, and its values.
pub(super) fn describe(simple: &Simple) -> String {
    let facets = &simple.facets;
    let sized = |name: &str, unsized_name: &str| match facets.longest() {
        Some(length) => format!("{name} {length}"),
        None => unsized_name.to_owned(),
    };
    let named = |prefix: &str| {
        simple
            .name
            .as_ref()
            .is_some_and(|n| n.to_ascii_lowercase().starts_with(prefix))
    };
    let digits = facets.patterns.iter().flat_map(|p| &**p).any(|p| p.is_digits());
    let mut out = match &simple.kind {
        SimpleKind::List(_) => "a list of values".to_owned(),
        SimpleKind::Union(_) => "text of one of several types".to_owned(),
        SimpleKind::Atomic(builtin) => match (builtin, shape(simple)) {
            (Builtin::Date, _) | (_, Some(Shape::Date)) => "DATS".to_owned(),
            (Builtin::Time, _) | (_, Some(Shape::Time)) => "TIMS".to_owned(),
            (Builtin::Base64Binary, _) => sized("RAW", "RAWSTRING"),
            (Builtin::Decimal, _) => match (facets.total_digits, facets.fraction_digits) {
                (Some(total), Some(fraction)) if named("curr") => format!("CURR {total},{fraction}"),
                (Some(total), Some(fraction)) if named("quan") => format!("QUAN {total},{fraction}"),
                (Some(total), Some(fraction)) => format!("DEC {total},{fraction}"),
                (Some(total), None) => format!("DEC {total}"),
                (None, _) => "a decimal number".to_owned(),
            },
            (Builtin::UnsignedByte, _) => "INT1".to_owned(),
            (Builtin::Short, _) => "INT2".to_owned(),
            (Builtin::Int, _) => "INT4".to_owned(),
            (Builtin::Long, _) => "INT8".to_owned(),
            (Builtin::Double, _) => "FLTP".to_owned(),
            (Builtin::PrecisionDecimal, _) => "DECFLOAT".to_owned(),
            (Builtin::DateTime, _) => "a date and time".to_owned(),
            (Builtin::Boolean, _) => "true or false".to_owned(),
            _ if digits => sized("NUMC", "digits"),
            _ if named("cuky") => sized("CUKY", "CUKY"),
            _ if named("unit") => sized("UNIT", "UNIT"),
            _ if named("clnt") => sized("CLNT", "CLNT"),
            _ if named("lang") => sized("LANG", "LANG"),
            (builtin, _) if builtin.is_text() => sized("CHAR", "STRING"),
            (builtin, _) => format!("{builtin:?}"),
        },
    };
    if let Some(name) = &simple.name {
        let _ = write!(out, " (`{name}`)");
    }
    if !facets.enumeration.is_empty() {
        let shown: Vec<String> = facets
            .enumeration
            .iter()
            .take(20)
            .map(|v| format!("`{}`", v.replace('`', "'")))
            .collect();
        let more = if facets.enumeration.len() > shown.len() {
            " …"
        } else {
            ""
        };
        let _ = write!(out, ", one of {}{more}", shown.join(", "));
    }
    out.push('.');
    if let Some(documentation) = &simple.documentation {
        let _ = write!(out, " {}", doc_line(documentation));
    }
    out
}

/// Foreign text as one line of documentation: nothing in it is markup.
pub(super) fn doc_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        for c in word.chars() {
            if matches!(c, '[' | ']' | '<' | '>' | '`' | '*' | '_' | '\\') {
                out.push('\\');
            }
            out.push(c);
        }
    }
    out
}
