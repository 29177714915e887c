//! The commands that look into the ledger: `runs`, `plan`, `migrate`.

use serde_json::Value;

use crate::support::{CANARY_KEY, CANARY_PASSWORD, Program, Scene};

/// A command that works with the ledger alone: no logon and no key is at hand.
fn bare(scene: &Scene, command: &str) -> Program {
    Program::new([command, "--config"])
        .arg(scene.path("customs.toml"))
        .without_env("SAP_USER")
        .without_env("SAP_PASSWORD")
        .without_env("UNIPASS_API001")
}

fn json(scene: &Scene, command: &str) -> Program {
    bare(scene, command).arg("--format").arg("json")
}

#[test]
fn runs_shows_the_last_receipts_and_needs_no_secret() {
    let scene = Scene::new(7);
    let first = scene.program("once").run().code(0).json();
    let second = scene.program("once").run().code(0).json();
    let shown = json(&scene, "runs").run().code(0).quiet().json();
    let runs = shown["runs"].as_array().unwrap();
    let receipts: Vec<&Value> = runs.iter().map(|run| &run["receipt"]).collect();
    assert_eq!(receipts, [&second, &first]);
    assert_eq!(runs[0]["job"], "import-cargo");
    let one = json(&scene, "runs").arg("--limit").arg("1").run().code(0).json();
    assert_eq!(one["runs"].as_array().unwrap().len(), 1);
    let text = bare(&scene, "runs").run().code(0).quiet().stdout;
    assert_eq!(text.lines().count(), 3, "{text}");
    assert!(
        text.contains("succeeded") && text.contains(first["run_id"].as_str().unwrap()),
        "{text}"
    );
}

#[test]
fn a_ledger_that_is_not_there_is_named_and_not_made() {
    let scene = Scene::new(1);
    let finished = bare(&scene, "runs").run().code(1);
    let line = finished.complaint();
    assert!(
        line.contains("customs.toml: ledger.url: found no database "),
        "{line}"
    );
    assert!(!scene.ledger().exists());
}

#[test]
fn migrate_makes_the_tables_once_and_a_manual_ledger_waits_for_it() {
    let scene = Scene::new(3);
    let manual = scene.config_with(
        "url = \"sqlite:customs.db\"",
        "url = \"sqlite:customs.db\"\nmigrate = \"manual\"",
    );
    scene.write_config(&manual);
    let refused = scene.program("once").run().code(1);
    assert!(
        refused.complaint().contains("run `customs migrate`"),
        "{refused:?}"
    );
    let first = json(&scene, "migrate").run().code(0).quiet().json();
    let second = json(&scene, "migrate").run().code(0).quiet().json();
    assert_eq!(
        (first["before"].as_i64(), &second["before"]),
        (Some(0), &first["version"])
    );
    assert_eq!(second["before"], second["version"]);
    let receipt = scene.program("once").run().code(0).quiet().json();
    assert_eq!(receipt["due"], 3);
}

#[test]
fn plan_says_the_bound_and_what_does_not_fit() {
    let scene = Scene::new(3);
    let plan = |args: &[&str]| args.iter().fold(json(&scene, "plan"), |p, a| p.arg(a));
    let config = scene.config_with("rate = 10000\nburst = 1000", "rate = 10\nburst = 10");
    scene.write_config(&config);
    let good = plan(&["--records", "100", "--latency-ms", "200"])
        .run()
        .code(0)
        .quiet()
        .json();
    let job = &good["jobs"][0];
    // 100 × 0.2 / 10 = 2 s; (100 − 10) / 10 = 9 s.
    assert_eq!(
        (job["by_connections"].as_f64(), job["by_rate"].as_f64()),
        (Some(2.0), Some(9.0))
    );
    assert_eq!(
        (job["bound"].as_f64(), job["useful_connections"].as_u64()),
        (Some(9.2), Some(2))
    );
    assert_eq!(job["calls_per_day"].as_f64(), Some(28_800.0));
    assert_eq!(
        (
            good["feasible"].as_bool(),
            good["services"]["API001"]["usable_per_day"].as_f64()
        ),
        (Some(true), Some(45_000.0))
    );
    // A NAT for 720 hours, and 864,000 calls of 5 KiB through it.
    let nat = good["cost_per_month"]["nat"].as_f64().unwrap();
    assert!((nat - 46.323).abs() < 0.001, "{nat}");
    // Functions have nobody to ask whose turn it is: two jobs divide the rate, and are still no more than it allows.
    let (jobs, rest) = config.split_once("[map.stats]").unwrap();
    let other = &jobs[jobs.find("[[job]]").unwrap()..].replace("import-cargo", "other");
    scene.write_config(&format!(
        "{jobs}{other}[map.stats]{rest}\n[aws]\nqueue = \"https://sqs.example/work\"\n"
    ));
    let two = plan(&["--records", "1400", "--latency-ms", "200"])
        .run()
        .code(1)
        .json();
    for job in two["jobs"].as_array().unwrap() {
        // (1400 − 5) / 5 = 279 s.
        assert_eq!(
            (
                job["rate"].as_f64(),
                job["burst"].as_u64(),
                job["by_rate"].as_f64()
            ),
            (Some(5.0), Some(5), Some(279.0))
        );
    }
    assert_eq!(two["infeasible"].as_array().unwrap().len(), 3, "{two}");
    scene.write_config(&config);
    let tight = plan(&["--records", "5000", "--latency-ms", "200"]).run().code(1);
    let line = tight.complaint();
    for part in [
        "infeasible: job import-cargo: ",
        "(5000 − 10) / 10 = 499.0 s",
        "daily = 50000",
        "rate = 10",
    ] {
        assert!(line.contains(part), "{part}: {line}");
    }
    assert_eq!(tight.json()["infeasible"].as_array().unwrap().len(), 3);
    let nothing = plan(&["--latency-ms", "200"]).run().code(1);
    assert!(
        nothing.complaint().contains("--records: found nothing"),
        "{nothing:?}"
    );
    // What the last run asked is known from the ledger.
    scene.program("once").run().code(0);
    let known = plan(&["--latency-ms", "200"]).run().code(0).json();
    assert_eq!(
        (
            known["jobs"][0]["records"].as_u64(),
            known["jobs"][0]["records_from"].as_str()
        ),
        (Some(3), Some("ledger"))
    );
    let text = bare(&scene, "plan")
        .arg("--latency-ms")
        .arg("200")
        .run()
        .code(0)
        .quiet()
        .stdout;
    assert!(
        text.contains("T ≥ max(N·L/C = 0.1 s, (N−B)/R = 0.0 s)")
            && text.contains("  NAT          $46.09 beside Lambda")
            && text.ends_with("Feasible.\n"),
        "{text}"
    );
    for secret in [CANARY_KEY, CANARY_PASSWORD] {
        assert!(!text.contains(secret));
    }
}
