use super::limits::Limits;
use super::namespaces::Namespaces;
use super::reply::{ReadOptions, Reply, RowRef, Step};
use super::select::{Chosen, RowPath, Selection};
use super::tape::Tape;
use super::xml::{Token, Tokenizer, local};
use super::{ReadError, ReadErrorKind};
use crate::value::{Name, Row, TEXT_FIELD, Value};
use crate::wsdl::SoapVersion;

/// The version of SOAP that has this envelope namespace.
fn version_of(namespace: &str) -> Option<SoapVersion> {
    match namespace {
        "http://schemas.xmlsoap.org/soap/envelope/" => Some(SoapVersion::Soap11),
        "http://www.w3.org/2003/05/soap-envelope" => Some(SoapVersion::Soap12),
        _ => None,
    }
}

/// Where in the document the reader is, while nothing is read into the tape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Prolog,
    Envelope,
    Header,
    Body,
    /// Inside of the operation's element, or of a structure on the way to a streamed table.
    Parameters,
    /// Inside of a streamed table.
    Table(usize),
    End,
}

/// What is being read into the tape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    Nothing,
    HeaderEntry,
    Fault,
    Parameter,
    Row(usize),
    /// Something that is of no use; not even held.
    Skipped(usize),
}

/// A structure that is read piece by piece, since a streamed table may be in it. The first is the operation's element.
#[derive(Debug)]
struct Frame {
    name: Name,
    row: Row,
    selection: Selection,
    /// Text between its fields: what came since the last one, and what was kept.
    pending: String,
    text: String,
}

impl Frame {
    fn new(name: &str, selection: Selection) -> Self {
        Self {
            name: name.into(),
            row: Row::new(),
            selection,
            pending: String::new(),
            text: String::new(),
        }
    }

    /// Adds a piece of text and says how much more is held. A flood of blanks is not.
    fn add_text(&mut self, piece: &str) -> usize {
        const MOST_BLANKS: usize = 4096;
        self.pending.push_str(piece);
        if self.pending.len() > MOST_BLANKS && self.pending.trim_ascii().is_empty() {
            self.pending.clear();
            return 0;
        }
        piece.len()
    }

    /// A field begins or the structure ends: blanks between fields mean nothing.
    fn settle_text(&mut self) {
        if !self.pending.trim_ascii().is_empty() {
            self.text.push_str(&self.pending);
        }
        self.pending.clear();
    }

    fn into_row(mut self) -> Row {
        self.settle_text();
        if !self.text.is_empty() {
            self.row.set(TEXT_FIELD, self.text);
        }
        self.row
    }
}

enum Progress {
    Row { table: usize, index: u64 },
    More,
    Done,
}

/// Reads a reply as its bytes come, without waiting for anything: a state machine that any source of bytes can drive.
///
/// Envelope, header, body and fault are told by their namespace (SOAP 1.1 and 1.2); everything below by its local name, in
/// any order. A payload without an envelope is read, too.
///
/// ```
/// use sap_soap::response::{ReadOptions, ReplyReader, Step};
///
/// let reply = b"<r:Z.Response xmlns:r='urn:sap-com:document:sap:rfc:functions'><N>2</N>
///     <T><item><A>1</A></item><item><A>2</A></item></T></r:Z.Response>";
/// let mut reader = ReplyReader::new(ReadOptions { rows: vec!["T".into()], ..ReadOptions::default() });
/// let mut sum = 0;
/// let mut pieces = reply.chunks(16);
/// loop {
///     match reader.next()? {
///         Step::Row(row) => sum += row.text("A").unwrap_or("0").parse::<i32>()?,
///         Step::More => match pieces.next() {
///             Some(piece) => reader.push(piece),
///             None => reader.finish(),
///         },
///         Step::Done => break,
///     }
/// }
/// let rest = reader.into_reply();
/// assert_eq!((sum, rest.values.text("N"), rest.rows), (3, Some("2"), vec![Some(2)]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct ReplyReader {
    tokens: Tokenizer,
    tape: Tape,
    namespaces: Namespaces,
    stage: Stage,
    reading: Reading,
    frames: Vec<Frame>,
    paths: Vec<RowPath>,
    reply: Reply,
    body_seen: bool,
    /// The tape holds a row that was handed out: its table and its number.
    row_out: Option<(usize, u64)>,
    /// Bytes of what is collected, and how many it may be.
    held: usize,
    limits: Limits,
    sample: Vec<u8>,
}

impl ReplyReader {
    /// How much of the reply's beginning is kept for telling what an unreadable reply is.
    const SAMPLE: usize = 4096;

    /// A reader of one reply.
    pub fn new(options: ReadOptions) -> Self {
        let ReadOptions {
            rows,
            limits,
            characters,
            charset,
        } = options;
        Self {
            tokens: Tokenizer::new(charset.as_deref(), limits, characters),
            tape: Tape::new(&limits),
            namespaces: Namespaces::new(limits, characters),
            stage: Stage::Prolog,
            reading: Reading::Nothing,
            frames: Vec::new(),
            reply: Reply {
                rows: vec![None; rows.len()],
                ..Reply::default()
            },
            paths: rows,
            body_seen: false,
            row_out: None,
            held: 0,
            limits,
            sample: Vec::new(),
        }
    }

    /// Takes in a piece of the reply, cut anywhere. Pieces should be of moderate size (64 KiB, say): each is held until it is
    /// read. What is wrong with its bytes comes out of [`ReplyReader::next`], once everything before them is read.
    pub fn push(&mut self, piece: &[u8]) {
        let room = Self::SAMPLE.saturating_sub(self.sample.len());
        self.sample.extend_from_slice(&piece[..room.min(piece.len())]);
        self.let_go();
        self.tokens.push(piece);
    }

    /// No more bytes will come.
    pub fn finish(&mut self) {
        self.let_go();
        self.tokens.finish();
    }

    /// A row that was handed out goes: its texts may stand in what was pushed.
    fn let_go(&mut self) {
        if self.row_out.take().is_some() {
            self.tape.clear();
        }
    }

    /// The first bytes of the reply, for telling what an unreadable one is.
    pub(crate) fn sample(&self) -> &[u8] {
        &self.sample
    }

    /// What was read besides the rows. Before [`Step::Done`] it is incomplete.
    pub fn into_reply(self) -> Reply {
        self.reply
    }

    pub(crate) fn take_reply(&mut self) -> Reply {
        std::mem::take(&mut self.reply)
    }

    /// The row that [`ReplyReader::next`] gave last, as long as it is held.
    pub(crate) fn row(&self) -> Option<RowRef<'_>> {
        let (table, index) = self.row_out?;
        self.tape
            .root(self.tokens.pushed())
            .map(|node| RowRef { node, table, index })
    }

    /// Reads on.
    ///
    /// # Errors
    /// The reply cannot be read. Do not read on afterwards.
    #[expect(
        clippy::should_implement_trait,
        reason = "a step borrows from the reader, which an iterator cannot do"
    )]
    pub fn next(&mut self) -> Result<Step<'_>, ReadError> {
        self.let_go();
        let progress = self.advance().map_err(|error| {
            let path = self.path(error.path());
            error.at_path(path)
        })?;
        match progress {
            Progress::More => Ok(Step::More),
            Progress::Done => Ok(Step::Done),
            Progress::Row { table, index } => {
                self.row_out = Some((table, index));
                Ok(self.row().map_or(Step::More, Step::Row))
            }
        }
    }

    fn advance(&mut self) -> Result<Progress, ReadError> {
        loop {
            let progress = match self.reading {
                Reading::Nothing => match self.repeated_row() {
                    Some(row) => return Ok(row),
                    None => self.walk()?,
                },
                Reading::Skipped(depth) => self.skip(depth)?,
                Reading::HeaderEntry | Reading::Fault | Reading::Parameter | Reading::Row(_) => {
                    self.record()?
                }
            };
            if let Some(progress) = progress {
                return Ok(progress);
            }
        }
    }

    /// A row of a streamed table that looks like the one before: the way that most rows take.
    fn repeated_row(&mut self) -> Option<Progress> {
        let Stage::Table(table) = self.stage else {
            return None;
        };
        let end = self.tape.repeated(table, &self.tokens.ahead()?, &self.limits)?;
        self.tokens.pass(end);
        Some(self.count(table))
    }

    fn count(&mut self, table: usize) -> Progress {
        let count = self.reply.rows[table].get_or_insert(0);
        let index = *count;
        *count += 1;
        Progress::Row { table, index }
    }

    /// Reads into the tape until what is read is complete.
    fn record(&mut self) -> Result<Option<Progress>, ReadError> {
        loop {
            let depth = self.tokens.depth();
            let done = match self.tokens.next()? {
                Token::Leaf { name, text } => self.tape.leaf(name, text),
                Token::Text(piece) => self.tape.text(piece),
                Token::Start { name, attributes } => match self.tape.start(name) {
                    Ok(()) => {
                        let tape = &mut self.tape;
                        self.namespaces
                            .read(depth + 1, attributes, |name, value| tape.attribute(name, value))?;
                        Ok(())
                    }
                    Err(kind) => Err(kind),
                },
                Token::End => {
                    self.namespaces.leave(depth - 1);
                    if self.tape.close() {
                        return Ok(self.complete());
                    }
                    Ok(())
                }
                Token::More => return Ok(Some(Progress::More)),
                Token::Done => return Ok(Some(Progress::Done)),
            };
            done.map_err(|kind| self.tokens.error(kind))?;
        }
    }

    /// What was read into the tape goes to its place.
    fn complete(&mut self) -> Option<Progress> {
        let reading = std::mem::replace(&mut self.reading, Reading::Nothing);
        if let Reading::Row(table) = reading {
            if self.stage == Stage::Table(table) {
                self.tape.learn(table);
            }
            return Some(self.count(table));
        }
        if let Some(node) = self.tape.root(self.tokens.pushed()) {
            self.held += self.tape.size();
            let (name, value) = (node.name().clone(), node.to_value());
            match reading {
                Reading::HeaderEntry => self.reply.header.add(name, value),
                Reading::Fault => {
                    self.reply.fault = Some(match value {
                        Value::Struct(row) => row,
                        text => Row::new().with(TEXT_FIELD, text),
                    });
                }
                Reading::Parameter => {
                    if let Some(frame) = self.frames.last_mut() {
                        frame.row.add(name, value);
                    }
                }
                Reading::Nothing | Reading::Row(_) | Reading::Skipped(_) => {}
            }
        }
        self.tape.clear();
        None
    }

    fn skip(&mut self, until: usize) -> Result<Option<Progress>, ReadError> {
        while self.tokens.depth() > until {
            match self.tokens.next()? {
                Token::Leaf { .. } | Token::Text(_) | Token::Start { .. } | Token::End => {}
                Token::More => return Ok(Some(Progress::More)),
                Token::Done => return Ok(Some(Progress::Done)),
            }
        }
        self.reading = Reading::Nothing;
        Ok(None)
    }

    /// Begins to read something into the tape.
    fn begin(&mut self, reading: Reading) {
        let room = match reading {
            Reading::Row(_) => self.limits.row,
            _ => self.limits.held.saturating_sub(self.held),
        };
        self.tape.set_limit(room);
        self.reading = reading;
    }

    /// One token outside of what is read as a whole.
    fn walk(&mut self) -> Result<Option<Progress>, ReadError> {
        let depth = self.tokens.depth();
        match self.tokens.next()? {
            Token::More => return Ok(Some(Progress::More)),
            Token::Done => return Ok(Some(Progress::Done)),
            Token::Text(piece) => {
                if let (Stage::Parameters, Some(frame)) = (self.stage, self.frames.last_mut()) {
                    self.held += frame.add_text(piece);
                }
            }
            Token::End => {
                self.namespaces.leave(depth - 1);
                self.leave()?;
            }
            Token::Leaf { name, text } => {
                let (name, text) = (name.to_owned(), text.to_owned());
                return self.enter(&name, Some(&text));
            }
            Token::Start { name, attributes } => {
                let name = name.to_owned();
                let mut kept = Vec::new();
                self.namespaces.read(depth + 1, attributes, |name, value| {
                    kept.push((name.to_owned(), value.to_owned()));
                    Ok(())
                })?;
                let progress = self.enter(&name, None)?;
                return self.attributes(kept).map(|()| progress);
            }
        }
        if self.held > self.limits.held {
            return Err(self
                .tokens
                .error(ReadErrorKind::Limit("bytes in one row or parameter")));
        }
        Ok(None)
    }

    /// The attributes of an element that was just entered go where the element went.
    fn attributes(&mut self, kept: Vec<(String, String)>) -> Result<(), ReadError> {
        for (name, value) in kept {
            match (self.reading, self.stage) {
                (Reading::Nothing, Stage::Parameters) => {
                    if let Some(frame) = self.frames.last_mut() {
                        self.held += name.len() + value.len();
                        frame.row.add(format!("@{name}").into(), value.into());
                    }
                }
                (Reading::Nothing | Reading::Skipped(_), _) => {}
                (Reading::HeaderEntry | Reading::Fault | Reading::Parameter | Reading::Row(_), _) => {
                    self.tape
                        .attribute(&name, &value)
                        .map_err(|kind| self.tokens.error(kind))?;
                }
            }
        }
        Ok(())
    }

    /// An element begins, or (with `leaf`) begins and ends.
    fn enter(&mut self, name: &str, leaf: Option<&str>) -> Result<Option<Progress>, ReadError> {
        let of_soap = version_of(self.namespaces.of(name));
        match self.stage {
            Stage::Prolog => match local(name) {
                "Envelope" => {
                    let other = ReadErrorKind::NotSoap("its Envelope is of another namespace");
                    self.reply.soap = Some(of_soap.ok_or_else(|| self.tokens.error(other))?);
                    self.stage = Stage::Envelope;
                }
                html if html.eq_ignore_ascii_case("html") => {
                    return Err(self.tokens.error(ReadErrorKind::NotXml));
                }
                _ => self.operation(name, leaf),
            },
            Stage::Envelope => match (local(name), of_soap == self.reply.soap) {
                ("Header", true) if leaf.is_none() => self.stage = Stage::Header,
                ("Body", true) => {
                    self.body_seen = true;
                    if leaf.is_none() {
                        self.stage = Stage::Body;
                    }
                }
                _ => self.pass_over(leaf),
            },
            Stage::Header => return self.record_from(Reading::HeaderEntry, name, leaf),
            Stage::Body => {
                if local(name) == "Fault" && of_soap.is_some() && of_soap == self.reply.soap {
                    return self.record_from(Reading::Fault, name, leaf);
                }
                if self.reply.element.is_some() {
                    self.pass_over(leaf);
                } else {
                    self.operation(name, leaf);
                }
            }
            Stage::Parameters => return self.parameter(name, leaf),
            Stage::Table(table) => return self.record_from(Reading::Row(table), name, leaf),
            Stage::End => self.pass_over(leaf),
        }
        Ok(None)
    }

    fn pass_over(&mut self, leaf: Option<&str>) {
        if leaf.is_none() {
            self.reading = Reading::Skipped(self.tokens.depth() - 1);
        }
    }

    /// The operation's element.
    fn operation(&mut self, name: &str, leaf: Option<&str>) {
        self.reply.element = Some(local(name).to_owned());
        self.reply.namespace = self.namespaces.of(name).to_owned();
        if let Some(text) = leaf {
            if !text.trim_ascii().is_empty() {
                self.reply.values.set(TEXT_FIELD, text);
            }
            return;
        }
        let selection = Selection::start(&self.paths);
        self.frames.push(Frame::new(local(name), selection));
        self.stage = Stage::Parameters;
    }

    fn parameter(&mut self, name: &str, leaf: Option<&str>) -> Result<Option<Progress>, ReadError> {
        let name = local(name);
        let chosen = self.frames.last_mut().map_or(Chosen::Nothing, |frame| {
            frame.settle_text();
            frame.selection.child(&self.paths, name)
        });
        match (chosen, leaf) {
            (Chosen::Row(table), _) => self.record_from(Reading::Row(table), name, leaf),
            (Chosen::Table(table), None) => {
                self.reply.rows[table].get_or_insert(0);
                self.stage = Stage::Table(table);
                Ok(None)
            }
            (Chosen::Table(table), Some(text)) if text.trim_ascii().is_empty() => {
                self.reply.rows[table].get_or_insert(0);
                Ok(None)
            }
            (Chosen::Inside(selection), None) => {
                self.frames.push(Frame::new(name, selection));
                Ok(None)
            }
            (Chosen::Nothing, _) | (Chosen::Table(_) | Chosen::Inside(_), Some(_)) => {
                self.record_from(Reading::Parameter, name, leaf)
            }
        }
    }

    fn record_from(
        &mut self,
        reading: Reading,
        name: &str,
        leaf: Option<&str>,
    ) -> Result<Option<Progress>, ReadError> {
        self.begin(reading);
        let done = match leaf {
            Some(text) => self.tape.leaf(name, text),
            None => self.tape.start(name),
        };
        done.map_err(|kind| self.tokens.error(kind))?;
        Ok(if leaf.is_some() { self.complete() } else { None })
    }

    /// An element ends.
    fn leave(&mut self) -> Result<(), ReadError> {
        self.stage = match self.stage {
            Stage::Prolog | Stage::End => Stage::End,
            Stage::Envelope if self.body_seen => Stage::End,
            Stage::Envelope => return Err(self.tokens.error(ReadErrorKind::NotSoap("it has no Body"))),
            Stage::Header | Stage::Body => Stage::Envelope,
            Stage::Table(_) => Stage::Parameters,
            Stage::Parameters => match self.frames.pop() {
                Some(frame) => match self.frames.last_mut() {
                    Some(outer) => {
                        outer.row.add(frame.name.clone(), value_of(frame.into_row()));
                        Stage::Parameters
                    }
                    None => {
                        self.reply.values = frame.into_row();
                        if self.reply.soap.is_some() {
                            Stage::Body
                        } else {
                            Stage::End
                        }
                    }
                },
                None => Stage::End,
            },
        };
        Ok(())
    }

    /// Where reading is: `EtDue[3].Maktx`.
    fn path(&self, field: &str) -> String {
        let mut path = String::new();
        for frame in self.frames.iter().skip(1) {
            join(&mut path, &frame.name);
        }
        if let (Stage::Table(table), Reading::Row(_)) = (self.stage, self.reading) {
            let index = self.reply.rows[table].unwrap_or(0);
            join(&mut path, &format!("{}[{index}]", self.paths[table]));
        } else if let (Reading::Parameter | Reading::HeaderEntry, Some(node)) =
            (self.reading, self.tape.root(self.tokens.pushed()))
        {
            join(&mut path, node.name());
        }
        self.tape.path(&mut path);
        if !field.is_empty() && self.stage != Stage::Prolog && self.stage != Stage::Envelope {
            join(&mut path, field);
        }
        path
    }
}

fn join(path: &mut String, name: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(name);
}

/// A structure that turned out to be a table: only `item`s.
fn value_of(mut row: Row) -> Value {
    let only_items = row.len() == 1 && row.get("item").is_some();
    match row.remove("item").filter(|_| only_items) {
        Some(Value::Table(entries)) => Value::Table(entries),
        Some(entry) => Value::Table(vec![entry]),
        None => Value::Struct(row),
    }
}

#[cfg(test)]
mod tests;
