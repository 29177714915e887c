//! What all tests share: processes with a bound on their lives, simulators, and what they leave behind.

mod evidence;
mod live;
mod process;
#[cfg(all(feature = "postgres", feature = "mysql"))]
mod proxy;
mod scene;
#[cfg(all(feature = "postgres", feature = "mysql"))]
mod server;

#[cfg(feature = "postgres")]
pub(crate) use evidence::block_on;
pub(crate) use evidence::{
    Write, causes, closed_form, corpus, errors, errors_of, files_holding, lines, receipt, writes,
};
pub(crate) use live::{LiveScene, met};
pub(crate) use process::{Finished, Process, Program};
#[cfg(all(feature = "postgres", feature = "mysql"))]
pub(crate) use proxy::{Cut, Proxy};
pub(crate) use scene::{CANARY_KEY, CANARY_LOGON, CANARY_PASSWORD, STATS, Scene, closed_port, found, map_of};
#[cfg(all(feature = "postgres", feature = "mysql"))]
pub(crate) use server::{CANARY_LEDGER, Database, Server};
