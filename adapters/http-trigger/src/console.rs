//! The console: pages for people, made here, without scripts and without anything from elsewhere.
//!
//! A page shows what the ledger and the board hold. A form does one thing, is written down in the audit log first, and leads
//! back to a page. Who is signed in is known by a cookie; a form is taken only with the token that its page was given.

mod plot;
mod session;
mod view;
mod waiting;
mod words;

use askama::Template;
use axum::Router;
use axum::body::Body;
use axum::extract::{Form, FromRequestParts, Path, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use customs_core::{
    Ask, AuditEntry, CallContext, EpisodeFilter, Error, ErrorFilter, RecordKey, RequestId, RequestStatus,
    RunId, Which, korean_time, why,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use crate::setup::Shared;
use session::Session;
use view::{
    EpisodePage, EpisodeView, ErrorView, JobLine, Message, Overview, RecordPage, RequestPage, RequestView,
    RunPage, RunView, SignIn, StateView,
};
use words::Words;

/// Rows that a list on a page has.
const ROWS: u32 = 20;
/// Errors on the page of an episode: its last ones. How many there are stands beside them.
const EPISODE_ERRORS: u32 = 50;
/// Runs in the chart.
const CHART: u32 = 60;
/// Records of an error that are tried again at once.
const RETRY: u32 = 1_000;

const POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/console", get(overview))
        .route("/console/style.css", get(style))
        .route("/console/sign-in", get(sign_in_page).post(sign_in))
        .route("/console/sign-out", post(sign_out))
        .route("/console/language", post(language))
        .route("/console/run", post(run))
        .route("/console/runs/{id}", get(one_run))
        .route("/console/requests/{id}", get(one_request))
        .route("/console/episodes/{no}", get(one_episode))
        .route("/console/episodes/{no}/retry", post(retry))
        .route("/console/episodes/{no}/close", post(close))
        .route("/console/pause", post(pause))
        .route("/console/record", get(record))
        .route("/console/records", get(waiting::records))
}

/// Who asks, in which language. Whoever is not signed in is led to the door.
struct Guest {
    session: Session,
    words: &'static Words,
}

impl FromRequestParts<Shared> for Guest {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Response> {
        let setup = &shared.setup;
        match Session::of(&parts.headers, &setup.keys, setup.clock.now()) {
            Some(session) => Ok(Self {
                session,
                words: words::of(&parts.headers),
            }),
            None => Err(Redirect::to("/console/sign-in").into_response()),
        }
    }
}

/// What went wrong, as a page.
struct Refused(Box<Response>);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        *self.0
    }
}

type Answer = Result<Response, Refused>;

impl Guest {
    fn refuse(&self, status: StatusCode, text: &str) -> Refused {
        let page = Message {
            w: self.words,
            session: Some(&self.session),
            text,
        };
        Refused(Box::new((status, show(&page)).into_response()))
    }

    fn failed(&self, error: &Error) -> Refused {
        match error.kind() {
            customs_core::ErrorKind::Refused | customs_core::ErrorKind::RateLimited => {
                self.refuse(StatusCode::BAD_REQUEST, error.message())
            }
            _ => {
                tracing::error!(message = "A page failed.", error = %error.chain());
                self.refuse(StatusCode::SERVICE_UNAVAILABLE, self.words.no_ledger)
            }
        }
    }

    fn unknown(&self) -> Refused {
        self.refuse(StatusCode::NOT_FOUND, self.words.nothing_known)
    }

    /// A form is taken only from a page of this session.
    fn check(&self, token: &str) -> Result<(), Refused> {
        use subtle::ConstantTimeEq as _;
        if bool::from(token.as_bytes().ct_eq(self.session.form_token.as_bytes())) {
            Ok(())
        } else {
            Err(self.refuse(StatusCode::FORBIDDEN, self.words.refused))
        }
    }

    /// Written down before it is done.
    async fn note(&self, shared: &Shared, act: &str, subject: &str) -> Result<(), Refused> {
        note(shared, &self.session.name, act, subject)
            .await
            .map_err(|e| self.failed(&e))
    }
}

async fn note(shared: &Shared, by: &str, act: &str, subject: &str) -> customs_core::Result<()> {
    let entry = AuditEntry {
        at: shared.setup.clock.now(),
        by: by.to_owned(),
        act: act.to_owned(),
        subject: subject.to_owned(),
    };
    shared.setup.audit.note(&entry).await
}

fn show(page: &impl Template) -> Response {
    let headers = [(header::CONTENT_SECURITY_POLICY, POLICY)];
    match page.render() {
        Ok(html) => (headers, Html(html)).into_response(),
        // Writing into a text does not fail.
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn style() -> Response {
    (
        [(header::CONTENT_TYPE, "text/css; charset=utf-8")],
        include_str!("console/console.css"),
    )
        .into_response()
}

async fn sign_in_page(headers: HeaderMap) -> Response {
    door(&headers, "")
}

fn door(headers: &HeaderMap, problem: &str) -> Response {
    show(&SignIn {
        w: words::of(headers),
        session: None,
        problem,
    })
}

#[derive(Deserialize)]
struct Key {
    key: SecretString,
}

async fn sign_in(State(shared): State<Shared>, headers: HeaderMap, Form(Key { key }): Form<Key>) -> Response {
    let (setup, words) = (&shared.setup, words::of(&headers));
    let now = setup.clock.now();
    let Some(name) = setup.keys.name_of(key.expose_secret().as_bytes()) else {
        // Who guesses, waits. Those with a key are not held up by them.
        return match shared.guesses.admit("sign-in", now) {
            Ok(()) => (StatusCode::UNAUTHORIZED, door(&headers, words.wrong_key)).into_response(),
            Err(_) => (StatusCode::TOO_MANY_REQUESTS, door(&headers, words.too_many)).into_response(),
        };
    };
    if let Err(error) = note(&shared, name, "sign_in", "").await {
        tracing::error!(message = "A page failed.", error = %error.chain());
        return (StatusCode::SERVICE_UNAVAILABLE, door(&headers, words.no_ledger)).into_response();
    }
    match Session::begin(name, &setup.keys, now, is_secure(&headers)) {
        Some(cookie) => ([(header::SET_COOKIE, cookie)], Redirect::to("/console")).into_response(),
        None => (StatusCode::UNAUTHORIZED, door(&headers, words.wrong_key)).into_response(),
    }
}

/// Whether the browser came by TLS, as the proxy in front says.
fn is_secure(headers: &HeaderMap) -> bool {
    headers
        .get("x-forwarded-proto")
        .is_some_and(|v| v.as_bytes() == b"https")
}

#[derive(Deserialize)]
struct OnlyToken {
    form_token: String,
}

async fn sign_out(guest: Guest, headers: HeaderMap, Form(form): Form<OnlyToken>) -> Answer {
    guest.check(&form.form_token)?;
    let cookie = Session::end(is_secure(&headers)).unwrap_or(HeaderValue::from_static(""));
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/console/sign-in")).into_response())
}

#[derive(Deserialize)]
struct Language {
    lang: String,
}

async fn language(headers: HeaderMap, Form(Language { lang }): Form<Language>) -> Response {
    let lang = if lang == "ko" { "ko" } else { "en" };
    let cookie = format!("customs_lang={lang}; Path=/console; Max-Age=31536000; SameSite=Strict");
    let back = headers
        .get(header::REFERER)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.find("/console").map(|at| v[at..].to_owned()))
        .unwrap_or_else(|| "/console".to_owned());
    ([(header::SET_COOKIE, cookie)], Redirect::to(&back)).into_response()
}

#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    said: String,
}

async fn overview(State(shared): State<Shared>, guest: Guest, Query(Said { said }): Query<Said>) -> Answer {
    let (setup, w) = (&shared.setup, guest.words);
    let failed = |e: Error| guest.failed(&e);
    let runs = setup.reader.runs(CHART).await.map_err(failed)?;
    let open = EpisodeFilter {
        open: true,
        brief: true,
        limit: ROWS,
        ..EpisodeFilter::default()
    };
    let episodes = setup.reader.episodes(&open).await.map_err(failed)?;
    let requests = setup.desk.queue().recent(ROWS).await.map_err(failed)?;
    let acts = setup.audit.acts(ROWS).await.map_err(failed)?;
    let mut quota = Vec::new();
    if let Some(budgets) = &setup.budgets {
        let day = setup.clock.now().to_zoned(korean_time()).date();
        let cx = CallContext::new("".into(), "console".into(), RunId::from("console"));
        for (service, daily) in &budgets.services {
            let used = budgets.ledger.used(&cx, service, day).await.map_err(failed)?;
            quota.push((service.clone(), used, *daily));
        }
    }
    let paused = setup.jobs.jobs().await.map_err(failed)?;
    let jobs: Vec<JobLine> = setup
        .board
        .jobs()
        .iter()
        .map(|j| JobLine::of(j, &paused))
        .collect();
    let said = match said.as_str() {
        "accepted" => w.accepted,
        "closed" => w.was_closed,
        _ => "",
    };
    let busy = jobs.iter().any(|j| !j.running.is_empty())
        || requests.iter().any(|r| r.status != RequestStatus::Done);
    Ok(show(&Overview {
        w,
        session: Some(&guest.session),
        token: &guest.session.form_token,
        said,
        busy,
        jobs,
        episodes: episodes.iter().map(EpisodeView::of).collect(),
        chart: plot::chart(&runs),
        legend: view::legend(w),
        runs: runs
            .iter()
            .take(ROWS as usize)
            .map(|r| RunView::of(r, w))
            .collect(),
        requests: requests.iter().map(|r| RequestView::of(r, w)).collect(),
        quota,
        acts: acts.iter().map(view::ActView::of).collect(),
    }))
}

#[derive(Deserialize)]
struct RunForm {
    form_token: String,
    /// `company/job`
    job: String,
    /// As people paste them.
    #[serde(default)]
    numbers: Option<String>,
    /// One record, as a page names it.
    #[serde(default)]
    key: Option<String>,
}

async fn run(State(shared): State<Shared>, guest: Guest, Form(form): Form<RunForm>) -> Answer {
    guest.check(&form.form_token)?;
    let which = which(&form.job);
    let desk = &shared.setup.desk;
    let by = guest.session.name.as_str();
    let failed = |e: Error| guest.failed(&e);
    match (form.numbers, form.key) {
        (None, None) => {
            guest.note(&shared, "run", &form.job).await?;
            desk.ask_for_all(by, &which).await.map_err(failed)?;
        }
        (None, Some(key)) => {
            guest
                .note(&shared, "run", &format!("{}: {key}", form.job))
                .await?;
            let numbers = vec![key];
            desk.ask(by, &[Ask { which, numbers }]).await.map_err(failed)?;
        }
        (Some(numbers), _) => {
            // Pasted from a table or a mail: lines, blanks, commas.
            let numbers: Vec<String> = numbers
                .split(|c: char| c.is_whitespace() || c == ',' || c == ';')
                .filter(|n| !n.is_empty())
                .map(str::to_owned)
                .collect();
            guest
                .note(&shared, "run", &format!("{}: {}", form.job, numbers.join(" ")))
                .await?;
            desk.ask(by, &[Ask { which, numbers }]).await.map_err(failed)?;
        }
    }
    Ok(Redirect::to("/console?said=accepted").into_response())
}

fn which(job: &str) -> Which {
    let (company, job) = job.split_once('/').unwrap_or(("", job));
    Which::Named {
        company: Some(company.to_owned()),
        job: Some(job.to_owned()),
    }
}

#[derive(Deserialize)]
struct PauseForm {
    form_token: String,
    /// `company/job`
    job: String,
    /// `pause` or `resume`.
    act: String,
}

async fn pause(State(shared): State<Shared>, guest: Guest, Form(form): Form<PauseForm>) -> Answer {
    guest.check(&form.form_token)?;
    let known = shared
        .setup
        .desk
        .jobs()
        .iter()
        .find(|j| format!("{}/{}", j.company, j.job) == form.job);
    let job = known.ok_or_else(|| guest.unknown())?;
    let cx = CallContext::new(job.company.clone(), job.job.clone(), RunId::from("console"));
    let jobs = &shared.setup.jobs;
    let done = if form.act == "resume" {
        guest.note(&shared, "resume", &form.job).await?;
        jobs.resume(&cx).await
    } else {
        guest.note(&shared, "pause", &form.job).await?;
        jobs.pause(&cx, &guest.session.name).await
    };
    done.map_err(|e| guest.failed(&e))?;
    Ok(Redirect::to("/console").into_response())
}

async fn one_run(State(shared): State<Shared>, guest: Guest, Path(id): Path<String>) -> Answer {
    let (reader, id) = (&shared.setup.reader, RunId::from(id));
    let row = reader.run(&id).await.map_err(|e| guest.failed(&e))?;
    let row = row.ok_or_else(|| guest.unknown())?;
    let of_run = ErrorFilter {
        run: Some(id),
        limit: ROWS,
        ..ErrorFilter::default()
    };
    let errors = reader.errors(&of_run).await.map_err(|e| guest.failed(&e))?;
    Ok(show(&RunPage {
        w: guest.words,
        session: Some(&guest.session),
        run: RunView::of(&row, guest.words),
        errors: errors.iter().map(ErrorView::of).collect(),
    }))
}

async fn one_request(State(shared): State<Shared>, guest: Guest, Path(id): Path<String>) -> Answer {
    let row = shared.setup.desk.queue().find(&RequestId::from(id)).await;
    let row = row
        .map_err(|e| guest.failed(&e))?
        .ok_or_else(|| guest.unknown())?;
    Ok(show(&RequestPage {
        w: guest.words,
        session: Some(&guest.session),
        busy: row.status != RequestStatus::Done,
        request: RequestView::of(&row, guest.words),
        records: view::outcomes(&row),
    }))
}

async fn one_episode(State(shared): State<Shared>, guest: Guest, Path(no): Path<u64>) -> Answer {
    let episode = episode(&shared, &guest, no).await?;
    let errors = errors_of(&shared, &guest, no, EPISODE_ERRORS).await?;
    Ok(show(&EpisodePage {
        w: guest.words,
        session: Some(&guest.session),
        token: &guest.session.form_token,
        e: EpisodeView::of(&episode),
        errors: errors.iter().map(ErrorView::of).collect(),
    }))
}

async fn episode(shared: &Shared, guest: &Guest, no: u64) -> Result<customs_core::Episode, Refused> {
    let one = EpisodeFilter {
        no: Some(no),
        brief: true,
        limit: 1,
        ..EpisodeFilter::default()
    };
    let found = shared
        .setup
        .reader
        .episodes(&one)
        .await
        .map_err(|e| guest.failed(&e))?;
    found.into_iter().next().ok_or_else(|| guest.unknown())
}

async fn errors_of(
    shared: &Shared,
    guest: &Guest,
    no: u64,
    limit: u32,
) -> Result<Vec<customs_core::StoredError>, Refused> {
    let filter = ErrorFilter {
        episode: Some(no),
        limit,
        ..ErrorFilter::default()
    };
    shared
        .setup
        .reader
        .errors(&filter)
        .await
        .map_err(|e| guest.failed(&e))
}

async fn retry(
    State(shared): State<Shared>,
    guest: Guest,
    Path(no): Path<u64>,
    Form(form): Form<OnlyToken>,
) -> Answer {
    guest.check(&form.form_token)?;
    let episode = episode(&shared, &guest, no).await?;
    let errors = errors_of(&shared, &guest, no, RETRY).await?;
    let keys: Vec<RecordKey> = errors.into_iter().filter_map(|e| e.key).collect();
    guest.note(&shared, "retry", &format!("#{no}")).await?;
    let job = (episode.company, episode.job);
    let desk = &shared.setup.desk;
    if keys.is_empty() {
        // The error belongs to no record: the whole run is tried again.
        let which = Which::Named {
            company: Some(job.0.to_string()),
            job: Some(job.1.to_string()),
        };
        desk.ask_for_all(&guest.session.name, &which)
            .await
            .map_err(|e| guest.failed(&e))?;
    } else {
        desk.ask_for_keys(&guest.session.name, &job.0, &job.1, keys)
            .await
            .map_err(|e| guest.failed(&e))?;
    }
    Ok(Redirect::to("/console?said=accepted").into_response())
}

async fn close(
    State(shared): State<Shared>,
    guest: Guest,
    Path(no): Path<u64>,
    Form(form): Form<OnlyToken>,
) -> Answer {
    guest.check(&form.form_token)?;
    guest.note(&shared, "close", &format!("#{no}")).await?;
    let closed = shared.setup.episodes.close_episode(no, &guest.session.name).await;
    if closed.map_err(|e| guest.failed(&e))? {
        Ok(Redirect::to("/console?said=closed").into_response())
    } else {
        Err(guest.unknown())
    }
}

#[derive(Deserialize)]
struct WhichRecord {
    key: String,
}

async fn record(
    State(shared): State<Shared>,
    guest: Guest,
    Query(WhichRecord { key }): Query<WhichRecord>,
) -> Answer {
    let setup = &shared.setup;
    // A number is a key by the rule of each job; what holds `/` is a key already.
    let mut keys: Vec<RecordKey> = setup
        .desk
        .jobs()
        .iter()
        .filter_map(|j| j.key_of(&key).ok())
        .collect();
    keys.sort();
    keys.dedup();
    let (mut states, mut errors) = (Vec::new(), Vec::new());
    for key in &keys {
        let lives = why(&*setup.reader, &*setup.jobs, key, setup.clock.now()).await;
        for life in lives.map_err(|e| guest.failed(&e))? {
            errors.extend(life.errors.iter().map(ErrorView::of));
            states.push(StateView::of(&life, guest.words));
        }
    }
    let shown = keys.first().map_or(key, |k| k.as_str().to_owned());
    Ok(show(&RecordPage {
        w: guest.words,
        session: Some(&guest.session),
        token: &guest.session.form_token,
        key: &shown,
        states,
        errors,
    }))
}

/// The door for whoever opens the address in a browser.
pub(crate) async fn front() -> Response<Body> {
    Redirect::to("/console").into_response()
}
