//! The crate from outside, in one binary.
