//! A transport that answers from a script: to be filled in.
