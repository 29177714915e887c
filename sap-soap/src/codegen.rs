//! Typed Rust from a WSDL: a struct for each structure of an operation, with the fields' own names and types.
//!
//! In a build script:
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use sap_soap::{codegen, wsdl::Wsdl};
//!
//! let wsdl = Wsdl::from_file("due.wsdl")?;
//! let code = codegen::generate(&wsdl, Some("ZCustomsGetDue"))?;
//! std::fs::write(std::path::Path::new(&std::env::var("OUT_DIR")?).join("due.rs"), code)?;
//! # Ok(())
//! # }
//! ```
//!
//! and in the crate `include!(concat!(env!("OUT_DIR"), "/due.rs"));`. The code needs `serde` with `derive`, and this crate.
//!
//! # The types
//! | in the schema | in Rust |
//! |---|---|
//! | text, NUMC, enumerations, lists | `String` |
//! | DATS, TIMS, also where they are text with a pattern | `Option<Date>`, `Option<Time>`; initial is `None` |
//! | decimals of at most 28 digits | `Option<Decimal>`; empty is `None` |
//! | whole numbers, floating point | `i32` …, `f64` |
//! | `boolean` | `bool` |
//! | base64 | `Vec<u8>` |
//! | a table, a repeated element | `Vec<T>` |
//! | a structure | a struct |
//! | text with attributes | a struct with `value` and the attributes |
//! | what may be missing | `Option<T>` |
//! | anything, and a structure whose type is abstract | [`Value`](crate::Value) |
//!
//! `Default` gives initial values, and a field that a reply lacks becomes its default.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::sync::Arc;

mod names;
mod text;

use crate::schema::{Complex, Field, Schema, Type, TypeId};
use crate::wsdl::{Message, Operation, UnknownOperation, Wsdl};
use names::{Names, field_name};
use text::{RustText, doc_line};

/// Why no code can be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CodegenError {
    /// The WSDL has no such operation.
    #[error(transparent)]
    Operation(#[from] UnknownOperation),
    /// The operation cannot be called.
    #[error("{operation} cannot be called: {reason}")]
    Problem {
        /// The operation.
        operation: String,
        /// Why.
        reason: String,
    },
    /// The code that was made is no Rust: a fault of this crate.
    #[error("the generated code is no Rust")]
    Syntax(#[from] syn::Error),
}

/// Generates the types of one operation, or of all that can be called.
///
/// # Errors
/// [`CodegenError`]; without an operation's name, operations that cannot be called are left out.
pub fn generate(wsdl: &Wsdl, operation: Option<&str>) -> Result<String, CodegenError> {
    let operations: Vec<&Operation> = match operation {
        Some(name) => {
            let operation = wsdl.operation(name)?;
            if let Some(problem) = operation.problem() {
                let (operation, reason) = (operation.name.to_string(), problem.to_owned());
                return Err(CodegenError::Problem { operation, reason });
            }
            vec![operation]
        }
        None => {
            let mut seen = HashSet::new();
            wsdl.operations()
                .filter(|o| o.problem().is_none() && seen.insert(Arc::clone(&o.name)))
                .collect()
        }
    };
    let mut generator = Generator {
        schema: &wsdl.schema,
        names: Names::default(),
        structs: HashMap::new(),
        queue: Vec::new(),
        tables: Vec::new(),
        code: String::new(),
    };
    for operation in operations {
        generator.operation(operation);
    }
    let mut next = 0;
    while let Some(id) = generator.queue.get(next).copied() {
        next += 1;
        generator.structure(id);
    }
    let used = if generator.queue.is_empty() {
        ""
    } else {
        "use serde::{Deserialize, Serialize};\n"
    };
    let code = prettyplease::unparse(&syn::parse_file(&format!("{used}{}", generator.code))?);
    let mut out = String::from(
        "// Generated from a WSDL by sap-soap. Changes are lost when it is generated again.\n\n",
    );
    let mut item_ended = false;
    for line in code.lines() {
        if item_ended && line.starts_with("///") {
            out.push('\n');
        }
        item_ended = line == "}" || (line.ends_with(';') && !line.starts_with(' '));
        out.push_str(line);
        out.push('\n');
    }
    Ok(out)
}

struct Generator<'s> {
    schema: &'s Schema,
    names: Names,
    /// The structs that are needed, with their names.
    structs: HashMap<TypeId, String>,
    queue: Vec<TypeId>,
    /// Tables whose rows are being looked at: one that is its own row becomes a struct.
    tables: Vec<TypeId>,
    code: String,
}

/// A field in Rust.
struct RustField {
    ty: String,
    /// `default`, `skip_serializing_if` … beside the wire name.
    serde: Vec<&'static str>,
    doc: String,
}

impl Generator<'_> {
    fn operation(&mut self, operation: &Operation) {
        let mut doc = format!("The operation `{}`", operation.name);
        let mut part = |label: &str, message: Option<&Message>| {
            let element = message.and_then(|m| m.element.as_ref());
            let field = element.and_then(|e| self.schema.element(e.namespace.as_deref(), &e.name));
            if let Some(field) = field {
                let ty = match self.schema.get(field.ty) {
                    // Parameters are a structure, also where their only field is repeated.
                    Type::Complex(complex) if complex.table_item().is_some() => {
                        self.struct_name(field.ty, complex, &field.name)
                    }
                    Type::Simple(_) | Type::Complex(_) | Type::Unresolved(_) => {
                        self.type_of(field, &field.name).ty
                    }
                };
                let _ = write!(
                    doc,
                    "{label} `{}`",
                    ty.trim_start_matches("Box<").trim_end_matches('>')
                );
            }
        };
        part(": takes", Some(&operation.input));
        part(", gives", operation.output.as_ref());
        let _ = writeln!(self.code, "/// {doc}.");
        if let Some(documentation) = &operation.documentation {
            let _ = writeln!(self.code, "///\n/// {}", doc_line(documentation));
        }
        let name = self.names.constant(&operation.name);
        let _ = writeln!(self.code, "pub const {name}: &str = {:?};", operation.name);
    }

    /// The name of a struct, which is then generated.
    fn struct_name(&mut self, id: TypeId, complex: &Complex, fallback: &str) -> String {
        if let Some(name) = self.structs.get(&id) {
            return name.clone();
        }
        let name = self.names.ty(complex.name.as_deref().unwrap_or(fallback));
        self.structs.insert(id, name.clone());
        self.queue.push(id);
        name
    }

    fn structure(&mut self, id: TypeId) {
        let schema = self.schema;
        let Type::Complex(complex) = schema.get(id) else {
            return;
        };
        let name = self.structs.get(&id).cloned().unwrap_or_default();
        let wire = complex.name.as_deref().unwrap_or(&name);
        let mut out = format!("/// The structure `{wire}`.\n");
        if let Some(documentation) = &complex.documentation {
            let _ = writeln!(out, "///\n/// {}", doc_line(documentation));
        }
        out.push_str(
            "#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]\n#[serde(default)]\n",
        );
        let _ = writeln!(out, "pub struct {name} {{");
        let mut taken = HashSet::new();
        if let Some(text) = complex.text {
            let field = self.text_field(text, true);
            field_line(&mut out, &mut taken, "$", "value", &field);
        }
        let mut seen = HashSet::new();
        // What has only one value is written without being asked for.
        for field in complex
            .fields
            .iter()
            .filter(|f| !(f.fixed.is_some() && f.min > 0) && seen.insert(&*f.name))
        {
            let rust = self.field(id, &name, field);
            field_line(&mut out, &mut taken, &field.name, &field.name, &rust);
        }
        for attribute in complex
            .attributes
            .iter()
            .filter(|a| !(a.fixed.is_some() && a.required))
        {
            let rust = self.text_field(attribute.ty, attribute.required);
            field_line(
                &mut out,
                &mut taken,
                &format!("@{}", attribute.name),
                &attribute.name,
                &rust,
            );
        }
        out.push_str("}\n");
        self.code.push_str(&out);
    }

    fn field(&mut self, owner: TypeId, owner_name: &str, field: &Field) -> RustField {
        let mut rust = self.type_of(field, &format!("{owner_name}_{}", field.name));
        if let Some(documentation) = &field.documentation {
            let _ = write!(rust.doc, " {}", doc_line(documentation));
        }
        if field.max > 1 {
            rust.ty = format!("Vec<{}>", self.type_of_entry(field, owner_name));
            rust.serde = vec!["skip_serializing_if = \"Vec::is_empty\""];
            return rust;
        }
        let recursive = self.structs.contains_key(&field.ty) && self.reaches(field.ty, owner);
        let optional = field.min == 0 || field.nillable || recursive;
        if rust.ty.starts_with("Option<") {
            if optional {
                rust.serde.push("skip_serializing_if = \"Option::is_none\"");
            }
        } else if rust.ty.starts_with("Vec<") && !rust.serde.iter().any(|s| s.starts_with("with")) {
            if optional {
                rust.serde.push("skip_serializing_if = \"Vec::is_empty\"");
            }
        } else if optional {
            if recursive {
                rust.ty = format!("Box<{}>", rust.ty);
            }
            rust.ty = format!("Option<{}>", rust.ty);
            // A module of `with` is for the plain type; bytes that may be missing stay what they are.
            if rust.serde.iter().any(|s| s.starts_with("with")) {
                rust.ty = "Vec<u8>".to_owned();
                rust.serde.push("skip_serializing_if = \"Vec::is_empty\"");
            } else {
                rust.serde.push("skip_serializing_if = \"Option::is_none\"");
            }
        }
        rust
    }

    /// The type of a repeated element's entry: one that needs no attribute of serde.
    fn type_of_entry(&mut self, field: &Field, owner_name: &str) -> String {
        let rust = self.type_of(field, &format!("{owner_name}_{}", field.name));
        if rust.serde.is_empty() {
            rust.ty
        } else {
            "String".to_owned()
        }
    }

    /// The type of one occurrence of an element.
    fn type_of(&mut self, field: &Field, fallback: &str) -> RustField {
        let schema = self.schema;
        match schema.get(field.ty) {
            Type::Simple(_) => self.text_field(field.ty, true),
            Type::Unresolved(reason) => RustField {
                ty: "sap_soap::Value".to_owned(),
                serde: Vec::new(),
                doc: format!("not described, {}.", doc_line(reason)),
            },
            // Its values are of types that are derived from it, which they name themselves.
            Type::Complex(complex) if complex.is_abstract => RustField {
                ty: "sap_soap::Value".to_owned(),
                serde: Vec::new(),
                doc: "a structure that names its type (`@xsi:type`).".to_owned(),
            },
            Type::Complex(complex) if complex.fields.is_empty() && (complex.open || complex.mixed) => {
                RustField {
                    ty: "sap_soap::Value".to_owned(),
                    serde: Vec::new(),
                    doc: "anything.".to_owned(),
                }
            }
            Type::Complex(complex) => match complex.table_item() {
                Some(item) if !self.tables.contains(&field.ty) => {
                    self.tables.push(field.ty);
                    let entry = self.type_of_entry(item, fallback.trim_end_matches("_item"));
                    self.tables.pop();
                    RustField {
                        ty: format!("Vec<{entry}>"),
                        serde: Vec::new(),
                        doc: "a table.".to_owned(),
                    }
                }
                _ => {
                    let ty = self.struct_name(field.ty, complex, fallback);
                    RustField {
                        ty,
                        serde: Vec::new(),
                        doc: "a structure.".to_owned(),
                    }
                }
            },
        }
    }

    fn text_field(&self, id: TypeId, required: bool) -> RustField {
        let (text, doc) = match self.schema.get(id) {
            Type::Simple(simple) => (RustText::of(simple), text::describe(simple)),
            Type::Complex(_) | Type::Unresolved(_) => (RustText::plain("String"), "text.".to_owned()),
        };
        let mut serde: Vec<&'static str> = text.with.into_iter().collect();
        let mut ty = text.ty.to_owned();
        if !required {
            if text.with.is_none() {
                ty = format!("Option<{ty}>");
            }
            serde.push(if ty.starts_with("Vec") {
                "skip_serializing_if = \"Vec::is_empty\""
            } else {
                "skip_serializing_if = \"Option::is_none\""
            });
        }
        RustField { ty, serde, doc }
    }

    /// Does a struct hold another one, not counting tables?
    fn reaches(&self, from: TypeId, to: TypeId) -> bool {
        let mut seen = HashSet::new();
        let mut open = vec![from];
        while let Some(id) = open.pop() {
            if id == to {
                return true;
            }
            if let (true, Type::Complex(complex)) = (seen.insert(id), self.schema.get(id)) {
                open.extend(complex.fields.iter().filter(|f| f.max <= 1).map(|f| f.ty));
            }
        }
        false
    }
}

fn field_line(out: &mut String, taken: &mut HashSet<String>, wire: &str, name: &str, field: &RustField) {
    let name = field_name(name, taken);
    let _ = writeln!(out, "/// `{wire}`: {}", field.doc);
    let mut attributes = vec![format!("rename = {wire:?}")];
    attributes.extend(field.serde.iter().map(|s| (*s).to_owned()));
    let _ = writeln!(
        out,
        "#[serde({})]\npub {name}: {},",
        attributes.join(", "),
        field.ty
    );
}
