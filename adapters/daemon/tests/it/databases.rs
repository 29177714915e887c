//! The ledger's database is away, read-only, locked or full: no state is lost, SAP sees each once, the run says what is true,
//! and the next run heals all with nobody helping.

use std::path::Path;

use serde_json::Value;
use sqlx::Connection as _;

use crate::support::{Finished, LiveScene, errors, met};

const RECORDS: u32 = 20;

/// What a hindered `once` said, if it came to a receipt: it adds up, or it is a failed one.
fn truthful(finished: &Finished, what: &str) -> Option<Value> {
    let code = finished.status.code();
    if finished.stdout.is_empty() {
        assert_eq!(code, Some(1), "{what}: {finished:?}");
        assert!(finished.complaint().contains("ledger"), "{what}: {finished:?}");
        return None;
    }
    let receipt = finished.json();
    let failed = receipt["status"].as_str() == Some("failed");
    assert!(
        failed || receipt["balanced"].as_bool() == Some(true),
        "{what}: {receipt}"
    );
    assert_eq!(code, Some(i32::from(failed)), "{what}: {finished:?}");
    Some(receipt)
}

#[cfg(all(feature = "postgres", feature = "mysql"))]
mod server {
    use super::{RECORDS, truthful};
    use crate::support::{Cut, Database, LiveScene, Proxy, Server};

    /// A scene whose ledger is reached over a wire that a test can cut.
    fn wired(server: Server) -> Option<(LiveScene, Proxy, Database)> {
        let database = server.database()?;
        let proxy = Proxy::to(database.address());
        let scene = LiveScene::new(RECORDS);
        scene.write_config(&scene.config_with(&[("sqlite:customs.db", "file:ledger-url")]));
        std::fs::write(scene.path("ledger-url"), database.url_at(proxy.address())).unwrap();
        Some((scene, proxy, database))
    }

    fn nobody_is_there_at_the_start(server: Server) {
        let Some((scene, proxy, _database)) = wired(server) else {
            return;
        };
        proxy.go_down();
        let finished = scene.once().run().code(1);
        assert!(finished.complaint().contains("ledger.url"), "{finished:?}");
        assert_eq!(
            (scene.sap.reads(), scene.customs.arrived()),
            (0, 0),
            "no run began"
        );
        proxy.mend();
        scene.heals("nobody was there at the start");
    }

    #[test]
    fn postgres_is_away_at_the_start() {
        nobody_is_there_at_the_start(Server::Postgres);
    }

    #[test]
    fn mariadb_is_away_at_the_start() {
        nobody_is_there_at_the_start(Server::MariaDb);
    }

    /// The wire breaks at one commit of a run after the other; each so-many-th is taken, `CUSTOMS_KILL_POINTS=all` takes all.
    fn the_wire_breaks_at_a_commit(server: Server) {
        let all = std::env::var("CUSTOMS_KILL_POINTS").is_ok_and(|points| points == "all");
        for cut in [Cut::Before, Cut::After, Cut::Down] {
            for commit in (1..).step_by(if all { 1 } else { 4 }) {
                let what = format!("{server:?}, {cut:?} commit {commit}");
                let Some((scene, proxy, _database)) = wired(server) else {
                    return;
                };
                // The tables are there: it is the run that is hindered.
                scene.program("migrate").run().code(0);
                proxy.cut_at(commit, cut);
                truthful(&scene.once().run(), &what);
                let met = proxy.mend();
                scene.heals(&what);
                if !met {
                    assert!(commit > 6, "a run is more than {commit} commits");
                    break;
                }
            }
        }
    }

    #[test]
    fn postgres_is_cut_off_at_a_commit() {
        the_wire_breaks_at_a_commit(Server::Postgres);
    }

    #[test]
    fn mariadb_is_cut_off_at_a_commit() {
        the_wire_breaks_at_a_commit(Server::MariaDb);
    }

    /// The user may only read from one run to the next.
    fn only_reads(server: Server, code: &str, deny: &[&str], allow: &[&str]) {
        let Some(database) = server.database() else { return };
        let scene = LiveScene::new(RECORDS);
        std::fs::write(scene.path("ledger-url"), database.url()).unwrap();
        scene.write_config(&scene.config_with(&[("sqlite:customs.db", "file:ledger-url")]));
        scene.program("migrate").run().code(0);
        let name = |text: &&str| text.replace("<own>", database.name());
        deny.iter().map(name).for_each(|s| database.as_administrator(&s));
        let finished = scene.once().run().code(1);
        assert!(finished.stderr.contains(code), "{finished:?}");
        truthful(&finished, code);
        assert_eq!(
            (scene.sap.writes(), scene.customs.arrived()),
            (0, 0),
            "{server:?}"
        );
        allow.iter().map(name).for_each(|s| database.as_administrator(&s));
        scene.heals("only reading was allowed");
    }

    #[test]
    fn postgres_is_read_only() {
        only_reads(
            Server::Postgres,
            "ledger_read_only",
            &["ALTER ROLE <own> SET default_transaction_read_only = on"],
            &["ALTER ROLE <own> RESET default_transaction_read_only"],
        );
    }

    #[test]
    fn mariadb_user_may_only_read() {
        only_reads(
            Server::MariaDb,
            "ledger_denied",
            &[
                "REVOKE ALL ON <own>.* FROM <own>",
                "GRANT SELECT ON <own>.* TO <own>",
            ],
            &["GRANT ALL ON <own>.* TO <own>"],
        );
    }
}

/// A shell that sets a stage for the program; its last line is `exec "$@"` or the like.
fn staged(scene: &LiveScene, script: &str) -> Finished {
    scene.once().behind(["sh", "-c", script, "sh"]).run()
}

/// SQLite's files may grow to so many blocks only: writes fail behind that, as on a full disk or at a quota.
#[test]
fn sqlite_files_may_not_grow() {
    let mut hindered = 0;
    for blocks in (40..).step_by(60) {
        let what = format!("at most {blocks} blocks");
        let scene = LiveScene::new(RECORDS);
        let limit = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
        let finished = staged(&scene, &limit);
        let whole = truthful(&finished, &what)
            .is_some_and(|r| r["pushed"].as_u64() == Some(scene.found().len() as u64));
        scene.heals(&what);
        if whole {
            break;
        }
        hindered += 1;
    }
    assert!(hindered >= 3, "it was hindered {hindered} times");
}

/// The same, and the system ends the process at the first write past the limit.
#[test]
fn sqlite_files_may_not_grow_and_the_process_dies() {
    use std::os::unix::process::ExitStatusExt as _;
    let mut killed = 0;
    for blocks in (40..).step_by(90) {
        let scene = LiveScene::new(RECORDS);
        let finished = staged(&scene, &format!("ulimit -c 0; ulimit -f {blocks}; exec \"$@\""));
        scene.heals(&format!("killed past {blocks} blocks"));
        if finished.status.signal().is_none() {
            break;
        }
        killed += 1;
    }
    assert!(killed >= 2, "it was killed {killed} times");
}

/// A disk that is really full, where this machine lets a test make one.
#[test]
fn sqlite_disk_is_full() {
    let may = std::process::Command::new("unshare")
        .args(["-m", "sh", "-c", "mount -t tmpfs none /mnt"])
        .output();
    if !may.is_ok_and(|o| o.status.success()) {
        println!("skipped: a file system of its own cannot be mounted here");
        return;
    }
    let mut full = 0;
    for size in (120..).step_by(80) {
        let what = format!("a disk of {size} KiB");
        let scene = LiveScene::new(RECORDS);
        scene.write_config(&scene.config_with(&[("sqlite:customs.db", "sqlite:disk/customs.db")]));
        let disk = scene.path("disk");
        std::fs::create_dir(&disk).unwrap();
        // The disk is gone with the shell, so all runs happen in it: on the full disk, on one with room, and once more.
        let disk = disk.display();
        let script = format!(
            "mount -t tmpfs -o size={size}k none {disk} || exit 9; \"$@\" >{disk}.1 2>{disk}.log; \
             mount -o remount,size=16m {disk} || exit 9; \"$@\" >{disk}.2 && \"$@\" >{disk}.3"
        );
        let finished = scene
            .once()
            .behind(["unshare", "-m", "sh", "-c", &script, "sh"])
            .run();
        let read = |n: &str| -> Option<Value> {
            let text = std::fs::read_to_string(format!("{disk}.{n}")).unwrap();
            (!text.is_empty()).then(|| serde_json::from_str(&text).unwrap())
        };
        let found = scene.found().len() as u64;
        let count = |receipt: &Value, name: &str| receipt[name].as_u64().unwrap();
        finished.code(0);
        let first = read("1");
        if let Some(first) = &first {
            assert!(
                first["status"] == "failed" || first["balanced"] == true,
                "{what}: {first}"
            );
        } else {
            let log = std::fs::read_to_string(format!("{disk}.log")).unwrap();
            assert!(log.contains("ledger"), "{what}: {log}");
        }
        let second = read("2").unwrap();
        assert_eq!(
            count(&second, "pushed") + count(&second, "unchanged"),
            found,
            "{what}: {second}"
        );
        let third = read("3").unwrap();
        assert_eq!(
            (count(&third, "unchanged"), count(&third, "sap_writes")),
            (found, 0),
            "{what}: {third}"
        );
        scene.each_state_written_once(&what);
        if first.is_some_and(|r| count(&r, "pushed") == found) {
            break;
        }
        full += 1;
    }
    assert!(full >= 2, "it was full {full} times");
}

#[test]
fn sqlite_is_read_only() {
    let scene = LiveScene::new(RECORDS);
    scene.program("migrate").run().code(0);
    let config = scene.config();
    scene.write_config(&scene.config_with(&[("sqlite:customs.db", "sqlite:customs.db?mode=ro")]));
    let finished = scene.once().run().code(1);
    assert!(finished.stderr.contains("ledger"), "{finished:?}");
    assert_eq!((scene.sap.writes(), scene.customs.arrived()), (0, 0));
    scene.write_config(&config);
    scene.heals("it was read-only");
}

/// Somebody holds the database's write lock, and does not let go.
#[test]
fn sqlite_is_locked() {
    let scene = LiveScene::new(RECORDS);
    scene.program("migrate").run().code(0);
    let url = format!("sqlite:{}", scene.ledger().display());
    let held = async {
        let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
        sqlx::raw_sql("BEGIN IMMEDIATE")
            .execute(&mut connection)
            .await
            .unwrap();
        connection
    };
    // It holds its lock as long as its runtime is there.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let held = runtime.block_on(held);
    let finished = scene.once().run().code(1);
    assert!(finished.stderr.contains("ledger"), "{finished:?}");
    assert_eq!((scene.sap.writes(), scene.customs.arrived()), (0, 0));
    runtime.block_on(held.close()).unwrap();
    scene.heals("it was locked");
}

/// Somebody deletes the database while a run is under way.
#[test]
fn sqlite_file_is_removed_in_mid_run() {
    let scene = LiveScene::new(RECORDS);
    scene.write_config(&scene.config_with(&[("daily = 50000", "daily = 50000\ntimeout = \"2s\"")]));
    scene
        .customs
        .faults()
        .set("stall:skip=12,count=1".parse().unwrap());
    let mut run = scene.once().start();
    assert!(met(scene.customs.faults(), "stall", 1, &mut run));
    for name in ["customs.db", "customs.db-wal", "customs.db-shm"] {
        std::fs::remove_file(scene.path(name)).unwrap();
    }
    truthful(&run.finish(), "removed");
    scene.clear_faults();
    scene.heals("the database was removed");
    assert!(Path::exists(&scene.ledger()) && !errors(&scene.ledger()).is_empty());
}
