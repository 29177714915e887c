//! What a host knows about a request that the request itself cannot say. It goes into the request's extensions.

/// A gateway in front has checked the caller: the door is open without `x-api-key`. Holds the name under which is written down
/// what the caller asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted(pub String);

/// What stands before this router's paths in the address that callers use, such as `/prod`; nothing by default. Addresses in
/// answers of the API begin with it. The console's pages know nothing of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BasePath(pub String);
