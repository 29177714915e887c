//! The program of `docs/tutorial.md`, piece by piece as it stands there; a test holds the two together.
#![expect(clippy::print_stdout, reason = "a tutorial prints")]

use std::sync::Arc;

use customs_test_harness::sap::SapSimulator;
use customs_test_harness::unipass::UnipassSimulator;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let sap = SapSimulator::builder()
        .records(100)
        .seed(7)
        .day(3)
        .start()
        .await?;
    let unipass = UnipassSimulator::builder().seed(7).day(3).start().await?;

    let transport = Arc::new(customs_http::ReqwestTransport::builder().build()?);
    let logon = sap_soap::Config::new().basic(sap.user(), sap.password().clone());
    let soap = sap_soap::Client::load(transport.clone(), &sap.wsdl_url(), logon).await?;

    let parameters = serde_json::json!({ "IvBukrs": "1000", "IvMax": 2 });
    let reply = soap.call("ZCustomsGetDue", &parameters).await?;
    let total = reply.values.text("EvTotal").unwrap_or("?");
    println!("{total} are due, among them");
    for row in reply.values.rows("EtDue") {
        let text = |field| row.text(field).unwrap_or_default();
        println!("  delivery {}, cargo {}", text("Vbeln"), text("CargMtNo"));
    }

    use unipass_client::services::cargo_progress;

    let Some(key) = unipass.key("API001") else {
        anyhow::bail!("the simulator has no key for API001");
    };
    let customs = unipass_client::Client::builder(transport)
        .base_url(unipass.base_url())
        .key("cargo-progress", key.clone())
        .build()?;

    let first = reply.values.rows("EtDue").next();
    let number = first.and_then(|row| row.text("CargMtNo")).unwrap_or_default();
    let question = cargo_progress::Request::by_cargo_management_number(number);
    let answer = customs.ask(question).await?;
    println!("customs says: {}", answer.answer().verdict());
    for cargo in answer.cargos() {
        println!("  {}", cargo.clearance_progress_state().unwrap_or("?"));
    }

    use customs_core::{Idempotency, Job, Mapping, Parts, Pipeline, SystemClock};
    use sap_soap::pipeline::{QueryConfig, SapSink, SapSource, SinkConfig, SourceConfig};

    let source: SourceConfig = toml::from_str(
        r#"
        wsdl = "loaded above"
        operation = "ZCustomsGetDue"
        rows = "EtDue"
        page = { size = "IvMax", cursor = "IvAfter", next = "EvNext" }
        keys = { table = "ItKeys" }
        key = ["Bukrs", "Vbeln"]
        origin = ["Bukrs", "Vbeln", "Posnr"]
        current = ["Stats"]
        "#,
    )?;
    let query: QueryConfig = toml::from_str(
        r#"
        service = "cargo-progress"
        params = { cargMtNo = "{CargMtNo|trim}" }
        "#,
    )?;
    let sink: SinkConfig = toml::from_str(
        r#"
        operation = "ZCustomsPutStatus"
        rows = "ItStatus"
        results = { table = "EtReturn", row = "Row" }

        [columns]
        Bukrs = "{origin.Bukrs}"
        Vbeln = "{origin.Vbeln}"
        Posnr = "{origin.Posnr}"
        Stats = "{csclPrgsStts|map:stats}"
        Text = "{csclPrgsStts}"
        IdemKey = "{idempotency_key}"
        "#,
    )?;

    let maps = toml::from_str(
        r#"
        [stats]
        "입항적하목록 심사완료" = "10"
        "하선신고 수리" = "20"
        "하기신고 수리" = "20"
        "반입신고" = "30"
        "통관목록접수" = "40"
        "수입신고" = "40"
        "통관목록심사완료" = "50"
        "수입신고수리" = "50"
        "반출완료" = "60"
        "#,
    )?;
    let columns = sink.columns.clone().into_iter().collect();
    let job = Job::new("1000", "import-cargo", Mapping::new(columns, maps)?);

    let ledger = Arc::new(customs_sql::SqlLedger::open("sqlite:tutorial.db").await?);
    ledger.migrate().await?;
    let parts = Parts {
        source: Arc::new(SapSource::new(soap.clone(), source, query)?),
        customs: Arc::new(unipass_client::Customs::new(customs, Arc::new(SystemClock))),
        sink: Arc::new(SapSink::new(soap, sink, Idempotency::ByKey)?),
        reporter: ledger.clone(),
        runs: ledger.clone(),
        records: ledger.clone(),
    };
    let pipeline = Pipeline::new(job, parts);

    use customs_core::Trigger;

    let receipt = pipeline.run_once(Trigger::Schedule).await;
    println!("{} due, balanced: {}", receipt.due, receipt.balanced);
    println!("  {} pushed, {} unchanged", receipt.pushed, receipt.unchanged);
    println!("  {} not found", receipt.not_found);
    println!("  {} failed, {} deferred", receipt.failed, receipt.deferred);
    println!("  SAP took {} rows", sap.rows_written());

    use customs_core::LedgerReader as _;

    for cause in ledger.causes(&receipt.run_id).await? {
        println!("{} × {}", cause.count, cause.example.message);
    }

    let before = sap.writes();
    let again = pipeline.run_once(Trigger::Schedule).await;
    println!("again: {} pushed, {} unchanged", again.pushed, again.unchanged);
    println!("  {} writes to SAP", sap.writes() - before);

    ledger.shut_down().await;
    sap.shutdown().await;
    unipass.shutdown().await;
    Ok(())
}
