//! What `packaging` ships, as far as it can be tried without a container engine and without systemd as the first process.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::Program;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// The instructions of a container file, a stage each: lines that are continued are one.
fn stages(text: &str) -> Vec<Vec<(String, String)>> {
    let mut stages: Vec<Vec<(String, String)>> = Vec::new();
    let joined = text.replace("\\\n", " ");
    for line in joined
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
    {
        let (word, rest) = line.split_once(' ').unwrap();
        let (word, rest) = (word.to_owned(), rest.trim().to_owned());
        if word == "FROM" {
            stages.push(Vec::new());
        }
        stages.last_mut().unwrap().push((word, rest));
    }
    stages
}

/// The only value of an instruction.
fn only<'a>(stage: &'a [(String, String)], word: &str) -> &'a str {
    let found: Vec<_> = stage.iter().filter(|(w, _)| w == word).collect();
    assert_eq!(found.len(), 1, "{word}: {stage:?}");
    &found[0].1
}

/// The shared libraries that a program needs, with where they are.
fn libraries(program: &Path) -> Vec<(String, PathBuf)> {
    let said = Command::new("ldd").arg(program).output().unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    let mut libraries = Vec::new();
    for line in said.lines() {
        let path = line.split_whitespace().find(|word| word.starts_with('/'));
        if let Some(path) = path.map(PathBuf::from) {
            libraries.push((path.file_name().unwrap().to_str().unwrap().to_owned(), path));
        }
    }
    libraries
}

/// What the base image `distroless/cc` holds of shared libraries, beside the loader.
const BASE: [&str; 7] = [
    "libc.so.6",
    "libm.so.6",
    "libgcc_s.so.1",
    "libpthread.so.0",
    "libdl.so.2",
    "librt.so.1",
    "libstdc++.so.6",
];

#[test]
#[cfg(target_os = "linux")]
fn the_container_file_ships_what_runs_without_rights() {
    let text = std::fs::read_to_string(repository().join("packaging/Containerfile")).unwrap();
    let stages = stages(&text);
    let [build, last] = &stages[..] else {
        panic!("{stages:?}")
    };
    // What is copied from here is here, and nothing hides it.
    for (_, copy) in build.iter().filter(|(word, _)| word == "COPY") {
        let words: Vec<_> = copy.split_whitespace().collect();
        for source in &words[..words.len() - 1] {
            assert!(repository().join(source).exists(), "{source}");
        }
    }
    assert!(
        build
            .iter()
            .any(|(w, run)| w == "RUN" && run.contains("cargo build --release --locked --bin customs"))
    );
    // The last stage: no shell, no root, nothing but what the first one made.
    assert!(
        only(last, "FROM").starts_with("gcr.io/distroless/cc-") && only(last, "FROM").ends_with(":nonroot")
    );
    assert!(!last.iter().any(|(word, _)| word == "RUN"));
    let user = only(last, "USER");
    let id: u32 = user.split(':').next().unwrap().parse().unwrap();
    assert!(id > 0);
    assert_eq!(only(last, "STOPSIGNAL"), "SIGTERM");
    let list = |word| serde_json::from_str::<Vec<String>>(only(last, word)).unwrap();
    let (entry, arguments) = (list("ENTRYPOINT"), list("CMD"));
    assert_eq!(entry.len(), 1);
    let copies: Vec<Vec<&str>> = last
        .iter()
        .filter(|(word, _)| word == "COPY")
        .map(|(_, copy)| {
            copy.split_whitespace()
                .filter(|word| !word.starts_with("--chown"))
                .collect()
        })
        .collect();
    assert!(copies.iter().all(|copy| copy[0] == "--from=build"), "{copies:?}");
    assert!(
        copies
            .iter()
            .any(|copy| copy[1] == "/src/target/release/customs" && copy[2] == entry[0])
    );
    let home = only(last, "WORKDIR");
    assert!(copies.iter().any(|copy| copy[2] == home), "{copies:?}");

    // A root of exactly these files, and of the libraries that the base image has.
    let root = tempfile::tempdir().unwrap();
    let place = |path: &str| root.path().join(path.trim_start_matches('/'));
    let put = |from: &Path, to: &str| {
        std::fs::create_dir_all(place(to).parent().unwrap()).unwrap();
        std::fs::copy(from, place(to)).unwrap();
    };
    let program = Path::new(env!("CARGO_BIN_EXE_customs"));
    put(program, &entry[0]);
    for (name, path) in libraries(program) {
        assert!(
            name.starts_with("ld-") || BASE.contains(&&*name),
            "the base image has no {name}"
        );
        put(&path, path.to_str().unwrap());
    }
    std::fs::create_dir_all(place(home)).unwrap();
    let at = arguments.iter().position(|word| word == "--config").unwrap() + 1;
    // Without a job nothing runs: the message tells that the file was found and read, in that root.
    std::fs::write(place(&arguments[at]), "[unipass]\nkeys = {}\n").unwrap();

    let inside = ["unshare", "--user", "--map-user=65532", "--map-group=65532"];
    let possible = Command::new(inside[0]).args(&inside[1..]).arg("true").output();
    if !possible.is_ok_and(|output| output.status.success()) {
        println!("skipped: this machine makes no user namespaces");
        return;
    }
    let run = |arguments: &[String]| {
        let output = Command::new(inside[0])
            .args(&inside[1..])
            .arg("--root")
            .arg(root.path())
            .arg(&entry[0])
            .args(arguments)
            .env_clear()
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (code, version, complaint) = run(&["--version".to_owned()]);
    assert_eq!(
        (code, version.starts_with("customs ")),
        (Some(0), true),
        "{complaint}"
    );
    let (code, _, complaint) = run(&arguments);
    let told = format!("customs: {}: job: found no job", arguments[at]);
    assert!(
        code == Some(1) && complaint.starts_with(&told),
        "{code:?} {complaint}"
    );
}

#[test]
fn the_unit_starts_what_there_is() {
    let file = repository().join("packaging/customs.service");
    let text = std::fs::read_to_string(&file).unwrap();
    let value = |key: &str| {
        let mut values = text
            .lines()
            .filter_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        values.next().unwrap_or_else(|| panic!("no {key}")).to_owned()
    };
    assert_eq!(
        (value("Type"), value("DynamicUser")),
        ("notify".to_owned(), "yes".to_owned())
    );
    // The daemon tells twice in this span; a stop has longer than the daemon takes for it.
    assert!(value("WatchdogSec").parse::<u32>().unwrap() >= 10);
    assert!(value("TimeoutStopSec").parse::<u32>().unwrap() > 35);
    assert_eq!(value("ExecReload"), "/bin/kill -HUP $MAINPID");
    // Its command line is one that the program takes: the file is missing, not the option.
    let start = value("ExecStart");
    let mut words = start.split_whitespace();
    assert_eq!(words.next(), Some("/usr/local/bin/customs"));
    let ended = Program::new(words).run().code(1);
    let config = format!("{}/customs.toml", value("WorkingDirectory"));
    assert!(ended.complaint().contains(&config), "{ended:?}");
}
