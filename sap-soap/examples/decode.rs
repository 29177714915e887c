//! Tells what a saved message is: `cargo run -p sap-soap --example decode -- reply.xml`.

use std::io::Write;

use sap_soap::response::{DecodeOptions, Received, decode};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout();
    for path in std::env::args().skip(1) {
        let body = std::fs::read(&path)?;
        let decoded = decode(
            Received {
                body: &body,
                ..Received::default()
            },
            DecodeOptions::default(),
        )?;
        serde_json::to_writer(&mut out, &decoded)?;
        writeln!(out)?;
    }
    Ok(())
}
