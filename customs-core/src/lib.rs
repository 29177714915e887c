//! Reads due records, asks customs, writes what changed back: traits, layers, pipeline and in-memory back ends.
