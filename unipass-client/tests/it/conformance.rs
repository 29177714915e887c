//! The client and its layers pass the suite of `CustomsApi`, against a simulated UNI-PASS over real HTTP.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use customs_core::layers::{
    BreakerPolicy, CircuitBreaker, ErrorContext, Pace, RateLimit, Retry, RetryPolicy, Timeout, Trace, Watch,
};
use customs_core::{Clock, CustomsApi, CustomsQuery, Fields, Records};
use customs_http::ReqwestTransport;
use customs_test_harness::conformance::customs::CustomsSubject;
use customs_test_harness::conformance::{Cannot, ManualClock};
use customs_test_harness::customs_suite;
use customs_test_harness::unipass::UnipassSimulator;
use customs_test_harness::world::Outcome;
use secrecy::{ExposeSecret as _, SecretString};
use unipass_client::{AroundNewYear, Client, Customs, KeepAnswers};

/// As the simulator knows it, and nobody else.
const KEY: &str = "canary0key1of2the3suite4xy";

struct Subject {
    unipass: UnipassSimulator,
    customs: Box<dyn CustomsApi>,
    records: Records,
}

async fn subject<T: CustomsApi>(layer: impl FnOnce(Customs, Arc<dyn Clock>) -> T) -> Subject {
    let unipass = UnipassSimulator::builder()
        .key("API001", KEY)
        .start()
        .await
        .unwrap();
    let transport = ReqwestTransport::builder().build().unwrap();
    let client = Client::builder(Arc::new(transport))
        .base_url(unipass.base_url())
        .key("API001", SecretString::from(KEY))
        .build()
        .unwrap();
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::default());
    let found = number(&unipass, Outcome::Found);
    let (addr, path) = (
        unipass.addr(),
        format!("/ext/rest/cargCsclPrgsInfoQry/retrieveCargCsclPrgsInfo?crkyCn={KEY}&cargMtNo={found}"),
    );
    let answer = tokio::task::spawn_blocking(move || get(addr, &path))
        .await
        .unwrap();
    Subject {
        unipass,
        customs: Box::new(layer(Customs::new(client, Arc::clone(&clock)), clock)),
        records: records(&answer),
    }
}

/// The first cargo management number with that outcome.
fn number(unipass: &UnipassSimulator, outcome: Outcome) -> String {
    let mut shipments = (0..).map(|index| unipass.world().shipment(index));
    shipments.find(|s| s.outcome() == outcome).unwrap().cargo_number()
}

/// An answer's body, by a client that knows nothing but bytes.
fn get(addr: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(addr).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

/// The records of an answer that is flat apart from them: elements whose names end in `Vo`, with leaves inside.
fn records(answer: &str) -> Records {
    let (_, mut rest) = answer.split_once("RtnVo>").unwrap();
    let mut records = Records::new();
    while let Some((name, content, after)) = element(rest) {
        rest = after;
        let mut fields = Fields::new();
        let mut leaves = content;
        while let Some((name, text, after)) = element(leaves) {
            leaves = after;
            fields.push(
                name,
                text.replace("&lt;", "<")
                    .replace("&gt;", ">")
                    .replace("&amp;", "&"),
            );
        }
        if !fields.is_empty() {
            records.push(name, fields.iter());
        }
    }
    records
}

/// The next element of a text: its name, its content, and what follows.
fn element(text: &str) -> Option<(&str, &str, &str)> {
    let (name, rest) = text.split_once('<')?.1.split_once('>')?;
    let (content, after) = rest.split_once(&format!("</{name}>"))?;
    Some((name, content, after))
}

impl Subject {
    fn ask(&self, outcome: Outcome) -> CustomsQuery {
        let number = number(&self.unipass, outcome);
        CustomsQuery::new("cargo-progress", Fields::from_iter([("cargMtNo", number)]))
    }
}

impl CustomsSubject for Subject {
    fn customs(&self) -> &dyn CustomsApi {
        &*self.customs
    }

    fn found(&self) -> CustomsQuery {
        self.ask(Outcome::Found)
    }

    fn records(&self) -> Records {
        self.records.clone()
    }

    fn not_found(&self) -> CustomsQuery {
        self.ask(Outcome::NotFound)
    }

    fn unclear(&self) -> CustomsQuery {
        self.ask(Outcome::UnknownRoot)
    }

    fn refused(&self) -> CustomsQuery {
        self.ask(Outcome::Refused)
    }

    fn unsupported(&self) -> CustomsQuery {
        CustomsQuery::new("API009", Fields::from_iter([("flcoSgn", "KE")]))
    }

    fn calls(&self) -> u64 {
        self.unipass.arrived()
    }

    fn secrets(&self) -> Result<Vec<String>, Cannot> {
        let key = self.unipass.key("API001").unwrap();
        Ok(vec![key.expose_secret().to_owned(), "crkyCn".to_owned()])
    }
}

/// As a host puts them together.
fn all_layers(customs: Customs, clock: Arc<dyn Clock>) -> impl CustomsApi {
    let policy = RetryPolicy {
        first_wait: Duration::from_millis(1),
        ..RetryPolicy::default()
    };
    let pace = Arc::new(Pace::new(10));
    let customs = Watch::new(Timeout::new(customs, Duration::from_secs(60)), Arc::clone(&pace));
    let customs = RateLimit::new(customs, pace, None);
    let customs = Retry::new(CircuitBreaker::new(customs, BreakerPolicy::default()), policy);
    let customs = Trace::new(ErrorContext::new(customs, "https://customs.example/ext/rest"));
    KeepAnswers::new(AroundNewYear::new(customs, Arc::clone(&clock)), clock)
}

customs_suite!(customs, async || subject(|customs, _| customs).await);
customs_suite!(around_new_year, async || subject(AroundNewYear::new).await);
customs_suite!(keep_answers, async || subject(KeepAnswers::new).await);
customs_suite!(in_all_layers, async || subject(all_layers).await);
