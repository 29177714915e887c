//! What every implementation of a trait of customs-core must do, as tests: one suite per trait, one test per bullet of the
//! trait's contract, under the bullet's name.
