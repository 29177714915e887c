//! Tables on a terminal: columns by the width that characters take there, cut to fit, without control characters.

use std::io::IsTerminal as _;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::output::Output;

/// How a column's cells stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

/// A column may be cut no further than this.
const LEAST: usize = 8;
const GAP: &str = "  ";

/// Rows of texts under headings.
#[derive(Debug)]
pub(crate) struct Table {
    heads: Vec<(String, Side)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new<S: AsRef<str>>(heads: impl IntoIterator<Item = (S, Side)>) -> Self {
        Self {
            heads: heads
                .into_iter()
                .map(|(head, side)| (plain(head.as_ref()), side))
                .collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row, a text for each column.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows
            .push(cells.into_iter().map(|cell| plain(&cell)).collect());
    }

    /// Prints it; on a terminal the widest columns are cut until it fits.
    pub(crate) fn print(&self, output: &mut Output) -> anyhow::Result<()> {
        let terminal = std::io::stdout()
            .is_terminal()
            .then(terminal_size::terminal_size)
            .flatten()
            .map(|(width, _)| usize::from(width.0));
        for line in self.lines(terminal) {
            output.line(line)?;
        }
        Ok(())
    }

    fn lines(&self, fit: Option<usize>) -> Vec<String> {
        let cell_width = |i: usize, row: &Vec<String>| row.get(i).map_or(0, |cell| cell.width());
        let mut widths: Vec<usize> = self
            .heads
            .iter()
            .enumerate()
            .map(|(i, (head, _))| {
                let widest = self.rows.iter().map(|row| cell_width(i, row)).max();
                head.width().max(widest.unwrap_or(0))
            })
            .collect();
        if let Some(fit) = fit {
            shrink(&mut widths, fit);
        }
        let heads: Vec<String> = self.heads.iter().map(|(head, _)| head.clone()).collect();
        std::iter::once(&heads)
            .chain(&self.rows)
            .map(|row| self.line(row, &widths))
            .collect()
    }

    fn line(&self, row: &[String], widths: &[usize]) -> String {
        let mut line = String::new();
        for (i, ((cell, width), (_, side))) in row.iter().zip(widths).zip(&self.heads).enumerate() {
            let cell = cut(cell, *width);
            let blanks = " ".repeat(width.saturating_sub(cell.width()));
            if i > 0 {
                line.push_str(GAP);
            }
            match side {
                Side::Left => line.extend([&*cell, &*blanks]),
                Side::Right => line.extend([&*blanks, &*cell]),
            }
        }
        line.truncate(line.trim_end().len());
        line
    }
}

/// Takes from the widest column until all fit.
fn shrink(widths: &mut [usize], fit: usize) {
    let gaps = GAP.len() * widths.len().saturating_sub(1);
    loop {
        let total: usize = widths.iter().sum::<usize>() + gaps;
        let Some(widest) = widths.iter_mut().max().filter(|w| **w > LEAST) else {
            return;
        };
        if total <= fit {
            return;
        }
        *widest -= 1;
    }
}

/// A text that takes at most `width` columns; one that is cut ends in `…`.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > width {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

/// A text on one line that cannot steer a terminal.
pub(crate) fn plain(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new([("STATE", Side::Left), ("N", Side::Right), ("MESSAGE", Side::Left)]);
        table.row(["수입신고수리".into(), "7".into(), "a\u{1b}[31mred\nline".into()]);
        table.row([
            "open".into(),
            "1024".into(),
            "통관진행상태가 매핑에 없습니다".into(),
        ]);
        table
    }

    #[test]
    fn korean_letters_take_two_columns() {
        assert_eq!(
            table().lines(None),
            [
                "STATE            N  MESSAGE",
                "수입신고수리     7  a [31mred line",
                "open          1024  통관진행상태가 매핑에 없습니다",
            ]
        );
    }

    #[test]
    fn a_narrow_terminal_cuts_the_widest_column() {
        let lines = table().lines(Some(36));
        assert!(lines.iter().all(|l| l.width() <= 36), "{lines:?}");
        assert_eq!(lines[2], "open          1024  통관진행상태가 …");
        // It stays readable where nothing fits.
        assert!(table().lines(Some(3))[2].starts_with("open"));
    }
}
