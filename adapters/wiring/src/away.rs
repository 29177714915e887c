//! A system that could not be reached when the program started.

use async_trait::async_trait;
use customs_core::{
    CallContext, Delivery, Error, ErrorKind, FetchRequest, Idempotency, Outcome, Page, Result, Sink,
    SourceSystem,
};

/// Fails each call with the error of the start: the run fails with a receipt and an error row, and other jobs go on.
#[derive(Debug, Clone)]
pub(crate) struct Away(Error);

impl Away {
    /// `None` if the error is about the configuration: that is for a person to put right, and no run begins.
    pub(crate) fn of(error: &anyhow::Error) -> Option<Self> {
        let cause = error.chain().find_map(|e| e.downcast_ref::<Error>())?;
        (cause.kind() != ErrorKind::Config).then(|| Self(cause.clone()))
    }
}

#[async_trait]
impl SourceSystem for Away {
    async fn fetch(&self, _: &CallContext, _: FetchRequest) -> Result<Page> {
        Err(self.0.clone())
    }
}

#[async_trait]
impl Sink for Away {
    fn max_batch(&self) -> usize {
        1
    }

    fn idempotency(&self) -> Idempotency {
        Idempotency::None
    }

    async fn deliver(&self, _: &CallContext, _: &[Delivery]) -> Result<Vec<Outcome>> {
        Err(self.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_configuration_is_for_a_person() {
        let error = |kind| anyhow::Error::from(Error::new(kind, "x")).context("wsdl");
        assert!(Away::of(&error(ErrorKind::Unavailable)).is_some());
        assert!(Away::of(&error(ErrorKind::Unauthorized)).is_some());
        assert!(Away::of(&error(ErrorKind::Config)).is_none());
        assert!(Away::of(&anyhow::anyhow!("x")).is_none());
    }
}
