//! A simulated SAP: a due list and a write-back over SOAP, stateful and persistent.
//!
//! It serves a WSDL in the style of an ABAP system on `GET …?wsdl` at any path below `/sap/bc/srt/`, and two function
//! modules of the mixed-case style (`urn:sap-com:document:sap:soap:functions:mc-style`), in SOAP 1.1 and 1.2:
//!
//! - `ZCustomsGetDue` reads the due records in the order of their keys. `IvMax` is the page size (0 is all), `IvAfter` the
//!   cursor: `EvNext` of the page before, which is the key text `Bukrs/Vbeln` of its last row and empty at the end. `ItKeys`
//!   selects records by key. `EvTotal` counts the selection before paging. An unknown cursor is the declared exception
//!   `INVALID_CURSOR`. Records stay due whatever is written back; `Stats`, `Udate` and `Uzeit` show what was.
//! - `ZCustomsPutStatus` takes rows and answers one BAPIRET2 message for each, with its number in `Row`: `S` 000 saved,
//!   `S` 001 saved before under this `IdemKey`, `E` 010 no such record, `E` 011 locked, `E` 012 an invalid value.
//!
//! A wrong user or password gets 401 with an HTML page, an unreadable request a fault that says nothing, as in SAP; the
//! reason is logged.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! use customs_test_harness::sap::SapSimulator;
//!
//! let sap = SapSimulator::builder().records(1000).seed(1).start().await?;
//! assert!(sap.wsdl_url().ends_with("?wsdl"));
//! assert_eq!(sap.held("1000/0080000001"), None, "nothing was written back yet");
//! sap.shutdown().await;
//! # Ok::<(), customs_test_harness::StartError>(()) }).unwrap();
//! ```

mod answer;
mod log;
mod message;
mod request;
mod service;
mod store;

pub use log::LoggedWrite;
pub use store::Held;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use secrecy::SecretString;

use crate::data_dir;
use crate::error::StartError;
use crate::faults::{FaultSpec, FaultSwitch};
use crate::server::Server;
use crate::world::{COMPANY, World};
use service::Service;
use store::Store;

/// As `icm/HTTP/max_request_size_KB` is set by default: 100 MiB.
const MAX_BODY: usize = 100 << 20;

/// How a simulated SAP is set up. Nothing needs to be set.
#[derive(Debug, Clone)]
pub struct SapBuilder {
    records: u32,
    seed: Option<u64>,
    day: Option<u32>,
    company: String,
    data_dir: Option<PathBuf>,
    write_log: Option<PathBuf>,
    listen: SocketAddr,
    user: String,
    password: SecretString,
    faults: FaultSpec,
    max_body: usize,
}

impl SapBuilder {
    /// How many records are due: 1,000 unless set.
    #[must_use]
    pub fn records(mut self, records: u32) -> Self {
        self.records = records;
        self
    }

    /// The seed of the world: that of the data directory unless set, else 1. A UNI-PASS simulator of the same seed knows
    /// the same shipments.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// The virtual day: that of the data directory unless set, else 0.
    #[must_use]
    pub fn day(mut self, day: u32) -> Self {
        self.day = Some(day);
        self
    }

    /// The company code of all records: `1000` unless set.
    #[must_use]
    pub fn company(mut self, company: &str) -> Self {
        company.clone_into(&mut self.company);
        self
    }

    /// Where the world and the write log are kept; without it, nothing outlives the simulator.
    #[must_use]
    pub fn data_dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.data_dir = Some(dir.into());
        self
    }

    /// Where the write log stands: `sap-writes.ndjson` in the data directory unless set. It is the state: a start reads
    /// it, so give the same file each time.
    #[must_use]
    pub fn write_log(mut self, file: impl Into<PathBuf>) -> Self {
        self.write_log = Some(file.into());
        self
    }

    /// Where to listen: a free port of 127.0.0.1 unless set.
    #[must_use]
    pub fn listen(mut self, addr: SocketAddr) -> Self {
        self.listen = addr;
        self
    }

    /// Who may log on: `CUSTOMS` with the password `simulated` unless set.
    #[must_use]
    pub fn auth(mut self, user: &str, password: impl Into<SecretString>) -> Self {
        user.clone_into(&mut self.user);
        self.password = password.into();
        self
    }

    /// What goes wrong from the start on.
    #[must_use]
    pub fn faults(mut self, faults: FaultSpec) -> Self {
        self.faults = faults;
        self
    }

    /// The largest request in bytes, larger ones get 413: 100 MiB unless set, as in SAP.
    #[must_use]
    pub fn max_request(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// Starts it; it serves when this returns.
    ///
    /// # Errors
    /// If the address is taken, the data directory or log cannot be used, or they belong to another world.
    pub async fn start(self) -> Result<SapSimulator, StartError> {
        let world = data_dir::world(self.data_dir.as_deref(), self.seed, self.day)?;
        let log = self
            .write_log
            .or_else(|| self.data_dir.map(|dir| dir.join("sap-writes.ndjson")));
        let store = Arc::new(Store::open(world, self.records, self.company, log.as_deref())?);
        let service = Arc::new(Service {
            store,
            user: self.user,
            password: self.password,
            reads: AtomicU64::new(0),
            writes: AtomicU64::new(0),
            faults: AtomicU64::new(0),
        });
        let faults = FaultSwitch::new(self.faults, world.seed());
        let router = service::router(Arc::clone(&service));
        let server = Server::start(
            self.listen,
            router,
            faults.clone(),
            service::goes_to(),
            self.max_body,
        )
        .map_err(|source| StartError::Bind {
            addr: self.listen,
            source,
        })?;
        Ok(SapSimulator {
            service,
            faults,
            server,
        })
    }
}

/// A running simulated SAP. Dropping it closes the port.
#[derive(Debug)]
pub struct SapSimulator {
    service: Arc<Service>,
    faults: FaultSwitch,
    server: Server,
}

impl SapSimulator {
    /// A set-up with nothing set.
    #[must_use]
    pub fn builder() -> SapBuilder {
        SapBuilder {
            records: 1000,
            seed: None,
            day: None,
            company: COMPANY.to_owned(),
            data_dir: None,
            write_log: None,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            user: "CUSTOMS".to_owned(),
            password: SecretString::from("simulated"),
            faults: FaultSpec::default(),
            max_body: MAX_BODY,
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.server.addr()
    }

    /// Where the WSDL is; the logon is needed for it.
    #[must_use]
    pub fn wsdl_url(&self) -> String {
        format!("{}?wsdl", self.endpoint_url())
    }

    /// Where the operations are.
    #[must_use]
    pub fn endpoint_url(&self) -> String {
        format!("http://{}{}", self.addr(), service::ENDPOINT)
    }

    /// The user who may log on.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.service.user
    }

    /// The user's password.
    #[must_use]
    pub fn password(&self) -> &SecretString {
        &self.service.password
    }

    /// The world that it shows.
    #[must_use]
    pub fn world(&self) -> World {
        self.service.store.world()
    }

    /// How many records are due.
    #[must_use]
    pub fn records(&self) -> u32 {
        self.service.store.records()
    }

    /// The key text of the record at that place in the due list.
    #[must_use]
    pub fn key(&self, index: u32) -> String {
        self.service.store.key(&self.world().shipment(index))
    }

    /// What was written back for a record, with the number of writes; `None` if nothing was.
    #[must_use]
    pub fn held(&self, key: &str) -> Option<Held> {
        self.service.store.held(key)
    }

    /// How many rows were accepted since the write log began, repeats included.
    #[must_use]
    pub fn rows_written(&self) -> u64 {
        self.service.store.rows()
    }

    /// How many times `ZCustomsGetDue` was called since the start.
    #[must_use]
    pub fn reads(&self) -> u64 {
        self.service.reads.load(Ordering::Relaxed)
    }

    /// How many times `ZCustomsPutStatus` was called since the start.
    #[must_use]
    pub fn writes(&self) -> u64 {
        self.service.writes.load(Ordering::Relaxed)
    }

    /// Locks a record, as a user in a dialog does: writes to it are refused. Returns whether there is such a record.
    pub fn lock(&self, key: &str) -> bool {
        self.service.store.set_lock(key, true)
    }

    /// Unlocks a record. Returns whether there is such a record.
    pub fn unlock(&self, key: &str) -> bool {
        self.service.store.set_lock(key, false)
    }

    /// What goes wrong; may be changed at any time.
    #[must_use]
    pub fn faults(&self) -> &FaultSwitch {
        &self.faults
    }

    /// Closes the port and waits for the requests in flight.
    pub async fn shutdown(self) {
        self.server.shutdown().await;
    }
}
