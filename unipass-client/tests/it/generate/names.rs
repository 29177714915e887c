//! Rust names from the catalogue's words.

/// `cargo-progress` → `cargo_progress`.
pub(crate) fn module(slug: &str) -> String {
    slug.replace('-', "_")
}

/// `cargo management number` → `cargo_management_number`.
pub(crate) fn snake(words: &str) -> String {
    let mut name = String::new();
    for c in words.chars() {
        match c.to_ascii_lowercase() {
            c if c.is_ascii_alphanumeric() => name.push(c),
            // `B/L` is one word.
            '/' if name.ends_with('b') && (name.len() == 1 || name.ends_with("_b")) => {}
            _ if !name.is_empty() && !name.ends_with('_') => name.push('_'),
            _ => {}
        }
    }
    name.trim_end_matches('_').to_owned()
}

/// `not_found` → `NotFound`.
pub(crate) fn camel(snake: &str) -> String {
    let word = |w: &str| w[..1].to_ascii_uppercase() + &w[1..];
    snake.split('_').map(word).collect()
}

/// `ExchangeRate` → `exchange_rate`.
pub(crate) fn snake_of(camel: &str) -> String {
    let mut name = String::new();
    for c in camel.chars() {
        if c.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(c.to_ascii_lowercase());
    }
    name
}

/// `ExchangeRate` → `exchange_rates`.
pub(crate) fn plural(camel: &str) -> String {
    let name = snake_of(camel);
    match name.as_bytes() {
        [.., b's' | b'h'] => name + "es",
        [.., b'a' | b'e' | b'i' | b'o' | b'u', b'y'] => name + "s",
        [.., b'y'] => name.trim_end_matches('y').to_owned() + "ies",
        _ => name + "s",
    }
}

/// A Rust string literal.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// `&["a", "b"]`.
pub(crate) fn list(items: &[String]) -> String {
    format!(
        "&[{}]",
        items.iter().map(|i| quoted(i)).collect::<Vec<_>>().join(", ")
    )
}

#[test]
fn names_read_well() {
    assert_eq!(snake("master B/L number"), "master_bl_number");
    assert_eq!(snake("import/export code"), "import_export_code");
    assert_eq!(snake("e-commerce company code"), "e_commerce_company_code");
    assert_eq!(plural("ExportFulfilmentByBl"), "export_fulfilment_by_bls");
    assert_eq!(plural("Inspection"), "inspections");
    assert_eq!(plural("HsUse"), "hs_uses");
    assert_eq!(plural("RefundCompany"), "refund_companies");
}
