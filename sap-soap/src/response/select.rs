/// The way to a table whose rows are streamed, from the operation's element down.
///
/// - `EtDue`: the children of the parameter `EtDue`, whatever they are called (`item`, as a rule).
/// - `EtOrders/Items`: the rows of the table `Items` in each row of `EtOrders`.
/// - `Response/list`, `PurchasingContract/Item[]`: structures on the way are named; `[]` says that the element itself
///   occurs once for each row, as in services that were not made from function modules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowPath {
    segments: Vec<String>,
    repeated: bool,
}

impl RowPath {
    /// The names on the way.
    pub(crate) fn segments(&self) -> &[String] {
        &self.segments
    }

    /// Is the last name that of each row, not that of the table?
    pub(crate) fn is_repeated(&self) -> bool {
        self.repeated
    }
}

impl From<&str> for RowPath {
    fn from(path: &str) -> Self {
        let (path, repeated) = path.strip_suffix("[]").map_or((path, false), |path| (path, true));
        Self {
            segments: path.split('/').map(str::to_owned).collect(),
            repeated,
        }
    }
}

impl From<String> for RowPath {
    fn from(path: String) -> Self {
        path.as_str().into()
    }
}

impl std::fmt::Display for RowPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}{}",
            self.segments.join("/"),
            if self.repeated { "[]" } else { "" }
        )
    }
}

/// The paths that lead on from a place, and how many of their segments are behind it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Selection(Vec<(usize, usize)>);

/// What an element is on the way to the tables.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Chosen {
    /// Not on the way.
    Nothing,
    /// The table itself: its children are rows.
    Table(usize),
    /// A row.
    Row(usize),
    /// A structure or a row on the way.
    Inside(Selection),
}

impl Selection {
    /// At the operation's element.
    pub(super) fn start(paths: &[RowPath]) -> Self {
        Self((0..paths.len()).map(|path| (path, 0)).collect())
    }

    /// What the child `name` is.
    pub(super) fn child(&self, paths: &[RowPath], name: &str) -> Chosen {
        if self.0.is_empty() {
            return Chosen::Nothing;
        }
        let mut inside = Vec::new();
        for &(path, done) in &self.0 {
            let RowPath { segments, repeated } = &paths[path];
            if segments[done] == name {
                if done + 1 < segments.len() {
                    inside.push((path, done + 1));
                } else if *repeated {
                    return Chosen::Row(path);
                } else {
                    return Chosen::Table(path);
                }
            } else if done > 0 && name == "item" {
                // The rows of a table on the way are not named in the path.
                inside.push((path, done));
            }
        }
        if inside.is_empty() {
            Chosen::Nothing
        } else {
            Chosen::Inside(Self(inside))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_goes_through_structures_and_the_rows_of_tables() {
        let paths = ["EtDue".into(), "EtOrders/Items".into(), "Log/Item[]".into()];
        let start = Selection::start(&paths);
        assert_eq!(start.child(&paths, "EtDue"), Chosen::Table(0));
        assert_eq!(start.child(&paths, "item"), Chosen::Nothing);
        let Chosen::Inside(orders) = start.child(&paths, "EtOrders") else {
            panic!()
        };
        let Chosen::Inside(order) = orders.child(&paths, "item") else {
            panic!()
        };
        assert_eq!(order.child(&paths, "Items"), Chosen::Table(1));
        assert_eq!(order.child(&paths, "Vbeln"), Chosen::Nothing);
        let Chosen::Inside(log) = start.child(&paths, "Log") else {
            panic!()
        };
        assert_eq!(log.child(&paths, "Item"), Chosen::Row(2));
        assert_eq!(paths[2].to_string(), "Log/Item[]");
    }
}
