use std::borrow::Cow;
use std::sync::Arc;

use async_trait::async_trait;
use customs_core::template::{Maps, Template};
use customs_core::{
    CallContext, Cursor, CustomsQuery, DueRecord, ErrorKind, FetchRequest, Fields, Page, Priority, RecordKey,
    RejectedRecord, Select, ServiceId, SourceSystem,
};
use futures_util::StreamExt as _;

use super::config::{PageConfig, QueryConfig, SourceConfig};
use crate::{Client, Row, Value};

/// The due list of a SAP function module, read page by page.
///
/// Contract: that of [`SourceSystem`]. A row whose key or question cannot be made is rejected with its cause, and the rest of
/// the page is there.
#[derive(Debug)]
pub struct SapSource {
    client: Client,
    config: SourceConfig,
    /// The fields that go back with the answer, and those that tell what SAP holds. All records share the names.
    origin: Vec<Arc<str>>,
    current: Vec<Arc<str>>,
    service: ServiceId,
    params: Vec<(Arc<str>, Template)>,
}

impl SapSource {
    /// A source over a client whose WSDL has the operation.
    ///
    /// # Errors
    /// `Config`: the WSDL has no such operation.
    pub fn new(client: Client, config: SourceConfig, query: QueryConfig) -> customs_core::Result<Self> {
        client
            .wsdl()
            .operation(&config.operation)
            .map_err(crate::Error::from)?;
        let shared = |names: &[String]| names.iter().map(|name| name.as_str().into()).collect();
        let origin = if config.origin.is_empty() {
            &config.key
        } else {
            &config.origin
        };
        let params = query.params.into_iter();
        Ok(Self {
            origin: shared(origin),
            current: shared(&config.current),
            service: query.service.as_str().into(),
            params: params.map(|(name, template)| (name.into(), template)).collect(),
            client,
            config,
        })
    }

    fn parameters(&self, request: &FetchRequest) -> Row {
        let config = &self.config;
        let mut parameters = Row::new();
        for (name, value) in &config.params {
            parameters.set(name.as_str(), value.as_str());
        }
        if let Some(page) = &config.page {
            parameters.set(page.size.as_str(), request.limit.to_string());
            parameters.set(
                page.cursor.as_str(),
                request.after.as_ref().map_or("", |c| c.0.as_str()),
            );
        }
        if let (Some(keys), Select::Keys(wanted)) = (&config.keys, &request.select) {
            let row = |key: &RecordKey| {
                let fields = config.key.iter().zip(key.parts());
                Value::Struct(fields.fold(Row::new(), |row, (name, part)| row.with(name.as_str(), part)))
            };
            parameters.set(
                keys.table.as_str(),
                Value::Table(wanted.iter().map(row).collect()),
            );
        }
        parameters
    }

    fn key_of(&self, row: &Row) -> Option<RecordKey> {
        let parts: Option<Vec<&str>> = self.config.key.iter().map(|name| row.text(name)).collect();
        parts
            .filter(|parts| parts.iter().any(|p| !p.trim().is_empty()))
            .map(RecordKey::from_parts)
    }

    /// A due record, or why the row is none.
    fn record(&self, row: &Row, key: Option<RecordKey>) -> Result<DueRecord, Box<RejectedRecord>> {
        let config = &self.config;
        let pick = |names: &[Arc<str>]| -> Result<Fields, customs_core::Error> {
            let mut fields = Fields::with_capacity(names.len(), 16 * names.len());
            for name in names {
                let text = row.text(name).ok_or_else(|| missing(name, row))?;
                fields.push(Arc::clone(name), text);
            }
            Ok(fields)
        };
        let made = (|| {
            let key = key.clone().ok_or_else(|| {
                let text = format!(
                    "the row has no key: {} are empty or missing",
                    config.key.join(", ")
                );
                customs_core::Error::new(ErrorKind::Mapping, text).code("missing_key")
            })?;
            let current = if self.current.is_empty() {
                None
            } else {
                Some(pick(&self.current)?)
            };
            let urgent = config.urgent.as_ref().is_some_and(|u| {
                row.text(&u.field)
                    .is_some_and(|v| u.values.iter().any(|x| x == v))
            });
            Ok(DueRecord {
                key,
                query: self.question(row)?,
                priority: if urgent {
                    Priority::Urgent
                } else {
                    Priority::Normal
                },
                origin: pick(&self.origin)?,
                current,
            })
        })();
        made.map_err(|error: customs_core::Error| {
            let origin: Fields = row
                .iter()
                .filter_map(|(n, v)| Some((n.as_str(), v.text()?)))
                .collect();
            // A row without a key is told apart from others by what it holds.
            let key = key.unwrap_or_else(|| RecordKey::from_parts(origin.iter().map(|(_, value)| value)));
            Box::new(RejectedRecord { key, origin, error })
        })
    }

    fn question(&self, row: &Row) -> customs_core::Result<CustomsQuery> {
        let maps = Maps::new();
        let mut params = Fields::with_capacity(self.params.len(), 32 * self.params.len());
        for (name, template) in &self.params {
            let value = template.render(|field| row.text(field).map(Cow::Borrowed), &maps)?;
            if !value.is_empty() {
                params.push(Arc::clone(name), value);
            }
        }
        if params.is_empty() {
            let text = "the row holds nothing to ask for: all parameters of the question are empty";
            return Err(customs_core::Error::new(ErrorKind::Mapping, text).code("nothing_to_ask"));
        }
        Ok(CustomsQuery::new(self.service.clone(), params))
    }

    /// Where the next page begins, when this one was `full` and ended with `last`.
    ///
    /// # Errors
    /// The reply has no such parameter: without it the rest of the list would be lost in silence.
    fn next(&self, reply: &Row, full: bool, last: Option<RecordKey>) -> customs_core::Result<Option<Cursor>> {
        let next = match self.config.page.as_ref().and_then(|page| page.next.as_deref()) {
            Some(next) => {
                let missing = || {
                    wrong(
                        "no_such_parameter",
                        format!("SAP's reply has no parameter {next}"),
                    )
                };
                Some(reply.text(next).ok_or_else(missing)?.to_owned())
            }
            None if full => last.map(|key| key.as_str().to_owned()),
            None => None,
        };
        Ok(next.filter(|n| !n.trim().is_empty()).map(Cursor))
    }
}

/// SAP answered, and not as the configuration says.
fn wrong(code: &'static str, text: String) -> customs_core::Error {
    customs_core::Error::new(ErrorKind::Protocol, text)
        .code(code)
        .sent(customs_core::Sent::Answered)
}

fn missing(name: &str, row: &Row) -> customs_core::Error {
    let known: Vec<&str> = row.iter().map(|(n, _)| n.as_str()).collect();
    let text = format!("the row has no field `{name}`; it has {}", known.join(", "));
    customs_core::Error::new(ErrorKind::Mapping, text).code("missing_field")
}

#[async_trait]
impl SourceSystem for SapSource {
    async fn fetch(&self, cx: &CallContext, request: FetchRequest) -> customs_core::Result<Page> {
        let config = &self.config;
        let parameters = self.parameters(&request);
        cx.meter.count_source_read();
        let call = self
            .client
            .call_rows(&config.operation, &parameters, config.rows.as_str());
        let mut rows = call.await.map_err(customs_core::Error::from)?;
        // Without paging parameters SAP sends everything each time, and the page is cut out of it here.
        let mut skip_until = request
            .after
            .as_ref()
            .filter(|_| config.page.is_none())
            .map(|c| RecordKey::from(c.0.as_str()));
        let wanted = match &request.select {
            Select::Keys(keys) => Some(keys),
            Select::Due => None,
        };
        let mut page = Page::default();
        let (mut taken, mut last, mut more) = (0, None, false);
        while let Some(row) = rows.next().await {
            let row = row.map_err(customs_core::Error::from)?;
            let key = self.key_of(&row);
            if let Some(until) = &skip_until {
                if key.as_ref() == Some(until) {
                    skip_until = None;
                }
                continue;
            }
            if taken == request.limit {
                if let Some(PageConfig {
                    size, next: Some(_), ..
                }) = &config.page
                {
                    // Where the reply says to go on, the rows beyond the limit would be passed over.
                    let text = format!("SAP sent more rows than {size} asked for ({})", request.limit);
                    return Err(wrong("page_size_ignored", text));
                }
                more = true;
                // The rest is left unread: it comes with the next page.
                break;
            }
            taken += 1;
            last = key.clone().or(last);
            if wanted.is_some_and(|keys| key.as_ref().is_none_or(|k| !keys.contains(k))) {
                continue;
            }
            match self.record(&row, key) {
                Ok(record) => page.records.push(record),
                Err(rejected) => page.rejected.push(*rejected),
            }
        }
        // A due list that is not there is no empty due list.
        if taken == 0 && !more && rows.rows_read(0).is_none() {
            return Err(wrong(
                "no_such_table",
                format!("SAP's reply has no table {}", config.rows),
            ));
        }
        if let Some(key) = skip_until {
            let text = format!(
                "{key}, where this page begins, is not on the list any more: give the source a `page`"
            );
            return Err(wrong("cursor_lost", text));
        }
        let full = if config.page.is_some() {
            taken == request.limit
        } else {
            more
        };
        let reply = rows.into_reply().map(|reply| reply.values).unwrap_or_default();
        page.next = self.next(&reply, full, last)?;
        Ok(page)
    }
}
