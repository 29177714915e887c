//! What a WSDL proposes: which operation lists what is due, which takes the result, and what their fields are for.

use sap_soap::schema::{Builtin, Field, Schema, SimpleKind, Type};
use sap_soap::wsdl::{Message, Operation, Wsdl};
use unipass_client::Service;

/// A table parameter and the fields of its rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
}

/// A field of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// What a field takes, as far as a proposal needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Date,
    Time,
}

/// The parameters of an operation.
#[derive(Debug, Clone, Default)]
pub(super) struct Offer {
    pub(super) name: String,
    inputs: Vec<Column>,
    input_tables: Vec<Table>,
    outputs: Vec<Column>,
    output_tables: Vec<Table>,
}

/// All operations of a WSDL, each once.
pub(super) fn offers(wsdl: &Wsdl) -> Vec<Offer> {
    let mut offers: Vec<Offer> = Vec::new();
    for operation in wsdl.operations() {
        if offers.iter().all(|offer| offer.name != *operation.name) {
            offers.push(offer(&wsdl.schema, operation));
        }
    }
    offers
}

fn offer(schema: &Schema, operation: &Operation) -> Offer {
    let (inputs, input_tables) = parameters(schema, Some(&operation.input));
    let (outputs, output_tables) = parameters(schema, operation.output.as_ref());
    Offer {
        name: operation.name.to_string(),
        inputs,
        input_tables,
        outputs,
        output_tables,
    }
}

fn parameters(schema: &Schema, message: Option<&Message>) -> (Vec<Column>, Vec<Table>) {
    let (mut plain, mut tables) = (Vec::new(), Vec::new());
    let element = message.and_then(|message| message.element.as_ref());
    let root = element.and_then(|e| schema.element(e.namespace.as_deref(), &e.name));
    for field in root.map_or(&[] as &[Field], |root| fields(schema, root)) {
        match schema.table_item(field.ty) {
            Some(item) => tables.push(Table {
                name: field.name.to_string(),
                columns: fields(schema, item)
                    .iter()
                    .filter_map(|f| column(schema, f))
                    .collect(),
            }),
            None => plain.extend(column(schema, field)),
        }
    }
    (plain, tables)
}

fn fields<'a>(schema: &'a Schema, field: &Field) -> &'a [Field] {
    match schema.get(field.ty) {
        Type::Complex(complex) => &complex.fields,
        _ => &[],
    }
}

fn column(schema: &Schema, field: &Field) -> Option<Column> {
    let Type::Simple(simple) = schema.get(field.ty) else {
        return None;
    };
    let called = simple.name.as_deref().unwrap_or_default().to_lowercase();
    let kind = match &simple.kind {
        SimpleKind::Atomic(Builtin::Date) => Kind::Date,
        SimpleKind::Atomic(Builtin::Time) => Kind::Time,
        SimpleKind::Atomic(
            Builtin::Int | Builtin::Short | Builtin::Long | Builtin::UnsignedByte | Builtin::Integer,
        ) => Kind::Number,
        // ABAP's dates travel as texts of ten characters.
        _ if called.starts_with("date") => Kind::Date,
        _ => Kind::Text,
    };
    Some(Column {
        name: field.name.to_string(),
        kind,
    })
}

/// What the source may be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) operation: String,
    pub(super) rows: Table,
    /// Size, cursor, and where the reply tells the next one.
    pub(super) page: Option<(String, String, Option<String>)>,
    pub(super) keys: Option<String>,
    pub(super) key: Vec<String>,
}

/// What the sink may be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sink {
    pub(super) operation: String,
    pub(super) rows: Table,
    /// The table of messages, and its field with the row's number.
    pub(super) results: Option<(String, Option<String>)>,
}

/// Whether a table holds BAPI's return messages.
fn is_messages(table: &Table) -> bool {
    ["Type", "Id", "Number", "Message"]
        .iter()
        .all(|name| table.columns.iter().any(|c| c.name.eq_ignore_ascii_case(name)))
}

fn has_word(name: &str, words: &[&str]) -> bool {
    let name = plain(name);
    words.iter().any(|word| name.contains(word))
}

/// The source: the operation and table that are named, else the likeliest. `None`: nothing of the sort is there.
pub(super) fn source(offers: &[Offer], operation: Option<&str>, rows: Option<&str>) -> Option<Source> {
    let candidates = offers
        .iter()
        .filter(|offer| operation.is_none_or(|named| named == offer.name));
    let tables = candidates.flat_map(|offer| offer.output_tables.iter().map(move |table| (offer, table)));
    let (offer, table) = tables
        .filter(|(_, table)| rows.map_or(!is_messages(table), |named| named == table.name))
        .filter(|(_, table)| !table.columns.is_empty())
        .max_by_key(|(offer, table)| {
            let reads = has_word(&offer.name, &["get", "due", "list", "read", "select"]);
            let due = has_word(&table.name, &["due", "open"]);
            (usize::from(reads) + usize::from(due), table.columns.len())
        })?;
    let find = |columns: &[Column], kind: Kind, words: &[&str]| {
        let found = columns
            .iter()
            .find(|c| c.kind == kind && has_word(&c.name, words));
        found.map(|c| c.name.clone())
    };
    let size = find(
        &offer.inputs,
        Kind::Number,
        &["max", "size", "limit", "count", "rows"],
    );
    let cursor = find(
        &offer.inputs,
        Kind::Text,
        &["after", "cursor", "from", "token", "start"],
    );
    let next = find(&offer.outputs, Kind::Text, &["next", "cursor", "token"]);
    // A table that asks for single records has columns of the row alone.
    let keys = offer.input_tables.iter().find(|keys| {
        let own = |c: &Column| table.columns.iter().any(|row| row.name == c.name);
        !keys.columns.is_empty() && keys.columns.len() < table.columns.len() && keys.columns.iter().all(own)
    });
    let key = keys.map_or_else(|| usual_key(table), |keys| names(&keys.columns));
    Some(Source {
        operation: offer.name.clone(),
        rows: table.clone(),
        page: size.zip(cursor).map(|(size, cursor)| (size, cursor, next)),
        keys: keys.map(|keys| keys.name.clone()),
        key,
    })
}

fn names(columns: &[Column]) -> Vec<String> {
    columns.iter().map(|c| c.name.clone()).collect()
}

/// Fields that SAP uses for company and document, else the first field.
fn usual_key(table: &Table) -> Vec<String> {
    let usual = ["bukrs", "vbeln", "ebeln", "belnr", "exnum", "tknum", "docno"];
    let known = table.columns.iter().filter(|c| usual.contains(&&*plain(&c.name)));
    let key: Vec<_> = known.map(|c| c.name.clone()).collect();
    if key.is_empty() {
        names(table.columns.get(..1).unwrap_or_default())
    } else {
        key
    }
}

/// The sink, likewise.
pub(super) fn sink(offers: &[Offer], operation: Option<&str>, rows: Option<&str>, not: &str) -> Option<Sink> {
    let candidates = offers
        .iter()
        .filter(|offer| operation.map_or(offer.name != not, |named| named == offer.name));
    let tables = candidates.flat_map(|offer| offer.input_tables.iter().map(move |table| (offer, table)));
    let (offer, table) = tables
        .filter(|(_, table)| rows.is_none_or(|named| named == table.name))
        .filter(|(_, table)| !table.columns.is_empty())
        .max_by_key(|(offer, table)| {
            let writes = has_word(
                &offer.name,
                &["put", "set", "update", "save", "write", "change", "post"],
            );
            (usize::from(writes), table.columns.len())
        })?;
    let results = offer
        .output_tables
        .iter()
        .find(|table| is_messages(table))
        .map(|table| {
            let row = table.columns.iter().find(|c| c.name.eq_ignore_ascii_case("row"));
            (table.name.clone(), row.map(|c| c.name.clone()))
        });
    Some(Sink {
        operation: offer.name.clone(),
        rows: table.clone(),
        results,
    })
}

/// The parameters of a question, from the fields of a row: the first combination of `service` for which all are there.
pub(super) fn params(service: &Service, rows: &Table) -> Vec<(String, String)> {
    let from_row = |wire: &'static str| {
        let names: &[&str] = match wire {
            "mblNo" => &["mblno", "mblnr", "mbl"],
            "hblNo" => &["hblno", "hblnr", "hbl"],
            "blYy" => &["blyy", "ardat", "etadat", "eta"],
            _ => &[],
        };
        let fits = |c: &&Column| plain(&c.name) == plain(wire) || names.contains(&&*plain(&c.name));
        let column = rows.columns.iter().find(fits)?;
        let filter = if wire == "blYy" && column.kind == Kind::Date {
            "year"
        } else {
            "trim"
        };
        Some((wire.to_owned(), format!("{{{}|{filter}}}", column.name)))
    };
    let needed: Vec<&'static str> = service
        .params
        .iter()
        .filter(|p| p.required)
        .map(|p| p.wire)
        .collect();
    let alternatives: &[&[&str]] = if service.rules.one_of.is_empty() {
        &[&[]]
    } else {
        service.rules.one_of
    };
    let complete = alternatives.iter().find_map(|alternative| {
        let wires = needed.iter().chain(alternative.iter());
        wires.map(|wire| from_row(wire)).collect::<Option<Vec<_>>>()
    });
    complete.unwrap_or_default()
}

/// What is written into each column of the sink; without a template, nobody knows.
pub(super) fn columns(service: &Service, source: &Source, sink: &Sink) -> Vec<(String, Option<String>)> {
    let tracking = service.tracking.first();
    let state = tracking.and_then(|t| t.states.first()).copied();
    let time = tracking
        .and_then(|t| t.as_of.filter(|(record, _)| *record == t.record))
        .map(|(_, field)| field);
    let (mut state_done, mut columns) = (false, Vec::new());
    for column in &sink.rows.columns {
        let name = &column.name;
        let shared = source.rows.columns.iter().any(|c| c.name == *name);
        let template = match (column.kind, state, time) {
            _ if has_word(name, &["idem"]) => Some("{idempotency_key}".to_owned()),
            _ if source.key.contains(name) => Some(format!("{{origin.{name}}}")),
            (Kind::Text, Some(state), _) if has_word(name, &["stat"]) && !state_done => {
                state_done = true;
                Some(format!("{{{state}|map:stats}}"))
            }
            (Kind::Text, Some(state), _) if has_word(name, &["text", "txt"]) => Some(format!("{{{state}}}")),
            (Kind::Date, _, Some(time)) => Some(format!("{{{time}|date}}")),
            (Kind::Time, _, Some(time)) => Some(format!("{{{time}|time}}")),
            _ if shared => Some(format!("{{origin.{name}}}")),
            _ => None,
        };
        columns.push((name.clone(), template));
    }
    columns
}

/// A name without what people write differently.
fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The interface that the README proposes, where there is no WSDL to read.
pub(super) fn documented() -> (Source, Sink) {
    let table = |name: &str, columns: &[(&str, Kind)]| Table {
        name: name.to_owned(),
        columns: columns
            .iter()
            .map(|(name, kind)| Column {
                name: (*name).to_owned(),
                kind: *kind,
            })
            .collect(),
    };
    let state = [
        ("Stats", Kind::Text),
        ("Udate", Kind::Date),
        ("Uzeit", Kind::Time),
    ];
    let key = [
        ("Bukrs", Kind::Text),
        ("Vbeln", Kind::Text),
        ("Posnr", Kind::Text),
    ];
    let asked = [
        ("CargMtNo", Kind::Text),
        ("Mblnr", Kind::Text),
        ("Hblnr", Kind::Text),
        ("ExpDclrNo", Kind::Text),
        ("Ardat", Kind::Date),
    ];
    let source = Source {
        operation: "ZCustomsGetDue".to_owned(),
        rows: table("EtDue", &[&key[..], &asked, &state].concat()),
        page: Some((
            "IvMax".to_owned(),
            "IvAfter".to_owned(),
            Some("EvNext".to_owned()),
        )),
        keys: Some("ItKeys".to_owned()),
        key: vec!["Bukrs".to_owned(), "Vbeln".to_owned()],
    };
    let more = [("Text", Kind::Text), ("IdemKey", Kind::Text)];
    let sink = Sink {
        operation: "ZCustomsPutStatus".to_owned(),
        rows: table("ItStatus", &[&key[..], &state, &more].concat()),
        results: Some(("EtReturn".to_owned(), Some("Row".to_owned()))),
    };
    (source, sink)
}
