//! What users would pick instead, measured beside us, and the hot paths of the workspace one by one.
//!
//! - `cargo run --release -p customs-benches --bin compare`: the side-by-side comparison ([`compare`]).
//! - `cargo bench -p customs-benches`: criterion benches of the [`hot`] paths.
//! - `cargo run --release -p customs-benches --bin instructions`: how many instructions each hot path takes, held against the
//!   counts in `benches/instructions.txt`. On a noisy machine these still tell.
//!
//! No figure comes from the program that is measured: processor time, wall time and peak memory are those of a whole
//! process, as the operating system accounts for it ([`process`]).

pub mod bare;
pub mod compare;
pub mod hot;
pub mod mock;
pub mod process;
pub mod rows;
