//! Telling running work to come to an end.

use std::sync::Arc;

use tokio::sync::watch;

/// A signal to end soon: what is not begun is left for later, what is under way is finished and settled. Clones are one
/// signal; once given it stays.
#[derive(Debug, Clone)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Stop {
    /// A signal that was not given yet.
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    /// Gives the signal.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }

    /// Whether it was given.
    pub fn is_given(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns once it is given.
    pub async fn given(&self) {
        let mut stopped = self.0.subscribe();
        // The sender lives as long as `self`: this cannot fail.
        let _ = stopped.wait_for(|given| *given).await;
    }
}

impl Default for Stop {
    fn default() -> Self {
        Self::new()
    }
}
