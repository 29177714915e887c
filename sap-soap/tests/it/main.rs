//! The crate from outside, in one binary.

mod corpus;
mod response;
mod response_corpus;
mod wsdl;
