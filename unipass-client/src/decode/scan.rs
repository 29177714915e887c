use std::collections::HashMap;
use std::sync::Arc;

use memchr::memchr;
use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};

use super::{Limits, html, plain};
use crate::catalogue::Service;
use crate::names::shared;
use crate::record::{Records, Row, Slot};
use crate::verdict::{Envelope, ErrorKind};

/// What stands in an answer, before it is judged.
pub(super) struct Scanned {
    pub(super) root: String,
    pub(super) notice: Option<String>,
    pub(super) count: Option<i64>,
    pub(super) count_text: Option<String>,
    pub(super) records: Records,
    /// Text where none belongs: between fields, or beside records.
    pub(super) stray_text: u32,
}

impl Scanned {
    pub(super) fn envelope(&self) -> Envelope<'_> {
        Envelope {
            notice: self.notice.as_deref(),
            count: self.count,
            count_text: self.count_text.as_deref(),
            has_stray_text: self.stray_text > 0,
        }
    }
}

/// Reads the answer: in the form that is usual as it stands, any other by the general reader.
pub(super) fn scan(service: &Service, xml: &str, limits: Limits) -> Result<Scanned, ErrorKind> {
    match plain::scan(xml, Scanner::new(service, xml, limits)) {
        Some(scanned) => Ok(scanned),
        None => general(xml, Scanner::new(service, xml, limits)),
    }
}

pub(super) fn general(xml: &str, mut scanner: Scanner<'_>) -> Result<Scanned, ErrorKind> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    loop {
        match reader.read_event().map_err(|e| error_kind(&e))? {
            Event::Start(e) => scanner.start(e.name().as_ref())?,
            Event::End(_) => scanner.end()?,
            Event::Empty(e) => {
                scanner.start(e.name().as_ref())?;
                scanner.end()?;
            }
            Event::Text(e) => scanner.text(&e.xml10_content())?,
            Event::CData(e) => scanner.text(&e.xml10_content())?,
            Event::GeneralRef(e) => scanner.reference(&e)?,
            Event::Decl(decl) => check_encoding(decl.encoding())?,
            Event::DocType(e) => return Err(doctype_kind(&e)),
            Event::Comment(_) | Event::PI(_) => {}
            Event::Eof => return scanner.finish(),
        }
    }
}

fn check_encoding<E>(encoding: Option<Result<std::borrow::Cow<'_, str>, E>>) -> Result<(), ErrorKind> {
    match encoding {
        None => Ok(()),
        Some(Ok(name))
            if ["utf-8", "utf8", "us-ascii"]
                .iter()
                .any(|known| name.eq_ignore_ascii_case(known)) =>
        {
            Ok(())
        }
        Some(Ok(_)) => Err(ErrorKind::NotUtf8),
        Some(Err(_)) => Err(ErrorKind::NotXml),
    }
}

fn doctype_kind(text: &str) -> ErrorKind {
    let is_html = text
        .trim_start()
        .get(..4)
        .is_some_and(|name| name.eq_ignore_ascii_case("html"));
    if is_html {
        ErrorKind::HtmlInsteadOfXml
    } else {
        ErrorKind::DtdRefused
    }
}

fn error_kind(error: &quick_xml::Error) -> ErrorKind {
    match error {
        // The reader reports a construct that is still open at the end of the input as a syntax error.
        quick_xml::Error::Syntax(_) => ErrorKind::TruncatedXml,
        _ => ErrorKind::NotXml,
    }
}

/// The depth of a child of the root; a record's fields are one deeper.
const CHILD: usize = 2;
const FIELD: usize = 3;
const NO_NAME: u32 = u32::MAX;
/// An answer has hardly more different names.
const USUAL_NAMES: usize = 56;
/// Of elements open at once below a record.
const USUAL_DEPTH: usize = 2;

pub(super) struct Scanner<'s> {
    service: &'s Service,
    limits: Limits,
    depth: usize,
    root: Option<String>,
    notice: Option<String>,
    count_text: Option<String>,
    stray_text: u32,
    records: Records,
    names: HashMap<Arc<str>, u32, foldhash::fast::RandomState>,
    /// The name that followed each name last time: rows repeat, so it is nearly always the next one again.
    next_name: Vec<u32>,
    last_name: u32,
    /// The open child of the root: its name, where its text began, and whether it proved to be a record.
    child: u32,
    child_text: usize,
    child_is_record: bool,
    /// Open elements from the field downwards: name, where its text began, whether it has children.
    open: Vec<(u32, usize, bool)>,
    /// Fields directly under the root, kept until the end as one record.
    root_fields: Vec<Slot>,
}

impl<'s> Scanner<'s> {
    pub(super) fn new(service: &'s Service, xml: &str, limits: Limits) -> Self {
        Self {
            service,
            limits,
            depth: 0,
            root: None,
            notice: None,
            count_text: None,
            stray_text: 0,
            records: Records::with_room_for(xml.len(), USUAL_NAMES),
            names: HashMap::with_capacity_and_hasher(USUAL_NAMES, foldhash::fast::RandomState::default()),
            next_name: Vec::with_capacity(USUAL_NAMES),
            last_name: NO_NAME,
            child: NO_NAME,
            child_text: 0,
            child_is_record: false,
            open: Vec::with_capacity(USUAL_DEPTH),
            root_fields: Vec::new(),
        }
    }

    pub(super) fn start(&mut self, name: &str) -> Result<(), ErrorKind> {
        self.depth += 1;
        match self.depth {
            1 => {
                if self.root.is_some() {
                    return Err(ErrorKind::NotXml);
                }
                if html::is_element(name) {
                    return Err(ErrorKind::HtmlInsteadOfXml);
                }
                self.root = Some(name.to_owned());
            }
            CHILD => {
                self.child = self.intern(name)?;
                self.child_text = self.records.text.len();
                self.child_is_record = false;
            }
            depth if depth > self.limits.max_depth => return Err(ErrorKind::TooDeep),
            FIELD => {
                if !self.child_is_record {
                    self.begin_record()?;
                }
                let id = self.intern(name)?;
                self.open.push((id, self.records.text.len(), false));
            }
            _ => self.start_nested(name)?,
        }
        Ok(())
    }

    /// Reads the field that followed the last one in the row before, if it stands at the front of `markup` again, whole and with
    /// nothing but text in it; gives what stands behind it. `None`: something else stands there, and nothing was read.
    pub(super) fn same_field<'x>(&mut self, markup: &'x str) -> Option<&'x str> {
        if self.depth != CHILD || !self.child_is_record {
            return None;
        }
        let id = *self.next_name.get(self.last_name as usize)?;
        let name = self.records.names.get(id as usize)?;
        let content = markup
            .strip_prefix('<')?
            .strip_prefix(&**name)?
            .strip_prefix('>')?;
        let (text, end) = content.split_at_checked(memchr(b'<', content.as_bytes())?)?;
        let after = end.strip_prefix("</")?.strip_prefix(&**name)?.strip_prefix('>')?;
        let start = self.records.text.len();
        let slot = Slot {
            name: id,
            start: index(start).ok()?,
            end: index(start + text.len()).ok()?,
        };
        self.records.text.push_str(text);
        self.records.slots.push(slot);
        self.last_name = id;
        Some(after)
    }

    fn start_nested(&mut self, name: &str) -> Result<(), ErrorKind> {
        let Some(parent) = self.open.last_mut() else {
            return Ok(());
        };
        let (parent_id, parent_text, had_children) = *parent;
        parent.2 = true;
        if !had_children {
            self.drop_text_from(parent_text);
        }
        let path = format!("{}/{name}", self.records.name(parent_id));
        let id = self.intern(&path)?;
        self.open.push((id, self.records.text.len(), false));
        Ok(())
    }

    pub(super) fn end(&mut self) -> Result<(), ErrorKind> {
        match self.depth {
            0 => return Err(ErrorKind::NotXml),
            1 => {}
            CHILD => self.end_child()?,
            _ => {
                if let Some((name, start, false)) = self.open.pop() {
                    let slot = self.slot(name, start)?;
                    self.records.slots.push(slot);
                }
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn end_child(&mut self) -> Result<(), ErrorKind> {
        if self.child_is_record {
            return Ok(());
        }
        let text = self.records.text.get(self.child_text..).unwrap_or("");
        match self.records.name(self.child) {
            // Several are joined: no text is lost, and two counts are none.
            "ntceInfo" => {
                self.notice = Some(joined(self.notice.take(), text));
                self.records.text.truncate(self.child_text);
            }
            "tCnt" => {
                self.count_text = Some(joined(self.count_text.take(), text));
                self.records.text.truncate(self.child_text);
            }
            name if is_record_name(self.service, name) => {
                self.drop_text_from(self.child_text);
                self.begin_record()?;
            }
            _ => {
                let slot = self.slot(self.child, self.child_text)?;
                self.root_fields.push(slot);
            }
        }
        Ok(())
    }

    pub(super) fn text(&mut self, text: &str) -> Result<(), ErrorKind> {
        let belongs = match self.depth {
            0 => {
                return if text.trim().is_empty() {
                    Ok(())
                } else {
                    Err(ErrorKind::NotXml)
                };
            }
            1 => false,
            CHILD => !self.child_is_record,
            _ => self.open.last().is_some_and(|(_, _, has_children)| !has_children),
        };
        if belongs {
            self.records.text.push_str(text);
        } else if !text.trim().is_empty() {
            self.stray_text += 1;
        }
        Ok(())
    }

    fn reference(&mut self, reference: &BytesRef<'_>) -> Result<(), ErrorKind> {
        if let Ok(Some(c)) = reference.resolve_char_ref() {
            return self.text(c.encode_utf8(&mut [0; 4]));
        }
        match quick_xml::escape::resolve_predefined_entity(reference) {
            Some(text) => self.text(text),
            // Only a DTD could declare it.
            None => Err(ErrorKind::NotXml),
        }
    }

    pub(super) fn finish(mut self) -> Result<Scanned, ErrorKind> {
        let Some(root) = self.root.take() else {
            return Err(ErrorKind::NotXml);
        };
        if self.depth > 0 {
            return Err(ErrorKind::TruncatedXml);
        }
        if !self.root_fields.is_empty() {
            let element = self.intern(&root)?;
            let first = index(self.records.slots.len())?;
            self.records.slots.append(&mut self.root_fields);
            self.records.rows.push(Row { element, first });
        }
        let count = self
            .count_text
            .as_deref()
            .and_then(|t| t.trim().replace(',', "").parse().ok());
        Ok(Scanned {
            root,
            notice: self.notice,
            count,
            count_text: self.count_text,
            records: self.records,
            stray_text: self.stray_text,
        })
    }

    fn begin_record(&mut self) -> Result<(), ErrorKind> {
        self.drop_text_from(self.child_text);
        self.child_is_record = true;
        let first = index(self.records.slots.len())?;
        self.records.rows.push(Row {
            element: self.child,
            first,
        });
        Ok(())
    }

    /// Takes back text that turned out to stand beside elements.
    fn drop_text_from(&mut self, start: usize) {
        if self
            .records
            .text
            .get(start..)
            .is_some_and(|t| !t.trim().is_empty())
        {
            self.stray_text += 1;
        }
        self.records.text.truncate(start);
    }

    fn slot(&self, name: u32, start: usize) -> Result<Slot, ErrorKind> {
        Ok(Slot {
            name,
            start: index(start)?,
            end: index(self.records.text.len())?,
        })
    }

    fn intern(&mut self, name: &str) -> Result<u32, ErrorKind> {
        let guess = self
            .next_name
            .get(self.last_name as usize)
            .copied()
            .unwrap_or(NO_NAME);
        let id = if self
            .records
            .names
            .get(guess as usize)
            .is_some_and(|n| **n == *name)
        {
            guess
        } else if let Some(id) = self.names.get(name) {
            *id
        } else {
            let id = index(self.records.names.len())?;
            let name = shared(name);
            self.records.names.push(Arc::clone(&name));
            self.names.insert(name, id);
            self.next_name.push(NO_NAME);
            id
        };
        if let Some(next) = self.next_name.get_mut(self.last_name as usize) {
            *next = id;
        }
        self.last_name = id;
        Ok(id)
    }
}

/// Whether an empty child of the root is a record without fields rather than a field without text.
fn is_record_name(service: &Service, name: &str) -> bool {
    service.record(name).is_some_and(|r| !r.root)
        || name.ends_with("Vo")
        || name.ends_with("VoList")
        || name.ends_with("VoLst")
}

fn joined(before: Option<String>, text: &str) -> String {
    before.map_or_else(|| text.to_owned(), |before| format!("{before} {text}"))
}

fn index(n: usize) -> Result<u32, ErrorKind> {
    u32::try_from(n)
        .ok()
        .filter(|n| *n < NO_NAME)
        .ok_or(ErrorKind::TooLarge)
}
