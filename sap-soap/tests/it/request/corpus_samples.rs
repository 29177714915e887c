//! The proof over real descriptions: an independent validator takes the sample of every operation.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sap_soap::request::{EncodeError, RequestEncoder};
use sap_soap::wsdl::{FileSystem, Loader, Operation, Wsdl};
use serde_json::{Value, json};

use crate::corpus;

#[test]
fn libxml2_accepts_the_sample_of_every_operation_of_the_corpus() {
    let Some(folder) = corpus::folder("sap/wsdl") else {
        return;
    };
    let Some(proof) = prove(&folder, |wsdl, operation| wsdl.sample(operation)) else {
        return;
    };
    println!("{proof:?}");
    assert_eq!(proof.errors, json!([]), "{proof:#?}");
    assert_eq!(proof.valid + proof.unresolvable.len(), proof.operations);
    assert!(proof.valid > 100);
    // What is not proved needs a document that is nowhere in the folder.
    let there: BTreeSet<String> = ["wsdl", "xsd"]
        .into_iter()
        .flat_map(|extension| corpus::files(&folder, extension))
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_ascii_lowercase()))
        .collect();
    for Unresolvable(file, operation, absent) in &proof.unresolvable {
        assert!(!absent.is_empty(), "{}: {operation}", file.display());
        for document in absent {
            let name = Path::new(document)
                .file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .to_ascii_lowercase();
            assert!(
                !there.contains(&name),
                "{}: {operation} needs {document}, which is there",
                file.display()
            );
        }
        // And the description itself says so, to whoever calls it.
        let wsdl = Wsdl::from_file(file).unwrap();
        assert_eq!(
            wsdl.missing.len(),
            absent.len(),
            "{}: {:?}",
            file.display(),
            wsdl.missing
        );
        let problem = wsdl.operation(operation).unwrap().problem().unwrap();
        assert!(problem.contains("is not declared"), "{problem}");
    }
}

#[test]
fn libxml2_accepts_what_is_filled_in_where_nothing_is_given() {
    let Some(folder) = corpus::folder("sap/wsdl") else {
        return;
    };
    let Some(proof) = prove(&folder, |_, _| Ok(json!({}))) else {
        return;
    };
    // ABAP's initial date is the one thing that XML Schema does not know.
    let errors = proof.errors.as_array().unwrap();
    assert!(
        errors
            .iter()
            .all(|e| e.as_str().unwrap().contains("'0000-00-00' is not a valid value")),
        "{proof:#?}"
    );
    assert!(errors.len() < 5, "{proof:#?}");
}

#[test]
fn libxml2_accepts_the_samples_of_our_own_descriptions() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let Some(proof) = prove(&folder, |wsdl, operation| wsdl.sample(operation)) else {
        return;
    };
    // Three cannot be called: a missing type, rpc style, no input.
    assert_eq!(proof.errors, json!([]), "{proof:#?}");
    assert_eq!((proof.operations, proof.valid), (10, 7), "{proof:?}");
}

/// What the validator counted.
#[derive(Debug)]
struct Proof {
    operations: usize,
    valid: usize,
    unresolvable: Vec<Unresolvable>,
    errors: Value,
}

/// File, operation, and the documents that it refers to and that are not there.
#[derive(Debug, serde::Deserialize)]
struct Unresolvable(PathBuf, String, Vec<String>);

/// Validates a request of every operation below a folder. `None`: skipped.
fn prove(
    folder: &Path,
    parameters: impl Fn(&Wsdl, &Operation) -> Result<Value, EncodeError>,
) -> Option<Proof> {
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
            let encoded =
                RequestEncoder::new(&wsdl, operation).and_then(|e| e.encode(&parameters(&wsdl, operation)?));
            operations.push(match encoded {
                Ok(body) => {
                    json!({"name": &*operation.name, "envelope": std::str::from_utf8(&body).unwrap()})
                }
                Err(error) => json!({"name": &*operation.name, "problem": error.to_string()}),
            });
        }
        files.push(json!({"file": file, "operations": operations}));
    }
    let mut result = validate(&json!({"folder": folder, "files": files}));
    let count = |key: &str| usize::try_from(result[key].as_u64().unwrap()).unwrap();
    let (operations, valid) = (count("operations"), count("valid"));
    Some(Proof {
        operations,
        valid,
        unresolvable: serde_json::from_value(result["unresolvable"].take()).unwrap(),
        errors: result["errors"].take(),
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
