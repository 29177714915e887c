//! The buffer into which a parameter or a row is read: one text and a flat list of cells, both reused for the next row.
//! A row that looks like the one before keeps its texts where they are.

use super::limits::Limits;
use super::{ReadErrorKind, xml::local};
use crate::value::Value;

mod names;
mod node;
mod pattern;

use names::Names;
pub(super) use node::Node;
use pattern::Pattern;

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
    /// A leaf whose text still stands in what was pushed.
    Ahead,
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
    pattern: Option<Box<Pattern>>,
    /// To hold the general way against.
    #[cfg(test)]
    pub(super) never_learns: bool,
}

impl Tape {
    /// Roughly what a cell takes up once it is a [`Value`].
    const CELL: usize = size_of::<Value>() + size_of::<Cell>();

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
            pattern: None,
            #[cfg(test)]
            never_learns: false,
        }
    }

    /// Forgets the row, keeps the room. What one large row took is given back.
    pub(super) fn clear(&mut self) {
        const KEPT: usize = 256 << 10;
        if self.give_back() {
            self.text.clear();
            return;
        }
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
        self.text.len() + self.cells.len() * Self::CELL
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

    /// What was read: the first element and all that is in it. `ahead` is where the texts of a repeated row stand.
    pub(super) fn root<'a>(&'a self, ahead: &'a str) -> Option<Node<'a>> {
        (!self.cells.is_empty()).then_some(Node {
            tape: self,
            ahead,
            at: 0,
            single: true,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tape() -> Tape {
        Tape::new(&Limits::default())
    }

    fn json(tape: &Tape) -> String {
        serde_json::to_string(&tape.root("").unwrap().to_value()).unwrap()
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
