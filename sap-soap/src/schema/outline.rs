//! A type for people: its fields, line by line.

use std::fmt::Write as _;
use std::sync::Arc;

use super::builtin::BUILTINS;
use super::{Complex, Field, Pattern, Schema, Simple, SimpleKind, Type, TypeId};

/// Values of an enumeration that are shown.
const SHOWN: usize = 8;
const MAX_DEPTH: usize = 32;

/// A field of a type, or of a structure in it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutlineLine {
    /// How deep it stands; 0 for a field of the type itself.
    pub depth: usize,
    /// Its name as parameters have it: `@name` for an attribute, `$` for the text beside attributes.
    pub name: String,
    /// What it takes: `string, at most 10`, `decimal 13.3`, `table`, `structure`.
    pub kind: String,
    /// Must it be there? (Where it must and is not given, its initial value is sent.)
    pub required: bool,
}

/// The fields of a type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outline {
    /// The fields in the schema's order, each before what is in it.
    pub lines: Vec<OutlineLine>,
    /// Are there more than were asked for?
    pub cut: bool,
}

impl Schema {
    /// The fields of a type and of all structures in it, at most `most`. A structure that holds itself is shown once.
    pub fn outline(&self, id: TypeId, most: usize) -> Outline {
        let mut outliner = Outliner {
            schema: self,
            path: Vec::new(),
            most,
            outline: Outline::default(),
        };
        outliner.inside(id, 0);
        outliner.outline
    }
}

struct Outliner<'s> {
    schema: &'s Schema,
    path: Vec<TypeId>,
    most: usize,
    outline: Outline,
}

impl Outliner<'_> {
    fn line(&mut self, depth: usize, name: String, kind: String, required: bool) {
        if self.outline.lines.len() >= self.most {
            self.outline.cut = true;
            return;
        }
        self.outline.lines.push(OutlineLine {
            depth,
            name,
            kind,
            required,
        });
    }

    fn inside(&mut self, id: TypeId, depth: usize) {
        let schema = self.schema;
        let Type::Complex(complex) = schema.get(id) else {
            return;
        };
        if self.outline.cut || self.path.contains(&id) || self.path.len() >= MAX_DEPTH {
            return;
        }
        for attribute in &complex.attributes {
            let kind = self.kind(attribute.ty);
            self.line(depth, format!("@{}", attribute.name), kind, attribute.required);
        }
        if let Some(text) = complex.text.filter(|_| !complex.attributes.is_empty()) {
            let kind = self.kind(text);
            self.line(depth, "$".to_owned(), kind, true);
        }
        self.path.push(id);
        // The rows of a table have the place of its own fields; parameters as a whole are no table.
        match complex.table_item().filter(|_| depth > 0) {
            Some(item) => self.inside(item.ty, depth),
            None => complex.fields.iter().for_each(|field| self.field(field, depth)),
        }
        self.path.pop();
    }

    fn field(&mut self, field: &Field, depth: usize) {
        if self.outline.cut {
            return;
        }
        let mut kind = self.kind(field.ty);
        if field.max > 1 {
            kind = format!("list of {kind}");
        }
        if self.path.contains(&field.ty) {
            kind.push_str(", as around it");
        }
        self.line(depth, field.name.to_string(), kind, field.min > 0);
        self.inside(field.ty, depth + 1);
    }

    fn kind(&self, id: TypeId) -> String {
        let schema = self.schema;
        match schema.get(id) {
            Type::Simple(simple) => self.simple(simple),
            Type::Unresolved(reason) => format!("unknown: {reason}"),
            Type::Complex(complex) => {
                let mut kind = self.complex(complex);
                let derived: Vec<&str> = schema
                    .derived(id)
                    .iter()
                    .filter_map(|id| match schema.get(*id) {
                        Type::Complex(complex) => complex.name.as_deref(),
                        Type::Simple(_) | Type::Unresolved(_) => None,
                    })
                    .collect();
                if let Some((first, rest)) = derived.split_first() {
                    let rest: String = rest.iter().take(SHOWN).map(|name| format!(", {name}")).collect();
                    let _ = write!(kind, ", by @xsi:type {first}{rest}");
                }
                kind
            }
        }
    }

    fn complex(&self, complex: &Complex) -> String {
        if let Some(text) = complex.text {
            return match self.schema.get(text) {
                Type::Simple(simple) if complex.attributes.is_empty() => self.simple(simple),
                Type::Simple(_) | Type::Complex(_) | Type::Unresolved(_) => "text with attributes".to_owned(),
            };
        }
        match complex.table_item().map(|item| self.schema.get(item.ty)) {
            Some(Type::Simple(simple)) => format!("table of {}", self.simple(simple)),
            Some(Type::Complex(_) | Type::Unresolved(_)) => "table".to_owned(),
            None if complex.open && complex.fields.is_empty() => "anything".to_owned(),
            None => "structure".to_owned(),
        }
    }

    fn simple(&self, simple: &Simple) -> String {
        let facets = &simple.facets;
        let mut kind = match &simple.kind {
            SimpleKind::Atomic(builtin) => BUILTINS
                .iter()
                .find(|(_, known)| known == builtin)
                .map_or("text", |(name, _)| name)
                .to_owned(),
            SimpleKind::List(item) => format!("list with blanks of {}", self.kind(*item)),
            SimpleKind::Union(members) => {
                let members: Vec<String> = members.iter().take(SHOWN).map(|id| self.kind(*id)).collect();
                members.join(" or ")
            }
        };
        let digits = facets
            .patterns
            .iter()
            .flat_map(|level| &**level)
            .any(Pattern::is_digits);
        if digits {
            kind = "digits".to_owned();
        }
        match (facets.total_digits, facets.fraction_digits) {
            (Some(total), Some(fraction)) => drop(write!(kind, " {total}.{fraction}")),
            (Some(total), None) => drop(write!(kind, " {total}")),
            (None, Some(fraction)) => drop(write!(kind, ", {fraction} decimals at most")),
            (None, None) => {}
        }
        match facets.longest() {
            Some(longest) if facets.shortest() == longest => drop(write!(kind, ", exactly {longest}")),
            Some(longest) => drop(write!(kind, ", at most {longest}")),
            None => {}
        }
        if let Some((first, rest)) = facets.enumeration.split_first() {
            let value = |value: &Arc<str>| format!(" {value:?}");
            let rest: String = rest.iter().take(SHOWN - 1).map(value).collect();
            let more = if facets.enumeration.len() > SHOWN {
                " …"
            } else {
                ""
            };
            let _ = write!(kind, ": one of{}{rest}{more}", value(first));
        }
        kind
    }
}
