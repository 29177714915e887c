use super::ReadError;
use super::limits::{Characters, Limits};
use super::xml::{Attributes, local, prefix};

const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// The namespaces in force, and the one place where attributes are read.
#[derive(Debug)]
pub(super) struct Namespaces {
    /// Depth of the declaring element, prefix, namespace.
    bindings: Vec<(usize, String, String)>,
    scratch: String,
    limits: Limits,
    characters: Characters,
}

impl Namespaces {
    pub(super) fn new(limits: Limits, characters: Characters) -> Self {
        Self {
            bindings: Vec::new(),
            scratch: String::new(),
            limits,
            characters,
        }
    }

    /// Reads the attributes of the element at `depth`: declarations are remembered, the others go to `each` by the name
    /// that a field gets (`unitCode`, `xsi:nil`, `xml:lang`). The value of `xsi:type` is a name too, and loses its prefix like
    /// all names.
    pub(super) fn read(
        &mut self,
        depth: usize,
        attributes: Attributes<'_>,
        mut each: impl FnMut(&str, &str) -> Result<(), super::ReadErrorKind>,
    ) -> Result<(), ReadError> {
        if attributes.is_empty() {
            return Ok(());
        }
        let Self {
            bindings,
            scratch,
            limits,
            characters,
        } = self;
        // A declaration may stand behind the attribute that needs it.
        attributes.read(limits, *characters, scratch, |name, value| {
            if let Some(declared) = declared_prefix(name) {
                bindings.push((depth, declared.to_owned(), value.to_owned()));
            }
            Ok(())
        })?;
        attributes.read(limits, *characters, scratch, |name, value| {
            if declared_prefix(name).is_some() {
                return Ok(());
            }
            match prefix(name) {
                "" => each(name, value),
                "xml" => each(name, value),
                other if find(bindings, other) == XSI => match local(name) {
                    "type" => each("xsi:type", local(value.trim_ascii())),
                    name => each(&format!("xsi:{name}"), value),
                },
                _ => each(local(name), value),
            }
        })
    }

    /// Forgets what was declared deeper than `depth`.
    pub(super) fn leave(&mut self, depth: usize) {
        while self
            .bindings
            .last()
            .is_some_and(|(declared, ..)| *declared > depth)
        {
            self.bindings.pop();
        }
    }

    /// The namespace of an element's name; empty if it has none.
    pub(super) fn of(&self, name: &str) -> &str {
        find(&self.bindings, prefix(name))
    }
}

fn find<'a>(bindings: &'a [(usize, String, String)], prefix: &str) -> &'a str {
    bindings
        .iter()
        .rev()
        .find(|(_, p, _)| p == prefix)
        .map_or("", |(.., namespace)| namespace)
}

/// The prefix that `xmlns:prefix` or `xmlns` declares.
fn declared_prefix(name: &str) -> Option<&str> {
    match name.strip_prefix("xmlns")? {
        "" => Some(""),
        rest => rest.strip_prefix(':'),
    }
}
