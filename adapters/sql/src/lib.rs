//! The ledgers and error rows of customs-core in SQL databases.
