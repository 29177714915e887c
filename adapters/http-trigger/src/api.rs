use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use customs_core::{RequestId, RequestRow, RunId, RunRow, UrgentRequest};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::body::{self, Asked};
use crate::front::{Admitted, BasePath};
use crate::problem::Problem;
use crate::setup::Shared;

/// The name of the key with which somebody asks.
#[derive(Debug, Clone)]
pub(crate) struct By(String);

/// Lets in who has a key, as often as it may.
pub(crate) async fn key_first(
    State(shared): State<Shared>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let admitted = request.extensions().get().map(|Admitted(name)| name.as_str());
    let given = request.headers().get("x-api-key").map(|v| v.as_bytes());
    let name = admitted.or_else(|| given.and_then(|key| shared.setup.keys.name_of(key)));
    let Some(name) = name.map(str::to_owned) else {
        let text = "the header x-api-key holds no key that is known here";
        return Err(Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", text));
    };
    shared
        .limit
        .admit(&name, shared.setup.clock.now())
        .map_err(|wait| Problem::too_many(wait.as_secs() + 1, "too many requests with this key"))?;
    request.extensions_mut().insert(By(name));
    Ok(next.run(request).await)
}

/// `POST /runs`.
pub(crate) async fn ask(
    State(shared): State<Shared>,
    Extension(By(by)): Extension<By>,
    base: Option<Extension<BasePath>>,
    body: Body,
) -> Result<Response, Problem> {
    let bytes = axum::body::to_bytes(body, shared.setup.limits.body)
        .await
        .map_err(|error| too_large_or_broken(&error, shared.setup.limits.body))?;
    let desk = &shared.setup.desk;
    match body::read(&bytes)? {
        Asked::Users(asks) => {
            desk.ask(&by, &asks).await?;
            Ok(Json("job success").into_response())
        }
        Asked::Modern(ask) => {
            let requests = desk.ask(&by, &[ask]).await?;
            let request = requests.first().ok_or_else(|| Problem::unknown("request"))?;
            let base = base.map(|Extension(BasePath(base))| base).unwrap_or_default();
            let href = format!("{base}/runs/{}", request.id);
            let body = json!({
                "id": request.id, "status": "waiting", "company": request.company, "job": request.job,
                "keys": request.keys, "href": href,
            });
            Ok((StatusCode::ACCEPTED, [(header::LOCATION, href)], Json(body)).into_response())
        }
    }
}

fn too_large_or_broken(error: &axum::Error, limit: usize) -> Problem {
    let is_limit = std::iter::successors(Some(error as &dyn std::error::Error), |e| e.source())
        .any(|e| e.to_string() == "length limit exceeded");
    if is_limit {
        let text = format!("the body is larger than {limit} bytes");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", text)
    } else {
        Problem::bad_body("the body broke off")
    }
}

fn bad_query(text: String) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "bad_query", text)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limit {
    limit: Option<u32>,
}

/// `GET /runs`.
pub(crate) async fn recent(
    State(shared): State<Shared>,
    limit: Result<Query<Limit>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(Limit { limit }) = limit.map_err(|e| bad_query(e.body_text()))?;
    let limit = limit.unwrap_or(20);
    if !(1..=500).contains(&limit) {
        return Err(bad_query(format!("limit = {limit}: expected 1 to 500")));
    }
    let runs = shared.setup.reader.runs(limit).await?;
    let requests = shared.setup.desk.queue().recent(limit).await?;
    Ok(Json(json!({
        "runs": runs.iter().map(Run::of).collect::<Vec<_>>(),
        "requests": requests.iter().map(RequestView::of).collect::<Vec<_>>(),
    }))
    .into_response())
}

/// Records on a page of a run; more, where more were settled at once.
const RECORDS: usize = 1_000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct After {
    after: Option<u64>,
}

/// `GET /runs/{id}`: an urgent request, or a run.
pub(crate) async fn one(
    State(shared): State<Shared>,
    base: Option<Extension<BasePath>>,
    Path(id): Path<String>,
    after: Result<Query<After>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(After { after }) = after.map_err(|e| bad_query(e.body_text()))?;
    if let Some(row) = shared
        .setup
        .desk
        .queue()
        .find(&RequestId::from(id.as_str()))
        .await?
    {
        return Ok(Json(RequestView::of(&row)).into_response());
    }
    let run = RunId::from(id);
    match shared.setup.reader.run(&run).await? {
        Some(row) => {
            let reader = &shared.setup.reader;
            let page = reader.run_outcomes(&run, after.unwrap_or(0), RECORDS).await?;
            let base = base.map(|Extension(BasePath(base))| base).unwrap_or_default();
            let next = page.next.map(|next| format!("{base}/runs/{run}?after={next}"));
            let shown = RunWithRecords {
                run: Run::of(&row),
                records: &page.records,
                next,
            };
            Ok(Json(shown).into_response())
        }
        None => Err(Problem::unknown("run or request")),
    }
}

/// A run as it is shown: its receipt, and whose it is.
#[derive(Serialize)]
struct Run<'a> {
    id: &'a RunId,
    company: &'a str,
    job: &'a str,
    trigger: &'a str,
    started_at: jiff::Timestamp,
    closed_at: Option<jiff::Timestamp>,
    status: &'static str,
    receipt: &'a customs_core::Receipt,
}

impl<'a> Run<'a> {
    fn of(row: &'a RunRow) -> Self {
        Self {
            id: &row.receipt.run_id,
            company: row.company.as_str(),
            job: row.job.as_str(),
            trigger: &row.trigger,
            started_at: row.started_at,
            closed_at: row.closed_at,
            status: row.receipt.status.as_str(),
            receipt: &row.receipt,
        }
    }
}

/// A run by itself: with what became of its records.
#[derive(Serialize)]
struct RunWithRecords<'a> {
    #[serde(flatten)]
    run: Run<'a>,
    records: &'a [customs_core::RecordOutcome],
    /// Where the rest of them is.
    next: Option<String>,
}

/// An urgent request as it is shown.
#[derive(Serialize)]
struct RequestView<'a> {
    #[serde(flatten)]
    request: &'a UrgentRequest,
    status: &'static str,
    done_at: Option<jiff::Timestamp>,
    receipt: Option<&'a customs_core::Receipt>,
    records: &'a [customs_core::RecordOutcome],
}

impl<'a> RequestView<'a> {
    fn of(row: &'a RequestRow) -> Self {
        let done = row.done.as_ref();
        Self {
            request: &row.request,
            status: row.status.as_str(),
            done_at: done.map(|d| d.at),
            receipt: done.map(|d| &d.receipt),
            records: done.map_or(&[], |d| &d.records),
        }
    }
}

/// `GET /healthz`: the process answers.
pub(crate) async fn alive() -> Response {
    Json(json!({"status": "ok"})).into_response()
}

/// `GET /readyz`: the ledger answers, so that a request can be kept.
pub(crate) async fn ready(State(shared): State<Shared>) -> Result<Response, Problem> {
    let waiting = shared.setup.desk.queue().waiting().await?;
    Ok(Json(json!({"status": "ok", "waiting": waiting})).into_response())
}
