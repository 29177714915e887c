//! Names of Rust from names of the wire.

use std::collections::HashSet;

use heck::{ToShoutySnakeCase as _, ToSnakeCase as _, ToUpperCamelCase as _};

/// Names that generated code uses itself.
const USED: &[&str] = &[
    "Box",
    "Clone",
    "Debug",
    "Default",
    "Deserialize",
    "Err",
    "None",
    "Ok",
    "Option",
    "PartialEq",
    "Result",
    "Self",
    "Serialize",
    "Some",
    "String",
    "Vec",
];

/// Keywords that cannot be written as `r#…`.
const NEVER: &[&str] = &["self", "super", "crate", "_"];

/// The names that are taken at the top of the file.
#[derive(Debug, Default)]
pub(super) struct Names(HashSet<String>);

impl Names {
    /// A name for a type, taken from now on.
    pub(super) fn ty(&mut self, wire: &str) -> String {
        let name = start_with_letter(plain(wire).to_upper_camel_case(), "Type");
        let name = if USED.contains(&&*name) {
            format!("{name}Type")
        } else {
            name
        };
        unique(name, "", &mut self.0)
    }

    /// A name for a constant, taken from now on.
    pub(super) fn constant(&mut self, wire: &str) -> String {
        unique(
            start_with_letter(plain(wire).to_shouty_snake_case(), "OPERATION_"),
            "_",
            &mut self.0,
        )
    }
}

/// A name for a field, taken from now on.
pub(super) fn field_name(wire: &str, taken: &mut HashSet<String>) -> String {
    let name = start_with_letter(plain(wire).to_snake_case(), "field_");
    let name = if NEVER.contains(&&*name) {
        format!("{name}_")
    } else {
        name
    };
    let name = unique(name, "_", taken);
    if syn::parse_str::<syn::Ident>(&name).is_ok() {
        name
    } else {
        format!("r#{name}")
    }
}

/// Letters, digits and `_`. ABAP's names come through: `_-PREFIX_-NAME` as `_PREFIX_NAME`.
fn plain(wire: &str) -> String {
    wire.chars()
        .map(|c| if c.is_alphanumeric() { c } else { '_' })
        .collect()
}

fn start_with_letter(name: String, prefix: &str) -> String {
    if name.starts_with(char::is_alphabetic) {
        name
    } else {
        format!("{prefix}{name}")
    }
}

fn unique(name: String, between: &str, taken: &mut HashSet<String>) -> String {
    let mut candidate = name.clone();
    let mut number = 2_u32;
    while !taken.insert(candidate.clone()) {
        candidate = format!("{name}{between}{number}");
        number += 1;
    }
    candidate
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_abap() {
        let field = |wire: &str| field_name(wire, &mut HashSet::new());
        assert_eq!(field("MessageV1"), "message_v1");
        assert_eq!(field("Forex_1"), "forex_1");
        assert_eq!(field("IT_UTYPE"), "it_utype");
        assert_eq!(field("_-CHG0_-NAME"), "chg0_name");
        assert_eq!(field("Type"), "r#type");
        assert_eq!(field("Self"), "self_");
        assert_eq!(field("_--37X"), "field_37x");
    }

    #[test]
    fn names_are_taken_once() {
        let mut taken = HashSet::new();
        assert_eq!(field_name("LogNo", &mut taken), "log_no");
        assert_eq!(field_name("Log_No", &mut taken), "log_no_2");
        let mut names = Names::default();
        assert_eq!(names.ty("BAPIRET2"), "Bapiret2");
        assert_eq!(names.ty("Bapiret2"), "Bapiret22");
        assert_eq!(names.ty("String"), "StringType");
    }
}
