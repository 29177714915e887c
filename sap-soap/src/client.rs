//! Calling SAP: from parameters to rows and values, over any [`Transport`].

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use customs_http::{Body, CookieTransport, Response, Timeouts, Transport};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _};
use serde::Serialize;

use crate::config::{Config, Credentials};
use crate::request::{EncodeError, MessageId, RequestEncoder};
use crate::response::{
    DecodeOptions, Decoded, ReadOptions, Received, ReplyReader, RowPath, Step, decode, judge, parameter,
    unreadable,
};
use crate::value::Row;
use crate::wsdl::{Operation, Wsdl};
use crate::{Error, Result};

mod hook;
mod http;
mod load;
mod rows;
mod security;

pub use hook::Hook;
pub use rows::{Rows, TypedRows};

/// The namespace of function modules in the kernel's own SOAP.
const RFC: &str = "urn:sap-com:document:sap:rfc:functions";

/// A client of the services of one WSDL. Cloning is cheap; clones share everything.
///
/// It sends each call once: whether a failed one may be repeated, [`Error::is_transient`] and [`Error::sent`] tell.
///
/// No call is cancel safe in the sense that SAP would not carry it out: dropping a future closes the exchange, and what SAP
/// has begun it ends.
#[derive(Debug, Clone)]
pub struct Client {
    transport: Arc<dyn Transport>,
    wsdl: Arc<Wsdl>,
    /// Is this the kernel's own SOAP, which needs no WSDL?
    undescribed: bool,
    config: Arc<Config>,
    /// What was planned for the operations that were called.
    targets: Arc<Mutex<HashMap<String, Arc<Target>>>>,
}

/// An operation, ready to be called.
#[derive(Debug)]
struct Target {
    encoder: RequestEncoder,
    operation: Operation,
    wsdl: Arc<Wsdl>,
}

impl Client {
    /// A client of a WSDL that is loaded already.
    pub fn new(transport: Arc<dyn Transport>, wsdl: Arc<Wsdl>, config: Config) -> Self {
        Self {
            transport,
            wsdl,
            undescribed: false,
            config: Arc::new(config),
            targets: Arc::default(),
        }
    }

    /// A client of the kernel's own SOAP (`/sap/bc/soap/rfc`), which calls any function module by its name and needs no
    /// WSDL. Nothing can be checked or filled in: parameters are sent as they are given, and a table comes back only if the
    /// call names it (`{"ET_DATA": []}`). Many systems have this service switched off.
    pub fn without_wsdl(transport: Arc<dyn Transport>, config: Config) -> Self {
        let wsdl = Wsdl {
            services: Vec::new(),
            port_types: Vec::new(),
            schema: Arc::default(),
            missing: Vec::new(),
        };
        Self {
            undescribed: true,
            ..Self::new(transport, Arc::new(wsdl), config)
        }
    }

    /// Loads the WSDL from a file or an `http(s)` address, with all that it refers to. Over HTTP, the credentials go to the
    /// server of the WSDL itself and to no other. Files are read at once, without waiting: do it when the program starts.
    ///
    /// # Errors
    /// The WSDL cannot be fetched or is none.
    pub async fn load(transport: Arc<dyn Transport>, location: &str, config: Config) -> Result<Self> {
        let wsdl = match location.parse::<url::Url>() {
            Ok(url) if matches!(url.scheme(), "http" | "https") => {
                load::load(&*transport, &config, url).await?
            }
            Ok(_) | Err(_) => Wsdl::from_file(location)?,
        };
        Ok(Self::new(transport, Arc::new(wsdl), config))
    }

    /// The WSDL; an empty one for a client without.
    pub fn wsdl(&self) -> &Arc<Wsdl> {
        &self.wsdl
    }

    /// The same client with other bounds on time.
    #[must_use]
    pub fn with_timeouts(&self, timeouts: Timeouts) -> Self {
        let config = Config {
            timeouts,
            ..(*self.config).clone()
        };
        Self {
            config: Arc::new(config),
            ..self.clone()
        }
    }

    /// A stateful session: the calls of the client that is returned go to the same session in SAP, so that a BAPI and its
    /// `BAPI_TRANSACTION_COMMIT` are one LUW. The service must be set to stateful (`sapsession:enableSession`). The session
    /// ends in SAP by its own timeout once the client is dropped.
    ///
    /// Where the BAPI and the commit are services of two WSDLs, make one
    /// [`CookieTransport`] and give it to a client of each: the session is the transport's.
    #[must_use]
    pub fn session(&self) -> Self {
        Self {
            transport: Arc::new(CookieTransport::new(Arc::clone(&self.transport))),
            ..self.clone()
        }
    }

    /// Calls an operation and gives what came back if it is good.
    ///
    /// # Errors
    /// Everything else: faults, messages of type E or A ([`FaultKind::Business`](crate::response::FaultKind::Business)),
    /// logon pages, broken connections.
    pub async fn call<P: Serialize + ?Sized>(&self, operation: &str, parameters: &P) -> Result<Decoded> {
        Ok(self.exchange(operation, parameters).await?.into_result()?)
    }

    /// Calls an idempotent operation: `id` is put into the message header of its parameters (`MessageHeader.UUID`, or whatever
    /// the WSDL calls the header), and SAP answers the same `id` again with what it answered first. So a call of which nobody
    /// knows whether it arrived ([`Sent::Maybe`](customs_http::Sent)) is simply made again: **with the same `id` and the same
    /// parameters**. SAP keeps answers for as long as its administrator says (transaction `WSIDPADMIN`, SAP note 1097348).
    ///
    /// Whether SAP treats the operation as idempotent, its provider decides; the assertion `Idempotency` in the WSDL says so.
    ///
    /// # Errors
    /// Those of [`Client::call`]; before anything is sent, [`Error::Encode`] if the operation has no message header with a UUID,
    /// or the parameters hold another one.
    pub async fn call_once<P: Serialize + ?Sized>(
        &self,
        operation: &str,
        parameters: &P,
        id: MessageId,
    ) -> Result<Decoded> {
        Ok(self
            .exchange_once(operation, parameters, id)
            .await?
            .into_result()?)
    }

    /// Calls an operation and gives what came back, good or not: for callers who judge SAP's messages themselves, as one
    /// does who writes many rows and wants to know what became of each.
    ///
    /// # Errors
    /// No answer, or one that cannot be read.
    pub async fn exchange<P: Serialize + ?Sized>(&self, operation: &str, parameters: &P) -> Result<Decoded> {
        let target = self.target(operation)?;
        let body = Body::Bytes(target.encoder.encode(parameters)?);
        self.exchange_body(&target, body).await
    }

    /// [`Client::call_once`] for callers who judge SAP's messages themselves.
    ///
    /// # Errors
    /// No answer, or one that cannot be read; those of [`Client::call_once`] before anything is sent.
    pub async fn exchange_once<P: Serialize + ?Sized>(
        &self,
        operation: &str,
        parameters: &P,
        id: MessageId,
    ) -> Result<Decoded> {
        let target = self.target(operation)?;
        let body = target.encoder.clone().message_id(id)?.encode(parameters)?;
        self.exchange_body(&target, Body::Bytes(body)).await
    }

    /// Calls an operation and streams the rows of a table of its answer: `client.call_rows("ZCustomsGetDue", &params,
    /// "EtDue")`. The path may lead into structures and nested tables ([`RowPath`]).
    ///
    /// # Errors
    /// The call failed. What goes wrong after the head of the answer is an item of the stream.
    pub async fn call_rows<P: Serialize + ?Sized>(
        &self,
        operation: &str,
        parameters: &P,
        table: impl Into<RowPath>,
    ) -> Result<Rows> {
        self.call_tables(operation, parameters, vec![table.into()]).await
    }

    /// Calls an operation and streams the rows of several tables of its answer, in SAP's order;
    /// [`RowRef::table`](crate::response::RowRef::table) tells to which table a row belongs.
    ///
    /// # Errors
    /// Those of [`Client::call_rows`].
    pub async fn call_tables<P: Serialize + ?Sized>(
        &self,
        operation: &str,
        parameters: &P,
        tables: Vec<RowPath>,
    ) -> Result<Rows> {
        let target = self.target(operation)?;
        let body = Body::Bytes(target.encoder.encode(parameters)?);
        let (head, response) = self.send(&target, body).await?;
        if !head.is_stream() {
            // A fault, a page, a multipart: small, and to be judged as a whole.
            self.judge_whole(&target, &head, response).await?.into_result()?;
            return Err(Error::Config(
                "the answer is a multipart message, whose rows cannot be streamed".to_owned(),
            ));
        }
        let reader = ReplyReader::new(self.read_options(&head, tables.clone()));
        Ok(Rows::new(reader, response.body, head, target, tables))
    }

    /// Calls an operation once for each of `ranges` (parameters, a range of keys each), `width` at a time, and streams the
    /// rows of all answers as they come, in no particular order. Each call is a dialog step of its own in SAP, so this reads
    /// as many times faster as there are free work processes.
    ///
    /// An error is an item; what other ranges give still comes.
    pub fn call_ranges<P: Serialize + Send + Sync + 'static>(
        &self,
        operation: &str,
        ranges: Vec<P>,
        table: &str,
        width: usize,
    ) -> impl Stream<Item = Result<Row>> + Send + use<P> {
        let (client, operation, table) = (self.clone(), operation.to_owned(), RowPath::from(table));
        let calls = futures_util::stream::iter(ranges).map(move |range| {
            let (client, operation, table) = (client.clone(), operation.clone(), table.clone());
            let call = async move { client.call_rows(&operation, &range, table).await };
            Box::pin(futures_util::stream::once(call).try_flatten())
        });
        calls.flatten_unordered(width.max(1))
    }

    /// Calls an operation whose table parameter `table` gets its rows from a stream: the request is written while it is
    /// sent, so memory stays constant. Everything else comes from `parameters`. SAP's own bound on a request is 100 MB by
    /// default (`icm/HTTP/max_request_size_KB`), and one dialog step may take only so long: send packages.
    ///
    /// # Errors
    /// Those of [`Client::exchange`]. A row that cannot be written breaks the request off, and SAP takes none of it.
    pub async fn push_rows<P, S>(
        &self,
        operation: &str,
        parameters: &P,
        table: &str,
        rows: S,
    ) -> Result<Decoded>
    where
        P: Serialize + ?Sized,
        S: Stream + Send + Unpin + 'static,
        S::Item: Serialize,
    {
        let target = self.target(operation)?;
        let failed: Arc<Mutex<Option<EncodeError>>> = Arc::default();
        let failure = Arc::clone(&failed);
        let pieces = target
            .encoder
            .rows(parameters, table, rows)?
            .map_err(move |error| {
                let text = error.to_string();
                *failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                std::io::Error::other(text)
            });
        let result = self.exchange_body(&target, Body::Stream(pieces.boxed())).await;
        match failed.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // The transport only saw its body fail.
            Some(error) => Err(error.into()),
            None => result,
        }
    }

    /// Looks up and plans an operation, once.
    fn target(&self, operation: &str) -> Result<Arc<Target>> {
        let mut targets = self.targets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(target) = targets.get(operation) {
            return Ok(Arc::clone(target));
        }
        let (encoder, found) = if self.undescribed {
            (
                RequestEncoder::without_wsdl(RFC, operation)?,
                Operation::of_function(operation),
            )
        } else {
            let found = self.wsdl.operation(operation)?;
            (RequestEncoder::new(&self.wsdl, found)?, found.clone())
        };
        let mut encoder = encoder.checks(self.config.checks);
        if let Some(Credentials::UsernameToken { user, password }) = &self.config.credentials {
            encoder = encoder.header(security::username_token(user, password));
        }
        let target = Arc::new(Target {
            encoder,
            operation: found,
            wsdl: Arc::clone(&self.wsdl),
        });
        targets.insert(operation.to_owned(), Arc::clone(&target));
        Ok(target)
    }

    async fn send(&self, target: &Target, body: Body) -> Result<(Head, Response)> {
        let response = self
            .transport
            .send(http::post(&self.config, target, body)?)
            .await?;
        for hook in &self.config.hooks {
            hook.response(&target.operation.name, response.status, &response.headers);
        }
        Ok((Head::of(&response), response))
    }

    /// Sends a body and reads the answer, holding no more of it than its values.
    async fn exchange_body(&self, target: &Target, body: Body) -> Result<Decoded> {
        let (head, mut response) = self.send(target, body).await?;
        if !head.is_stream() {
            return self.judge_whole(target, &head, response).await;
        }
        let mut reader = ReplyReader::new(self.read_options(&head, Vec::new()));
        loop {
            match reader.next() {
                Ok(Step::Done) => break,
                Ok(Step::Row(_)) => {}
                Ok(Step::More) => match response.body.next().await {
                    Some(piece) => reader.push(&piece?),
                    None => reader.finish(),
                },
                Err(error) => {
                    return Ok(Decoded::not_soap(unreadable(
                        error,
                        head.received(reader.sample()),
                    )?));
                }
            }
        }
        Ok(target.conform(judge(reader.into_reply(), Some(head.status), true)))
    }

    async fn judge_whole(&self, target: &Target, head: &Head, response: Response) -> Result<Decoded> {
        let limits = &self.config.limits;
        // A fault or a page is short; only a multipart carries a payload.
        let most = if head.is_multipart() {
            limits.held
        } else {
            limits.text
        };
        let body = response.body.collect(most).await?;
        let options = DecodeOptions {
            limits: self.config.limits,
            characters: self.config.characters,
        };
        Ok(target.conform(decode(head.received(&body), options)?))
    }

    fn read_options(&self, head: &Head, rows: Vec<RowPath>) -> ReadOptions {
        let charset = head.content_type.as_deref().and_then(|t| parameter(t, "charset"));
        ReadOptions {
            rows,
            limits: self.config.limits,
            characters: self.config.characters,
            charset,
        }
    }
}

impl Target {
    fn conform(&self, decoded: Decoded) -> Decoded {
        decoded.of_operation(&self.wsdl.schema, &self.operation)
    }
}

impl Operation {
    /// A function module that no WSDL describes.
    fn of_function(name: &str) -> Self {
        Self {
            name: name.into(),
            action: None,
            soap: crate::wsdl::SoapVersion::Soap11,
            endpoint: None,
            service: None,
            port: None,
            input: crate::wsdl::Message::default(),
            output: None,
            faults: Vec::new(),
            documentation: None,
            problem: None,
        }
    }
}

/// The head of an answer, as far as it tells how to read it.
#[derive(Debug)]
struct Head {
    status: u16,
    content_type: Option<String>,
}

impl Head {
    fn of(response: &Response) -> Self {
        let content_type = response.headers.get(::http::header::CONTENT_TYPE);
        let content_type = content_type
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        Self {
            status: response.status.as_u16(),
            content_type,
        }
    }

    /// Is it a good answer by its head, to be read as its bytes come?
    fn is_stream(&self) -> bool {
        self.status == 200 && !self.is_of("text/html") && !self.is_multipart()
    }

    fn is_multipart(&self) -> bool {
        self.is_of("multipart/")
    }

    fn is_of(&self, kind: &str) -> bool {
        let content_type = self.content_type.as_deref().unwrap_or_default().trim_start();
        content_type
            .get(..kind.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(kind))
    }

    fn received<'a>(&'a self, body: &'a [u8]) -> Received<'a> {
        Received {
            status: Some(self.status),
            content_type: self.content_type.as_deref(),
            body,
        }
    }
}
