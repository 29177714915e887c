//! Telling systemd how the daemon fares (`Type=notify`, `WatchdogSec=`), over the socket that it names.

use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use tracing::debug;

/// Where systemd listens, if it started this process.
#[derive(Debug)]
pub(crate) struct Systemd(Option<UnixDatagram>);

impl Systemd {
    /// Connects to the socket in `NOTIFY_SOCKET`. Without one there is nobody to tell.
    pub(crate) fn connect() -> Self {
        Self(std::env::var_os("NOTIFY_SOCKET").and_then(|name| open(&name).ok()))
    }

    /// The daemon works, or has taken a new configuration.
    pub(crate) fn ready(&self, status: &str) {
        self.tell(&format!("READY=1\nSTATUS={status}"));
    }

    /// The daemon comes to an end.
    pub(crate) fn stopping(&self) {
        self.tell("STOPPING=1");
    }

    /// Tells that the daemon lives, twice in each span after which systemd would start it anew. Never returns.
    pub(crate) async fn keep_watchdog(&self) {
        let span = std::env::var("WATCHDOG_USEC").ok().and_then(|us| us.parse().ok());
        let Some(span) = span.filter(|us| *us > 0 && self.0.is_some()) else {
            return std::future::pending().await;
        };
        let mut tick = tokio::time::interval(Duration::from_micros(span) / 2);
        loop {
            tick.tick().await;
            self.tell("WATCHDOG=1");
        }
    }

    fn tell(&self, text: &str) {
        if let Some(Err(error)) = self.0.as_ref().map(|socket| socket.send(text.as_bytes())) {
            debug!(message = "systemd does not listen.", %error);
        }
    }
}

fn open(name: &std::ffi::OsStr) -> std::io::Result<UnixDatagram> {
    let socket = UnixDatagram::unbound()?;
    socket.set_nonblocking(true)?;
    let bytes = name.as_encoded_bytes();
    match bytes.strip_prefix(b"@") {
        #[cfg(target_os = "linux")]
        Some(name) => {
            use std::os::linux::net::SocketAddrExt as _;
            socket.connect_addr(&std::os::unix::net::SocketAddr::from_abstract_name(name)?)?;
        }
        #[cfg(not(target_os = "linux"))]
        Some(_) => return Err(std::io::ErrorKind::Unsupported.into()),
        None => socket.connect(name)?,
    }
    Ok(socket)
}
