//! `cargo run` in this folder: savon panics ("not implemented: not a complex type"). `cargo check --features rsoap`: "operation
//! 'ZQuirks' not found in WSDL (available: )".

/// rsoap reads a description while it is compiled.
#[cfg(feature = "rsoap")]
#[derive(rsoap_macros::SoapOperation)]
#[soap(wsdl = "../../../tests/data/quirks.wsdl", operation_name = "ZQuirks")]
pub struct ZQuirks;

fn main() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/data/quirks.wsdl");
    let bytes = std::fs::read(file).expect("the description is there");
    match std::panic::catch_unwind(|| savon::wsdl::parse(&bytes).is_ok()) {
        Ok(read) => println!("savon: read {read}"),
        Err(_) => println!("savon: panics"),
    }
}
