//! The proof over real descriptions: an independent validator takes the sample of every operation.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use sap_soap::request::RequestEncoder;
use sap_soap::wsdl::{FileSystem, Loader};
use serde_json::{Value, json};

use crate::corpus;

#[test]
fn libxml2_accepts_the_sample_of_every_operation_of_the_corpus() {
    let Some(folder) = corpus::folder("sap/wsdl") else {
        return;
    };
    let Some(proof) = prove(&folder) else { return };
    println!("{proof:?}");
    assert_eq!(proof.valid + proof.unresolvable, proof.operations);
    assert!(proof.valid > 100);
}

#[test]
fn libxml2_accepts_the_samples_of_our_own_descriptions() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let Some(proof) = prove(&folder) else { return };
    // Three cannot be called: a missing type, rpc style, no input.
    assert_eq!((proof.operations, proof.valid), (8, 5), "{proof:?}");
}

/// What the validator counted.
#[derive(Debug)]
struct Proof {
    operations: u64,
    valid: u64,
    unresolvable: u64,
}

/// Validates every operation below a folder. `None`: skipped.
fn prove(folder: &Path) -> Option<Proof> {
    let python = Command::new("python3").args(["-c", "import lxml.etree"]).output();
    if !python.is_ok_and(|output| output.status.success()) {
        assert!(
            !corpus::required("lxml"),
            "python3 with lxml is not there, but CUSTOMS_REQUIRE names lxml"
        );
        println!("skipped: python3 with lxml is not there");
        return None;
    }
    let mut files = Vec::new();
    for file in corpus::files(folder, "wsdl") {
        let wsdl = Loader::default()
            .load(&file.to_string_lossy(), &FileSystem)
            .unwrap();
        let mut operations = Vec::new();
        for operation in wsdl.operations() {
            let encoded = wsdl
                .sample(operation)
                .and_then(|sample| RequestEncoder::new(&wsdl, operation)?.encode(&sample));
            operations.push(match encoded {
                Ok(body) => {
                    json!({"name": &*operation.name, "envelope": std::str::from_utf8(&body).unwrap()})
                }
                Err(error) => json!({"name": &*operation.name, "problem": error.to_string()}),
            });
        }
        files.push(json!({"file": file, "operations": operations}));
    }
    let result = validate(&json!({"folder": folder, "files": files}));
    assert_eq!(result["errors"], json!([]), "{result:#}");
    let count = |key: &str| result[key].as_u64().unwrap();
    Some(Proof {
        operations: count("operations"),
        valid: count("valid"),
        unresolvable: count("unresolvable"),
    })
}

fn validate(job: &Value) -> Value {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/validate.py");
    let mut child = Command::new("python3")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(job.to_string().as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}
