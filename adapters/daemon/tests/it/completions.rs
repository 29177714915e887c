//! `customs completions`, and what every command has: help, and the same exit codes.

use std::process::Command;

use crate::support::Program;

#[test]
fn each_shell_gets_a_script_that_knows_the_commands() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = Program::new(["completions", shell]).run().code(0).quiet().stdout;
        for word in ["customs", "init", "resync", "dry-run", "codegen"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    let ended = Program::new(["completions", "tcsh"]).run().code(2);
    assert!(ended.stderr.contains("possible values: bash"), "{ended:?}");
}

#[test]
fn bash_completes_by_the_script() {
    let dir = tempfile::tempdir().unwrap();
    let script = dir.path().join("customs.bash");
    let text = Program::new(["completions", "bash"]).run().code(0).stdout;
    std::fs::write(&script, text).unwrap();
    // As bash asks after `customs once --dry<Tab>`.
    let ask = "source \"$0\"; COMP_WORDS=(customs once --dry); COMP_CWORD=2; _customs customs --dry once; echo \"${COMPREPLY[@]}\"";
    let said = Command::new("bash")
        .args(["-c", ask])
        .arg(&script)
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8_lossy(&said.stdout).trim(),
        "--dry-run",
        "{said:?}"
    );
}

#[test]
fn the_exit_codes_are_those_of_the_help() {
    let help = Program::new(["--help"]).run().code(0).quiet().stdout;
    assert!(
        help.contains(
            "Exit codes: 0 done, 1 failed (one line on standard error says why), 2 wrong arguments"
        )
    );
    Program::new(["services"]).run().code(0).quiet();
    Program::new(["services", "no-such"]).run().code(1).complaint();
    Program::new(["once"]).run().code(2);
    // No colours where nobody can see them.
    let ended = Program::new(["oncee"]).run().code(2);
    assert!(
        ended.stderr.contains("once") && !ended.stderr.contains('\u{1b}'),
        "{ended:?}"
    );
}
