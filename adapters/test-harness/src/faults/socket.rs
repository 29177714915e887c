//! What goes wrong below HTTP: a closed port, and a connection that ends in mid-answer.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use super::plan::{Door, FaultSwitch};

/// The pause before another try, where the system refuses a socket or a connection.
const PAUSE: Duration = Duration::from_millis(10);
const BACKLOG: u32 = 1024;

/// A listener whose port is closed while `refuse` is in force, and open again on the same port after it.
#[derive(Debug)]
pub(crate) struct FaultListener {
    addr: SocketAddr,
    listener: Option<TcpListener>,
    faults: FaultSwitch,
    changes: watch::Receiver<()>,
}

impl FaultListener {
    /// Binds; where `refuse` is in force from the start, the port is known and closed.
    pub(crate) fn bind(addr: SocketAddr, faults: FaultSwitch) -> io::Result<Self> {
        let listener = listen(addr)?;
        let addr = listener.local_addr()?;
        let shut = matches!(faults.door(), Door::Shut { .. });
        let changes = faults.changes();
        Ok(Self {
            addr,
            listener: (!shut).then_some(listener),
            faults,
            changes,
        })
    }

    /// The address, with the port that the system gave.
    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }

    async fn changed_or(&mut self, until: Option<Instant>) {
        tokio::select! {
            () = due(until) => {}
            // The sender lives in `self.faults`, so this ends only by a change.
            _ = self.changes.changed() => {}
        }
    }
}

fn listen(addr: SocketAddr) -> io::Result<TcpListener> {
    let socket = if addr.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    socket.set_reuseaddr(true)?;
    socket.bind(addr)?;
    socket.listen(BACKLOG)
}

async fn due(until: Option<Instant>) {
    match until {
        Some(until) => sleep_until(until).await,
        None => std::future::pending().await,
    }
}

impl Listener for FaultListener {
    type Io = FaultStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (FaultStream, SocketAddr) {
        loop {
            let until = match self.faults.door() {
                Door::Shut { until } => {
                    self.listener = None;
                    self.changed_or(until).await;
                    continue;
                }
                Door::Open { until } => until,
            };
            let Some(listener) = &self.listener else {
                match listen(self.addr) {
                    Ok(listener) => self.listener = Some(listener),
                    Err(error) => {
                        tracing::warn!(message = "Cannot open the port again.", addr = %self.addr, %error);
                        sleep(PAUSE).await;
                    }
                }
                continue;
            };
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = due(until) => continue,
                _ = self.changes.changed() => continue,
            };
            match accepted {
                Ok((stream, peer)) => {
                    // Without this, small answers wait for the client's delayed acknowledgement.
                    if let Err(error) = stream.set_nodelay(true) {
                        tracing::debug!(message = "TCP_NODELAY is not set.", %error);
                    }
                    return (
                        FaultStream {
                            stream,
                            wire: Wire::default(),
                        },
                        peer,
                    );
                }
                Err(error) => {
                    tracing::debug!(message = "A connection was not accepted.", %error);
                    sleep(PAUSE).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.addr)
    }
}

/// The hand on one connection: lets the layer above cut it while an answer is on its way.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wire(Arc<Mutex<Option<Cut>>>);

#[derive(Debug, Clone, Copy)]
struct Cut {
    after_bytes: usize,
    reset: bool,
}

impl Wire {
    /// Lets so many more bytes out, then resets the connection (`RST`).
    pub(super) fn reset_after(&self, after_bytes: usize) {
        self.set(Cut {
            after_bytes,
            reset: true,
        });
    }

    /// Closes the connection (`FIN`) in place of the next byte.
    pub(super) fn close(&self) {
        self.set(Cut {
            after_bytes: 0,
            reset: false,
        });
    }

    fn set(&self, cut: Cut) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(cut);
    }
}

impl Connected<IncomingStream<'_, FaultListener>> for Wire {
    fn connect_info(stream: IncomingStream<'_, FaultListener>) -> Self {
        stream.io().wire.clone()
    }
}

/// A connection that its [`Wire`] can cut.
#[derive(Debug)]
pub(crate) struct FaultStream {
    stream: TcpStream,
    wire: Wire,
}

impl AsyncRead for FaultStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for FaultStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let Self { stream, wire } = &mut *self;
        let mut cut = wire.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(cut) = cut.as_mut() else {
            return Pin::new(stream).poll_write(cx, bytes);
        };
        if cut.after_bytes == 0 {
            if cut.reset {
                stream.set_zero_linger()?;
            }
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        let allowed = bytes.len().min(cut.after_bytes);
        let written = Pin::new(stream).poll_write(cx, &bytes[..allowed]);
        if let Poll::Ready(Ok(written)) = written {
            cut.after_bytes -= written;
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
