//! Simulators in the test's own process, so that a test changes what goes wrong while a run is under way, and sees what
//! they hold.

use std::path::PathBuf;

use customs_test_harness::faults::FaultSwitch;
use customs_test_harness::sap::SapSimulator;
use customs_test_harness::unipass::{UnipassBuilder, UnipassSimulator};
use customs_test_harness::world::Shipment;
use serde_json::Value;
use tokio::runtime::Runtime;

use super::scene::{CANARY_KEY, CANARY_PASSWORD, config, found, map_of, wsdl};
use super::{Process, Program};

/// A simulated SAP, a simulated UNI-PASS, and a configuration for both.
pub(crate) struct LiveScene {
    dir: tempfile::TempDir,
    records: u32,
    pub(crate) sap: SapSimulator,
    pub(crate) customs: UnipassSimulator,
    /// Serves while it lives; goes last.
    _runtime: Runtime,
}

impl LiveScene {
    /// Nothing goes wrong yet.
    pub(crate) fn new(records: u32) -> Self {
        Self::with(records, UnipassSimulator::builder())
    }

    /// With a UNI-PASS of one's own.
    pub(crate) fn with(records: u32, customs: UnipassBuilder) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let (sap, customs) = runtime.block_on(async {
            let sap = SapSimulator::builder()
                .records(records)
                .seed(1)
                .auth("CUSTOMS", CANARY_PASSWORD)
                .start()
                .await;
            let customs = customs.seed(1).key("API001", CANARY_KEY).start().await;
            (sap.unwrap(), customs.unwrap())
        });
        let scene = Self {
            dir: tempfile::tempdir().unwrap(),
            records,
            sap,
            customs,
            _runtime: runtime,
        };
        std::fs::write(scene.path("due.wsdl"), wsdl(&scene.sap.endpoint_url())).unwrap();
        scene.write_config(&scene.config());
        scene
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The documented configuration.
    pub(crate) fn config(&self) -> String {
        config(&self.sap.endpoint_url(), &self.customs.base_url())
    }

    /// The configuration with some things replaced.
    #[track_caller]
    pub(crate) fn config_with(&self, changes: &[(&str, &str)]) -> String {
        changes.iter().fold(self.config(), |config, (from, to)| {
            assert!(config.contains(from), "{from}\n{config}");
            config.replacen(from, to, 1)
        })
    }

    pub(crate) fn write_config(&self, text: &str) {
        std::fs::write(self.path("customs.toml"), text).unwrap();
    }

    /// `customs once` with this configuration and its secrets.
    pub(crate) fn once(&self) -> Program {
        self.program("once")
    }

    /// A command with this configuration and its secrets.
    pub(crate) fn program(&self, command: &str) -> Program {
        Program::new([command, "--format", "json", "--config"])
            .arg(self.path("customs.toml"))
            .env("SAP_USER", "CUSTOMS")
            .env("SAP_PASSWORD", CANARY_PASSWORD)
            .env("UNIPASS_API001", CANARY_KEY)
    }

    pub(crate) fn ledger(&self) -> PathBuf {
        self.path("customs.db")
    }

    /// Ends all faults at both.
    pub(crate) fn clear_faults(&self) {
        self.sap.faults().clear();
        self.customs.faults().clear();
    }

    /// The due records that customs finds, with their keys.
    pub(crate) fn found(&self) -> Vec<(String, Shipment)> {
        let key = |shipment: &Shipment| format!("1000/{}", shipment.delivery());
        found(self.records).into_iter().map(|s| (key(&s), s)).collect()
    }

    /// SAP holds each record's state, written once; others were never written. Repeats under a known key change nothing.
    #[track_caller]
    pub(crate) fn each_state_written_once(&self, what: &str) {
        let found = self.found();
        for (key, shipment) in &found {
            let held = self
                .sap
                .held(key)
                .unwrap_or_else(|| panic!("{what}: {key} was not written"));
            let expected = (map_of(shipment.progress().status), 1);
            assert_eq!((held.stats.as_str(), held.writes), expected, "{what}: {key}");
        }
        for index in 0..self.records {
            let key = self.sap.key(index);
            assert!(
                self.sap.held(&key).is_none() || found.iter().any(|(k, _)| *k == key),
                "{what}: {key} was written, and customs does not find it"
            );
        }
    }

    /// The run after the trouble brings all home, with nobody helping; and the run after that has nothing to write.
    #[track_caller]
    pub(crate) fn heals(&self, what: &str) {
        let again = super::receipt(&self.once().run().code(0).quiet());
        let through = self.found().len() as u64;
        let count = |receipt: &Value, name: &str| receipt[name].as_u64().unwrap();
        assert_eq!(
            (
                again["status"].as_str(),
                count(&again, "due"),
                count(&again, "deferred")
            ),
            (Some("succeeded"), u64::from(self.records), 0),
            "{what}: {again}"
        );
        assert_eq!(
            count(&again, "pushed") + count(&again, "unchanged"),
            through,
            "{what}: {again}"
        );
        self.each_state_written_once(what);
        let quiet = super::receipt(&self.once().run().code(0).quiet());
        assert_eq!(
            (count(&quiet, "unchanged"), count(&quiet, "sap_writes")),
            (through, 0),
            "{what}: {quiet}"
        );
    }
}

/// Waits until a simulator met so many faults of a kind, or the run ended by itself: whichever comes first says so.
pub(crate) fn met(faults: &FaultSwitch, kind: &str, times: u64, run: &mut Process) -> bool {
    const LOOKS: usize = 30_000;
    for _ in 0..LOOKS {
        if faults.hits(kind) >= times {
            return true;
        }
        if run.has_ended() {
            return faults.hits(kind) >= times;
        }
        std::thread::park_timeout(std::time::Duration::from_millis(2));
    }
    panic!("neither {times} faults of kind {kind} nor the run's end in time");
}
