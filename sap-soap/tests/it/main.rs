//! The crate from outside, in one binary.

mod corpus;
mod fault;
mod response;
mod response_corpus;
mod response_quirks;
mod wsdl;
