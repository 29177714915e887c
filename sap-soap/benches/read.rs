//! How fast rows are read: `cargo bench -p sap-soap --bench read [-- FILE]`.
//!
//! Prints rows per CPU second of four readings of the same bytes: quick-xml's bare event loop, rows into a structure with
//! owned strings, into one that borrows, and into dynamic values. FILE is a reply to `ZmmfmDeliveryOrder` with a table `TItem`; without
//! one, 500,000 rows of the same shape are made.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use sap_soap::response::{ReadOptions, ReplyReader, Step};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(dead_code, reason = "only read")]
struct Owned {
    mblnr: String,
    mjahr: String,
    zeile: String,
    biaos: String,
    bldat: String,
    werks: String,
    zxmwz: String,
    matnr: String,
    maktx: String,
    matkl: String,
    menge: String,
    mseht: String,
    dmbtr: String,
    kostl: String,
    waers: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(dead_code, reason = "only read")]
struct Borrowed<'a> {
    mblnr: &'a str,
    mjahr: &'a str,
    zeile: &'a str,
    biaos: &'a str,
    bldat: &'a str,
    werks: &'a str,
    zxmwz: &'a str,
    matnr: &'a str,
    maktx: &'a str,
    matkl: &'a str,
    menge: &'a str,
    mseht: &'a str,
    dmbtr: &'a str,
    kostl: &'a str,
    waers: &'a str,
}

#[path = "shared/measure.rs"]
mod measure;

use measure::{cpu, peak};

const ROWS: usize = 500_000;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout();
    let file = std::env::args()
        .skip(1)
        .find(|a| !a.starts_with("--"))
        .map(PathBuf::from);
    let made = std::env::temp_dir().join(format!("sap-soap-read-{}.xml", std::process::id()));
    let path = match &file {
        Some(path) => path.clone(),
        None => {
            make(&made)?;
            made.clone()
        }
    };
    let mut best = [f64::MAX; 4];
    let mut rows = 0;
    for _ in 0..3 {
        let start = cpu()?;
        events(&path)?;
        best[0] = best[0].min(cpu()? - start);
        let start = cpu()?;
        rows = read(&path, |row| {
            row.deserialize::<Owned>().map(|row| {
                std::hint::black_box(row);
            })
        })?;
        best[1] = best[1].min(cpu()? - start);
        let start = cpu()?;
        read(&path, |row| {
            row.deserialize::<Borrowed<'_>>().map(|row| {
                std::hint::black_box(row);
            })
        })?;
        best[2] = best[2].min(cpu()? - start);
        let start = cpu()?;
        read(&path, |row| {
            std::hint::black_box(row.to_value());
            Ok::<(), std::convert::Infallible>(())
        })?;
        best[3] = best[3].min(cpu()? - start);
    }
    if file.is_none() {
        std::fs::remove_file(&made)?;
    }
    for (name, seconds) in [
        "quick-xml's events",
        "owned rows",
        "borrowed rows",
        "dynamic rows",
    ]
    .into_iter()
    .zip(best)
    {
        writeln!(
            out,
            "{name}: {:.0} rows per CPU second, {:.2} x",
            rows as f64 / seconds,
            best[0] / seconds
        )?;
    }
    writeln!(out, "peak memory: {:.1} MiB", peak()?)?;
    Ok(())
}

fn events(path: &PathBuf) -> Result<usize, Box<dyn std::error::Error>> {
    let mut reader =
        quick_xml::Reader::from_reader(BufReader::with_capacity(64 << 10, std::fs::File::open(path)?));
    let mut buffer = Vec::new();
    let mut count = 0;
    loop {
        match reader.read_event_into(&mut buffer)? {
            quick_xml::events::Event::Eof => return Ok(count),
            _ => count += 1,
        }
        buffer.clear();
    }
}

fn read<E: std::error::Error + 'static>(
    path: &PathBuf,
    mut each: impl FnMut(sap_soap::response::RowRef<'_>) -> Result<(), E>,
) -> Result<usize, Box<dyn std::error::Error>> {
    let mut file = BufReader::with_capacity(64 << 10, std::fs::File::open(path)?);
    let mut reader = ReplyReader::new(ReadOptions {
        rows: vec!["TItem".into()],
        ..ReadOptions::default()
    });
    let mut rows = 0;
    loop {
        match reader.next()? {
            Step::Row(row) => {
                each(row)?;
                rows += 1;
            }
            Step::More => {
                let piece = file.fill_buf()?;
                let length = piece.len();
                if length == 0 {
                    reader.finish();
                } else {
                    reader.push(piece);
                    file.consume(length);
                }
            }
            Step::Done => return Ok(rows),
        }
    }
}

/// Rows as an ABAP system sends them: no blanks between tags, empty fields as `<X/>`, references in texts.
fn make(path: &PathBuf) -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(path)?);
    out.write_all(
        b"<soap-env:Envelope xmlns:soap-env=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap-env:Header/><soap-env:Body>\
          <n0:ZmmfmDeliveryOrderResponse xmlns:n0=\"urn:sap-com:document:sap:soap:functions:mc-style\"><TItem>",
    )?;
    let texts = [
        "Schraube M8x40 verzinkt",
        "BEARING 2305 &amp; SEAL",
        "铝合金型材 6063-T5",
        "PUMP &lt;A&gt;",
        "수입신고 필증",
    ];
    for i in 0..ROWS {
        write!(
            out,
            "<item><Mblnr>{:010}</Mblnr><Mjahr>2024</Mjahr><Zeile>{:04}</Zeile><Biaos>{}</Biaos><Bldat>0000-00-00</Bldat>\
             <Werks>1000</Werks><Zxmwz/><Matnr>{:018}</Matnr><Maktx>{}</Maktx><Matkl>001</Matkl><Menge>12.5</Menge>\
             <Mseht>EA</Mseht><Dmbtr>90.56</Dmbtr><Kostl/><Waers>KRW</Waers></item>",
            4_900_000_000u64 + i as u64 / 4,
            i % 4 + 1,
            ["S", "H"][i % 2],
            i * 7919 % 100_000_000,
            texts[i % texts.len()],
        )?;
    }
    out.write_all(b"</TItem></n0:ZmmfmDeliveryOrderResponse></soap-env:Body></soap-env:Envelope>")?;
    out.flush()
}
