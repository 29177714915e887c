//! Questions on a terminal.

use std::io::{BufRead, IsTerminal as _, Write};

/// Asks, or takes what is proposed where nobody can answer.
pub(super) struct Asker<'a> {
    answers: Option<(&'a mut dyn BufRead, &'a mut dyn Write)>,
}

impl<'a> Asker<'a> {
    /// Questions go to `show`, answers come from `read`.
    pub(super) fn new(read: &'a mut dyn BufRead, show: &'a mut dyn Write) -> Self {
        Self {
            answers: Some((read, show)),
        }
    }

    /// Takes every proposal.
    pub(super) fn silent() -> Self {
        Self { answers: None }
    }

    /// Whether somebody sits at a terminal.
    pub(super) fn is_possible() -> bool {
        std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }

    /// The answer; an empty one means the proposal. `option` is the argument that answers beforehand.
    pub(super) fn ask(
        &mut self,
        option: &str,
        given: Option<String>,
        question: &str,
        proposal: &str,
    ) -> anyhow::Result<String> {
        if let Some(given) = given {
            return Ok(given);
        }
        let Some((read, show)) = &mut self.answers else {
            anyhow::ensure!(
                !proposal.is_empty(),
                "{option}: found nothing, expected an answer to: {question}"
            );
            return Ok(proposal.to_owned());
        };
        loop {
            let hint = if proposal.is_empty() {
                String::new()
            } else {
                format!(" [{proposal}]")
            };
            write!(show, "{question}{hint}: ")?;
            show.flush()?;
            let mut line = String::new();
            anyhow::ensure!(
                read.read_line(&mut line)? > 0,
                "the answers end before the questions"
            );
            let answer = line.trim();
            if !answer.is_empty() {
                return Ok(answer.to_owned());
            }
            if !proposal.is_empty() {
                return Ok(proposal.to_owned());
            }
        }
    }

    /// An answer that may stay away.
    pub(super) fn ask_if_any(&mut self, question: &str) -> anyhow::Result<Option<String>> {
        let Some((read, show)) = &mut self.answers else {
            return Ok(None);
        };
        write!(show, "{question} (Enter: none): ")?;
        show.flush()?;
        let mut line = String::new();
        read.read_line(&mut line)?;
        Ok(Some(line.trim().to_owned()).filter(|answer| !answer.is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_answer_is_the_proposal_and_silence_is_an_error() {
        let (mut read, mut shown) = (&b"\n\n 1000 \n"[..], Vec::new());
        let mut asker = Asker::new(&mut read, &mut shown);
        assert_eq!(asker.ask("--job", None, "Name", "import").unwrap(), "import");
        assert_eq!(
            asker.ask("--every", Some("1h".into()), "Interval", "5m").unwrap(),
            "1h"
        );
        assert_eq!(asker.ask("--company", None, "Company", "").unwrap(), "1000");
        assert!(asker.ask("--key", None, "Key", "a").is_err());
        assert_eq!(
            String::from_utf8(shown).unwrap(),
            "Name [import]: Company: Company: Key [a]: "
        );
        let error = Asker::silent().ask("--company", None, "Company", "").unwrap_err();
        assert_eq!(
            error.to_string(),
            "--company: found nothing, expected an answer to: Company"
        );
    }
}
