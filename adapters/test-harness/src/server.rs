//! One HTTP server on loopback: what both simulators stand on.

use std::io;
use std::net::SocketAddr;

use axum::Router;
use axum::middleware::from_fn_with_state;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::faults::{FaultListener, FaultSwitch, GoesTo, Injector, Wire, inject};

/// Told when the server closes, so that what waits for ever can end.
#[derive(Debug, Clone)]
pub(crate) struct Closing(watch::Receiver<bool>);

impl Closing {
    /// Returns once the server closes.
    pub(crate) async fn wait(&self) {
        // An error means that the server is gone, which is an end as well.
        let _ = self.0.clone().wait_for(|closing| *closing).await;
    }
}

/// A running server. Dropping it closes it without waiting.
#[derive(Debug)]
pub(crate) struct Server {
    addr: SocketAddr,
    close: watch::Sender<bool>,
    task: Option<JoinHandle<io::Result<()>>>,
}

impl Server {
    /// Binds and serves until [`shutdown`](Self::shutdown).
    pub(crate) fn start(
        listen: SocketAddr,
        router: Router,
        faults: FaultSwitch,
        goes_to: GoesTo,
        max_body: usize,
    ) -> io::Result<Self> {
        let listener = FaultListener::bind(listen, faults.clone())?;
        let addr = listener.addr();
        let (close, closing) = watch::channel(false);
        let closing = Closing(closing);
        let injector = Injector {
            faults,
            goes_to,
            max_body,
            closing: closing.clone(),
        };
        let service = router
            .layer(from_fn_with_state(injector, inject))
            .into_make_service_with_connect_info::<Wire>();
        let serve =
            axum::serve(listener, service).with_graceful_shutdown(async move { closing.wait().await });
        let task = tokio::spawn(async move { serve.await });
        Ok(Self {
            addr,
            close,
            task: Some(task),
        })
    }

    /// The address, with the port that the system gave.
    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Closes the port, ends what stalls, lets the rest finish.
    pub(crate) async fn shutdown(mut self) {
        self.close.send_replace(true);
        if let Some(task) = self.task.take() {
            // The task neither panics nor is it cancelled; accept errors are handled in the listener.
            let _ = task.await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.close.send_replace(true);
    }
}
