//! A simulated UNI-PASS Open API.
//!
//! `GET /ext/rest/<service>/<operation>?crkyCn=…` answers in the recorded wire form: XML on one line, HTTP 200 for errors
//! too, empty elements as `<x></x>`. Each service has a key of its own; a missing, unknown or foreign key is refused in the
//! words of the real service. What a service answers stands in scenario files of raw XML, one for each service: embedded,
//! and replaceable from a directory ([`UnipassBuilder::scenarios`]). The format is described in `unipass/scenario.rs`.
//!
//! Cargo clearance progress (API001) and export fulfilment (API002) answer from the same made-up world as
//! [`SapSimulator`](crate::sap::SapSimulator): most of its cargo numbers are found, some are not, a few fail for good.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! use std::time::Duration;
//! use customs_test_harness::unipass::UnipassSimulator;
//!
//! let customs = UnipassSimulator::builder().seed(1).latency(Duration::from_millis(2)).start().await?;
//! assert!(customs.base_url().ends_with("/ext/rest"));
//! assert!(customs.key("API001").is_some());
//! assert_eq!(customs.arrived(), 0);
//! customs.shutdown().await;
//! # Ok::<(), customs_test_harness::StartError>(()) }).unwrap();
//! ```

mod arrivals;
mod embedded;
mod keys;
mod scenario;
mod service;
mod template;
mod view;

pub use arrivals::{Arrival, fullest, used};

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use crate::data_dir;
use crate::error::StartError;
use crate::faults::{FaultSpec, FaultSwitch};
use crate::server::Server;
use crate::world::World;
use arrivals::Arrivals;
use keys::Keys;
use service::Gateway;

/// The query parameter that holds the key.
const KEY: &str = "crkyCn";
/// Requests have no body; this is what is read of one all the same.
const MAX_BODY: usize = 64 << 10;

/// How a simulated UNI-PASS is set up. Nothing needs to be set.
#[derive(Debug, Clone)]
pub struct UnipassBuilder {
    seed: Option<u64>,
    day: Option<u32>,
    data_dir: Option<PathBuf>,
    scenarios: Option<PathBuf>,
    arrival_log: Option<PathBuf>,
    listen: SocketAddr,
    keys: BTreeMap<String, Vec<SecretString>>,
    latency: Duration,
    faults: FaultSpec,
}

impl UnipassBuilder {
    /// The seed of the world: that of the data directory unless set, else 1.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// The virtual day: that of the data directory unless set, else 0. Shipments move with it.
    #[must_use]
    pub fn day(mut self, day: u32) -> Self {
        self.day = Some(day);
        self
    }

    /// Where the world is kept, shared with a simulated SAP.
    #[must_use]
    pub fn data_dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.data_dir = Some(dir.into());
        self
    }

    /// A directory of `*.scenario` files; each replaces the embedded one of its name, or adds a service.
    #[must_use]
    pub fn scenarios(mut self, dir: impl Into<PathBuf>) -> Self {
        self.scenarios = Some(dir.into());
        self
    }

    /// Where each request is logged, a line of JSON with `at_us` (microseconds since the start), `service`, `scenario` and
    /// `params` (without the key); written anew at each start.
    #[must_use]
    pub fn arrival_log(mut self, file: impl Into<PathBuf>) -> Self {
        self.arrival_log = Some(file.into());
        self
    }

    /// Where to listen: a free port of 127.0.0.1 unless set.
    #[must_use]
    pub fn listen(mut self, addr: SocketAddr) -> Self {
        self.listen = addr;
        self
    }

    /// A key of a service, in place of the made-up one; each further one is taken as well, as in a rotation.
    #[must_use]
    pub fn key(mut self, service: &str, key: impl Into<SecretString>) -> Self {
        self.keys.entry(service.to_owned()).or_default().push(key.into());
        self
    }

    /// How long each answer takes: no time unless set.
    #[must_use]
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// What goes wrong from the start on.
    #[must_use]
    pub fn faults(mut self, faults: FaultSpec) -> Self {
        self.faults = faults;
        self
    }

    /// Starts it; it serves when this returns.
    ///
    /// # Errors
    /// If the address is taken, a file or directory cannot be used, or a scenario file is wrong.
    pub async fn start(self) -> Result<UnipassSimulator, StartError> {
        let world = data_dir::world(self.data_dir.as_deref(), self.seed, self.day)?;
        let services = scenario::load(self.scenarios.as_deref())?;
        let keys = Keys::new(
            self.keys,
            world.seed(),
            services.iter().map(|service| service.id.as_str()),
        );
        let arrivals = Arrivals::start(self.arrival_log.as_deref())?;
        let gateway = Arc::new(Gateway::new(world, services, keys, arrivals, self.latency));
        let faults = FaultSwitch::new(self.faults, world.seed());
        let router = service::router(Arc::clone(&gateway));
        let goes_to = gateway.goes_to();
        let server =
            Server::start(self.listen, router, faults.clone(), goes_to, MAX_BODY).map_err(|source| {
                StartError::Bind {
                    addr: self.listen,
                    source,
                }
            })?;
        Ok(UnipassSimulator {
            gateway,
            faults,
            server,
        })
    }
}

/// A running simulated UNI-PASS. Dropping it closes the port.
#[derive(Debug)]
pub struct UnipassSimulator {
    gateway: Arc<Gateway>,
    faults: FaultSwitch,
    server: Server,
}

impl UnipassSimulator {
    /// A set-up with nothing set.
    #[must_use]
    pub fn builder() -> UnipassBuilder {
        UnipassBuilder {
            seed: None,
            day: None,
            data_dir: None,
            scenarios: None,
            arrival_log: None,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            keys: BTreeMap::new(),
            latency: Duration::ZERO,
            faults: FaultSpec::default(),
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.server.addr()
    }

    /// What stands before `/<service>/<operation>`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}{}", self.addr(), service::BASE)
    }

    /// The world that it shows.
    #[must_use]
    pub fn world(&self) -> World {
        self.gateway.world()
    }

    /// The services, by id (`API001` and so on).
    pub fn services(&self) -> impl Iterator<Item = &str> {
        self.gateway.services()
    }

    /// The address of a service, without a query; `None` if there is no such service.
    #[must_use]
    pub fn url(&self, service: &str) -> Option<String> {
        Some(format!("{}/{}", self.base_url(), self.gateway.path(service)?))
    }

    /// The key of a service; `None` if there is no such service.
    #[must_use]
    pub fn key(&self, service: &str) -> Option<&SecretString> {
        self.gateway.key(service)
    }

    /// The requests that arrived, oldest first, as far as they are kept (10,000).
    #[must_use]
    pub fn arrivals(&self) -> Vec<Arrival> {
        self.gateway.arrivals().kept()
    }

    /// When it started: what [`Arrival::at_us`] counts from.
    #[must_use]
    pub fn started(&self) -> tokio::time::Instant {
        self.gateway.arrivals().started()
    }

    /// How many requests arrived since the start.
    #[must_use]
    pub fn arrived(&self) -> u64 {
        self.gateway.arrivals().total()
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
