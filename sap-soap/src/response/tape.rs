//! The buffer into which a parameter or a row is read: one text and a flat list of cells, both reused for the next row.

use std::collections::HashMap;

use super::limits::Limits;
use super::{ReadErrorKind, xml::local};
use crate::value::{ConvertError, Name, Row, Seen, Source, TEXT_FIELD, Value, View};

/// The name of a table's entries.
const ITEM: &str = "item";

/// The names that occur in a reply, each held once and numbered.
#[derive(Debug)]
pub(super) struct Names {
    list: Vec<Name>,
    numbers: HashMap<Name, u32>,
    limit: usize,
}

impl Names {
    fn new(limit: usize) -> Self {
        let mut names = Self {
            list: Vec::new(),
            numbers: HashMap::new(),
            limit,
        };
        names.add(ITEM);
        names.add(TEXT_FIELD);
        names
    }

    const ITEM: u32 = 0;
    const TEXT: u32 = 1;

    fn add(&mut self, name: &str) -> u32 {
        let number = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        let name = Name::from(name);
        self.list.push(name.clone());
        self.numbers.insert(name, number);
        number
    }

    /// The number of a name; `guess` is the one that is likely.
    #[inline]
    fn number(&mut self, name: &str, guess: u32) -> Result<u32, ReadErrorKind> {
        if self
            .list
            .get(guess as usize)
            .is_some_and(|guessed| guessed == name)
        {
            return Ok(guess);
        }
        if let Some(number) = self.numbers.get(name) {
            return Ok(*number);
        }
        if self.list.len() >= self.limit {
            return Err(ReadErrorKind::Limit("different names"));
        }
        Ok(self.add(name))
    }
}

/// A field, an attribute, a structure or a table.
#[derive(Debug, Clone, Copy)]
struct Cell {
    name: u32,
    /// The text of a leaf.
    text: (u32, u32),
    /// The cell after this one and all that is in it.
    next: u32,
    /// The next sibling of the same name; 0 if there is none.
    same: u32,
    kind: Kind,
    /// Is there a sibling of the same name before this cell?
    again: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Leaf,
    Struct,
    /// A table: only `item`s, no attributes.
    Items,
}

#[derive(Debug)]
struct Open {
    cell: u32,
    /// Where text began that belongs to the element itself.
    text: usize,
    children: bool,
    attributes: bool,
    only_items: bool,
    /// Text between children that is not blank.
    mixed: String,
    serial: u32,
}

/// See the module's documentation.
#[derive(Debug)]
pub(super) struct Tape {
    names: Names,
    text: String,
    cells: Vec<Cell>,
    open: Vec<Open>,
    /// The names of the row before, which are probably those of this one.
    before: Vec<u32>,
    /// By depth and name: the element in which the name was seen last, and its cell there.
    seen: Vec<Vec<(u32, u32)>>,
    serial: u32,
    text_limit: usize,
    limit: usize,
    attribute: String,
}

impl Tape {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            names: Names::new(limits.names),
            text: String::new(),
            cells: Vec::new(),
            open: Vec::new(),
            before: Vec::new(),
            seen: Vec::new(),
            serial: 0,
            text_limit: limits.text,
            limit: limits.row.min(u32::MAX as usize / 2),
            attribute: String::new(),
        }
    }

    /// Forgets the row, keeps the room. What one large row took is given back.
    pub(super) fn clear(&mut self) {
        const KEPT: usize = 256 << 10;
        self.before.clear();
        self.before
            .extend(self.cells.iter().take(4096).map(|cell| cell.name));
        self.cells.clear();
        self.cells.shrink_to(KEPT / size_of::<Cell>());
        self.text.clear();
        self.text.shrink_to(KEPT);
        self.open.clear();
    }

    pub(super) fn set_limit(&mut self, limit: usize) {
        self.limit = limit.min(u32::MAX as usize / 2);
    }

    /// Roughly the bytes that the row takes up once it is a [`Value`].
    #[inline]
    pub(super) fn size(&self) -> usize {
        self.text.len() + self.cells.len() * (size_of::<Value>() + size_of::<Cell>())
    }

    #[inline]
    fn check(&self) -> Result<(), ReadErrorKind> {
        if self.size() > self.limit {
            return Err(ReadErrorKind::Limit("bytes in one row or parameter"));
        }
        Ok(())
    }

    #[inline]
    fn end(&self) -> u32 {
        self.cells.len() as u32
    }

    /// Appends a cell to the open element.
    #[inline]
    fn cell(&mut self, name: u32, text: (u32, u32), kind: Kind) -> u32 {
        let at = self.end();
        let mut again = false;
        if let Some(parent) = self.open.last() {
            let depth = self.open.len() - 1;
            if self.seen.len() <= depth {
                self.seen.resize_with(depth + 1, Vec::new);
            }
            let seen = &mut self.seen[depth];
            if seen.len() <= name as usize {
                seen.resize(name as usize + 1, (0, 0));
            }
            let (serial, last) = std::mem::replace(&mut seen[name as usize], (parent.serial, at));
            again = serial == parent.serial;
            if again {
                self.cells[last as usize].same = at;
            }
        }
        self.cells.push(Cell {
            name,
            text,
            next: at + 1,
            same: 0,
            kind,
            again,
        });
        at
    }

    /// Text before a child: blanks between elements mean nothing.
    #[inline]
    fn child(&mut self, is_item: bool) {
        if let Some(open) = self.open.last_mut() {
            open.children = true;
            open.only_items &= is_item;
            if self.text.len() > open.text {
                let own = &self.text[open.text..];
                if !own.trim_ascii().is_empty() {
                    open.mixed.push_str(own);
                }
                self.text.truncate(open.text);
            }
        }
    }

    /// `<name>text</name>`.
    #[inline]
    pub(super) fn leaf(&mut self, name: &str, text: &str) -> Result<(), ReadErrorKind> {
        let guess = self.before.get(self.cells.len()).copied().unwrap_or(0);
        let name = self.names.number(local(name), guess)?;
        self.child(name == Names::ITEM);
        let from = self.text.len() as u32;
        self.text.push_str(text);
        self.cell(name, (from, self.text.len() as u32), Kind::Leaf);
        if let Some(open) = self.open.last_mut() {
            open.text = self.text.len();
        }
        self.check()
    }

    /// `<name …>`; attributes follow by [`Tape::attribute`].
    pub(super) fn start(&mut self, name: &str) -> Result<(), ReadErrorKind> {
        let guess = self.before.get(self.cells.len()).copied().unwrap_or(0);
        let name = self.names.number(local(name), guess)?;
        self.child(name == Names::ITEM);
        let cell = self.cell(name, (0, 0), Kind::Struct);
        if self.serial == u32::MAX {
            self.seen.clear();
            self.serial = 0;
        }
        self.serial += 1;
        self.open.push(Open {
            cell,
            text: self.text.len(),
            children: false,
            attributes: false,
            only_items: true,
            mixed: String::new(),
            serial: self.serial,
        });
        self.check()
    }

    pub(super) fn attribute(&mut self, name: &str, value: &str) -> Result<(), ReadErrorKind> {
        self.attribute.clear();
        self.attribute.push('@');
        self.attribute.push_str(name);
        let guess = self.before.get(self.cells.len()).copied().unwrap_or(0);
        let name = self.names.number(&self.attribute, guess)?;
        let from = self.text.len() as u32;
        self.text.push_str(value);
        self.cell(name, (from, self.text.len() as u32), Kind::Leaf);
        if let Some(open) = self.open.last_mut() {
            open.attributes = true;
            open.text = self.text.len();
        }
        self.check()
    }

    /// A piece of text of the open element.
    pub(super) fn text(&mut self, piece: &str) -> Result<(), ReadErrorKind> {
        let begin = self.open.last().map_or(0, |open| open.text);
        if self.text.len() - begin + piece.len() > self.text_limit {
            return Err(ReadErrorKind::Limit("bytes in one field"));
        }
        self.text.push_str(piece);
        self.check()
    }

    /// `</name>`. `true`: the row is complete.
    pub(super) fn close(&mut self) -> bool {
        let Some(mut open) = self.open.pop() else {
            return true;
        };
        let from = open.text as u32;
        if open.children {
            // Put back for a moment, so that blanks between the last child and the end are dropped by the same rule.
            let all_items = open.only_items && !open.attributes;
            self.open.push(open);
            self.child(all_items);
            open = match self.open.pop() {
                Some(open) => open,
                None => return true,
            };
            if !open.mixed.is_empty() {
                self.text.push_str(&open.mixed);
                self.own_text(from);
            }
            let items = all_items && self.text.len() == open.text;
            self.cells[open.cell as usize].kind = if items { Kind::Items } else { Kind::Struct };
        } else if open.attributes {
            self.own_text(from);
        } else {
            let cell = &mut self.cells[open.cell as usize];
            cell.kind = Kind::Leaf;
            cell.text = (from, self.text.len() as u32);
        }
        let next = self.end();
        self.cells[open.cell as usize].next = next;
        if let Some(parent) = self.open.last_mut() {
            parent.text = self.text.len();
        }
        self.open.is_empty()
    }

    /// The text beside attributes or children, as the last field.
    fn own_text(&mut self, from: u32) {
        let at = self.end();
        let text = (from, self.text.len() as u32);
        self.cells.push(Cell {
            name: Names::TEXT,
            text,
            next: at + 1,
            same: 0,
            kind: Kind::Leaf,
            again: false,
        });
    }

    /// The path of the place that is being read, below the first element: `EtDue[3].Maktx`.
    pub(super) fn path(&self, out: &mut String) {
        use std::fmt::Write as _;
        for open in self.open.iter().skip(1) {
            let cell = &self.cells[open.cell as usize];
            if cell.name == Names::ITEM {
                let parent = self.open.iter().take_while(|o| o.cell < open.cell).last();
                let first = parent.map_or(0, |p| p.cell as usize + 1);
                let mut at = first;
                let mut index = 0;
                while at < open.cell as usize && self.cells[at].next as usize > at {
                    at = self.cells[at].next as usize;
                    index += 1;
                }
                let _ = write!(out, "[{index}]");
            } else {
                if !out.is_empty() {
                    out.push('.');
                }
                out.push_str(&self.names.list[cell.name as usize]);
            }
        }
    }

    /// What was read: the first element and all that is in it.
    pub(super) fn root(&self) -> Option<Node<'_>> {
        (!self.cells.is_empty()).then_some(Node {
            tape: self,
            at: 0,
            single: true,
        })
    }
}

/// A value on the tape.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'a> {
    tape: &'a Tape,
    at: u32,
    /// One of several of a name, or all of them?
    single: bool,
}

impl<'a> Node<'a> {
    fn cell(self) -> &'a Cell {
        &self.tape.cells[self.at as usize]
    }

    pub(super) fn name(self) -> &'a Name {
        &self.tape.names.list[self.cell().name as usize]
    }

    /// The fields of a structure.
    pub(super) fn fields(self) -> NodeFields<'a> {
        let cell = self.cell();
        let (at, end) = if cell.kind == Kind::Leaf {
            (0, 0)
        } else {
            (self.at + 1, cell.next)
        };
        NodeFields {
            tape: self.tape,
            at,
            end,
        }
    }

    pub(super) fn get(self, name: &str) -> Option<Node<'a>> {
        self.fields().find(|(n, _)| *n == name).map(|(_, node)| node)
    }

    /// The text of a field, with attributes or without.
    pub(super) fn text(self) -> Option<&'a str> {
        match self.view() {
            Seen::Text(text) => Some(text),
            Seen::Struct(_) => self.get(TEXT_FIELD).and_then(Node::text),
            Seen::Table(_) => None,
        }
    }

    pub(super) fn to_value(self) -> Value {
        match self.view() {
            Seen::Text(text) => Value::Text(text.to_owned()),
            Seen::Struct(_) => Value::Struct(self.to_row()),
            Seen::Table(entries) => Value::Table(entries.map(Node::to_value).collect()),
        }
    }

    pub(super) fn to_row(self) -> Row {
        let fields = self.fields();
        let mut row = Vec::with_capacity((fields.end - fields.at) as usize);
        row.extend(fields.map(|(_, node)| (node.name().clone(), node.to_value())));
        Row::from_distinct(row)
    }

    pub(super) fn deserialize<T: serde::Deserialize<'a>>(self) -> Result<T, ConvertError> {
        T::deserialize(Source(self))
    }
}

impl<'a> View<'a> for Node<'a> {
    type Fields = NodeFields<'a>;
    type Entries = NodeEntries<'a>;

    #[inline]
    fn view(self) -> Seen<'a, NodeFields<'a>, NodeEntries<'a>> {
        let cell = self.cell();
        if !self.single && cell.same != 0 {
            return Seen::Table(NodeEntries {
                tape: self.tape,
                at: self.at,
            });
        }
        match cell.kind {
            Kind::Leaf => Seen::Text(&self.tape.text[cell.text.0 as usize..cell.text.1 as usize]),
            Kind::Struct => Seen::Struct(self.fields()),
            Kind::Items => Seen::Table(NodeEntries {
                tape: self.tape,
                at: self.at + 1,
            }),
        }
    }
}

/// The fields of a structure; those of the same name come once, together.
pub(super) struct NodeFields<'a> {
    tape: &'a Tape,
    at: u32,
    end: u32,
}

impl<'a> Iterator for NodeFields<'a> {
    type Item = (&'a str, Node<'a>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        while self.at < self.end {
            let at = self.at;
            let cell = &self.tape.cells[at as usize];
            self.at = cell.next;
            if !cell.again {
                let node = Node {
                    tape: self.tape,
                    at,
                    single: false,
                };
                return Some((self.tape.names.list[cell.name as usize].as_str(), node));
            }
        }
        None
    }
}

/// The entries of a table: siblings of the same name.
pub(super) struct NodeEntries<'a> {
    tape: &'a Tape,
    /// The next entry; 0 after the last (the first cell is never an entry).
    at: u32,
}

impl<'a> Iterator for NodeEntries<'a> {
    type Item = Node<'a>;

    #[inline]
    fn next(&mut self) -> Option<Node<'a>> {
        if self.at == 0 {
            return None;
        }
        let node = Node {
            tape: self.tape,
            at: self.at,
            single: true,
        };
        self.at = node.cell().same;
        Some(node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tape() -> Tape {
        Tape::new(&Limits::default())
    }

    fn json(tape: &Tape) -> String {
        serde_json::to_string(&tape.root().unwrap().to_value()).unwrap()
    }

    #[test]
    fn items_are_a_table_and_repeated_elements_too() {
        let mut t = tape();
        t.start("Row").unwrap();
        t.text("\n  ").unwrap();
        t.start("T").unwrap();
        t.text("\n    ").unwrap();
        for n in ["1", "2"] {
            t.start("item").unwrap();
            t.leaf("N", n).unwrap();
            t.close();
            t.text("\n").unwrap();
        }
        t.close();
        t.leaf("p:Item", "a").unwrap();
        t.leaf("X", "  b ").unwrap();
        t.leaf("Item", "c").unwrap();
        t.leaf("item", "d").unwrap();
        assert!(t.close());
        assert_eq!(
            json(&t),
            r#"{"T":[{"N":"1"},{"N":"2"}],"Item":["a","c"],"X":"  b ","item":"d"}"#
        );
    }

    #[test]
    fn attributes_and_mixed_text_are_kept() {
        let mut t = tape();
        t.start("Row").unwrap();
        t.start("Amount").unwrap();
        t.attribute("currencyCode", "KRW").unwrap();
        t.text("5").unwrap();
        t.text("00").unwrap();
        t.close();
        t.start("E").unwrap();
        t.attribute("a", "1").unwrap();
        t.close();
        t.start("M").unwrap();
        t.text("one ").unwrap();
        t.leaf("B", "x").unwrap();
        t.text("two").unwrap();
        t.close();
        t.start("L").unwrap();
        t.close();
        t.close();
        assert_eq!(
            json(&t),
            r#"{"Amount":{"@currencyCode":"KRW","$":"500"},"E":{"@a":"1","$":""},"M":{"B":"x","$":"one two"},"L":""}"#
        );
    }

    #[test]
    fn a_table_with_attributes_stays_a_structure() {
        let mut t = tape();
        t.start("T").unwrap();
        t.attribute("n", "2").unwrap();
        t.leaf("item", "a").unwrap();
        t.leaf("item", "b").unwrap();
        t.close();
        assert_eq!(json(&t), r#"{"@n":"2","item":["a","b"]}"#);
    }

    #[test]
    fn the_path_counts_items() {
        let mut t = tape();
        t.start("EtDue").unwrap();
        t.leaf("item", "").unwrap();
        t.start("item").unwrap();
        t.start("Lines").unwrap();
        let mut path = String::from("EtDue");
        t.path(&mut path);
        assert_eq!(path, "EtDue[1].Lines");
    }
}
