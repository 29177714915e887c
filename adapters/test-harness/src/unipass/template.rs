//! Raw XML with placeholders: `{{name}}`, and `{{#rows}}…{{/rows}}` around what is repeated.

use std::borrow::Cow;

/// A parsed body.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Template(Vec<Piece>);

#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Text(String),
    Value(String),
    Repeat(String, Template),
}

/// What fills a template.
pub(super) trait Values {
    /// The value of that name; inside a repeated part, that of the row.
    fn value(&self, name: &str, row: Option<usize>) -> Cow<'_, str>;
    /// How often a part is repeated.
    fn rows(&self, name: &str) -> usize;
}

impl Template {
    /// Parses a body; each name must please `known`.
    pub(super) fn parse(body: &str, known: impl Fn(&str) -> bool + Copy) -> Result<Self, String> {
        let (template, rest) = Self::parse_until(body, None, known)?;
        debug_assert!(rest.is_empty());
        Ok(template)
    }

    fn parse_until<'a>(
        mut rest: &'a str,
        part: Option<&str>,
        known: impl Fn(&str) -> bool + Copy,
    ) -> Result<(Self, &'a str), String> {
        let mut pieces = Vec::new();
        while let Some((text, after)) = rest.split_once("{{") {
            let (name, after) = after.split_once("}}").ok_or("a placeholder has no end")?;
            if !text.is_empty() {
                pieces.push(Piece::Text(text.to_owned()));
            }
            rest = after;
            if let Some(name) = name.strip_prefix('#') {
                if part.is_some() {
                    return Err(format!("{{{{#{name}}}}} stands inside another repeated part"));
                }
                let (inner, after) = Self::parse_until(rest, Some(name), known)?;
                pieces.push(Piece::Repeat(name.to_owned(), inner));
                rest = after;
            } else if let Some(name) = name.strip_prefix('/') {
                return if part == Some(name) {
                    Ok((Self(pieces), rest))
                } else {
                    Err(format!("{{{{/{name}}}}} ends nothing"))
                };
            } else if known(name) {
                pieces.push(Piece::Value(name.to_owned()));
            } else {
                return Err(format!("{{{{{name}}}}} is no known placeholder"));
            }
        }
        if let Some(part) = part {
            return Err(format!("{{{{#{part}}}}} has no end"));
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Ok((Self(pieces), ""))
    }

    /// Fills it; values are escaped.
    pub(super) fn render(&self, values: &dyn Values) -> String {
        let mut out = String::with_capacity(1024);
        self.render_row(values, None, &mut out);
        out
    }

    fn render_row(&self, values: &dyn Values, row: Option<usize>, out: &mut String) {
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Value(name) => {
                    out.push_str(&quick_xml::escape::partial_escape(&*values.value(name, row)));
                }
                Piece::Repeat(name, inner) => {
                    for row in 0..values.rows(name) {
                        inner.render_row(values, Some(row), out);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Letters;

    impl Values for Letters {
        fn value(&self, name: &str, row: Option<usize>) -> Cow<'_, str> {
            format!("<{name}{}>", row.map_or(String::new(), |row| row.to_string())).into()
        }

        fn rows(&self, _: &str) -> usize {
            2
        }
    }

    fn parse(body: &str) -> Result<Template, String> {
        Template::parse(body, |name| name != "unknown")
    }

    #[test]
    fn values_and_rows_are_filled_in() {
        let filled = parse("a{{x}}b{{#r}}[{{y}}]{{/r}}c").unwrap().render(&Letters);
        assert_eq!(filled, "a&lt;x&gt;b[&lt;y0&gt;][&lt;y1&gt;]c");
    }

    #[test]
    fn errors_are_found_at_parsing() {
        for (body, error) in [
            ("{{unknown}}", "{{unknown}} is no known placeholder"),
            ("{{x", "a placeholder has no end"),
            ("{{#r}}", "{{#r}} has no end"),
            ("{{/r}}", "{{/r}} ends nothing"),
            ("{{#r}}{{#s}}", "{{#s}} stands inside another repeated part"),
        ] {
            assert_eq!(parse(body).unwrap_err(), error);
        }
    }
}
