//! What all tests share: processes with a bound on their lives, simulators, and what they leave behind.

mod evidence;
mod process;
mod scene;

pub(crate) use evidence::{
    Write, causes, closed_form, corpus, errors, files_holding, lines, receipt, writes,
};
pub(crate) use process::{Finished, Process, Program};
pub(crate) use scene::{CANARY_KEY, CANARY_LOGON, CANARY_PASSWORD, Scene, closed_port, found, map_of};
