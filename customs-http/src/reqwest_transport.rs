/// To be filled in.
#[derive(Debug)]
pub struct ReqwestTransport;
/// To be filled in.
#[derive(Debug)]
pub struct ReqwestTransportBuilder;
/// To be filled in.
#[derive(Debug)]
pub struct ClientIdentity;
