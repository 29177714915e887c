use async_trait::async_trait;
use customs_core::{CallContext, Delivery, ErrorKind, Idempotency, Outcome, Sent, Sink};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::config::{ResultsConfig, SinkConfig};
use crate::request::EncodeError;
use crate::response::{Decoded, FaultKind, Kind, Message};
use crate::{Client, Error, Row};

/// Writes rows through a SAP function module that commits its own work.
///
/// Contract: that of [`Sink`]. A row whose value does not fit the WSDL fails by itself, before anything is sent; what became
/// of the others is read from the messages of the reply.
#[derive(Debug)]
pub struct SapSink {
    client: Client,
    config: SinkConfig,
    idempotency: Idempotency,
}

impl SapSink {
    /// A sink over a client whose WSDL has the operation. `idempotency` says whether the function module recognises the
    /// idempotency key that a column carries.
    ///
    /// # Errors
    /// `Config`: the WSDL has no such operation.
    pub fn new(client: Client, config: SinkConfig, idempotency: Idempotency) -> customs_core::Result<Self> {
        client.wsdl().operation(&config.operation).map_err(Error::from)?;
        Ok(Self {
            client,
            config,
            idempotency,
        })
    }

    /// What became of each row of `batch`, by the reply's messages.
    fn judge(&self, batch: &[&Delivery], reply: &Decoded) -> Vec<Outcome> {
        let Some(results) = &self.config.results else {
            // All or nothing.
            let refused = reply.messages.iter().find(|m| m.severity.is_error()).map(refusal);
            return batch
                .iter()
                .map(|_| refused.clone().map_or(Ok(()), Err))
                .collect();
        };
        let Some(table) = reply.values.get(&results.table) else {
            let text = format!(
                "the reply has no table {}, so that nothing confirms the write",
                results.table
            );
            let error = customs_core::Error::new(ErrorKind::Protocol, text)
                .code("no_results")
                .sent(Sent::Maybe);
            return batch.iter().map(|_| Err(error.clone())).collect();
        };
        let mut outcomes: Vec<Outcome> = batch.iter().map(|_| Ok(())).collect();
        let mut of_rows = 0;
        for row in table.rows() {
            let refused = Some(row).filter(|row| Message::is_refusal(row));
            let Some(message) = refused.and_then(Message::from_row) else {
                continue;
            };
            of_rows += 1;
            for i in concerned(results, row, batch) {
                outcomes[i] = Err(refusal(&message));
            }
        }
        // An error that stands beside the table concerns the whole call.
        let mut all = reply.messages.iter().filter(|m| m.severity.is_error());
        if let Some(message) = all.clone().nth(of_rows).and_then(|_| all.next_back()) {
            for outcome in outcomes.iter_mut().filter(|o| o.is_ok()) {
                *outcome = Err(refusal(message));
            }
        }
        outcomes
    }
}

/// The rows that a message is about. One that names no row is about all.
fn concerned(results: &ResultsConfig, message: &Row, batch: &[&Delivery]) -> Vec<usize> {
    if !results.key.is_empty() {
        let same = |d: &Delivery| {
            results
                .key
                .iter()
                .all(|k| message.text(k).map(str::trim_end) == d.columns.get(k).map(str::trim_end))
        };
        let named: Vec<usize> = (0..batch.len())
            .filter(|i| batch.get(*i).is_some_and(|d| same(d)))
            .collect();
        return if named.is_empty() {
            (0..batch.len()).collect()
        } else {
            named
        };
    }
    let number = results
        .row
        .as_ref()
        .and_then(|field| message.text(field))
        .and_then(|n| n.trim().parse::<usize>().ok());
    match number {
        Some(n) if n >= 1 && n <= batch.len() => vec![n - 1],
        _ => (0..batch.len()).collect(),
    }
}

fn refusal(message: &Message) -> customs_core::Error {
    let code = if message.id.is_empty() {
        "business_error".to_owned()
    } else {
        format!("{}{}", message.id, message.number)
    };
    let text = if message.text.trim().is_empty() {
        "SAP refused the row and did not say why"
    } else {
        message.text.trim()
    };
    customs_core::Error::new(ErrorKind::Refused, text)
        .code(code)
        .sent(Sent::Answered)
}

/// The parameters of a write, as the encoder takes them.
struct Parameters<'a> {
    config: &'a SinkConfig,
    rows: Rows<'a>,
}

impl Serialize for Parameters<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut parameters = serializer.serialize_map(None)?;
        let fixed = self.config.params.iter();
        for (name, value) in fixed.filter(|(name, _)| **name != self.config.rows) {
            parameters.serialize_entry(name, value)?;
        }
        parameters.serialize_entry(&self.config.rows, &self.rows)?;
        parameters.end()
    }
}

struct Rows<'a>(&'a [&'a Delivery]);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|delivery| Columns(delivery)))
    }
}

struct Columns<'a>(&'a Delivery);

impl Serialize for Columns<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // An empty column is left out: the encoder sends its initial value.
        serializer.collect_map(self.0.columns.iter().filter(|(_, value)| !value.is_empty()))
    }
}

/// The error of a write. An answer that is not SAP's own verdict (it cannot be read, or a page of something in between came
/// instead) leaves open whether SAP has carried the write out.
fn of_write(error: Error) -> customs_core::Error {
    let verdict = match &error {
        Error::Config(_)
        | Error::Load(_)
        | Error::UnknownOperation(_)
        | Error::Encode(_)
        | Error::Convert(_) => true,
        Error::Transport(error) => error.sent() == customs_http::Sent::No,
        Error::Read(_) => false,
        Error::Fault(fault) => match fault.kind {
            FaultKind::Unavailable | FaultKind::Html | FaultKind::Empty | FaultKind::NotSoap => false,
            // The kinds may grow; all others are refusals.
            _ => true,
        },
    };
    let error = customs_core::Error::from(error);
    if verdict { error } else { error.sent(Sent::Maybe) }
}

/// Which entry of the table a value that does not fit stands in: `ItStatus[3].Vbeln` is entry 3, counted from 0.
fn entry_of(error: &EncodeError, table: &str) -> Option<usize> {
    error
        .path()
        .strip_prefix(table)?
        .strip_prefix('[')?
        .split_once(']')?
        .0
        .parse()
        .ok()
}

#[async_trait]
impl Sink for SapSink {
    fn max_batch(&self) -> usize {
        self.config.max_batch.max(1)
    }

    fn idempotency(&self) -> Idempotency {
        self.idempotency
    }

    async fn deliver(&self, cx: &CallContext, batch: &[Delivery]) -> customs_core::Result<Vec<Outcome>> {
        if batch.len() > self.max_batch() {
            let text = format!("{} rows in one call, at most {}", batch.len(), self.max_batch());
            return Err(customs_core::Error::new(ErrorKind::Config, text));
        }
        let mut outcomes: Vec<Outcome> = batch.iter().map(|_| Ok(())).collect();
        let mut open: Vec<usize> = (0..batch.len()).collect();
        let reply = loop {
            if open.is_empty() {
                return Ok(outcomes);
            }
            let part: Vec<&Delivery> = open.iter().map(|i| &batch[*i]).collect();
            let parameters = Parameters {
                config: &self.config,
                rows: Rows(&part),
            };
            match self.client.exchange(&self.config.operation, &parameters).await {
                Ok(reply) => break reply,
                // A value that does not fit: its row fails, nothing was sent, and the others go without it.
                Err(Error::Encode(error)) => {
                    match entry_of(&error, &self.config.rows).filter(|i| *i < open.len()) {
                        Some(at) => outcomes[open.remove(at)] = Err(Error::from(error).into()),
                        None => return Err(Error::from(error).into()),
                    }
                }
                Err(error) => {
                    if error.sent() != customs_http::Sent::No {
                        cx.meter.count_sink_write();
                    }
                    return Err(of_write(error));
                }
            }
        };
        cx.meter.count_sink_write();
        let part: Vec<&Delivery> = open.iter().map(|i| &batch[*i]).collect();
        let results = match (&reply.kind, &reply.fault) {
            (Kind::Response | Kind::BusinessError, _) => self.judge(&part, &reply),
            (Kind::Fault | Kind::NotSoap | Kind::Request, Some(fault)) => {
                return Err(of_write(Error::from(fault.clone())));
            }
            (Kind::Fault | Kind::NotSoap | Kind::Request, None) => {
                let text = "the answer is no reply to what was sent";
                return Err(customs_core::Error::new(ErrorKind::Protocol, text)
                    .code("not_soap")
                    .sent(Sent::Maybe));
            }
        };
        for (i, result) in open.into_iter().zip(results) {
            outcomes[i] = result;
        }
        Ok(outcomes)
    }
}
