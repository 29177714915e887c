//! Black-box tests of the core on its in-memory back ends.

mod pipeline;
mod rig;
