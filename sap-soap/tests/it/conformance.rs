//! Source and sink pass the suites of their traits, against a simulated SAP over real HTTP.

use std::sync::Arc;
use std::time::Duration;

use customs_core::layers::{ErrorContext, Retry, RetryPolicy, Timeout, Trace};
use customs_core::{CallContext, Delivery, Fields, Idempotency, RecordKey, Sink, SourceSystem};
use customs_http::ReqwestTransport;
use customs_test_harness::conformance::Cannot;
use customs_test_harness::conformance::sink::SinkSubject;
use customs_test_harness::conformance::source::SourceSubject;
use customs_test_harness::sap::SapSimulator;
use customs_test_harness::{sink_suite, source_suite};
use sap_soap::pipeline::{SapSink, SapSource};
use sap_soap::{Client, Config};
use serde_json::{Value, json};

/// Due records, of which the last two have no status and so make no question.
const RECORDS: u32 = 8;
const WITHOUT_STATUS: u32 = 2;

struct Subject {
    sap: SapSimulator,
    source: Box<dyn SourceSystem>,
    sink: Box<dyn Sink>,
}

/// A simulated SAP, and a client of it.
async fn connect() -> (SapSimulator, Client) {
    let sap = SapSimulator::builder().records(RECORDS).start().await.unwrap();
    let transport = ReqwestTransport::builder().build().unwrap();
    let config = Config::new().basic(sap.user(), sap.password().clone());
    let client = Client::load(Arc::new(transport), &sap.wsdl_url(), config)
        .await
        .unwrap();
    (sap, client)
}

/// `source` and `sink` add to the configuration; `harden` puts layers around both, as a host does.
async fn subject(source: Value, sink: Value, idempotency: Idempotency, harden: bool) -> Subject {
    let (sap, client) = connect().await;
    let mut of_source = json!({
        "wsdl": "unused", "operation": "ZCustomsGetDue", "params": {"IvBukrs": "1000"}, "rows": "EtDue",
        "key": ["Bukrs", "Vbeln"], "origin": ["Bukrs", "Vbeln", "Posnr"], "current": "Stats"
    });
    let mut of_sink = json!({
        "operation": "ZCustomsPutStatus", "rows": "ItStatus", "max_batch": 3, "columns": {},
        "results": {"table": "EtReturn", "row": "Row"}
    });
    for (config, more) in [(&mut of_source, source), (&mut of_sink, sink)] {
        let Value::Object(more) = more else { continue };
        more.into_iter().for_each(|(name, value)| config[name] = value);
    }
    let query = json!({"service": "API001", "params": {"cargMtNo": "{Stats}"}});
    let source = SapSource::new(
        client.clone(),
        serde_json::from_value(of_source).unwrap(),
        serde_json::from_value(query).unwrap(),
    );
    let sink = SapSink::new(client, serde_json::from_value(of_sink).unwrap(), idempotency);
    let (source, sink) = (source.unwrap(), sink.unwrap());
    if !harden {
        return Subject {
            sap,
            source: Box::new(source),
            sink: Box::new(sink),
        };
    }
    let policy = RetryPolicy {
        first_wait: Duration::from_millis(1),
        ..RetryPolicy::default()
    };
    let limit = Duration::from_secs(60);
    let source = Retry::new(Timeout::new(source, limit), policy);
    let sink = Retry::new(Timeout::new(sink, limit), policy);
    Subject {
        sap,
        source: Box::new(Trace::new(ErrorContext::new(source, "https://sap.example"))),
        sink: Box::new(Trace::new(ErrorContext::new(sink, "https://sap.example"))),
    }
}

/// A subject whose SAP holds a status for all but the last records.
async fn reading(config: Value, harden: bool) -> Subject {
    let subject = subject(config, Value::Null, Idempotency::ByKey, harden).await;
    let cx = CallContext::new("1000".into(), "import".into(), "before".into());
    for number in 0..RECORDS - WITHOUT_STATUS {
        let delivery = subject.delivery(number as usize, "50");
        let outcomes = subject.sink.deliver(&cx, &[delivery]).await.unwrap();
        assert!(outcomes[0].is_ok(), "{outcomes:?}");
    }
    subject
}

async fn writing(config: Value, idempotency: Idempotency, harden: bool) -> Subject {
    subject(Value::Null, config, idempotency, harden).await
}

impl SourceSubject for Subject {
    fn source(&self) -> &dyn SourceSystem {
        &*self.source
    }

    fn due(&self) -> Vec<RecordKey> {
        (0..RECORDS).map(|i| self.sap.key(i).into()).collect()
    }

    fn broken(&self) -> Result<Vec<RecordKey>, Cannot> {
        Ok((RECORDS - WITHOUT_STATUS..RECORDS)
            .map(|i| self.sap.key(i).into())
            .collect())
    }

    fn not_due(&self) -> Result<RecordKey, Cannot> {
        Err(Cannot("all records of the simulated SAP are due"))
    }

    fn reads(&self) -> Result<u64, Cannot> {
        Ok(self.sap.reads())
    }
}

impl SinkSubject for Subject {
    fn sink(&self) -> &dyn Sink {
        &*self.sink
    }

    fn delivery(&self, number: usize, status: &str) -> Delivery {
        let key = RecordKey::from(self.sap.key(number as u32));
        let idempotency_key = format!("{number:030}{status}");
        let parts: Vec<_> = key.parts().collect();
        let mut columns = Fields::from_iter([
            ("Bukrs", parts[0].as_str()),
            ("Vbeln", &parts[1]),
            ("Posnr", "000010"),
            ("Stats", status),
            ("Udate", "2026-11-20"),
            ("Uzeit", "10:00:00"),
        ]);
        if self.sink.idempotency() == Idempotency::ByKey {
            columns.push("IdemKey", idempotency_key.as_str());
        }
        Delivery {
            key,
            idempotency_key,
            observed_at: "2026-11-23T03:17:05Z".parse().unwrap(),
            columns,
            corrected: false,
        }
    }

    fn held(&self, key: &RecordKey) -> Option<String> {
        self.sap.held(key.as_str()).map(|held| held.stats)
    }

    fn writes(&self, key: &RecordKey) -> u64 {
        self.sap
            .held(key.as_str())
            .map_or(0, |held| u64::from(held.writes))
    }

    fn requests(&self) -> u64 {
        self.sap.writes()
    }

    fn refuse(&self, key: &RecordKey) -> Result<(), Cannot> {
        assert!(self.sap.lock(key.as_str()));
        Ok(())
    }

    fn lose_answer(&self) -> Result<(), Cannot> {
        self.sap
            .faults()
            .set("lost:part=answer,count=1,on=ZCustomsPutStatus".parse().unwrap());
        Ok(())
    }
}

fn paged() -> Value {
    json!({"page": {"size": "IvMax", "cursor": "IvAfter"}, "keys": {"table": "ItKeys"}})
}

fn told() -> Value {
    json!({"page": {"size": "IvMax", "cursor": "IvAfter", "next": "EvNext"}})
}

source_suite!(source_by_page, async || reading(paged(), false).await);
source_suite!(source_by_page_as_told, async || reading(told(), false).await);
source_suite!(source_in_one_reply, async || reading(Value::Null, false).await);
source_suite!(source_in_layers, async || reading(paged(), true).await);

sink_suite!(sink, async || writing(Value::Null, Idempotency::ByKey, false)
    .await);
sink_suite!(sink_without_keys, async || writing(
    Value::Null,
    Idempotency::None,
    false
)
.await);
sink_suite!(sink_in_layers, async || writing(
    Value::Null,
    Idempotency::ByKey,
    true
)
.await);
sink_suite!(sink_without_keys_in_layers, async || writing(
    Value::Null,
    Idempotency::None,
    true
)
.await);
