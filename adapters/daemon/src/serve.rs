//! The daemon: runs jobs and serves the door for urgent requests, until it is told to stop.

use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use customs_core::{Board, ClosedRun, SystemClock};
use customs_http_trigger::router;
use customs_wiring::door::Door;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc::UnboundedSender;
use tower::ServiceExt as _;
use tracing::{info, warn};

use crate::bootstrap::App;
use crate::config::Config;
use crate::dead_man::DeadMan;
use crate::notify::Systemd;

/// How long runs may take to settle what they have when the daemon is told to stop.
const GRACE: Duration = Duration::from_secs(30);

/// How long errors and alerts wait at most to be carried on, while no run ends.
const CARRY: Duration = Duration::from_secs(30);

/// The door, and where it is.
#[derive(Debug)]
pub(crate) struct OpenDoor {
    pub(crate) listen: SocketAddr,
    pub(crate) door: Door,
}

/// What the daemon tells about itself.
#[derive(Debug)]
pub(crate) enum News {
    /// It works, and listens there.
    Listening(Option<SocketAddr>),
    /// A run was closed.
    Closed(Box<ClosedRun>),
    /// SIGHUP: the configuration was taken again.
    Taken,
    /// SIGHUP: it was not, and why; the old one stays.
    NotTaken(String),
}

/// Works until SIGTERM or SIGINT. On SIGHUP it takes the configuration file again, as far as that is safe while it works.
///
/// # Errors
/// The address cannot be listened on.
pub(crate) async fn serve(
    mut app: App,
    mut config: Config,
    door: Option<OpenDoor>,
    mut tell: impl FnMut(News) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let systemd = Systemd::connect();
    let dead_man = config
        .alerts
        .dead_man_url
        .as_ref()
        .map(DeadMan::new)
        .transpose()?;
    let mut stop = Stopping::new()?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let front = Front::default();
    let (close, closing) = tokio::sync::oneshot::channel();
    let mut server = None;
    let mut address = None;
    if let Some(door) = &door {
        let listener = TcpListener::bind(door.listen)
            .await
            .with_context(|| format!("cannot listen on {}", door.listen))?;
        address = Some(listener.local_addr()?);
        let router = Router::new().fallback(behind).with_state(front.clone());
        let serve = axum::serve(listener, router).with_graceful_shutdown(async {
            let _ = closing.await;
        });
        server = Some(tokio::spawn(serve.into_future()));
    }
    let mut said = false;
    loop {
        let (scheduler, desk) = app.scheduler(&config)?;
        let board = scheduler.board();
        if let Some(OpenDoor { door, .. }) = &door {
            let clock = Arc::new(SystemClock);
            front.put(router(door.setup(
                &config,
                &app.ledger,
                board.clone(),
                desk,
                clock,
            )));
        }
        // Before the first run may close.
        let mut closed = board.listen();
        let mut next = None;
        let (refuse, mut refused) = tokio::sync::mpsc::unbounded_channel();
        if !said {
            said = true;
            tell(News::Listening(address))?;
        }
        systemd.ready(&format!("{} jobs", app.pipelines.len()));
        {
            let until = async {
                tokio::select! {
                    () = stop.told() => {}
                    taken = new_configuration(&mut hang_up, &app, &config, &refuse) => next = Some(taken),
                }
            };
            let work = scheduler.run(until, GRACE);
            let (watchdog, switch) = (systemd.keep_watchdog(), follow(dead_man.as_ref(), &board));
            let carrying = carry_on(&app, &board);
            tokio::pin!(work, watchdog, switch, carrying);
            loop {
                tokio::select! {
                    _settled = &mut work => break,
                    run = closed.recv() => match run {
                        Ok(run) => tell(News::Closed(Box::new(run)))?,
                        Err(RecvError::Lagged(missed)) => warn!(message = "Runs were not told.", missed),
                        Err(RecvError::Closed) => {}
                    },
                    Some(why) = refused.recv() => tell(News::NotTaken(why))?,
                    () = &mut watchdog => {}
                    () = &mut switch => {}
                    () = &mut carrying => {}
                }
            }
        }
        while let Ok(run) = closed.try_recv() {
            tell(News::Closed(Box::new(run)))?;
        }
        match next {
            Some((new_app, new_config)) => {
                (app, config) = (new_app, new_config);
                tell(News::Taken)?;
            }
            None => break,
        }
    }
    systemd.stopping();
    app.carry().await;
    // Nobody may be left to hear it.
    let _ = close.send(());
    if let Some(server) = server {
        // A page that is kept open must not hold up the end.
        let _ = tokio::time::timeout(Duration::from_secs(5), server).await;
    }
    app.ledger.shut_down().await;
    Ok(())
}

/// After each run, and now and then, what waits is stored and sent: errors on the disk, alerts in the ledger. Never returns.
async fn carry_on(app: &App, board: &Board) {
    let mut closed = board.listen();
    loop {
        app.carry().await;
        // Whatever ends the wait: what waits is looked at again.
        let _ = tokio::time::timeout(CARRY, closed.recv()).await;
    }
}

async fn follow(dead_man: Option<&DeadMan>, board: &Board) {
    match dead_man {
        Some(dead_man) => dead_man.follow(board).await,
        None => std::future::pending().await,
    }
}

/// Returns when a SIGHUP has brought a configuration that can be taken while the program works. What cannot be is refused,
/// with the reason, and the work goes on as it was.
async fn new_configuration(
    hang_up: &mut Signal,
    app: &App,
    old: &Config,
    refuse: &UnboundedSender<String>,
) -> (App, Config) {
    loop {
        if hang_up.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
        match take_again(app, old).await {
            Ok(taken) => {
                info!(message = "The configuration was taken again.");
                return taken;
            }
            Err(error) => {
                let error = customs_core::DisplayChain(error.as_ref()).to_string();
                warn!(
                    message = "The configuration is refused; the old one stays.",
                    error
                );
                // Who listens is gone only when the program ends.
                let _ = refuse.send(error);
            }
        }
    }
}

async fn take_again(app: &App, old: &Config) -> anyhow::Result<(App, Config)> {
    let config = Config::load(&old.file)?;
    if let Some(section) = old.needs_restart(&config) {
        anyhow::bail!("[{section}] has changed: that takes a restart");
    }
    let app = app.again(&config).await?;
    Ok((app, config))
}

/// SIGTERM or SIGINT.
#[derive(Debug)]
struct Stopping {
    terminate: Signal,
    interrupt: Signal,
}

impl Stopping {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn told(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// The router of the configuration that holds now.
#[derive(Debug, Clone, Default)]
struct Front(Arc<RwLock<Router>>);

impl Front {
    fn put(&self, router: Router) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = router;
    }
}

async fn behind(State(front): State<Front>, request: Request) -> Response {
    let router = front.0.read().unwrap_or_else(PoisonError::into_inner).clone();
    match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
    .into_response()
}
