use serde::ser::{Serialize, Serializer};

use super::{Cell, Kind, Tape};
use crate::value::{ConvertError, Name, Row, Seen, Source, TEXT_FIELD, Value, View};

/// A value on the tape.
#[derive(Debug, Clone, Copy)]
pub(in crate::response) struct Node<'a> {
    pub(super) tape: &'a Tape,
    pub(super) ahead: &'a str,
    pub(super) at: u32,
    /// One of several of a name, or all of them?
    pub(super) single: bool,
}

impl<'a> Node<'a> {
    fn cell(self) -> &'a Cell {
        &self.tape.cells[self.at as usize]
    }

    /// The text of a leaf's cell.
    #[inline]
    fn text_of(self, cell: &Cell) -> &'a str {
        let text = if cell.kind == Kind::Ahead {
            self.ahead
        } else {
            &self.tape.text
        };
        &text[cell.text.0 as usize..cell.text.1 as usize]
    }

    pub(in crate::response) fn name(self) -> &'a Name {
        &self.tape.names.list[self.cell().name as usize]
    }

    /// The fields of a structure.
    pub(in crate::response) fn fields(self) -> NodeFields<'a> {
        let cell = self.cell();
        let (at, end) = match cell.kind {
            Kind::Leaf | Kind::Ahead => (0, 0),
            Kind::Struct | Kind::Items => (self.at + 1, cell.next),
        };
        NodeFields {
            tape: self.tape,
            ahead: self.ahead,
            at,
            end,
        }
    }

    pub(in crate::response) fn get(self, name: &str) -> Option<Node<'a>> {
        self.fields().find(|(n, _)| *n == name).map(|(_, node)| node)
    }

    /// The text of a field, with attributes or without.
    pub(in crate::response) fn text(self) -> Option<&'a str> {
        match self.view() {
            Seen::Text(text) => Some(text),
            Seen::Struct(_) => self.get(TEXT_FIELD).and_then(Node::text),
            Seen::Table(_) => None,
        }
    }

    pub(in crate::response) fn to_value(self) -> Value {
        match self.view() {
            Seen::Text(text) => Value::Text(text.to_owned()),
            Seen::Struct(_) => Value::Struct(self.to_row()),
            Seen::Table(entries) => Value::Table(entries.map(Node::to_value).collect()),
        }
    }

    pub(in crate::response) fn to_row(self) -> Row {
        let fields = self.fields();
        let mut row = Vec::with_capacity((fields.end - fields.at) as usize);
        row.extend(fields.map(|(_, node)| (node.name().clone(), node.to_value())));
        Row::from_distinct(row)
    }

    pub(in crate::response) fn deserialize<T: serde::Deserialize<'a>>(self) -> Result<T, ConvertError> {
        T::deserialize(Source(self))
    }
}

/// As [`Value`] does it.
impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.view() {
            Seen::Text(text) => serializer.serialize_str(text),
            Seen::Struct(fields) => serializer.collect_map(fields),
            Seen::Table(entries) => serializer.collect_seq(entries),
        }
    }
}

impl<'a> View<'a> for Node<'a> {
    type Fields = NodeFields<'a>;
    type Entries = NodeEntries<'a>;

    #[inline]
    fn leaf(self) -> Option<&'a str> {
        let cell = self.cell();
        let one = self.single || cell.same == 0;
        (one && matches!(cell.kind, Kind::Leaf | Kind::Ahead)).then(|| self.text_of(cell))
    }

    #[inline]
    fn view(self) -> Seen<'a, NodeFields<'a>, NodeEntries<'a>> {
        let cell = self.cell();
        if !self.single && cell.same != 0 {
            return Seen::Table(NodeEntries {
                tape: self.tape,
                ahead: self.ahead,
                at: self.at,
            });
        }
        match cell.kind {
            Kind::Leaf | Kind::Ahead => Seen::Text(self.text_of(cell)),
            Kind::Struct => Seen::Struct(self.fields()),
            Kind::Items => Seen::Table(NodeEntries {
                tape: self.tape,
                ahead: self.ahead,
                at: self.at + 1,
            }),
        }
    }
}

/// The fields of a structure; those of the same name come once, together.
pub(in crate::response) struct NodeFields<'a> {
    tape: &'a Tape,
    ahead: &'a str,
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
                    ahead: self.ahead,
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
pub(in crate::response) struct NodeEntries<'a> {
    tape: &'a Tape,
    ahead: &'a str,
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
            ahead: self.ahead,
            at: self.at,
            single: true,
        };
        self.at = node.cell().same;
        Some(node)
    }
}
