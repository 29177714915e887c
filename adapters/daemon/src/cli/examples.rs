//! Examples for the help of every command, in one place, so that a test can hold each to the command line.

use clap::Command;

/// The words of a command, and what people type.
const EXAMPLES: &[(&[&str], &[&str])] = &[
    (
        &["demo"],
        &[
            "customs demo --once",
            "customs demo --once --records 5000 --latency-ms 50 --in-flight 50",
            "CUSTOMS_API_KEY=secret customs demo --listen 127.0.0.1:8080    (stays up)",
            "customs demo --once --data-dir demo-data    (run it twice: nothing is written the second time)",
        ],
    ),
    (
        &["run"],
        &["CUSTOMS_LOG=info CUSTOMS_LOG_FORMAT=json customs run --config customs.toml"],
    ),
    (
        &["init"],
        &[
            "customs init --wsdl due.wsdl",
            "customs init --yes --wsdl due.wsdl --company 1000 --state 반출완료=60 --state 수입신고수리=50",
            "customs init --yes --wsdl due.wsdl --company 1000 --service export-fulfilment --param 'expDclrNo={ExpDclrNo|trim}'",
        ],
    ),
    (
        &["completions"],
        &[
            "customs completions bash > /etc/bash_completion.d/customs",
            "customs completions zsh > ~/.zfunc/_customs",
            "customs completions fish > ~/.config/fish/completions/customs.fish",
        ],
    ),
    (
        &["once"],
        &[
            "customs once --config customs.toml",
            "customs once --dry-run --config customs.toml",
        ],
    ),
    (
        &["replay"],
        &[
            "customs-old replay run.ndjson > old.ndjson",
            "customs replay run.ndjson --against old.ndjson",
        ],
    ),
    (
        &["resync"],
        &["customs resync --dry-run --job import-cargo --config customs.toml"],
    ),
    (
        &["trigger"],
        &["customs trigger 1000/0080001234 1000/0080001235 --config customs.toml"],
    ),
    (&["why"], &["customs why 1000/0080001234 --config customs.toml"]),
    (
        &["errors"],
        &[
            "customs errors list --config customs.toml",
            "customs errors retry 12 --config customs.toml",
        ],
    ),
    (
        &["errors", "list"],
        &["customs errors list --all --config customs.toml"],
    ),
    (
        &["errors", "show"],
        &["customs errors show 12 --format json --config customs.toml"],
    ),
    (
        &["errors", "retry"],
        &[
            "customs errors retry 12 13 --config customs.toml",
            "customs errors retry --record 1000/0080001234 --config customs.toml",
        ],
    ),
    (
        &["errors", "close"],
        &["customs errors close 12 --by kim --config customs.toml"],
    ),
    (
        &["pause"],
        &["customs pause --job import-cargo --by kim --config customs.toml"],
    ),
    (&["resume"], &["customs resume --config customs.toml"]),
    (
        &["runs"],
        &[
            "customs runs --config customs.toml",
            "customs runs --format json --config customs.toml",
        ],
    ),
    (
        &["plan"],
        &["customs plan --records 5000 --latency-ms 300 --config customs.toml"],
    ),
    (&["migrate"], &["customs migrate --config customs.toml"]),
    (&["check"], &["customs check --config customs.toml"]),
    (
        &["simulate", "sap"],
        &["customs simulate sap --listen 127.0.0.1:8001 --data-dir sim --records 1000"],
    ),
    (
        &["simulate", "unipass"],
        &["customs simulate unipass --listen 127.0.0.1:8002 --data-dir sim --key API001=any-text"],
    ),
    (
        &["services"],
        &["customs services", "customs services exchange-rate"],
    ),
    (
        &["lookup"],
        &["customs lookup exchange-rate qryYymmDd=20261120 imexTp=2 --format csv"],
    ),
    (
        &["unipass", "decode"],
        &["customs unipass decode cargo-progress < answer.xml"],
    ),
    (
        &["sap", "describe"],
        &[
            "customs sap describe due.wsdl",
            "customs sap describe due.wsdl ZCustomsGetDue",
        ],
    ),
    (
        &["sap", "sample"],
        &["customs sap sample due.wsdl ZCustomsGetDue"],
    ),
    (
        &["sap", "encode"],
        &["customs sap encode due.wsdl ZCustomsGetDue < parameters.json"],
    ),
    (
        &["sap", "call"],
        &[
            "customs sap call due.wsdl ZCustomsGetDue --user env:SAP_USER --password env:SAP_PASSWORD < parameters.json",
        ],
    ),
    (
        &["sap", "codegen"],
        &["customs sap codegen due.wsdl ZCustomsGetDue > due.rs"],
    ),
    (
        &["sap", "decode"],
        &["customs sap decode due.wsdl ZCustomsGetDue < answer.xml"],
    ),
];

/// The command line with its examples.
pub(super) fn with_examples(mut command: Command) -> Command {
    for (path, examples) in EXAMPLES {
        command = add(command, path, examples);
    }
    command
}

fn add(command: Command, path: &[&str], examples: &[&str]) -> Command {
    let Some((first, rest)) = path.split_first() else {
        let word = if examples.len() == 1 {
            "Example"
        } else {
            "Examples"
        };
        let mut help = format!("{word}:\n  {}", examples.join("\n  "));
        if let Some(more) = command.get_after_help() {
            help = format!("{help}\n\n{more}");
        }
        return command.after_help(help);
    };
    // A program that was built without the simulators has no such command.
    if command.find_subcommand(first).is_none() {
        return command;
    }
    command.mut_subcommand(*first, |command| add(command, rest, examples))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::command;

    fn each(command: &Command, path: &str, look: &mut dyn FnMut(&str, &Command)) {
        for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
            let path = format!("{path} {}", sub.get_name());
            look(&path, sub);
            each(sub, &path, look);
        }
    }

    #[test]
    fn every_command_has_examples_and_each_is_a_command_line() {
        let mut count = 0;
        each(&command(), "customs", &mut |path, sub| {
            if sub.has_subcommands() {
                return;
            }
            let help = sub.get_after_help().map(ToString::to_string).unwrap_or_default();
            let own: Vec<&str> = help
                .lines()
                .filter_map(|l| l.strip_prefix("  "))
                .filter(|l| l.contains(path))
                .collect();
            assert!(!own.is_empty(), "{path} has no example");
            for line in own {
                let line = line.split([';', '>', '<', '(']).next().unwrap().trim();
                // Variables stand in front of a command, and quotes around an argument with a bar.
                let words = line.split_whitespace().skip_while(|word| *word != "customs");
                let words: Vec<_> = words.map(|word| word.replace('\'', "")).collect();
                let parsed = command().try_get_matches_from(&words);
                assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
                count += 1;
            }
        });
        assert!(count > 25, "{count}");
    }
}
