//! `docs/tutorial.md` is a program: its pieces of code are `tutorial.rs`, and it prints what the page says.

use std::process::Command;

const PAGE: &str = include_str!("../../../docs/tutorial.md");

/// The blocks of one language, in order.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    let blocks = PAGE.split(fence.as_str()).skip(1);
    let blocks: Vec<_> = blocks.map(|text| text.split_once("```").unwrap().0).collect();
    assert!(!blocks.is_empty(), "{language}");
    blocks
}

#[test]
fn the_pieces_of_the_tutorial_are_its_program() {
    let program = include_str!("../../src/bin/tutorial.rs");
    let (_head, code) = program.split_once("\n\n").unwrap();
    assert_eq!(blocks("rust").join("\n"), code);
}

#[test]
fn the_tutorial_prints_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_tutorial"))
        .current_dir(&folder)
        .output()
        .unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaints}");
    let printed = String::from_utf8(output.stdout).unwrap();
    // Which of two causes with one error each comes first is left to chance.
    let sorted = |text: &str| {
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&blocks("text").concat()), sorted(&printed));
    assert!(folder.path().join("tutorial.db").exists());
}

/// The crates that it names stand where it says, under these names.
#[test]
fn the_crates_of_the_tutorial_are_there() {
    let manifest: toml::Table = blocks("toml")[0].parse().unwrap();
    let mut ours = 0;
    for (name, dependency) in manifest["dependencies"].as_table().unwrap() {
        let Some(path) = dependency.get("path") else {
            continue;
        };
        let path = path.as_str().unwrap().strip_prefix("../customs/").unwrap();
        let file = format!("{}/../{path}/Cargo.toml", env!("CARGO_MANIFEST_DIR"));
        let theirs: toml::Table = std::fs::read_to_string(&file).unwrap().parse().unwrap();
        assert_eq!(theirs["package"]["name"].as_str(), Some(name.as_str()));
        for feature in dependency
            .get("features")
            .and_then(|f| f.as_array())
            .into_iter()
            .flatten()
        {
            let known = theirs["features"].get(feature.as_str().unwrap());
            assert!(known.is_some(), "{name}: {feature:?}");
        }
        ours += 1;
    }
    assert!(ours >= 6, "{ours}");
}
